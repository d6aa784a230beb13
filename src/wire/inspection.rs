//! A sound file as it is decoded.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::wire::cue::CueEntry;

/// The object of `inspect`.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// Path of the file.
    pub path: String,
    /// Container in lower case.
    pub container: String,
    /// Codec in lower case.
    pub codec: String,
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// The channel that was heard alone, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u32>,
    /// Duration as the file states it.
    pub duration_seconds: Option<f64>,
    /// Number of samples decoded, per channel.
    pub samples: u64,
    /// Length of what was decoded, in seconds.
    pub seconds: f64,
    /// Highest absolute sample, full scale being 1.
    pub peak: f32,
    /// Root mean square of the samples.
    pub rms: f32,
    /// Peak in dB relative to full scale; `null` for silence.
    pub peak_db: Option<f32>,
    /// Root mean square in dB relative to full scale; `null` for silence.
    pub rms_db: Option<f32>,
    /// Note on what was lost or mended while decoding.
    pub partial: Option<String>,
    /// When the recording began, as far as tags and the file's name say it (ISO 8601).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// Tags by name.
    pub tags: BTreeMap<&'static str, String>,
    /// Places that the file names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cues: Vec<CueEntry>,
    /// Path of the picture, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub png: Option<String>,
}
