//! Events counted by the hour or the day.

use serde::Serialize;

use crate::classify::timeline::counts::PeriodCount;

/// The object of `label --timeline --per`.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineCounts {
    /// In the order of time; what has no time comes last.
    pub periods: Vec<PeriodEntry>,
}

/// What was heard in an hour or a day.
#[derive(Debug, Clone, Serialize)]
pub struct PeriodEntry {
    /// Its beginning by the recorders' clocks: `2021-04-20T04:00`, `2021-04-20`, `04:00`; `null` for recordings without a time.
    pub period: Option<String>,
    /// Length of the sound there is of it, in seconds.
    pub sound_seconds: f64,
    /// For each label.
    pub counts: Vec<LabelCountEntry>,
}

/// The events of a label.
#[derive(Debug, Clone, Serialize)]
pub struct LabelCountEntry {
    /// The label.
    label: String,
    /// Events that began in the period.
    events: u64,
    /// How much of it events fill, in seconds.
    event_seconds: f64,
}

impl LabelCountEntry {
    /// What `count` has of `label`, which has the place `index` in it.
    pub fn new(label: &str, index: usize, count: &PeriodCount) -> Self {
        LabelCountEntry {
            label: label.to_owned(),
            events: count.events[index],
            event_seconds: count.event_seconds[index],
        }
    }
}
