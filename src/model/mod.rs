//! CLAP: log-mel views and prompts → embeddings in one space.

use std::path::Path;
use std::sync::Arc;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::features::{FrontEnd, View};

/// A loaded model: both towers, tokenizer, front end.
pub struct Clap;

impl Clap {
    /// Loads the checkpoint that `name` means: a folder in the hub's layout, or a hub id such as
    /// `laion/clap-htsat-fused`. `None` means the model installed under `home`, if there is one.
    pub fn load(_name: Option<&str>, _home: &Path) -> Result<Self> {
        unimplemented!()
    }

    /// The name the model was loaded by.
    pub fn name(&self) -> &str {
        unimplemented!()
    }

    /// Identifies every vector this model makes: a hash of weights, config, tokenizer and front end, in hex.
    pub fn fingerprint(&self) -> &str {
        unimplemented!()
    }

    /// Length of the embeddings.
    pub fn dim(&self) -> usize {
        unimplemented!()
    }

    /// The front end that makes this model's views.
    pub fn front_end(&self) -> &Arc<FrontEnd> {
        unimplemented!()
    }

    /// `exp(logit_scale_a)`: what cosines are multiplied by before a softmax over prompts.
    pub fn audio_scale(&self) -> f32 {
        unimplemented!()
    }

    /// One embedding a view, in order; a view's bits do not depend on its neighbours.
    pub fn embed_audio(&self, _views: &[View]) -> Result<Vec<Embedding>> {
        unimplemented!()
    }

    /// One embedding a prompt, in order; a prompt's bits do not depend on its neighbours.
    pub fn embed_text(&self, _prompts: &[&str]) -> Result<Vec<Embedding>> {
        unimplemented!()
    }
}
