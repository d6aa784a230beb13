//! An encoder layer (Vaswani et al., 2017): attention, then an MLP, each followed by a residual and a LayerNorm.

use candle_core::{Result, Tensor};
use candle_nn::{LayerNorm, Linear, Module, VarBuilder, layer_norm, linear, ops::softmax_last_dim};

use crate::model::config::TextConfig;
use crate::model::kernels;
use crate::model::kernels::{LayerMemory, Level, Storage, in_place, layers, read};
use crate::model::roberta::batch::Batch;

/// `[tokens, width]` → the same shape.
pub(super) enum Layer {
    /// One kernel for the whole layer, in place, on the CPU.
    Packed(Box<kernels::PackedEncoderLayer>),
    /// candle's operations, on any device.
    Plain(Box<PlainLayer>),
}

impl Layer {
    pub(super) fn load(config: &TextConfig, storage: Storage, vb: VarBuilder) -> Result<Self> {
        let plain = PlainLayer::load(config, vb.clone())?;
        match layers::level_for(vb.device()) {
            Some(level) => Ok(Layer::Packed(Box::new(plain.pack(level, storage)?))),
            None => Ok(Layer::Plain(Box::new(plain))),
        }
    }

    /// Takes the tokens, because it may change them in place; `memory` is the same for all layers in turn.
    pub(super) fn forward(&self, tokens: Tensor, batch: &Batch, memory: &mut LayerMemory) -> Result<Tensor> {
        match self {
            Layer::Plain(layer) => layer.forward(&tokens, batch),
            Layer::Packed(layer) => {
                in_place(&tokens, |values| layer.forward(values, &batch.lens, memory))?;
                Ok(tokens)
            }
        }
    }

    /// What [`Layer::forward`] makes of each prompt's first token, `[prompts, width]`.
    pub(super) fn forward_first(&self, tokens: Tensor, batch: &Batch, memory: &mut LayerMemory) -> Result<Tensor> {
        match self {
            Layer::Plain(layer) => layer.forward(&tokens, batch)?.index_select(&batch.first_tokens()?, 0),
            Layer::Packed(layer) => {
                let first = read(&tokens, |values| layer.forward_first(values, &batch.lens, memory))?;
                Tensor::from_vec(first, (batch.lens.len(), tokens.dim(1)?), tokens.device())
            }
        }
    }
}

/// The layer as the paper writes it.
pub(super) struct PlainLayer {
    heads: usize,
    query: Linear,
    key: Linear,
    value: Linear,
    attention_output: Linear,
    attention_norm: LayerNorm,
    intermediate: Linear,
    output: Linear,
    output_norm: LayerNorm,
    epsilon: f64,
}

impl PlainLayer {
    pub(super) fn load(config: &TextConfig, vb: VarBuilder) -> Result<Self> {
        let (width, middle, epsilon) = (config.hidden_size, config.intermediate_size, config.layer_norm_eps);
        let (attention, inner) = (vb.pp("attention"), vb.pp("attention").pp("self"));
        Ok(PlainLayer {
            heads: config.num_attention_heads,
            query: linear(width, width, inner.pp("query"))?,
            key: linear(width, width, inner.pp("key"))?,
            value: linear(width, width, inner.pp("value"))?,
            attention_output: linear(width, width, attention.pp("output").pp("dense"))?,
            attention_norm: layer_norm(width, epsilon, attention.pp("output").pp("LayerNorm"))?,
            intermediate: linear(width, middle, vb.pp("intermediate").pp("dense"))?,
            output: linear(middle, width, vb.pp("output").pp("dense"))?,
            output_norm: layer_norm(width, epsilon, vb.pp("output").pp("LayerNorm"))?,
            epsilon,
        })
    }

    pub(super) fn forward(&self, tokens: &Tensor, batch: &Batch) -> Result<Tensor> {
        let attended = self.attention_output.forward(&self.attend(tokens, batch)?)?;
        let tokens = self.attention_norm.forward(&(tokens + attended)?)?;
        let middle = self.intermediate.forward(&tokens)?.gelu_erf()?;
        self.output_norm.forward(&(&tokens + self.output.forward(&middle)?)?)
    }

    fn attend(&self, tokens: &Tensor, batch: &Batch) -> Result<Tensor> {
        let (prompts, longest, width) = (batch.lens.len(), batch.longest(), tokens.dim(1)?);
        let head_dim = width / self.heads;
        let split = |layer: &Linear| {
            // [tokens, width] → [prompts, heads, longest, head_dim]
            let padded = batch.pad(&layer.forward(tokens)?)?;
            padded.reshape((prompts, longest, self.heads, head_dim))?.transpose(1, 2)?.contiguous()
        };
        let (query, key, value) = (split(&self.query)?, split(&self.key)?, split(&self.value)?);
        let scores = (query.matmul(&key.t()?)? / (head_dim as f64).sqrt())?.broadcast_add(&batch.mask()?)?;
        let context = softmax_last_dim(&scores)?.matmul(&value)?;
        batch.unpad(&context.transpose(1, 2)?.reshape((prompts, longest, width))?)
    }

    pub(super) fn pack(&self, level: Level, storage: Storage) -> Result<kernels::PackedEncoderLayer> {
        let qkv = [&self.query, &self.key, &self.value];
        Ok(kernels::PackedEncoderLayer {
            level,
            heads: self.heads,
            qkv: layers::side_by_side(level, &qkv, storage)?,
            output: layers::linear(level, &self.attention_output, storage)?,
            attention_norm: layers::norm(level, &self.attention_norm, self.epsilon)?,
            up: layers::linear(level, &self.intermediate, storage)?,
            down: layers::linear(level, &self.output, storage)?,
            output_norm: layers::norm(level, &self.output_norm, self.epsilon)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use proptest::prelude::{Just, any, prop, prop_oneof, proptest};

    use super::*;
    use crate::model::random;

    proptest! {
        #![proptest_config(random::cases(24))]

        #[test]
        fn the_kernel_equals_the_plain_operations_at_every_level_for_prompts_of_any_lengths(
            lens in prop::collection::vec(1usize..80, 1..5),
            (heads, head_dim, middle) in (1usize..4, 4usize..70, 1usize..100),
            // Much larger ones make scores whose rounding alone decides a softmax; `kernels::tests` has them, step by step.
            (seed, magnitude) in (any::<u64>(), prop_oneof![Just(1f32), Just(4.0), Just(1e-39)]),
        ) {
            let config = TextConfig {
                hidden_size: heads * head_dim,
                num_attention_heads: heads,
                intermediate_size: middle,
                layer_norm_eps: 1e-5,
                ..TextConfig::default()
            };
            let plain = PlainLayer::load(&config, random::weights()).unwrap();
            let prompts: Vec<Vec<u32>> = lens.iter().map(|len| vec![5; *len]).collect();
            let batch = Batch::new(&prompts, &Device::Cpu).unwrap();
            let (tokens, width) = (lens.iter().sum::<usize>(), heads * head_dim);
            let values = random::values(tokens * width, seed, magnitude);
            let input = Tensor::from_slice(&values, (tokens, width), &Device::Cpu).unwrap();
            let expected = kernels::read(&plain.forward(&input, &batch).unwrap(), <[f32]>::to_vec).unwrap();
            // Over a few values that nearly agree, LayerNorm multiplies rounding by up to 1 / √epsilon.
            let tolerance = if width < 16 { 1e-4 } else { 1e-5 };
            let mut memory = LayerMemory::default();
            for level in Level::available() {
                for storage in [Storage::F32, Storage::F16] {
                    let layer = plain.pack(level, storage).unwrap();
                    let mut together = values.clone();
                    layer.forward(&mut together, &lens, &mut memory);
                    let distance = random::distance(&together, &expected);
                    assert!(distance < tolerance, "{} {storage:?}: off by {distance}", level.name());
                    let mut alone = values[..lens[0] * width].to_vec();
                    layer.forward(&mut alone, &lens[..1], &mut memory);
                    assert_eq!(alone, together[..alone.len()], "{} {storage:?} alone", level.name());
                    let starts = lens.iter().scan(0, |next, len| Some(std::mem::replace(next, *next + len)));
                    let first: Vec<f32> = starts.flat_map(|at| &together[at * width..][..width]).copied().collect();
                    let alone = layer.forward_first(&values, &lens, &mut memory);
                    assert_eq!(alone, first, "{} {storage:?}, first tokens", level.name());
                }
            }
        }
    }
}
