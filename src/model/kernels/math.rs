//! Exponentials, sigmoid and GELU, a vector at a time.

use crate::model::kernels::isa::{Isa, Kernel, Level, load, store};

/// 2^x on −½…½, least-squares on Chebyshev nodes; relative error 1e-7 in f32.
const EXP2: [f32; 7] = [1.0, 6.931_472e-1, 2.402_265e-1, 5.550_327e-2, 9.618_026e-3, 1.340_043_2e-3, 1.546_973_2e-4];

/// log₂ of the normal distribution's upper tail on 0…[`TAIL_END`], fitted so that |x| times the tail's error is below
/// 1e-8; with it `gelu(x) = max(x, 0) − |x| · tail(|x|)`, within 1e-7 of the exact erf form relative to max(1, |x|).
const LOG2_TAIL: [f32; 9] = [
    -9.999_999e-1,
    -1.151_110_4,
    -4.591_688e-1,
    -5.261_070_6e-2,
    7.225_104e-3,
    -2.589_243_1e-4,
    -1.361_619_4e-4,
    2.892_054e-5,
    -1.966_025e-6,
];

/// Where the tail is below 2^−73, less than any result can show.
const TAIL_END: f32 = 9.0;

/// Powers below 2^this are zero, far above where they or their products would become subnormal and slow.
const SMALLEST_POWER: f32 = -64.0;

/// 2^this and more make a sigmoid that adds nothing to any result.
const LARGEST_POWER: f32 = 126.0;

/// 1.5 · 2^23: adding it rounds a small float to an integer in its lowest bits.
pub(super) const ROUNDER: f32 = 12_582_912.0;

/// 2^`x` for `x` ≤ 127; zero below 2^[`SMALLEST_POWER`].
#[inline(always)]
pub(super) fn exp2<S: Isa>(simd: S, x: S::f32s) -> S::f32s {
    let smallest = simd.splat_f32s(SMALLEST_POWER);
    let clamped = simd.max_f32s(x, smallest);
    let rounded = simd.add_f32s(clamped, simd.splat_f32s(ROUNDER));
    let fraction = simd.sub_f32s(clamped, simd.sub_f32s(rounded, simd.splat_f32s(ROUNDER)));
    let power = polynomial(simd, &EXP2, fraction);
    // The integer part goes straight into the exponent.
    let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(rounded), simd.splat_u32s(23));
    let scaled = simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(power), exponent));
    simd.select_f32s(simd.greater_than_f32s(x, smallest), scaled, simd.splat_f32s(0.0))
}

#[inline(always)]
fn gelu<S: Isa>(simd: S, x: S::f32s) -> S::f32s {
    let magnitude = simd.abs_f32s(x);
    let place = simd.min_f32s(magnitude, simd.splat_f32s(TAIL_END));
    let tail = exp2(simd, polynomial(simd, &LOG2_TAIL, place));
    let positive = simd.max_f32s(x, simd.splat_f32s(0.0));
    simd.sub_f32s(positive, simd.mul_f32s(magnitude, tail))
}

/// 1 / (1 + e^−`x`).
#[inline(always)]
pub(super) fn sigmoid<S: Isa>(simd: S, x: S::f32s) -> S::f32s {
    let power = simd.mul_f32s(x, simd.splat_f32s(-std::f32::consts::LOG2_E));
    let one = simd.splat_f32s(1.0);
    simd.div_f32s(one, simd.add_f32s(one, exp2(simd, simd.min_f32s(power, simd.splat_f32s(LARGEST_POWER)))))
}

#[inline(always)]
fn polynomial<S: Isa, const N: usize>(simd: S, coefficients: &[f32; N], x: S::f32s) -> S::f32s {
    let mut value = simd.splat_f32s(coefficients[N - 1]);
    for coefficient in coefficients[..N - 1].iter().rev() {
        value = simd.fma(value, x, simd.splat_f32s(*coefficient));
    }
    value
}

/// Applies GELU (erf) to a block of `rows` × `columns` whose rows are `stride` apart.
///
/// # Safety
/// The block must be readable and writable, by nobody else.
pub(super) unsafe fn gelu_block(level: Level, block: *mut f32, stride: usize, rows: usize, columns: usize) {
    level.run(Gelu { block, stride, rows, columns });
}

struct Gelu {
    block: *mut f32,
    stride: usize,
    rows: usize,
    columns: usize,
}

impl Kernel for Gelu {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        for row in 0..self.rows {
            // SAFETY: `gelu_block`'s caller promises the block.
            let values = unsafe { std::slice::from_raw_parts_mut(self.block.add(row * self.stride), self.columns) };
            let mut vectors = values.chunks_exact_mut(S::F32_LANES);
            for vector in &mut vectors {
                // SAFETY: the chunk is exactly one vector.
                unsafe { store(simd, vector.as_mut_ptr(), gelu(simd, load(simd, vector.as_ptr()))) };
            }
            let rest = vectors.into_remainder();
            if !rest.is_empty() {
                let last = simd.partial_load_f32s(rest);
                simd.partial_store_f32s(rest, gelu(simd, last));
            }
        }
    }
}

/// Turns each row of `scores` (`stride` apart, the first `count` of a row exist) into powers of two of its distance from
/// the row's maximum, zeroes the rest of the row up to the stride, and writes 1 / sum of each row to `shares`.
pub(super) fn softmax_powers(level: Level, scores: &mut [f32], stride: usize, count: usize, shares: &mut [f32]) {
    level.run(Softmax { scores, stride, count, shares });
}

struct Softmax<'a> {
    scores: &'a mut [f32],
    stride: usize,
    count: usize,
    shares: &'a mut [f32],
}

impl Kernel for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, simd: S) {
        let lanes = S::F32_LANES;
        for (row, share) in self.scores.chunks_exact_mut(self.stride).zip(self.shares) {
            row[self.count..].fill(f32::MIN);
            let mut largest = simd.splat_f32s(f32::MIN);
            for vector in row.chunks_exact(lanes) {
                // SAFETY: the chunk is exactly one vector.
                largest = simd.max_f32s(largest, unsafe { load(simd, vector.as_ptr()) });
            }
            let largest = simd.splat_f32s(simd.reduce_max_f32s(largest));
            let mut sum = simd.splat_f32s(0.0);
            for vector in row.chunks_exact_mut(lanes) {
                // SAFETY: the chunk is exactly one vector.
                let power = exp2(simd, simd.sub_f32s(unsafe { load(simd, vector.as_ptr()) }, largest));
                sum = simd.add_f32s(sum, power);
                // SAFETY: the same chunk.
                unsafe { store(simd, vector.as_mut_ptr(), power) };
            }
            *share = 1.0 / simd.reduce_sum_f32s(sum);
        }
    }
}
