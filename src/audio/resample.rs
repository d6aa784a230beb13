//! Changes the rate of one mono stream. In: f32 blocks of any size at the file's rate. Out: f32 samples at the asked
//! rate, with the filter's delay taken out and the length right to the sample. It does not mix channels and does not
//! know about files.
//!
//! The work is done by rubato's FFT resampler in blocks of our own choosing, which is what makes the result independent
//! of how the input was cut. Two traps of that resampler shape this file: its filter is centred on half an input block,
//! so the delay is a whole number of output samples only when both block lengths are even; and a clip shorter than a
//! block would come out near-silent, so the end of every stream is padded with silence until all of it has come out,
//! and then cut to length.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

use crate::error::{Error, Result, Stage};

/// Lowest rate of a file that is taken at its word, in Hz. Real recorders go down to some hundreds of Hz (infrasound).
pub(super) const LOWEST_RATE_HZ: u32 = 100;

/// Highest rate of a file that is taken at its word, in Hz. Bat detectors and hydrophones reach 500 kHz to 1 MHz.
pub(super) const HIGHEST_RATE_HZ: u32 = 1_000_000;

/// Length of the shorter side of a block, at least. The filter is one block long; at 1,024 its pass band goes beyond 90 %
/// of the lower Nyquist frequency and its stop band begins 1 % above it (shown in `tests/audio/resampling.rs`).
const SHORTER_BLOCK_SAMPLES: usize = 1024;

/// Largest term of the ratio between the two rates. Every pair of rates up to 200 kHz reduces to less. A pair that does
/// not (999,983 Hz → 48,000 Hz) would need transforms of millions of points; it is replaced by the nearest ratio with
/// terms up to this, which is off by less than 3 in 10⁶ (5 ms in half an hour).
const LARGEST_TERM: u64 = 200_000;

/// A resampler of one stream from one rate to another.
pub(super) struct Resampler {
    fft: Fft<f32>,
    from_hz: u32,
    to_hz: u32,
    block_in: usize,
    block_out: usize,
    /// Samples waiting for a whole block.
    pending: Vec<f32>,
    converted: Vec<f32>,
    /// Output samples still to be dropped at the head: the filter's delay.
    delay: usize,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// A resampler from `from_hz` to `to_hz`, neither of them 0.
    pub(super) fn new(from_hz: u32, to_hz: u32) -> Result<Self> {
        let (step_in, step_out) = reduced_ratio(u64::from(from_hz), u64::from(to_hz));
        let shorter_step = step_in.min(step_out);
        let steps = SHORTER_BLOCK_SAMPLES.div_ceil(2 * shorter_step) * 2;
        let (block_in, block_out) = (steps * step_in, steps * step_out);
        let window = WindowFunction::BlackmanHarris2;
        let fft = Fft::new_custom(step_in, step_out, block_in, 1, 1, window, FixedSync::Both).map_err(|cause| {
            Error::internal(Stage::Resample, format!("no resampler from {from_hz} Hz to {to_hz} Hz")).caused_by(cause)
        })?;
        Ok(Resampler {
            delay: block_out / 2,
            fft,
            from_hz,
            to_hz,
            block_in,
            block_out,
            pending: Vec::with_capacity(2 * block_in),
            converted: vec![0.0; block_out],
            taken: 0,
            given: 0,
        })
    }

    /// The rate of the samples that come in, in Hz.
    pub(super) fn rate_in_hz(&self) -> u32 {
        self.from_hz
    }

    /// Takes `samples` and appends to `out` what can already be given.
    pub(super) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) -> Result<()> {
        self.taken += samples.len() as u64;
        self.pending.extend_from_slice(samples);
        let whole = self.pending.len() / self.block_in * self.block_in;
        for start in (0..whole).step_by(self.block_in) {
            self.convert_block(start, out)?;
        }
        self.pending.drain(..whole);
        Ok(())
    }

    /// Ends the stream: appends the rest to `out`, so that `round(taken · to / from)` samples have been given in all,
    /// and at least one if any was taken.
    pub(super) fn finish(&mut self, out: &mut Vec<f32>) -> Result<()> {
        let total = resampled_length(self.taken, self.from_hz, self.to_hz);
        while self.given < total {
            self.pending.resize(self.block_in, 0.0);
            self.convert_block(0, out)?;
            self.pending.clear();
        }
        let surplus = usize::try_from(self.given - total).expect("the surplus is less than one block");
        out.truncate(out.len().saturating_sub(surplus));
        self.given = total;
        Ok(())
    }

    /// Converts the block of `pending` at `start` and appends it to `out`, less what is left of the delay.
    fn convert_block(&mut self, start: usize, out: &mut Vec<f32>) -> Result<()> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Error::internal(Stage::Resample, "a block could not be resampled").caused_by(cause)
        };
        let block = &self.pending[start..start + self.block_in];
        let input = InterleavedSlice::new(block, 1, self.block_in).map_err(|e| failed(Box::new(e)))?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.converted, 1, self.block_out).map_err(|e| failed(Box::new(e)))?;
        self.fft.process_into_buffer(&input, &mut output, None).map_err(|e| failed(Box::new(e)))?;
        let dropped = self.delay.min(self.block_out);
        self.delay -= dropped;
        out.extend_from_slice(&self.converted[dropped..]);
        self.given += (self.block_out - dropped) as u64;
        Ok(())
    }
}

/// `round(len · to / from)`, and at least 1 for a stream that is not empty.
fn resampled_length(len_samples: u64, from_hz: u32, to_hz: u32) -> u64 {
    let (from, to) = (u128::from(from_hz), u128::from(to_hz));
    let rounded = (2 * u128::from(len_samples) * to + from) / (2 * from);
    u64::try_from(rounded).unwrap_or(u64::MAX).max(u64::from(len_samples > 0))
}

/// `from : to` in lowest terms, or the best approximation of it with terms up to [`LARGEST_TERM`] (the last convergent
/// of the continued fraction that fits).
fn reduced_ratio(from: u64, to: u64) -> (usize, usize) {
    let (mut numerator, mut denominator) = (from, to);
    let (mut previous, mut current) = ((0, 1), (1, 0));
    while denominator != 0 {
        let quotient = numerator / denominator;
        let next = (quotient * current.0 + previous.0, quotient * current.1 + previous.1);
        if next.0.max(next.1) > LARGEST_TERM && current.1 != 0 && current.0 != 0 {
            break;
        }
        (previous, current) = (current, next);
        (numerator, denominator) = (denominator, numerator % denominator);
    }
    let term = |value: u64| usize::try_from(value).expect("a term fits into the address space");
    (term(current.0), term(current.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_ratios_are_exact_and_awkward_ones_are_close_and_small() {
        for (from, to, expected) in [
            (44_100, 48_000, (147, 160)),
            (11_025, 48_000, (147, 640)),
            (8_000, 48_000, (1, 6)),
            (192_000, 48_000, (4, 1)),
            (22_255, 48_000, (4_451, 9_600)),
        ] {
            assert_eq!(reduced_ratio(from, to), expected, "{from} : {to}");
        }
        for from in (100..=1_000_000).step_by(37) {
            let (a, b) = reduced_ratio(from, 48_000);
            let error = (a as f64 / b as f64) / (from as f64 / 48_000.0) - 1.0;
            let bar = if from <= 200_000 { 1e-15 } else { 3e-6 };
            assert!(error.abs() < bar && a.max(b) <= 200_000, "{from} Hz became {a} : {b}, off by {error:e}");
        }
    }

    #[test]
    fn length_is_rounded_and_never_zero_for_a_sound() {
        for (len, from, to, expected) in
            [(0, 44_100, 48_000, 0), (1, 192_000, 48_000, 1), (147, 44_100, 48_000, 160), (3, 16_000, 48_000, 9)]
        {
            assert_eq!(resampled_length(len, from, to), expected, "{len} samples, {from} to {to}");
        }
    }

    #[test]
    fn the_result_does_not_depend_on_how_the_input_was_cut() {
        let samples: Vec<f32> = (0..10_000).map(|i| ((i * i) as f32 * 1e-4).sin()).collect();
        for (from, to) in [(44_100, 48_000), (8_000, 48_000), (96_000, 48_000), (48_000, 16_000)] {
            let resampled = |cut: usize| {
                let (mut resampler, mut out) = (Resampler::new(from, to).unwrap(), Vec::new());
                samples.chunks(cut).for_each(|chunk| resampler.push(chunk, &mut out).unwrap());
                resampler.finish(&mut out).unwrap();
                out
            };
            let whole = resampled(samples.len());
            for cut in [1, 7, 1_024, 4_999] {
                assert!(resampled(cut) == whole, "{from} Hz to {to} Hz in pieces of {cut}");
            }
        }
    }
}
