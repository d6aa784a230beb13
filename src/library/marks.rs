//! Marks of files as the catalogue has them: what tells a change that kept size and time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::{Row, Transaction, params};

use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::record::file::Mark;
use crate::library::{Library, paths};

impl Library {
    /// The marks of all files that have one.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn marks(&self) -> Result<HashMap<PathBuf, Mark>> {
        // One that is only read may be of an older version, without a place for them.
        let sql = "SELECT count(*) FROM pragma_table_info('files') WHERE name = 'inode'";
        let place = self.connection.query_row(sql, [], |row| row.get::<_, u32>(0)).in_library(&self.folder)?;
        if place == 0 {
            return Ok(HashMap::new());
        }
        let sql =
            "SELECT path, inode, inode_changed_ns FROM files WHERE inode IS NOT NULL AND inode_changed_ns NOT NULL";
        let read = |row: &Row<'_>| {
            let mark = Mark { inode: row.get::<_, i64>(1)?.cast_unsigned(), inode_changed_ns: row.get(2)? };
            Ok((paths::read(row, 0)?, mark))
        };
        Ok(self.rows(sql, read)?.into_iter().collect())
    }
}

/// Notes the `mark` of the file at `path`, if it is known.
pub(super) fn store(transaction: &Transaction<'_>, path: &Path, mark: Mark) -> rusqlite::Result<()> {
    let sql = "UPDATE files SET inode = ?2, inode_changed_ns = ?3 WHERE path = ?1";
    // SQLite's integers have a sign; the bits stay the same.
    let row = params![paths::encode(path), mark.inode.cast_signed(), mark.inode_changed_ns];
    transaction.prepare_cached(sql)?.execute(row).map(drop)
}
