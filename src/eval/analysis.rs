//! One clip, decoded once → its embedding, its spectral description and what its samples say of how it was recorded.

use std::path::Path;

use crate::audio;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::eval::spectral::Cepstrum;
use crate::features::bank::mel_edges_hz;
use crate::features::mel::{LogMel, MelPlan, MelStream};
use crate::library::record::file::Hash;

/// A sample is at full scale from here on; resampling lets what was cut at 1 swing a little below it.
const FULL_SCALE: f32 = 0.99;

/// A mel bin this far below the loudest one, over the whole clip, holds nothing, in dB: below what 16 bits or any codec
/// leave of a band that was there, and above what a resampler leaves of one that was not.
const NOTHING_DB: f64 = 80.0;

/// A mel bin as quiet as this, on average, holds nothing either: the log-mel's floor is −100 dB.
const FLOOR_DB: f64 = -90.0;

/// A clip that has been listened to.
#[derive(Debug, Clone, PartialEq)]
pub struct ClipAnalysis {
    /// Its vector.
    pub vector: Embedding,
    /// Its MFCC statistics, see `Cepstrum::describe`.
    pub(crate) spectrum: Vec<f32>,
    /// What its samples say.
    pub facts: RecordingFacts,
}

/// How a clip was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingFacts {
    /// Sample rate of the file, in Hz.
    pub(crate) rate_hz: u32,
    /// Length in seconds.
    pub seconds: f64,
    /// Length in seconds as the file states it.
    pub(crate) stated_seconds: Option<f64>,
    /// Largest sample, 1 for full scale.
    pub(crate) peak: f32,
    /// Share of the samples at full scale, 0..=1.
    pub(crate) clipped: f64,
    /// Up to which frequency, as far as the model hears, there is anything; 0 for silence.
    pub(crate) bandwidth_hz: f64,
    /// BLAKE3 of the samples at the model's rate: the same for the same sound in another container.
    pub(crate) hash: Hash,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub(crate) partial: Option<String>,
}

/// What listens to clips; it may be used by many threads at once.
#[derive(Clone)]
pub struct ClipAnalyser {
    encoder: Encoder,
    mel: MelPlan,
    cepstrum: Cepstrum,
    edges_hz: Vec<f64>,
}

impl ClipAnalyser {
    /// An ear that hears what the model behind `encoder` hears.
    pub fn new(encoder: &Encoder) -> Self {
        let front_end = encoder.front_end();
        ClipAnalyser {
            encoder: encoder.clone(),
            mel: MelPlan::new(front_end),
            cepstrum: Cepstrum::new(front_end.mel_bins()),
            edges_hz: mel_edges_hz(front_end),
        }
    }

    /// Listens to the file at `path`.
    ///
    /// # Errors
    /// [`crate::error::Error::Data`] naming the file if it cannot be decoded; what the encoder reports.
    pub fn analyse(&self, path: &Path) -> Result<ClipAnalysis> {
        self.analyse_unnamed(path).map_err(|error| error.about_file(path))
    }

    fn analyse_unnamed(&self, path: &Path) -> Result<ClipAnalysis> {
        let sound = audio::open(path)?;
        let (rate_hz, stated_seconds) = (sound.metadata().rate_hz, sound.metadata().duration_seconds);
        let mut mel = MelStream::new(&self.mel);
        let (mut hasher, mut levels) = (blake3::Hasher::new(), Levels::default());
        let encoded = self.encoder.embed_with_samples(sound, &mut |samples| {
            mel.push(samples);
            levels.push(samples);
            hasher.update(bytemuck::cast_slice(samples));
        })?;
        let mel = mel.finish();
        let facts = RecordingFacts {
            rate_hz,
            seconds: encoded.seconds,
            stated_seconds,
            peak: levels.peak,
            clipped: levels.clipped as f64 / levels.samples.max(1) as f64,
            bandwidth_hz: bandwidth_hz(&mel, &self.edges_hz),
            hash: Hash(*hasher.finalize().as_bytes()),
            partial: encoded.partial,
        };
        Ok(ClipAnalysis { vector: encoded.clip, spectrum: self.cepstrum.describe(&mel), facts })
    }
}

/// How loud the samples so far are.
#[derive(Debug, Default)]
struct Levels {
    samples: usize,
    clipped: usize,
    peak: f32,
}

impl Levels {
    fn push(&mut self, samples: &[f32]) {
        self.samples += samples.len();
        self.clipped += samples.iter().filter(|sample| sample.abs() >= FULL_SCALE).count();
        self.peak = samples.iter().fold(self.peak, |peak, sample| peak.max(sample.abs()));
    }
}

/// The peak of the highest mel bin that holds anything over the whole clip; 0 for silence. Mel bin `b` peaks at edge `b + 1`.
fn bandwidth_hz(mel: &LogMel, edges_hz: &[f64]) -> f64 {
    let mut powers = vec![0.0; mel.bins];
    for frame in mel.values.chunks_exact(mel.bins) {
        powers.iter_mut().zip(frame).for_each(|(power, db)| *power += 10f64.powf(f64::from(*db) / 10.0));
    }
    let frames = mel.frames().max(1) as f64;
    let levels: Vec<f64> = powers.iter().map(|power| 10.0 * (power / frames).log10()).collect();
    let loudest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let holds = |level: &f64| *level > FLOOR_DB && *level > loudest - NOTHING_DB;
    levels.iter().rposition(holds).and_then(|bin| edges_hz.get(bin + 1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bandwidth_ends_with_the_highest_bin_that_holds_something() {
        let edges = [0.0, 100.0, 200.0, 300.0, 400.0];
        let bandwidth =
            |frames: &[[f32; 3]]| bandwidth_hz(&LogMel { bins: 3, values: frames.as_flattened().to_vec() }, &edges);
        assert_eq!(bandwidth(&[[-20.0, -30.0, -60.0], [-20.0, -30.0, -60.0]]), 300.0);
        assert_eq!(bandwidth(&[[0.0, -30.0, -85.0]]), 200.0);
        assert_eq!(bandwidth(&[[-100.0; 3]]), 0.0);
        assert_eq!(bandwidth(&[]), 0.0);
        // Something now and then is something.
        assert_eq!(bandwidth(&[[0.0, -30.0, -100.0], [0.0, -30.0, -50.0]]), 300.0);
    }

    #[test]
    fn levels_add_up_over_blocks() {
        let mut levels = Levels::default();
        levels.push(&[0.5, -1.0]);
        levels.push(&[0.2, 0.995]);
        assert_eq!((levels.samples, levels.clipped, levels.peak), (4, 2, 1.0));
    }
}
