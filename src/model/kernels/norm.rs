//! LayerNorm over rows.

use crate::model::kernels::isa::{Isa, Kernel, Level, load, store};
use crate::model::kernels::linear::ROW_BLOCK;
use crate::model::kernels::rows::Shared;
use crate::model::kernels::team;

/// Scale, shift and epsilon of one LayerNorm.
pub(in crate::model) struct PackedNorm {
    pub(in crate::model) level: Level,
    /// `[width]`.
    pub(in crate::model) weight: Vec<f32>,
    /// `[width]`.
    pub(in crate::model) bias: Vec<f32>,
    pub(in crate::model) epsilon: f32,
}

impl PackedNorm {
    /// Normalises each row of `from` into the same row of `to`; both hold whole rows, equally many.
    pub(super) fn rows(&self, from: &[f32], to: &mut [f32]) {
        assert!(from.len() == to.len() && from.len().is_multiple_of(self.weight.len()), "whole rows of equal number");
        self.level.run(NormRows { norm: self, from: from.as_ptr(), to });
    }

    /// The same, spread over all threads.
    pub(in crate::model) fn spread(&self, from: &[f32], to: &mut [f32]) {
        assert!(from.len() == to.len(), "rows of equal number");
        self.each_block(to, |start, to| self.rows(&from[start..start + to.len()], to));
    }

    /// Normalises each row of `values`, spread over all threads.
    pub(super) fn spread_in_place(&self, values: &mut [f32]) {
        assert!(values.len().is_multiple_of(self.weight.len()), "whole rows");
        self.each_block(values, |_, values| self.level.run(NormRows { norm: self, from: values.as_ptr(), to: values }));
    }

    /// Calls `work` with each block of rows of `values` and where it begins, spread over all threads.
    fn each_block(&self, values: &mut [f32], work: impl Fn(usize, &mut [f32]) + Sync) {
        let (block, len) = (ROW_BLOCK * self.weight.len(), values.len());
        let shared = Shared::new(values);
        team::each(len.div_ceil(block), |index| {
            let start = index * block;
            // SAFETY: each task has a block of its own, and `values` is borrowed until all end.
            work(start, unsafe { shared.part(start, block.min(len - start)) });
        });
    }
}

struct NormRows<'a> {
    norm: &'a PackedNorm,
    /// As many values as `to`; may be `to`.
    from: *const f32,
    to: &'a mut [f32],
}

impl Kernel for NormRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let width = self.norm.weight.len();
        let to = self.to.as_mut_ptr();
        for start in (0..self.to.len()).step_by(width) {
            // SAFETY: `rows` and `spread_in_place` checked that both hold whole rows of `width`, equally many, and
            // `weight` and `bias` have `width` values each.
            unsafe { normalise(simd, self.norm, self.from.add(start), to.add(start)) };
        }
    }
}

/// # Safety
/// `from` and `to` must hold one row; they may be the same.
#[inline(always)]
unsafe fn normalise<S: Isa>(simd: S, norm: &PackedNorm, from: *const f32, to: *mut f32) {
    let (width, lanes) = (norm.weight.len(), S::F32_LANES);
    let whole = width - width % lanes;
    let (weight, bias) = (norm.weight.as_ptr(), norm.bias.as_ptr());
    // SAFETY: every index is below `width`.
    unsafe {
        let mut sum = simd.splat_f32s(0.0);
        for i in (0..whole).step_by(lanes) {
            sum = simd.add_f32s(sum, load(simd, from.add(i)));
        }
        let rest: f32 = (whole..width).map(|i| *from.add(i)).sum();
        let mean = (simd.reduce_sum_f32s(sum) + rest) / width as f32;
        let means = simd.splat_f32s(mean);
        let mut squares = simd.splat_f32s(0.0);
        for i in (0..whole).step_by(lanes) {
            let distance = simd.sub_f32s(load(simd, from.add(i)), means);
            squares = simd.fma(distance, distance, squares);
        }
        let rest: f32 = (whole..width).map(|i| (*from.add(i) - mean) * (*from.add(i) - mean)).sum();
        let variance = (simd.reduce_sum_f32s(squares) + rest) / width as f32;
        let scale = 1.0 / (variance + norm.epsilon).sqrt();
        let scales = simd.splat_f32s(scale);
        for i in (0..whole).step_by(lanes) {
            let unit = simd.mul_f32s(simd.sub_f32s(load(simd, from.add(i)), means), scales);
            store(simd, to.add(i), simd.fma(unit, load(simd, weight.add(i)), load(simd, bias.add(i))));
        }
        for i in whole..width {
            *to.add(i) = (*from.add(i) - mean) * scale * *weight.add(i) + *bias.add(i);
        }
    }
}
