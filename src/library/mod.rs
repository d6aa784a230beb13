//! A library: which sound files are known, what is in them, the vectors they are found by, and what they are called.
//!
//! The catalogue is one SQLite database in the library's folder and the only source of truth; whatever else lies there
//! can be made again from it. [`Library`] is the reader's view and any number of them may be open; [`writer::Writer`] is
//! the one handle that changes anything. This module knows files, segments, vectors, labels, and heads as documents, but
//! neither audio nor models: it never opens a sound and cannot make a vector.

pub mod record;
pub mod writer;
pub mod changes;
pub(crate) mod derived;
pub mod vectors;
pub mod text;
pub mod lookup;
mod filter_names;
pub mod browse;
#[cfg(feature = "server")]
pub(crate) mod order;
#[cfg(feature = "server")]
pub(crate) mod groups;
pub mod entries;
pub mod labels;
pub(crate) mod imprints;
mod marks;
mod cues;
mod recordings;
pub mod heads;
pub mod survey;
pub mod check;
pub mod refresh;
pub mod prune;
pub mod roots;
pub mod mounts;
mod carry_over;
pub mod replace;
mod schema;
mod location;
mod paths;
mod lock;
mod failure;
pub(crate) mod fuzzing;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::embedding::Space;
use crate::error::{Error, LibraryFailure, Result};
use crate::library::failure::InLibrary;
use crate::library::record::file::{FailedFile, FileState, Hash, Known, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{LocatedSegment, Moments, Segment, SegmentId, SegmentKind};
use crate::library::record::totals::Totals;

/// How often a reader looks again when the catalogue is replaced under its hands.
const ATTEMPTS: usize = 3;

/// A library opened for reading. It sees the latest commit at each call.
#[derive(Debug)]
pub struct Library {
    folder: PathBuf,
    path: PathBuf,
    connection: Connection,
    schema_version: u32,
    model: Space,
    _guard: Option<File>,
}

impl Library {
    /// Opens the library in `folder`.
    ///
    /// # Errors
    /// [`Error::Library`] naming the folder if there is no library, it is damaged, it was made by another version of the
    /// program, or it cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut path = location::find(folder).in_library(folder)?;
        for _ in 1..ATTEMPTS {
            let opened = Library::open_at(folder, path.as_deref());
            let now = location::find(folder).in_library(folder)?;
            if now == path {
                return opened;
            }
            path = now;
        }
        Library::open_at(folder, path.as_deref())
    }

    /// Whether there is a library in `folder`, sound or not.
    ///
    /// # Errors
    /// Stage `catalogue` if the folder cannot be read.
    pub fn exists(folder: &Path) -> Result<bool> {
        Ok(location::find(folder).in_library(folder)?.is_some())
    }

    fn open_at(folder: &Path, path: Option<&Path>) -> Result<Self> {
        let path = path.ok_or_else(|| Error::library(folder, LibraryFailure::Missing))?;
        let opened = location::open(folder, path)?;
        schema::check(&opened.connection, folder)?;
        let mut library = Library::from_connection(folder, path, opened.connection)?;
        library._guard = opened.guard;
        Ok(library)
    }

    /// Wraps a connection to the catalogue at `path` whose schema has been checked.
    fn from_connection(folder: &Path, path: &Path, connection: Connection) -> Result<Self> {
        let model = schema::read_model(&connection).in_library(folder)?;
        let (_, schema_version) = schema::read_version(&connection).in_library(folder)?;
        let (folder, path) = (folder.to_path_buf(), path.to_path_buf());
        Ok(Library { folder, path, connection, schema_version, model, _guard: None })
    }

    /// Another view of the same catalogue.
    ///
    /// # Errors
    /// Stage `catalogue` if it cannot be read, or another has taken its place.
    pub(crate) fn reopen(&self) -> Result<Self> {
        let reopened = Library::open_at(&self.folder, Some(&self.path));
        if self.is_superseded()? { Err(Error::library(&self.folder, LibraryFailure::Superseded)) } else { reopened }
    }

    /// Whether another catalogue has taken the place of this one, made by a reindex. It can still be read, but nothing
    /// new will ever be in it; open the library again.
    ///
    /// # Errors
    /// Stage `catalogue` if the folder cannot be read.
    pub(crate) fn is_superseded(&self) -> Result<bool> {
        Ok(location::find(&self.folder).in_library(&self.folder)?.is_some_and(|path| path != self.path))
    }

    /// The folder that holds the library.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The model that made every vector in here.
    pub fn model(&self) -> &Space {
        &self.model
    }

    /// Which moments of long sounds it has vectors of; `None` until something was indexed.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn moments(&self) -> Result<Option<Moments>> {
        schema::read_moments(&self.connection).in_library(&self.folder)
    }

    /// Version of the catalogue's schema, as it was when the library was opened.
    pub fn schema_version(&self) -> u32 {
        self.schema_version
    }

    /// Refuses a model that did not make this library's vectors.
    ///
    /// # Errors
    /// Stage `catalogue`, naming both models and the ways out, if the fingerprints or dimensions differ.
    pub fn expect_model(&self, model: &Space) -> Result<()> {
        if self.model.fingerprint == model.fingerprint && self.model.dim == model.dim {
            return Ok(());
        }
        Err(failure::other_model(&self.folder, &self.model, model))
    }

    /// How many files, segments and vectors there are.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn totals(&self) -> Result<Totals> {
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, u32>(0)).map(u64::from);
        let in_state = |state: FileState| {
            let sql = "SELECT count(*) FROM files WHERE state = ?1";
            self.connection.query_row(sql, [state.name()], |row| row.get::<_, u32>(0)).map(u64::from)
        };
        let seconds = "SELECT total(duration_seconds) FROM files WHERE state = 'indexed'";
        let found = "SELECT count(*) FROM segments JOIN files ON files.id = file_id WHERE state = 'indexed'";
        let read = || -> rusqlite::Result<Totals> {
            Ok(Totals {
                files: in_state(FileState::Indexed)?,
                failed: in_state(FileState::Failed)?,
                vanished: in_state(FileState::Vanished)?,
                segments: count(found)?,
                vectors: count("SELECT count(*) FROM vectors")?,
                sound_seconds: self.connection.query_row(seconds, [], |row| row.get(0))?,
            })
        };
        read().in_library(&self.folder)
    }

    /// Every file that could not be indexed and is still there, by path.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn failures(&self) -> Result<Vec<FailedFile>> {
        let sql = "SELECT path, error_stage, error_reason FROM files WHERE state = 'failed' ORDER BY path";
        self.rows(sql, |row| Ok(FailedFile { path: paths::read(row, 0)?, stage: row.get(1)?, reason: row.get(2)? }))
    }

    /// What is known of every file, the vanished ones too: what an incremental run compares the disk with.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn known_files(&self) -> Result<HashMap<PathBuf, Known>> {
        let sql = format!("SELECT {} FROM files", self.known_columns());
        let rows = self.rows(&sql, |row| Ok((paths::read(row, 0)?, read_known(row)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// What is known of the file at `path` (absolute), if anything.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn known_file(&self, path: &Path) -> Result<Option<Known>> {
        let sql = format!("SELECT {} FROM files WHERE path = ?1", self.known_columns());
        let path = paths::encode(path);
        self.connection.query_row(&sql, [path], read_known).optional().in_library(&self.folder)
    }

    fn known_columns(&self) -> String {
        format!("path, size_bytes, modified_ns, hash, state, channels, {}", self.hearing_column())
    }

    /// The column of `files` that says what is heard of them, which catalogues of an older version lack.
    fn hearing_column(&self) -> &'static str {
        if self.schema_version >= schema::WITH_HEARINGS { "hearing" } else { "'mix'" }
    }

    /// The column of `segments` with their channel, which catalogues of an older version lack.
    fn channel_column(&self) -> &'static str {
        if self.schema_version >= schema::WITH_HEARINGS { "channel" } else { "NULL" }
    }

    /// Whether a file with that content of which the same is heard is known, so that another can be its twin.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn knows_content(&self, hash: Option<Hash>, hearing: Hearing) -> Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM files WHERE hash = ?1 AND {} = ?2)", self.hearing_column());
        let values = params![hash.map(|hash| hash.0), hearing.to_string()];
        self.connection.query_row(&sql, values, |row| row.get(0)).in_library(&self.folder)
    }

    /// Where the given segment is: its file and its place in time; `None` if it is gone by now.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn locate(&self, segment: SegmentId) -> Result<Option<LocatedSegment>> {
        let channel = self.channel_column();
        let sql = format!(
            "SELECT path, kind, start_seconds, end_seconds, {channel} FROM segments JOIN files ON files.id = file_id
             WHERE segments.id = ?1 AND state = 'indexed'"
        );
        let read = |row: &Row<'_>| Ok(LocatedSegment { path: paths::read(row, 0)?, segment: read_segment(row, 1)? });
        self.connection.query_row(&sql, [segment.0], read).optional().in_library(&self.folder)
    }

    /// Runs `sql`, which takes no parameters, and reads each row.
    fn rows<T>(&self, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare(sql).in_library(&self.folder)?;
        let rows = statement.query_map([], read).in_library(&self.folder)?;
        rows.collect::<rusqlite::Result<_>>().in_library(&self.folder)
    }
}

/// Reads the kind, start, end and channel of a segment from the columns of `row` that begin with `first`.
fn read_segment(row: &Row<'_>, first: usize) -> rusqlite::Result<Segment> {
    Ok(Segment {
        kind: SegmentKind::from_name(&row.get::<_, String>(first)?),
        start_seconds: row.get(first + 1)?,
        end_seconds: row.get(first + 2)?,
        channel: row.get(first + 3)?,
    })
}

/// Reads columns 1–6 of the two `known` queries.
fn read_known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        stamp: Stamp { size_bytes: row.get::<_, i64>(1)?.unsigned_abs(), modified_ns: row.get(2)? },
        hash: row.get::<_, Option<[u8; 32]>>(3)?.map(Hash),
        state: FileState::from_name(&row.get::<_, String>(4)?),
        channels: row.get(5)?,
        hearing: Hearing::from_name(&row.get::<_, String>(6)?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
