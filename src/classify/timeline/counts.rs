//! Events of many recordings → how many of each label there were in each hour or day, beside how much sound there is of it:
//! without that, an hour in which nothing was heard could not be told from one in which nobody listened.
//!
//! Hours and days are those of the recorders' clocks, whose zones are kept apart from them: 04:00 is 04:00 wherever that was.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan, Unit};

use crate::classify::timeline::events::SoundEvent;
use crate::recording_time::{Exactness, RecordingTime};

/// The stretch of time in which events are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Each hour of each day.
    Hour,
    /// Each day.
    Day,
    /// Each hour of the day, over all days.
    HourOfDay,
}

/// One hour or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeriodStart {
    day: Option<Date>,
    hour: Option<i8>,
}

/// As ISO 8601 has it: `2021-04-20T04:00`, `2021-04-20`, `04:00`.
impl fmt::Display for PeriodStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.day, self.hour) {
            (Some(day), Some(hour)) => write!(f, "{day}T{hour:02}:00"),
            (Some(day), None) => write!(f, "{day}"),
            (None, hour) => write!(f, "{:02}:00", hour.unwrap_or_default()),
        }
    }
}

/// What was heard in a period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PeriodCount {
    /// Length of the sound there is of it, in seconds.
    pub sound_seconds: f64,
    /// For each label, the events that began in it.
    pub events: Vec<u64>,
    /// For each label, how much of it events fill, in seconds.
    pub event_seconds: Vec<f64>,
}

/// Counts of events in the making.
#[derive(Debug)]
pub struct EventCounts {
    period: Period,
    labels: usize,
    counts: BTreeMap<PeriodStart, PeriodCount>,
    undated: Option<PeriodCount>,
}

impl EventCounts {
    /// Nothing yet of so many `labels`.
    pub fn new(period: Period, labels: usize) -> Self {
        EventCounts { period, labels, counts: BTreeMap::new(), undated: None }
    }

    /// Adds a sound that is `seconds` long, began when `recorded` says and has those `events`.
    pub fn add(&mut self, recorded: Option<&RecordingTime>, seconds: f64, events: &[SoundEvent]) {
        let Some(began) = recorded.filter(|recorded| self.can_place(recorded)) else {
            let count = self.undated.get_or_insert_with(|| PeriodCount::new(self.labels));
            return count.add_all(seconds, events);
        };
        let began = began.local();
        self.each_part(began, 0.0..seconds, |count, part| count.sound_seconds += part);
        for event in events {
            let mut is_first = true;
            self.each_part(began, event.seconds.clone(), |count, part| {
                count.events[event.label] += u64::from(std::mem::take(&mut is_first));
                count.event_seconds[event.label] += part;
            });
        }
    }

    /// The periods of which there is sound, in the order of time, with what was heard in each.
    pub fn counts(&self) -> &BTreeMap<PeriodStart, PeriodCount> {
        &self.counts
    }

    /// What was heard nobody knows when; `None` if every sound has its time.
    pub fn undated(&self) -> Option<&PeriodCount> {
        self.undated.as_ref()
    }

    /// A day is enough to know a day.
    fn can_place(&self, recorded: &RecordingTime) -> bool {
        let needed = if self.period == Period::Day { Exactness::Day } else { Exactness::Clock };
        recorded.exactness() >= needed
    }

    /// Calls `take` for each period that `span` has a part of, in seconds after `began`, with that part's length.
    fn each_part(&mut self, began: DateTime, span: Range<f64>, mut take: impl FnMut(&mut PeriodCount, f64)) {
        let mut from = span.start;
        while let Some((start, end)) = self.period_at(began, from) {
            let to = end.min(span.end);
            let count = self.counts.entry(start).or_insert_with(|| PeriodCount::new(self.labels));
            take(count, to - from);
            if to >= span.end {
                return;
            }
            from = to;
        }
    }

    /// The period that lies `seconds` after `began`, and its end, in seconds after `began`.
    fn period_at(&self, began: DateTime, seconds: f64) -> Option<(PeriodStart, f64)> {
        // Rounded, or the end of a period could come out a hair before it.
        let after = SignedDuration::try_from_secs_f64((seconds * 1e6).round() / 1e6).ok()?;
        let at = began.checked_add(after).ok()?;
        let day_start = DateTime::from(at.date());
        let (first, length) = match self.period {
            Period::Day => (day_start, 1.day()),
            Period::Hour | Period::HourOfDay => (day_start.with().hour(at.hour()).build().ok()?, 1.hour()),
        };
        let start = PeriodStart {
            day: (self.period != Period::HourOfDay).then_some(at.date()),
            hour: (self.period != Period::Day).then_some(at.hour()),
        };
        let end = first.checked_add(length).ok()?.since((Unit::Second, began)).ok()?;
        Some((start, SignedDuration::try_from(end).ok()?.as_secs_f64()))
    }
}

impl PeriodCount {
    fn new(labels: usize) -> Self {
        PeriodCount { sound_seconds: 0.0, events: vec![0; labels], event_seconds: vec![0.0; labels] }
    }

    fn add_all(&mut self, seconds: f64, events: &[SoundEvent]) {
        self.sound_seconds += seconds;
        for event in events {
            self.events[event.label] += 1;
            self.event_seconds[event.label] += event.seconds.end - event.seconds.start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(label: usize, seconds: Range<f64>) -> SoundEvent {
        SoundEvent { label, seconds, score: 0.9 }
    }

    /// Period, seconds of sound, and events and their seconds of two labels.
    type Row<'a> = (&'a str, f64, [u64; 2], [f64; 2]);

    #[track_caller]
    fn check(period: Period, sounds: &[(&str, f64, &[SoundEvent])], expected: &[Row<'_>], undated: Option<f64>) {
        let mut counts = EventCounts::new(period, 2);
        for (recorded, seconds, events) in sounds {
            counts.add(RecordingTime::from_text(recorded).as_ref(), *seconds, events);
        }
        let found: Vec<_> = counts.counts().iter().map(|(start, count)| (start.to_string(), count.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(start, sound_seconds, events, event_seconds)| {
                let (events, event_seconds) = (events.to_vec(), event_seconds.to_vec());
                ((*start).to_owned(), PeriodCount { sound_seconds: *sound_seconds, events, event_seconds })
            })
            .collect();
        assert_eq!(found, expected);
        assert_eq!(counts.undated().map(|count| count.sound_seconds), undated);
    }

    #[test]
    fn sound_and_events_are_split_at_full_hours_and_an_event_counts_where_it_begins() {
        let events = [event(0, 5.0..15.0), event(1, 1790.0..1810.0), event(1, 2000.0..2010.0)];
        check(
            Period::Hour,
            &[("2021-04-20T03:30:00+02:00", 3600.0, &events)],
            &[("2021-04-20T03:00", 1800.0, [1, 1], [10.0, 10.0]), ("2021-04-20T04:00", 1800.0, [0, 1], [0.0, 20.0])],
            None,
        );
    }

    #[test]
    fn days_and_hours_of_the_day_gather_recordings() {
        let sounds: [(&str, f64, &[SoundEvent]); 3] = [
            ("2020-02-28T23:59:50", 20.0, &[event(0, 5.0..15.0)]),
            ("2020-02-29T23:00:00", 5.0, &[event(1, 0.0..1.0)]),
            ("2020-03-01", 7.0, &[]),
        ];
        let days = [
            ("2020-02-28", 10.0, [1, 0], [5.0, 0.0]),
            ("2020-02-29", 15.0, [0, 1], [5.0, 1.0]),
            ("2020-03-01", 7.0, [0, 0], [0.0, 0.0]),
        ];
        check(Period::Day, &sounds, &days, None);
        let hours = [("00:00", 10.0, [0, 0], [5.0, 0.0]), ("23:00", 15.0, [1, 1], [5.0, 1.0])];
        check(Period::HourOfDay, &sounds, &hours, Some(7.0));
    }

    #[test]
    fn what_has_no_time_is_counted_apart_and_zones_are_left_apart() {
        let sounds: [(&str, f64, &[SoundEvent]); 4] = [
            ("", 3.0, &[event(0, 1.0..2.0)]),
            ("2021-04", 2.0, &[]),
            ("2021-10-31T02:30:00+02:00", 3600.0, &[]),
            ("2021-10-31T02:30:00+01:00", 60.0, &[]),
        ];
        let expected =
            [("2021-10-31T02:00", 1860.0, [0, 0], [0.0, 0.0]), ("2021-10-31T03:00", 1800.0, [0, 0], [0.0, 0.0])];
        check(Period::Hour, &sounds, &expected, Some(5.0));
        check(
            Period::Hour,
            &[("2021-01-01T05:00:00.5", 3600.0, &[])],
            &[("2021-01-01T05:00", 3599.5, [0, 0], [0.0, 0.0]), ("2021-01-01T06:00", 0.5, [0, 0], [0.0, 0.0])],
            None,
        );
        check(
            Period::Hour,
            &[("2021-01-01T05:00:00", 3600.0, &[])],
            &[("2021-01-01T05:00", 3600.0, [0, 0], [0.0, 0.0])],
            None,
        );
    }
}
