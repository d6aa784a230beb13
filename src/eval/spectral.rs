//! The baseline that knows nothing: mel-frequency cepstral coefficients (MFCC) of a clip, their mean and spread.
//!
//! A model has to beat this to be worth its time. The coefficients come from the model's own log-mel, by a DCT (rustdct).

use std::fmt;
use std::sync::Arc;

use rustdct::{DctPlanner, TransformType2And3};

use crate::features::mel::LogMel;

/// Coefficients that are kept; the first 20 are usual.
const COEFFICIENTS: usize = 20;

/// How many frames to either side a slope is fitted to: nine in all, as in librosa.
const REACH: usize = 4;

/// A spread below this is that of a value that never changes.
const LEAST_SPREAD: f64 = 1e-6;

/// Makes cepstral coefficients of frames.
#[derive(Clone)]
pub(super) struct Cepstrum {
    dct: Arc<dyn TransformType2And3<f32>>,
}

impl Cepstrum {
    /// For frames of `bins` mel bins.
    pub(super) fn new(bins: usize) -> Self {
        Cepstrum { dct: DctPlanner::new().plan_dct2(bins) }
    }

    /// The clip with the log-mel `mel` in numbers: the mean of each coefficient and its standard deviation, and both of its
    /// slope over time. They are not normalised, as [`Standardiser`] does that. All 0 for a clip without frames.
    pub(super) fn describe(&self, mel: &LogMel) -> Vec<f32> {
        let kept = COEFFICIENTS.min(mel.bins);
        let mut frames = Vec::with_capacity(mel.frames());
        for frame in mel.values.chunks_exact(mel.bins) {
            let mut frame = frame.to_vec();
            self.dct.process_dct2(&mut frame);
            frame.truncate(kept);
            frames.push(frame);
        }
        let slopes: Vec<Vec<f32>> = (0..frames.len()).map(|at| slope(&frames, at)).collect();
        let mut numbers = Vec::with_capacity(4 * kept);
        for values in [&frames, &slopes] {
            let each = || (0..kept).map(|at| mean_and_spread(values.iter().map(move |frame| f64::from(frame[at]))));
            numbers.extend(each().map(|(mean, _)| mean as f32));
            numbers.extend(each().map(|(_, spread)| spread as f32));
        }
        numbers
    }
}

impl fmt::Debug for Cepstrum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cepstrum").field("bins", &self.dct.len()).finish_non_exhaustive()
    }
}

/// The slope of each coefficient around frame `at`, by least squares; beyond the ends the clip stands still.
fn slope(frames: &[Vec<f32>], at: usize) -> Vec<f32> {
    let last = frames.len() - 1;
    let total: f32 = (1..=REACH).map(|step| (2 * step * step) as f32).sum();
    let value = |coefficient: usize| {
        let rise = |step: usize| {
            let [after, before] = [(at + step).min(last), at.saturating_sub(step)];
            step as f32 * (frames[after][coefficient] - frames[before][coefficient])
        };
        (1..=REACH).map(rise).sum::<f32>() / total
    };
    (0..frames[at].len()).map(value).collect()
}

/// The mean of `values` and their standard deviation; 0 for none.
fn mean_and_spread(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        (count, sum, squares) = (count + 1.0, sum + value, squares + value * value);
    }
    if count == 0.0 {
        return (0.0, 0.0);
    }
    let mean: f64 = sum / count;
    (mean, (squares / count - mean * mean).max(0.0).sqrt())
}

/// What brings each number of a description to mean 0 and spread 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standardiser {
    means_and_spreads: Vec<(f64, f64)>,
}

impl Standardiser {
    /// The standard of `rows`, which are all as long as the first.
    pub(super) fn of(rows: &[&[f32]]) -> Self {
        let len = rows.first().map_or(0, |row| row.len());
        let column = |at: usize| mean_and_spread(rows.iter().map(move |row| f64::from(row[at])));
        Standardiser { means_and_spreads: (0..len).map(column).collect() }
    }

    /// `row` by that standard; a number that never changes becomes 0.
    pub(super) fn apply(&self, row: &[f32]) -> Vec<f32> {
        let each = row.iter().zip(&self.means_and_spreads);
        let scaled = each.map(|(value, (mean, spread))| match *spread > LEAST_SPREAD {
            true => ((f64::from(*value) - mean) / spread) as f32,
            false => 0.0,
        });
        scaled.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_cosines_and_their_slope_is_per_frame() {
        let bins = 8;
        // A frame whose level rises by 1 dB a frame, under a half cosine over the bins.
        let values = (0..40).flat_map(|frame| {
            (0..bins).map(move |bin| frame as f32 + (std::f32::consts::PI * (bin as f32 + 0.5) / bins as f32).cos())
        });
        let numbers = Cepstrum::new(bins).describe(&LogMel { bins, values: values.collect() });
        assert_eq!(numbers.len(), 4 * bins);
        // The DCT-II of a constant c is c times the bins at 0; of the first cosine half the bins at 1.
        assert!((numbers[0] - 19.5 * 8.0).abs() < 1e-3 && (numbers[1] - 4.0).abs() < 1e-3, "{numbers:?}");
        assert!(numbers[2..8].iter().all(|number| number.abs() < 1e-3), "{numbers:?}");
        // Uniform over 40 frames: √((40² − 1) / 12), times 8.
        assert!((numbers[8] - 8.0 * (1599.0f32 / 12.0).sqrt()).abs() < 1e-2, "{numbers:?}");
        // The level rises 8 a frame but at the ends, where the clip stands still beyond.
        assert!(numbers[16] > 7.0 && numbers[16] < 8.0 && numbers[17].abs() < 1e-3, "{numbers:?}");
    }

    #[test]
    fn a_clip_of_one_frame_or_none_has_a_description() {
        let cepstrum = Cepstrum::new(64);
        let one = cepstrum.describe(&LogMel { bins: 64, values: vec![-40.0; 64] });
        assert!(
            one.len() == 80 && one.iter().all(|number| number.is_finite()) && one[20..].iter().all(|it| *it == 0.0)
        );
        assert_eq!(cepstrum.describe(&LogMel { bins: 64, values: Vec::new() }), [0.0; 80]);
    }

    #[test]
    fn the_standard_has_mean_0_and_spread_1() {
        let rows: [&[f32]; 2] = [&[1.0, 5.0], &[3.0, 5.0]];
        let standard = Standardiser::of(&rows);
        assert_eq!((standard.apply(rows[0]), standard.apply(rows[1])), (vec![-1.0, 0.0], vec![1.0, 0.0]));
        assert_eq!(standard.apply(&[5.0, 9.0]), [3.0, 0.0]);
    }
}
