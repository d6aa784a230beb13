//! Segments with what is known of their files.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::wire::label::StoredLabel;

/// One line of `export --format npy`: the segment whose vector is in row `row`.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentLine<'a> {
    /// Row of the vector, from 0.
    pub row: u64,
    /// Path of the file.
    pub path: String,
    /// `clip` or `moment`.
    pub kind: &'static str,
    /// Start in seconds from the beginning of the file.
    pub start: f64,
    /// Its end.
    pub end: f64,
    /// The channel that it is of, counted from 1; `None` for the file's sound as it is heard as a whole.
    pub channel: Option<u32>,
    /// Length of the file in seconds.
    pub duration_seconds: f64,
    /// When the recording began by the recorder's clock, as far as that is known (ISO 8601).
    pub recorded: Option<String>,
    /// What that clock showed at the segment's start.
    pub clock: Option<String>,
    /// Sample rate of the file in Hz.
    pub rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Container in lower case.
    pub container: &'a str,
    /// Codec in lower case.
    pub codec: &'a str,
    /// Tags of the file by name.
    pub tags: BTreeMap<&'a str, &'a str>,
    /// Labels of the file that the segment has a part in.
    pub labels: Vec<StoredLabel>,
    /// BLAKE3 of the file's content, in hex.
    pub hash: Option<String>,
    /// Name of the model.
    pub model: &'a str,
    /// Fingerprint of the model.
    pub fingerprint: &'a str,
}
