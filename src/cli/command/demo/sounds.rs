//! The demo's sounds, made of sines and noise. Each is a pure function of its name; none is recorded.

use std::f32::consts::TAU;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Sample rate of what is made here.
pub(crate) const RATE_HZ: u32 = 32_000;

/// Length of each sound.
const SECONDS: f32 = 5.0;

/// Loudest sample of each sound.
const PEAK: f32 = 0.7;

/// A sound: what it is meant to be, how somebody would ask for it, and how it is made.
pub(crate) struct Synthetic {
    pub(crate) name: &'static str,
    pub(crate) prompt: &'static str,
    make: fn(&mut Maker),
}

/// Everything the demo knows how to make.
pub(crate) const SOUNDS: [Synthetic; 16] = [
    Synthetic { name: "rain", prompt: "heavy rain falling", make: rain },
    Synthetic { name: "wind", prompt: "wind howling", make: wind },
    Synthetic { name: "sea waves", prompt: "waves breaking on a beach", make: waves },
    Synthetic { name: "thunder", prompt: "rolling thunder", make: thunder },
    Synthetic { name: "siren", prompt: "a police siren wailing", make: siren },
    Synthetic { name: "church bell", prompt: "a church bell ringing", make: bell },
    Synthetic { name: "alarm clock", prompt: "an alarm clock beeping", make: alarm },
    Synthetic { name: "engine", prompt: "an engine idling", make: engine },
    Synthetic { name: "helicopter", prompt: "a helicopter flying over", make: helicopter },
    Synthetic { name: "birds", prompt: "birds chirping", make: birds },
    Synthetic { name: "crickets", prompt: "crickets on a summer night", make: crickets },
    Synthetic { name: "footsteps", prompt: "footsteps of somebody walking", make: footsteps },
    Synthetic { name: "clock", prompt: "a clock ticking", make: clock },
    Synthetic { name: "door knock", prompt: "somebody knocks on a door", make: knock },
    Synthetic { name: "applause", prompt: "an audience clapping", make: applause },
    Synthetic { name: "vacuum cleaner", prompt: "a vacuum cleaner", make: vacuum },
];

impl Synthetic {
    /// Mono samples at [`RATE_HZ`]; the same on every call.
    pub(crate) fn samples(&self) -> Vec<f32> {
        let seed = self.name.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
        let len = (SECONDS * RATE_HZ as f32) as usize;
        let mut maker = Maker { samples: vec![0.0; len], random: StdRng::seed_from_u64(seed) };
        (self.make)(&mut maker);
        let loudest = maker.samples.iter().fold(f32::MIN_POSITIVE, |most, sample| sample.abs().max(most));
        maker.samples.iter().map(|sample| sample * PEAK / loudest).collect()
    }
}

/// Samples in the making. Times are in seconds, frequencies in Hz.
struct Maker {
    samples: Vec<f32>,
    random: StdRng,
}

impl Maker {
    fn within(&mut self, from: f32, to: f32) -> f32 {
        self.random.random_range(from..to)
    }

    /// Adds `level(t) · sin(phase)`, the phase running at `pitch(t)`, from `start` for `seconds`.
    fn tone(&mut self, start: f32, seconds: f32, pitch: impl Fn(f32) -> f32, level: impl Fn(f32) -> f32) {
        let (first, mut phase) = ((start * RATE_HZ as f32) as usize, 0.0);
        let len = (seconds * RATE_HZ as f32) as usize;
        for (index, sample) in self.samples.iter_mut().skip(first).take(len).enumerate() {
            let time = index as f32 / RATE_HZ as f32;
            phase = (phase + pitch(time) / RATE_HZ as f32).fract();
            *sample += level(time) * (TAU * phase).sin();
        }
    }

    /// Adds noise between `low` and `high`, at `level(t)`, from `start` for `seconds`.
    fn noise(&mut self, start: f32, seconds: f32, (low, high): (f32, f32), level: impl Fn(f32) -> f32) {
        let (first, len) = ((start * RATE_HZ as f32) as usize, (seconds * RATE_HZ as f32) as usize);
        let share = |cut: f32| 1.0 - (-TAU * cut / RATE_HZ as f32).exp();
        let (fast, slow) = (share(high), share(low));
        let mut kept = [0.0f32; 4];
        for index in 0..len.min(self.samples.len().saturating_sub(first)) {
            let white: f32 = self.random.random_range(-1.0..1.0);
            kept[0] += fast * (white - kept[0]);
            kept[1] += fast * (kept[0] - kept[1]);
            kept[2] += slow * (kept[1] - kept[2]);
            kept[3] += slow * (kept[1] - kept[2] - kept[3]);
            self.samples[first + index] += level(index as f32 / RATE_HZ as f32) * (kept[1] - kept[2] - kept[3]);
        }
    }

    /// A click: noise between `band` that dies away within `seconds`.
    fn click(&mut self, start: f32, seconds: f32, band: (f32, f32), loud: f32) {
        self.noise(start, seconds, band, |t| loud * (-5.0 * t / seconds).exp());
    }
}

fn rain(maker: &mut Maker) {
    maker.noise(0.0, SECONDS, (900.0, 9_000.0), |_| 0.5);
    for _ in 0..1_800 {
        let (at, high, loud) = (maker.within(0.0, SECONDS), maker.within(3_000.0, 12_000.0), maker.within(0.1, 1.2));
        maker.click(at, 0.008, (1_000.0, high), loud);
    }
}

fn wind(maker: &mut Maker) {
    for (low, high, turn) in [(60.0, 350.0, 0.31), (250.0, 520.0, 0.47), (400.0, 700.0, 0.83)] {
        maker.noise(0.0, SECONDS, (low, high), move |t| 0.6 + 0.4 * (TAU * turn * t + low).sin());
    }
}

fn waves(maker: &mut Maker) {
    for start in [0.0, 2.6] {
        maker.noise(start, 2.6, (80.0, 1_200.0), |t| (t / 1.1).min(1.0) * (-1.3 * (t - 1.1).max(0.0)).exp());
        maker.noise(start + 0.8, 1.8, (800.0, 7_000.0), |t| 0.7 * (t / 0.3).min(1.0) * (-1.6 * t).exp());
    }
}

fn thunder(maker: &mut Maker) {
    maker.noise(0.2, 0.5, (60.0, 3_000.0), |t| 1.5 * (-8.0 * t).exp());
    maker.noise(0.2, 4.8, (20.0, 130.0), |t| 6.0 * (-0.8 * t).exp() * (0.7 + 0.3 * (TAU * 2.3 * t).sin()));
    maker.noise(0.5, 4.0, (40.0, 400.0), |t| 1.2 * (-t).exp() * (0.6 + 0.4 * (TAU * 3.7 * t).sin()));
}

fn siren(maker: &mut Maker) {
    for (harmonic, level) in [(1.0, 1.0), (2.0, 0.5), (3.0, 0.3), (4.0, 0.15)] {
        maker.tone(0.0, SECONDS, |t| harmonic * (950.0 - 450.0 * (TAU * 0.4 * t).cos()), |_| level);
    }
}

fn bell(maker: &mut Maker) {
    for start in [0.1, 2.6] {
        for (ratio, level, fall) in [
            (0.5, 0.6, 0.7),
            (1.0, 1.0, 1.0),
            (1.19, 0.7, 1.3),
            (1.5, 0.4, 1.8),
            (2.0, 0.7, 2.0),
            (2.74, 0.4, 3.0),
            (4.1, 0.2, 5.0),
        ] {
            maker.tone(start, 2.5, |_| 440.0 * ratio, |t| level * (-fall * t).exp());
        }
        maker.click(start, 0.03, (1_500.0, 9_000.0), 0.8);
    }
}

fn alarm(maker: &mut Maker) {
    for second in 0..5 {
        for beep in 0..4 {
            let start = second as f32 + beep as f32 * 0.125;
            maker.tone(start, 0.065, |_| 2_050.0, |_| 1.0);
            maker.tone(start, 0.065, |_| 6_150.0, |_| 0.3);
        }
    }
}

fn engine(maker: &mut Maker) {
    for harmonic in 1..=24 {
        let level = 1.0 / (harmonic as f32).powf(0.8);
        maker.tone(0.0, SECONDS, |t| harmonic as f32 * (27.0 + 0.6 * (TAU * 0.9 * t).sin()), |_| level);
    }
    maker.noise(0.0, SECONDS, (60.0, 900.0), |t| 2.0 * (0.5 + 0.5 * (TAU * 27.0 * t).sin()));
    maker.noise(0.0, SECONDS, (800.0, 4_000.0), |t| 0.25 * (0.5 + 0.5 * (TAU * 54.0 * t).sin()));
}

fn helicopter(maker: &mut Maker) {
    let near = |t: f32| (-((t - 2.5) / 2.5).powi(2)).exp();
    maker.noise(0.0, SECONDS, (40.0, 700.0), |t| 3.0 * near(t) * (1.0 - (11.0 * t).fract()).powi(3));
    maker.noise(0.0, SECONDS, (500.0, 3_000.0), |t| 0.8 * near(t) * (1.0 - (11.0 * t).fract()).powi(4));
    maker.tone(0.0, SECONDS, |_| 110.0, |t| 0.15 * near(t));
}

fn birds(maker: &mut Maker) {
    for call in 0..9 {
        let (start, pitch) = (0.1 + call as f32 * 0.53 + maker.within(0.0, 0.2), maker.within(2_800.0, 4_800.0));
        for note in 0..4 {
            let (bend, at) = (maker.within(-9_000.0, 9_000.0), start + note as f32 * 0.09);
            maker.tone(at, 0.07, |t| pitch + bend * t + 250.0 * (TAU * 40.0 * t).sin(), |t| (TAU * t / 0.14).sin());
        }
    }
    maker.noise(0.0, SECONDS, (200.0, 2_000.0), |_| 0.01);
}

fn crickets(maker: &mut Maker) {
    for (pitch, offset, loud) in [(4_300.0, 0.0, 1.0), (4_750.0, 0.21, 0.6), (5_200.0, 0.37, 0.4)] {
        maker.tone(
            0.0,
            SECONDS,
            |_| pitch,
            |t| {
                let (chirp, pulse) = (((t + offset) * 2.1).fract(), (t * 31.0).fract());
                if chirp < 0.45 { loud * (TAU * pulse / 2.0).sin().max(0.0) } else { 0.0 }
            },
        );
    }
    maker.noise(0.0, SECONDS, (300.0, 5_000.0), |_| 0.02);
}

fn footsteps(maker: &mut Maker) {
    for step in 0..9 {
        let (start, loud) = (0.15 + step as f32 * 0.54 + maker.within(0.0, 0.03), maker.within(0.7, 1.0));
        maker.noise(start, 0.09, (60.0, 500.0), |t| 3.0 * loud * (-45.0 * t).exp());
        maker.noise(start + 0.01, 0.12, (700.0, 5_000.0), |t| 0.5 * loud * (-35.0 * t).exp());
        maker.noise(start + 0.12, 0.1, (500.0, 4_000.0), |t| 0.35 * loud * (-30.0 * t).exp());
    }
}

fn clock(maker: &mut Maker) {
    for tick in 0..10 {
        let (start, pitch) = (tick as f32 * 0.5 + 0.1, if tick % 2 == 0 { 2_700.0 } else { 2_200.0 });
        maker.click(start, 0.02, (1_500.0, 9_000.0), 1.0);
        maker.tone(start, 0.05, |_| pitch, |t| 0.5 * (-110.0 * t).exp());
    }
}

fn knock(maker: &mut Maker) {
    for start in [0.4, 0.62, 0.84, 2.6, 2.82, 3.04] {
        for (pitch, level) in [(130.0, 1.0), (210.0, 0.7), (340.0, 0.4), (610.0, 0.2)] {
            maker.tone(start, 0.15, |_| pitch, |t| level * (-38.0 * t).exp());
        }
        maker.click(start, 0.02, (300.0, 3_500.0), 1.0);
    }
}

fn applause(maker: &mut Maker) {
    for _ in 0..900 {
        let (at, low, loud) = (maker.within(0.0, SECONDS), maker.within(500.0, 1_200.0), maker.within(0.2, 1.0));
        maker.click(at, 0.025, (low, 4_500.0), loud);
    }
}

fn vacuum(maker: &mut Maker) {
    maker.noise(0.0, SECONDS, (150.0, 7_000.0), |_| 0.9);
    for (pitch, level) in [(212.0, 0.16), (424.0, 0.12), (636.0, 0.1), (1_272.0, 0.07), (2_544.0, 0.05)] {
        maker.tone(0.0, SECONDS, |_| pitch, |_| level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sound_is_loud_finite_and_the_same_each_time() {
        for sound in &SOUNDS {
            let samples = sound.samples();
            assert_eq!(samples.len(), (SECONDS * RATE_HZ as f32) as usize, "{}", sound.name);
            let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            assert!((peak - PEAK).abs() < 1e-4, "{}: {peak}", sound.name);
            assert_eq!(samples, sound.samples(), "{}", sound.name);
        }
    }
}
