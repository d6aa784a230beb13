//! Labels along time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// From when to when a sound has which labels.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// The file.
    pub id: Option<i64>,
    /// Or the upload.
    pub upload: Option<String>,
    /// Labels as on the command line.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub labels: Vec<String>,
    /// A built-in list of labels.
    pub set: Option<String>,
    /// A head of the library.
    pub with: Option<String>,
    /// Seconds from one window to the next; a quarter of a window where nothing is said.
    #[schema(minimum = 0.1)]
    pub hop: Option<f64>,
    /// Length of a window in seconds; 2 where nothing is said.
    #[schema(minimum = 0.1)]
    pub window: Option<f64>,
    /// From which presence on a sound has a label.
    #[schema(minimum = 0, maximum = 1)]
    pub threshold: Option<f32>,
}

/// From when to when a sound has which labels.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Timeline {
    /// The file's path, or the upload's name.
    pub path: String,
    /// Its length.
    pub seconds: f64,
    /// Seconds from one window to the next.
    pub hop: f64,
    /// Length of a window.
    pub window: f64,
    /// In the order of their beginnings.
    pub events: Vec<EventEntry>,
    /// The smoothed scores of each label, as many as there are windows.
    pub tracks: BTreeMap<String, Vec<f32>>,
    /// Start of the time that each of the scores is for.
    pub start: Vec<f64>,
    /// Its end.
    pub end: Vec<f64>,
    /// What was lost or mended while decoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
}

/// That a sound has a label for some time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventEntry {
    /// The label.
    pub label: String,
    /// Start in seconds.
    pub start: f64,
    /// End in seconds.
    pub end: f64,
    /// The highest score in it.
    pub score: f32,
}
