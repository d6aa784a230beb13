//! The channels of a sound → one. In: blocks of samples, one plane a channel. Out: mono samples, and what had to be done
//! about channels that say nothing or cancel each other. It reads once from start to end, and looks ahead by one stretch: ten
//! seconds, or less where there are many channels.
//!
//! The mix is the mean of the channels. That is wrong for two kinds of files: where one of eight tracks carries the sound,
//! the mean is 18 dB too quiet; and where a channel has the opposite polarity of another, the mean is silence. So channels
//! that are silent beside the others do not count where they are half of three or more, and where less than a tenth is
//! left of the energy that unrelated channels would give, those that go against the loudest are turned round. Music and
//! speech in stereo are far from both: channels of equal level must be alike to 90 % and opposite to cancel that far. All
//! else stays the mean, bit for bit.

use std::mem;

/// Seconds of a stretch, at most.
const STRETCH_SECONDS: usize = 10;

/// Samples of a stretch in all channels, at most: 8 MiB.
const STRETCH_SAMPLES: usize = 1 << 21;

/// A stretch shorter than this part of a whole one is mixed as the one before it: it may be a pause of one channel.
const SHORT_PART: usize = 10;

/// A channel with less energy than this part of the loudest one's is silent beside it: 40 dB down, where a microphone that
/// only hears the others' leakage is louder and a track without one is not.
const SILENT_PART: f64 = 1e-4;

/// Channels from which on silent ones do not count, if they are half of all or more. In stereo a sound on one side is
/// ordinary, and so is a silent channel for low frequencies among six.
const MANY_CHANNELS: usize = 3;

/// What is below this mean square is silence, of which nothing can be told: −100 dB.
pub(crate) const SILENCE: f64 = 1e-10;

/// Energy of the mix, as a part of what unrelated channels would give, below which channels cancel.
const CANCELLED_PART: f64 = 0.1;

/// Seconds in which one way of mixing gives place to another.
const FADE_SECONDS: f64 = 0.01;

/// Which channels are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelChoice {
    /// All, mixed.
    #[default]
    Mix,
    /// The one with this number, counted from 1.
    Only(u32),
}

/// Mixes one sound.
#[derive(Default)]
pub(super) struct Mixer {
    held: Vec<Vec<f32>>,
    rate_hz: u32,
    /// The factors of the stretch before: 1, −1 or 0; empty before the first.
    factors: Vec<f64>,
    /// Whether each channel was ever heard beside the others.
    has_sound: Vec<bool>,
    /// Whether silent channels were left out anywhere.
    has_left_out: bool,
    /// Channels that were turned round, counted from 0.
    turned: Vec<usize>,
}

impl Mixer {
    /// Whether `push` would have to give out what is held first, because the sound has changed.
    pub(super) fn must_finish(&self, channels: usize, rate_hz: u32) -> bool {
        !self.held.is_empty() && (self.held.len() != channels || self.rate_hz != rate_hz)
    }

    /// Takes the samples in `planes`, one a channel, and appends to `mono` what can already be mixed.
    pub(super) fn push(&mut self, planes: &mut Vec<Vec<f32>>, rate_hz: u32, mono: &mut Vec<f32>) {
        if let [plane] = planes.as_mut_slice() {
            if mono.is_empty() {
                mem::swap(mono, plane)
            } else {
                mono.append(plane)
            }
            return;
        }
        let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
        if self.held.len() != planes.len() {
            self.begin(planes.len());
        }
        self.rate_hz = rate_hz;
        for (held, plane) in self.held.iter_mut().zip(planes) {
            held.extend_from_slice(&plane[..frames]);
        }
        if self.frames() >= self.stretch_frames() {
            self.mix_stretch(mono);
        }
    }

    /// Appends to `mono` what is held.
    pub(super) fn finish(&mut self, mono: &mut Vec<f32>) {
        self.mix_stretch(mono);
        self.held.clear();
        self.factors.clear();
    }

    /// What was done beyond the mean, in words; `None` if nothing was.
    pub(super) fn note(&self) -> Option<String> {
        let numbers = |channels: &mut dyn Iterator<Item = usize>| {
            channels.map(|channel| (channel + 1).to_string()).collect::<Vec<_>>().join(", ")
        };
        let heard = self.has_sound.iter().filter(|has_sound| **has_sound).count();
        let mut notes = Vec::new();
        if self.has_left_out && heard < self.has_sound.len() {
            let live = numbers(&mut (0..self.has_sound.len()).filter(|&channel| self.has_sound[channel]));
            let (word, carry) = if heard == 1 { ("channel", "carries") } else { ("channels", "carry") };
            notes.push(format!("of {} channels only {word} {live} {carry} sound", self.has_sound.len()));
        }
        if !self.turned.is_empty() {
            let turned = numbers(&mut self.turned.iter().copied());
            let (word, was) = if self.turned.len() == 1 { ("channel", "was") } else { ("channels", "were") };
            notes.push(format!("its channels cancel each other, so {word} {turned} {was} turned round"));
        }
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    fn begin(&mut self, channels: usize) {
        self.held = vec![Vec::new(); channels];
        self.factors.clear();
        self.has_sound.resize(channels.max(self.has_sound.len()), false);
    }

    fn frames(&self) -> usize {
        self.held.first().map_or(0, Vec::len)
    }

    fn stretch_frames(&self) -> usize {
        let seconds = STRETCH_SECONDS.saturating_mul(usize::try_from(self.rate_hz).unwrap_or(usize::MAX));
        seconds.min(STRETCH_SAMPLES / self.held.len().max(1)).max(1)
    }

    /// Mixes what is held and forgets it.
    fn mix_stretch(&mut self, mono: &mut Vec<f32>) {
        let frames = self.frames();
        if frames == 0 {
            return;
        }
        let is_short = frames < self.stretch_frames() / SHORT_PART && !self.factors.is_empty();
        let factors = if is_short { self.factors.clone() } else { self.choose() };
        let from = mono.len();
        mono.extend(mixed(&self.held, &factors));
        if !self.factors.is_empty() && self.factors != factors {
            let fade = ((f64::from(self.rate_hz) * FADE_SECONDS) as usize).clamp(1, frames);
            for (at, before) in mixed(&self.held, &self.factors).take(fade).enumerate() {
                let share = (at as f32 + 0.5) / fade as f32;
                mono[from + at] = before + (mono[from + at] - before) * share;
            }
        }
        self.factors = factors;
        self.held.iter_mut().for_each(Vec::clear);
    }

    /// The factors for what is held.
    fn choose(&mut self) -> Vec<f64> {
        let energy = |plane: &Vec<f32>| plane.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum::<f64>();
        let energies: Vec<f64> = self.held.iter().map(energy).collect();
        let louder = |one: usize, other: usize| if energies[other] > energies[one] { other } else { one };
        let loudest = (0..energies.len()).reduce(louder).unwrap_or(0);
        if energies[loudest] < SILENCE * self.frames() as f64 {
            let all = vec![1.0; energies.len()];
            return if self.factors.is_empty() { all } else { self.factors.clone() };
        }
        let has_sound: Vec<bool> = energies.iter().map(|energy| *energy >= SILENT_PART * energies[loudest]).collect();
        for (ever, has_sound) in self.has_sound.iter_mut().zip(&has_sound) {
            *ever |= has_sound;
        }
        let live = has_sound.iter().filter(|has_sound| **has_sound).count();
        let is_mostly_silent = energies.len() >= MANY_CHANNELS && 2 * live <= energies.len();
        self.has_left_out |= is_mostly_silent;
        let counts = has_sound.iter().map(|has_sound| *has_sound || !is_mostly_silent);
        let mut factors: Vec<f64> = counts.map(|counts| f64::from(u8::from(counts))).collect();
        let live = factors.iter().sum::<f64>();
        let unrelated =
            energies.iter().zip(&factors).map(|(energy, factor)| energy * factor).sum::<f64>() / (live * live);
        let left = mixed(&self.held, &factors).map(|sample| f64::from(sample) * f64::from(sample)).sum::<f64>();
        if left < CANCELLED_PART * unrelated {
            self.turn(&mut factors, loudest);
        }
        factors
    }

    /// Turns round the channels that go against the loudest.
    fn turn(&mut self, factors: &mut [f64], loudest: usize) {
        for (channel, factor) in factors.iter_mut().enumerate().filter(|(_, factor)| **factor != 0.0) {
            let pairs = self.held[channel].iter().zip(&self.held[loudest]);
            if pairs.map(|(&one, &other)| f64::from(one) * f64::from(other)).sum::<f64>() < 0.0 {
                *factor = -1.0;
                if !self.turned.contains(&channel) {
                    self.turned.push(channel);
                }
            }
        }
    }
}

/// The mean of the channels that count, each with its factor. Summed in f64: 64 loud channels lose nothing and cannot
/// overflow.
fn mixed<'a>(planes: &'a [Vec<f32>], factors: &'a [f64]) -> impl Iterator<Item = f32> + 'a {
    let counted: Vec<(&'a [f32], f64)> = planes
        .iter()
        .zip(factors)
        .filter(|(_, factor)| **factor != 0.0)
        .map(|(plane, factor)| (&plane[..], *factor))
        .collect();
    let channels = counted.len().max(1) as f64;
    let frames = planes.first().map_or(0, Vec::len);
    (0..frames).map(move |at| {
        (counted.iter().map(|(plane, factor)| f64::from(plane[at]) * factor).sum::<f64>() / channels) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 1_000;

    fn noise(seed: u64, frames: usize) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..frames).map(|_| 0.3 * next()).collect()
    }

    fn mix(planes: &[Vec<f32>], block: usize) -> (Vec<f32>, Option<String>) {
        let (mut mixer, mut mono) = (Mixer::default(), Vec::new());
        for from in (0..planes[0].len()).step_by(block) {
            let to = (from + block).min(planes[0].len());
            mixer.push(&mut planes.iter().map(|plane| plane[from..to].to_vec()).collect(), RATE_HZ, &mut mono);
        }
        mixer.finish(&mut mono);
        (mono, mixer.note())
    }

    fn mean(planes: &[Vec<f32>]) -> Vec<f32> {
        let sum = |at: usize| planes.iter().map(|plane| f64::from(plane[at])).sum::<f64>();
        (0..planes[0].len()).map(|at| (sum(at) / planes.len() as f64) as f32).collect()
    }

    fn scaled(plane: &[f32], factor: f32) -> Vec<f32> {
        plane.iter().map(|sample| sample * factor).collect()
    }

    #[test]
    fn ordinary_channels_are_their_mean_to_the_bit() {
        let (one, other) = (noise(1, 35_000), noise(2, 35_000));
        let wide: Vec<f32> = one.iter().zip(&other).map(|(a, b)| b * 0.6 - a * 0.8).collect();
        for planes in [
            vec![one.clone(), other.clone()],
            vec![one.clone(), wide],
            vec![one.clone(), scaled(&one, 0.05)],
            vec![one.clone(), scaled(&one, -0.3)],
            vec![one.clone(), vec![0.0; 35_000]],
            vec![one.clone(), other.clone(), noise(3, 35_000)],
            vec![vec![0.0; 35_000]; 2],
            vec![one.clone(), other.clone(), noise(3, 35_000), noise(4, 35_000), noise(5, 35_000), vec![0.0; 35_000]],
        ] {
            for block in [700, 35_000] {
                let (mono, note) = mix(&planes, block);
                assert!(mono == mean(&planes) && note.is_none(), "{note:?}");
            }
        }
    }

    #[test]
    fn channels_that_cancel_are_turned_round() {
        let one = noise(1, 25_000);
        let (mono, note) = mix(&[one.clone(), scaled(&one, -1.0)], 500);
        assert!(mono == one && note.is_some_and(|note| note.contains("channel 2 was turned round")));
        // As an unbalanced cable does it, and in a quad.
        let (mono, _) = mix(&[scaled(&one, 0.9), scaled(&one, -1.0)], 500);
        assert!(mono.iter().zip(&one).all(|(mixed, one)| (mixed + 0.95 * one).abs() < 1e-6));
        let other = noise(2, 25_000);
        let (mono, _) = mix(&[one.clone(), scaled(&one, -1.0), other.clone(), scaled(&other, -1.0)], 500);
        let power = |samples: &[f32]| samples.iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
        assert!(power(&mono) > 0.2 * power(&one));
    }

    #[test]
    fn a_live_channel_among_silent_ones_keeps_its_level() {
        let one = noise(1, 25_000);
        let mut planes = vec![scaled(&noise(9, 25_000), 0.001); 8];
        planes[2] = one.clone();
        let (mono, note) = mix(&planes, 500);
        assert!(mono == one && note.is_some_and(|note| note.contains("only channel 3")));
        // One that begins later is not lost.
        planes[5][20_000..].copy_from_slice(&one[..5_000]);
        planes[2][20_000..].fill(0.0);
        let (mono, note) = mix(&planes, 500);
        assert!(mono[20_100..] == one[100..5_000]);
        assert!(note.is_some_and(|note| note.contains("only channels 3, 6")));
    }
}
