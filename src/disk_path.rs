//! What a path means on disk: how it is written there, and whether anything is there.
//!
//! Letters are written in one Unicode normal form or another: `é` is one character, or an `e` and an accent. The two look the
//! same and are different names to a file system, so what was typed in one form is looked for in any.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

/// `path` as it is on disk: itself where it is there, else the one path that is and reads the same. Of a path that is not
/// there in any form, or in several, it is as it was given, but for the folders above that are there.
pub fn on_disk(path: &Path) -> PathBuf {
    if path.as_os_str().is_ascii() || path.symlink_metadata().is_ok() {
        return path.to_path_buf();
    }
    let mut found = PathBuf::new();
    for component in path.components() {
        let there = found.join(component);
        found = match component {
            Component::Normal(name) if !name.is_ascii() && there.symlink_metadata().is_err() => {
                entry_like(&found, name).unwrap_or(there)
            }
            _ => there,
        };
    }
    found
}

/// `path` in one form for all that read the same, to compare it by; what is not Unicode is replaced.
pub fn key(path: &Path) -> String {
    path.to_string_lossy().nfc().collect()
}

/// Whether `path` is `place` or lies below it, in whatever form the two are written.
pub fn is_below(path: &Path, place: &Path) -> bool {
    path.starts_with(place) || (!place.as_os_str().is_ascii() && Path::new(&key(path)).starts_with(key(place)))
}

/// Whether there is nothing at `path`, as far as the system can say: one that may not be looked at is not gone.
pub fn is_gone(path: &Path) -> bool {
    let gone = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    path.symlink_metadata().is_err_and(|error| gone.contains(&error.kind()))
}

/// The one entry of `folder` that reads like `name`.
fn entry_like(folder: &Path, name: &OsStr) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let wanted = key(Path::new(name));
    let entries = std::fs::read_dir(folder).ok()?;
    let mut alike = entries.flatten().filter(|entry| key(Path::new(&entry.file_name())) == wanted);
    let only = alike.next()?;
    if alike.next().is_some() {
        return None;
    }
    Some(if folder == Path::new(".") { only.file_name().into() } else { only.path() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPOSED: &str = "caf\u{e9}";
    const DECOMPOSED: &str = "cafe\u{301}";

    #[test]
    fn what_reads_the_same_is_found_in_any_form_and_itself_comes_first() {
        for (there, typed) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)] {
            let folder = tempfile::tempdir().unwrap();
            let at = |names: &[&str]| names.iter().fold(folder.path().to_path_buf(), |path, name| path.join(name));
            std::fs::create_dir_all(at(&[there, "x", there])).unwrap();
            for (typed, expected) in [
                (at(&[typed, "x", typed]), at(&[there, "x", there])),
                (at(&[there, "x", typed]), at(&[there, "x", there])),
                (at(&[typed, "gone"]), at(&[there, "gone"])),
                (at(&["gone", typed]), at(&["gone", typed])),
            ] {
                assert_eq!(on_disk(&typed), expected);
            }
            assert_eq!(key(&at(&[there])), key(&at(&[typed])));
            assert!(is_below(&at(&[there, "x"]), &at(&[typed])) && !is_below(&at(&[there]), &at(&[typed, "x"])));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn of_two_that_read_the_same_the_one_that_was_typed_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        for name in [COMPOSED, DECOMPOSED] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        for name in [COMPOSED, DECOMPOSED] {
            assert_eq!(on_disk(&folder.path().join(name)), folder.path().join(name));
        }
    }
}
