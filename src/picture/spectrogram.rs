//! A sound → a picture of its log-mel, in one pass and little memory: time to the right, low frequencies at the bottom,
//! louder is lighter.

use std::ops::Range;
use std::path::Path;

use crate::audio;
use crate::error::Result;
use crate::features::config::FrontEnd;
use crate::features::mel::{LogMel, MelBlocks};
use crate::features::view::View;
use crate::picture::canvas::Canvas;
use crate::picture::part::{each_block, samples_within};
use crate::picture::shade::{FLOOR_DB, shade};
use crate::picture::strip::Strip;

/// Pixels a mel bin of a view is high: 64 bins make 256, which can be looked at.
const PIXELS_PER_BIN: usize = 4;

/// Size of a picture in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureSize {
    /// Extent to the right.
    pub width: usize,
    /// Extent upwards.
    pub height: usize,
}

/// The picture of the sound at `path` between two times in `seconds`, as the model behind `front_end` hears it.
///
/// # Errors
/// [`Error::Data`](crate::error::Error::Data) if the file cannot be opened, recognised or decoded.
pub fn of_part(path: &Path, front_end: &FrontEnd, seconds: Range<f64>, size: PictureSize) -> Result<Canvas> {
    let (rate_hz, bins) = (front_end.rate_hz(), front_end.mel_bins());
    let range = samples_within(&seconds, rate_hz);
    let frames = 1 + (range.end.saturating_sub(range.start)) as usize / front_end.hop_len_samples();
    let (mut mel, mut strip) = (MelBlocks::new(front_end), Strip::new(bins, size.width));
    let blocks = audio::open(path)?.into_blocks(rate_hz)?;
    each_block(blocks, range, |samples| add(&mut strip, &mel.push(samples)))?;
    add(&mut strip, &mel.finish());
    // Where a damaged sound ends early there is silence, and not the rest of it drawn wider.
    while strip.moments() < frames {
        strip.push(&vec![FLOOR_DB; bins]);
    }
    Ok(paint(&strip, bins, size))
}

fn add(strip: &mut Strip, mel: &LogMel) {
    mel.values.chunks_exact(mel.bins).for_each(|frame| strip.push(frame));
}

fn paint(strip: &Strip, bins: usize, size: PictureSize) -> Canvas {
    let PictureSize { width, height } = size;
    let mut canvas = Canvas::new(width, height, [0; 3]);
    let loudest = strip.within(0.0..1.0).unwrap_or_default().into_iter().fold(FLOOR_DB, f32::max);
    for x in 0..width {
        let shares = x as f64 / width as f64..(x + 1) as f64 / width as f64;
        let Some(column) = strip.within(shares) else { break };
        for y in 0..height {
            canvas.set(x, y, shade(column[(height - 1 - y) * bins / height], loudest));
        }
    }
    canvas
}

/// The picture of the first channel of `view`, a frame a column.
pub fn of_view(view: &View) -> Canvas {
    let mel = &view.values[..view.frames * view.bins];
    let loudest = mel.iter().copied().fold(FLOOR_DB, f32::max);
    let height = view.bins * PIXELS_PER_BIN;
    let mut canvas = Canvas::new(view.frames, height, [0; 3]);
    for (x, frame) in mel.chunks_exact(view.bins).enumerate() {
        for y in 0..height {
            canvas.set(x, y, shade(frame[(height - 1 - y) / PIXELS_PER_BIN], loudest));
        }
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHT: usize = 64;

    /// The picture of `samples`, handed over in blocks of `block`.
    fn picture(samples: &[f32], block: usize, width: usize) -> Canvas {
        let front_end = FrontEnd::from_json("{}").unwrap();
        let (mut mel, mut strip) = (MelBlocks::new(&front_end), Strip::new(front_end.mel_bins(), width));
        samples.chunks(block).for_each(|block| add(&mut strip, &mel.push(block)));
        add(&mut strip, &mel.finish());
        paint(&strip, front_end.mel_bins(), PictureSize { width, height: HEIGHT })
    }

    fn lightness(canvas: &Canvas, x: usize) -> u32 {
        (0..HEIGHT).flat_map(|y| canvas.at(x, y)).map(u32::from).sum()
    }

    #[test]
    fn no_column_of_a_wide_picture_is_empty_however_the_sound_comes() {
        let samples: Vec<f32> = (0..48_000u64).map(|i| ((i * i % 1009) as f32 * 0.37).sin()).collect();
        for (width, block) in [(1237, 48_000), (2048, 7001), (313, 12_345), (50, 1000)] {
            let canvas = picture(&samples, block, width);
            let darkest = (0..width).map(|x| lightness(&canvas, x)).min().unwrap();
            assert!(darkest > 5000, "{width} {block}: {darkest}");
            assert_eq!(canvas, picture(&samples, 48_000, width));
        }
    }

    #[test]
    fn a_tone_that_begins_halfway_is_light_on_the_right() {
        let tone = |i: usize| (std::f32::consts::TAU * 1000.0 * i as f32 / 48_000.0).sin();
        let samples: Vec<f32> = (0..48_000).map(|i| if i < 24_000 { 0.0 } else { tone(i) }).collect();
        let canvas = picture(&samples, 4800, 10);
        let sum = |x| lightness(&canvas, x);
        assert!(sum(8) > 2 * sum(1), "{} {}", sum(8), sum(1));
        assert_eq!(sum(0), sum(2));
    }

    #[test]
    fn the_lowest_bin_of_a_view_is_at_the_bottom_and_the_loudest_is_lightest() {
        let values = vec![0.0, -100.0, -100.0, -40.0];
        let view = View { channels: 1, frames: 2, bins: 2, values, is_longer: false, span: 0..1, weight: 1.0 };
        let picture = of_view(&view);
        for (x, y, db) in [(0, 2 * PIXELS_PER_BIN - 1, 0.0), (1, 0, -40.0), (0, 0, -100.0)] {
            assert_eq!(picture.at(x, y), shade(db, 0.0), "{x}, {y}");
        }
    }
}
