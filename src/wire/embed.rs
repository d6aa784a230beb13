//! Vectors.

use serde::Serialize;

/// Kind of the input of an `embed` line.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A sound file.
    Audio,
    /// Words.
    Text,
}

/// One line of `embed`.
#[derive(Debug, Clone, Serialize)]
pub struct EmbedLine<'a> {
    /// The full path, `-` for standard input, or the words.
    pub input: &'a str,
    /// Kind of the input.
    pub kind: InputKind,
    /// Name of the model.
    pub model: &'a str,
    /// The vector, of unit length.
    pub vector: &'a [f32],
    /// Start of the window in seconds, where each has a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<f64>,
    /// The channel that was heard alone, counted from 1; absent for the mix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u32>,
    /// Length of the sound in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Note on what was lost or mended while decoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<&'a str>,
}
