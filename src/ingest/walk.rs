//! Roots → every file under them that may be a sound, with its size and time. It reads no file.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use walkdir::{DirEntry, WalkDir};

use crate::error::Result;
use crate::library::record::Stamp;

/// Extensions by which people expect sound: such a file is reported when it cannot be read, while any other that
/// cannot is taken for something else. Whether a file *is* sound is decided by its content alone.
const SOUND_EXTENSIONS: [&str; 33] = [
    "3gp", "aac", "adts", "aif", "aifc", "aiff", "alac", "amr", "ape", "au", "bw64", "bwf", "caf", "flac", "m4a",
    "m4b", "mka", "mkv", "mp1", "mp2", "mp3", "mp4", "mpga", "oga", "ogg", "opus", "rf64", "snd", "w64", "wav", "wave",
    "webm", "wma",
];

/// A file found by the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Absolute path.
    pub(super) path: PathBuf,
    /// Size and time.
    pub(super) stamp: Stamp,
}

impl Candidate {
    /// Whether its name promises sound.
    pub(super) fn looks_like_sound(&self) -> bool {
        let extension = self.path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|it| SOUND_EXTENSIONS.contains(&it.to_ascii_lowercase().as_str()))
    }
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The roots, absolute and without links.
    pub(super) roots: Vec<PathBuf>,
    /// The files, each once.
    pub(super) files: Vec<Candidate>,
    /// What could not be looked at, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// Walks `roots` in order of name. Hidden files and folders below a root are left out, and so are links.
pub(super) fn walk(roots: &[PathBuf], stop: &AtomicBool) -> Result<Walked> {
    let mut walked = Walked { roots: resolve(roots)?, ..Walked::default() };
    for root in walked.roots.clone() {
        let entries = WalkDir::new(root).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
            if stop.load(Ordering::Relaxed) {
                return Ok(walked);
            }
            walked.take(entry);
        }
    }
    Ok(walked)
}

impl Walked {
    fn take(&mut self, entry: walkdir::Result<DirEntry>) {
        let metadata = entry.and_then(|entry| entry.metadata().map(|metadata| (entry, metadata)));
        match metadata {
            Ok((entry, metadata)) if metadata.is_file() => {
                self.files.push(Candidate { path: entry.into_path(), stamp: Stamp::of(&metadata) });
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(Path::new("")).to_path_buf();
                self.unreadable.push((path, super::unreadable(&error.into())));
            }
        }
    }
}

/// Absolute roots without links, none inside another.
fn resolve(roots: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let resolve = |root: &PathBuf| root.canonicalize().map_err(|error| super::bad_root(root, &error));
    let mut resolved = roots.iter().map(resolve).collect::<Result<Vec<_>>>()?;
    resolved.sort();
    // Sorted, a folder comes before all that is in it.
    resolved.dedup_by(|later, earlier| later.starts_with(earlier));
    Ok(resolved)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(roots: &[PathBuf], base: &Path) -> Vec<String> {
        let walked = walk(roots, &AtomicBool::new(false)).unwrap();
        let relative = |file: Candidate| file.path.strip_prefix(base).unwrap().display().to_string();
        walked.files.into_iter().map(relative).collect()
    }

    #[test]
    fn the_walk_finds_each_visible_file_once_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("b/.hidden")).unwrap();
        for name in ["b/two.wav", "b/.hidden/no.wav", "b/.no.wav", "a.txt"] {
            fs::write(base.join(name), "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(base.join("a.txt"), base.join("link.wav")).unwrap();
        assert_eq!(names(std::slice::from_ref(&base), &base), ["a.txt", "b/two.wav"]);
        let overlapping = [base.join("b/two.wav"), base.clone(), base.join("b")];
        assert_eq!(names(&overlapping, &base), ["a.txt", "b/two.wav"]);
        assert_eq!(names(&[base.join("b/.hidden")], &base), ["b/.hidden/no.wav"]);
    }

    #[test]
    fn a_root_that_does_not_exist_is_refused_by_name() {
        let error = walk(&[PathBuf::from("/no/such/root")], &AtomicBool::new(false)).unwrap_err();
        assert!(error.to_string().contains("/no/such/root"), "{error}");
    }

    #[test]
    fn sound_is_promised_by_extension_in_any_case() {
        for (name, expected) in [("a.WAV", true), ("a.opus", true), ("wav", false), ("a.wav.txt", false), ("a", false)]
        {
            let stamp = Stamp { size_bytes: 0, modified_ns: 0 };
            assert_eq!(Candidate { path: name.into(), stamp }.looks_like_sound(), expected, "{name}");
        }
    }
}
