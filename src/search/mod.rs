//! A question in words, by example or both → the sounds of a library that answer it, best first, with the reasons.
//!
//! [`request`] says what is asked and [`query_vectors`] gets its vectors. [`Searcher`] answers it: `indexes` holds what is in
//! memory of the library, `collect` finds files by their words and by their sound, `algebra` makes one score of several
//! queries, `rank` one order of words and sound, `examples` keeps examples out of their own answer, `significance` tells
//! hits from chance, and `selection` puts these together. The answer is plain values ([`hit`]); showing them is the
//! caller's business. Sounds are decoded and embedded by the encoder, never here.

pub mod request;
pub mod query_vectors;
pub mod dates;
pub mod hit;
mod algebra;
mod collect;
mod rank;
mod examples;
mod significance;
mod indexes;
mod selection;
pub mod map;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use crate::embedding::Embedding;
use crate::encoder::Encoder;
use crate::error::Result;
use crate::library::Library;
use crate::library::record::SegmentKind;
use crate::library::vectors::{Filter, Mode, Neighbour, VectorIndex};
use crate::search::collect::Scope;
use crate::search::examples::ExcludedExamples;
use crate::search::hit::{Answer, Searched, Timing};
use crate::search::indexes::{Indexes, Parts};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{By, Query, Request};
use crate::search::selection::Selection;
use crate::search::significance::Background;
pub use crate::search::significance::FALSE_ALARMS;

/// A library ready to be searched, with its indexes as far as they have been needed.
#[derive(Debug)]
pub struct Searcher {
    library: Library,
    indexes: Arc<RwLock<Indexes>>,
}

impl Searcher {
    /// A searcher of `library`. Its indexes are opened when a request first needs them.
    pub fn new(library: Library) -> Self {
        Searcher { library, indexes: Arc::default() }
    }

    /// Another searcher of the same library for another thread; the two share their indexes.
    ///
    /// # Errors
    /// Stage `catalog` if the catalogue cannot be read, or another has taken its place.
    pub fn another(&self) -> Result<Self> {
        Ok(Searcher { library: self.library.reopen()?, indexes: Arc::clone(&self.indexes) })
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Has `encoder` make what hits of `request` are judged by where the library lacks it, which takes a model's first
    /// query a little longer. Without it hits by words remain unjudged.
    ///
    /// # Errors
    /// What the encoder reports; stage `catalog` if the catalogue cannot be read.
    pub fn prepare(&mut self, encoder: &Encoder, request: &Request) -> Result<()> {
        if request.by == By::Words || !request.wanted.iter().any(|wanted| matches!(wanted.query, Query::Words(_))) {
            return Ok(());
        }
        if self.read().background.as_ref().is_some_and(Background::is_prepared) {
            return Ok(());
        }
        let mut indexes = write(&self.indexes);
        indexes.current = None;
        let background = indexes.background.get_or_insert_with(|| Background::open(&self.library));
        background.prepare(&self.library, encoder)
    }

    /// Answers `request`, whose queries' vectors are `query_vectors`, from the library's latest state.
    ///
    /// # Errors
    /// [`Error::Request`] as [`Request::check`]; [`Error::Internal`] if `query_vectors` lacks vectors or is another request's;
    /// stage `catalog` if the catalogue cannot be read.
    pub fn search(&mut self, request: &Request, query_vectors: &QueryVectors) -> Result<Answer> {
        request.check()?;
        let mut timing = Timing::default();
        let start = Instant::now();
        self.bring_up(Parts::of(request))?;
        let (library, guard) = (&self.library, self.read());
        let indexes: &Indexes = &guard;
        // All that is asked of the catalogue in one transaction, and not one for each question.
        let _view = library.snapshot()?;
        timing.refresh = start.elapsed();
        let start = Instant::now();
        let scope = Scope::of(library, &request.filter)?;
        let words = match &indexes.text {
            Some(text) if request.by != By::Sound => collect::by_words(text, request, &scope)?,
            _ => BTreeMap::new(),
        };
        timing.words = start.elapsed();
        let start = Instant::now();
        let searched = Searched {
            files: scope.files.as_ref().map_or(indexes.files_len, HashSet::len),
            vectors: indexes.vectors.as_ref().filter(|_| request.by != By::Words).map_or(0, VectorIndex::len),
            with_words: words.len(),
        };
        let judge = indexes.judge(request, query_vectors)?;
        let excluded = ExcludedExamples::of(library, request)?;
        let identical = excluded.identical(library, &scope)?;
        let selection =
            Selection { library, indexes, request, scope: &scope, excluded, judge, searched_len: searched.vectors };
        let (hits, below_cut) = selection.select(selection.rows(&words)?)?;
        timing.sound = start.elapsed();
        Ok(Answer { hits, below_cut, identical, searched, timing })
    }

    /// The cosine of every sound that is found, as a whole, with `query`, in no order that means anything; off by less
    /// than [`CODED_ERROR`](crate::library::vectors::CODED_ERROR) in a large library.
    ///
    /// # Errors
    /// Stage `catalog` if the catalogue cannot be read.
    pub fn clip_cosines(&mut self, query: &Embedding) -> Result<Vec<Neighbour>> {
        self.bring_up(Parts { vectors: true, ..Parts::default() })?;
        let indexes = self.read();
        let Some(vectors) = &indexes.vectors else { return Ok(Vec::new()) };
        vectors.every(query, &Filter { kind: Some(SegmentKind::Clip), among: None }, Mode::Auto)
    }

    /// Opens `parts` of the indexes, or brings them up to date. Others search meanwhile if there is nothing to be done.
    fn bring_up(&mut self, parts: Parts) -> Result<()> {
        let revision = self.library.revision()?;
        if self.read().is_current(revision, parts) {
            return Ok(());
        }
        let mut indexes = write(&self.indexes);
        if indexes.is_current(revision, parts) { Ok(()) } else { indexes.refresh(&self.library, revision, parts) }
    }

    fn read(&self) -> RwLockReadGuard<'_, Indexes> {
        self.indexes.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Borrows the indexes alone, so that a searcher's library can be used beside them.
fn write(indexes: &RwLock<Indexes>) -> RwLockWriteGuard<'_, Indexes> {
    indexes.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
