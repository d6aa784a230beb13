//! Mixing two sets of tokens by a share of their own for each value: the end of attentional feature fusion.

use rayon::prelude::*;

use super::isa::{Isa, Kernel, Level};
use super::linear::ROW_BLOCK;
use super::math::sigmoid;

/// `2 (one · s + other · (1 − s))` with `s = sigmoid(local + global)`.
pub(super) struct Blend<'a> {
    /// `[items, tokens, width]`, as `other` and `local` are.
    pub(super) one: &'a [f32],
    pub(super) other: &'a [f32],
    pub(super) local: &'a [f32],
    /// `[items, width]`.
    pub(super) global: &'a [f32],
    pub(super) width: usize,
}

impl Blend<'_> {
    /// Writes the mixture to `to`, spread over all threads.
    pub(super) fn spread(&self, level: Level, to: &mut [f32]) {
        let same = [self.one, self.other, self.local].iter().all(|values| values.len() == to.len());
        let item = to.len() / (self.global.len() / self.width).max(1);
        assert!(same && self.global.len().is_multiple_of(self.width), "values of equal number, and whole rows");
        assert!(item.is_multiple_of(self.width) && to.len().is_multiple_of(item.max(1)), "whole rows in each item");
        let block = ROW_BLOCK * self.width;
        for (index, to) in to.chunks_exact_mut(item.max(1)).enumerate() {
            let global = &self.global[index * self.width..][..self.width];
            to.par_chunks_mut(block).enumerate().for_each(|(place, to)| {
                let span = index * item + place * block..index * item + place * block + to.len();
                let [one, other, local] = [self.one, self.other, self.local].map(|values| &values[span.clone()]);
                level.run(Rows { one, other, local, global, to });
            });
        }
    }
}

/// Whole rows of one item.
struct Rows<'a> {
    one: &'a [f32],
    other: &'a [f32],
    local: &'a [f32],
    global: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let (width, two) = (self.global.len(), simd.splat_f32s(2.0));
        for (row, to) in self.to.chunks_exact_mut(width).enumerate() {
            let [one, other, local] = [self.one, self.other, self.local].map(|values| &values[row * width..][..width]);
            for start in (0..width).step_by(S::F32_LANES) {
                let span = start..(start + S::F32_LANES).min(width);
                let [one, other, local, global] =
                    [one, other, local, self.global].map(|values| simd.partial_load_f32s(&values[span.clone()]));
                let share = sigmoid(simd, simd.add_f32s(local, global));
                let mixed = simd.fma(share, simd.sub_f32s(one, other), other);
                simd.partial_store_f32s(&mut to[span], simd.mul_f32s(two, mixed));
            }
        }
    }
}
