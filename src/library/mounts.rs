//! The places within roots where other file systems were found: drives that are mounted there. When one is not, its files are
//! not gone one by one.

use std::path::PathBuf;

use rusqlite::Connection;

use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::writer::Writer;
use crate::library::{Library, paths, schema};

impl Library {
    /// Where other file systems were when the roots were walked last, by path; nowhere in a library of an older version.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn mounts(&self) -> Result<Vec<PathBuf>> {
        if self.schema_version < schema::WITH_MOUNTS {
            return Ok(Vec::new());
        }
        read(&self.connection).in_library(&self.folder)
    }
}

impl Writer {
    /// Remembers `mounts` in place of all that were remembered.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub fn remember_mounts(&mut self, mounts: &[PathBuf]) -> Result<()> {
        self.change(|transaction| {
            transaction.execute("DELETE FROM mounts", [])?;
            put(transaction, mounts)
        })
    }
}

/// The places in the catalogue behind `connection`, which has some.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Vec<PathBuf>> {
    let mut statement = connection.prepare_cached("SELECT path FROM mounts ORDER BY path")?;
    statement.query_map([], |row| paths::read(row, 0))?.collect()
}

/// Adds `mounts` to the catalogue behind `connection`.
pub(super) fn put(connection: &Connection, mounts: &[PathBuf]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO mounts (path) VALUES (?1)")?;
    mounts.iter().try_for_each(|mount| insert.execute([paths::encode(mount)]).map(drop))
}
