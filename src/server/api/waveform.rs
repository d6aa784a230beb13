//! A sound → its lowest and highest sample in stretches of equal length, in one pass and little memory.

use std::ops::Range;
use std::path::Path;

use crate::audio;
use crate::audio::{HIGHEST_ASKED_RATE_HZ, LOWEST_ASKED_RATE_HZ};
use crate::server::api::pictures::measure_seconds;
use crate::server::http::problem::Problem;
use crate::wire::sound::Waveform;

/// The part `seconds` of the sound at `path`, `length` seconds long where that is known, in `points` stretches.
///
/// # Errors
/// As [`audio::Blocks::next_block`]; a 422 if there is no such part.
pub(crate) fn measure(
    path: &Path,
    length: Option<f64>,
    seconds: Range<f64>,
    points: usize,
) -> Result<Waveform, Problem> {
    let length = match length {
        Some(length) => length,
        None => measure_seconds(path)?,
    };
    let end = seconds.end.min(length);
    if seconds.start >= end {
        return Err(Problem::unprocessable(format!("the sound ends after {length} s")));
    }
    let sound = audio::open(path)?;
    // At its own rate, so that no peak is lost.
    let rate_hz = sound.metadata().rate_hz.clamp(LOWEST_ASKED_RATE_HZ, HIGHEST_ASKED_RATE_HZ);
    let mut blocks = sound.into_blocks(rate_hz)?;
    let [from, to] = [seconds.start, end].map(|time| (time * f64::from(rate_hz)).round() as u64);
    let mut peaks = Peaks::new(to.saturating_sub(from).max(1), points);
    let mut position = 0u64;
    while position < to
        && let Some(block) = blocks.next_block()?
    {
        let len = block.len() as u64;
        let [start, end] = [from, to].map(|time| time.saturating_sub(position).min(len) as usize);
        block[start..end].iter().for_each(|sample| peaks.take(*sample));
        position += len;
    }
    Ok(Waveform { seconds: end - seconds.start, peaks: peaks.peaks })
}

/// Stretches in the making.
struct Peaks {
    len_samples: u64,
    taken: u64,
    points: u64,
    peaks: Vec<[f32; 2]>,
}

impl Peaks {
    fn new(len_samples: u64, points: usize) -> Self {
        // More stretches than samples would be empty ones.
        let points = (points as u64).min(len_samples);
        Peaks { len_samples, taken: 0, points, peaks: vec![[0.0; 2]; points as usize] }
    }

    fn take(&mut self, sample: f32) {
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
    fn each_stretch_has_its_own_lowest_and_highest_sample() {
        let mut peaks = Peaks::new(7, 3);
        [0.1, 0.5, -0.2, 0.3, 0.4, -1.0, 1.0].into_iter().for_each(|sample| peaks.take(sample));
        assert_eq!(peaks.peaks, [[-0.2, 0.5], [0.3, 0.4], [-1.0, 1.0]]);
        assert_eq!(Peaks::new(2, 10).peaks.len(), 2);
    }
}
