//! A log-mel as a PNG: time to the right, low frequencies at the bottom, louder is lighter.

use std::path::Path;
use std::sync::Arc;

use auricle::audio;
use auricle::error::{Error, Result as Drawn, Stage};
use auricle::features::{FrontEnd, Plan, View, ViewStream};
use colorous::MAGMA;

use crate::cli::context::Context;
use crate::cli::terminal::canvas::{Canvas, Color};
use crate::cli::terminal::exit::Failure;

/// Pixels a mel bin is high: 64 bins make 256, which can be looked at.
const PIXELS_PER_BIN: usize = 4;

/// From the loudest to the darkest colour, in dB: about what an ear hears in one recording.
const RANGE_DB: f32 = 80.0;

/// The log-mel's own floor, in dB: 10·log10 of the 1e-10 that the front end clamps powers to.
pub(crate) const FLOOR_DB: f32 = -100.0;

/// Draws the first view of the sound at `sound` to `png`.
pub(crate) fn draw(context: &Context, sound: &Path, png: &Path) -> Result<(), Failure> {
    paint(&first_view(sound, find_front_end(context)?)?).write_png(png)
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

/// The picture of the view's first channel.
fn paint(view: &View) -> Canvas {
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

/// The colour of `db` where the loudest value is `loudest_db`.
pub(crate) fn shade(db: f32, loudest_db: f32) -> Color {
    let darkest = (loudest_db - RANGE_DB).max(FLOOR_DB);
    let share = if loudest_db > darkest { (db - darkest) / (loudest_db - darkest) } else { 0.0 };
    MAGMA.eval_continuous(f64::from(share).clamp(0.0, 1.0)).as_array()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_bin_is_at_the_bottom_and_the_loudest_is_lightest() {
        let values = vec![0.0, -100.0, -100.0, -40.0];
        let view = View { channels: 1, frames: 2, bins: 2, values, is_longer: false, span: 0..1, weight: 1.0 };
        let picture = paint(&view);
        for (x, y, share) in [(0, 2 * PIXELS_PER_BIN - 1, 1.0), (1, 0, 0.5), (0, 0, 0.0)] {
            assert_eq!(picture.at(x, y), MAGMA.eval_continuous(share).as_array(), "{x}, {y}");
        }
    }
}
