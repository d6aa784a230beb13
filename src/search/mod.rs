//! A question in words, by example or both → the sounds of a library that answer it, best first, with the reasons.
//!
//! A [`request`] has queries, perhaps an [`example`]; [`clauses`] tells what a text wants from what it does not,
//! [`query_vectors`] gets vectors, and [`reading`] says what words were read as. `indexes` holds what is in memory of a
//! library. `collect` finds files by their words and by their sound, `algebra` says where to look for several queries at
//! once, `judgement` gives what was found its score, `events` joins the moments of a file that answer together, `rank` puts
//! it in order, `copies` folds the files of one recording, `ghosts` puts last what is not on disk, and `excluded_examples`
//! keeps the examples out of their own
//! answer. `selection` picks the hits from that order. The answer is plain values ([`hit`]). [`map`] lays out a
//! whole library and finds its duplicates.
//! Sounds are decoded and embedded by the encoder, never here.

pub mod request;
pub mod clauses;
pub mod example;
pub mod dates;
pub mod query_vectors;
pub mod reading;
pub mod hit;
mod recent_cards;
mod recent_pools;
mod indexes;
mod algebra;
mod events;
mod rank;
mod copies;
mod ghosts;
mod collect;
mod excluded_examples;
mod judgement;
mod selection;
pub mod map;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::time::Instant;

use crate::cores::AtWork;
use crate::embedding::{Embedding, expect_dim};
use crate::encoder::queue::Encoder;
use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::record::segment::SegmentKind;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::search::Mode;
use crate::search::algebra::Algebra;
use crate::search::collect::{Scope, SoundComparison};
use crate::search::excluded_examples::ExcludedExamples;
use crate::search::hit::{Answer, SearchSize, Timing};
use crate::search::indexes::{ComparedSounds, IndexParts, Indexes, SharedIndexes};
use crate::search::judgement::Judge;
use crate::search::judgement::constants::{POOL, UNTOLD};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{Basis, Query, Request, WeightedQuery};
use crate::search::selection::Selection;

/// A library ready to be searched, with its indexes as far as they have been needed.
///
/// ```
/// use auricle::search::request::Query;
/// use auricle::{Clap, Encoder, Library, Request, Searcher};
/// # use auricle::library::writer::Writer;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let encoder = Encoder::spawn(Clap::starter()?)?;
/// # drop(Writer::open(folder.path(), encoder.space())?);
/// let mut searcher = Searcher::new(Library::open(folder.path())?);
/// let answer = searcher.ask(&encoder, &Request::new(Query::Words("rain on a tin roof".into())))?;
/// for hit in &answer.hits {
///     println!("{:.3}  {}", hit.score, hit.file.path.display());
/// }
/// assert!(answer.hits.is_empty(), "nothing has been indexed here");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Searcher {
    library: Library,
    indexes: SharedIndexes,
}

impl Searcher {
    /// A searcher of `library`. Its indexes are opened when a request first needs them.
    pub fn new(library: Library) -> Self {
        Searcher { library, indexes: SharedIndexes::default() }
    }

    /// Another searcher of the same library for another thread; the two share their indexes.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read, or another has taken its place.
    pub fn another(&self) -> Result<Self> {
        Ok(Searcher { library: self.library.reopen()?, indexes: self.indexes.clone() })
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Has `encoder` embed what hits of `request` are judged by where the library lacks it, which makes the first query
    /// some seconds slower; the starter's is compiled in. Without it, all hits for the sound of words are weak, in the
    /// order of their cosines.
    ///
    /// # Errors
    /// [`Error::Data`] for words or a sound that cannot be embedded; [`Error::Internal`] if the model fails;
    /// [`Error::Library`] if the catalogue cannot be read.
    pub fn prepare(&mut self, encoder: &Encoder, request: &Request) -> Result<()> {
        let has_words = || request.queries().any(|query| matches!(query, Query::Words(_)));
        if request.by == Basis::Words || !has_words() {
            return Ok(());
        }
        self.indexes.prepare(&self.library, encoder)
    }

    /// Opens all indexes that a request may need, or brings them up to date, so that the next request need not wait for it.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    #[cfg(feature = "server")]
    pub(crate) fn open_indexes(&mut self) -> Result<()> {
        self.indexes.bring_up(&self.library, indexes::ALL_PARTS)
    }

    /// Answers `request`, with `encoder` to embed what the library does not know.
    ///
    /// # Errors
    /// [`Error::Library`] if another model made the library than the one behind `encoder`; what the encoder reports; as
    /// [`Searcher::search`].
    pub fn ask(&mut self, encoder: &Encoder, request: &Request) -> Result<Answer> {
        self.library.expect_model(encoder.space())?;
        let mut vectors = QueryVectors::from_library(&self.library, request)?;
        vectors.complete(encoder, request)?;
        self.prepare(encoder, request)?;
        self.search(request, &vectors)
    }

    /// Answers `request`, whose queries have the vectors `vectors`, from the library's latest state.
    ///
    /// # Errors
    /// [`Error::Request`] as [`Request::check`], or if `vectors` are of another dimension than the library's;
    /// [`Error::Internal`] if they are incomplete or another request's; stage `catalogue` if the catalogue cannot be read.
    pub fn search(&mut self, request: &Request, vectors: &QueryVectors) -> Result<Answer> {
        request.check()?;
        let start = Instant::now();
        self.indexes.bring_up(&self.library, IndexParts::of(request))?;
        let indexes = self.indexes.read();
        let _at_work = AtWork::begin();
        // The catalogue is asked everything in one transaction.
        let _view = self.library.snapshot()?;
        let refresh = start.elapsed();
        let answer = answer(&self.library, &indexes, request, vectors)?;
        Ok(Answer { timing: Timing { refresh, ..answer.timing }, ..answer })
    }

    /// The cosine of every sound, as a whole, with `query`, in no particular order; off by less than
    /// [`CODED_ERROR`](crate::library::vectors::search::CODED_ERROR) in a large library.
    ///
    /// # Errors
    /// [`Error::Request`] if `query` is of another dimension than the library's vectors; stage `catalogue` if the
    /// catalogue cannot be read.
    pub fn clip_cosines(&mut self, query: &Embedding) -> Result<Vec<Neighbour>> {
        check_dim(&self.library, query)?;
        self.indexes.bring_up(&self.library, IndexParts { vectors: true, ..IndexParts::default() })?;
        let indexes = self.indexes.read();
        let Some(vectors) = &indexes.vectors else { return Ok(Vec::new()) };
        vectors.every(query, &Filter { kind: Some(SegmentKind::Clip), among: None }, Mode::Auto)
    }
}

fn answer(library: &Library, indexes: &Indexes, request: &Request, vectors: &QueryVectors) -> Result<Answer> {
    let mut timing = Timing::default();
    let start = Instant::now();
    let (scope, weights) = (Scope::of(library, &request.filter)?, judgement::weights_of(request));
    let text = indexes.text.as_ref().filter(|_| request.by != Basis::Sound);
    let words = text.map(|text| collect::by_words(text, request, &weights, &scope)).transpose()?.unwrap_or_default();
    let reading = reading::read(text, request, vectors)?;
    timing.words = start.elapsed();
    let start = Instant::now();
    let compared = indexes.compared().filter(|_| request.by != Basis::Words);
    let searched = SearchSize {
        files: scope.files.as_ref().map_or(indexes.files_len, HashSet::len),
        vectors: compared.map_or(0, |compared| compared.vectors.len()),
        with_words: words.files.len(),
    };
    let vectors = if compared.is_some() { checked(library, request, vectors)? } else { Vec::new() };
    let algebra = compared.map(|compared| algebra(library, request, &vectors, compared));
    let pool = OnceCell::new();
    let sounds = match compared.zip(algebra.as_ref()) {
        Some((compared, algebra)) => {
            let sounds = SoundComparison {
                vectors: compared.vectors,
                algebra,
                mode: request.mode,
                pool: &pool,
                recent_pools: &indexes.recent_pools,
            };
            let nearest = |direction: &Embedding| sounds.nearest_to(direction, &scope, POOL);
            Some((sounds, Judge::new(compared.yardsticks(library), request, &vectors, nearest)?))
        }
        None => None,
    };
    let near = |vector: &Embedding| match &sounds {
        Some((sounds, _)) => sounds.nearest_to(vector, &scope, POOL),
        None => Ok(Vec::new()),
    };
    let examples = ExcludedExamples::of(library, request, near)?;
    let identical = examples.identical(library, &scope)?;
    let asks_by_words = request.wanted.iter().all(|wanted| matches!(wanted.query, Query::Words(_)));
    // What sounds like words that mean nothing to the model is there by chance.
    let most_by_sound = if asks_by_words && reading.is_unknown() { UNTOLD } else { 1.0 };
    let weights = &weights;
    let selection = Selection {
        library,
        request,
        scope: &scope,
        weights,
        words: &words,
        recent_cards: &indexes.recent_cards,
        examples,
        most_by_sound,
        sounds,
    };
    let (hits, hidden) = selection.hits()?;
    timing.sound = start.elapsed();
    Ok(Answer { hits, hidden, identical, reading, searched, timing })
}

/// The vectors of `request`, all there and of the library's dimension.
fn checked(library: &Library, request: &Request, vectors: &QueryVectors) -> Result<Vec<Embedding>> {
    let vectors = vectors.complete_vectors()?;
    vectors.iter().try_for_each(|vector| check_dim(library, vector))?;
    if vectors.len() != request.queries().count() {
        return Err(Error::internal(Stage::Search, "the vectors are not those of the request"));
    }
    Ok(vectors)
}

/// Where to look for what `request` asks for, whose queries have the vectors `vectors`.
fn algebra(library: &Library, request: &Request, vectors: &[Embedding], compared: ComparedSounds<'_>) -> Algebra {
    let queries = request.wanted.iter().chain(&request.unwanted);
    let weighted = queries.zip(vectors).enumerate().map(|(index, (WeightedQuery { query, weight }, vector))| {
        let vector = compared.yardsticks(library).direction(query, vector);
        let is_wanted = index < request.wanted.len();
        let baseline = if is_wanted { 0.0 } else { compared.references.baseline(&vector) };
        algebra::WeightedVector { vector, weight: *weight, baseline }
    });
    let mut wanted: Vec<_> = weighted.collect();
    let unwanted = wanted.split_off(request.wanted.len());
    Algebra { wanted, unwanted }
}

fn check_dim(library: &Library, vector: &Embedding) -> Result<()> {
    expect_dim(library.model().dim, [vector])
}

#[cfg(test)]
mod tests;
