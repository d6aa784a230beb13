//! A request → the files that may answer it, found by words and by sound, with the evidence for each.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::{FileCard, FileFilter};
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::library::text::TextIndex;
use crate::library::text::coverage::Coverage;
use crate::library::text::query::{Ending, Words};
use crate::library::text::score::TextHit;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::promising::PromiseQuestion;
use crate::library::vectors::search::Mode;
use crate::search::algebra::Algebra;
use crate::search::judgement::HeardSegment;
use crate::search::judgement::constants::POOL;
use crate::search::judgement::evidence::{QueryWeights, SaidOf};
use crate::search::judgement::words::WordOdds;
use crate::search::rank::{FileCandidate, SEGMENTS_SHOWN, ScoredSegment, WordEvidence};
use crate::search::recent_cards::{Cards, RecentCards};
use crate::search::recent_pools::RecentPools;
use crate::search::request::{Granularity, Query, Request, WeightedQuery};

/// Files taken from the words: enough that sound can order those that have them all.
const WORDS_KEPT: usize = 500;

/// Moments of files found by their words that are judged, where each is a hit of its own.
const MOMENTS_OF_NAMED: usize = 2048;

/// What a filter lets through; `None` for everything.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) files: Option<HashSet<FileId>>,
    pub(super) segments: Option<HashSet<SegmentId>>,
}

impl Scope {
    /// What `filter` lets through in `library`.
    pub(super) fn of(library: &Library, filter: &FileFilter) -> Result<Self> {
        if filter.lets_all_through() {
            return Ok(Scope { files: None, segments: None });
        }
        let files = library.files_passing(filter)?;
        let segments = library.segments_of(&files)?;
        Ok(Scope { files: Some(files), segments: Some(segments) })
    }

    fn filter(&self) -> Filter<'_> {
        Filter { kind: None, among: self.segments.as_ref() }
    }
}

/// What the words of a request say of files.
#[derive(Debug, Clone, Default)]
pub(super) struct FoundWords {
    /// The files that have some of what is wanted.
    pub(super) files: BTreeMap<FileId, Arc<WordEvidence>>,
    /// What they say of the others: of those with all the words of something unwanted.
    others: HashMap<FileId, SaidOf>,
    /// What they say of a file that has none of them.
    lacking: SaidOf,
    /// The probability of a file of which they say no more than that, once it has been asked for.
    of_lacking: OnceCell<f64>,
}

impl FoundWords {
    /// What the words say of `file`.
    fn said_of(&self, file: FileId) -> &SaidOf {
        let of_wanted = self.files.get(&file).map(|found| &found.said);
        of_wanted.or_else(|| self.others.get(&file)).unwrap_or(&NOTHING_SAID)
    }

    /// The probability of `file` by them alone.
    fn alone(&self, file: FileId, weights: &QueryWeights) -> f64 {
        match self.files.get(&file) {
            Some(found) => found.alone,
            None if self.others.contains_key(&file) => weights.probability(None, &self.said_of_unheard(file)),
            None => *self.of_lacking.get_or_init(|| weights.probability(None, &self.unheard(&NOTHING_SAID))),
        }
    }

    /// What they say where there is no sound to go by: lacking the words speaks against a file too.
    fn said_of_unheard(&self, file: FileId) -> SaidOf {
        self.unheard(self.said_of(file))
    }

    fn unheard(&self, said: &SaidOf) -> SaidOf {
        let wanted = self.lacking.wanted.iter().enumerate();
        let wanted = wanted.map(|(index, lacking)| said.wanted.get(index).copied().flatten().or(*lacking));
        SaidOf { wanted: wanted.collect(), unwanted: said.unwanted.clone() }
    }
}

static NOTHING_SAID: SaidOf = SaidOf { wanted: Vec::new(), unwanted: Vec::new() };

/// The files that have words of `request`.
pub(super) fn by_words(
    text: &TextIndex,
    request: &Request,
    weights: &QueryWeights,
    scope: &Scope,
) -> Result<FoundWords> {
    let among = scope.files.as_ref();
    let total: f32 = texts(&request.wanted).map(|(_, _, weight)| weight).sum();
    let said = SaidOf { wanted: vec![None; request.wanted.len()], unwanted: vec![None; request.unwanted.len()] };
    let mut words = FoundWords { lacking: said.clone(), ..FoundWords::default() };
    for (index, wanted, weight) in texts(&request.wanted) {
        let found = text.find(&Words::parse(wanted, request.ending), among, WORDS_KEPT)?;
        let most = found.iter().map(|found| found.answered).fold(0.0, f32::max);
        words.lacking.wanted[index] = Some(WordOdds::lacking(most));
        for found in found {
            let nothing = || Arc::new(WordEvidence::nothing(said.clone()));
            let file = Arc::make_mut(words.files.entry(found.file).or_insert_with(nothing));
            file.said.wanted[index] = Some(WordOdds::of(&found));
            file.add(found, weight / total);
        }
    }
    for (index, unwanted, _) in texts(&request.unwanted) {
        let found = text.find(&Words::parse(unwanted, Ending::Finished), among, usize::MAX)?;
        // Some of its words are no sign of it: "rain with thunder" is not wanted, and rain is.
        for found in found.into_iter().filter(|found| found.coverage >= Coverage::All) {
            let of_file = match words.files.get_mut(&found.file) {
                Some(file) => &mut Arc::make_mut(file).said,
                None => words.others.entry(found.file).or_insert_with(|| said.clone()),
            };
            of_file.unwanted[index] = Some(WordOdds::of(&found));
        }
    }
    give_ranks(&mut words, weights);
    Ok(words)
}

impl WordEvidence {
    fn nothing(said: SaidOf) -> Self {
        WordEvidence { rank: 0, score: 0.0, coverage: Coverage::Some, matches: [].into(), said, alone: 0.0 }
    }

    fn add(&mut self, found: TextHit, weight: f32) {
        self.score += found.score * weight;
        self.coverage = self.coverage.max(found.coverage);
        self.matches = match self.matches.is_empty() {
            true => found.matches,
            false => self.matches.iter().chain(found.matches.iter()).cloned().collect(),
        };
    }
}

/// The texts among `queries`, each with its place and weight.
fn texts(queries: &[WeightedQuery]) -> impl Iterator<Item = (usize, &str, f32)> {
    queries.iter().enumerate().filter_map(|(index, weighted)| match &weighted.query {
        Query::Words(words) => Some((index, words.as_str(), weighted.weight)),
        Query::Like(_) | Query::Learned(_) => None,
    })
}

/// Equal ones share a rank.
fn give_ranks(words: &mut FoundWords, weights: &QueryWeights) {
    let of_file = |found: &Arc<WordEvidence>| weights.probability(None, &words.unheard(&found.said));
    let probabilities: Vec<f64> = words.files.values().map(of_file).collect();
    let mut order: Vec<(f64, &mut WordEvidence)> =
        probabilities.into_iter().zip(words.files.values_mut().map(Arc::make_mut)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.score.total_cmp(&a.1.score)));
    let mut last = None;
    for (index, (probability, found)) in order.into_iter().enumerate() {
        let this = (probability, found.score);
        found.rank = match last {
            Some((rank, before)) if before == this => rank,
            _ => index + 1,
        };
        found.alone = probability;
        last = Some((found.rank, this));
    }
}

/// Everything that finds sounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct SoundComparison<'a> {
    pub(super) vectors: &'a VectorIndex,
    pub(super) algebra: &'a Algebra,
    pub(super) mode: Mode,
    /// What [`POOL`] segments are nearest to the part that is wanted, if that is the only one, once it is known: several
    /// ask for it.
    pub(super) pool: &'a OnceCell<Vec<SegmentId>>,
    pub(super) recent_pools: &'a RecentPools,
}

impl SoundComparison<'_> {
    /// The `count` most promising segments, best first; fewer only if there are no more.
    pub(super) fn nearest(&self, scope: &Scope, count: usize) -> Result<Vec<SegmentId>> {
        match self.algebra.single() {
            Some(part) => self.nearest_to(&part.vector, scope, count),
            None => self.best_of_all(scope, count),
        }
    }

    /// The `count` segments nearest to `direction`, nearest first.
    pub(super) fn nearest_to(&self, direction: &Embedding, scope: &Scope, count: usize) -> Result<Vec<SegmentId>> {
        let is_pool = count == POOL && self.algebra.single().is_some_and(|part| part.vector == *direction);
        if let Some(pool) = self.pool.get().filter(|_| is_pool) {
            return Ok(pool.clone());
        }
        let find = || -> Result<Vec<SegmentId>> {
            let near = self.vectors.nearest(direction, count, &scope.filter(), self.mode)?;
            Ok(near.into_iter().map(|neighbour| neighbour.segment).collect())
        };
        let near = match scope.segments {
            None if count == POOL => self.recent_pools.nearest_to(direction, self.mode, find)?,
            _ => find()?,
        };
        if is_pool {
            self.pool.get_or_init(|| near.clone());
        }
        Ok(near)
    }

    /// With several parts, what is near to one may be far down the list of another. What is unwanted only takes away, so those
    /// near to all that is wanted are looked at until no other can promise more; where that would be too many, every segment.
    fn best_of_all(&self, scope: &Scope, count: usize) -> Result<Vec<SegmentId>> {
        let filter = scope.filter();
        if let Some((bound, scale)) = self.algebra.bound().filter(|_| self.mode == Mode::Auto) {
            let queries = self.algebra.parts().map(|part| &part.vector).collect();
            let question = PromiseQuestion { queries, promise: &|cosines| self.algebra.promise(cosines), bound, scale };
            if let Some(mut promising) = self.vectors.most_promising(&question, count, &filter)? {
                return Ok(take_best(&mut promising, count).collect());
            }
        }
        let parts = self.algebra.parts().map(|part| self.vectors.every(&part.vector, &filter, self.mode));
        let parts: Vec<_> = parts.collect::<Result<_>>()?;
        let mut cosines = vec![0.0; parts.len()];
        let mut promising: Vec<(f32, SegmentId)> = (0..parts[0].len())
            .map(|index| {
                cosines.iter_mut().zip(&parts).for_each(|(cosine, part)| *cosine = part[index].cosine);
                (self.algebra.promise(&cosines), parts[0][index].segment)
            })
            .collect();
        Ok(take_best(&mut promising, count).collect())
    }

    /// Of the segments of each of `files` the most promising, `most` of each.
    fn best_of_each<'a>(&self, files: impl Iterator<Item = &'a FileCard>, most: usize) -> Result<Vec<SegmentId>> {
        let segments = files.map(|card| card.segments.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        let (few, many): (Vec<_>, Vec<_>) = segments.partition(|of_file| of_file.len() <= most);
        let promises = self.promises(&many.concat())?;
        let mut best = few.concat();
        for of_file in many {
            let promise = |segment: SegmentId| promises.get(&segment).map(|promise| (*promise, segment));
            let mut promising: Vec<(f32, SegmentId)> = of_file.into_iter().filter_map(promise).collect();
            best.extend(take_best(&mut promising, most));
        }
        Ok(best)
    }

    fn promises(&self, segments: &[SegmentId]) -> Result<HashMap<SegmentId, f32>> {
        let cosines = self.algebra.parts().map(|part| self.vectors.cosines(&part.vector, segments));
        let cosines: Vec<Vec<Option<f32>>> = cosines.collect::<Result<_>>()?;
        let promise = |(index, segment): (usize, &SegmentId)| {
            let of_segment: Option<Vec<f32>> = cosines.iter().map(|of_part| of_part[index]).collect();
            of_segment.map(|cosines| (*segment, self.algebra.promise(&cosines)))
        };
        Ok(segments.iter().enumerate().filter_map(promise).collect())
    }
}

/// The `count` best of `promising`, best first.
fn take_best(promising: &mut Vec<(f32, SegmentId)>, count: usize) -> impl Iterator<Item = SegmentId> {
    let best_first = |a: &(f32, SegmentId), b: &(f32, SegmentId)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if count < promising.len() && count > 0 {
        promising.select_nth_unstable_by(count - 1, best_first);
    }
    promising.truncate(count);
    promising.sort_unstable_by(best_first);
    promising.iter().map(|(_, segment)| *segment)
}

/// Segments that were judged, each with the most that its sound can count.
pub(super) type Judged = FxHashMap<SegmentId, (HeardSegment, f64)>;

/// Everything that makes candidates of what was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Collection<'a> {
    pub(super) library: &'a Library,
    pub(super) weights: &'a QueryWeights,
    pub(super) words: &'a FoundWords,
    pub(super) recent_cards: &'a RecentCards,
}

impl Collection<'_> {
    /// The segments to judge beside those `judged`: those of the files in `words` none of whose are among them. `cards`
    /// gains the cards of these files.
    pub(super) fn named(
        &self,
        sounds: SoundComparison<'_>,
        judged: &Judged,
        granularity: Granularity,
        cards: &mut Cards,
    ) -> Result<Vec<SegmentId>> {
        let known: FxHashSet<FileId> = judged.values().map(|(heard, _)| heard.file).collect();
        let named: Vec<FileId> = self.words.files.keys().filter(|file| !known.contains(file)).copied().collect();
        self.recent_cards.look_up(self.library, named.iter().copied(), cards)?;
        let most = match granularity {
            Granularity::Files => SEGMENTS_SHOWN,
            Granularity::Moments => (MOMENTS_OF_NAMED / named.len().max(1)).max(SEGMENTS_SHOWN),
        };
        sounds.best_of_each(named.iter().filter_map(|file| cards.get(file).map(|card| &**card)), most)
    }

    /// The files found by words or by the sound of the segments `found`, each with all that is known for it. `cards` gains
    /// their cards.
    pub(super) fn candidates(
        &self,
        judged: &Judged,
        found: &[SegmentId],
        cards: &mut Cards,
    ) -> Result<Vec<FileCandidate>> {
        let found: Vec<&(HeardSegment, f64)> = found.iter().filter_map(|segment| judged.get(segment)).collect();
        let ranks = sound_ranks(found.iter().map(|judged| (judged.0.file, self.by_sound(judged))));
        let mut files: Vec<FileId> = self.words.files.keys().chain(ranks.keys()).copied().collect();
        files.sort_unstable();
        files.dedup();
        self.recent_cards.look_up(self.library, files.iter().copied(), cards)?;
        let candidate = |id: FileId, card: &Arc<FileCard>| {
            let scored = card.segments.iter().filter_map(|(segment, facts)| {
                let judged = judged.get(segment)?;
                Some(ScoredSegment {
                    id: *segment,
                    segment: *facts,
                    score: self.score(id, judged),
                    by_sound: self.by_sound(judged),
                    cosine: judged.0.evidence.cosine,
                })
            });
            FileCandidate {
                segments: scored.collect(),
                words: self.words.files.get(&id).cloned(),
                by_words: self.words.alone(id, self.weights) as f32,
                sound_rank: ranks.get(&id).copied(),
                card: Arc::clone(card),
            }
        };
        Ok(files.into_iter().filter_map(|file| Some(candidate(file, cards.get(&file)?))).collect())
    }

    /// The least that the sound of one of `found` counts; 1 for none.
    pub(super) fn least_by_sound(&self, judged: &Judged, found: &[SegmentId]) -> f64 {
        let by_sound = found.iter().filter_map(|segment| judged.get(segment)).map(|judged| self.by_sound(judged));
        by_sound.fold(1.0, f32::min).into()
    }

    fn by_sound(&self, (heard, most): &(HeardSegment, f64)) -> f32 {
        self.weights.probability(Some(&heard.evidence), &NOTHING_SAID).min(*most) as f32
    }

    /// The score of a segment of `file`. Words are no matter of how far down the list its sound was found.
    fn score(&self, file: FileId, judged: &(HeardSegment, f64)) -> f32 {
        let said = self.words.said_of(file);
        let probability = self.weights.probability(Some(&judged.0.evidence), said);
        if said.wanted.iter().any(Option::is_some) { probability as f32 } else { probability.min(judged.1) as f32 }
    }
}

/// The rank of each file by its best segment, from 1, where each of `scores` is one of a segment.
fn sound_ranks(scores: impl Iterator<Item = (FileId, f32)>) -> FxHashMap<FileId, usize> {
    let mut best: FxHashMap<FileId, f32> = FxHashMap::default();
    for (file, score) in scores {
        let known = best.entry(file).or_insert(score);
        *known = known.max(score);
    }
    let mut order: Vec<(FileId, f32)> = best.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.into_iter().enumerate().map(|(index, (file, _))| (file, index + 1)).collect()
}

#[cfg(test)]
mod tests;
