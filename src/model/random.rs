//! Random weights of any shape, the same for the same name, and random inputs: for tests that compare a layer's two bodies.

use candle_core::{DType, Device, Result, Shape, Tensor};
use candle_nn::{Init, VarBuilder, var_builder::SimpleBackend};
use proptest::prelude::ProptestConfig;

struct Random;

impl SimpleBackend for Random {
    fn get(&self, shape: Shape, name: &str, _: Init, _: DType, device: &Device) -> Result<Tensor> {
        let is_norm = name.to_lowercase().contains("norm") && name.ends_with("weight");
        let fan_in = if shape.rank() > 1 { shape.dims()[1] } else { 4 };
        let seed = name.bytes().fold(7, |seed, b| seed * 31 % 1_000_003 + u64::from(b));
        let mut values = values(shape.elem_count(), seed, 1.7 / (fan_in as f32).sqrt());
        // Rounded to what f16 holds, so that every storage of them is exact.
        let is_variance = name.ends_with("running_var");
        values.iter_mut().filter(|_| is_variance).for_each(|value| *value = value.abs() + 0.5);
        let round = |value: f32| half::f16::from_f32(value).to_f32();
        values.iter_mut().for_each(|value| *value = round(*value + if is_norm { 1.0 } else { 0.0 }));
        Tensor::from_vec(values, shape, device)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("{name} needs a shape")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

pub(super) fn weights() -> VarBuilder<'static> {
    VarBuilder::from_backend(Box::new(Random), DType::F32, Device::Cpu)
}

/// `len` values between `-magnitude` and `magnitude`.
pub(super) fn values(len: usize, seed: u64, magnitude: f32) -> Vec<f32> {
    let mut state = seed | 1;
    let mut next = || {
        // Xorshift (Marsaglia, 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next() * magnitude).collect()
}

/// The largest difference over the largest value.
pub(super) fn distance(actual: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(actual.len(), expected.len());
    let largest = expected.iter().fold(0f32, |largest, value| largest.max(value.abs()));
    actual.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / largest
}

/// A test of `usual` cases, or of as many as the environment's `PROPTEST_CASES` says.
pub(super) fn cases(usual: u32) -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(usual),
    }
}
