//! Making a whole library again, with another model or other moments, while the old one stays in use until the new one is
//! done.
//!
//! The new catalogue grows in the folder `reindex` of the library as a library of its own. When it is complete, it is
//! renamed to be the catalogue with the next higher number, which in that instant makes it the one that counts. Cut
//! short anywhere, the old one counts and the next attempt goes on; or the new one does, and what is left of the old is
//! removed by the next writer. The caller decides what goes into the new catalogue.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::embedding::Space;
use crate::error::{Error, LibraryFailure, Result};
use crate::library::carry_over::{CarriedLabels, Judgements, carry_over};
use crate::library::failure::InLibrary;
use crate::library::labels::LabelCount;
use crate::library::lock::WriterLock;
use crate::library::record::file::FileState;
use crate::library::record::label::Labeller;
use crate::library::writer::Writer;
use crate::library::{Library, derived, location, schema};

/// Folder of a library that holds the unfinished new one.
const UNFINISHED: &str = "reindex";

/// Where `meta` of an unfinished catalogue says how its vectors are made.
const RECIPE: &str = "recipe";

/// The right to replace a library's catalogue. While it lives, nobody else writes to the library.
#[derive(Debug)]
pub(crate) struct Replacement {
    library: Library,
    _lock: WriterLock,
}

/// Files of the old catalogue that are found, compared with the new one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shortfall {
    /// Those that the new one does not find, by path.
    pub(crate) lost: Vec<PathBuf>,
    /// Files that are only in the new one, by path: the library forgot them since an earlier attempt.
    pub(crate) left_over: Vec<PathBuf>,
}

/// A reindexing that was cut short, or is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedReplacement {
    /// Name of the model it is for.
    pub model: String,
    /// Files that it has embedded.
    pub files: u64,
}

impl Replacement {
    /// Takes the right to replace the catalogue of the library in `folder`.
    ///
    /// # Errors
    /// Stage `catalogue` if there is no library, it is damaged, another process is writing to it, or the folder cannot be
    /// written.
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        // Before the lock is taken, which makes a file where there may be no library.
        drop(Library::open(folder)?);
        let lock = WriterLock::take(folder)?;
        location::remove_superseded(folder).in_library(folder)?;
        Ok(Replacement { library: Library::open(folder)?, _lock: lock })
    }

    /// The library as it is.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// The new catalogue, with what an earlier attempt left if that was for the same model and `recipe`: words that
    /// say how vectors are made of files, apart from the model.
    ///
    /// # Errors
    /// Stage `catalogue` if it cannot be made or is damaged beyond use.
    pub(crate) fn writer(&self, model: &Space, recipe: &str) -> Result<Writer> {
        let folder = self.folder();
        let writer = match Library::open(&folder) {
            Ok(library) if library.model() == model && recipe_of(&library).as_deref() == Some(recipe) => {
                drop(library);
                Writer::open(&folder, model)?
            }
            _ => {
                remove_folder(&folder).in_library(&folder)?;
                Writer::open(&folder, model)?
            }
        };
        schema::write_meta(&writer.library().connection, RECIPE, recipe).in_library(&folder)?;
        Ok(writer)
    }

    /// How the catalogue that `writer` has made so far falls short of the old one.
    ///
    /// # Errors
    /// Stage `catalogue` if one of them cannot be read.
    pub(crate) fn shortfall(&self, writer: &Writer) -> Result<Shortfall> {
        let (old, new) = (self.library.known_files()?, writer.library().known_files()?);
        let is_found = |state: FileState| state == FileState::Indexed;
        let lost = old.iter().filter(|(path, known)| {
            is_found(known.state) && !new.get(*path).is_some_and(|known| is_found(known.state))
        });
        let left_over =
            new.keys().filter(|path| old.get(*path).is_none_or(|known| known.state == FileState::Vanished)).cloned();
        let mut shortfall =
            Shortfall { lost: lost.map(|(path, _)| path.clone()).collect(), left_over: left_over.collect() };
        shortfall.lost.sort_unstable();
        shortfall.left_over.sort_unstable();
        Ok(shortfall)
    }

    /// The labels of words and heads that are lost if `model` makes the new catalogue: all of them, or none if it made the
    /// old one too.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn lost_labels(&self, model: &Space) -> Result<Vec<LabelCount>> {
        if self.judgements(model) == Judgements::Keep {
            return Ok(Vec::new());
        }
        let mut counts = self.library.label_counts()?;
        counts.retain(|count| count.by != Labeller::Hand);
        Ok(counts)
    }

    /// Labels of words and heads are worth what they were if the same model made the vectors that they were told from.
    fn judgements(&self, model: &Space) -> Judgements {
        let is_same = self.library.model().fingerprint == model.fingerprint;
        if is_same { Judgements::Keep } else { Judgements::Drop }
    }

    /// Puts the catalogue of `writer` in the old one's place, with labels and heads, and removes the old one with all that
    /// was derived from it.
    ///
    /// # Errors
    /// Stage `catalogue` if the new catalogue cannot be brought to the disk or renamed; then the old one still counts.
    pub(crate) fn finish(self, mut writer: Writer) -> Result<CarriedLabels> {
        let (folder, unfinished) = (self.library.folder.clone(), writer.library().path.clone());
        let judgements = self.judgements(writer.library().model());
        let (old, new) = (&self.library.connection, &mut writer.library.connection);
        let carried = carry_over(old, new, judgements).in_library(&folder)?;
        close(writer).in_library(&folder)?;
        if fs::metadata(location::companion(&unfinished, "-wal")).is_ok_and(|metadata| metadata.len() > 0) {
            return Err(Error::library(&folder, LibraryFailure::Busy));
        }
        settle(&self.library.path);
        let put_in_place = || {
            File::options().write(true).open(&unfinished)?.sync_all()?;
            fs::rename(&unfinished, location::next(&folder)?)?;
            derived::sync_folder(&folder)
        };
        put_in_place().in_library(&folder)?;
        let derived = derived::folder(&self.library);
        drop(self.library);
        for left in [derived, folder.join(UNFINISHED)] {
            if let Err(error) = remove_folder(&left) {
                tracing::debug!("{} stays for now: {error}", left.display());
            }
        }
        location::remove_superseded(&folder).in_library(&folder)?;
        Ok(carried)
    }

    /// The folder of the unfinished new library.
    fn folder(&self) -> PathBuf {
        self.library.folder.join(UNFINISHED)
    }
}

/// What an attempt that is not finished has made so far.
pub(super) fn unfinished(library: &Library) -> Result<Option<UnfinishedReplacement>> {
    let Ok(new) = Library::open(&library.folder.join(UNFINISHED)) else { return Ok(None) };
    Ok(Some(UnfinishedReplacement { model: new.model().name.clone(), files: new.totals()?.files }))
}

fn recipe_of(library: &Library) -> Option<String> {
    schema::read_meta(&library.connection, RECIPE).ok().flatten()
}

/// Closes the new catalogue with all of it in its one file.
fn close(writer: Writer) -> rusqlite::Result<()> {
    let connection = &writer.library().connection;
    connection.execute("DELETE FROM meta WHERE key = ?1", [RECIPE])?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Brings all of the old catalogue into its one file, for readers who open it just before it is replaced. Where that
/// cannot be done now they find it damaged, look again, and find the new one.
fn settle(path: &Path) {
    let settle = || Connection::open(path)?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    if let Err(error) = settle() {
        tracing::debug!("the old catalogue is replaced as it is: {error}");
    }
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
