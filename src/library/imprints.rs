//! Imprints as the catalogue has them: asked for by those who tell copies of a recording.

use std::collections::HashMap;

use rusqlite::OptionalExtension;

use crate::error::Result;
use crate::imprint::Imprint;
use crate::library::Library;
use crate::library::failure::InLibrary;
use crate::library::record::file::FileId;

impl Library {
    /// The imprints of `files`; files that were indexed before there were any are left out.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn imprints_of(&self, files: &[FileId]) -> Result<HashMap<FileId, Imprint>> {
        if !self.keeps_imprints()? {
            return Ok(HashMap::new());
        }
        let sql = "SELECT value FROM imprints WHERE file_id = ?1";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        let mut imprints = HashMap::with_capacity(files.len());
        for file in files {
            let read = |row: &rusqlite::Row<'_>| Ok(row.get_ref(0)?.as_blob().ok().and_then(Imprint::from_bytes));
            let imprint = statement.query_row([file.0], read).optional().in_library(&self.folder)?.flatten();
            imprints.extend(imprint.map(|imprint| (*file, imprint)));
        }
        Ok(imprints)
    }

    /// Whether the catalogue has a place for imprints, or is of an older version that was only read since.
    fn keeps_imprints(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'imprints')";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        statement.query_row([], |row| row.get(0)).in_library(&self.folder)
    }
}
