//! Each kernel at each level this machine runs, against the same sums in f64, on random shapes and magnitudes.

use candle_core::{Device, Tensor};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use rayon::ThreadPoolBuilder;

use crate::model::kernels::block::Accumulation;
use crate::model::kernels::dot::Int8Dot;
use crate::model::kernels::fusion::Blend;
use crate::model::kernels::isa::Level;
use crate::model::kernels::linear::{Activation, LinearWeights, PackedLinear};
use crate::model::kernels::math::{gelu_block, softmax_powers};
use crate::model::kernels::norm::PackedNorm;
use crate::model::kernels::packed::Storage;
use crate::model::random;
use crate::model::random::values;

/// Ordinary, large, tiny, subnormal or zero.
fn magnitude() -> impl Strategy<Value = f32> {
    prop_oneof![Just(1.0), Just(3e4), Just(1e-6), Just(1e-40), Just(0.0)]
}

fn gelu(values: &[f64]) -> Vec<f64> {
    Tensor::from_slice(values, values.len(), &Device::Cpu).unwrap().gelu_erf().unwrap().to_vec1().unwrap()
}

/// The product, and what its error may be measured by: the sum of the terms' magnitudes.
fn product(input: &[f32], weight: &[f32], bias: &[f32], before: &[f32]) -> Vec<(f64, f64)> {
    let inputs = weight.len() / bias.len();
    let mut sums = Vec::new();
    for (row, before) in input.chunks_exact(inputs).zip(before.chunks_exact(bias.len())) {
        for ((weight, bias), before) in weight.chunks_exact(inputs).zip(bias).zip(before) {
            let start = (f64::from(*bias) + f64::from(*before), f64::from(bias.abs()) + f64::from(before.abs()));
            let terms = row.iter().zip(weight).map(|(a, w)| f64::from(*a) * f64::from(*w));
            sums.push(terms.fold(start, |(sum, size), term| (sum + term, size + term.abs())));
        }
    }
    sums
}

/// How far rounding inputs and weights to eight bits can move each sum.
fn rounding(input: &[f32], weight: &[f32], inputs: usize) -> Vec<f64> {
    let largest = |values: &[f32]| values.iter().fold(0f32, |largest, value| largest.max(value.abs()));
    let total = |values: &[f32]| values.iter().map(|value| f64::from(value.abs())).sum::<f64>();
    let mut slack = Vec::new();
    for row in input.chunks_exact(inputs) {
        let low = row.iter().fold(0f32, |low, value| low.min(*value));
        let high = row.iter().fold(0f32, |high, value| high.max(*value));
        // The zero is rounded too.
        let input_step = f64::from(high - low) / 255.0;
        for weight in weight.chunks_exact(inputs) {
            let weight_step = f64::from(largest(weight)) / 127.0 / 2.0;
            let both = input_step * weight_step * inputs as f64;
            slack.push(input_step * total(weight) + weight_step * total(row) + both);
        }
    }
    slack
}

proptest! {
    #![proptest_config(random::cases(48))]

    #[test]
    fn a_linear_layer_is_the_product_at_every_level_storage_and_thread_count(
        (rows, inputs, outputs) in (1usize..150, 1usize..70, 1usize..120),
        seed in any::<u64>(),
        scale in magnitude(),
        (half, adds) in (any::<bool>(), any::<bool>()),
        activation in prop_oneof![Just(Activation::Identity), Just(Activation::Gelu), Just(Activation::Relu)],
    ) {
        let storage = if half { Storage::F16 } else { Storage::F32 };
        let target = if adds { Accumulation::Add } else { Accumulation::Replace };
        let input = values(rows * inputs, seed, scale);
        let mut weight = values(outputs * inputs, seed ^ 0x55, 1.0);
        if half {
            weight.iter_mut().for_each(|value| *value = half::f16::from_f32(*value).to_f32());
        }
        let bias = values(outputs, seed ^ 0xaa, scale);
        let before = values(rows * outputs, seed ^ 0xff, scale);
        let nothing = vec![0f32; before.len()];
        let sums = product(&input, &weight, &bias, if adds { &before } else { &nothing });
        let exact: Vec<f64> = sums.iter().map(|(sum, _)| *sum).collect();
        let expected = match activation {
            Activation::Identity => exact,
            Activation::Gelu => gelu(&exact),
            Activation::Relu => exact.iter().map(|value| value.max(0.0)).collect(),
        };
        for level in Level::available() {
            let source = LinearWeights { weight: &weight, bias: Some(&bias) };
            let layer = PackedLinear::pack(level, inputs, storage, &[source]);
            let mut actual = before.clone();
            layer.rows(&input, &mut actual, target, activation);
            for ((actual, expected), (_, size)) in actual.iter().zip(&expected).zip(&sums) {
                let error = (f64::from(*actual) - expected).abs();
                assert!(error <= 1e-6 * size + 1e-42, "{}: {actual} for {expected}", level.name());
            }
            for threads in [1, 3] {
                let mut spread = before.clone();
                let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| layer.spread_to(&input, &mut spread, target, activation));
                assert_eq!(spread, actual, "{} on {threads} threads", level.name());
            }
        }
    }

    #[test]
    fn in_int8_a_linear_layer_is_off_by_its_rounding_and_the_same_whatever_multiplies(
        (rows, inputs, outputs) in (1usize..150, 1usize..70, 1usize..120),
        seed in any::<u64>(),
        scale in prop_oneof![Just(1.0), Just(3e4), Just(1e-6), Just(1e-40), Just(0.0)],
        adds in any::<bool>(),
    ) {
        let target = if adds { Accumulation::Add } else { Accumulation::Replace };
        let mut input = values(rows * inputs, seed, scale);
        input.iter_mut().step_by(5).for_each(|value| *value = value.abs() * 3.0);
        let weight = values(outputs * inputs, seed ^ 0x55, 1.0);
        let bias = values(outputs, seed ^ 0xaa, scale);
        let before = values(rows * outputs, seed ^ 0xff, scale);
        let nothing = vec![0f32; before.len()];
        let sums = product(&input, &weight, &bias, if adds { &before } else { &nothing });
        let slack = rounding(&input, &weight, inputs);
        let run = |level: Level, dot: Int8Dot| {
            let source = LinearWeights { weight: &weight, bias: Some(&bias) };
            let layer = PackedLinear::pack(level, inputs, Storage::Int8(dot), &[source]);
            let mut output = before.clone();
            layer.rows(&input, &mut output, target, Activation::Identity);
            let mut spread = before.clone();
            layer.spread_to(&input, &mut spread, target, Activation::Identity);
            assert_eq!(spread, output, "{} {dot:?} spread", level.name());
            let mut alone = before[..outputs].to_vec();
            layer.rows(&input[..inputs], &mut alone, target, Activation::Identity);
            assert_eq!(alone, output[..outputs], "{} {dot:?} alone", level.name());
            output
        };
        let expected = run(Level::Portable, Int8Dot::Portable);
        for ((actual, (sum, size)), slack) in expected.iter().zip(&sums).zip(slack) {
            let error = (f64::from(*actual) - sum).abs();
            assert!(error <= slack + 1e-5 * size + 1e-37, "{actual} for {sum}, off by more than {slack}");
        }
        for level in Level::available() {
            for dot in Int8Dot::available() {
                assert_eq!(run(level, dot), expected, "{} {dot:?}", level.name());
            }
        }
    }

    #[test]
    fn a_rows_bits_do_not_depend_on_the_rows_around_it(
        (rows, inputs, outputs) in (2usize..40, 1usize..40, 1usize..100),
        seed in any::<u64>(),
    ) {
        let input = values(rows * inputs, seed, 1.0);
        let weight = values(outputs * inputs, seed ^ 0x55, 1.0);
        for level in Level::available() {
            let layer = PackedLinear::pack(level, inputs, Storage::F32, &[LinearWeights { weight: &weight, bias: None }]);
            let mut together = vec![0f32; rows * outputs];
            layer.rows(&input, &mut together, Accumulation::Replace, Activation::Gelu);
            for (input, together) in input.chunks_exact(inputs).zip(together.chunks_exact(outputs)) {
                let mut alone = vec![0f32; outputs];
                layer.rows(input, &mut alone, Accumulation::Replace, Activation::Gelu);
                assert_eq!(alone, together, "{}", level.name());
            }
        }
    }

    #[test]
    fn layers_packed_side_by_side_are_the_layers_one_after_the_other(
        (inputs, first, second) in (1usize..20, 1usize..60, 1usize..60),
        seed in any::<u64>(),
    ) {
        let input = values(3 * inputs, seed, 1.0);
        let weights = [first, second].map(|outputs| values(outputs * inputs, seed ^ outputs as u64, 1.0));
        let sources = [0, 1].map(|i| LinearWeights { weight: &weights[i], bias: None });
        let run = |sources: &[LinearWeights]| {
            let layer = PackedLinear::pack(Level::Portable, inputs, Storage::F32, sources);
            let mut output = vec![0f32; 3 * layer.outputs()];
            layer.rows(&input, &mut output, Accumulation::Replace, Activation::Identity);
            output
        };
        let parts = sources.map(|source| run(&[source]));
        for (row, both) in run(&sources).chunks_exact(first + second).enumerate() {
            assert_eq!(both[..first], parts[0][row * first..][..first]);
            assert_eq!(both[first..], parts[1][row * second..][..second]);
        }
    }

    #[test]
    fn a_layer_norm_has_the_mean_and_spread_of_its_definition(
        (rows, width) in (1usize..70, 1usize..200),
        seed in any::<u64>(),
        scale in magnitude(),
        shift in prop_oneof![Just(0f32), Just(50.0)],
    ) {
        let mut input = values(rows * width, seed, scale);
        input.iter_mut().for_each(|value| *value += shift * scale);
        let (weight, bias) = (values(width, seed ^ 1, 2.0), values(width, seed ^ 2, 1.0));
        for level in Level::available() {
            let norm = PackedNorm { level, weight: weight.clone(), bias: bias.clone(), epsilon: 1e-5 };
            let mut actual = vec![0f32; input.len()];
            norm.spread(&input, &mut actual);
            let mut same_place = input.clone();
            norm.spread_in_place(&mut same_place);
            assert_eq!(same_place, actual, "{}", level.name());
            for (from, to) in input.chunks_exact(width).zip(actual.chunks_exact(width)) {
                let mean = from.iter().map(|v| f64::from(*v)).sum::<f64>() / width as f64;
                let variance = from.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / width as f64;
                // What f32 cannot hold of the values is part of the result's error.
                let slack = 1e-5 + 1e-6 * mean.abs() / (variance + 1e-5).sqrt();
                for (i, to) in to.iter().enumerate() {
                    let unit = (f64::from(from[i]) - mean) / (variance + 1e-5).sqrt();
                    let wanted = unit * f64::from(weight[i]) + f64::from(bias[i]);
                    assert!((f64::from(*to) - wanted).abs() < slack * (1.0 + unit.abs()), "{}", level.name());
                }
            }
        }
    }

    #[test]
    fn a_softmax_sums_to_one_without_subnormals(
        (rows, count) in (1usize..20, 1usize..70),
        seed in any::<u64>(),
        scale in prop_oneof![Just(1f32), Just(60.0), Just(2e4)],
    ) {
        let stride = count.next_multiple_of(16);
        let scores = values(rows * stride, seed, scale);
        for level in Level::available() {
            let (mut powers, mut shares) = (scores.clone(), vec![0f32; rows]);
            softmax_powers(level, &mut powers, stride, count, &mut shares);
            for ((powers, scores), share) in powers.chunks_exact(stride).zip(scores.chunks_exact(stride)).zip(shares) {
                let largest = scores[..count].iter().copied().fold(f32::MIN, f32::max);
                let exact: Vec<f64> = scores[..count].iter().map(|v| f64::from(v - largest).exp2()).collect();
                let sum: f64 = exact.iter().sum();
                assert!(powers[count..].iter().all(|v| *v == 0.0), "{}", level.name());
                assert!(powers.iter().all(|v| *v == 0.0 || v.is_normal()), "{}", level.name());
                for (power, exact) in powers.iter().zip(exact) {
                    assert!((f64::from(power * share) - exact / sum).abs() < 5e-7, "{}", level.name());
                }
            }
        }
    }

    #[test]
    fn a_blend_has_the_share_of_its_definition(
        (tokens, width) in (1usize..150, 1usize..70),
        seed in any::<u64>(),
        scale in prop_oneof![Just(1f32), Just(40.0), Just(3e4), Just(1e-40)],
    ) {
        let [whole, crops, local] = [1, 2, 3].map(|part| values(tokens * width, seed ^ part, scale));
        let global = values(width, seed ^ 4, scale);
        for level in Level::available() {
            let mut actual = vec![f32::NAN; whole.len()];
            level.run(Blend { whole: &whole, crops: &crops, local: &local, global: &global, to: &mut actual });
            for (at, actual) in actual.iter().enumerate() {
                let logit = local[at] + global[at % width];
                let share = 1.0 / (1.0 + f64::from(-logit).exp());
                let exact = 2.0 * (f64::from(whole[at]) * share + f64::from(crops[at]) * (1.0 - share));
                let error = (f64::from(*actual) - exact).abs();
                let size = f64::from(whole[at].abs() + crops[at].abs());
                assert!(error <= 1e-6 * size + 1e-42, "{}: {actual} for {exact}", level.name());
            }
        }
    }

    #[test]
    fn gelu_is_the_erf_form(
        input in prop::collection::vec(prop_oneof![-12f32..12.0, -1e30f32..1e30, -1e-38f32..1e-38], 1..60),
    ) {
        let expected = gelu(&input.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());
        for level in Level::available() {
            let mut actual = input.clone();
            // SAFETY: the block is the whole vector.
            unsafe { gelu_block(level, actual.as_mut_ptr(), input.len(), 1, input.len()) };
            for ((actual, expected), input) in actual.iter().zip(&expected).zip(&input) {
                let error = (f64::from(*actual) - expected).abs();
                assert!(error <= 1.2e-7 * f64::from(input.abs().max(1.0)), "{}: gelu({input})", level.name());
            }
        }
    }
}
