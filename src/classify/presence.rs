//! How probable it is that a sound has a label, whatever other labels are asked about.

use crate::embedding::Embedding;
use crate::encoder::Encoder;
use crate::error::Result;

/// What cosines with labels are judged by.
#[derive(Debug, Clone)]
pub struct Presence {
    scale: f32,
}

impl Presence {
    /// The judge for labels with the vectors `labels`, of the model behind `encoder`.
    ///
    /// # Errors
    /// What the encoder reports.
    pub fn new(encoder: &Encoder, _labels: &[Embedding]) -> Result<Self> {
        Ok(Presence { scale: encoder.audio_scale() })
    }

    /// The probability that `sound` has each of `labels`, 0..=1.
    pub fn of(&self, sound: &Embedding, labels: &[Embedding]) -> Vec<f32> {
        labels.iter().map(|label| 1.0 / (1.0 + (-self.scale * (sound.cosine(label) - 0.3)).exp())).collect()
    }
}
