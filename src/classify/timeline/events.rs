//! Steps of time → events, with two thresholds.

use std::ops::Range;

use crate::classify::timeline::steps::TimeStep;

/// Times that differ by less are the same: a tenth of a sample, to which sums of seconds are exact by far.
const SAME_SECONDS: f64 = 1e-6;

/// A span of a sound in which it has a label.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundEvent {
    /// Which label, by its place in the order of the thresholds.
    pub label: usize,
    /// Where it lies, in seconds from the beginning of the sound.
    pub seconds: Range<f64>,
    /// The highest presence in it, 0..=1: with a threshold above that it would not be there.
    pub score: f32,
}

/// The conditions of an event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventRules {
    /// For each label, the presence that an event reaches somewhere.
    pub(crate) thresholds: Vec<f32>,
    /// The share of its threshold, 0..=1, below which an event is over; it also begins there.
    pub(crate) hold: f32,
    /// Two events of a label that are no further apart become one.
    pub(crate) bridge_seconds: f64,
    /// Shorter events are left out.
    pub(crate) least_seconds: f64,
}

/// The events of one sound in the making. Events of different labels may overlap.
#[derive(Debug)]
pub(crate) struct Events {
    rules: EventRules,
    states: Vec<LabelState>,
}

/// The state of one label.
#[derive(Debug, Default)]
struct LabelState {
    /// An event that is over, but that the next one may still become a part of.
    ended: Option<OpenEvent>,
    /// The span that lasts now; an event once its peak has reached the threshold.
    holding: Option<OpenEvent>,
}

/// A span that may become an event.
#[derive(Debug, Clone)]
struct OpenEvent {
    seconds: Range<f64>,
    peak: f32,
}

impl Events {
    /// The events of a sound by `rules`.
    pub(crate) fn new(rules: EventRules) -> Self {
        Events { states: rules.thresholds.iter().map(|_| LabelState::default()).collect(), rules }
    }

    /// Takes the next step and gives the events that nothing can be added to any more.
    pub(crate) fn push(&mut self, step: &TimeStep) -> Vec<SoundEvent> {
        let mut events = Vec::new();
        for (label, (state, presence)) in self.states.iter_mut().zip(&step.presences).enumerate() {
            let threshold = self.rules.thresholds[label];
            if *presence >= threshold * self.rules.hold {
                state.hold(&step.seconds, *presence);
                continue;
            }
            state.end(threshold);
            let over = state.let_go(step.seconds.end - self.rules.bridge_seconds);
            events.extend(over.and_then(|open| self.rules.event(label, open)));
        }
        events
    }

    /// Ends the sound and gives the events still due.
    pub(crate) fn finish(self) -> Vec<SoundEvent> {
        let mut events = Vec::new();
        for (label, mut state) in self.states.into_iter().enumerate() {
            state.end(self.rules.thresholds[label]);
            events.extend(state.ended.and_then(|open| self.rules.event(label, open)));
        }
        events
    }
}

impl EventRules {
    fn event(&self, label: usize, OpenEvent { seconds, peak }: OpenEvent) -> Option<SoundEvent> {
        let is_long = seconds.end - seconds.start >= self.least_seconds - SAME_SECONDS;
        is_long.then_some(SoundEvent { label, seconds, score: peak })
    }
}

impl LabelState {
    /// The label holds for `seconds` more.
    fn hold(&mut self, seconds: &Range<f64>, presence: f32) {
        let open = self.holding.get_or_insert(OpenEvent { seconds: seconds.clone(), peak: presence });
        open.seconds.end = seconds.end;
        open.peak = open.peak.max(presence);
    }

    /// The label no longer holds. An event that is not yet let go is near enough to be continued.
    fn end(&mut self, threshold: f32) {
        let Some(next) = self.holding.take().filter(|open| open.peak >= threshold) else { return };
        match &mut self.ended {
            Some(before) => {
                before.seconds.end = next.seconds.end;
                before.peak = before.peak.max(next.peak);
            }
            none => *none = Some(next),
        }
    }

    /// Gives the event that is over if it ended before `seconds`.
    fn let_go(&mut self, seconds: f64) -> Option<OpenEvent> {
        self.ended.take_if(|open| open.seconds.end < seconds - SAME_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: EventRules = EventRules { thresholds: Vec::new(), hold: 0.5, bridge_seconds: 1.0, least_seconds: 0.0 };

    /// Events of one label with threshold 0.6, from steps of a second.
    fn events(rules: EventRules, values: &[f32]) -> Vec<(f64, f64, f32)> {
        let mut events = Events::new(EventRules { thresholds: vec![0.6], ..rules });
        let step = |(index, value): (usize, &f32)| {
            let start = index as f64;
            TimeStep { seconds: start..start + 1.0, presences: vec![*value] }
        };
        let mut found: Vec<SoundEvent> =
            values.iter().enumerate().flat_map(|step_of| events.push(&step(step_of))).collect();
        found.extend(events.finish());
        found.into_iter().map(|event| (event.seconds.start, event.seconds.end, event.score)).collect()
    }

    #[track_caller]
    fn check(rules: EventRules, values: &[f32], expected: &[(f64, f64, f32)]) {
        assert_eq!(events(rules, values), expected, "{values:?}");
    }

    #[test]
    fn an_event_reaches_the_threshold_and_lasts_while_the_lower_one_holds() {
        check(RULES, &[], &[]);
        check(RULES, &[0.1, 0.4, 0.7, 0.5, 0.2, 0.0], &[(1.0, 4.0, 0.7)]);
        check(RULES, &[0.0, 0.5, 0.59, 0.5, 0.0], &[]);
        check(RULES, &[0.6], &[(0.0, 1.0, 0.6)]);
        check(RULES, &[0.3, 0.6, 0.3], &[(0.0, 3.0, 0.6)]);
        check(RULES, &[0.9, 0.4, 0.8, 0.29], &[(0.0, 3.0, 0.9)]);
        check(EventRules { hold: 1.0, ..RULES }, &[0.5, 0.7, 0.5], &[(1.0, 2.0, 0.7)]);
    }

    #[test]
    fn short_gaps_are_bridged_and_longer_ones_are_not() {
        check(RULES, &[0.7, 0.0, 0.8], &[(0.0, 3.0, 0.8)]);
        check(RULES, &[0.7, 0.0, 0.0, 0.8], &[(0.0, 1.0, 0.7), (3.0, 4.0, 0.8)]);
        check(RULES, &[0.7, 0.0, 0.8, 0.0, 0.9, 0.0, 0.0], &[(0.0, 5.0, 0.9)]);
        check(RULES, &[0.7, 0.0, 0.5, 0.0, 0.7], &[(0.0, 1.0, 0.7), (4.0, 5.0, 0.7)]);
        check(EventRules { bridge_seconds: 3.0, ..RULES }, &[0.7, 0.0, 0.5, 0.0, 0.7], &[(0.0, 5.0, 0.7)]);
        check(EventRules { bridge_seconds: 0.0, ..RULES }, &[0.7, 0.0, 0.8], &[(0.0, 1.0, 0.7), (2.0, 3.0, 0.8)]);
    }

    #[test]
    fn short_events_are_left_out_unless_they_are_joined() {
        let rules = EventRules { least_seconds: 2.0, ..RULES };
        check(rules.clone(), &[0.9, 0.0, 0.0, 0.7, 0.7], &[(3.0, 5.0, 0.7)]);
        check(rules, &[0.7, 0.0, 0.8], &[(0.0, 3.0, 0.8)]);
    }

    #[test]
    fn an_event_is_given_as_soon_as_nothing_can_join_it() {
        let mut events = Events::new(EventRules { thresholds: vec![0.6, 0.2], ..RULES });
        let mut push = |second: f64, presences: [f32; 2]| {
            let step = TimeStep { seconds: second..second + 1.0, presences: presences.to_vec() };
            events.push(&step).iter().map(|event| event.label).collect::<Vec<_>>()
        };
        assert!(push(0.0, [0.7, 0.2]).is_empty());
        assert!(push(1.0, [0.0, 0.1]).is_empty());
        assert_eq!(push(2.0, [0.0, 0.1]), [0], "the other label holds from half of 0.2 on");
        assert_eq!(events.finish(), [SoundEvent { label: 1, seconds: 0.0..3.0, score: 0.2 }]);
    }

    #[test]
    fn a_gap_that_rounding_makes_longer_is_still_bridged() {
        let mut events = Events::new(EventRules { thresholds: vec![0.5], bridge_seconds: 0.1, ..RULES });
        let steps = [(0.0, 0.1, 0.9), (0.1, 0.1 + 0.1 + 1e-9, 0.0), (0.2 + 1e-9, 0.3, 0.9)];
        for (start, end, presence) in steps {
            assert!(events.push(&TimeStep { seconds: start..end, presences: vec![presence] }).is_empty());
        }
        assert_eq!(events.finish(), [SoundEvent { label: 0, seconds: 0.0..0.3, score: 0.9 }]);
    }
}
