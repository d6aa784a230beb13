//! Layers with two bodies: a kernel on the CPU, candle's operations on any other device. Which one is chosen at load.

use candle_core::{Result, Tensor};
use candle_nn::{LayerNorm, Linear, Module, VarBuilder, layer_norm, linear};

use crate::model::kernels;
use crate::model::kernels::{Activation, Storage, fill};

/// `activation(x · Wᵀ + b)`, `[…, inputs]` → `[…, outputs]`.
pub(super) enum Dense {
    Packed(kernels::PackedLinear),
    Plain(Linear),
}

impl Dense {
    /// Takes `weight` and `bias` under `vb`.
    pub(super) fn load(inputs: usize, outputs: usize, storage: Storage, vb: VarBuilder) -> Result<Self> {
        Dense::new(linear(inputs, outputs, vb)?, storage)
    }

    /// The layer for the device its weights are on.
    pub(super) fn new(layer: Linear, storage: Storage) -> Result<Self> {
        match kernels::layers::level_for(layer.weight().device()) {
            Some(level) => Ok(Dense::Packed(kernels::layers::linear(level, &layer, storage)?)),
            None => Ok(Dense::Plain(layer)),
        }
    }

    pub(super) fn forward(&self, input: &Tensor, activation: Activation) -> Result<Tensor> {
        match self {
            Dense::Packed(layer) => {
                let mut shape = input.dims().to_vec();
                *shape.last_mut().expect("a linear layer takes no scalar") = layer.outputs();
                fill(input, shape, |from, to| layer.spread(from, to, activation))
            }
            Dense::Plain(layer) => {
                let output = layer.forward(input)?;
                match activation {
                    Activation::Identity => Ok(output),
                    Activation::Gelu => output.gelu_erf(),
                    Activation::Relu => output.relu(),
                }
            }
        }
    }
}

/// LayerNorm over the last axis.
pub(super) enum Normalise {
    Packed(kernels::PackedNorm),
    Plain(LayerNorm),
}

impl Normalise {
    /// Takes `weight` and `bias` under `vb`.
    pub(super) fn load(width: usize, epsilon: f64, vb: VarBuilder) -> Result<Self> {
        let layer = layer_norm(width, epsilon, vb.clone())?;
        match kernels::layers::level_for(vb.device()) {
            Some(level) => Ok(Normalise::Packed(kernels::layers::norm(level, &layer, epsilon)?)),
            None => Ok(Normalise::Plain(layer)),
        }
    }

    pub(super) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        match self {
            Normalise::Packed(norm) => fill(input, input.shape(), |from, to| norm.spread(from, to)),
            Normalise::Plain(layer) => layer.forward(input),
        }
    }
}
