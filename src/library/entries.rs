//! Everything that is found in a library, one segment after the other, as an export writes it. Only one file's worth is
//! ever held in memory.

use rusqlite::Row;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::changes::Snapshot;
use crate::library::failure::InLibrary;
use crate::library::record::file::{FileId, Hash};
use crate::library::record::label::{Labelled, Labeller};
use crate::library::record::segment::Segment;
use crate::library::vectors::blob;
use crate::library::{paths, read_segment};
use crate::recording_time::RecordingTime;

/// `{channel}` stands for the column of that name. In the order of the files' and then the segments' ids, which is the order they lie in.
const ENTRIES: &str = "SELECT files.id, path, hash, container, codec, rate_hz, channels, duration_seconds, value, kind,
    start_seconds, end_seconds, {channel} FROM files CROSS JOIN segments ON segments.file_id = files.id
    LEFT JOIN vectors ON segment_id = segments.id WHERE +state = 'indexed' ORDER BY files.id, segments.id";

/// A segment that is found, with its file and its vector.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedSegment {
    /// Absolute path of the file.
    pub path: std::path::PathBuf,
    /// Hash of the file's content.
    pub hash: Option<Hash>,
    /// Container in lower case.
    pub container: String,
    /// Codec in lower case.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Length of the file in seconds.
    pub duration_seconds: f64,
    /// When it was begun to be recorded; `None` if nothing says so.
    pub recorded: Option<RecordingTime>,
    /// Words found in the file, as (name of the field, words), by name.
    pub tags: Vec<(String, String)>,
    /// The labels of the file that the segment has a part in, with who gave each, by labeller and time.
    pub labels: Vec<(Labeller, Labelled)>,
    /// The span of the file.
    pub segment: Segment,
    /// Its vector; `None` if that is missing or damaged.
    pub vector: Option<Embedding>,
}

impl IndexedSegment {
    /// What the recorder's clock showed at the segment's beginning; `None` if no time of day is known.
    pub fn clock(&self) -> Option<RecordingTime> {
        self.recorded.and_then(|began| began.clock_at(self.segment.start_seconds))
    }
}

impl Snapshot<'_> {
    /// Calls `take` with every segment that is found, always in the same order, until it fails.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read, and whatever `take` gives.
    pub fn each_entry<E: From<crate::error::Error>>(
        &self,
        mut take: impl FnMut(&IndexedSegment) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let (folder, dim) = (self.library().folder(), self.library().model().dim);
        let mut statement = self
            .connection()
            .prepare(&ENTRIES.replace("{channel}", self.library().channel_column()))
            .in_library(folder)?;
        let mut rows = statement.query([]).in_library(folder)?;
        let (mut file, mut recorded, mut tags, mut labels) = (None, None, Vec::new(), Vec::new());
        let keeps_recordings = self.library().keeps_recordings()?;
        while let Some(row) = rows.next().in_library(folder)? {
            let id: i64 = row.get(0).in_library(folder)?;
            if file != Some(id) {
                (file, tags) = (Some(id), self.tags_of(id)?);
                recorded = if keeps_recordings { self.library().recorded(FileId(id))? } else { None };
                let hash = row.get::<_, Option<[u8; 32]>>(2).in_library(folder)?;
                labels = hash.map_or(Ok(Vec::new()), |hash| self.library().labels_of(Hash(hash)))?;
            }
            let mut entry = read_entry(row, tags.clone(), dim).in_library(folder)?;
            entry.recorded = recorded;
            entry.labels = labels.iter().filter(|(_, label)| shares_time(&entry.segment, label)).cloned().collect();
            take(&entry)?;
        }
        Ok(())
    }

    fn tags_of(&self, file: i64) -> Result<Vec<(String, String)>> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let sql = "SELECT name, value FROM tags WHERE file_id = ?1 ORDER BY name";
            let mut statement = self.connection().prepare_cached(sql)?;
            statement.query_map([file], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        read().in_library(self.library().folder())
    }
}

/// Whether `label` is of a time that `segment` has a part in.
fn shares_time(segment: &Segment, label: &Labelled) -> bool {
    label.start_seconds < segment.end_seconds && segment.start_seconds < label.end_seconds
}

fn read_entry(row: &Row<'_>, tags: Vec<(String, String)>, dim: usize) -> rusqlite::Result<IndexedSegment> {
    // A column of another type than BLOB is damage too, not a failure to read.
    let vector = row.get_ref(8)?.as_blob().ok().and_then(|blob| blob::decode(blob, dim));
    Ok(IndexedSegment {
        path: paths::read(row, 1)?,
        hash: row.get::<_, Option<[u8; 32]>>(2)?.map(Hash),
        container: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        codec: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        rate_hz: row.get::<_, Option<u32>>(5)?.unwrap_or_default(),
        channels: row.get::<_, Option<u32>>(6)?.unwrap_or_default(),
        duration_seconds: row.get::<_, Option<f64>>(7)?.unwrap_or_default(),
        recorded: None,
        tags,
        labels: Vec::new(),
        segment: read_segment(row, 9)?,
        vector,
    })
}
