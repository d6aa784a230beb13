//! A question in words, by example or both → the sounds of a library that answer it, best first, with the reasons.
//!
//! [`request`] says what is asked, [`meaning`] gets the vectors of it, `collect` finds files by their words and by their
//! sound, `algebra` makes one score of several queries, `rank` one order of words and sound, `itself` keeps the examples
//! out of their own answer, and `cut` judges which hits are more than chance. The answer is plain values ([`hit`]); how
//! they are shown is the caller's affair. Sounds are decoded and embedded by the encoder, never here.

pub mod request;
pub mod query_vectors;
pub mod dates;
pub mod hit;
mod algebra;
mod collect;
mod rank;
mod examples;
mod significance;
pub mod map;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use crate::embedding::Embedding;
use crate::encoder::Encoder;
use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::record::{FileId, Hash, SegmentKind};
use crate::library::text::TextIndex;
use crate::library::vectors::{Filter, Mode, Neighbour, VectorIndex};
use crate::search::algebra::{Algebra, Part};
use crate::search::collect::{Nearest, Scope, Sounds};
use crate::search::examples::Given;
use crate::search::hit::{Answer, Hit, Searched, Standing, Timing, Twin};
use crate::search::query_vectors::Meaning;
use crate::search::rank::{Row, WordsFound};
use crate::search::request::{By, Itself, Query, Request, Shown};
pub use crate::search::significance::FALSE_ALARMS;
use crate::search::significance::{Background, Case, Kind, Verdict};

/// Segments taken at first for each hit that is wanted: some are of one file, some fall below the cut.
const SEGMENTS_A_HIT: usize = 4;

/// Segments taken at first, at least.
const LEAST_SEGMENTS: usize = 64;

/// Segments taken at last, at most: an answer that needs more, say for one file with ten thousand moments, is cut short.
const MOST_SEGMENTS: usize = 16_384;

/// Rows judged beyond those wanted before the rest is taken to be below the cut too.
const JUDGED_MORE: usize = 100;

/// A library ready to be searched, with its indexes as far as they have been needed.
#[derive(Debug)]
pub struct Searcher {
    library: Library,
    indexes: Arc<RwLock<Indexes>>,
}

/// What is in memory of a library, however many searchers of it there are.
#[derive(Debug, Default)]
struct Indexes {
    text: Option<TextIndex>,
    vectors: Option<VectorIndex>,
    background: Option<Background>,
    /// How many files are found.
    files_len: usize,
    /// Up to which revision, and which parts of it.
    current: Option<(Revision, Parts)>,
}

/// Which parts of the indexes a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Parts {
    text: bool,
    vectors: bool,
    /// What words reach by chance.
    chance: bool,
    /// A sample of the library.
    references: bool,
}

impl Parts {
    fn of(request: &Request) -> Self {
        let (needs, vectors) = (needs(request), request.by != By::Words);
        Parts {
            text: request.by != By::Sound,
            vectors,
            chance: vectors && needs.contains(&Kind::Words),
            references: vectors && needs.contains(&Kind::Sound),
        }
    }

    fn and(self, other: Parts) -> Self {
        Parts {
            text: self.text || other.text,
            vectors: self.vectors || other.vectors,
            chance: self.chance || other.chance,
            references: self.references || other.references,
        }
    }
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

    /// Answers `request`, whose queries' vectors are `meaning`, from the library's latest state.
    ///
    /// # Errors
    /// [`Error::User`] as [`Request::check`]; [`Error::Internal`] if `meaning` lacks vectors or is another request's;
    /// stage `catalog` if the catalogue cannot be read.
    pub fn search(&mut self, request: &Request, meaning: &Meaning) -> Result<Answer> {
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
        let judge = indexes.judge(request, meaning)?;
        let given = Given::of(library, request)?;
        let identical = given.identical(library, &scope)?;
        let bench = Bench { library, indexes, request, scope: &scope, given, judge, searched_len: searched.vectors };
        let (mut hits, below_cut) = bench.select(bench.rows(&words)?)?;
        add_labels(library, &mut hits)?;
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

impl Indexes {
    fn is_current(&self, revision: Revision, parts: Parts) -> bool {
        self.current.is_some_and(|(at, ready)| at == revision && ready.and(parts) == ready)
    }

    /// Opens `parts`, or brings them up to `revision` of `library` or a later one.
    fn refresh(&mut self, library: &Library, revision: Revision, parts: Parts) -> Result<()> {
        let ready = self.current.take().filter(|(at, _)| *at == revision).map_or(Parts::default(), |(_, ready)| ready);
        if parts.text {
            match &mut self.text {
                Some(text) => text.refresh(library)?,
                None => self.text = Some(TextIndex::open(library)?),
            }
        }
        if parts.vectors {
            match &mut self.vectors {
                Some(vectors) => vectors.catch_up()?,
                None => self.vectors = Some(VectorIndex::open(library)?),
            }
        }
        if let Some(vectors) = self.vectors.as_ref().filter(|_| parts.vectors) {
            let background = self.background.get_or_insert_with(|| Background::open(library));
            let needed = [(parts.chance, Kind::Words), (parts.references, Kind::Sound)];
            let kinds: Vec<Kind> =
                needed.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, kind)| kind).collect();
            background.refresh(library, vectors, &kinds)?;
        }
        self.files_len = library.found_len()?;
        self.current = Some((revision, ready.and(parts)));
        Ok(())
    }

    /// What sounds are compared with and judged by; `None` where only words are compared.
    fn judge(&self, request: &Request, meaning: &Meaning) -> Result<Option<(Algebra, Vec<Kind>)>> {
        let Some(background) = self.background.as_ref().filter(|_| request.by != By::Words) else { return Ok(None) };
        Ok(Some((algebra(request, meaning, background)?, kinds(request))))
    }
}

/// What each wanted query of `request` is.
fn kinds(request: &Request) -> Vec<Kind> {
    let kind = |query: &Query| match query {
        Query::Words(_) => Kind::Words,
        Query::Like(_) => Kind::Sound,
        Query::Learned(learned) => Kind::Learned { boundary: learned.boundary, unit: learned.log_odds_unit },
    };
    request.wanted.iter().map(|wanted| kind(&wanted.query)).collect()
}

/// What of the background `request` needs: the yardsticks of what is wanted, and a sample for what is not.
fn needs(request: &Request) -> Vec<Kind> {
    let mut needs = kinds(request);
    needs.extend((!request.unwanted.is_empty()).then_some(Kind::Sound));
    needs
}

/// The vectors of `request` with their weights.
fn algebra(request: &Request, meaning: &Meaning, background: &Background) -> Result<Algebra> {
    let vectors = meaning.complete_vectors()?;
    let weights: Vec<f32> = request.wanted.iter().chain(&request.unwanted).map(|query| query.weight).collect();
    if vectors.len() != weights.len() {
        return Err(Error::internal(Stage::Search, "the vectors are not those of the request"));
    }
    let part = |(vector, weight)| Part { baseline: background.baseline(&vector), vector, weight };
    let mut wanted: Vec<Part> = vectors.into_iter().zip(weights).map(part).collect();
    let unwanted = wanted.split_off(request.wanted.len());
    Ok(Algebra { wanted, unwanted })
}

/// Takes more and more of the nearest segments until no other can belong among the rows that are wanted.
fn deepened(
    request: &Request,
    sounds: Sounds<'_>,
    scope: &Scope,
    rows_of: impl Fn(&Nearest) -> Result<Vec<Row>>,
) -> Result<Vec<Row>> {
    let mut count = request.limit.saturating_mul(SEGMENTS_A_HIT).clamp(LEAST_SEGMENTS, MOST_SEGMENTS);
    loop {
        let nearest = sounds.nearest(scope, count)?;
        let rows = rows_of(&nearest)?;
        let Some(bound) = nearest.bound else { return Ok(rows) };
        let certain = rows.iter().take_while(|row| row.score >= bound).count();
        if certain >= request.limit || count >= MOST_SEGMENTS {
            return Ok(rows);
        }
        count = count.saturating_mul(SEGMENTS_A_HIT).min(MOST_SEGMENTS);
    }
}

/// Adds the labels of each hit's content, in one look-up for all of them.
fn add_labels(library: &Library, hits: &mut [Hit]) -> Result<()> {
    let hashes: Vec<Hash> = hits.iter().filter_map(|hit| hit.file.hash).collect();
    let labels = library.labels_of_contents(&hashes)?;
    for hit in hits {
        let of_hit = hit.file.hash.and_then(|hash| labels.get(&hash));
        hit.labels = of_hit.cloned().unwrap_or_default();
    }
    Ok(())
}

/// What it takes to turn rows into hits.
struct Bench<'a> {
    library: &'a Library,
    indexes: &'a Indexes,
    request: &'a Request,
    scope: &'a Scope,
    given: Given,
    /// `None` where only words were compared, which are their own proof.
    judge: Option<(Algebra, Vec<Kind>)>,
    searched_len: usize,
}

impl Bench<'_> {
    /// What may answer the request, best first, given the files that have `words` of it.
    fn rows(&self, words: &BTreeMap<FileId, WordsFound>) -> Result<Vec<Row>> {
        let library = self.library;
        let (Some(vectors), Some((algebra, _))) = (&self.indexes.vectors, &self.judge) else {
            return Ok(rank::rows(collect::candidates(library, words, None)?, self.request.rows));
        };
        let sounds = Sounds { vectors, algebra, mode: self.request.mode };
        deepened(self.request, sounds, self.scope, |nearest| {
            let candidates = collect::candidates(library, words, Some((sounds, nearest)))?;
            Ok(rank::rows(self.given.strip(candidates), self.request.rows))
        })
    }

    /// The hits among `rows`, and how many were left out that would have been among them but for the cut.
    fn select(&self, rows: Vec<Row>) -> Result<(Vec<Hit>, usize)> {
        let limit = self.request.limit;
        let (mut hits, mut below_cut) = (Vec::new(), 0);
        for (index, row) in rows.into_iter().take(limit.saturating_add(JUDGED_MORE)).enumerate() {
            if hits.len() == limit {
                break;
            }
            let (standing, chance) = self.standing(&row)?;
            if standing == Standing::BelowCut && self.request.shown == Shown::Convincing {
                below_cut += usize::from(index < limit);
                continue;
            }
            hits.push(self.hit(&row, standing, chance)?);
        }
        Ok((hits, below_cut))
    }

    fn standing(&self, row: &Row) -> Result<(Standing, Option<f32>)> {
        let verdict = self.verdict(row)?;
        let standing = match verdict {
            _ if row.has_all_words() || self.judge.is_none() => Standing::Convincing,
            // Chance has no part in a sound being like itself.
            _ if self.request.itself == Itself::Listed && self.given.has(&row.candidate.card) => Standing::Convincing,
            Some(verdict) if verdict.margin >= 0.0 => Standing::Convincing,
            Some(_) => Standing::BelowCut,
            None => Standing::Unjudged,
        };
        Ok((standing, verdict.and_then(|verdict| verdict.chance)))
    }

    fn verdict(&self, row: &Row) -> Result<Option<Verdict>> {
        let (Some((algebra, kinds)), Some(background)) = (&self.judge, &self.indexes.background) else {
            return Ok(None);
        };
        let Some(place) = row.best() else { return Ok(None) };
        let Some(vector) = self.library.vector_of(place.id)? else { return Ok(None) };
        let case = Case { algebra, kinds, searched_len: self.searched_len };
        Ok(background.judge(&case, &vector, &place.evidence))
    }

    fn hit(&self, row: &Row, standing: Standing, chance: Option<f32>) -> Result<Hit> {
        let card = row.candidate.card.clone();
        let may_be_found = |id| self.scope.files.as_ref().is_none_or(|files| files.contains(&id));
        let twins = self.library.twins(&card)?.into_iter().filter(|(id, _)| may_be_found(*id));
        let (start_seconds, end_seconds) = row.stretch();
        Ok(Hit {
            also: twins.map(|(id, path)| Twin { path, id }).collect(),
            start_seconds,
            end_seconds,
            score: row.score,
            cosine: row.best().map(|place| place.evidence.cosine),
            reasons: row.reasons(),
            standing,
            chance,
            moments: row.moments(),
            labels: Vec::new(),
            file: card,
        })
    }
}

#[cfg(test)]
mod tests;
