//! Going through a library page by page, and all that is known of one file: for those who show it. Nothing is ranked.

use std::path::{Path, PathBuf};

use rusqlite::Row;
use rusqlite::types::Value;

use crate::embedding::Embedding;
use crate::error::{Error, Result};
use crate::library::failure::InLibrary;
use crate::library::lookup::{Clip, FileFilter};
use crate::library::record::file::{FailedFile, FileId, Hash, Stamp};
use crate::library::record::segment::{SegmentId, SegmentKind};
use crate::library::vectors::blob;
use crate::library::{Library, paths};

/// Some of a list, and how long all of it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The part that was asked for.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: usize,
}

/// Where a list is begun and how much of it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// How many are left out before.
    pub offset: usize,
    /// How many are wanted at most.
    pub limit: usize,
}

impl Range {
    fn values(self) -> [Value; 2] {
        [self.limit, self.offset].map(|number| Value::from(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

/// Files with the same content.
#[derive(Debug, Clone, PartialEq)]
pub struct Copies {
    /// The content they share.
    pub hash: Hash,
    /// The files, by path.
    pub files: Vec<(FileId, PathBuf)>,
}

/// The sound of a file that is found, without its vector.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipRow {
    /// The file.
    pub file: FileId,
    /// The segment that stands for all of it.
    pub segment: SegmentId,
    /// Hash of the content.
    pub hash: Option<Hash>,
    /// Length in seconds.
    pub duration_seconds: f64,
}

impl Library {
    /// The sounds of all files that are found, by segment.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn clip_rows(&self) -> Result<Vec<ClipRow>> {
        let sql = "SELECT file_id, segments.id, hash, duration_seconds FROM segments JOIN files ON files.id = file_id
                   WHERE kind = 'clip' AND state = 'indexed' ORDER BY segments.id";
        self.look_up(sql, &[], read_clip_row)
    }

    /// Calls `take` with the sound of every file that is found and its vector, by file, until it fails; a sound whose
    /// vector is damaged is left out.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read, and whatever `take` gives.
    pub(crate) fn each_clip<E: From<Error>>(
        &self,
        mut take: impl FnMut(ClipRow, Embedding) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let sql = "SELECT file_id, segments.id, hash, duration_seconds, value FROM files
                   CROSS JOIN segments ON segments.file_id = files.id CROSS JOIN vectors ON segment_id = segments.id
                   WHERE +state = 'indexed' AND kind = 'clip' ORDER BY files.id";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        let mut rows = statement.query([]).in_library(&self.folder)?;
        while let Some(row) = rows.next().in_library(&self.folder)? {
            let clip = read_clip_row(row).in_library(&self.folder)?;
            let value = row.get_ref(4).in_library(&self.folder)?;
            if let Some(vector) = value.as_blob().ok().and_then(|blob| blob::decode(blob, self.model.dim)) {
                take(clip, vector)?;
            }
        }
        Ok(())
    }

    /// The file known at `path` (absolute), whatever its state.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn file_id(&self, path: &Path) -> Result<Option<FileId>> {
        let ids = self.look_up("SELECT id FROM files WHERE path = ?", &[Value::from(paths::encode(path))], |row| {
            row.get(0).map(FileId)
        })?;
        Ok(ids.first().copied())
    }

    /// The files that `filter`, whose tags do not count here, lets through, by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn files_page(&self, filter: &FileFilter, range: Range) -> Result<Page<FileId>> {
        if filter.asks_for_recordings() {
            self.expect_recordings()?;
        }
        let condition = filter.condition();
        let total = format!("SELECT count(*) FROM files WHERE {}", condition.sql);
        let total = self.look_up(&total, &condition.values, |row| row.get::<_, u32>(0))?;
        let sql = format!("SELECT id FROM files WHERE {} ORDER BY path LIMIT ? OFFSET ?", condition.sql);
        let values = [condition.values, range.values().to_vec()].concat();
        let items = self.look_up(&sql, &values, |row| row.get(0).map(FileId))?;
        Ok(Page { items, total: total.first().map_or(0, |total| *total as usize) })
    }

    /// The files that could not be indexed, by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn failures_page(&self, range: Range) -> Result<Page<FailedFile>> {
        let total = "SELECT count(*) FROM files WHERE state = 'failed'";
        let total = self.look_up(total, &[], |row| row.get::<_, u32>(0))?;
        let sql = "SELECT path, error_stage, error_reason FROM files WHERE state = 'failed'
                   ORDER BY path LIMIT ? OFFSET ?";
        let items = self.look_up(sql, &range.values(), |row| {
            Ok(FailedFile { path: paths::read(row, 0)?, stage: row.get(1)?, reason: row.get(2)? })
        })?;
        Ok(Page { items, total: total.first().map_or(0, |total| *total as usize) })
    }

    /// The sound of `file`; `None` if it is not found or its vector is damaged.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn clip(&self, file: FileId) -> Result<Option<(PathBuf, Clip)>> {
        let sql = "SELECT size_bytes, modified_ns, hash, duration_seconds, value, path FROM files
                   JOIN segments ON files.id = file_id JOIN vectors ON segments.id = segment_id
                   WHERE files.id = ? AND state = 'indexed' AND kind = ?";
        let values = [Value::from(file.0), Value::from(SegmentKind::Clip.name().to_owned())];
        let clips = self.look_up(sql, &values, |row| {
            let stamp = Stamp { size_bytes: row.get::<_, i64>(0)?.unsigned_abs(), modified_ns: row.get(1)? };
            let hash = row.get::<_, Option<[u8; 32]>>(2)?.map(Hash);
            let vector = row.get_ref(4)?.as_blob().ok().and_then(|blob| blob::decode(blob, self.model().dim));
            let duration_seconds = row.get::<_, Option<f64>>(3)?.unwrap_or_default();
            let path = paths::read(row, 5)?;
            Ok(vector.map(|vector| (path, Clip { stamp, hash, duration_seconds, vector })))
        })?;
        Ok(clips.into_iter().flatten().next())
    }

    /// The words found in `file`, as (name of the field, words), by name.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn tags_of(&self, file: FileId) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, value FROM tags WHERE file_id = ? ORDER BY name";
        self.look_up(sql, &[Value::from(file.0)], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// What was lost or mended while `file` was decoded; `None` for a sound read whole.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn damage_of(&self, file: FileId) -> Result<Option<String>> {
        let notes = self.look_up("SELECT partial FROM files WHERE id = ?", &[Value::from(file.0)], |row| row.get(0))?;
        Ok(notes.into_iter().next().flatten())
    }

    /// Up to `limit` contents that several files have, in the order of their hashes.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn copies(&self, limit: usize) -> Result<Vec<Copies>> {
        let sql = "SELECT hash FROM files WHERE state = 'indexed' AND hash IS NOT NULL
                   GROUP BY hash HAVING count(*) > 1 ORDER BY hash LIMIT ?";
        let limit = Value::from(i64::try_from(limit).unwrap_or(i64::MAX));
        let hashes = self.look_up(sql, &[limit], |row| row.get(0).map(Hash))?;
        hashes.into_iter().map(|hash| Ok(Copies { hash, files: self.files_of_content(hash)? })).collect()
    }
}

/// Reads the first four columns of the queries for clips.
fn read_clip_row(row: &Row<'_>) -> rusqlite::Result<ClipRow> {
    Ok(ClipRow {
        file: FileId(row.get(0)?),
        segment: SegmentId(row.get(1)?),
        hash: row.get::<_, Option<[u8; 32]>>(2)?.map(Hash),
        duration_seconds: row.get::<_, Option<f64>>(3)?.unwrap_or_default(),
    })
}
