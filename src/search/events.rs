//! The moments of one file that answer a request → events: runs of neighbours that answer it together.
//!
//! A sound that lasts is heard in several moments, which overlap. An event grows from its peak, its best moment, to both
//! sides, as long as the next moment in time touches it and answers about as well; whatever overlaps an event belongs to it
//! or to none. So events never overlap, and a dip between two peaks makes them two. Where channels are heard each by itself,
//! an event is of one channel, and what others have at the same time belongs to it: it is heard best in that one.

use std::ops::RangeInclusive;

use crate::library::record::segment::Segment;
use crate::search::judgement::constants::LIKELY;

/// Share of the peak's score from which on a moment belongs to its event; a likely one always does. Chosen on two hours of
/// noise with 112 sounds of 16 classes in it: as many of the best rows as there are sounds find 105 to 107 of them for every
/// share from 0.2 to 0.7.
const PEAK_SHARE: f32 = 0.5;

/// A moment, and how well it answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RatedMoment {
    pub(super) segment: Segment,
    /// The probability that it answers, 0..=1; `None` if nobody asked.
    pub(super) score: Option<f32>,
}

/// A run of moments that answer together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MomentRun {
    /// The moments, by their index.
    pub(super) moments: RangeInclusive<usize>,
    /// The best of them.
    pub(super) peak: usize,
}

/// The events among `moments`, which are all those of one file by channel and time, of which `best_first` are rated.
/// That with the best peak comes first.
pub(super) fn events(moments: &[RatedMoment], best_first: &[usize]) -> Vec<MomentRun> {
    let mut events = Vec::new();
    // Moments that are part of an event, or overlap one.
    let mut taken = vec![false; moments.len()];
    for peak in best_first.iter().copied() {
        let Some(score) = moments[peak].score.filter(|_| !taken[peak]) else { continue };
        let least = LIKELY.min(PEAK_SHARE * score);
        let joins = |beside: usize, moment: usize| {
            let (one, other) = (moments[beside].segment, moments[moment].segment);
            let touches = other.start_seconds <= one.end_seconds && one.start_seconds <= other.end_seconds;
            touches
                && one.channel == other.channel
                && !taken[moment]
                && moments[moment].score.is_some_and(|score| score >= least)
        };
        let (mut first, mut last) = (peak, peak);
        while first > 0 && joins(first, first - 1) {
            first -= 1;
        }
        while last + 1 < moments.len() && joins(last, last + 1) {
            last += 1;
        }
        let (start, end) = (moments[first].segment.start_seconds, moments[last].segment.end_seconds);
        for (taken, RatedMoment { segment, .. }) in taken.iter_mut().zip(moments) {
            *taken |= segment.start_seconds < end && start < segment.end_seconds;
        }
        events.push(MomentRun { moments: first..=last, peak });
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::segment::SegmentKind;

    /// Windows of 5 s every 2.5 s with these scores; below 0 for none.
    fn windows(scores: &[f32]) -> Vec<RatedMoment> {
        let window = |(index, score): (usize, &f32)| {
            let start_seconds = 2.5 * index as f64;
            let segment =
                Segment { kind: SegmentKind::Moment, start_seconds, end_seconds: start_seconds + 5.0, channel: None };
            RatedMoment { segment, score: (*score >= 0.0).then_some(*score) }
        };
        scores.iter().enumerate().map(window).collect()
    }

    fn runs(moments: &[RatedMoment]) -> Vec<(RangeInclusive<usize>, usize)> {
        let mut order: Vec<usize> = (0..moments.len()).filter(|index| moments[*index].score.is_some()).collect();
        order.sort_by(|a, b| moments[*b].score.partial_cmp(&moments[*a].score).unwrap());
        events(moments, &order).into_iter().map(|event| (event.moments, event.peak)).collect()
    }

    fn found(scores: &[f32]) -> Vec<(RangeInclusive<usize>, usize)> {
        runs(&windows(scores))
    }

    #[test]
    fn neighbours_that_answer_about_as_well_are_one_event_with_its_peak() {
        assert_eq!(found(&[0.1, 0.6, 0.9, 0.5, 0.1])[0], (1..=3, 2));
        assert_eq!(found(&[0.35, 0.35, 0.99, 0.3]), [(0..=3, 2)], "all are likely");
        assert_eq!(found(&[0.04, 0.06, 0.02]), [(0..=1, 1)], "weak ones too");
    }

    #[test]
    fn a_dip_between_two_peaks_makes_two_events_that_do_not_overlap() {
        assert_eq!(found(&[0.9, 0.8, 0.1, 0.7, 0.6]), [(0..=1, 0), (3..=4, 3)]);
        assert_eq!(found(&[0.9, 0.1, 0.7]), [(0..=0, 0), (2..=2, 2)], "they touch");
        assert_eq!(found(&[0.9, -1.0, 0.8]), [(0..=0, 0), (2..=2, 2)], "nobody knows what is between");
    }

    #[test]
    fn whatever_overlaps_an_event_is_no_event_of_its_own() {
        assert_eq!(found(&[0.9, 0.2, 0.1]), [(0..=0, 0), (2..=2, 2)]);
        assert_eq!(found(&[0.2, 0.9]), [(1..=1, 1)]);
        assert!(found(&[]).is_empty());
    }

    #[test]
    fn moments_with_a_gap_between_them_are_events_of_their_own() {
        let mut moments = windows(&[0.9, 0.9]);
        let place = |start_seconds| Segment { start_seconds, end_seconds: start_seconds + 5.0, ..moments[1].segment };
        let (apart, touching) = (place(5.1), place(5.0));
        moments[1].segment = apart;
        assert_eq!(runs(&moments).len(), 2);
        moments[1].segment = touching;
        assert_eq!(runs(&moments).len(), 1, "they touch");
    }
}
