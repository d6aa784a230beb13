//! A log-mel as a PNG: time to the right, low frequencies at the bottom, louder is lighter.

use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use auricle::audio;
use auricle::error::{Error, Result as Drawn, Stage};
use auricle::features::{FrontEnd, Plan, View, ViewStream};
use colorous::MAGMA;

use super::context::Context;
use super::exit::{Exit, Failure};

/// Pixels a mel bin is high: 64 bins make 256, which can be looked at.
const PIXELS_PER_BIN: usize = 4;

/// From the loudest to the darkest colour, in dB: about what an ear hears in one recording.
const RANGE_DB: f32 = 80.0;

/// The log-mel's own floor, in dB: 10·log10 of the 1e-10 that the front end clamps powers to.
const FLOOR_DB: f32 = -100.0;

/// Draws the first view of the sound at `sound` to `png`.
pub(crate) fn draw(context: &Context, sound: &Path, png: &Path) -> Result<(), Failure> {
    let view = first_view(sound, find_front_end(context)?)?;
    write(png, &view).map_err(|error| {
        let error = anyhow::Error::from(error).context(format!("{} could not be written", png.display()));
        Failure::new(Exit::Usage, error)
    })
}

fn find_front_end(context: &Context) -> Result<Arc<FrontEnd>, Failure> {
    let preprocessor = context.find_checkpoint()?.preprocessor;
    Ok(Arc::new(FrontEnd::from_json(&preprocessor.read_text()?)?))
}

fn first_view(path: &Path, front_end: Arc<FrontEnd>) -> Drawn<View> {
    let mut blocks = audio::open(path)?.into_blocks(front_end.rate_hz())?;
    let mut stream = ViewStream::new(front_end, Plan::Clip);
    while let Some(block) = blocks.next_block()? {
        if let Some(view) = stream.push(block).into_iter().next() {
            return Ok(view);
        }
    }
    let silent = || Error::file(path, Stage::Features, "it has no samples, so there is nothing to draw");
    stream.finish()?.into_iter().next().ok_or_else(silent)
}

fn write(path: &Path, view: &View) -> Result<(), png::EncodingError> {
    let file = BufWriter::new(fs::File::create(path)?);
    let (width, height) = (view.frames as u32, (view.bins * PIXELS_PER_BIN) as u32);
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&paint(view))?;
    writer.finish()
}

/// The pixels of the view's first channel, row by row from the top.
fn paint(view: &View) -> Vec<u8> {
    let mel = &view.values[..view.frames * view.bins];
    let loudest = mel.iter().copied().fold(FLOOR_DB, f32::max);
    let darkest = (loudest - RANGE_DB).max(FLOOR_DB);
    let shade = |db: f32| if loudest > darkest { (db - darkest) / (loudest - darkest) } else { 0.0 };
    let mut pixels = Vec::with_capacity(mel.len() * PIXELS_PER_BIN * 3);
    for row in (0..view.bins * PIXELS_PER_BIN).rev() {
        for frame in mel.chunks_exact(view.bins) {
            let color = MAGMA.eval_continuous(f64::from(shade(frame[row / PIXELS_PER_BIN])).clamp(0.0, 1.0));
            pixels.extend(color.as_array());
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_bin_is_at_the_bottom_and_the_loudest_is_lightest() {
        let values = vec![0.0, -100.0, -100.0, -40.0];
        let view = View { channels: 1, frames: 2, bins: 2, values, is_longer: false, span: 0..1, weight: 1.0 };
        let pixels = paint(&view);
        let at = |row: usize, column: usize| &pixels[(row * 2 + column) * 3..][..3];
        let bottom = 2 * PIXELS_PER_BIN - 1;
        assert_eq!(at(bottom, 0), MAGMA.eval_continuous(1.0).as_array());
        assert_eq!(at(0, 1), MAGMA.eval_continuous(0.5).as_array());
        assert_eq!(at(0, 0), MAGMA.eval_continuous(0.0).as_array());
    }
}
