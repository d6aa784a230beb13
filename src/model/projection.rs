//! The two linear maps with a ReLU between that bring a tower's vector into the shared space.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use crate::model::kernels::{Activation, Storage};
use crate::model::layers::Dense;

/// `[batch, hidden]` → `[batch, projection_dim]`, not yet of unit length.
pub(super) struct Projection {
    linear1: Dense,
    linear2: Dense,
}

impl Projection {
    /// Takes the tensors under `audio_projection` or `text_projection`.
    pub(super) fn load(hidden: usize, projection_dim: usize, vb: VarBuilder) -> Result<Self> {
        Ok(Projection {
            linear1: Dense::load(hidden, projection_dim, Storage::F32, vb.pp("linear1"))?,
            linear2: Dense::load(projection_dim, projection_dim, Storage::F32, vb.pp("linear2"))?,
        })
    }

    pub(super) fn forward(&self, hidden: &Tensor) -> Result<Tensor> {
        self.linear2.forward(&self.linear1.forward(hidden, Activation::Relu)?, Activation::Identity)
    }
}
