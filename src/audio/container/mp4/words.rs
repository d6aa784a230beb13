//! Words of an MP4 file that symphonia does not tell: XMP, QuickTime's metadata by key, keywords, a place, and when the file
//! says that it was made. In: a byte source and where boxes lie. Out: tags.
//!
//! References: Adobe, XMP Specification Part 3 (MPEG-4, QuickTime); Apple, QuickTime File Format, "Metadata"; ISO/IEC
//! 14496-12, 8.2.2 (`mvhd`).

use std::io;

use jiff::Timestamp;
use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, boxes_in, child, descendant, narrow, wide};
use crate::audio::metadata::{TagName, Tags};
use crate::audio::tags;
use crate::audio::tags::encoding::text;

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
    if let Some(place) = descendant(source, moov, &[b"udta", b"\xA9xyz"])? {
        // Behind a length and a language.
        words.fill(TagName::Location, text(place.read(source)?.get(4..).unwrap_or_default()));
    }
    for parent in [Some(moov), child(source, moov, b"udta")?].into_iter().flatten() {
        if let Some(meta) = child(source, parent, b"meta")? {
            add_metadata(source, meta, &mut words)?;
        }
    }
    if let Some(header) = child(source, moov, b"mvhd")? {
        words.fill(TagName::Created, made(&header.read(source)?));
    }
    Ok(words)
}

/// Adds what a box `meta` has by key, and the keywords of one that has Apple's own names.
fn add_metadata(source: &mut dyn MediaSource, meta: BoxSpan, words: &mut Tags) -> io::Result<()> {
    // In MP4 version and flags come first; in QuickTime they do not.
    let is_plain = meta.read(source)?.get(4..8) == Some(b"hdlr");
    let meta = if is_plain { meta } else { meta.behind(4) };
    let Some(list) = child(source, meta, b"ilst")? else { return Ok(()) };
    let keys = match child(source, meta, b"keys")? {
        Some(keys) => keys_of(&keys.read(source)?),
        None => Vec::new(),
    };
    for item in boxes_in(source, list)? {
        let number = u32::from_be_bytes(item.name) as usize;
        let name = match number.checked_sub(1).and_then(|at| keys.get(at)) {
            Some(key) => tag_of(key),
            None => (&item.name == b"keyw").then(|| "keywords".to_owned()),
        };
        let Some(name) = name else { continue };
        if let Some(data) = child(source, item.content, b"data")? {
            // Behind the type of the value and its language.
            words.fill_named(&name, text(data.read(source)?.get(8..).unwrap_or_default()));
        }
    }
    Ok(())
}

/// The keys of a box `keys`: their number, then for each its length, a namespace and its name.
fn keys_of(content: &[u8]) -> Vec<String> {
    let (mut keys, mut rest) = (Vec::new(), content.get(8..).unwrap_or_default());
    while let Some(len) = narrow(rest, 0).and_then(|len| usize::try_from(len).ok()).filter(|&len| len >= 8) {
        let Some(entry) = rest.get(8..len) else { break };
        keys.push(String::from_utf8_lossy(entry).into_owned());
        rest = &rest[len..];
    }
    keys
}

/// The name of the tag that a key stands for: `com.apple.quicktime.creationdate` for the date, other names for themselves.
fn tag_of(key: &str) -> Option<String> {
    let key = key.to_ascii_lowercase();
    let name = key.strip_prefix("com.apple.quicktime.").unwrap_or(&key);
    Some(match name {
        "creationdate" => "date".to_owned(),
        "location.iso6709" | "location.name" => "location".to_owned(),
        "director" | "producer" => return None,
        other => other.to_owned(),
    })
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
