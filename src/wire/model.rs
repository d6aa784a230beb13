//! Models.

use serde::Serialize;

use crate::model::installed::InstalledModel;

/// A model.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ModelEntry {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub source: String,
    /// Its size.
    pub bytes: u64,
    /// Whether new libraries are made with it.
    pub default: bool,
}

impl ModelEntry {
    /// `model`, where the default is called `default`.
    pub fn new(model: &InstalledModel, default: &str) -> Self {
        ModelEntry {
            name: model.name.clone(),
            source: model.source.to_string(),
            bytes: model.len_bytes(),
            default: model.name == default,
        }
    }
}

/// All models.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ModelList {
    /// Those that load without the network.
    pub(crate) models: Vec<ModelEntry>,
}

/// The object of `model info`.
#[derive(Debug, Clone, Serialize)]
pub struct ModelDetails {
    /// Name that commands take.
    pub name: String,
    /// Path of its config.json.
    pub config: String,
    /// Size of its files.
    pub bytes: u64,
    /// Number of weights.
    pub parameters: usize,
    /// Length of its vectors.
    pub dim: usize,
    /// Sample rate that sounds are brought to, in Hz.
    pub rate_hz: u32,
    /// Length of a window in seconds.
    pub window_seconds: f64,
    /// Whether a sound longer than a window is fused into one view.
    pub fused: bool,
    /// Number of mel bands.
    pub mel_bins: usize,
    /// Lower edge of the lowest band in Hz.
    pub min_hz: f64,
    /// Upper edge of the highest band in Hz.
    pub max_hz: f64,
    /// Hash of the weights and the settings.
    pub fingerprint: String,
}
