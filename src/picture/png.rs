//! Pixels → PNG.

use crate::error::{Error, Result, Stage};

/// The picture of `width` by `height` pixels, red, green and blue, row-major `[height, width]`.
pub(super) fn encode(width: usize, height: usize, pixels: &[u8]) -> Result<Vec<u8>> {
    write(width, height, pixels)
        .map_err(|error| Error::internal(Stage::Output, "a picture could not be encoded").caused_by(error))
}

fn write(width: usize, height: usize, pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_picture_can_be_read_back() {
        let pixels: Vec<u8> = (0..18).collect();
        let encoded = encode(3, 2, &pixels).unwrap();
        let mut reader = png::Decoder::new(Cursor::new(encoded)).read_info().unwrap();
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut read).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (3, 2, png::ColorType::Rgb));
        assert_eq!(read, pixels);
        assert!(encode(0, 2, &[]).is_err(), "a picture without pixels is none");
    }
}
