//! Where in a library's folder its catalogue is, and how it is opened where nothing may be written.
//!
//! A library begins with `catalogue.sqlite`. One that was made again as a whole has `catalogue-2.sqlite`, the next time
//! `catalogue-3.sqlite`: the highest number counts. A finished catalogue is given its number by a rename, so that there
//! is always exactly one that counts, and never one beside whose name lies what belongs to another. Nothing here reads
//! or changes what a catalogue holds.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use crate::error::{Error, LibraryFailure, Result};
use crate::library::failure;
use crate::library::failure::InLibrary;
use crate::library::{lock, schema};

/// Name of a library's first catalogue.
pub(super) const CATALOGUE: &str = "catalogue.sqlite";

/// What the names of SQLite's own files beside a catalogue end with.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Bytes that SQLite's file URIs cannot have as they are.
const NOT_IN_URI: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b':');

/// A catalogue opened for reading.
#[derive(Debug)]
pub(super) struct OpenCatalogue {
    pub(super) connection: Connection,
    /// Where SQLite can take no locks: keeps writers out as long as it lives.
    pub(super) guard: Option<File>,
}

/// The catalogue that counts in `folder`; `None` if there is none, or no folder.
pub(super) fn find(folder: &Path) -> io::Result<Option<PathBuf>> {
    Ok(numbered(folder)?.pop().map(|(_, path)| path))
}

/// A name for the catalogue that comes after all in `folder`.
pub(super) fn next(folder: &Path) -> io::Result<PathBuf> {
    let last = numbered(folder)?.pop().map_or(0, |(number, _)| number);
    Ok(folder.join(if last == 0 { CATALOGUE.to_owned() } else { format!("catalogue-{}.sqlite", last + 1) }))
}

/// Removes every catalogue that counts no longer, with what SQLite keeps beside it. What another process still holds
/// open, where the system then refuses, stays until the next time.
pub(super) fn remove_superseded(folder: &Path) -> io::Result<()> {
    let mut all = numbered(folder)?;
    all.pop();
    for (_, path) in all {
        for file in std::iter::once(path.clone()).chain(COMPANIONS.map(|end| companion(&path, end))) {
            if let Err(error) = fs::remove_file(&file)
                && error.kind() != io::ErrorKind::NotFound
            {
                tracing::debug!("{} stays for now: {error}", file.display());
            }
        }
    }
    Ok(())
}

/// The file that SQLite keeps beside the catalogue at `path`, whose name ends with `end`.
pub(super) fn companion(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// All catalogues in `folder` with their numbers, the one that counts last.
fn numbered(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        found.extend(name.to_str().and_then(number_of).map(|number| (number, folder.join(&name))));
    }
    found.sort_unstable();
    Ok(found)
}

fn number_of(name: &str) -> Option<u64> {
    if name == CATALOGUE {
        return Some(1);
    }
    let number = name.strip_prefix("catalogue-")?.strip_suffix(".sqlite")?;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    number.parse().ok().filter(|number| is_plain && *number > 1)
}

/// Opens the catalogue at `path` of the library in `folder` for reading: as one that others may be writing to, or else,
/// where SQLite cannot make the files it needs for that, as one that nobody changes.
pub(super) fn open(folder: &Path, path: &Path) -> Result<OpenCatalogue> {
    match open_shared(path) {
        Ok(connection) => Ok(OpenCatalogue { connection, guard: None }),
        Err(error) if is_unwritable(&error) => open_unchanging(folder, path),
        Err(error) => Err(error).in_library(folder),
    }
}

fn open_shared(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    read_something(Connection::open_with_flags(path, flags)?)
}

/// In a folder that cannot be written, a catalogue can be read if all of it is in its one file and nobody writes to it.
fn open_unchanging(folder: &Path, path: &Path) -> Result<OpenCatalogue> {
    if fs::metadata(companion(path, "-wal")).is_ok_and(|metadata| metadata.len() > 0) {
        return Err(Error::library(folder, LibraryFailure::Unfinished));
    }
    let guard = File::open(folder.join(lock::LOCK)).ok();
    if let Some(Err(TryLockError::WouldBlock)) = guard.as_ref().map(File::try_lock_shared) {
        return Err(failure::locked(folder, "another process"));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let path = std::path::absolute(path).in_library(folder)?;
    let open = || read_something(Connection::open_with_flags(unchanging_uri(&path), flags)?);
    Ok(OpenCatalogue { connection: open().in_library(folder)?, guard })
}

/// SQLite opens its files at the first read.
fn read_something(connection: Connection) -> rusqlite::Result<Connection> {
    schema::prepare_reader(&connection)?;
    connection.pragma_query_value(None, "schema_version", |row| row.get::<_, i64>(0))?;
    Ok(connection)
}

/// Whether SQLite could not make the files it needs: the folder cannot be written, or the disk is full.
fn is_unwritable(error: &rusqlite::Error) -> bool {
    let memory = [ffi::SQLITE_IOERR_SHMOPEN, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMMAP];
    match error.sqlite_error_code() {
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => true,
        Some(ErrorCode::SystemIoFailure) => error.sqlite_error().is_some_and(|it| memory.contains(&it.extended_code)),
        _ => false,
    }
}

/// The URI by which SQLite opens the file at `path` (absolute) without locks or companions.
fn unchanging_uri(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let path = percent_encode(bytes, NOT_IN_URI).to_string();
    // Windows' separator, once encoded, would be part of a name.
    let path = if cfg!(windows) { path.replace("%5C", "/") } else { path };
    format!("file://{}{path}?immutable=1", if bytes.starts_with(b"/") { "" } else { "/" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_number_counts_and_the_others_go() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(find(&at("nowhere")).unwrap(), None);
        assert_eq!(next(folder.path()).unwrap(), at("catalogue.sqlite"));
        let foreign = ["catalogue-1.sqlite", "catalogue-02.sqlite", "catalogue-x.sqlite", "catalogue-.sqlite", "a"];
        for name in foreign.iter().chain(&["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue-9.sqlite"]) {
            fs::write(at(name), "").unwrap();
        }
        fs::write(at("catalogue-10.sqlite"), "").unwrap();
        assert_eq!(find(folder.path()).unwrap(), Some(at("catalogue-10.sqlite")));
        assert_eq!(next(folder.path()).unwrap(), at("catalogue-11.sqlite"));
        remove_superseded(folder.path()).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(
            left,
            [
                "a",
                "catalogue-.sqlite",
                "catalogue-02.sqlite",
                "catalogue-1.sqlite",
                "catalogue-10.sqlite",
                "catalogue-x.sqlite"
            ]
        );
    }

    #[test]
    fn a_catalogue_that_nobody_changes_is_read_without_making_files_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("50% of #1? é");
        let model = crate::library::tests::model();
        drop(crate::library::writer::Writer::open(&odd, &model).unwrap());
        let opened = open_unchanging(&odd, &odd.join(CATALOGUE)).unwrap();
        assert_eq!(schema::read_model(&opened.connection).unwrap(), model);
        assert_eq!(fs::read_dir(&odd).unwrap().count(), 2, "the catalogue and the lock");
    }

    #[test]
    fn what_was_cut_short_or_is_being_written_is_not_taken_for_unchanging() {
        let (folder, writer) = crate::library::tests::library_with(&[crate::library::tests::indexed("/a.wav", 1)]);
        let path = folder.path().join(CATALOGUE);
        let refusal = open_unchanging(folder.path(), &path).unwrap_err().to_string();
        assert!(refusal.contains("interrupted"), "{refusal}");
        let connection = &writer.library().connection;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let refusal = open_unchanging(folder.path(), &path).unwrap_err().to_string();
        assert!(refusal.contains("is writing"), "{refusal}");
    }
}
