//! Files with what speaks for them → rows in the order of the answer.
//!
//! score = sound + [`WORDS_BONUS`] · words (+ [`EXACT_BONUS`])
//!
//! `sound` is the best segment's cosine less what is unwanted, within −1..=1, and `words` the score of the words, 0..=1. A
//! file that has all the words of a wanted text in its name or tags, and not all those of an unwanted one, gets the
//! bonus, which is more than anything else can make up: so it comes before every file that merely sounds alike.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::library::lookup::FileCard;
use crate::library::record::file::Hash;
use crate::library::record::segment::{Segment, SegmentId, SegmentKind};
use crate::library::text::coverage::Coverage;
use crate::library::text::score::Match;
use crate::search::algebra::Evidence;
use crate::search::hit::{MomentHit, Reason};
use crate::search::request::Granularity;

/// What having all the words in one's name adds for a file that needs more than that to be first: about the difference
/// between a good and a fair cosine.
const WORDS_BONUS: f32 = 0.25;

/// What an exact match adds: more than the distance between the best and the worst of the rest.
const EXACT_BONUS: f32 = 3.0;

/// Moments shown inside a file.
const MOMENTS: usize = 3;

/// A file with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FileCandidate {
    pub(super) card: FileCard,
    pub(super) words: Option<WordEvidence>,
    /// Its segments that were compared.
    pub(super) segments: Vec<ScoredSegment>,
    /// Its rank by sound, if it was found by it.
    pub(super) sound_rank: Option<usize>,
}

/// The words a file has.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WordEvidence {
    pub(super) rank: usize,
    /// 0..=1.
    pub(super) score: f32,
    pub(super) coverage: Coverage,
    pub(super) matches: Vec<Match>,
    /// Whether it is to be before all that merely sounds alike.
    pub(super) tier: Tier,
}

/// The two tiers of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    /// Exact matches.
    First,
    /// All else.
    Second,
}

/// A segment with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ScoredSegment {
    pub(super) id: SegmentId,
    pub(super) segment: Segment,
    pub(super) evidence: Evidence,
}

/// A row of the answer before it is judged.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RankedRow {
    pub(super) candidate: FileCandidate,
    /// The best of the candidate's segments, by index.
    pub(super) best: Option<usize>,
    pub(super) score: f32,
}

impl RankedRow {
    fn new(mut candidate: FileCandidate) -> Self {
        candidate.segments.sort_by(|a, b| b.evidence.score().total_cmp(&a.evidence.score()).then(a.id.cmp(&b.id)));
        let best = (!candidate.segments.is_empty()).then_some(0);
        let sound = candidate.segments.first().map_or(0.0, |segment| segment.evidence.score().clamp(-1.0, 1.0));
        let words = candidate.words.as_ref().map_or(0.0, |words| {
            let bonus = if words.tier == Tier::First { EXACT_BONUS } else { 0.0 };
            WORDS_BONUS * words.score + bonus
        });
        RankedRow { best, score: sound + words, candidate }
    }

    pub(super) fn best(&self) -> Option<&ScoredSegment> {
        self.best.map(|index| &self.candidate.segments[index])
    }

    /// Start and end of what the row stands for, in seconds.
    pub(super) fn start_and_end(&self) -> (f64, f64) {
        let whole = (0.0, self.candidate.card.duration_seconds);
        self.best().map_or(whole, |segment| (segment.segment.start_seconds, segment.segment.end_seconds))
    }

    /// Whether the words alone are convincing.
    pub(super) fn has_all_words(&self) -> bool {
        self.candidate.words.as_ref().is_some_and(|words| words.coverage >= Coverage::All)
    }

    /// The best moments, best first.
    pub(super) fn moments(&self) -> Vec<MomentHit> {
        let moments = self.candidate.segments.iter().filter(|segment| segment.segment.kind == SegmentKind::Moment);
        let moment = |segment: &ScoredSegment| MomentHit {
            start_seconds: segment.segment.start_seconds,
            end_seconds: segment.segment.end_seconds,
            score: segment.evidence.score(),
            cosine: segment.evidence.cosine,
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

    /// Best first; among equals the shorter path, so that an answer never depends on chance.
    fn order(&self, other: &RankedRow) -> Ordering {
        let path = |row: &RankedRow| (row.candidate.card.path.as_os_str().len(), row.candidate.card.path.clone());
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| path(self).cmp(&path(other)))
            .then_with(|| self.start_and_end().0.total_cmp(&other.start_and_end().0))
    }
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
