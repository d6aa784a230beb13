//! Paths as the catalogue stores them: the operating system's own bytes, because a file name need not be UTF-8.

use std::path::{Path, PathBuf};

use rusqlite::Row;

/// The stored form of `path`.
#[cfg(unix)]
pub(super) fn encode(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The path whose stored form is `bytes`.
#[cfg(unix)]
fn decode(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// The stored form of `path`: UTF-16, little-endian.
#[cfg(windows)]
pub(super) fn encode(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    path.as_os_str().encode_wide().flat_map(u16::to_le_bytes).collect()
}

/// The path whose stored form is `bytes`.
#[cfg(windows)]
fn decode(bytes: Vec<u8>) -> PathBuf {
    use std::os::windows::ffi::OsStringExt;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    std::ffi::OsString::from_wide(&units).into()
}

/// Reads the path in `column` of `row`.
pub(super) fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<PathBuf> {
    row.get(column).map(decode)
}
