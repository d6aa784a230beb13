//! A request → the files that may answer it, found by words and by sound, with the evidence for each.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileFilter;
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::library::text::TextIndex;
use crate::library::text::coverage::Coverage;
use crate::library::text::query::Words;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::search::{CODED_ERROR, Mode};
use crate::search::algebra::{Algebra, Evidence};
use crate::search::rank::{FileCandidate, ScoredSegment, Tier, WordEvidence};
use crate::search::request::{Query, Request, WeightedQuery};

/// Files taken from the words: enough that sound can order those that have them all.
const WORDS_KEPT: usize = 500;

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
}

/// The files that have words of `request`, by file.
pub(super) fn by_words(text: &TextIndex, request: &Request, scope: &Scope) -> Result<BTreeMap<FileId, WordEvidence>> {
    let among = scope.files.as_ref();
    let weights: f32 = texts(&request.wanted).map(|(_, weight)| weight).sum();
    let mut files: BTreeMap<FileId, WordEvidence> = BTreeMap::new();
    for (words, weight) in texts(&request.wanted) {
        for found in text.find(&Words::parse(words, request.ending), among, WORDS_KEPT)? {
            let nothing =
                WordEvidence { rank: 0, score: 0.0, coverage: Coverage::Some, matches: Vec::new(), tier: Tier::Second };
            let file = files.entry(found.file).or_insert(nothing);
            file.score += found.score * weight / weights;
            file.coverage = file.coverage.max(found.coverage);
            file.matches.extend(found.matches);
        }
    }
    let mut demoted = HashSet::new();
    for (words, _) in texts(&request.unwanted) {
        let words = Words::parse(words, crate::library::text::query::Ending::Finished);
        let found = text.find(&words, among, usize::MAX)?;
        demoted.extend(found.into_iter().filter(|found| found.coverage == Coverage::Exact).map(|found| found.file));
    }
    for (file, found) in &mut files {
        if found.coverage == Coverage::Exact && !demoted.contains(file) {
            found.tier = Tier::First;
        }
    }
    give_ranks(&mut files);
    Ok(files)
}

/// The texts among `queries` with their weights.
fn texts(queries: &[WeightedQuery]) -> impl Iterator<Item = (&str, f32)> {
    queries.iter().filter_map(|weighted| match &weighted.query {
        Query::Words(words) => Some((words.as_str(), weighted.weight)),
        Query::Like(_) | Query::Learned(_) => None,
    })
}

/// Equal ones share a rank.
fn give_ranks(files: &mut BTreeMap<FileId, WordEvidence>) {
    let mut order: Vec<&mut WordEvidence> = files.values_mut().collect();
    order.sort_by(|a, b| b.coverage.cmp(&a.coverage).then(b.score.total_cmp(&a.score)));
    let mut last = None;
    for (index, found) in order.into_iter().enumerate() {
        let this = (found.coverage, found.score);
        found.rank = match last {
            Some((rank, before)) if before == this => rank,
            _ => index + 1,
        };
        last = Some((found.rank, this));
    }
}

/// The segments nearest to what is wanted, with their evidence.
#[derive(Debug)]
pub(super) struct NearestSegments {
    pub(super) evidence: HashMap<SegmentId, Evidence>,
    /// No other segment scores more; `None` if there is no other.
    pub(super) bound: Option<f32>,
}

/// Everything that compares sounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct SoundComparison<'a> {
    pub(super) vectors: &'a VectorIndex,
    pub(super) algebra: &'a Algebra,
    pub(super) mode: Mode,
}

impl SoundComparison<'_> {
    /// The `count` best segments or a few more, compared with all parts.
    pub(super) fn nearest(&self, scope: &Scope, count: usize) -> Result<NearestSegments> {
        let filter = Filter { kind: None, among: scope.segments.as_ref() };
        let Some(part) = self.algebra.single() else {
            let (segments, bound) = self.best_of_all(&filter, count)?;
            return Ok(NearestSegments { evidence: self.weigh(&segments)?, bound });
        };
        let near = self.vectors.nearest(&part.vector, count, &filter, self.mode)?;
        let bound = near.last().filter(|_| near.len() == count).map(|neighbour| neighbour.cosine);
        let weigh = |neighbour: Neighbour| (neighbour.segment, self.algebra.weigh(&[neighbour.cosine]));
        Ok(NearestSegments { evidence: near.into_iter().map(weigh).collect(), bound })
    }

    /// The `count` segments of the best score, and what no other scores more than: with several parts, what is near to one
    /// may be far down the list of another, so every segment is scored.
    fn best_of_all(&self, filter: &Filter<'_>, count: usize) -> Result<(Vec<SegmentId>, Option<f32>)> {
        let parts = self.algebra.parts().map(|part| self.vectors.every(&part.vector, filter, self.mode));
        let parts: Vec<_> = parts.collect::<Result<_>>()?;
        let mut cosines = vec![0.0; parts.len()];
        let mut scored: Vec<(f32, SegmentId)> = (0..parts[0].len())
            .map(|index| {
                cosines.iter_mut().zip(&parts).for_each(|(cosine, part)| *cosine = part[index].cosine);
                (self.algebra.score(&cosines), parts[0][index].segment)
            })
            .collect();
        let best_first = |a: &(f32, SegmentId), b: &(f32, SegmentId)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let mut bound = None;
        if count < scored.len() {
            let (_, next, _) = scored.select_nth_unstable_by(count, best_first);
            bound = Some(next.0 + CODED_ERROR * self.algebra.sensitivity());
            scored.truncate(count);
        }
        Ok((scored.into_iter().map(|(_, segment)| segment).collect(), bound))
    }

    /// Compares `segments` with all parts; those that have no vector are left out.
    pub(super) fn weigh(&self, segments: &[SegmentId]) -> Result<HashMap<SegmentId, Evidence>> {
        let cosines = self.algebra.parts().map(|part| self.vectors.cosines(&part.vector, segments));
        let cosines: Vec<Vec<Option<f32>>> = cosines.collect::<Result<_>>()?;
        let weigh = |(index, segment): (usize, &SegmentId)| {
            let of_segment: Option<Vec<f32>> = cosines.iter().map(|of_part| of_part[index]).collect();
            of_segment.map(|cosines| (*segment, self.algebra.weigh(&cosines)))
        };
        Ok(segments.iter().enumerate().filter_map(weigh).collect())
    }
}

/// The files found by words or sound, each with all that is known for it.
pub(super) fn candidates(
    library: &Library,
    words: &BTreeMap<FileId, WordEvidence>,
    sounds: Option<(SoundComparison<'_>, &NearestSegments)>,
) -> Result<Vec<FileCandidate>> {
    let mut evidence = sounds.map(|(_, nearest)| nearest.evidence.clone()).unwrap_or_default();
    let near: Vec<SegmentId> = evidence.keys().copied().collect();
    let ranks = sound_ranks(&evidence, &library.files_of(&near)?);
    let files: BTreeSet<FileId> = words.keys().chain(ranks.keys()).copied().collect();
    let cards = library.cards(&files.into_iter().collect::<Vec<_>>())?;
    if let Some((sounds, _)) = sounds {
        let by_words_only = cards.values().filter(|card| !ranks.contains_key(&card.id));
        let segments: Vec<SegmentId> = by_words_only.flat_map(|card| card.segments.iter().map(|(id, _)| *id)).collect();
        evidence.extend(sounds.weigh(&segments)?);
    }
    let candidate = |(id, card): (FileId, crate::library::lookup::FileCard)| {
        let segments = card.segments.iter().filter_map(|(id, segment)| {
            evidence.get(id).map(|evidence| ScoredSegment { id: *id, segment: *segment, evidence: evidence.clone() })
        });
        let segments = segments.collect();
        FileCandidate { segments, words: words.get(&id).cloned(), sound_rank: ranks.get(&id).copied(), card }
    };
    Ok(cards.into_iter().map(candidate).collect())
}

/// The rank of each file by its best segment, from 1.
fn sound_ranks(evidence: &HashMap<SegmentId, Evidence>, files: &HashMap<SegmentId, FileId>) -> HashMap<FileId, usize> {
    let mut best: BTreeMap<FileId, f32> = BTreeMap::new();
    for (segment, file) in files {
        let score = evidence[segment].score();
        let known = best.entry(*file).or_insert(score);
        *known = known.max(score);
    }
    let mut order: Vec<(FileId, f32)> = best.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.into_iter().enumerate().map(|(index, (file, _))| (file, index + 1)).collect()
}

#[cfg(test)]
mod tests;
