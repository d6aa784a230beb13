//! A sound → a picture of its log-mel, in one pass and little memory: time to the right, low frequencies at the bottom,
//! louder is lighter.

use std::ops::Range;
use std::path::Path;

use colorous::MAGMA;

use crate::audio;
use crate::features::{FrontEnd, log_mel};
use crate::server::api::pictures::measure_seconds;
use crate::server::http::problem::Problem;

/// Width at most, in pixels.
const MOST_WIDTH: usize = 2048;

/// Height at most, in pixels.
const MOST_HEIGHT: usize = 512;

/// Size where nothing is said.
const USUAL: Size = Size { width: 800, height: 128 };

/// From the loudest to the darkest colour, in dB: about what an ear hears in one recording.
const RANGE_DB: f32 = 80.0;

/// The log-mel's own floor, in dB.
const FLOOR_DB: f32 = -100.0;

/// Sound that is gone through at a time, in seconds.
const CHUNK_SECONDS: usize = 10;

/// How far rounding may move an edge, in columns.
const SAME_COLUMN: f64 = 1e-6;

/// The size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    width: usize,
    height: usize,
}

impl Size {
    /// The size that is asked for.
    ///
    /// # Errors
    /// A 422 if it is too large.
    pub(crate) fn new(width: Option<usize>, height: Option<usize>) -> Result<Self, Problem> {
        let size = Size { width: width.unwrap_or(USUAL.width), height: height.unwrap_or(USUAL.height) };
        if (1..=MOST_WIDTH).contains(&size.width) && (1..=MOST_HEIGHT).contains(&size.height) {
            return Ok(size);
        }
        Err(Problem::unprocessable(format!("width is 1 to {MOST_WIDTH}, height is 1 to {MOST_HEIGHT}")))
    }
}

/// The part `seconds` of the sound at `path` as a PNG.
///
/// # Errors
/// As [`audio::Blocks::next_block`]; a 422 if there is no such part.
pub(crate) fn draw(path: &Path, front_end: &FrontEnd, seconds: Range<f64>, size: Size) -> Result<Vec<u8>, Problem> {
    let length = if seconds.end.is_finite() { seconds.end } else { measure_seconds(path)? };
    if seconds.start >= length {
        return Err(Problem::unprocessable(format!("the sound ends after {length} s")));
    }
    let rate_hz = front_end.rate_hz();
    let mut blocks = audio::open(path)?.into_blocks(rate_hz)?;
    let [from, to] = [seconds.start, length].map(|time| (time * f64::from(rate_hz)).round() as usize);
    let mut columns = Columns::new(to.saturating_sub(from).max(1), size.width, front_end.mel_bins());
    let (mut position, mut waiting) = (0, Vec::new());
    while position < to
        && let Some(block) = blocks.next_block()?
    {
        let [start, end] = [from, to].map(|time| time.saturating_sub(position).min(block.len()));
        waiting.extend_from_slice(&block[start..end]);
        position += block.len();
        if waiting.len() >= CHUNK_SECONDS * rate_hz as usize {
            columns.take(front_end, &waiting);
            waiting.clear();
        }
    }
    columns.take(front_end, &waiting);
    encode(&columns.paint(size.height), size).map_err(|error| Problem::internal(&error))
}

/// The loudest values in each column of the picture.
struct Columns {
    len_samples: usize,
    taken: usize,
    bins: usize,
    width: usize,
    /// In dB, row-major `[width, bins]`.
    values: Vec<f32>,
}

impl Columns {
    fn new(len_samples: usize, width: usize, bins: usize) -> Self {
        Columns { len_samples, taken: 0, bins, width, values: vec![FLOOR_DB; width * bins] }
    }

    /// Takes the next `samples`.
    fn take(&mut self, front_end: &FrontEnd, samples: &[f32]) {
        let mel = log_mel(front_end, samples);
        let hop = samples.len() as f64 / mel.frames().max(1) as f64;
        let (begin, columns_a_sample) = (self.taken as f64, self.width as f64 / self.len_samples as f64);
        // One frame begins in the column where the one before ends, also after rounding, or columns would stay empty.
        let edge =
            |index: usize| (((begin + index as f64 * hop) * columns_a_sample + SAME_COLUMN) as usize).min(self.width);
        for (index, frame) in mel.values.chunks_exact(self.bins).enumerate() {
            // A short sound has fewer frames than the picture columns, which then share one.
            let [first, last] = [edge(index), edge(index + 1)];
            let columns = first.min(self.width - 1)..last.max(first + 1).min(self.width);
            for column in columns {
                let values = &mut self.values[column * self.bins..][..self.bins];
                values.iter_mut().zip(frame).for_each(|(value, new)| *value = value.max(*new));
            }
        }
        self.taken += samples.len();
    }

    /// The pixels, red, green and blue, row-major `[height, width]`.
    fn paint(&self, height: usize) -> Vec<u8> {
        let loudest = self.values.iter().copied().fold(FLOOR_DB, f32::max);
        let mut pixels = Vec::with_capacity(self.width * height * 3);
        for y in 0..height {
            let bin = (height - 1 - y) * self.bins / height;
            for column in 0..self.width {
                pixels.extend(shade(self.values[column * self.bins + bin], loudest));
            }
        }
        pixels
    }
}

/// The colour of `db` where the loudest value is `loudest_db`.
fn shade(db: f32, loudest_db: f32) -> [u8; 3] {
    let darkest = (loudest_db - RANGE_DB).max(FLOOR_DB);
    let share = if loudest_db > darkest { (db - darkest) / (loudest_db - darkest) } else { 0.0 };
    MAGMA.eval_continuous(f64::from(share).clamp(0.0, 1.0)).as_array()
}

fn encode(pixels: &[u8], size: Size) -> Result<Vec<u8>, png::EncodingError> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, size.width as u32, size.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_of_a_wide_picture_is_empty() {
        let front_end = FrontEnd::from_json("{}").unwrap();
        let rate_hz = front_end.rate_hz() as usize;
        let samples: Vec<f32> = (0..rate_hz).map(|i| ((i * i % 1009) as f32 * 0.37).sin()).collect();
        for (width, chunk) in [(1237, rate_hz), (2048, 7001), (313, 12_345), (50, 1000)] {
            let mut columns = Columns::new(samples.len(), width, front_end.mel_bins());
            samples.chunks(chunk).for_each(|chunk| columns.take(&front_end, chunk));
            let is_empty = |column: &[f32]| column.iter().all(|value| *value == FLOOR_DB);
            let empty = columns.values.chunks_exact(columns.bins).filter(|column| is_empty(column)).count();
            assert_eq!(empty, 0, "{width} {chunk}");
        }
    }

    #[test]
    fn a_tone_that_begins_halfway_is_light_on_the_right() {
        let front_end = FrontEnd::from_json("{}").unwrap();
        let rate_hz = front_end.rate_hz() as usize;
        let tone = |i: usize| (std::f32::consts::TAU * 1000.0 * i as f32 / rate_hz as f32).sin();
        let samples: Vec<f32> = (0..rate_hz).map(|i| if i < rate_hz / 2 { 0.0 } else { tone(i) }).collect();
        let mut columns = Columns::new(samples.len(), 10, front_end.mel_bins());
        columns.take(&front_end, &samples);
        let pixels = columns.paint(64);
        let sum = |x: usize| {
            (0..64).map(|y| pixels[(y * 10 + x) * 3..][..3].iter().map(|v| u32::from(*v)).sum::<u32>()).sum::<u32>()
        };
        assert!(sum(8) > 2 * sum(1), "{} {}", sum(8), sum(1));
        assert_eq!(sum(0), sum(2));
    }
}
