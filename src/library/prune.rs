//! Takes files out of a library and gives the space back: what has vanished, or what is no longer wanted. No sound file
//! is ever touched.

use std::path::{Path, PathBuf};

use crate::disk_path::is_below;
use crate::error::Result;
use crate::library::Library;
use crate::library::failure::InLibrary;
use crate::library::record::change::Change;
use crate::library::record::file::FileState;
use crate::library::writer::Writer;

/// Files forgotten in one transaction: what a run that is cut short loses, and what the disk must have room for twice.
const BATCH_FILES: usize = 500;

/// Pages given back to the file system in one transaction.
const BATCH_PAGES: u32 = 4096;

/// Removes the labels that can be given again and belong to no file.
const UNOWNED_LABELS: &str = "DELETE FROM labels WHERE source <> 'hand'
    AND hash NOT IN (SELECT hash FROM files WHERE hash IS NOT NULL)";

/// What was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FreedSpace {
    /// Size of the catalogue before, in bytes.
    pub before_bytes: u64,
    /// Its size now, in bytes.
    pub after_bytes: u64,
}

impl FreedSpace {
    /// What was given back, in bytes.
    pub fn bytes(&self) -> u64 {
        self.before_bytes.saturating_sub(self.after_bytes)
    }
}

impl Library {
    /// Every file that has vanished, by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn vanished_files(&self) -> Result<Vec<PathBuf>> {
        self.paths_where(|_, state| state == FileState::Vanished)
    }

    /// Every file known at `place` (absolute, in any Unicode form), or below it if that is a folder, whatever its state; by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn files_at(&self, place: &Path) -> Result<Vec<PathBuf>> {
        self.paths_where(|path, _| is_below(path, place))
    }

    fn paths_where(&self, is_meant: impl Fn(&Path, FileState) -> bool) -> Result<Vec<PathBuf>> {
        let known = self.known_files()?.into_iter();
        let mut paths: Vec<_> =
            known.filter(|(path, known)| is_meant(path, known.state)).map(|(path, _)| path).collect();
        paths.sort_unstable();
        Ok(paths)
    }
}

impl Writer {
    /// Forgets `files` (absolute paths) and their vectors, in small transactions.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written; what was forgotten before stays forgotten.
    pub(crate) fn forget(&mut self, files: &[PathBuf]) -> Result<()> {
        for batch in files.chunks(BATCH_FILES) {
            let removed = batch.iter().map(|path| Change::Removed { path: path.clone() });
            self.commit(&removed.collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Drops what models and heads said of sounds that are not in the library any more, which they can say again; what
    /// people said stays. Then gives the space of what was forgotten back to the file system, in small transactions, each
    /// of which leaves a whole catalogue. Needs little room on the disk.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub(crate) fn compact(&mut self) -> Result<FreedSpace> {
        let library = self.library();
        let settle = || library.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let freeable = || library.connection.pragma_query_value(None, "freelist_count", |row| row.get::<_, u32>(0));
        let compact = || -> rusqlite::Result<FreedSpace> {
            settle()?;
            library.connection.execute(UNOWNED_LABELS, [])?;
            let before_bytes = library.catalogue_bytes();
            let mut left = freeable()?;
            while left > 0 {
                let sql = format!("PRAGMA incremental_vacuum({BATCH_PAGES})");
                let mut statement = library.connection.prepare(&sql)?;
                let mut rows = statement.query([])?;
                // Each step gives one page back.
                while rows.next()?.is_some() {}
                settle()?;
                let now = freeable()?;
                if now >= left {
                    break;
                }
                left = now;
            }
            settle()?;
            Ok(FreedSpace { before_bytes, after_bytes: library.catalogue_bytes() })
        };
        compact().in_library(library.folder())
    }
}
