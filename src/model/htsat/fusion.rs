//! Attentional feature fusion (Dai et al., 2021): how much of each token comes from the whole and how much from a crop.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder, ops::sigmoid};

use crate::model::config::AudioConfig;
use crate::model::htsat::image::{folded_batch_norm, token_mean};
use crate::model::kernels;
use crate::model::kernels::{Level, Storage, layers, mix};

/// Merges two sets of tokens `[batch, tokens, width]` into one.
pub(super) enum Fusion {
    /// One kernel for all of it, on the CPU.
    Packed(Box<kernels::PackedFusion>),
    /// candle's operations, on any device.
    Plain(Box<PlainFusion>),
}

impl Fusion {
    pub(super) fn load(config: &AudioConfig, vb: VarBuilder) -> Result<Self> {
        let plain = PlainFusion::load(config.patch_embeds_hidden_size, config.aff_block_r, vb.clone())?;
        match layers::level_for(vb.device()) {
            Some(level) => Ok(Fusion::Packed(Box::new(plain.pack(level)?))),
            None => Ok(Fusion::Plain(Box::new(plain))),
        }
    }

    pub(super) fn forward(&self, whole: &Tensor, crops: &Tensor) -> Result<Tensor> {
        match self {
            Fusion::Plain(fusion) => fusion.forward(whole, crops),
            Fusion::Packed(fusion) => mix(whole, crops, |whole, crops, to| fusion.forward(whole, crops, to)),
        }
    }
}

/// The fusion as the paper writes it.
pub(super) struct PlainFusion {
    local: Branch,
    global: Branch,
}

impl PlainFusion {
    fn load(width: usize, reduction: usize, vb: VarBuilder) -> Result<Self> {
        let inner = width / reduction;
        Ok(PlainFusion {
            // Indices are places in the reference's nn.Sequential; the global branch begins with its average pool.
            local: Branch::load(width, inner, [0, 1, 3, 4], vb.pp("local_att"))?,
            global: Branch::load(width, inner, [1, 2, 4, 5], vb.pp("global_att"))?,
        })
    }

    fn forward(&self, whole: &Tensor, crops: &Tensor) -> Result<Tensor> {
        let sum = (whole + crops)?;
        let local = self.local.forward(&sum)?;
        let global = self.global.forward(&token_mean(&sum)?)?;
        let share = sigmoid(&local.broadcast_add(&global)?)?;
        let from_whole = (whole * &share)?;
        let from_crops = (crops * (1.0 - share)?)?;
        (from_whole + from_crops)? * 2.0
    }

    fn pack(&self, level: Level) -> Result<kernels::PackedFusion> {
        Ok(kernels::PackedFusion { level, local: self.local.pack(level)?, global: self.global.pack(level)? })
    }
}

/// Two 1×1 convolutions with BatchNorm and a ReLU between, folded into two linear maps.
struct Branch {
    squeeze: Linear,
    expand: Linear,
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
        self.expand.forward(&self.squeeze.forward(tokens)?.relu()?)
    }

    fn pack(&self, level: Level) -> Result<kernels::PackedBranch> {
        Ok(kernels::PackedBranch {
            squeeze: layers::linear(level, &self.squeeze, Storage::F32)?,
            expand: layers::linear(level, &self.expand, Storage::F32)?,
        })
    }
}

fn conv_with_norm(from: usize, to: usize, conv: VarBuilder, norm: VarBuilder) -> Result<Linear> {
    let (scale, shift) = folded_batch_norm(to, &norm)?;
    let weight = conv.get((to, from, 1, 1), "weight")?.reshape((to, from))?;
    let weight = weight.broadcast_mul(&scale.reshape((to, 1))?)?;
    let bias = ((conv.get(to, "bias")? * scale)? + shift)?;
    Ok(Linear::new(weight, Some(bias)))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use proptest::prelude::{Just, any, prop_oneof, proptest};

    use super::*;
    use crate::model::random;

    proptest! {
        #![proptest_config(random::cases(24))]

        #[test]
        fn the_kernel_equals_the_plain_operations_at_every_level(
            (items, tokens) in (1usize..4, 1usize..200),
            (inner, reduction) in (1usize..20, 1usize..6),
            seed in any::<u64>(),
            magnitude in prop_oneof![Just(1f32), Just(8.0), Just(1e-5), Just(1e-30)],
        ) {
            let width = inner * reduction;
            let plain = PlainFusion::load(width, reduction, random::weights()).unwrap();
            let tensor = |part: u64| {
                let values = random::values(items * tokens * width, seed ^ part, magnitude);
                Tensor::from_vec(values, (items, tokens, width), &Device::Cpu).unwrap()
            };
            let (whole, crops) = (tensor(1), tensor(2));
            let expected = kernels::read(&plain.forward(&whole, &crops).unwrap(), <[f32]>::to_vec).unwrap();
            for level in Level::available() {
                let packed = plain.pack(level).unwrap();
                let fused = mix(&whole, &crops, |whole, crops, to| packed.forward(whole, crops, to)).unwrap();
                let distance = random::distance(&kernels::read(&fused, <[f32]>::to_vec).unwrap(), &expected);
                assert!(distance < 1e-5, "{}: off by {distance}", level.name());
            }
        }
    }
}
