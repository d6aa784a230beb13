//! The one handle that changes a library: it takes batches of [`Change`]s and commits each batch whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::embedding::{Embedding, Space};
use crate::error::{Error, LibraryFailure, Result, Stage};
use crate::library::failure::InLibrary;
use crate::library::location;
use crate::library::location::CATALOGUE;
use crate::library::lock::WriterLock;
use crate::library::record::change::Change;
use crate::library::record::cue::Cue;
use crate::library::record::file::{FileFacts, FileState};
use crate::library::record::label::Labeller;
use crate::library::record::segment::{Moments, Segment};
use crate::library::record::sound::SoundFacts;
use crate::library::vectors::blob;
use crate::library::{Library, changes, cues, labels, marks, paths, recordings, schema};

/// A library opened for writing. While it lives, no other process can open one for the same folder.
///
/// [`operations::index`](mod@crate::operations::index) fills a library from folders of sound. What has vectors already can
/// be written by hand:
///
/// ```
/// use auricle::library::record::change::Change;
/// use auricle::library::record::file::{FileFacts, Stamp};
/// use auricle::library::record::hearing::Hearing;
/// use auricle::library::record::segment::{Segment, SegmentKind};
/// use auricle::library::record::sound::SoundFacts;
/// use auricle::library::writer::Writer;
/// use auricle::{Embedding, Space};
///
/// # fn main() -> auricle::Result<()> {
/// # let folder = tempfile::tempdir().expect("a temporary folder");
/// let model = Space { name: "mine".into(), fingerprint: "1".into(), dim: 2 };
/// let mut writer = Writer::open(folder.path(), &model)?;
/// let clip = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 1.5, channel: None };
/// writer.commit(&[Change::Indexed {
///     file: FileFacts {
///         path: "/sounds/beep.wav".into(),
///         stamp: Stamp { size_bytes: 48_044, modified_ns: 0 },
///         hash: None,
///         hearing: Hearing::Mix,
///     },
///     sound: SoundFacts { duration_seconds: 1.5, ..SoundFacts::default() },
///     segments: vec![(clip, Embedding::normalized(vec![0.6, 0.8])?)],
/// }])?;
/// assert_eq!(writer.library().totals()?.files, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Writer {
    pub(super) library: Library,
    _lock: WriterLock,
}

impl Writer {
    /// Opens the library in `folder`, making both where they are missing, for vectors of `model`.
    ///
    /// # Errors
    /// [`Error::Library`] naming the folder if another process is writing, another model made the library, it is damaged
    /// or of a newer format, or the folder cannot be written.
    pub fn open(folder: &Path, model: &Space) -> Result<Self> {
        fs::create_dir_all(folder).in_library(folder)?;
        let lock = WriterLock::take(folder)?;
        let path = location::find(folder).in_library(folder)?.unwrap_or_else(|| folder.join(CATALOGUE));
        let mut connection = Connection::open(&path).in_library(folder)?;
        schema::prepare_writer(&connection).in_library(folder)?;
        schema::migrate(&mut connection, folder, model)?;
        let writer = Writer { library: Library::from_connection(folder, &path, connection)?, _lock: lock };
        writer.library.expect_model(model)?;
        writer.tidied()
    }

    /// Opens the library in `folder`, which must exist, whatever model made it: to remove from it, not to add.
    ///
    /// # Errors
    /// [`Error::Library`] if there is no library, somebody else writes to it, or it cannot be written.
    pub fn open_existing(folder: &Path) -> Result<Self> {
        // Opened by name first: taking the lock would make a file where there is no library.
        let model = Library::open(folder)?.model().clone();
        Writer::open(folder, &model)
    }

    fn tidied(mut self) -> Result<Self> {
        let Library { folder, connection, .. } = &mut self.library;
        location::remove_superseded(folder).in_library(folder)?;
        changes::forget_old_removals(connection).in_library(folder)?;
        recordings::catch_up(connection).in_library(folder)?;
        Ok(self)
    }

    /// The library, for reading; it sees what this writer has committed.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Records which moments the library has from now on. It is for the caller to see to it that all files have the same.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub(crate) fn keep_moments(&mut self, moments: Moments) -> Result<()> {
        let Library { folder, connection, .. } = &self.library;
        schema::write_moments(connection, moments).in_library(folder)
    }

    /// Makes `changes` in order, in one transaction, which becomes the catalogue's next revision; no changes, no
    /// revision.
    ///
    /// # Errors
    /// Stage `catalogue` if a vector has another dimension than the library's, a twin's original is unknown, or the
    /// catalogue cannot be written; then nothing of the batch is kept.
    pub fn commit(&mut self, changes: &[Change]) -> Result<()> {
        let Library { folder, connection, model, .. } = &mut self.library;
        for change in changes {
            check_dim(folder, model.dim, change)?;
        }
        if changes.is_empty() {
            return Ok(());
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).in_library(folder)?;
        changes::begin_revision(&transaction).in_library(folder)?;
        for change in changes {
            apply(&transaction, change).in_library(folder)?;
        }
        transaction.commit().in_library(folder)
    }

    /// Does `work` in one transaction, which is no revision: none of it is what indexes are made of.
    pub(super) fn change<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let Library { folder, connection, .. } = &mut self.library;
        let change = || -> rusqlite::Result<T> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        change().in_library(folder)
    }
}

fn check_dim(folder: &Path, dim: usize, change: &Change) -> Result<()> {
    let Change::Indexed { file, segments, .. } = change else { return Ok(()) };
    match segments.iter().find(|(_, vector)| vector.dim() != dim) {
        None => Ok(()),
        Some((_, vector)) => {
            let of = file.path.display().to_string();
            Err(Error::library(folder, LibraryFailure::OtherDimension { of, given: vector.dim(), own: dim }))
        }
    }
}

fn apply(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Indexed { file, sound, segments } => store_sound(transaction, file, sound, segments),
        Change::Failed { file, stage, reason } => store_failure(transaction, file, *stage, reason),
        Change::Twin { file } => store_twin(transaction, file),
        Change::Vanished { path } => {
            let sql = "UPDATE files SET state = 'vanished' WHERE path = ?1";
            transaction.prepare_cached(sql)?.execute([paths::encode(path)]).map(drop)
        }
        Change::Removed { path } => {
            let sql = "DELETE FROM files WHERE path = ?1";
            transaction.prepare_cached(sql)?.execute([paths::encode(path)]).map(drop)
        }
        Change::Moved { path, to } => {
            let (before, after) = (paths::encode(path), paths::encode(to));
            for table in ["files", "examples"] {
                let sql = format!("UPDATE {table} SET path = ?2 WHERE path = ?1");
                transaction.prepare_cached(&sql)?.execute(params![before, after])?;
            }
            Ok(())
        }
        Change::Returned { path } => {
            let sql = "UPDATE files SET state = iif(error_stage IS NULL, 'indexed', 'failed') WHERE path = ?1";
            transaction.prepare_cached(sql)?.execute([paths::encode(path)]).map(drop)
        }
        Change::Retagged { path, tags, cues } => store_tags(transaction, path, tags, cues),
        Change::Marked { path, mark } => marks::store(transaction, path, *mark),
        Change::Judged { hash, by, labels } => labels::replace(transaction, *hash, by, labels),
        Change::LabelAdded { hash, label } => labels::add(transaction, *hash, &Labeller::Hand, label),
        Change::LabelRemoved { hash, by, label } => labels::remove(transaction, *hash, by, label),
    }
}

/// Puts the row of `file` in place of the one it may have, without content, and returns its id.
fn store_file(
    transaction: &Transaction<'_>,
    file: &FileFacts,
    failure: Option<(Stage, &str)>,
) -> rusqlite::Result<i64> {
    let path = paths::encode(&file.path);
    transaction.prepare_cached("DELETE FROM files WHERE path = ?1")?.execute([&path])?;
    let state = if failure.is_some() { FileState::Failed } else { FileState::Indexed };
    let sql = "INSERT INTO files (path, size_bytes, modified_ns, hash, state, error_stage, error_reason, hearing)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    transaction.prepare_cached(sql)?.insert(params![
        path,
        i64::try_from(file.stamp.size_bytes).unwrap_or(i64::MAX),
        file.stamp.modified_ns,
        file.hash.map(|hash| hash.0),
        state.name(),
        failure.map(|(stage, _)| stage.name()),
        failure.map(|(_, reason)| reason),
        file.hearing.to_string(),
    ])
}

fn store_failure(transaction: &Transaction<'_>, file: &FileFacts, stage: Stage, reason: &str) -> rusqlite::Result<()> {
    store_file(transaction, file, Some((stage, reason))).map(drop)
}

fn store_sound(
    transaction: &Transaction<'_>,
    file: &FileFacts,
    sound: &SoundFacts,
    segments: &[(Segment, Embedding)],
) -> rusqlite::Result<()> {
    forget_misheard(transaction, file)?;
    let id = store_file(transaction, file, None)?;
    let sql = "UPDATE files SET container = ?2, codec = ?3, rate_hz = ?4, channels = ?5, duration_seconds = ?6,
               partial = ?7 WHERE id = ?1";
    let SoundFacts { container, codec, rate_hz, channels, duration_seconds, tags, cues, partial, imprint } = sound;
    let row = params![id, container, codec, rate_hz, channels, duration_seconds, partial];
    transaction.prepare_cached(sql)?.execute(row)?;
    if let Some(imprint) = imprint {
        let sql = "INSERT INTO imprints (file_id, value) VALUES (?1, ?2)";
        transaction.prepare_cached(sql)?.insert(params![id, imprint.to_bytes()])?;
    }
    for (name, value) in tags {
        let sql = "INSERT OR REPLACE INTO tags (file_id, name, value) VALUES (?1, ?2, ?3)";
        transaction.prepare_cached(sql)?.execute(params![id, name, value])?;
    }
    recordings::store(transaction, id, &file.path, tags)?;
    cues::store(transaction, id, cues)?;
    for (segment, vector) in segments {
        let sql =
            "INSERT INTO segments (file_id, kind, start_seconds, end_seconds, channel) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = params![id, segment.kind.name(), segment.start_seconds, segment.end_seconds, segment.channel];
        let segment_id = transaction.prepare_cached(sql)?.insert(row)?;
        let sql = "INSERT INTO vectors (segment_id, value) VALUES (?1, ?2)";
        transaction.prepare_cached(sql)?.insert(params![segment_id, blob::encode(vector)])?;
    }
    Ok(())
}

/// Takes away what words and heads said of the content of `file` when another of its channels was heard. The whole of a split
/// sound is its mix.
fn forget_misheard(transaction: &Transaction<'_>, file: &FileFacts) -> rusqlite::Result<()> {
    let sql = "DELETE FROM labels WHERE hash = ?1 AND source <> 'hand' AND EXISTS (SELECT 1 FROM files
               WHERE path = ?2 AND hash = ?1 AND replace(hearing, 'split', 'mix') <> replace(?3, 'split', 'mix'))";
    let values = params![file.hash.map(|hash| hash.0), paths::encode(&file.path), file.hearing.to_string()];
    transaction.prepare_cached(sql)?.execute(values).map(drop)
}

/// Gives the file at `path` these `tags` and `cues`. Equal ones are left as they are, so that no index has to take the file in again.
fn store_tags(
    transaction: &Transaction<'_>,
    path: &Path,
    tags: &[(String, String)],
    cues: &[Cue],
) -> rusqlite::Result<()> {
    let sql = "SELECT id FROM files WHERE path = ?1";
    let id =
        transaction.prepare_cached(sql)?.query_row([paths::encode(path)], |row| row.get::<_, i64>(0)).optional()?;
    let Some(id) = id else { return Ok(()) };
    let mut known = transaction.prepare_cached("SELECT name, value FROM tags WHERE file_id = ?1")?;
    let known = known.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known: BTreeMap<String, String> = known.collect::<rusqlite::Result<_>>()?;
    let tags: BTreeMap<String, String> = tags.iter().cloned().collect();
    for name in known.keys().filter(|name| !tags.contains_key(*name)) {
        let sql = "DELETE FROM tags WHERE file_id = ?1 AND name = ?2";
        transaction.prepare_cached(sql)?.execute(params![id, name])?;
    }
    for (name, value) in tags.iter().filter(|(name, value)| known.get(*name) != Some(value)) {
        let sql = "INSERT OR REPLACE INTO tags (file_id, name, value) VALUES (?1, ?2, ?3)";
        transaction.prepare_cached(sql)?.execute(params![id, name, value])?;
    }
    cues::store(transaction, id, cues)?;
    recordings::store_known(transaction, id, path)
}

/// Gives `file` what a file has of whose same content the same is heard. If that is the same row, only its stamp and state change.
fn store_twin(transaction: &Transaction<'_>, file: &FileFacts) -> rusqlite::Result<()> {
    let (path, hash) = (paths::encode(&file.path), file.hash.map(|hash| hash.0));
    // Its own row first, so that a touched file keeps its segments.
    let sql = "SELECT id, path = ?2 FROM files WHERE hash = ?1 AND hearing = ?3 ORDER BY path = ?2 DESC, id LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (original, is_itself): (i64, bool) =
        transaction.prepare_cached(sql)?.query_row(params![hash, path, file.hearing.to_string()], read)?;
    if is_itself {
        let sql = "UPDATE files SET size_bytes = ?2, modified_ns = ?3,
                   state = iif(error_stage IS NULL, 'indexed', 'failed') WHERE id = ?1";
        let size = i64::try_from(file.stamp.size_bytes).unwrap_or(i64::MAX);
        return transaction.prepare_cached(sql)?.execute(params![original, size, file.stamp.modified_ns]).map(drop);
    }
    let copy = store_file(transaction, file, None)?;
    let sql = "UPDATE files SET (state, container, codec, rate_hz, channels, duration_seconds, partial, error_stage,
               error_reason) = (SELECT iif(error_stage IS NULL, 'indexed', 'failed'), container, codec, rate_hz,
               channels, duration_seconds, partial, error_stage, error_reason FROM files WHERE id = ?2) WHERE id = ?1";
    transaction.prepare_cached(sql)?.execute([copy, original])?;
    let sql = "INSERT INTO tags (file_id, name, value) SELECT ?1, name, value FROM tags WHERE file_id = ?2";
    transaction.prepare_cached(sql)?.execute([copy, original])?;
    let sql = "INSERT INTO imprints (file_id, value) SELECT ?1, value FROM imprints WHERE file_id = ?2";
    transaction.prepare_cached(sql)?.execute([copy, original])?;
    cues::copy(transaction, copy, original)?;
    recordings::store_known(transaction, copy, &file.path)?;
    copy_segments(transaction, copy, original)
}

fn copy_segments(transaction: &Transaction<'_>, copy: i64, original: i64) -> rusqlite::Result<()> {
    let mut ids = transaction.prepare_cached("SELECT id FROM segments WHERE file_id = ?1 ORDER BY id")?;
    let ids: Vec<i64> = ids.query_map([original], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in ids {
        let sql = "INSERT INTO segments (file_id, kind, start_seconds, end_seconds, channel)
                   SELECT ?1, kind, start_seconds, end_seconds, channel FROM segments WHERE id = ?2";
        let segment_copy = transaction.prepare_cached(sql)?.insert([copy, id])?;
        let sql = "INSERT INTO vectors (segment_id, value) SELECT ?1, value FROM vectors WHERE segment_id = ?2";
        transaction.prepare_cached(sql)?.execute([segment_copy, id])?;
    }
    Ok(())
}
