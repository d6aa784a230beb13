//! The canvas of a picture: coloured rectangles, pixels and lines of text → a PNG.
//!
//! Places are in pixels from the top left corner. What lies outside the canvas is not drawn. It knows nothing of sounds.

use std::convert::Infallible;

use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::iso_8859_1::FONT_7X13;
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::text::{Baseline, Text};
use embedded_graphics::{Drawable, Pixel};
use unicode_normalization::UnicodeNormalization;

use crate::error::Result;
use crate::picture::png;

/// The letters: Western European ones; others become a question mark.
const FONT: MonoFont<'static> = FONT_7X13;

/// Height of a line of text, in pixels.
pub const TEXT_HEIGHT: usize = FONT.character_size.height as usize;

/// Red, green and blue.
pub type Color = [u8; 3];

/// A rectangle, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Extent to the right.
    pub width: usize,
    /// Extent downwards.
    pub height: usize,
}

/// A picture in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width: usize,
    height: usize,
    /// Row-major `[height, width]`.
    pixels: Vec<Color>,
}

impl Canvas {
    /// A picture of `width` by `height` pixels that is all `background`.
    pub fn new(width: usize, height: usize, background: Color) -> Self {
        Canvas { width, height, pixels: vec![background; width * height] }
    }

    /// The colour at `x`, `y`, both inside.
    #[cfg(test)]
    pub(crate) fn at(&self, x: usize, y: usize) -> Color {
        self.pixels[y * self.width + x]
    }

    /// Colours the pixel at `x`, `y`.
    pub fn set(&mut self, x: usize, y: usize, color: Color) {
        if x < self.width && y < self.height {
            self.pixels[y * self.width + x] = color;
        }
    }

    /// Colours all of `area`.
    pub fn fill(&mut self, area: Area, color: Color) {
        let columns = area.x.min(self.width)..(area.x + area.width).min(self.width);
        for y in area.y.min(self.height)..(area.y + area.height).min(self.height) {
            self.pixels[y * self.width..][columns.clone()].fill(color);
        }
    }

    /// Writes a line of `text` whose top left corner is at `x`, `y`.
    pub fn text(&mut self, x: usize, y: usize, text: &str, color: Color) {
        let [red, green, blue] = color;
        let style = MonoTextStyle::new(&FONT, Rgb888::new(red, green, blue));
        let text = drawn(text);
        let Ok(_) = Text::with_baseline(&text, Point::new(x as i32, y as i32), style, Baseline::Top).draw(self);
    }

    /// The picture as a PNG.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::error::Error::Internal) if the picture has no pixels.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        png::encode(self.width, self.height, self.pixels.as_flattened())
    }
}

/// Width of `text`, in pixels.
pub fn text_width(text: &str) -> usize {
    let advance = FONT.character_size.width + FONT.character_spacing;
    drawn(text).chars().count() * advance as usize
}

/// `text` in letters of the font as far as there are such, and in one line.
fn drawn(text: &str) -> String {
    // A letter and its accent may be two characters, which the font has as one.
    text.nfc().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(place, color) in pixels {
            if let (Ok(x), Ok(y)) = (usize::try_from(place.x), usize::try_from(place.y)) {
                self.set(x, y, [color.r(), color.g(), color.b()]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Color = [255; 3];
    const INK: Color = [10, 20, 30];

    /// The pixels that are not white.
    fn inked(canvas: &Canvas) -> Vec<(usize, usize)> {
        let places = (0..canvas.height).flat_map(|y| (0..canvas.width).map(move |x| (x, y)));
        places.filter(|(x, y)| canvas.at(*x, *y) != WHITE).collect()
    }

    #[test]
    fn rectangles_are_filled_and_cut_at_the_edge() {
        let mut canvas = Canvas::new(4, 3, WHITE);
        canvas.fill(Area { x: 2, y: 1, width: 1, height: 2 }, INK);
        assert_eq!(inked(&canvas), [(2, 1), (2, 2)]);
        canvas.fill(Area { x: 3, y: 2, width: 9, height: 9 }, INK);
        canvas.fill(Area { x: 9, y: 9, width: 1, height: 1 }, INK);
        canvas.set(4, 0, INK);
        assert_eq!(inked(&canvas), [(2, 1), (2, 2), (3, 2)]);
    }

    #[test]
    fn text_fills_its_own_cells_whatever_its_letters_are() {
        let text = |text: &str| {
            let mut canvas = Canvas::new(40, 20, WHITE);
            canvas.text(3, 2, text, INK);
            inked(&canvas)
        };
        let places = text("dög");
        assert!(!places.is_empty());
        let right = 3 + text_width("dög");
        assert!(places.iter().all(|(x, y)| (3..right).contains(x) && (2..2 + TEXT_HEIGHT).contains(y)), "{places:?}");
        assert_eq!(text("do\u{308}g"), places, "a letter and its accent are one letter");
        assert_eq!(text("雨"), text("?"));
        assert_eq!(text("a\nb"), text("a b"));
        assert_eq!(text_width("do\u{308}g"), text_width("dog"));
    }
}
