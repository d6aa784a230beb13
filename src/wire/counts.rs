//! Events counted by the hour or the day.

#[cfg(feature = "server")]
use serde::Deserialize;
use serde::Serialize;

#[cfg(feature = "server")]
use crate::classify::timeline::counts::Period;
use crate::classify::timeline::counts::{EventCounts, PeriodCount};

/// Files in which labels are to be counted.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountsRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The files.
    #[schema(min_items = 1, max_items = 1000)]
    pub(crate) ids: Vec<i64>,
    /// Labels as on the command line.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub(crate) labels: Vec<String>,
    /// A built-in list of labels.
    pub(crate) set: Option<String>,
    /// A head of the library.
    pub(crate) with: Option<String>,
    /// Each hour, each day, or each hour of the day over all days.
    pub(crate) per: CountedPeriod,
    /// Seconds from one window to the next; a quarter of a window where nothing is said.
    #[schema(minimum = 0.1)]
    pub(crate) hop: Option<f64>,
    /// Length of a window in seconds; 2 where nothing is said.
    #[schema(minimum = 0.1)]
    pub(crate) window: Option<f64>,
    /// From which presence on a sound has a label.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) threshold: Option<f32>,
}

/// The stretch of time in which events are counted.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CountedPeriod {
    /// Each hour of each day.
    Hour,
    /// Each day.
    Day,
    /// Each hour of the day, over all days.
    HourOfDay,
}

#[cfg(feature = "server")]
impl From<CountedPeriod> for Period {
    fn from(period: CountedPeriod) -> Self {
        match period {
            CountedPeriod::Hour => Period::Hour,
            CountedPeriod::Day => Period::Day,
            CountedPeriod::HourOfDay => Period::HourOfDay,
        }
    }
}

/// Events of labels by the hour or the day, and how much sound there is of each.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct TimelineCounts {
    /// In the order of time; what has no time comes last.
    pub periods: Vec<PeriodEntry>,
}

/// What was heard in an hour or a day.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = PeriodCounts))]
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
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = EventCount))]
pub struct LabelCountEntry {
    /// The label.
    label: String,
    /// Events that began in the period.
    events: u64,
    /// How much of it events fill, in seconds.
    event_seconds: f64,
}

impl TimelineCounts {
    /// What `counts` have of the labels `names`.
    pub fn new(counts: &EventCounts, names: &[String]) -> Self {
        let dated = counts.counts().iter().map(|(start, count)| (Some(start.to_string()), count));
        let entry = |(period, count): (Option<String>, &PeriodCount)| PeriodEntry {
            period,
            sound_seconds: count.sound_seconds,
            counts: names.iter().enumerate().map(|(index, label)| LabelCountEntry::new(label, index, count)).collect(),
        };
        TimelineCounts { periods: dated.chain(counts.undated().map(|count| (None, count))).map(entry).collect() }
    }
}

impl LabelCountEntry {
    fn new(label: &str, index: usize, count: &PeriodCount) -> Self {
        LabelCountEntry {
            label: label.to_owned(),
            events: count.events[index],
            event_seconds: count.event_seconds[index],
        }
    }
}
