//! candle's layers, packed. The layers stay the definition; what is packed here must compute the same.

use candle_core::{CpuStorage, Device, Layout, Result, Storage, Tensor};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::model::kernels::isa::{Level, level};
use crate::model::kernels::linear::{LinearWeights, PackedLinear};
use crate::model::kernels::norm::PackedNorm;
use crate::model::kernels::packed;
use crate::model::kernels::rows::read;

/// The level to pack layers for, where their device is the CPU and the plain operations are not asked for.
pub(in crate::model) fn level_for(device: &Device) -> Option<Level> {
    if device.is_cpu() { level() } else { None }
}

/// Packs a LayerNorm that has weight and bias.
pub(in crate::model) fn norm(level: Level, layer: &candle_nn::LayerNorm, epsilon: f64) -> Result<PackedNorm> {
    let weight = read(layer.weight(), <[f32]>::to_vec)?;
    let bias = match layer.bias() {
        Some(bias) => read(bias, <[f32]>::to_vec)?,
        None => vec![0.0; weight.len()],
    };
    Ok(PackedNorm { level, weight, bias, epsilon: epsilon as f32 })
}

/// Packs one linear layer.
pub(in crate::model) fn linear(
    level: Level,
    layer: &candle_nn::Linear,
    storage: packed::Storage,
) -> Result<PackedLinear> {
    side_by_side(level, &[layer], storage)
}

/// Packs linear layers of the same input into one, their outputs side by side.
pub(in crate::model) fn side_by_side(
    level: Level,
    layers: &[&candle_nn::Linear],
    storage: packed::Storage,
) -> Result<PackedLinear> {
    let inputs = layers[0].weight().dim(1)?;
    let weights: Vec<_> = layers.iter().map(|layer| layer.weight().storage_and_layout()).collect();
    let biases: Vec<_> = layers.iter().map(|layer| layer.bias().map(|bias| bias.storage_and_layout())).collect();
    let sources = weights.iter().zip(&biases).map(|((weight, layout), bias)| {
        let bias = bias.as_ref().map(|(bias, layout)| slice(bias, layout)).transpose()?;
        Ok(LinearWeights { weight: slice(weight, layout)?, bias })
    });
    let sources = sources.collect::<Result<Vec<_>>>()?;
    let is_lossless = || sources.iter().all(|source| source.weight.iter().copied().all(is_half));
    let storage = if storage != packed::Storage::F16 || is_lossless() { storage } else { packed::Storage::F32 };
    Ok(PackedLinear::pack(level, inputs, storage, &sources))
}

/// `rows` in f16 if that is wanted and exact.
pub(in crate::model) fn half_table(rows: &Tensor, storage: packed::Storage) -> Result<Option<packed::HalfTable>> {
    let width = rows.dim(1)?;
    let is_fit = |values: &[f32]| storage == packed::Storage::F16 && values.par_iter().copied().all(is_half);
    read(rows, |values| is_fit(values).then(|| packed::HalfTable::new(values, width)))
}

fn is_half(value: f32) -> bool {
    packed::exact_half(value).is_some()
}

fn slice<'a>(storage: &'a Storage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (Storage::Cpu(CpuStorage::F32(values)), Some((start, end))) => Ok(&values[start..end]),
        _ => candle_core::bail!("only contiguous f32 weights on the CPU can be packed"),
    }
}
