//! Samples → log-mel spectrogram, in dB, as a stream.
//!
//! In: samples in blocks of any size. Out: [`LogMel`], whose frames grow with the sound: 92 MB an hour for CLAP's 64 bins and
//! 100 frames a second, which is all that is kept. A sound is neither padded nor cut here.

use std::mem;
use std::sync::Arc;

use crate::features::bank::MelBank;
use crate::features::config::FrontEnd;
use crate::features::stft::{Stft, StftPlan};

/// The reference's `mel_floor` and `min_value`: no energy counts as less, so that silence is −100 dB.
const ENERGY_FLOOR: f64 = 1e-10;
/// Keeps the logarithm finite for samples so large that their energy leaves f32.
const ENERGY_CEILING: f64 = f32::MAX as f64;

/// A log-mel spectrogram.
#[derive(Debug, Clone, PartialEq)]
pub struct LogMel {
    /// Mel bins per frame, lowest first.
    pub bins: usize,
    /// dB relative to an energy of 1, row-major `[frames, bins]`, −100 or more.
    pub values: Vec<f32>,
}

impl LogMel {
    /// Number of frames; frame `t` is centred on sample `t · hop`.
    pub fn frames(&self) -> usize {
        self.values.len() / self.bins
    }
}

/// The log-mel of `samples` as they are, neither padded nor cut: `1 + samples / hop` frames, or none for no samples.
///
/// Samples that are not finite count as the quietest energy in the frames they touch.
pub fn log_mel(front_end: &FrontEnd, samples: &[f32]) -> LogMel {
    MelPlan::new(front_end).log_mel(samples)
}

/// The log-mel of a sound of any length, handed over as it is made, so that memory does not grow.
#[derive(Debug)]
pub struct MelBlocks(MelStream);

impl MelBlocks {
    /// A stream for one sound.
    pub fn new(front_end: &FrontEnd) -> Self {
        MelBlocks(MelStream::new(&MelPlan::new(front_end)))
    }

    /// The same for a front end whose plan is there already.
    pub(super) fn of(plan: &MelPlan) -> Self {
        MelBlocks(MelStream::new(plan))
    }

    /// Values a frame.
    pub(super) fn bins(&self) -> usize {
        self.0.bank.mel_bins()
    }

    /// Takes the next samples and returns the frames they completed.
    pub fn push(&mut self, samples: &[f32]) -> LogMel {
        self.0.push(samples);
        LogMel { bins: self.bins(), values: mem::take(&mut self.0.values) }
    }

    /// Ends the sound and returns the frames still due.
    pub fn finish(self) -> LogMel {
        self.0.finish()
    }
}

/// What all log-mels of one front end share: the planned transform and the filter bank.
#[derive(Debug, Clone)]
pub(crate) struct MelPlan {
    stft: Arc<StftPlan>,
    bank: Arc<MelBank>,
}

impl MelPlan {
    /// The plan of `front_end`.
    pub(crate) fn new(front_end: &FrontEnd) -> Self {
        MelPlan { stft: Arc::new(StftPlan::new(front_end)), bank: Arc::new(MelBank::new(front_end)) }
    }

    /// The log-mel of `samples`, all at once.
    pub(super) fn log_mel(&self, samples: &[f32]) -> LogMel {
        let mut stream = MelStream::new(self);
        stream.push(samples);
        stream.finish()
    }
}

/// The log-mel of one sound in the making.
#[derive(Debug)]
pub(crate) struct MelStream {
    stft: Stft,
    bank: Arc<MelBank>,
    values: Vec<f32>,
}

impl MelStream {
    /// A stream for one sound.
    pub(crate) fn new(plan: &MelPlan) -> Self {
        let stft = Stft::new(Arc::clone(&plan.stft), plan.bank.used_bins());
        MelStream { stft, bank: Arc::clone(&plan.bank), values: Vec::new() }
    }

    /// Takes the next samples.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        let (bank, values) = (&self.bank, &mut self.values);
        self.stft.push(samples, |power| values.extend(bank.energies(power).map(decibels)));
    }

    /// Ends the sound.
    pub(crate) fn finish(self) -> LogMel {
        let MelStream { stft, bank, mut values } = self;
        stft.finish(|power| values.extend(bank.energies(power).map(decibels)));
        LogMel { bins: bank.mel_bins(), values }
    }
}

/// `10 · log10(energy)`. The logarithm of f32 is off by 1e-5 dB at most, and twice as fast as that of f64.
fn decibels(energy: f64) -> f32 {
    // NaN compares as not greater, so it becomes the floor.
    let bounded = if energy > ENERGY_FLOOR { energy.min(ENERGY_CEILING) } else { ENERGY_FLOOR };
    10.0 * (bounded as f32).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mel_of(samples: &[f32]) -> LogMel {
        log_mel(&FrontEnd::from_json("{}").unwrap(), samples)
    }

    #[test]
    fn decibels_are_exact_within_a_thousandth() {
        for (energy, expected) in
            [(1.0, 0.0), (10.0, 10.0), (1e-9, -90.0), (1e-11, -100.0), (0.0, -100.0), (2e5, 53.0103)]
        {
            assert!((decibels(energy) - expected as f32).abs() < 2e-5, "{energy}: {}", decibels(energy));
        }
        assert!((decibels(f64::NAN) + 100.0).abs() < 2e-5);
        assert!(decibels(f64::INFINITY).is_finite());
    }

    #[test]
    fn silence_is_a_hundred_decibels_down_and_samples_that_are_not_finite_stay_contained() {
        let silent = mel_of(&[0.0; 4800]);
        assert_eq!((silent.frames(), silent.bins), (11, 64));
        assert!(silent.values.iter().all(|v| (v + 100.0).abs() < 2e-5));
        for bad in [f32::NAN, f32::INFINITY, f32::MAX] {
            let mut samples = vec![0.0; 48_000];
            samples[24_000] = bad;
            let mel = mel_of(&samples);
            assert!(mel.values.iter().all(|v| v.is_finite()), "{bad}");
            let quiet = &mel_of(&[0.0; 48_000]).values[..40 * 64];
            assert_eq!(&mel.values[..40 * 64], quiet, "{bad} is heard half a second early");
        }
    }

    #[test]
    fn a_tone_is_loudest_in_its_own_bin() {
        let samples: Vec<f32> =
            (0..48_000).map(|i| (std::f64::consts::TAU * 1000.0 * f64::from(i) / 48_000.0).sin() as f32).collect();
        let mel = mel_of(&samples);
        let frame = &mel.values[50 * 64..51 * 64];
        let loudest = (0..64).max_by(|a, b| frame[*a].total_cmp(&frame[*b])).unwrap();
        // 1000 Hz is 1000 mel; 64 triangles spread over 0 to 3418 mel (14 kHz) peak every 52.6 mel from 52.6 on.
        assert_eq!(loudest, 18);
    }

    #[test]
    fn blocks_of_any_size_give_the_same_frames() {
        let samples: Vec<f32> = (0..30_000).map(|i| ((i * i % 1009) as f32 * 0.37).sin()).collect();
        for size in [1_000, 7_001, 30_000] {
            let mut blocks = MelBlocks::new(&FrontEnd::from_json("{}").unwrap());
            let mut values: Vec<f32> = samples.chunks(size).flat_map(|block| blocks.push(block).values).collect();
            values.extend(blocks.finish().values);
            assert_eq!(values, mel_of(&samples).values, "blocks of {size}");
        }
    }

    #[test]
    fn no_samples_have_no_frames_and_one_sample_has_one() {
        assert_eq!((mel_of(&[]).frames(), mel_of(&[0.1]).frames()), (0, 1));
    }
}
