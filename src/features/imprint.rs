//! Samples → the imprint of a sound, as a stream: the power of its first loud seconds in a few bands, and for how long it is
//! loud. It is made beside the mel and depends on no model.

use std::f32::consts::TAU;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};

use crate::imprint::{BANDS, FRAME_SECONDS, HIGHEST_HZ, Imprint, ImprintFrame, LOWEST_HZ, MOST_FRAMES, WIDEST_HZ};

/// Length of a frame: four steps, so that it hardly matters where between two frames a sound begins.
const WINDOW_SECONDS: f64 = 4.0 * FRAME_SECONDS;

/// Where the pitch of a frame is looked for, in Hz: what every file has.
const PITCHES_HZ: [f64; 2] = [150.0, 3300.0];

/// Level, in dB of full scale, below which a sound has not begun.
const SILENCE_DB: f32 = -70.0;

/// How far below its loudest piece a sound is no longer loud, in dB.
const LOUD_RANGE_DB: f32 = 40.0;

/// Levels that are told apart where loudness is followed, in dB, and how many there are down from [`TOP_DB`].
const LEVEL_DB: f32 = 3.0;
const LEVELS: usize = 36;
const TOP_DB: f32 = 12.0;

/// Power that counts for nothing: far below a sample of 16 bits.
const POWER_FLOOR: f32 = 1e-9;

/// The transform of an imprint's frames at one rate, shared by all sounds.
#[derive(Clone)]
pub(crate) struct ImprintPlan {
    rate_hz: u32,
    fft: Arc<dyn RealToComplex<f32>>,
    window: Arc<[f32]>,
    /// The Fourier bins of each band.
    bands: [Range<usize>; BANDS],
    /// Those in which the pitch is looked for.
    pitches: Range<usize>,
    /// Distance between two bins.
    bin_hz: f32,
}

impl fmt::Debug for ImprintPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImprintPlan").field("rate_hz", &self.rate_hz).finish_non_exhaustive()
    }
}

impl ImprintPlan {
    /// The plan for samples at `rate_hz`.
    pub(crate) fn new(rate_hz: u32) -> Self {
        let halved_hz = f64::from(rate_hz) / 2.0;
        let len = (halved_hz * WINDOW_SECONDS / 2.0).round().max(1.0) as usize * 2;
        let edge = |band: usize| LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ).powf(band as f64 / BANDS as f64);
        let bin = |hz: f64| (hz * len as f64 / halved_hz).round() as usize;
        let bins = |low: f64, high: f64| {
            let first = bin(low).clamp(1, len / 2 - 1);
            first..bin(high).clamp(first + 1, len / 2)
        };
        ImprintPlan {
            rate_hz,
            fft: RealFftPlanner::new().plan_fft_forward(len),
            window: (0..len).map(|i| 0.5 - 0.5 * (TAU * i as f32 / len as f32).cos()).collect(),
            bands: std::array::from_fn(|band| {
                let (low, high) = (edge(band), edge(band + 1));
                let (middle, width) = ((low * high).sqrt(), (high - low).min(WIDEST_HZ));
                bins(middle - width / 2.0, middle + width / 2.0)
            }),
            pitches: bins(PITCHES_HZ[0], PITCHES_HZ[1]),
            bin_hz: (halved_hz / len as f64) as f32,
        }
    }

    /// Length of a step at the plan's rate, an even number; a piece that is loud or silent as a whole is as long.
    fn step(&self) -> usize {
        (f64::from(self.rate_hz) * FRAME_SECONDS / 2.0).round().max(1.0) as usize * 2
    }

    /// Samples that all frames together hear, at the plan's rate.
    fn heard_len(&self) -> usize {
        self.step() * MOST_FRAMES + self.window.len()
    }

    /// The frames of `samples`, the first of which is centred on the first sample.
    fn frames(&self, samples: &[f32]) -> Vec<ImprintFrame> {
        let len = self.window.len();
        let mut padded = vec![0.0; len / 2];
        padded.extend(halved(samples));
        padded.resize(padded.len().max(len), 0.0);
        let (mut windowed, mut spectrum) = (self.fft.make_input_vec(), self.fft.make_output_vec());
        let mut scratch = self.fft.make_scratch_vec();
        let starts = (0..=padded.len() - len).step_by(self.step() / 2).take(MOST_FRAMES);
        let frame = |start: usize| {
            let weighted = padded[start..start + len].iter().zip(self.window.iter());
            windowed.iter_mut().zip(weighted).for_each(|(value, (sample, weight))| *value = sample * weight);
            self.fft
                .process_with_scratch(&mut windowed, &mut spectrum, &mut scratch)
                .expect("the buffers were made for this transform");
            let power: Vec<f32> = spectrum.iter().map(|bin| bin.norm_sqr()).collect();
            let bands_db = std::array::from_fn(|band| decibels(power[self.bands[band].clone()].iter().sum()));
            ImprintFrame { bands_db, pitch_hz: self.pitch_hz(&power) }
        };
        starts.map(frame).collect()
    }

    /// The frequency of most power, between bins where the parabola through the greatest and its neighbours peaks.
    fn pitch_hz(&self, power: &[f32]) -> f32 {
        let bins = self.pitches.clone();
        let most = bins.clone().fold(bins.start, |most, bin| if power[bin] > power[most] { bin } else { most });
        let [below, at, above] = [most - 1, most, most + 1].map(|bin| decibels(power[bin]));
        let bend = below - 2.0 * at + above;
        let beside = if bend < 0.0 { (0.5 * (below - above) / bend).clamp(-0.5, 0.5) } else { 0.0 };
        (most as f32 + beside) * self.bin_hz
    }
}

/// `power` in dB. NaN compares as not greater, so it becomes the floor.
fn decibels(power: f32) -> f32 {
    10.0 * (if power > POWER_FLOOR { power.min(f32::MAX) } else { POWER_FLOOR }).log10()
}

/// `samples` at half their rate. What would be folded into the bands of an imprint is weakened enough for that.
fn halved(samples: &[f32]) -> impl Iterator<Item = f32> {
    samples.windows(4).step_by(2).map(|four| (four[0] + 3.0 * (four[1] + four[2]) + four[3]) / 8.0)
}

/// The imprint of one sound in the making. It keeps the samples of an imprint's frames, and no more.
#[derive(Debug)]
pub(crate) struct ImprintStream {
    plan: ImprintPlan,
    /// The samples from where the sound begins.
    beginning: Vec<f32>,
    /// What is not yet a piece.
    pending: Vec<f32>,
    pieces: u64,
    /// For each level the first and the last piece of it.
    heard: [Option<(u64, u64)>; LEVELS],
}

impl ImprintStream {
    /// A stream for one sound.
    pub(crate) fn new(plan: &ImprintPlan) -> Self {
        ImprintStream {
            plan: plan.clone(),
            beginning: Vec::new(),
            pending: Vec::new(),
            pieces: 0,
            heard: [None; LEVELS],
        }
    }

    /// Takes the next samples: mono, at the plan's rate.
    pub(crate) fn push(&mut self, mut samples: &[f32]) {
        let piece_len = self.plan.step();
        if !self.pending.is_empty() {
            let (missing, rest) = samples.split_at(samples.len().min(piece_len - self.pending.len()));
            self.pending.extend_from_slice(missing);
            samples = rest;
            if self.pending.len() < piece_len {
                return;
            }
            let piece = std::mem::take(&mut self.pending);
            self.take(&piece);
        }
        let mut pieces = samples.chunks_exact(piece_len);
        pieces.by_ref().for_each(|piece| self.take(piece));
        self.pending.extend_from_slice(pieces.remainder());
    }

    /// Ends the sound.
    pub(crate) fn finish(mut self) -> Imprint {
        let rest = std::mem::take(&mut self.pending);
        if !rest.is_empty() {
            self.take(&rest);
        }
        let is_silent = self.beginning.is_empty();
        let frames = if is_silent { Vec::new() } else { self.plan.frames(&self.beginning) };
        Imprint::new(self.loud_seconds(), &frames)
    }

    fn take(&mut self, piece: &[f32]) {
        let power = piece.iter().map(|sample| sample * sample).sum::<f32>() / piece.len() as f32;
        let level_db = decibels(power);
        if !self.beginning.is_empty() || level_db > SILENCE_DB {
            let room = self.plan.heard_len().saturating_sub(self.beginning.len());
            self.beginning.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        // Casting saturates, and makes 0 of what is no number.
        let level = (((TOP_DB - level_db) / LEVEL_DB) as usize).min(LEVELS - 1);
        let now = self.pieces;
        self.heard[level] = Some(self.heard[level].map_or((now, now), |(first, _)| (first, now)));
        self.pieces += 1;
    }

    /// Time from the first to the last piece that is not much below the loudest.
    fn loud_seconds(&self) -> f64 {
        let Some(loudest) = self.heard.iter().position(Option::is_some) else { return 0.0 };
        let least = (loudest + (LOUD_RANGE_DB / LEVEL_DB) as usize).min(LEVELS - 1);
        let ends = self.heard[loudest..=least].iter().flatten();
        let (first, last) = ends.fold((u64::MAX, 0), |(first, last), ends| (first.min(ends.0), last.max(ends.1)));
        (last + 1).saturating_sub(first) as f64 * FRAME_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 32_000;

    fn imprint(samples: &[f32]) -> Imprint {
        let mut stream = ImprintStream::new(&ImprintPlan::new(RATE_HZ));
        stream.push(samples);
        stream.finish()
    }

    /// Noise that comes and goes in bursts, another with each `seed`.
    fn bursts(seed: u32) -> Vec<f32> {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut last = 0.0;
        let noise = |i: usize| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            last += 0.3 * ((state as f32 / u32::MAX as f32 - 0.5) - last);
            last * (1.0 - (i % 9000) as f32 / 9000.0).powi(2)
        };
        (0..64_000).map(noise).collect()
    }

    fn tone(hz: f32) -> Vec<f32> {
        (0..32_000).map(|i| 0.5 * (TAU * hz * i as f32 / RATE_HZ as f32).sin()).collect()
    }

    #[test]
    fn a_copy_at_another_level_or_with_silence_around_it_is_the_same_recording() {
        let (samples, sound) = (bursts(1), imprint(&bursts(1)));
        let quieter: Vec<f32> = samples.iter().map(|sample| sample / 4.0).collect();
        assert!(sound.is_same_recording(&imprint(&quieter)), "12 dB less");
        for silence in [1_000, 4_393, 9_600, 60_000] {
            let padded = [vec![0.0; silence], samples.clone(), vec![0.0; 7_000]].concat();
            assert!(sound.is_same_recording(&imprint(&padded)), "{silence} samples of silence before it");
        }
        let sixteen_bits: Vec<f32> = samples.iter().map(|sample| (sample * 32_767.0).round() / 32_767.0).collect();
        assert!(sound.is_same_recording(&imprint(&sixteen_bits)));
    }

    #[test]
    fn another_take_of_the_same_noise_is_another_recording() {
        for (one, other) in [(1, 2), (3, 4), (5, 6)] {
            assert!(!imprint(&bursts(one)).is_same_recording(&imprint(&bursts(other))), "{one} and {other}");
        }
    }

    #[test]
    fn tones_are_told_apart_by_their_pitch() {
        let sound = imprint(&tone(440.0));
        assert!(sound.is_same_recording(&imprint(&tone(440.0))));
        for hz in [466.16, 415.3, 880.0, 3000.0] {
            assert!(!sound.is_same_recording(&imprint(&tone(hz))), "{hz} Hz");
        }
    }

    #[test]
    fn silence_and_next_to_nothing_are_no_recording() {
        for samples in [vec![], vec![0.0; 10], vec![0.0; 32_000], vec![0.5; 3], vec![f32::NAN; 2_000]] {
            let nothing = imprint(&samples);
            assert!(!nothing.is_same_recording(&nothing), "{} samples", samples.len());
        }
    }

    #[test]
    fn blocks_of_any_size_give_the_same_imprint() {
        let samples = bursts(7);
        for size in [1, 333, 1_024, 50_000] {
            let mut stream = ImprintStream::new(&ImprintPlan::new(RATE_HZ));
            samples.chunks(size).for_each(|block| stream.push(block));
            assert_eq!(stream.finish(), imprint(&samples), "blocks of {size}");
        }
    }

    #[test]
    fn an_imprint_outlives_its_storage_and_other_bytes_are_none() {
        let sound = imprint(&bursts(8));
        let bytes = sound.to_bytes();
        assert!(bytes.len() < 2_500, "{} bytes", bytes.len());
        assert_eq!(Imprint::from_bytes(&bytes), Some(sound));
        for damaged in [&bytes[..4], &bytes[..bytes.len() - 1], &[], &[vec![9], bytes[1..].to_vec()].concat()] {
            assert_eq!(Imprint::from_bytes(damaged), None);
        }
    }
}
