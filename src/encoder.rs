//! One thread owns the model behind a bounded queue, and everybody else asks it.

use std::sync::Arc;

use crate::audio::Sound;
use crate::embedding::Embedding;
use crate::error::Result;
use crate::features::{FrontEnd, Plan};
use crate::model::Clap;

/// A handle to the model's thread; clones share it, and the thread ends with the last clone.
#[derive(Clone)]
pub struct Encoder;

/// What became of one sound.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedSound {
    /// The vector of the whole sound.
    pub clip: Embedding,
    /// Length of what was decoded, in seconds.
    pub seconds: f64,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub partial: Option<String>,
}

impl Encoder {
    /// Moves `clap` to a thread of its own.
    pub fn spawn(_clap: Clap) -> Self {
        unimplemented!()
    }

    /// The name the model was loaded by.
    pub fn model_name(&self) -> &str {
        unimplemented!()
    }

    /// The model's fingerprint, in hex.
    pub fn fingerprint(&self) -> &str {
        unimplemented!()
    }

    /// Length of the embeddings.
    pub fn dim(&self) -> usize {
        unimplemented!()
    }

    /// The model's front end.
    pub fn front_end(&self) -> &Arc<FrontEnd> {
        unimplemented!()
    }

    /// What cosines are multiplied by before a softmax over prompts.
    pub fn audio_scale(&self) -> f32 {
        unimplemented!()
    }

    /// One embedding a prompt, in order.
    pub fn embed_text(&self, _prompts: &[String]) -> Result<Vec<Embedding>> {
        unimplemented!()
    }

    /// Decodes `sound` on the calling thread, has its views embedded by the model's thread, and averages them.
    pub fn embed_sound(&self, _sound: Sound) -> Result<EncodedSound> {
        let _ = Plan::Clip;
        unimplemented!()
    }
}
