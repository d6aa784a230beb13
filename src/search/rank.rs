//! Files with what speaks for them → rows in the order of the answer: by score, the probability that
//! [`crate::search::judgement`] gives a segment.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use crate::library::lookup::FileCard;
use crate::library::record::segment::{Segment, SegmentId, SegmentKind};
use crate::library::text::coverage::Coverage;
use crate::library::text::score::Match;
use crate::search::events::{MomentRun, RatedMoment, events};
use crate::search::hit::{MomentHit, Peak, Reason};
use crate::search::judgement::evidence::SaidOf;
use crate::search::request::Granularity;

/// Events shown inside a file.
const EVENTS: usize = 3;

/// Segments of a file that are judged for the sake of those: the whole, and as many moments as they may be made of.
pub(super) const SEGMENTS_SHOWN: usize = 16;

/// A file with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FileCandidate {
    pub(super) card: Arc<FileCard>,
    pub(super) words: Option<Arc<WordEvidence>>,
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
    pub(super) matches: Arc<[Match]>,
    /// What they say of each query.
    pub(super) said: SaidOf,
    /// The probability by them alone.
    pub(super) alone: f64,
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
    /// The events in it, that with the best peak first.
    events: Vec<MomentHit>,
    /// Other files of the same recording that were found.
    pub(super) copies: Vec<Arc<FileCard>>,
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
        RankedRow { score, events: events_in(&candidate), candidate, copies: Vec::new() }
    }

    pub(super) fn best(&self) -> Option<&ScoredSegment> {
        self.candidate.segments.first()
    }

    /// Start and end of what the row stands for, in seconds.
    pub(super) fn start_and_end(&self) -> (f64, f64) {
        let is_moment = self.best().is_some_and(|best| best.segment.kind == SegmentKind::Moment);
        match self.events.first().filter(|_| is_moment) {
            Some(event) => (event.start_seconds, event.end_seconds),
            None => (0.0, self.candidate.card.duration_seconds),
        }
    }

    /// The best place in that.
    pub(super) fn peak(&self) -> Peak {
        let whole = Peak { start_seconds: 0.0, end_seconds: self.candidate.card.duration_seconds, channel: None };
        self.best().map_or(whole, |best| peak_of(&best.segment))
    }

    /// Whether the two stand for places that overlap.
    pub(super) fn overlaps(&self, other: &RankedRow) -> bool {
        let ((start, end), (other_start, other_end)) = (self.start_and_end(), other.start_and_end());
        start < other_end && other_start < end
    }

    /// The best events, best first.
    pub(super) fn moments(&self) -> Vec<MomentHit> {
        self.events.iter().take(EVENTS).copied().collect()
    }

    /// Why it is there: the words first if they decide.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let words = self.candidate.words.as_ref().map(|words| Reason::Words {
            rank: words.rank,
            matches: words.matches.to_vec(),
            coverage: words.coverage,
        });
        let sound = self.candidate.sound_rank.map(|rank| Reason::Sound { rank });
        words.into_iter().chain(sound).collect()
    }

    /// Best first; among equals those whose words answer better, whose sound is nearer, and then the shorter path, so that
    /// an answer never depends on chance.
    pub(super) fn order(&self, other: &RankedRow) -> Ordering {
        let (path, other_path) = (&self.candidate.card.path, &other.candidate.card.path);
        let words = |row: &RankedRow| row.candidate.words.as_ref().map_or(0.0, |words| words.score);
        let cosine = |row: &RankedRow| row.best().map_or(-1.0, |segment| segment.cosine);
        descending(self.score, other.score)
            .then(descending(words(self), words(other)))
            .then(descending(cosine(self), cosine(other)))
            .then_with(|| path.as_os_str().len().cmp(&other_path.as_os_str().len()))
            .then_with(|| path.cmp(other_path))
            .then_with(|| self.start_and_end().0.total_cmp(&other.start_and_end().0))
    }
}

fn descending(one: f32, other: f32) -> Ordering {
    other.total_cmp(&one)
}

/// `candidates` as rows, best first.
pub(super) fn rows(candidates: Vec<FileCandidate>, kind: Granularity) -> Vec<RankedRow> {
    let mut rows: Vec<RankedRow> = match kind {
        Granularity::Files => candidates.into_iter().map(RankedRow::new).collect(),
        Granularity::Moments => candidates.into_iter().map(RankedRow::new).flat_map(split).collect(),
    };
    rows.sort_by(RankedRow::order);
    rows
}

/// A row for each event of `row`, or itself if its file has no moments.
fn split(row: RankedRow) -> Vec<RankedRow> {
    let RankedRow { candidate, events, .. } = &row;
    let is_moment = |segment: &Segment| segment.kind == SegmentKind::Moment;
    if !candidate.card.segments.iter().any(|(_, segment)| is_moment(segment)) || candidate.segments.is_empty() {
        return vec![row];
    }
    let of_event = |event: &MomentHit| {
        let is_inside = |segment: &Segment| {
            is_moment(segment)
                && segment.channel == event.peak.channel
                && event.start_seconds <= segment.start_seconds
                && segment.end_seconds <= event.end_seconds
        };
        let segments = candidate.segments.iter().filter(|scored| is_inside(&scored.segment)).cloned().collect();
        RankedRow::new(FileCandidate { segments, ..candidate.clone() })
    };
    events.iter().map(of_event).collect()
}

/// The events in the file of `candidate`, whose segments are best first.
fn events_in(candidate: &FileCandidate) -> Vec<MomentHit> {
    let moments = candidate.card.segments.iter().filter(|(_, segment)| segment.kind == SegmentKind::Moment);
    if moments.clone().next().is_none() {
        return Vec::new();
    }
    let mut places: Vec<(SegmentId, RatedMoment)> =
        moments.map(|(id, segment)| (*id, RatedMoment { segment: *segment, score: None })).collect();
    let by_place =
        |a: &Segment, b: &Segment| a.channel.cmp(&b.channel).then(a.start_seconds.total_cmp(&b.start_seconds));
    places.sort_by(|a, b| by_place(&a.1.segment, &b.1.segment));
    let (ids, mut moments): (Vec<SegmentId>, Vec<RatedMoment>) = places.into_iter().unzip();
    let index_of: HashMap<SegmentId, usize> = ids.into_iter().zip(0..).collect();
    let rated = candidate.segments.iter().filter_map(|scored| Some((*index_of.get(&scored.id)?, scored)));
    let rated: Vec<(usize, &ScoredSegment)> = rated.collect();
    rated.iter().for_each(|(index, scored)| moments[*index].score = Some(scored.score));
    let scored: HashMap<usize, &ScoredSegment> = rated.iter().copied().collect();
    let order: Vec<usize> = rated.iter().map(|(index, _)| *index).collect();
    let event = |run: MomentRun| MomentHit {
        start_seconds: moments[*run.moments.start()].segment.start_seconds,
        end_seconds: moments[*run.moments.end()].segment.end_seconds,
        peak: peak_of(&scored[&run.peak].segment),
        score: scored[&run.peak].score,
        cosine: scored[&run.peak].cosine,
    };
    events(&moments, &order).into_iter().map(event).collect()
}

fn peak_of(segment: &Segment) -> Peak {
    Peak { start_seconds: segment.start_seconds, end_seconds: segment.end_seconds, channel: segment.channel }
}
