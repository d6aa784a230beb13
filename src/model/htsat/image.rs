//! Mel → square image: normalise each bin, stretch time, fold time into frequency.

use candle_core::{D, Device, Result, Tensor};
use candle_nn::VarBuilder;

use crate::model::config::AudioConfig;
use crate::model::kernels::fill;
use crate::model::kernels::layers::level_for;

/// PyTorch's default, which the reference leaves in place.
const BATCH_NORM_EPS: f64 = 1e-5;

/// The cubic kernel's parameter in PyTorch's bicubic interpolation.
const CUBIC_A: f64 = -0.75;

/// `[batch, channels, frames, bins]` → `[batch, channels, spec_size, spec_size]`.
pub(in crate::model) struct MelImage {
    /// BatchNorm with inference statistics, folded: `[bins]` each.
    scale: Tensor,
    shift: Tensor,
    /// `None` where the lengths are equal.
    stretch: Option<Stretch>,
    freq_ratio: usize,
}

/// Bicubic interpolation along time.
enum Stretch {
    /// For each frame to be made, the four frames it is made of and their weights.
    Taps(Vec<[(usize, f32); 4]>),
    /// The same as a matrix `[stretched, frames]`, for devices that are best at those.
    Matrix(Tensor),
}

impl MelImage {
    pub(super) fn load(config: &AudioConfig, frames: usize, vb: VarBuilder) -> Result<Self> {
        let (scale, shift) = folded_batch_norm(config.num_mel_bins, &vb)?;
        let stretched = config.spec_size * config.freq_ratio();
        if frames > stretched {
            candle_core::bail!("a mel of {frames} frames does not fit an image of {stretched}");
        }
        let stretch = match frames == stretched {
            true => None,
            false => Some(Stretch::load(frames, stretched, vb.device())?),
        };
        Ok(MelImage { scale, shift, stretch, freq_ratio: config.freq_ratio() })
    }

    pub(in crate::model) fn forward(&self, mel: &Tensor) -> Result<Tensor> {
        let normalized = mel.broadcast_mul(&self.scale)?.broadcast_add(&self.shift)?;
        let stretched = match &self.stretch {
            None => normalized,
            Some(stretch) => stretch.forward(&normalized)?,
        };
        let (batch, channels, time, freq) = stretched.dims4()?;
        let (ratio, width) = (self.freq_ratio, time / self.freq_ratio);
        stretched.reshape((batch, channels * ratio, width, freq))?.transpose(2, 3)?.contiguous()?.reshape((
            batch,
            channels,
            ratio * freq,
            width,
        ))
    }
}

impl Stretch {
    fn load(from: usize, to: usize, device: &Device) -> Result<Self> {
        match level_for(device) {
            Some(_) => Ok(Stretch::Taps(bicubic_taps(from, to))),
            None => Ok(Stretch::Matrix(bicubic_matrix(from, to, device)?)),
        }
    }

    /// `[batch, channels, frames, bins]` → `[batch, channels, stretched, bins]`.
    fn forward(&self, mel: &Tensor) -> Result<Tensor> {
        let taps = match self {
            Stretch::Matrix(matrix) => return matrix.broadcast_matmul(mel),
            Stretch::Taps(taps) => taps,
        };
        let (batch, channels, frames, bins) = mel.dims4()?;
        fill(mel, (batch, channels, taps.len(), bins), |from, to| {
            for (from, to) in from.chunks_exact(frames * bins).zip(to.chunks_exact_mut(taps.len() * bins)) {
                for (to, [a, b, c, d]) in to.chunks_exact_mut(bins).zip(taps) {
                    let [p, q, r, s] = [a, b, c, d].map(|tap| &from[tap.0 * bins..][..bins]);
                    for (i, to) in to.iter_mut().enumerate() {
                        *to = a.1 * p[i] + b.1 * q[i] + c.1 * r[i] + d.1 * s[i];
                    }
                }
            }
        })
    }
}

/// Inference BatchNorm over `size` features as `x · scale + shift`.
pub(super) fn folded_batch_norm(size: usize, vb: &VarBuilder) -> Result<(Tensor, Tensor)> {
    let (weight, bias) = (vb.get(size, "weight")?, vb.get(size, "bias")?);
    let (mean, variance) = (vb.get(size, "running_mean")?, vb.get(size, "running_var")?);
    let scale = weight.div(&(variance + BATCH_NORM_EPS)?.sqrt()?)?;
    let shift = (bias - (mean * &scale)?)?;
    Ok((scale, shift))
}

/// The four inputs that make each output, with their weights (`align_corners = true`, edges repeated).
fn bicubic_taps(from: usize, to: usize) -> Vec<[(usize, f32); 4]> {
    let step = if to > 1 { (from - 1) as f64 / (to - 1) as f64 } else { 0.0 };
    let taps_of = |i: usize| {
        // The reference works the position out in f32; its rounding moves the weights by more than 1e-5.
        let position = step as f32 * i as f32;
        let left = position.floor();
        let fraction = f64::from(position - left);
        let weights = cubic_weights(fraction);
        std::array::from_fn(|tap| {
            let place = (left as i64 + tap as i64 - 1).clamp(0, from as i64 - 1) as usize;
            (place, weights[tap] as f32)
        })
    };
    (0..to).map(taps_of).collect()
}

/// [`bicubic_taps`] as a matrix `[to, from]`.
fn bicubic_matrix(from: usize, to: usize, device: &Device) -> Result<Tensor> {
    let mut matrix = vec![0f32; to * from];
    for (row, taps) in matrix.chunks_exact_mut(from).zip(bicubic_taps(from, to)) {
        for (place, weight) in taps {
            row[place] += weight;
        }
    }
    Tensor::from_vec(matrix, (to, from), device)
}

/// Weights of the samples at −1, 0, 1 and 2 for a point `t` in 0..1 (Keys, 1981).
fn cubic_weights(t: f64) -> [f64; 4] {
    let near = |x: f64| ((CUBIC_A + 2.0) * x - (CUBIC_A + 3.0)) * x * x + 1.0;
    let far = |x: f64| ((CUBIC_A * x - 5.0 * CUBIC_A) * x + 8.0 * CUBIC_A) * x - 4.0 * CUBIC_A;
    [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)]
}

/// The mean over the last axis but one, kept as an axis of 1: `[…, n, width]` → `[…, 1, width]`.
pub(super) fn token_mean(tokens: &Tensor) -> Result<Tensor> {
    tokens.mean_keepdim(D::Minus2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bicubic_rows_sum_to_one_and_keep_both_ends() {
        let matrix = bicubic_matrix(1001, 1024, &Device::Cpu).unwrap().to_vec2::<f32>().unwrap();
        for row in &matrix {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
        assert_eq!(matrix[0][0], 1.0);
        assert!((matrix[1023][1000] - 1.0).abs() < 1e-3);
    }

    #[test]
    fn time_is_folded_below_frequency_in_quarters() {
        let config = AudioConfig { num_mel_bins: 2, spec_size: 4, ..AudioConfig::default() };
        let identity = [("weight", 1f32), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0 - 1e-5)];
        let tensors = identity
            .map(|(name, v)| (name.to_string(), Tensor::from_vec(vec![v; 2], 2, &Device::Cpu).unwrap()))
            .into_iter()
            .collect();
        let vb = VarBuilder::from_tensors(tensors, candle_core::DType::F32, &Device::Cpu);
        let image = MelImage::load(&config, 8, vb).unwrap();
        // Frame t, bin f holds 10 t + f.
        let mel: Vec<f32> = (0..8).flat_map(|t| [10.0 * t as f32, 10.0 * t as f32 + 1.0]).collect();
        let folded = image.forward(&Tensor::from_vec(mel, (1, 1, 8, 2), &Device::Cpu).unwrap()).unwrap();
        let rows: Vec<Vec<f32>> = folded.squeeze(0).unwrap().squeeze(0).unwrap().to_vec2().unwrap();
        let expected =
            [[0.0, 10.0, 20.0, 30.0], [1.0, 11.0, 21.0, 31.0], [40.0, 50.0, 60.0, 70.0], [41.0, 51.0, 61.0, 71.0]];
        for (row, wanted) in rows.iter().zip(expected) {
            assert!(row.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-4), "{rows:?}");
        }
    }
}
