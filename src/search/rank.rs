//! Files with what speaks for them → rows in the order of the answer: by score, the probability that
//! [`crate::search::judgement`] gives a segment.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::library::lookup::FileCard;
use crate::library::record::file::Hash;
use crate::library::record::segment::{Segment, SegmentId, SegmentKind};
use crate::library::text::coverage::Coverage;
use crate::library::text::score::Match;
use crate::search::hit::{MomentHit, Reason};
use crate::search::judgement::evidence::SaidOf;
use crate::search::request::Granularity;

/// Moments shown inside a file.
pub(super) const MOMENTS: usize = 3;

/// A file with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FileCandidate {
    pub(super) card: FileCard,
    pub(super) words: Option<WordEvidence>,
    /// The probability by its words alone.
    pub(super) by_words: f32,
    /// Its segments that were judged.
    pub(super) segments: Vec<ScoredSegment>,
    /// Its rank by sound, if it was found by it.
    pub(super) sound_rank: Option<usize>,
}

/// The words a file has.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WordEvidence {
    pub(super) rank: usize,
    /// How well they answer, which decides between equally probable files.
    pub(super) score: f32,
    pub(super) coverage: Coverage,
    pub(super) matches: Vec<Match>,
    /// What they say of each query.
    pub(super) said: SaidOf,
}

/// A segment with its scores.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ScoredSegment {
    pub(super) id: SegmentId,
    pub(super) segment: Segment,
    /// The probability that it is what was asked for.
    pub(super) score: f32,
    /// The same by its sound alone.
    pub(super) by_sound: f32,
    /// Cosine with what is wanted.
    pub(super) cosine: f32,
}

/// A row of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RankedRow {
    /// With its segments best first.
    pub(super) candidate: FileCandidate,
    pub(super) score: f32,
}

impl RankedRow {
    fn new(mut candidate: FileCandidate) -> Self {
        let order = |a: &ScoredSegment, b: &ScoredSegment| {
            let (of_a, of_b) = ((a.score, a.by_sound, a.cosine), (b.score, b.by_sound, b.cosine));
            descending(of_a.0, of_b.0)
                .then(descending(of_a.1, of_b.1))
                .then(descending(of_a.2, of_b.2))
                .then(a.id.cmp(&b.id))
        };
        candidate.segments.sort_by(order);
        let score = candidate.segments.first().map_or(candidate.by_words, |segment| segment.score);
        RankedRow { score, candidate }
    }

    pub(super) fn best(&self) -> Option<&ScoredSegment> {
        self.candidate.segments.first()
    }

    /// Start and end of what the row stands for, in seconds.
    pub(super) fn start_and_end(&self) -> (f64, f64) {
        let whole = (0.0, self.candidate.card.duration_seconds);
        self.best().map_or(whole, |segment| (segment.segment.start_seconds, segment.segment.end_seconds))
    }

    /// The best moments, best first.
    pub(super) fn moments(&self) -> Vec<MomentHit> {
        let moments = self.candidate.segments.iter().filter(|segment| segment.segment.kind == SegmentKind::Moment);
        let moment = |segment: &ScoredSegment| MomentHit {
            start_seconds: segment.segment.start_seconds,
            end_seconds: segment.segment.end_seconds,
            score: segment.score,
            cosine: segment.cosine,
        };
        moments.take(MOMENTS).map(moment).collect()
    }

    /// Why it is there: the words first if they decide.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let words = self.candidate.words.as_ref().map(|words| Reason::Words {
            rank: words.rank,
            matches: words.matches.clone(),
            coverage: words.coverage,
        });
        let sound = self.candidate.sound_rank.map(|rank| Reason::Sound { rank });
        words.into_iter().chain(sound).collect()
    }

    /// Best first; among equals those whose words answer better, whose sound is nearer, and then the shorter path, so that
    /// an answer never depends on chance.
    fn order(&self, other: &RankedRow) -> Ordering {
        let path = |row: &RankedRow| (row.candidate.card.path.as_os_str().len(), row.candidate.card.path.clone());
        let words = |row: &RankedRow| row.candidate.words.as_ref().map_or(0.0, |words| words.score);
        let cosine = |row: &RankedRow| row.best().map_or(-1.0, |segment| segment.cosine);
        descending(self.score, other.score)
            .then(descending(words(self), words(other)))
            .then(descending(cosine(self), cosine(other)))
            .then_with(|| path(self).cmp(&path(other)))
            .then_with(|| self.start_and_end().0.total_cmp(&other.start_and_end().0))
    }
}

fn descending(one: f32, other: f32) -> Ordering {
    other.total_cmp(&one)
}

/// `candidates` as rows, best first; those of the same content are one row, that of the best.
pub(super) fn rows(candidates: Vec<FileCandidate>, kind: Granularity) -> Vec<RankedRow> {
    let mut rows: Vec<RankedRow> = match kind {
        Granularity::Files => candidates.into_iter().map(RankedRow::new).collect(),
        Granularity::Moments => candidates.into_iter().flat_map(split).map(RankedRow::new).collect(),
    };
    rows.sort_by(RankedRow::order);
    let mut seen: HashSet<(Hash, u64)> = HashSet::new();
    rows.retain(|row| {
        let start = if kind == Granularity::Moments { row.start_and_end().0.to_bits() } else { 0 };
        row.candidate.card.hash.is_none_or(|hash| seen.insert((hash, start)))
    });
    rows
}

/// A candidate for each moment of `candidate`, or itself if its file has none.
fn split(candidate: FileCandidate) -> Vec<FileCandidate> {
    let is_moment = |segment: &Segment| segment.kind == SegmentKind::Moment;
    if !candidate.card.segments.iter().any(|(_, segment)| is_moment(segment)) || candidate.segments.is_empty() {
        return vec![candidate];
    }
    let moments = candidate.segments.iter().filter(|segment| is_moment(&segment.segment));
    moments.map(|segment| FileCandidate { segments: vec![segment.clone()], ..candidate.clone() }).collect()
}
