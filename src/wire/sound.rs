//! What is shown of a sound, and uploads.

use serde::{Deserialize, Serialize};

/// Form in which audio is sent.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AudioRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// The file's own bytes, or decoded to WAV.
    pub format: Option<AudioFormat>,
}

/// Form in which audio is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AudioFormat {
    /// The file's own bytes.
    #[default]
    Own,
    /// Decoded to WAV: mono, 16 bits, at most 48 kHz.
    Wav,
}

/// Part and detail of a waveform.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct WaveformRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// Number of parts of equal length.
    #[cfg_attr(feature = "server", param(minimum = 1, maximum = 4000, default = 500))]
    pub points: Option<usize>,
    /// Start in seconds.
    #[cfg_attr(feature = "server", param(minimum = 0))]
    pub start: Option<f64>,
    /// End in seconds.
    #[cfg_attr(feature = "server", param(exclusive_minimum = 0))]
    pub end: Option<f64>,
}

/// Lowest and highest sample in each of some stretches of equal length.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Waveform {
    /// Length of what is shown, in seconds.
    pub seconds: f64,
    /// [lowest, highest], full scale being 1.
    pub peaks: Vec<[f32; 2]>,
}

/// Part and size of a spectrogram.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SpectrogramRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// Width in pixels.
    #[cfg_attr(feature = "server", param(minimum = 1, maximum = 2048, default = 800))]
    pub width: Option<usize>,
    /// Height in pixels.
    #[cfg_attr(feature = "server", param(minimum = 1, maximum = 512, default = 128))]
    pub height: Option<usize>,
    /// Start in seconds.
    #[cfg_attr(feature = "server", param(minimum = 0))]
    pub start: Option<f64>,
    /// End in seconds.
    #[cfg_attr(feature = "server", param(exclusive_minimum = 0))]
    pub end: Option<f64>,
}

/// An upload.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct UploadEntry {
    /// Its name; it is forgotten 15 minutes after it was last used.
    pub upload: String,
    /// Its length in seconds, as the file states it.
    pub seconds: Option<f64>,
    /// Container in lower case.
    pub container: String,
    /// Codec in lower case.
    pub codec: String,
    /// Whether its vector is known already.
    pub vector: bool,
}
