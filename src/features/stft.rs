//! Samples → power spectra: the short-time Fourier transform as a stream.
//!
//! In: samples in blocks of any size. Out: for each frame the squared magnitude of its lowest Fourier bins. Frame `t` is
//! centred on sample `t · hop`, under a periodic Hann window, and the sound is mirrored at both ends without repeating the
//! end samples (`numpy.pad` "reflect"), so `n` samples give `1 + n / hop` frames. All in f64: quiet bins lie 120 dB below loud
//! ones of the same frame, which f32 cannot resolve to the 0.001 dB we promise. Memory: a few frames.

use std::f64::consts::TAU;
use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::features::config::FrontEnd;

/// Samples taken up at once, so that what is pending stays in the processor's cache.
const BLOCK_LEN_SAMPLES: usize = 4096;

/// What all streams of one front end share.
pub(super) struct StftPlan {
    fft: Arc<dyn RealToComplex<f64>>,
    window: Vec<f64>,
    hop: usize,
}

impl StftPlan {
    /// Plans the transform that `front_end` states.
    pub(super) fn new(front_end: &FrontEnd) -> Self {
        let len = front_end.fft_len_samples();
        StftPlan {
            fft: RealFftPlanner::new().plan_fft_forward(len),
            window: (0..len).map(|i| 0.5 - 0.5 * (TAU * i as f64 / len as f64).cos()).collect(),
            hop: front_end.hop_len_samples(),
        }
    }

    /// Half a window: how far a frame reaches to either side of its centre.
    fn reach(&self) -> usize {
        self.window.len() / 2
    }
}

impl fmt::Debug for StftPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StftPlan").field("len", &self.window.len()).field("hop", &self.hop).finish_non_exhaustive()
    }
}

/// The transform of one sound.
#[derive(Debug)]
pub(super) struct Stft {
    plan: Arc<StftPlan>,
    /// The sound with the mirrored part before it, from some point on; before `mirrored_head`, the sound alone.
    pending: Vec<f32>,
    mirrored_head: bool,
    /// Where in `pending` the next frame starts; may lie beyond its end.
    next: usize,
    frame: Vec<f64>,
    spectrum: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
    power: Vec<f64>,
}

impl Stft {
    /// A stream whose frames hold the power of the `used_bins` lowest Fourier bins.
    pub(super) fn new(plan: Arc<StftPlan>, used_bins: usize) -> Self {
        Stft {
            pending: Vec::new(),
            mirrored_head: false,
            next: 0,
            frame: plan.fft.make_input_vec(),
            spectrum: plan.fft.make_output_vec(),
            scratch: plan.fft.make_scratch_vec(),
            power: vec![0.0; used_bins],
            plan,
        }
    }

    /// Takes the next samples and hands each frame they complete to `on_frame`.
    pub(super) fn push(&mut self, samples: &[f32], mut on_frame: impl FnMut(&[f64])) {
        for block in samples.chunks(BLOCK_LEN_SAMPLES) {
            self.pending.extend_from_slice(block);
            if !self.mirrored_head {
                if self.pending.len() <= self.plan.reach() {
                    continue;
                }
                self.mirror_head();
            }
            self.transform(&mut on_frame);
            self.forget_heard();
        }
    }

    /// Ends the sound and hands the remaining frames to `on_frame`; none at all for a sound without samples.
    pub(super) fn finish(mut self, on_frame: impl FnMut(&[f64])) {
        if self.pending.is_empty() {
            return;
        }
        let len = self.pending.len();
        let tail: Vec<f32> = (0..self.plan.reach()).map(|i| self.pending[mirror((len + i) as isize, len)]).collect();
        if !self.mirrored_head {
            self.mirror_head();
        }
        self.pending.extend(tail);
        self.transform(on_frame);
    }

    fn mirror_head(&mut self) {
        let len = self.pending.len();
        let head: Vec<f32> = (1..=self.plan.reach()).rev().map(|i| self.pending[mirror(-(i as isize), len)]).collect();
        self.pending.splice(..0, head);
        self.mirrored_head = true;
    }

    fn transform(&mut self, mut on_frame: impl FnMut(&[f64])) {
        let len = self.plan.window.len();
        while let Some(samples) = self.pending.get(self.next..self.next + len) {
            for ((value, sample), weight) in self.frame.iter_mut().zip(samples).zip(&self.plan.window) {
                *value = f64::from(*sample) * weight;
            }
            self.plan
                .fft
                .process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch)
                .expect("the plan made the buffers, so their lengths fit");
            for (power, bin) in self.power.iter_mut().zip(&self.spectrum) {
                *power = bin.norm_sqr();
            }
            on_frame(&self.power);
            self.next += self.plan.hop;
        }
    }

    /// Drops samples that no frame and no mirrored tail will need, once they are the greater part of what is kept.
    fn forget_heard(&mut self) {
        let mirror_needs = self.pending.len().saturating_sub(self.plan.reach() + 1);
        let heard = self.next.min(mirror_needs);
        if heard > self.pending.len() / 2 {
            self.pending.drain(..heard);
            self.next -= heard;
        }
    }
}

/// Index of the sample that stands at `index` when `len` samples are mirrored at both ends as often as needed.
fn mirror(index: isize, len: usize) -> usize {
    if len == 1 {
        return 0;
    }
    let last = len as isize - 1;
    let folded = index.rem_euclid(2 * last);
    folded.min(2 * last - folded) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All frames of the sound in `blocks`, 16 samples long and `hop` apart.
    fn frames_every(hop: usize, blocks: &[&[f32]]) -> Vec<Vec<f64>> {
        let text = format!(
            r#"{{"sampling_rate": 1000, "fft_window_size": 16, "hop_length": {hop}, "max_length_s": 1,
                "frequency_max": 400}}"#
        );
        let front_end = FrontEnd::from_json(&text).unwrap();
        let used_bins = front_end.fft_len_samples() / 2 + 1;
        let mut stft = Stft::new(Arc::new(StftPlan::new(&front_end)), used_bins);
        let mut frames = Vec::new();
        for block in blocks {
            stft.push(block, |power| frames.push(power.to_vec()));
        }
        stft.finish(|power| frames.push(power.to_vec()));
        frames
    }

    fn frames(blocks: &[&[f32]]) -> Vec<Vec<f64>> {
        frames_every(6, blocks)
    }

    #[test]
    fn mirror_folds_as_numpy_reflect_does() {
        // numpy.pad([0, 1, 2], 5, mode="reflect")
        let folded: Vec<usize> = (-5..8).map(|i| mirror(i, 3)).collect();
        assert_eq!(folded, [1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1]);
        assert_eq!((mirror(-9, 1), mirror(9, 1)), (0, 0));
    }

    #[test]
    fn n_samples_give_one_frame_more_than_hops_fit() {
        for len in [1, 2, 5, 6, 7, 8, 9, 15, 16, 17, 35, 36, 600] {
            assert_eq!(frames(&[&vec![0.5; len]]).len(), 1 + len / 6, "{len} samples");
        }
        assert!(frames(&[]).is_empty());
    }

    #[test]
    fn a_pulse_has_the_power_of_the_window_in_every_bin() {
        let mut pulse = vec![0f32; 60];
        pulse[27] = 2.0;
        for (t, power) in frames(&[&pulse]).iter().enumerate() {
            // Frame t starts 8 samples before its centre 6 t.
            let place = (27 + 8) as f64 - 6.0 * t as f64;
            let weight = if (0.0..16.0).contains(&place) { 0.5 - 0.5 * (TAU * place / 16.0).cos() } else { 0.0 };
            for value in power {
                assert!((value - (2.0 * weight).powi(2)).abs() < 1e-12, "frame {t}: {value}");
            }
        }
    }

    /// All frames of `samples`, straight from the definition.
    fn defined_frames(hop: usize, samples: &[f32]) -> Vec<Vec<f64>> {
        let power = |centre: usize, bin: usize| {
            let mut sum = Complex::new(0.0, 0.0);
            for i in 0..16 {
                let sample = samples[mirror((centre + i) as isize - 8, samples.len())];
                let weight = 0.5 - 0.5 * (TAU * i as f64 / 16.0).cos();
                sum += Complex::from_polar(f64::from(sample) * weight, -TAU * (bin * i) as f64 / 16.0);
            }
            sum.norm_sqr()
        };
        let centres = (0..=samples.len()).step_by(hop);
        centres.map(|centre| (0..9).map(|bin| power(centre, bin)).collect()).collect()
    }

    #[test]
    fn blocks_of_any_size_give_the_same_bits_and_the_right_ones() {
        // Where the length is a multiple of the hop, the last frame reaches half a window beyond the end.
        let samples: Vec<f32> = (0..504).map(|i| ((i * i) as f32 * 0.013).sin()).collect();
        for (hop, len) in [(1, 500), (6, 504), (7, 500), (9, 504), (12, 504), (14, 504), (16, 496), (16, 5)] {
            let samples = &samples[..len];
            let whole = frames_every(hop, &[samples]);
            let defined = defined_frames(hop, samples);
            assert_eq!(whole.len(), defined.len(), "a frame every {hop} of {len}");
            for (ours, defined) in whole.as_slice().concat().iter().zip(defined.concat()) {
                assert!((ours - defined).abs() < 1e-9, "a frame every {hop} of {len}: {ours} instead of {defined}");
            }
            for size in [1, 2, 7, 16, 17, 31, 499] {
                let blocks: Vec<&[f32]> = samples.chunks(size).collect();
                assert_eq!(frames_every(hop, &blocks), whole, "a frame every {hop}, blocks of {size}");
            }
        }
    }
}
