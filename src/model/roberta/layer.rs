//! An encoder layer (Vaswani et al., 2017): attention, then an MLP, each followed by a residual and a LayerNorm.

use candle_core::{Result, Tensor};
use candle_nn::{LayerNorm, Linear, Module, VarBuilder, layer_norm, linear, ops::softmax_last_dim};

use super::super::config::TextConfig;
use super::super::kernels::{self, Level, Storage, in_place, layers};
use super::batch::Batch;

/// `[tokens, width]` → the same shape.
pub(super) enum Layer {
    /// One kernel for the whole layer, in place, on the CPU.
    Packed(Box<kernels::EncoderLayer>),
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

    /// Takes the tokens, because it may change them in place.
    pub(super) fn forward(&self, tokens: Tensor, batch: &Batch) -> Result<Tensor> {
        match self {
            Layer::Plain(layer) => layer.forward(&tokens, batch),
            Layer::Packed(layer) => {
                in_place(&tokens, |values| layer.forward(values, &batch.lens))?;
                Ok(tokens)
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

    pub(super) fn pack(&self, level: Level, storage: Storage) -> Result<kernels::EncoderLayer> {
        let head_dim = self.query.weight().dim(0)? / self.heads;
        // The kernel takes scores as powers of two.
        let query_scale = std::f32::consts::LOG2_E / (head_dim as f32).sqrt();
        let qkv = [(&self.query, query_scale), (&self.key, 1.0), (&self.value, 1.0)];
        Ok(kernels::EncoderLayer {
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
