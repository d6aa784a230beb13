//! The edit lists of an MP4 file. In: the byte source. Out: for each track, the frames to leave out at both ends. AAC encoders put about 1,024 frames of silence before the sound and fill the last block after it; the edit
//! list and the length of the media say which (ISO/IEC 14496-12, 8.6.6), older Apple files say it in the tag
//! `iTunSMPB`. symphonia reads neither. Anything odd in these boxes means "leave nothing out", never an error.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::Trim;
use crate::audio::source::{len_bytes, read_at};

/// The largest box that is read as a whole; those read here have tens of bytes.
const LARGEST_READ: u64 = 1 << 16;

/// Boxes looked at in one level, at most: a damaged file may promise billions of empty ones.
const MOST_BOXES: usize = 10_000;

/// When a track's media begins and ends, by its own account.
pub(in crate::audio) struct TrackTimes {
    /// The track's id.
    pub(in crate::audio) id: u32,
    media: Times,
    edit: Option<Edit>,
    /// Ticks a second of the edit's duration.
    movie_scale: u64,
}

/// Reads the times of every track in the file.
pub(in crate::audio) fn read_times(source: &mut dyn MediaSource) -> io::Result<Vec<TrackTimes>> {
    let file = BoxSpan { start: 0, end: len_bytes(source)? };
    let Some(movie) = child(source, file, b"moov")? else { return Ok(Vec::new()) };
    let movie_scale = match child(source, movie, b"mvhd")? {
        Some(header) => Times::read(source, header)?.map_or(0, |times| times.scale),
        None => 0,
    };
    let mut all = Vec::new();
    for track in children(source, movie, b"trak")? {
        let (Some(id), Some(media)) = (id_of(source, track)?, child(source, track, b"mdia")?) else { continue };
        let Some(header) = child(source, media, b"mdhd")? else { continue };
        let Some(media) = Times::read(source, header)? else { continue };
        let edit = match child(source, track, b"edts")? {
            Some(edits) => Edit::read_first(source, edits)?,
            None => None,
        };
        all.push(TrackTimes { id, media, edit, movie_scale });
    }
    Ok(all)
}

impl TrackTimes {
    /// The frames to leave out at `rate_hz`.
    ///
    /// The length of the media is exact (encoders shorten the last block's duration); the edit's is often rounded to
    /// milliseconds and so only counts where it is shorter by more than that.
    pub(in crate::audio) fn trim(&self, rate_hz: u32) -> Trim {
        let frames = |ticks: u64, scale: u64| {
            let exact = (u128::from(ticks) * u128::from(rate_hz)).checked_div(u128::from(scale));
            u64::try_from(exact.unwrap_or(0)).unwrap_or(u64::MAX)
        };
        let skip = self.edit.as_ref().map_or(0, |edit| frames(edit.media_start, self.media.scale));
        let media =
            (self.media.duration > 0).then(|| frames(self.media.duration, self.media.scale).saturating_sub(skip));
        let edited = self.edit.as_ref().filter(|edit| edit.duration > 0 && self.movie_scale > 0);
        let edited = edited.map(|edit| frames(edit.duration.saturating_add(1), self.movie_scale));
        let keep = match (media, edited) {
            (Some(media), Some(edited)) => Some(media.min(edited)),
            (media, _) => media,
        };
        Trim { skip, keep: keep.filter(|&frames| frames > 0), drop_last: 0 }
    }
}

/// The length that the file should have: where its last box ends, which in a file cut short lies behind its end.
pub(in crate::audio) fn claimed_len(source: &mut dyn MediaSource) -> io::Result<u64> {
    let len = len_bytes(source)?;
    // No file system holds more; a damaged length must not become a position that nothing can count with.
    let most = BoxSpan { start: 0, end: i64::MAX as u64 };
    let mut claimed = len;
    walk(source, most, |_, span| claimed = if span.end < most.end { claimed.max(span.end) } else { claimed })?;
    Ok(claimed)
}

/// The trim that the text of an `iTunSMPB` tag states: priming, padding and length as hexadecimal words two to four.
pub(in crate::audio) fn trim_of_itunes_tag(text: &str) -> Option<Trim> {
    let mut words = text.split_whitespace().skip(1).map(|word| u64::from_str_radix(word, 16).ok());
    let (skip, _padding, len) = (words.next()??, words.next()??, words.next()??);
    (len > 0).then_some(Trim { skip, keep: Some(len), drop_last: 0 })
}

/// The content of a box, in bytes from the start of the file.
#[derive(Debug, Clone, Copy)]
struct BoxSpan {
    start: u64,
    end: u64,
}

/// A box's timescale (ticks a second) and duration (ticks).
struct Times {
    scale: u64,
    duration: u64,
}

impl Times {
    /// `mvhd` and `mdhd` begin alike: version, two dates, timescale, duration; version 1 has wide dates and duration.
    fn read(source: &mut dyn MediaSource, header: BoxSpan) -> io::Result<Option<Self>> {
        let bytes = content(source, header)?;
        let is_wide = bytes.first() == Some(&1);
        let (scale_at, duration_at) = if is_wide { (20, 24) } else { (12, 16) };
        let duration = if is_wide { wide(&bytes, duration_at) } else { narrow(&bytes, duration_at) };
        // All bits set means that the duration is not known.
        let known = duration.filter(|&ticks| ticks != if is_wide { u64::MAX } else { u64::from(u32::MAX) });
        Ok(narrow(&bytes, scale_at).map(|scale| Times { scale, duration: known.unwrap_or(0) }))
    }
}

/// The first edit that shows media: its length in the movie's ticks and its start in the media's.
struct Edit {
    duration: u64,
    media_start: u64,
}

impl Edit {
    fn read_first(source: &mut dyn MediaSource, edits: BoxSpan) -> io::Result<Option<Self>> {
        let Some(list) = child(source, edits, b"elst")? else { return Ok(None) };
        let bytes = content(source, list)?;
        let is_wide = bytes.first() == Some(&1);
        let entry_len = if is_wide { 20 } else { 12 };
        for entry in bytes.get(8..).unwrap_or_default().chunks_exact(entry_len) {
            let (duration, start) =
                if is_wide { (wide(entry, 0), wide(entry, 8)) } else { (narrow(entry, 0), narrow(entry, 4)) };
            // A start of −1 is an empty edit: a pause before the media, which no sound comes from.
            let empty = if is_wide { u64::MAX } else { u64::from(u32::MAX) };
            if let (Some(duration), Some(media_start)) = (duration, start.filter(|&start| start != empty)) {
                return Ok(Some(Edit { duration, media_start }));
            }
        }
        Ok(None)
    }
}

fn id_of(source: &mut dyn MediaSource, track: BoxSpan) -> io::Result<Option<u32>> {
    let Some(header) = child(source, track, b"tkhd")? else { return Ok(None) };
    let bytes = content(source, header)?;
    let at = if bytes.first() == Some(&1) { 20 } else { 12 };
    Ok(narrow(&bytes, at).and_then(|id| u32::try_from(id).ok()))
}

fn narrow(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 4).map(|four| u64::from(u32::from_be_bytes(four.try_into().expect("4 bytes were taken"))))
}

fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8).map(|eight| u64::from_be_bytes(eight.try_into().expect("8 bytes were taken")))
}

fn content(source: &mut dyn MediaSource, span: BoxSpan) -> io::Result<Vec<u8>> {
    let len = (span.end - span.start).min(LARGEST_READ);
    read_at(source, span.start, usize::try_from(len).expect("64 KiB fit into the address space"))
}

fn child(source: &mut dyn MediaSource, parent: BoxSpan, name: &[u8; 4]) -> io::Result<Option<BoxSpan>> {
    Ok(children(source, parent, name)?.into_iter().next())
}

/// The boxes called `name` directly inside `parent`, in order.
fn children(source: &mut dyn MediaSource, parent: BoxSpan, name: &[u8; 4]) -> io::Result<Vec<BoxSpan>> {
    let mut found = Vec::new();
    walk(source, parent, |id, span| {
        if id == name {
            found.push(span);
        }
    })?;
    Ok(found)
}

/// Calls `visit` with the name and the content of each box directly inside `parent`, in order.
fn walk(source: &mut dyn MediaSource, parent: BoxSpan, mut visit: impl FnMut(&[u8], BoxSpan)) -> io::Result<()> {
    let mut position = parent.start;
    for _ in 0..MOST_BOXES {
        let header = read_at(source, position, 16.min(parent.end - position) as usize)?;
        let Some(stated) = narrow(&header, 0).filter(|_| header.len() >= 8) else { break };
        let (header_len, len) = match (stated, wide(&header, 8)) {
            // To the end of what it lies in; at the top, that is the end of the file.
            (0, _) => (8, parent.end - position),
            (1, Some(len)) => (16, len),
            _ => (8, stated),
        };
        let end = position.saturating_add(len).min(parent.end);
        if len < header_len || end < position + header_len {
            break;
        }
        visit(&header[4..8], BoxSpan { start: position + header_len, end });
        position = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_length_counts_unless_the_edit_is_really_shorter() {
        // 1 s of AAC at 44.1 kHz: priming of 1,024, an edit rounded to milliseconds, a last block cut short.
        for (duration, keep) in [(1_000, 44_100), (999, 44_100), (500, 22_094), (0, 44_100)] {
            let times = TrackTimes {
                id: 1,
                media: Times { scale: 44_100, duration: 1_024 + 44_100 },
                edit: Some(Edit { duration, media_start: 1_024 }),
                movie_scale: 1_000,
            };
            let expected = Trim { skip: 1_024, keep: Some(keep), drop_last: 0 };
            assert_eq!(times.trim(44_100), expected, "an edit of {duration} ms");
        }
    }

    #[test]
    fn the_itunes_tag_states_priming_and_length() {
        let text = " 00000000 00000840 000001C0 00000000000035C0 00000000 00000000";
        let expected = Trim { skip: 0x840, keep: Some(0x35C0), drop_last: 0 };
        assert_eq!(trim_of_itunes_tag(text), Some(expected));
        assert_eq!(trim_of_itunes_tag("nonsense"), None);
    }
}
