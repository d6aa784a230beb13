//! Attentional feature fusion (Dai et al., 2021): how much of each token comes from the whole and how much from a crop.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, VarBuilder, ops::sigmoid};

use super::super::kernels::{Activation, Level, Storage, layers};
use super::super::layers::Dense;
use super::image::{folded_batch_norm, token_mean};

/// Merges two sets of tokens `[batch, tokens, width]` into one.
pub(super) struct Fusion {
    /// Where a kernel does the mixing.
    level: Option<Level>,
    local: Branch,
    global: Branch,
}

impl Fusion {
    pub(super) fn load(width: usize, reduction: usize, vb: VarBuilder) -> Result<Self> {
        let inner = width / reduction;
        Ok(Fusion {
            level: layers::level_for(vb.device()),
            // Indices are places in the reference's nn.Sequential; the global branch begins with its average pool.
            local: Branch::load(width, inner, [0, 1, 3, 4], vb.pp("local_att"))?,
            global: Branch::load(width, inner, [1, 2, 4, 5], vb.pp("global_att"))?,
        })
    }

    pub(super) fn forward(&self, whole: &Tensor, crops: &Tensor) -> Result<Tensor> {
        let sum = (whole + crops)?;
        let local = self.local.forward(&sum)?;
        let global = self.global.forward(&token_mean(&sum)?)?;
        if let Some(level) = self.level {
            return layers::blend(level, [whole, crops, &local, &global]);
        }
        let share = sigmoid(&local.broadcast_add(&global)?)?;
        let from_whole = (whole * &share)?;
        let from_crops = (crops * (1.0 - share)?)?;
        (from_whole + from_crops)? * 2.0
    }
}

/// Two 1×1 convolutions with BatchNorm and a ReLU between, folded into two linear maps.
struct Branch {
    squeeze: Dense,
    expand: Dense,
}

impl Branch {
    fn load(width: usize, inner: usize, places: [usize; 4], vb: VarBuilder) -> Result<Self> {
        let [conv1, norm1, conv2, norm2] = places;
        Ok(Branch {
            squeeze: conv_with_norm(width, inner, vb.pp(conv1), vb.pp(norm1))?,
            expand: conv_with_norm(inner, width, vb.pp(conv2), vb.pp(norm2))?,
        })
    }

    fn forward(&self, tokens: &Tensor) -> Result<Tensor> {
        self.expand.forward(&self.squeeze.forward(tokens, Activation::Relu)?, Activation::Identity)
    }
}

fn conv_with_norm(from: usize, to: usize, conv: VarBuilder, norm: VarBuilder) -> Result<Dense> {
    let (scale, shift) = folded_batch_norm(to, &norm)?;
    let weight = conv.get((to, from, 1, 1), "weight")?.reshape((to, from))?;
    let weight = weight.broadcast_mul(&scale.reshape((to, 1))?)?;
    let bias = ((conv.get(to, "bias")? * scale)? + shift)?;
    Dense::new(Linear::new(weight, Some(bias)), Storage::F32)
}
