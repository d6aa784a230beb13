//! A sound → the lowest and highest sample of equal parts of it, in one pass and little memory.

use std::ops::Range;
use std::path::Path;

use crate::audio;
use crate::audio::{HIGHEST_ASKED_RATE_HZ, LOWEST_ASKED_RATE_HZ};
use crate::error::Result;
use crate::picture::part::{each_block, samples_within};

/// The peaks of the sound at `path` between two times in `seconds`: [lowest, highest] of each of `points` equal parts, or of
/// each sample where it has fewer.
///
/// # Errors
/// [`Error::Data`](crate::error::Error::Data) if the file cannot be opened, recognised or decoded.
pub fn peaks(path: &Path, seconds: Range<f64>, points: usize) -> Result<Vec<[f32; 2]>> {
    let sound = audio::open(path)?;
    // At its own rate, so that no peak is lost.
    let rate_hz = sound.metadata().rate_hz.clamp(LOWEST_ASKED_RATE_HZ, HIGHEST_ASKED_RATE_HZ);
    let blocks = sound.into_blocks(rate_hz)?;
    let range = samples_within(&seconds, rate_hz);
    let mut peaks = Peaks::new(range.end.saturating_sub(range.start).max(1), points);
    each_block(blocks, range, |samples| samples.iter().for_each(|sample| peaks.push(*sample)))?;
    Ok(peaks.peaks)
}

/// The peaks of equal parts of a sound, in the making.
struct Peaks {
    len_samples: u64,
    taken: u64,
    points: u64,
    peaks: Vec<[f32; 2]>,
}

impl Peaks {
    fn new(len_samples: u64, points: usize) -> Self {
        // More parts than samples would leave some empty.
        let points = (points as u64).min(len_samples);
        Peaks { len_samples, taken: 0, points, peaks: vec![[0.0; 2]; points as usize] }
    }

    fn push(&mut self, sample: f32) {
        let place = (u128::from(self.taken) * u128::from(self.points) / u128::from(self.len_samples)) as usize;
        let is_first = self.taken == 0 || {
            let before = (u128::from(self.taken - 1) * u128::from(self.points) / u128::from(self.len_samples)) as usize;
            before != place
        };
        if let Some([lowest, highest]) = self.peaks.get_mut(place) {
            (*lowest, *highest) = if is_first { (sample, sample) } else { (lowest.min(sample), highest.max(sample)) };
        }
        self.taken += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_own_lowest_and_highest_sample() {
        let mut peaks = Peaks::new(7, 3);
        [0.1, 0.5, -0.2, 0.3, 0.4, -1.0, 1.0].into_iter().for_each(|sample| peaks.push(sample));
        assert_eq!(peaks.peaks, [[-0.2, 0.5], [0.3, 0.4], [-1.0, 1.0]]);
        assert_eq!(Peaks::new(2, 10).peaks.len(), 2);
    }
}
