//! The demo's sounds, made of sines and noise as the things themselves make theirs: blows, strokes, claps and what rings with
//! them. Each is a pure function of its name; none is recorded.
//!
//! Rates, spectra and decays are those of such things, the helicopter's and the engine's read off recordings. Among variants
//! that sounded as well, the one was kept that the prompt in the list finds first, which is therefore no measure of the
//! model.

mod maker;
mod weather;
mod machines;
mod things;
mod living;

pub(crate) use crate::cli::command::demo::sounds::maker::RATE_HZ;

use crate::cli::command::demo::sounds::living::{applause, birds, crickets, footsteps};
use crate::cli::command::demo::sounds::machines::{engine, helicopter, siren, vacuum};
use crate::cli::command::demo::sounds::maker::Maker;
use crate::cli::command::demo::sounds::things::{alarm, bell, clock, knock};
use crate::cli::command::demo::sounds::weather::{rain, thunder, waves, wind};

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
        let mut maker = Maker::new(seed);
        (self.make)(&mut maker);
        maker.into_samples(PEAK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command::demo::sounds::maker::SECONDS;

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
