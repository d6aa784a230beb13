//! The words of a library's files, and which files have those that are looked for.
//!
//! It is derived from the catalogue: paths and tags of the files that are found go in, files with the words they match
//! come out, best first. The index lives in memory; between runs it lies on the shelf `text` with the catalogue's
//! revision, and is read, brought up to date and put back when it is opened. What is missing, stale or damaged is made
//! again from the catalogue, and where nothing can be written it is made and used all the same. Sounds and vectors are
//! none of its business.

mod words;
mod stems;
pub(crate) mod thesaurus;
pub mod query;
pub mod coverage;
pub mod reading;
mod spelling;
pub(crate) mod prompt;
pub mod score;
mod dictionary;
mod postings;
pub(super) mod parts;

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;

use quick_cache::sync::Cache;

use crate::error::{Error, Result};
use crate::library::Library;
use crate::library::changes::{Changes, Extent, Revision};
use crate::library::derived::Shelf;
use crate::library::failure;
use crate::library::record::file::FileId;
use crate::library::text::postings::Postings;
use crate::library::text::query::Words;
use crate::library::text::reading::Reading;
use crate::library::text::score::{Question, TextHit};
use crate::panics;

/// Name of the shelf.
const NAME: &str = "text";

/// Version of what is stored. It changes with tantivy's format, the fields, the way words are cut
/// and the words for categories.
const FORMAT: u32 = 2;

/// Name of the one file of a generation.
const POSTINGS: &str = "postings";

/// The index is made anew when it holds more dead files than living ones in this proportion: they slow it down.
const DEAD_PER_LIVING: u64 = 1;

/// Readings that are kept: some 10 kB each.
const KEPT_READINGS: usize = 256;

/// What words were read as, beside the words that the library has.
type RecentReadings = Cache<Words, Arc<Reading>>;

/// The words of a library at one revision.
#[derive(Debug)]
pub struct TextIndex {
    shelf: Shelf,
    revision: Revision,
    postings: Postings,
    /// What was read lately.
    recent_readings: RecentReadings,
}

impl TextIndex {
    /// The words of `library` as of its latest revision, from what is stored as far as that can be used.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn open(library: &Library) -> Result<Self> {
        let shelf = shelf(library);
        match stored(&shelf) {
            Ok(Some((revision, postings))) => {
                let mut index = TextIndex::of(shelf, revision, postings);
                index.refresh(library)?;
                Ok(index)
            }
            Ok(None) => TextIndex::rebuilt(library, shelf),
            Err(error) => {
                tracing::warn!("{error}");
                TextIndex::rebuilt(library, shelf)
            }
        }
    }

    /// Makes the index anew from the whole catalogue, whatever is stored.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn rebuild(library: &Library) -> Result<Self> {
        TextIndex::rebuilt(library, shelf(library))
    }

    fn of(shelf: Shelf, revision: Revision, postings: Postings) -> Self {
        TextIndex { shelf, revision, postings, recent_readings: Cache::new(KEPT_READINGS) }
    }

    fn rebuilt(library: &Library, shelf: Shelf) -> Result<Self> {
        let changes = library.changes_since(None)?;
        let postings = build(library, &changes)?;
        let index = TextIndex::of(shelf, changes.revision, postings);
        index.store();
        Ok(index)
    }

    /// Catches up with what was committed to `library`, which must be the one it was opened for.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn refresh(&mut self, library: &Library) -> Result<()> {
        if library.revision()? != self.revision {
            self.catch_up(library)?;
            self.store();
        }
        Ok(())
    }

    /// What is stored for `library`, brought up to its latest revision in memory; `None` if nothing is stored. Unlike
    /// [`TextIndex::open`] it neither makes nor stores anything.
    ///
    /// # Errors
    /// Stage `catalogue` if what is stored is damaged or the catalogue cannot be read.
    pub(crate) fn read(library: &Library) -> Result<Option<Self>> {
        let shelf = shelf(library);
        let Some((revision, postings)) = stored(&shelf)? else { return Ok(None) };
        let mut index = TextIndex::of(shelf, revision, postings);
        if library.revision()? != revision {
            index.catch_up(library)?;
        }
        Ok(Some(index))
    }

    fn catch_up(&mut self, library: &Library) -> Result<()> {
        let mut changes = library.changes_since(Some(self.revision))?;
        if changes.extent == Extent::Since && !self.update(&changes) {
            changes = library.changes_since(None)?;
        }
        if changes.extent == Extent::Whole {
            self.postings = build(library, &changes)?;
        }
        (self.revision, self.recent_readings) = (changes.revision, Cache::new(KEPT_READINGS));
        Ok(())
    }

    /// Takes `changes` in; says whether that went well and was worth it.
    fn update(&mut self, changes: &Changes) -> bool {
        let updated = contained(|| self.postings.update(&changes.removed_files, &changes.found));
        if let Err(reason) = &updated {
            tracing::warn!("the text index could not take in the latest changes and is made again: {reason}");
        }
        updated.is_ok() && self.postings.dead_len() <= DEAD_PER_LIVING * self.postings.len()
    }

    /// The revision of the catalogue that it shows.
    pub(crate) fn revision(&self) -> Revision {
        self.revision
    }

    /// Number of files in it.
    pub fn len(&self) -> u64 {
        self.postings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory it takes, in bytes.
    #[cfg(test)]
    pub(crate) fn memory_bytes(&self) -> usize {
        self.postings.memory_bytes()
    }

    /// Every file in it, by id, to be compared with the catalogue.
    ///
    /// # Errors
    /// Stage `catalogue` if it is damaged.
    pub(crate) fn files(&self) -> Result<Vec<FileId>> {
        let mut files = contained(|| self.postings.files()).map_err(|reason| self.broken(&reason))?;
        files.sort_unstable();
        Ok(files)
    }

    /// The `limit` files that answer `words` best, best first: those with all of them in name or tags, then those with
    /// all of them, then the others that have any. Only files in `among` if that is given.
    ///
    /// # Errors
    /// Stage `catalogue` if the index turns out to be damaged.
    pub fn find(&self, words: &Words, among: Option<&HashSet<FileId>>, limit: usize) -> Result<Vec<TextHit>> {
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let reading = self.read_words(words)?;
        let sightings = score::sightings(&reading);
        let mut marked = contained(|| self.postings.marked(&sightings)).map_err(|reason| self.broken(&reason))?;
        let rarities = score::rarities(&marked, &reading, &sightings, self.len());
        if let Some(among) = among {
            marked.keep(among);
        }
        let library_len = self.len();
        Ok(Question { reading: &reading, sightings: &sightings, rarities: &rarities, library_len }.best(&marked, limit))
    }

    /// What `words` are read as: a word that neither the library nor the thesaurus has as the one that was probably
    /// meant, a word of another language in English, any word with others that mean the same.
    ///
    /// # Errors
    /// Stage `catalogue` if the index turns out to be damaged.
    pub(crate) fn read_words(&self, words: &Words) -> Result<Arc<Reading>> {
        if let Some(reading) = self.recent_readings.get(words) {
            return Ok(reading);
        }
        let dictionary = self.postings.dictionary();
        let correct = |term| spelling::correction(term, Some(&dictionary));
        let corrections = contained(|| words.terms().iter().map(correct).collect::<tantivy::Result<Vec<_>>>());
        let reading = Arc::new(reading::read(words, &corrections.map_err(|reason| self.broken(&reason))?));
        self.recent_readings.insert(words.clone(), Arc::clone(&reading));
        Ok(reading)
    }

    /// Whether a file has `word`, which is folded, or an inflection of it.
    ///
    /// # Errors
    /// Stage `catalogue` if the index turns out to be damaged.
    pub(crate) fn has(&self, word: &str) -> Result<bool> {
        let found = contained(|| self.postings.dictionary().has(word, &stems::stem(word)));
        found.map_err(|reason| self.broken(&reason))
    }

    /// Puts the index on its shelf, or says that it could not.
    fn store(&self) {
        let parts = contained(|| self.postings.to_parts());
        let bytes = parts.and_then(|parts| parts::join(&parts).map_err(|error| error.to_string()));
        let stored = bytes.map_err(|reason| self.broken(&reason)).and_then(|bytes| {
            self.shelf.write(self.revision, |folder| fs::write(folder.join(POSTINGS), bytes)).map(drop)
        });
        if let Err(error) = stored {
            tracing::warn!("the text index is used from memory and not stored: {error}");
        }
    }

    fn broken(&self, reason: &str) -> Error {
        failure::unusable_index(self.shelf.folder(), reason)
    }
}

/// What `words` are read as where no library's words are looked at.
pub(crate) fn read_words(words: &Words) -> Reading {
    let correct = |term| spelling::correction(term, None).ok().flatten();
    reading::read(words, &words.terms().iter().map(correct).collect::<Vec<_>>())
}

/// Whether `text` has all of `words` (as [`score::Match`] has them, so that the last may be a beginning), in any order.
pub(crate) fn has_words(text: &str, words: &str) -> bool {
    let has = words::words(text);
    let wanted = words::words(words);
    let last = wanted.len().checked_sub(1).filter(|_| words.ends_with('*'));
    let is_there = |(at, wanted): (usize, &words::Word)| {
        let answers = |word: &words::Word| match last {
            Some(last) if last == at => word.text.starts_with(&wanted.text),
            _ => word.text == wanted.text,
        };
        has.iter().any(answers)
    };
    !wanted.is_empty() && wanted.iter().enumerate().all(is_there)
}

/// Where the words' index of `library` is stored.
pub(super) fn shelf(library: &Library) -> Shelf {
    Shelf::new(library, NAME, FORMAT)
}

/// What lies on the shelf.
fn stored(shelf: &Shelf) -> Result<Option<(Revision, Postings)>> {
    let Some(generation) = shelf.current()? else { return Ok(None) };
    let bytes = generation.read(POSTINGS)?;
    let opened = match parts::split(&bytes) {
        Some(parts) => contained(|| Postings::from_parts(parts)),
        None => Err("it is nothing that was stored".into()),
    };
    let refuse = |reason: String| failure::unusable_index(shelf.folder(), reason);
    opened.map(|postings| Some((generation.revision(), postings))).map_err(refuse)
}

fn build(library: &Library, changes: &Changes) -> Result<Postings> {
    tracing::info!("making the text index of {} files in {}", changes.found.len(), library.folder().display());
    contained(|| Postings::build(&changes.found)).map_err(|reason| failure::no_index(library.folder(), reason))
}

/// What `work` gives; its error, or its panic, as a reason.
fn contained<T>(work: impl FnOnce() -> tantivy::Result<T>) -> std::result::Result<T, String> {
    match panics::contain(work) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => Err(format!("the index's code gave up on its content ({panic})")),
    }
}

#[cfg(test)]
mod tests;
