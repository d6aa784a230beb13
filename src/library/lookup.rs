//! Questions about files that a search asks of the catalogue: which ones a filter lets through, what is known of some,
//! where segments and their vectors are. Nothing is ranked here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, ToSql, params_from_iter};

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::labels::LabelFilter;
use crate::library::record::file::{FileId, Hash, Stamp};
use crate::library::record::segment::{Segment, SegmentId};
use crate::library::{Library, paths, read_segment, vectors};
use crate::recording_time::RecordingTime;

/// Names that people give to formats, with the names of their containers.
const ALIASES: [(&str, &str); 8] = [
    ("wave", "wav"),
    ("aif", "aiff"),
    ("aifc", "aiff"),
    ("m4a", "mp4"),
    ("mov", "mp4"),
    ("oga", "ogg"),
    ("mka", "mkv"),
    ("matroska", "mkv"),
];

/// Two ends, each of which may be open; both belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds<T> {
    /// The least value let through.
    pub least: Option<T>,
    /// The greatest value let through.
    pub most: Option<T>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Bounds { least: None, most: None }
    }
}

/// A tag that a file must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFilter {
    /// Name of the field, for example `genre`; `None` for any.
    pub name: Option<String>,
    /// Text that its value has somewhere, in any case.
    pub text: String,
}

/// Which files may be found. The default lets all through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileFilter {
    /// Absolute folders: in any of them or below; none for all.
    pub folders: Vec<PathBuf>,
    /// Containers or codecs, for example `flac`: any of them; none for all.
    pub formats: Vec<String>,
    /// Length in seconds.
    pub duration_seconds: Bounds<f64>,
    /// Sample rate of the file in Hz.
    pub rate_hz: Bounds<u32>,
    /// Number of channels in the file.
    pub channels: Bounds<u32>,
    /// Time of the last change, in nanoseconds since the Unix epoch.
    pub modified_ns: Bounds<i64>,
    /// When it was recorded, by the recorder's clock, in seconds since 1970 began on it. What is known less exactly passes if
    /// all of its day, month or year does.
    pub recorded_seconds: Bounds<i64>,
    /// The time of day at which it was begun to be recorded, by the recorder's clock, in seconds since midnight; ends the other
    /// way round mean the night between them.
    pub day_seconds: Bounds<u32>,
    /// All of these.
    pub tags: Vec<TagFilter>,
    /// All of these.
    pub labels: Vec<LabelFilter>,
}

/// What is known of a file that is found.
#[derive(Debug, Clone, PartialEq)]
pub struct FileCard {
    /// The file.
    pub id: FileId,
    /// Absolute path.
    pub path: PathBuf,
    /// Hash of the content.
    pub hash: Option<Hash>,
    /// Size of the file.
    pub size_bytes: u64,
    /// Time of the last change, in nanoseconds since the Unix epoch.
    pub modified_ns: i64,
    /// Container in lower case.
    pub container: String,
    /// Codec in lower case.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Length in seconds.
    pub duration_seconds: f64,
    /// When it was begun to be recorded; `None` if nothing says so.
    pub recorded: Option<RecordingTime>,
    /// Its segments, by id.
    pub segments: Vec<(SegmentId, Segment)>,
}

/// The sound of a file that is found, as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    /// Size and time of the file as it was read.
    pub stamp: Stamp,
    /// Hash of the content.
    pub hash: Option<Hash>,
    /// Length in seconds.
    pub duration_seconds: f64,
    /// Its vector.
    pub vector: Embedding,
}

/// The name that the catalogue has for the container or codec that people call `name`: `.WAV` is `wav`, `m4a` is `mp4`.
pub fn format_name(name: &str) -> String {
    let name = name.trim_start_matches('.').to_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, container)| (*container).to_owned())
}

/// A condition in SQL with the values it takes.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl FileFilter {
    /// Whether every file passes.
    pub(crate) fn lets_all_through(&self) -> bool {
        *self == FileFilter::default()
    }

    /// Whether it asks when files were recorded, which catalogues of an older version do not know.
    pub(super) fn asks_for_recordings(&self) -> bool {
        self.recorded_seconds != Bounds::default() || self.day_seconds != Bounds::default()
    }

    /// The condition on a row of `files`; tags are another matter.
    pub(super) fn condition(&self) -> Condition {
        let mut condition = Condition { sql: "state = 'indexed'".into(), values: Vec::new() };
        let folders = self.folders.iter().map(|folder| {
            let mut inside = folder.clone();
            // An empty last part: the path with a separator at its end.
            inside.push("");
            let prefix = paths::encode(&inside);
            ("substr(path, 1, ?) = ?", vec![Value::from(prefix.len() as i64), Value::from(prefix)])
        });
        condition.any(folders);
        let formats = self.formats.iter().map(|format| {
            let format = Value::from(format.to_lowercase());
            ("(container = ? OR codec = ?)", vec![format.clone(), format])
        });
        condition.any(formats);
        condition.bounds("duration_seconds", self.duration_seconds);
        condition.bounds("rate_hz", self.rate_hz);
        condition.bounds("channels", self.channels);
        condition.bounds("modified_ns", self.modified_ns);
        condition.recorded(self);
        self.labels.iter().for_each(|label| condition.any(std::iter::once(label.condition())));
        condition
    }
}

impl Condition {
    /// Adds that one of `options` holds, if there are any.
    fn any<'a>(&mut self, options: impl Iterator<Item = (&'a str, Vec<Value>)>) {
        let (parts, values): (Vec<&str>, Vec<Vec<Value>>) = options.unzip();
        if !parts.is_empty() {
            self.sql += &format!(" AND ({})", parts.join(" OR "));
            self.values.extend(values.into_iter().flatten());
        }
    }

    /// Adds that a recording began when `filter` has it.
    fn recorded(&mut self, filter: &FileFilter) {
        if !filter.asks_for_recordings() {
            return;
        }
        let mut inner = Condition { sql: "true".into(), values: Vec::new() };
        inner.bounds("first_second", Bounds { most: None, ..filter.recorded_seconds });
        inner.bounds("last_second", Bounds { least: None, ..filter.recorded_seconds });
        let Bounds { least, most } = filter.day_seconds;
        if least.is_some() || most.is_some() {
            let (least, most) = (least.unwrap_or(0), most.unwrap_or(u32::MAX));
            let join = if least <= most { "AND" } else { "OR" };
            let second = "((first_second % 86400 + 86400) % 86400)";
            inner.sql += &format!(" AND first_second = last_second AND ({second} >= ? {join} {second} <= ?)");
            inner.values.extend([Value::from(least), Value::from(most)]);
        }
        self.sql += &format!(" AND id IN (SELECT file_id FROM recordings WHERE {})", inner.sql);
        self.values.extend(inner.values);
    }

    fn bounds<T: Into<Value>>(&mut self, column: &str, bounds: Bounds<T>) {
        for (sign, bound) in [(">=", bounds.least), ("<=", bounds.most)] {
            if let Some(bound) = bound {
                self.sql += &format!(" AND {column} {sign} ?");
                self.values.push(bound.into());
            }
        }
    }
}

impl Library {
    /// The files that `filter` lets through.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn files_passing(&self, filter: &FileFilter) -> Result<HashSet<FileId>> {
        if filter.asks_for_recordings() {
            self.expect_recordings()?;
        }
        let Condition { sql, values } = filter.condition();
        let sql = format!("SELECT id FROM files WHERE {sql}");
        let rows = self.look_up(&sql, &values, |row| row.get(0).map(FileId))?;
        let mut files: HashSet<FileId> = rows.into_iter().collect();
        for tag in &filter.tags {
            let tagged = self.files_tagged(tag)?;
            files.retain(|file| tagged.contains(file));
        }
        Ok(files)
    }

    /// SQLite knows upper and lower case only in ASCII, so texts are compared here.
    fn files_tagged(&self, tag: &TagFilter) -> Result<HashSet<FileId>> {
        let text = tag.text.to_lowercase();
        let name = tag.name.as_ref().map(|name| name.to_lowercase());
        let read = |row: &Row<'_>| Ok((FileId(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, String>(2)?));
        let rows = self.look_up("SELECT file_id, name, value FROM tags", &[], read)?;
        let has = |(file, of, value): (FileId, String, String)| {
            let is_named = name.as_ref().is_none_or(|name| *name == of.to_lowercase());
            (is_named && value.to_lowercase().contains(&text)).then_some(file)
        };
        Ok(rows.into_iter().filter_map(has).collect())
    }

    /// The segments of `files`.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn segments_of(&self, files: &HashSet<FileId>) -> Result<HashSet<SegmentId>> {
        let read = |row: &Row<'_>| Ok((SegmentId(row.get(0)?), FileId(row.get(1)?)));
        let rows = self.look_up("SELECT id, file_id FROM segments", &[], read)?;
        Ok(rows.into_iter().filter(|(_, file)| files.contains(file)).map(|(segment, _)| segment).collect())
    }

    /// The file that each of `segments` is in; those that are gone by now are left out.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn files_of(&self, segments: &[SegmentId]) -> Result<HashMap<SegmentId, FileId>> {
        let sql = "SELECT file_id FROM segments WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        let mut files = HashMap::with_capacity(segments.len());
        for segment in segments {
            let file = statement.query_row([segment.0], |row| row.get(0)).optional().in_library(&self.folder)?;
            files.extend(file.map(|file| (*segment, FileId(file))));
        }
        Ok(files)
    }

    /// What is known of `files`; those that are not found any more are left out.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn cards(&self, files: &[FileId]) -> Result<BTreeMap<FileId, FileCard>> {
        let sql = "SELECT id, path, hash, modified_ns, container, codec, rate_hz, channels, duration_seconds,
                   size_bytes FROM files WHERE id = ?1 AND state = 'indexed'";
        let (mut cards, keeps_recordings) = (BTreeMap::new(), self.keeps_recordings()?);
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        for file in files {
            let card = statement.query_row([file.0], read_card).optional().in_library(&self.folder)?;
            if let Some(mut card) = card {
                card.segments = self.segments_in(*file)?;
                card.recorded = if keeps_recordings { self.recorded(*file)? } else { None };
                cards.insert(*file, card);
            }
        }
        Ok(cards)
    }

    fn segments_in(&self, file: FileId) -> Result<Vec<(SegmentId, Segment)>> {
        let channel = self.channel_column();
        let columns = format!("id, kind, start_seconds, end_seconds, {channel}");
        let sql = format!("SELECT {columns} FROM segments WHERE file_id = ?1 ORDER BY id");
        self.look_up(&sql, &[Value::from(file.0)], |row| Ok((SegmentId(row.get(0)?), read_segment(row, 1)?)))
    }

    /// The other files that are found and have the content of `card`'s, by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn twins(&self, card: &FileCard) -> Result<Vec<(FileId, PathBuf)>> {
        let Some(hash) = card.hash else { return Ok(Vec::new()) };
        let files = self.files_of_content(hash)?;
        Ok(files.into_iter().filter(|(id, _)| *id != card.id).collect())
    }

    /// The files that are found and have that content, by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn files_of_content(&self, hash: Hash) -> Result<Vec<(FileId, PathBuf)>> {
        // The plus keeps SQLite from going through all that are indexed instead of the few of this hash.
        let sql = "SELECT id, path FROM files WHERE hash = ? AND +state = 'indexed' ORDER BY path";
        let values = [Value::from(hash.0.to_vec())];
        self.look_up(sql, &values, |row| Ok((FileId(row.get(0)?), paths::read(row, 1)?)))
    }

    /// How many files are found.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn found_len(&self) -> Result<usize> {
        let counts =
            self.look_up("SELECT count(*) FROM files WHERE state = 'indexed'", &[], |row| row.get::<_, u32>(0));
        Ok(counts?.first().map_or(0, |count| *count as usize))
    }

    /// Up to `count` clips of different content, spread over the library; always the same ones. It looks each up by
    /// itself, so that it takes no longer in a large library.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn sample_clips(&self, count: usize) -> Result<Vec<SegmentId>> {
        let ends = "SELECT ifnull(min(id), 0), ifnull(max(id), -1) FROM segments";
        let ends = self.look_up(ends, &[], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        let (least, most) = ends.first().copied().unwrap_or((0, -1));
        let sql = "SELECT segments.id, hash FROM segments JOIN files ON files.id = file_id
                   WHERE segments.id >= ? AND kind = 'clip' AND +state = 'indexed' ORDER BY segments.id LIMIT 1";
        let (mut sample, mut hashes, mut from) = (Vec::new(), HashSet::new(), least);
        let step = ((most - least + 1) / i64::try_from(count.max(1)).unwrap_or(i64::MAX)).max(1);
        while from <= most && sample.len() < count {
            let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<[u8; 32]>>(1)?));
            let Some((id, hash)) = self.look_up(sql, &[Value::from(from)], read)?.pop() else { break };
            if hash.is_none_or(|hash| hashes.insert(hash)) {
                sample.push(SegmentId(id));
            }
            from = (from + step).max(id + 1);
        }
        Ok(sample)
    }

    /// The vector of `segment`; `None` if there is none or it is damaged.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn vector_of(&self, segment: SegmentId) -> Result<Option<Embedding>> {
        let sql = "SELECT value FROM vectors WHERE segment_id = ?1";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        // A column of another type than BLOB is damage too, not a failure to read.
        let read = |row: &Row<'_>| Ok(row.get_ref(0)?.as_blob().map(<[u8]>::to_vec).unwrap_or_default());
        let blob = statement.query_row([segment.0], read).optional().in_library(&self.folder)?;
        Ok(blob.and_then(|blob| vectors::blob::decode(&blob, self.model.dim)))
    }

    /// The sound of the file at `path` (absolute); `None` if it is not found or its vector is damaged.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn clip_at(&self, path: &Path) -> Result<Option<Clip>> {
        let sql = "SELECT size_bytes, modified_ns, hash, duration_seconds, value FROM files
                   JOIN segments ON files.id = file_id JOIN vectors ON segments.id = segment_id
                   WHERE path = ? AND state = 'indexed' AND kind = 'clip'";
        let clips = self.look_up(sql, &[Value::from(paths::encode(path))], |row| {
            let stamp = Stamp { size_bytes: row.get::<_, i64>(0)?.unsigned_abs(), modified_ns: row.get(1)? };
            let hash = row.get::<_, Option<[u8; 32]>>(2)?.map(Hash);
            let vector = row.get_ref(4)?.as_blob().ok().and_then(|blob| vectors::blob::decode(blob, self.model.dim));
            let duration_seconds = row.get::<_, Option<f64>>(3)?.unwrap_or_default();
            Ok(vector.map(|vector| Clip { stamp, hash, duration_seconds, vector }))
        })?;
        Ok(clips.into_iter().flatten().next())
    }

    pub(super) fn look_up<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        let values = params_from_iter(values.iter().map(|value| value as &dyn ToSql));
        let rows = statement.query_map(values, read).in_library(&self.folder)?;
        rows.collect::<rusqlite::Result<_>>().in_library(&self.folder)
    }
}

fn read_card(row: &Row<'_>) -> rusqlite::Result<FileCard> {
    Ok(FileCard {
        id: FileId(row.get(0)?),
        path: paths::read(row, 1)?,
        hash: row.get::<_, Option<[u8; 32]>>(2)?.map(Hash),
        size_bytes: row.get::<_, i64>(9)?.unsigned_abs(),
        modified_ns: row.get(3)?,
        container: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        codec: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        rate_hz: row.get::<_, Option<u32>>(6)?.unwrap_or_default(),
        channels: row.get::<_, Option<u32>>(7)?.unwrap_or_default(),
        duration_seconds: row.get::<_, Option<f64>>(8)?.unwrap_or_default(),
        recorded: None,
        segments: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_go_by_the_names_people_use() {
        for (name, expected) in [(".WAV", "wav"), ("m4a", "mp4"), ("Opus", "opus"), ("aif", "aiff")] {
            assert_eq!(format_name(name), expected);
        }
    }
}
