//! The words of a library's files, and which files have those that are looked for.
//!
//! It is derived from the catalogue: paths and tags of the files that are found go in, files with the words they match
//! come out, best first. The index lies on the shelf `text` with the catalogue's revision, in files that are mapped and
//! never read whole; what is newer is put beside them when it is opened or refreshed, and stored. What is missing, stale or
//! damaged is made again from the catalogue, and where nothing can be written it is made and used all the same. Sounds and
//! vectors are none of its business.

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
mod directory;
mod marked;
mod ranking;
mod postings;
mod upkeep;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use quick_cache::sync::Cache;

use crate::error::{Error, Result};
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::derived::{Generation, Shelf};
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
const FORMAT: u32 = 3;

/// Readings that are kept: some 10 kB each.
const KEPT_READINGS: usize = 256;

/// What words were read as, beside the words that the library has.
type RecentReadings = Cache<Words, Arc<Reading>>;

/// The words of a library at one revision.
#[derive(Debug)]
pub struct TextIndex {
    /// The library's folder.
    folder: PathBuf,
    shelf: Shelf,
    revision: Revision,
    postings: Postings,
    /// What of the postings is in files, if they are.
    stored: Option<Generation>,
    /// What counts in the place of the postings since these have turned out to be damaged.
    mended: OnceLock<MendedPostings>,
    /// Held while that is made.
    mending: Mutex<()>,
    /// What was read lately.
    recent_readings: RecentReadings,
}

/// Postings made from the catalogue in the middle of a search.
#[derive(Debug)]
struct MendedPostings {
    revision: Revision,
    postings: Postings,
}

impl TextIndex {
    /// The revision of the catalogue that it shows.
    pub(crate) fn revision(&self) -> Revision {
        self.mended.get().map_or(self.revision, |mended| mended.revision)
    }

    /// Number of files in it.
    pub fn len(&self) -> u64 {
        self.sound().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory it takes, in bytes, beside what of its files the system keeps.
    #[cfg(test)]
    pub(crate) fn memory_bytes(&self) -> usize {
        self.postings.directory().written_bytes()
    }

    /// Every file in it, by id, to be compared with the catalogue.
    ///
    /// # Errors
    /// Stage `catalogue` if it is damaged.
    pub(crate) fn files(&self) -> Result<Vec<FileId>> {
        let mut files = contained(|| self.sound().files()).map_err(|reason| self.broken(&reason))?;
        files.sort_unstable();
        Ok(files)
    }

    /// The postings that count.
    fn sound(&self) -> &Postings {
        self.mended.get().map_or(&self.postings, |mended| &mended.postings)
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
        let mut marked = self.ask(|postings| postings.marked(&sightings))?;
        let library_len = self.len();
        let rarities = score::rarities(&marked.patterns, &reading, &sightings, library_len);
        if let Some(among) = among {
            marked.keep(|file| among.contains(&file));
        }
        let question = Question { reading: &reading, sightings: &sightings, rarities: &rarities, library_len };
        Ok(ranking::best(&question, &marked, limit))
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
        let corrections = self.ask(|postings| {
            let dictionary = postings.dictionary();
            let correct = |term| spelling::correction(term, Some(&dictionary));
            words.terms().iter().map(correct).collect::<tantivy::Result<Vec<_>>>()
        })?;
        let reading = Arc::new(reading::read(words, &corrections));
        self.recent_readings.insert(words.clone(), Arc::clone(&reading));
        Ok(reading)
    }

    /// Whether a file has `word`, which is folded, or an inflection of it.
    ///
    /// # Errors
    /// Stage `catalogue` if the index turns out to be damaged.
    pub(crate) fn has(&self, word: &str) -> Result<bool> {
        let stem = stems::stem(word);
        self.ask(|postings| postings.dictionary().has(word, &stem))
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

/// What `work` gives; its error, or its panic, as a reason.
fn contained<T>(work: impl FnOnce() -> tantivy::Result<T>) -> std::result::Result<T, String> {
    match panics::contain(work) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => Err(format!("the index's code gave up on its content ({panic})")),
    }
}

#[cfg(test)]
mod tests;
