//! Paths and bytes as JSON has them, which knows Unicode only.

use std::path::{Path, PathBuf, absolute};

use crate::disk_path::on_disk;

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// The path under which a library knows the file or folder that somebody calls `path`: absolute and without links; of one
/// that is gone, absolute. Its letters are written as on disk. A library keeps its paths so, so that whatever programs are
/// given joins with it.
/// [`STANDARD_INPUT`] stays as it is.
pub fn full(path: &Path) -> PathBuf {
    if path.as_os_str() == STANDARD_INPUT {
        return path.to_owned();
    }
    let path = on_disk(path);
    path.canonicalize().or_else(|_| absolute(&path)).unwrap_or(path)
}

/// The [`full`] path of what somebody calls `path`, as text.
pub fn full_text(path: &Path) -> String {
    text(&full(path))
}

/// `path`, which is a library's or is only shown, as text, with what is not Unicode replaced.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The last part of `path` as text, with what is not Unicode replaced.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The operating system's bytes of `path` in hex, if they are not Unicode.
pub fn odd_bytes(path: &Path) -> Option<String> {
    path.to_str().is_none().then(|| hex(path.as_os_str().as_encoded_bytes()))
}

/// `bytes` in hex, two digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_gives_is_called_as_a_library_calls_it() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap().join("a.wav");
        std::fs::write(&real, "").unwrap();
        assert_eq!(full(&folder.path().join("../").join(folder.path().file_name().unwrap()).join("a.wav")), real);
        assert!(full(Path::new("gone/b.wav")).is_absolute());
        assert_eq!(full_text(Path::new(STANDARD_INPUT)), "-");
        assert_ne!(full_text(Path::new("./-")), "-");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_called_by_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap().join("a.wav");
        std::fs::write(&real, "").unwrap();
        std::os::unix::fs::symlink(&real, folder.path().join("link.wav")).unwrap();
        assert_eq!(full(&folder.path().join("link.wav")), real);
    }
}
