//! What is given as `-`: standard input in the place of a file, as a sound or as lines. It is read once, whole, however
//! often it is named.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use auricle::audio::{self, Sound};
use auricle::disk_path::on_disk;
use auricle::error::{Error, Stage};
use auricle::wire::path::STANDARD_INPUT;

use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::Failure;

/// What it is called in messages.
const NAME: &str = "standard input";

/// What was read, or why it could not be.
static CONTENT: OnceLock<Result<Vec<u8>, io::ErrorKind>> = OnceLock::new();

/// Opens the sound at `path`, or on standard input.
///
/// # Errors
/// As [`audio::open`]; [`Error::Data`] at stage `open` for a standard input that is empty or cannot be read.
pub(crate) fn open_sound(path: &Path) -> Result<Sound, Error> {
    if !is_named_by(path) {
        return audio::open(&on_disk(path));
    }
    let content = read().map_err(|error| Error::data(NAME, Stage::Open, "cannot be read").caused_by(error))?;
    if content.is_empty() {
        return Err(Error::data(NAME, Stage::Open, "there is nothing on it, where a sound is expected"));
    }
    audio::open_bytes(NAME, content.to_vec())
}

/// `error` as one of the sound at `path`.
pub(crate) fn about(error: Error, path: &Path) -> Error {
    error.about_file(if is_named_by(path) { Path::new(NAME) } else { path })
}

/// The lines of the file at `path`, or of standard input, that are not blank, without the space around them.
///
/// # Errors
/// [`CliRefusal::ListUnreadable`] or [`CliRefusal::ListEmpty`].
pub(crate) fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let content = content(path)?;
    let unreadable = |error| CliRefusal::ListUnreadable { path: shown(path), source: io::Error::other(error) };
    let text = std::str::from_utf8(&content).map_err(unreadable)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if lines.is_empty() { Err(CliRefusal::ListEmpty { path: shown(path) }.into()) } else { Ok(lines) }
}

/// The paths in the file at `path`, or on standard input: each ends with a NUL, or else with its line.
///
/// # Errors
/// [`CliRefusal::ListUnreadable`] or [`CliRefusal::ListEmpty`].
pub(crate) fn paths(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let content = content(path)?;
    let end = if content.contains(&0) { 0 } else { b'\n' };
    let each = content.split(|byte| *byte == end).map(|bytes| bytes.strip_suffix(b"\r").unwrap_or(bytes));
    let paths: Vec<PathBuf> = each.filter(|bytes| !bytes.is_empty()).map(path_of).collect();
    if paths.is_empty() { Err(CliRefusal::ListEmpty { path: shown(path) }.into()) } else { Ok(paths) }
}

/// A file may be called by bytes that are no text.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn content(path: &Path) -> Result<Vec<u8>, CliRefusal> {
    let content = if is_named_by(path) { read().map(<[u8]>::to_vec) } else { fs::read(path) };
    content.map_err(|source| CliRefusal::ListUnreadable { path: shown(path), source })
}

fn shown(path: &Path) -> PathBuf {
    if is_named_by(path) { NAME.into() } else { path.to_owned() }
}

/// Whether `path` stands for it.
pub(crate) fn is_named_by(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

fn read() -> io::Result<&'static [u8]> {
    let content = CONTENT.get_or_init(|| {
        let mut content = Vec::new();
        io::stdin().lock().read_to_end(&mut content).map_err(|error| error.kind())?;
        Ok(content)
    });
    content.as_deref().map_err(|kind| io::Error::from(*kind))
}
