//! Attentional feature fusion in two passes over the tokens: their mean, then everything else while a block is in the cache.

use crate::model::kernels::block::Accumulation;
use crate::model::kernels::isa::{Isa, Kernel, Level};
use crate::model::kernels::linear::{Activation, PackedLinear, ROW_BLOCK};
use crate::model::kernels::math::sigmoid;
use crate::model::kernels::rows::{Shared, with_scratch};
use crate::model::kernels::team;

/// `2 (whole · s + crops · (1 − s))` with `s = sigmoid(local(whole + crops) + global(mean(whole + crops)))`.
pub(in crate::model) struct PackedFusion {
    pub(in crate::model) level: Level,
    pub(in crate::model) local: PackedBranch,
    pub(in crate::model) global: PackedBranch,
}

/// Two linear layers with a ReLU between.
pub(in crate::model) struct PackedBranch {
    pub(in crate::model) squeeze: PackedLinear,
    pub(in crate::model) expand: PackedLinear,
}

impl PackedBranch {
    /// `input` `[rows, width]` → `output` of the same shape; `inner` is memory for `[rows, inner]`.
    fn rows(&self, input: &[f32], inner: &mut [f32], output: &mut [f32]) {
        self.squeeze.rows(input, inner, Accumulation::Replace, Activation::Relu);
        self.expand.rows(inner, output, Accumulation::Replace, Activation::Identity);
    }
}

impl PackedFusion {
    /// `whole` and `crops` `[tokens, width]` of one item → `fused` of the same shape.
    pub(in crate::model) fn forward(&self, whole: &[f32], crops: &[f32], fused: &mut [f32]) {
        let (width, inner) = (self.local.expand.outputs(), self.local.squeeze.outputs());
        assert!(whole.len() == crops.len() && whole.len() == fused.len(), "tokens of equal number");
        assert!(whole.len().is_multiple_of(width), "whole tokens");
        let tokens = whole.len() / width;
        let global = self.global_logits(whole, crops);
        let output = Shared::new(fused);
        team::each(tokens.div_ceil(ROW_BLOCK), |block| {
            let rows = block * ROW_BLOCK..tokens.min((block + 1) * ROW_BLOCK);
            let span = rows.start * width..rows.end * width;
            let (whole, crops) = (&whole[span.clone()], &crops[span.clone()]);
            with_scratch([span.len(), rows.len() * inner, span.len()], |[sum, inner, local]| {
                for ((sum, whole), crops) in sum.iter_mut().zip(whole).zip(crops) {
                    *sum = whole + crops;
                }
                self.local.rows(sum, inner, local);
                // SAFETY: each task has rows of its own, and `fused` is borrowed until all end.
                let to = unsafe { output.part(span.start, span.len()) };
                self.level.run(Blend { whole, crops, local, global: &global, to });
            });
        });
    }

    /// What the global branch makes of the mean, `[width]`.
    fn global_logits(&self, whole: &[f32], crops: &[f32]) -> Vec<f32> {
        let width = self.global.expand.outputs();
        let tokens = whole.len() / width;
        let blocks = tokens.div_ceil(ROW_BLOCK);
        let mut sums = vec![0f32; blocks * width];
        let shared = Shared::new(&mut sums);
        team::each(blocks, |block| {
            // SAFETY: each task has a row of its own, and `sums` is borrowed until all end.
            let sums = unsafe { shared.part(block * width, width) };
            let span = block * ROW_BLOCK * width..whole.len().min((block + 1) * ROW_BLOCK * width);
            for (whole, crops) in whole[span.clone()].chunks_exact(width).zip(crops[span].chunks_exact(width)) {
                for ((sum, whole), crops) in sums.iter_mut().zip(whole).zip(crops) {
                    *sum += whole + crops;
                }
            }
        });
        let mut mean = vec![0f32; width];
        for sums in sums.chunks_exact(width) {
            mean.iter_mut().zip(sums).for_each(|(mean, sum)| *mean += sum);
        }
        mean.iter_mut().for_each(|mean| *mean /= tokens as f32);
        let (mut inner, mut logits) = (vec![0f32; self.global.squeeze.outputs()], vec![0f32; width]);
        self.global.rows(&mean, &mut inner, &mut logits);
        logits
    }
}

/// `2 (whole · s + crops · (1 − s))` with `s = sigmoid(local + global)`, on whole rows.
pub(super) struct Blend<'a> {
    pub(super) whole: &'a [f32],
    pub(super) crops: &'a [f32],
    pub(super) local: &'a [f32],
    /// `[width]`.
    pub(super) global: &'a [f32],
    pub(super) to: &'a mut [f32],
}

impl Kernel for Blend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let (width, two) = (self.global.len(), simd.splat_f32s(2.0));
        for (row, to) in self.to.chunks_exact_mut(width).enumerate() {
            let [whole, crops, local] =
                [self.whole, self.crops, self.local].map(|values| &values[row * width..][..width]);
            for start in (0..width).step_by(S::F32_LANES) {
                let span = start..(start + S::F32_LANES).min(width);
                let [whole, crops, local, global] =
                    [whole, crops, local, self.global].map(|values| simd.partial_load_f32s(&values[span.clone()]));
                let share = sigmoid(simd, simd.add_f32s(local, global));
                let mixed = simd.fma(share, simd.sub_f32s(whole, crops), crops);
                simd.partial_store_f32s(&mut to[span], simd.mul_f32s(two, mixed));
            }
        }
    }
}
