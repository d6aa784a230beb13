//! What is shown of a sound, and uploads.

use serde::{Deserialize, Serialize};

/// Form in which audio is sent.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AudioRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The file's own bytes, or decoded.
    pub(crate) format: Option<AudioFormat>,
    /// Start of the part that is wanted as a file of its own, in seconds.
    #[param(minimum = 0)]
    pub(crate) start: Option<f64>,
    /// Its end.
    #[param(exclusive_minimum = 0)]
    pub(crate) end: Option<f64>,
    /// What is kept before and after that part, in seconds.
    #[param(minimum = 0, maximum = 60)]
    pub(crate) handles: Option<f64>,
}

/// Form in which audio is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AudioFormat {
    /// The file's own bytes.
    #[default]
    Own,
    /// Decoded to WAV. The whole is for listening: mono, 16 bits, at most 48 kHz. A part has all channels, the rate and the
    /// bits of the file, with its words.
    Wav,
    /// FLAC, with all channels, the rate and up to 24 bits of the file, and its words.
    Flac,
}

/// Part and detail of a waveform.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaveformRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Number of parts of equal length.
    #[param(minimum = 1, maximum = 4000, default = 500)]
    pub(crate) points: Option<usize>,
    /// Start in seconds.
    #[param(minimum = 0)]
    pub(crate) start: Option<f64>,
    /// End in seconds.
    #[param(exclusive_minimum = 0)]
    pub(crate) end: Option<f64>,
}

/// Lowest and highest sample in each of some stretches of equal length.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Waveform {
    /// Length of what is shown, in seconds.
    pub(crate) seconds: f64,
    /// [lowest, highest], full scale being 1.
    pub(crate) peaks: Vec<[f32; 2]>,
}

/// Part and size of a spectrogram.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpectrogramRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Width in pixels.
    #[param(minimum = 1, maximum = 2048, default = 800)]
    pub(crate) width: Option<usize>,
    /// Height in pixels.
    #[param(minimum = 1, maximum = 512, default = 128)]
    pub(crate) height: Option<usize>,
    /// Start in seconds.
    #[param(minimum = 0)]
    pub(crate) start: Option<f64>,
    /// End in seconds.
    #[param(exclusive_minimum = 0)]
    pub(crate) end: Option<f64>,
}

/// An upload.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct UploadEntry {
    /// Its name; it is forgotten 15 minutes after it was last used.
    pub(crate) upload: String,
    /// Its length in seconds, as the file states it.
    pub(crate) seconds: Option<f64>,
    /// Container in lower case.
    pub(crate) container: String,
    /// Codec in lower case.
    pub(crate) codec: String,
    /// Whether its vector is known already.
    pub(crate) vector: bool,
}
