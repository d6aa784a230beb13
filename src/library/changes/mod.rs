//! What became of a catalogue's files since a given revision, so that an index made from it can catch up.
//!
//! Every commit of the writer is a new [`Revision`]. A [`Snapshot`] is a view of one of them, unmoved by later commits;
//! from it comes a `Changes`: which files an index must take in and which files and segments it must forget. Nothing
//! here is written but the revisions themselves, and vectors are not read.
//!
//! In its statements a CROSS JOIN fixes the order: first the few files that changed, then what belongs to them.

use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior};

use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::record::file::FileId;
use crate::library::record::segment::{Segment, SegmentId};
use crate::library::{Library, paths, read_segment};

/// Removals are remembered up to this many, or up to the number of segments if that is more.
const REMOVALS_KEPT: i64 = 10_000;

/// The name of the field under which labels given by hand stand among the tags.
const LABEL_TAG: &str = "label";

/// A state of one catalogue: what a commit left. A catalogue that nothing was committed to has revision 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Revision {
    /// Grows with every commit.
    pub(crate) number: u64,
    /// Random, so that revisions of another catalogue, or of a restored copy that went its own way, are not mistaken
    /// for this one's.
    pub(crate) token: i64,
}

/// How much of the catalogue a [`Changes`] speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All that is found. An index starts empty: whatever it held before may be of another catalogue.
    Whole,
    /// What changed since the revision that was asked about.
    Since,
}

/// What an index must do to get from one revision to another: forget what was removed, then put each found file in
/// place of what it may hold of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Changes {
    /// The revision that this leads to.
    pub(crate) revision: Revision,
    /// From where it leads there.
    pub(crate) extent: Extent,
    /// Files that are found and are new or differ in path, tags, segments or vectors, or have come back; by id.
    pub(crate) found: Vec<FoundFile>,
    /// Files that are found no longer; some may never have been.
    pub(crate) removed_files: Vec<FileId>,
    /// Segments that are found no longer; some may never have been.
    pub(crate) removed_segments: Vec<SegmentId>,
}

/// A file that is found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoundFile {
    /// The file.
    pub(crate) id: FileId,
    /// Its absolute path.
    pub(crate) path: PathBuf,
    /// Words found in it, as (name of the field, words), by name; then the labels given by hand, under `label`.
    pub(crate) tags: Vec<(String, String)>,
    /// All its segments, by id.
    pub(crate) segments: Vec<(SegmentId, Segment)>,
}

/// A view of the catalogue at one revision, for as long as it lives.
#[derive(Debug)]
pub struct Snapshot<'a> {
    library: &'a Library,
    transaction: Transaction<'a>,
    revision: Revision,
}

impl Library {
    /// The latest revision.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn revision(&self) -> Result<Revision> {
        read_revision(&self.connection).in_library(&self.folder)
    }

    /// What changed since `past`, or all there is if `past` is `None` or no revision of this catalogue that it still
    /// remembers.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn changes_since(&self, past: Option<Revision>) -> Result<Changes> {
        self.snapshot()?.changes_since(past)
    }

    /// A view of the latest revision. One at a time: a second one while the first lives is an error.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        let begin = || Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred);
        let transaction = begin().in_library(&self.folder)?;
        // The first read is what fixes the view.
        let revision = read_revision(&transaction).in_library(&self.folder)?;
        Ok(Snapshot { library: self, transaction, revision })
    }
}

impl Snapshot<'_> {
    /// The revision that is seen.
    pub(crate) fn revision(&self) -> Revision {
        self.revision
    }

    /// The library that is seen.
    pub fn library(&self) -> &Library {
        self.library
    }

    /// The number to compare files' revisions with for what changed since `past`, which is −1 for everything.
    pub(super) fn after(&self, past: Option<Revision>) -> rusqlite::Result<i64> {
        let Some(past) = past else { return Ok(-1) };
        let number = i64::try_from(past.number).unwrap_or(i64::MAX);
        let sql = "SELECT token FROM revisions WHERE number = ?1";
        let token: Option<i64> = self.transaction.query_row(sql, [number], |row| row.get(0)).optional()?;
        Ok(if token == Some(past.token) { number } else { -1 })
    }

    /// The connection, inside the transaction that holds the view.
    pub(super) fn connection(&self) -> &Connection {
        &self.transaction
    }

    /// What changed between `past` and this view; see [`Library::changes_since`].
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn changes_since(&self, past: Option<Revision>) -> Result<Changes> {
        self.read_changes(past).in_library(&self.library.folder)
    }

    fn read_changes(&self, past: Option<Revision>) -> rusqlite::Result<Changes> {
        let after = self.after(past)?;
        let mut changes = Changes {
            revision: self.revision,
            extent: if after < 0 { Extent::Whole } else { Extent::Since },
            found: self.read_found(after)?,
            removed_files: Vec::new(),
            removed_segments: Vec::new(),
        };
        if changes.extent == Extent::Since {
            changes.removed_files = self.read_removed_files(after)?;
            changes.removed_segments = self.read_removed_segments(after)?;
        }
        Ok(changes)
    }

    fn read_found(&self, after: i64) -> rusqlite::Result<Vec<FoundFile>> {
        let sql = "SELECT id, path FROM files WHERE state = 'indexed' AND revision > ?1 ORDER BY id";
        let mut files = self.rows(sql, after, |row| {
            let (tags, segments) = (Vec::new(), Vec::new());
            Ok(FoundFile { id: FileId(row.get(0)?), path: paths::read(row, 1)?, tags, segments })
        })?;
        let sql = "SELECT file_id, name, value FROM files CROSS JOIN tags ON file_id = files.id
                   WHERE state = 'indexed' AND revision > ?1 ORDER BY file_id, name";
        let tags = self.rows(sql, after, |row| Ok((FileId(row.get(0)?), (row.get(1)?, row.get(2)?))))?;
        give_out(&mut files, tags, |file, tag| file.tags.push(tag));
        let sql = "SELECT files.id, label FROM files CROSS JOIN labels ON labels.hash = files.hash
                   WHERE state = 'indexed' AND revision > ?1 AND source = 'hand' ORDER BY files.id, label";
        let labels = self.rows(sql, after, |row| Ok((FileId(row.get(0)?), (LABEL_TAG.to_owned(), row.get(1)?))))?;
        give_out(&mut files, labels, |file, label| file.tags.push(label));
        let channel = self.library.channel_column();
        let sql = format!(
            "SELECT file_id, segments.id, kind, start_seconds, end_seconds, {channel} FROM files
             CROSS JOIN segments ON file_id = files.id WHERE state = 'indexed' AND revision > ?1
             ORDER BY file_id, segments.id"
        );
        let segments =
            self.rows(&sql, after, |row| Ok((FileId(row.get(0)?), (SegmentId(row.get(1)?), read_segment(row, 2)?))))?;
        give_out(&mut files, segments, |file, segment| file.segments.push(segment));
        Ok(files)
    }

    fn read_removed_files(&self, after: i64) -> rusqlite::Result<Vec<FileId>> {
        let sql = "SELECT id FROM removed_files WHERE revision > ?1
                   UNION ALL SELECT id FROM files WHERE state IN ('failed', 'vanished') AND revision > ?1";
        self.rows(sql, after, |row| row.get(0).map(FileId))
    }

    /// The segments deleted after revision number `after`, and those of files that are found no longer.
    pub(super) fn read_removed_segments(&self, after: i64) -> rusqlite::Result<Vec<SegmentId>> {
        let sql = "SELECT id FROM removed_segments WHERE revision > ?1
                   UNION ALL SELECT segments.id FROM files CROSS JOIN segments ON file_id = files.id
                   WHERE state IN ('failed', 'vanished') AND revision > ?1";
        self.rows(sql, after, |row| row.get(0).map(SegmentId))
    }

    fn rows<T>(
        &self,
        sql: &str,
        after: i64,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.transaction.prepare_cached(sql)?.query_map([after], read)?.collect()
    }
}

/// Gives each of `parts` to the file it belongs to; both are sorted by file.
fn give_out<T>(files: &mut [FoundFile], parts: Vec<(FileId, T)>, mut give: impl FnMut(&mut FoundFile, T)) {
    let mut files = files.iter_mut().peekable();
    for (id, part) in parts {
        while files.next_if(|file| file.id < id).is_some() {}
        if let Some(file) = files.peek_mut() {
            give(file, part);
        }
    }
}

/// Makes what follows in `transaction` the next revision.
pub(super) fn begin_revision(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.prepare_cached("INSERT INTO revisions DEFAULT VALUES")?.execute([]).map(drop)
}

/// Drops the record of removals once it outgrows the library, with the revisions it began at: indexes of those must be
/// made anew, which at that point costs little more than catching up.
pub(super) fn forget_old_removals(connection: &Connection) -> rusqlite::Result<()> {
    let count =
        |table: &str| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
    if count("removed_segments")? + count("removed_files")? <= count("segments")?.max(REMOVALS_KEPT) {
        return Ok(());
    }
    connection.execute_batch(
        "BEGIN IMMEDIATE;
         DELETE FROM removed_segments;
         DELETE FROM removed_files;
         DELETE FROM revisions WHERE number < (SELECT revision FROM current);
         COMMIT;",
    )
}

fn read_revision(connection: &Connection) -> rusqlite::Result<Revision> {
    let sql = "SELECT number, token FROM revisions ORDER BY number DESC LIMIT 1";
    let read = |row: &Row<'_>| Ok(Revision { number: row.get::<_, i64>(0)?.unsigned_abs(), token: row.get(1)? });
    Ok(connection.query_row(sql, [], read).optional()?.unwrap_or_default())
}

#[cfg(test)]
mod tests;
