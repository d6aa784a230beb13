//! Labels along time.

#[cfg(feature = "server")]
use serde::Deserialize;
use serde::Serialize;

use crate::classify::timeline::events::SoundEvent;
use crate::classify::timeline::steps::TimeStep;
use crate::recording_time::RecordingTime;

/// From when to when a sound has which labels.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimelineRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The file.
    pub(crate) id: Option<i64>,
    /// Or the upload.
    pub(crate) upload: Option<String>,
    /// Labels as on the command line.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub(crate) labels: Vec<String>,
    /// A built-in list of labels.
    pub(crate) set: Option<String>,
    /// A head of the library.
    pub(crate) with: Option<String>,
    /// Seconds from one window to the next; where nothing is said a quarter of a window, and more in sounds of over half an hour.
    #[schema(minimum = 0.1)]
    pub(crate) hop: Option<f64>,
    /// Length of a window in seconds; 2 where nothing is said.
    #[schema(minimum = 0.1)]
    pub(crate) window: Option<f64>,
    /// From which presence on a sound has a label.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) threshold: Option<f32>,
    /// Only what the library remembers of the file, its moments: at once, and as coarse as they are.
    #[serde(default)]
    pub(crate) stored: bool,
}

/// From when to when a sound has which labels.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Timeline {
    /// The file's path, or the upload's name.
    pub path: String,
    /// Its length.
    pub seconds: f64,
    /// When the recording began by the recorder's clock, as far as that is known (ISO 8601).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// The channel that was heard alone, counted from 1, as the library remembers it or as was asked; absent for the mix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u32>,
    /// Seconds from one window to the next.
    pub hop: f64,
    /// Length of a window.
    pub window: f64,
    /// In the order of their beginnings.
    pub events: Vec<EventEntry>,
    /// The smoothed scores, where they are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracks: Option<Tracks>,
    /// Losses and repairs while decoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
}

/// A label for some time.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct EventEntry {
    /// The label.
    pub(crate) label: String,
    /// Start in seconds.
    pub(crate) start: f64,
    /// End in seconds.
    pub(crate) end: f64,
    /// The highest score in it.
    pub(crate) score: f32,
    /// What the recorder's clock showed at its start (ISO 8601), where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<String>,
    /// The same at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock_end: Option<String>,
}

impl EventEntry {
    /// `event`, of one of the labels `names`, in a sound that began when `recorded` says.
    pub fn new(event: &SoundEvent, names: &[String], recorded: Option<RecordingTime>) -> Self {
        let (label, seconds) = (names[event.label].clone(), &event.seconds);
        let [clock, clock_end] =
            [seconds.start, seconds.end].map(|seconds| Some(recorded?.clock_at(seconds)?.to_string()));
        EventEntry { label, start: seconds.start, end: seconds.end, score: event.score, clock, clock_end }
    }
}

/// The smoothed scores of all labels; all lists of numbers are as long as there are windows.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Tracks {
    /// Start of each window in seconds.
    pub(crate) start: Vec<f64>,
    /// Its end.
    pub(crate) end: Vec<f64>,
    /// A track each label.
    pub(crate) scores: Vec<TrackEntry>,
}

/// The smoothed scores of a label.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = Track))]
pub(crate) struct TrackEntry {
    /// The label.
    pub(crate) label: String,
    /// Its probability in each window.
    pub(crate) score: Vec<f32>,
}

impl Tracks {
    /// What `steps` have of the labels `names`.
    pub fn new(steps: &[TimeStep], names: &[String]) -> Self {
        let track = |(index, label): (usize, &String)| TrackEntry {
            label: label.clone(),
            score: steps.iter().map(|step| step.presences[index]).collect(),
        };
        Tracks {
            start: steps.iter().map(|step| step.seconds.start).collect(),
            end: steps.iter().map(|step| step.seconds.end).collect(),
            scores: names.iter().enumerate().map(track).collect(),
        }
    }
}
