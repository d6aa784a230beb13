//! What a picture of a sound is drawn from, gathered while it is heard: the spectrum and the scores along time.

use auricle::classify::timeline::steps::TimeStep;
use auricle::features::config::FrontEnd;
use auricle::features::mel::{LogMel, MelBlocks};
use auricle::picture::strip::Strip;

/// Columns of the picture, from the beginning of a sound to its end.
pub(crate) const PLOT_WIDTH: usize = 1600;

/// Two strips of the same time; no larger for a longer sound.
#[derive(Debug)]
pub(crate) struct Sketch {
    /// There until the sound ends.
    mel: Option<MelBlocks>,
    /// Log-mel in dB, one value a bin, lowest first.
    pub(crate) spectrum: Strip,
    /// Presences, one value a label.
    pub(crate) scores: Strip,
    /// Number of mel bins.
    pub(crate) bins: usize,
    /// Lower and upper edge of the spectrum.
    pub(crate) edges_hz: [f64; 2],
    frames_a_second: f64,
}

impl Sketch {
    /// The sketch of a sound as the model behind `front_end` hears it, with scores of `labels`.
    pub(crate) fn new(front_end: &FrontEnd, labels: usize) -> Self {
        Sketch {
            mel: Some(MelBlocks::new(front_end)),
            spectrum: Strip::new(front_end.mel_bins(), PLOT_WIDTH),
            bins: front_end.mel_bins(),
            scores: Strip::new(labels, PLOT_WIDTH),
            frames_a_second: f64::from(front_end.rate_hz()) / front_end.hop_len_samples() as f64,
            edges_hz: [front_end.min_hz(), front_end.max_hz()],
        }
    }

    /// Takes the next samples.
    pub(crate) fn hear(&mut self, samples: &[f32]) {
        if let Some(mel) = &mut self.mel {
            let frames = mel.push(samples);
            self.add(&frames);
        }
    }

    /// Takes the next scores.
    pub(crate) fn score(&mut self, step: &TimeStep) {
        // In frames, so that both strips have columns of the same time.
        let end = (step.seconds.end * self.frames_a_second).ceil() as usize;
        for _ in self.scores.moments()..end {
            self.scores.push(&step.presences);
        }
    }

    /// Ends the sound.
    pub(crate) fn finish(&mut self) {
        if let Some(mel) = self.mel.take() {
            let frames = mel.finish();
            self.add(&frames);
        }
    }

    fn add(&mut self, frames: &LogMel) {
        frames.values.chunks_exact(frames.bins).for_each(|frame| self.spectrum.push(frame));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spectrum_and_scores_lie_at_the_same_time() {
        // A second of 100 frames at the usual front end's 48 kHz, the second half of it loud.
        let mut sketch = Sketch::new(&FrontEnd::from_json("{}").unwrap(), 1);
        let samples: Vec<f32> = (0..48_000).map(|i| if i < 24_000 { 0.0 } else { (i as f32 * 0.3).sin() }).collect();
        samples.chunks(1000).for_each(|block| sketch.hear(block));
        for (seconds, presence) in [(0.0..0.5, 0.1), (0.5..1.0, 0.9)] {
            sketch.score(&TimeStep { seconds, presences: vec![presence] });
        }
        sketch.finish();
        assert_eq!((sketch.spectrum.moments(), sketch.scores.moments()), (101, 100));
        let loudest = |shares| sketch.spectrum.within(shares).unwrap().into_iter().fold(f32::MIN, f32::max);
        assert!(loudest(0.0..0.45) < -99.0 && loudest(0.52..1.0) > 0.0);
        assert_eq!(
            (sketch.scores.within(0.0..0.49), sketch.scores.within(0.51..1.0)),
            (Some(vec![0.1]), Some(vec![0.9]))
        );
    }
}
