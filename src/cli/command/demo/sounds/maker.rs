//! What the demo's sounds are made with: tones, noise, things that ring when they are struck, and a room around them.

use std::f32::consts::TAU;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Sample rate of what is made here.
pub(crate) const RATE_HZ: u32 = 32_000;

/// Length of each sound.
pub(super) const SECONDS: f32 = 5.0;

/// Delays of a room's echoes in seconds: combs side by side, without a common divisor (Schroeder 1962).
const COMBS: [f32; 4] = [0.0297, 0.0371, 0.0411, 0.0437];

/// Delays of the all-pass filters after them.
const ALL_PASSES: [f32; 2] = [0.0050, 0.0017];

/// How much of its input an all-pass filter keeps.
const ALL_PASS_GAIN: f32 = 0.7;

/// One way in which a struck thing swings: its frequency in Hz, how strongly relative to the others, and the seconds in
/// which it falls to 1/e.
pub(super) type RingingMode = (f32, f32, f32);

/// Samples in the making. Times are in seconds, frequencies in Hz.
pub(super) struct Maker {
    samples: Vec<f32>,
    random: StdRng,
}

impl Maker {
    /// Silence of [`SECONDS`], and the chance that `seed` gives.
    pub(super) fn new(seed: u64) -> Self {
        Maker { samples: vec![0.0; len(SECONDS)], random: StdRng::seed_from_u64(seed) }
    }

    /// What was made, its loudest sample at `peak`.
    pub(super) fn into_samples(self, peak: f32) -> Vec<f32> {
        let loudest = self.samples.iter().fold(f32::MIN_POSITIVE, |most, sample| sample.abs().max(most));
        self.samples.iter().map(|sample| sample * peak / loudest).collect()
    }

    /// A number by chance, from `from` up to `to`.
    pub(super) fn within(&mut self, from: f32, to: f32) -> f32 {
        self.random.random_range(from..to)
    }

    /// Adds `level(t) · sin(phase)`, the phase running at `pitch(t)`, from `start` for `seconds`.
    pub(super) fn tone(&mut self, start: f32, seconds: f32, pitch: impl Fn(f32) -> f32, level: impl Fn(f32) -> f32) {
        let mut phase = 0.0;
        for (index, sample) in self.samples.iter_mut().skip(len(start)).take(len(seconds)).enumerate() {
            let time = index as f32 / RATE_HZ as f32;
            phase = (phase + pitch(time) / RATE_HZ as f32).fract();
            *sample += level(time) * (TAU * phase).sin();
        }
    }

    /// Adds noise between `low` and `high`, at `level(t)`, from `start` for `seconds`.
    pub(super) fn noise(&mut self, start: f32, seconds: f32, (low, high): (f32, f32), level: impl Fn(f32) -> f32) {
        let share = |cut: f32| 1.0 - (-TAU * cut / RATE_HZ as f32).exp();
        let (fast, slow) = (share(high), share(low));
        let mut kept = [0.0f32; 4];
        for (index, sample) in self.samples.iter_mut().skip(len(start)).take(len(seconds)).enumerate() {
            let white: f32 = self.random.random_range(-1.0..1.0);
            kept[0] += fast * (white - kept[0]);
            kept[1] += fast * (kept[0] - kept[1]);
            kept[2] += slow * (kept[1] - kept[2]);
            kept[3] += slow * (kept[1] - kept[2] - kept[3]);
            *sample += level(index as f32 / RATE_HZ as f32) * (kept[1] - kept[2] - kept[3]);
        }
    }

    /// Adds noise that is narrow around `pitch(t)`, within `breadth` Hz of it, at `level(t)`, from `start` for `seconds`.
    pub(super) fn howl(
        &mut self,
        (start, seconds): (f32, f32),
        pitch: impl Fn(f32) -> f32,
        breadth: f32,
        level: impl Fn(f32) -> f32,
    ) {
        let share = 1.0 - (-TAU * breadth / RATE_HZ as f32).exp();
        let (mut phase, mut kept) = (0.0, [0.0f32; 2]);
        for (index, sample) in self.samples.iter_mut().skip(len(start)).take(len(seconds)).enumerate() {
            let time = index as f32 / RATE_HZ as f32;
            let white: f32 = self.random.random_range(-1.0..1.0);
            kept[0] += share * (white - kept[0]);
            kept[1] += share * (kept[0] - kept[1]);
            phase = (phase + pitch(time) / RATE_HZ as f32).fract();
            // As loud, on average, whatever its breadth.
            *sample += level(time) * kept[1] / share.sqrt() * (TAU * phase).sin();
        }
    }

    /// A click: noise between `band` that dies away within `seconds`.
    pub(super) fn click(&mut self, start: f32, seconds: f32, band: (f32, f32), loud: f32) {
        self.noise(start, seconds, band, |t| loud * (-5.0 * t / seconds).exp());
    }

    /// A puff: noise that a hollow of the sharpness `quality` rings with at `pitch`, dying away within `seconds`.
    pub(super) fn puff(&mut self, start: f32, seconds: f32, (pitch, quality): (f32, f32), loud: f32) {
        // The band-pass of the audio EQ cookbook (Bristow-Johnson), with a gain of 1 at its centre.
        let (sine, cosine) = (TAU * pitch / RATE_HZ as f32).sin_cos();
        let alpha = sine / (2.0 * quality);
        let (mut input, mut output) = ([0.0f32; 2], [0.0f32; 2]);
        for (index, sample) in self.samples.iter_mut().skip(len(start)).take(len(seconds)).enumerate() {
            let fall = (-5.0 * index as f32 / RATE_HZ as f32 / seconds).exp();
            let white = fall * self.random.random_range(-1.0..1.0);
            let kept = 2.0 * cosine * output[0] - (1.0 - alpha) * output[1];
            let next = (alpha * (white - input[1]) + kept) / (1.0 + alpha);
            (input, output) = ([white, input[0]], [next, output[0]]);
            *sample += loud * next;
        }
    }

    /// Strikes something that swings in `modes`.
    pub(super) fn strike(&mut self, start: f32, modes: &[RingingMode], loud: f32) {
        for (pitch, level, seconds) in modes {
            // After seven times as long it is 60 dB down.
            self.tone(start, 7.0 * seconds, |_| *pitch, |t| loud * level * (-t / seconds).exp());
        }
    }

    /// Puts everything so far into a room whose echoes fade by 60 dB in `seconds`; `wet` of them are added.
    pub(super) fn room(&mut self, seconds: f32, wet: f32) {
        let mut echoes = vec![0.0; self.samples.len()];
        for delay in COMBS {
            let gain = 10f32.powf(-3.0 * delay / seconds);
            let mut line = vec![0.0f32; len(delay)];
            let round = line.len();
            for (index, (echo, sample)) in echoes.iter_mut().zip(&self.samples).enumerate() {
                let late = line[index % round];
                line[index % round] = sample + gain * late;
                *echo += late / COMBS.len() as f32;
            }
        }
        for delay in ALL_PASSES {
            let mut line = vec![0.0f32; len(delay)];
            let round = line.len();
            for (index, echo) in echoes.iter_mut().enumerate() {
                let (late, input) = (line[index % round], *echo);
                line[index % round] = input + ALL_PASS_GAIN * late;
                *echo = late - ALL_PASS_GAIN * line[index % round];
            }
        }
        self.samples.iter_mut().zip(echoes).for_each(|(sample, echo)| *sample += wet * echo);
    }
}

/// How many samples `seconds` are.
fn len(seconds: f32) -> usize {
    (seconds * RATE_HZ as f32) as usize
}
