//! What a library looks like from outside: how large it is on disk, when it was last brought up to date, why files
//! failed, and how its indexes stand to the catalogue. Cheap to ask: no index is loaded and no vector is read.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use walkdir::WalkDir;

use crate::error::Result;
use crate::library::Library;
use crate::library::derived;
use crate::library::derived::{Generation, Shelf};
use crate::library::failure;
use crate::library::failure::InLibrary;
use crate::library::replace;
use crate::library::replace::UnfinishedReplacement;
use crate::library::vectors;
use crate::library::vectors::settings::Settings;
use crate::library::vectors::stats::Way;
use crate::library::writer::Writer;
use crate::library::{location, schema, text};

/// Where `meta` holds the time of the last run, in seconds since the Unix epoch.
const LAST_INDEXED: &str = "last_indexed";

/// How much there is of what, beyond [`crate::library::record::totals::Totals`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Segments that are found and are whole files.
    pub clips: u64,
    /// Segments that are found and are parts of files.
    pub moments: u64,
    /// Number of failed files by the stage they failed at, most first.
    pub failures: Vec<(String, u64)>,
    /// Size of the catalogue on disk in bytes, with what SQLite keeps beside it.
    pub catalogue_bytes: u64,
    /// Size of everything derived on disk, in bytes.
    pub derived_bytes: u64,
    /// End of the last run that brought the library up to date.
    pub last_indexed: Option<SystemTime>,
    /// How far a reindexing is that was cut short.
    pub unfinished: Option<UnfinishedReplacement>,
    /// How searches by sound go.
    pub way: Way,
    /// How the words' index stands.
    pub text: IndexState,
    /// How the vectors' index stands.
    pub vectors: IndexState,
}

/// How a derived index stands to the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexState {
    /// The library is so small that it does without.
    NotNeeded,
    /// There is none and there should be.
    Missing,
    /// What there is cannot be used, and why.
    Unusable(String),
    /// It is stored, and that many files have changed since.
    Stored {
        /// Files changed, added or removed since.
        behind: u64,
        /// Its size on disk in bytes.
        len_bytes: u64,
    },
}

/// The same with the stored files themselves.
pub(super) enum StoredIndex {
    NotNeeded,
    Missing,
    Unusable(String),
    Stored { generation: Generation, behind: u64 },
}

impl StoredIndex {
    fn state(&self) -> IndexState {
        match self {
            StoredIndex::NotNeeded => IndexState::NotNeeded,
            StoredIndex::Missing => IndexState::Missing,
            StoredIndex::Unusable(reason) => IndexState::Unusable(reason.clone()),
            StoredIndex::Stored { generation, behind } => {
                IndexState::Stored { behind: *behind, len_bytes: generation.len_bytes() }
            }
        }
    }
}

impl Library {
    /// How it stands with the library.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue or the folder cannot be read.
    pub fn survey(&self) -> Result<Survey> {
        let settings = Settings::default();
        let vectors = find_vectors(self, &settings)?;
        let kinds = "SELECT kind, count(*) FROM segments JOIN files ON files.id = file_id
                     WHERE state = 'indexed' GROUP BY kind";
        let stages = "SELECT error_stage, count(*) FROM files WHERE state = 'failed' GROUP BY error_stage
                      ORDER BY count(*) DESC, error_stage";
        let kinds = self.rows(kinds, |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
        let of_kind =
            |name: &str| kinds.iter().find(|(kind, _)| kind == name).map_or(0, |(_, count)| u64::from(*count));
        Ok(Survey {
            clips: of_kind("clip"),
            moments: of_kind("moment"),
            failures: self.rows(stages, |row| Ok((row.get(0)?, row.get::<_, u32>(1)?.into())))?,
            catalogue_bytes: self.catalogue_bytes(),
            derived_bytes: len_bytes_below(&derived::folder(self)),
            last_indexed: self.last_indexed()?,
            unfinished: replace::unfinished(self)?,
            way: match (&vectors, of_kind("clip") + of_kind("moment")) {
                (StoredIndex::Stored { .. }, _) => Way::Lists,
                (_, len) if len <= settings.scanned_len as u64 => Way::Scan,
                _ => Way::CodedScan,
            },
            text: find_text(self)?.state(),
            vectors: vectors.state(),
        })
    }

    /// Size of the catalogue on disk in bytes, with what SQLite keeps beside it.
    pub(super) fn catalogue_bytes(&self) -> u64 {
        let len = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        len(&self.path) + len(&location::companion(&self.path, "-wal"))
    }

    /// End of the last run that brought the library up to date; `None` if none was ever finished.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn last_indexed(&self) -> Result<Option<SystemTime>> {
        let seconds = schema::read_meta(&self.connection, LAST_INDEXED).in_library(&self.folder)?;
        let seconds = seconds.and_then(|text| text.parse().ok());
        Ok(seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds))))
    }
}

impl Writer {
    /// Notes that the library has been brought up to date now.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub(crate) fn note_indexed(&mut self) -> Result<()> {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let library = self.library();
        schema::write_meta(&library.connection, LAST_INDEXED, &seconds.to_string()).in_library(&library.folder)
    }
}

/// How the words' index of `library` stands.
pub(super) fn find_text(library: &Library) -> Result<StoredIndex> {
    find(library, &text::shelf(library))
}

/// How the vectors' index of `library` stands, which is wanted above so many vectors as `settings` says.
pub(super) fn find_vectors(library: &Library, settings: &Settings) -> Result<StoredIndex> {
    let found = find(library, &vectors::shelf(library))?;
    let is_wanted = library.totals()?.segments > settings.listed_len as u64;
    Ok(if is_wanted || !matches!(found, StoredIndex::Missing) { found } else { StoredIndex::NotNeeded })
}

fn find(library: &Library, shelf: &Shelf) -> Result<StoredIndex> {
    let generation = match shelf.current() {
        Ok(Some(generation)) => generation,
        Ok(None) => return Ok(StoredIndex::Missing),
        Err(error) => return Ok(StoredIndex::Unusable(failure::index_problem(&error))),
    };
    let snapshot = library.snapshot()?;
    let after = snapshot.after(Some(generation.revision())).in_library(library.folder())?;
    if after < 0 && generation.revision() != snapshot.revision() {
        return Ok(StoredIndex::Unusable("it was made from another state of the catalogue".into()));
    }
    let sql = "SELECT (SELECT count(*) FROM files WHERE state IN ('indexed', 'failed', 'vanished') AND revision > ?1)
               + (SELECT count(*) FROM removed_files WHERE revision > ?1)";
    let count = || snapshot.connection().query_row(sql, [after.max(0)], |row| row.get::<_, u32>(0));
    Ok(StoredIndex::Stored { generation, behind: count().in_library(library.folder())?.into() })
}

/// Size of all files below `folder` in bytes; 0 if there is no such folder.
pub(super) fn len_bytes_below(folder: &Path) -> u64 {
    let files = WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
