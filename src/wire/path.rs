//! Paths and bytes as JSON has them, which knows Unicode only.

use std::path::Path;

/// `path` as text, with what is not Unicode replaced.
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
