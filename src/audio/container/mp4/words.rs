//! Words of an MP4 file that symphonia does not tell: XMP, and when the file says that it was made. In: a byte source and where
//! boxes lie. Out: tags.
//!
//! References: Adobe, XMP Specification Part 3 (MPEG-4, QuickTime); ISO/IEC 14496-12, 8.2.2 (`mvhd`).

use std::io;

use jiff::Timestamp;
use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, boxes_in, child, descendant, narrow, wide};
use crate::audio::metadata::{TagName, Tags};
use crate::audio::tags;

/// Name of the box that holds XMP, in a box called `uuid`.
const XMP_ID: [u8; 16] =
    [0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC];

/// Seconds from the beginning of 1904, when times in `mvhd` begin, to that of 1970.
const FROM_1904_TO_1970: i64 = 2_082_844_800;

/// Seconds since 1970 that a file may say it was made at: from 1990 to 2099. What is outside is a clock that was never set.
const MADE_SECONDS: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// The words in the boxes of the file that lies at `file` and whose `moov` is given.
pub(super) fn read(source: &mut dyn MediaSource, file: BoxSpan, moov: BoxSpan) -> io::Result<Tags> {
    let mut words = Tags::default();
    if let Some(packet) = descendant(source, moov, &[b"udta", b"XMP_"])? {
        words.fill_from(tags::of_xmp(&packet.read(source)?));
    }
    for parent in [file, moov] {
        for found in boxes_in(source, parent)?.into_iter().filter(|found| &found.name == b"uuid") {
            if let Some(packet) = found.content.read(source)?.strip_prefix(&XMP_ID) {
                words.fill_from(tags::of_xmp(packet));
            }
        }
    }
    if let Some(header) = child(source, moov, b"mvhd")? {
        words.fill(TagName::Created, made(&header.read(source)?));
    }
    Ok(words)
}

/// When the file was made by the header of a movie, in UTC.
fn made(mvhd: &[u8]) -> Option<String> {
    let since_1904 = if mvhd.first() == Some(&1) { wide(mvhd, 4) } else { narrow(mvhd, 4) }?;
    let seconds = i64::try_from(since_1904).ok()?.checked_sub(FROM_1904_TO_1970)?;
    let made = MADE_SECONDS.contains(&seconds).then_some(seconds)?;
    Timestamp::from_second(made).ok().map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_says_nothing() {
        let short = |seconds: u32| [&[0; 4][..], &seconds.to_be_bytes()].concat();
        let long = |seconds: u64| [&[1, 0, 0, 0][..], &seconds.to_be_bytes()].concat();
        for (header, expected) in [
            (short(3_701_761_800), Some("2021-04-20T11:10:00Z")),
            (long(3_701_761_800), Some("2021-04-20T11:10:00Z")),
            (short(0), None),
            (short(FROM_1904_TO_1970 as u32), None),
            (long(u64::MAX), None),
            (long(1 << 40), None),
            (vec![0; 5], None),
            (Vec::new(), None),
        ] {
            assert_eq!(made(&header).as_deref(), expected);
        }
    }
}
