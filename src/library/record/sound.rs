//! What a sound file says about itself.

use crate::imprint::Imprint;
use crate::library::record::cue::Cue;

/// What a sound file says about itself, and what decoding it met.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SoundFacts {
    /// Container in lower case, for example `wav`.
    pub container: String,
    /// Codec in lower case, for example `vorbis`.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Length of what was decoded, in seconds.
    pub duration_seconds: f64,
    /// Words found in the file, as (name of the field, words); each name once.
    pub tags: Vec<(String, String)>,
    /// Places in it that the file names.
    pub cues: Vec<Cue>,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub partial: Option<String>,
    /// What its beginning sounds like, by which copies of it are known; `None` if nobody listened.
    pub imprint: Option<Imprint>,
}
