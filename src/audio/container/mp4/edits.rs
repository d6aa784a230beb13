//! The edit list of an MP4 track: which parts of its media are played, in which order, and the pauses between them. In: the
//! list and the length of the media. Out: the parts in frames. AAC encoders put about 1,024 frames of silence before the
//! sound and fill the last block after it; the list and the length of the media say which. Older Apple files say it in the tag
//! `iTunSMPB`. Anything odd means "leave nothing out", never an error.
//!
//! Reference: ISO/IEC 14496-12, 8.6.5 and 8.6.6.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::Trim;
use crate::audio::container::mp4::boxes::{BoxSpan, child, narrow, wide};

/// Parts that are played, at most: nobody's editor makes more, and each of them may be all of the sound.
const MOST_PARTS: usize = 2_000;

/// The longest pause that is heard, in seconds; a damaged list may state a century.
const LONGEST_PAUSE_SECONDS: u64 = 600;

/// The normal speed of an edit, a number with 16 bits behind the point.
const NORMAL_RATE: u64 = 0x1_0000;

/// A length of time, in ticks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    /// Ticks a second.
    pub(super) scale: u64,
    /// In ticks; 0 where it is not known.
    pub(super) duration: u64,
}

impl Times {
    /// `mvhd` and `mdhd` begin alike: version, two dates, timescale, duration; version 1 has wide dates and duration.
    pub(super) fn read(source: &mut dyn MediaSource, header: BoxSpan) -> io::Result<Option<Self>> {
        let bytes = header.read(source)?;
        let is_wide = bytes.first() == Some(&1);
        let (scale_at, duration_at) = if is_wide { (20, 24) } else { (12, 16) };
        let duration = if is_wide { wide(&bytes, duration_at) } else { narrow(&bytes, duration_at) };
        // All bits set means that the duration is not known.
        let known = duration.filter(|&ticks| ticks != if is_wide { u64::MAX } else { u64::from(u32::MAX) });
        Ok(narrow(&bytes, scale_at).map(|scale| Times { scale, duration: known.unwrap_or(0) }))
    }

    /// `ticks` as frames at `rate_hz`, rounded down.
    pub(super) fn frames(self, ticks: u64, rate_hz: u32) -> u64 {
        let exact = (u128::from(ticks) * u128::from(rate_hz)).checked_div(u128::from(self.scale));
        u64::try_from(exact.unwrap_or(0)).unwrap_or(u64::MAX)
    }
}

/// One entry of the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit {
    /// How long it is played, in ticks of the movie.
    duration: u64,
    /// Where it begins in the media, in the media's ticks; `None` for a pause.
    media_start: Option<u64>,
    /// Its speed, with 16 bits behind the point.
    rate: u64,
}

/// Reads the list of the track in `trak`.
pub(super) fn read(source: &mut dyn MediaSource, trak: BoxSpan) -> io::Result<Vec<Edit>> {
    let Some(edits) = child(source, trak, b"edts")? else { return Ok(Vec::new()) };
    let Some(list) = child(source, edits, b"elst")? else { return Ok(Vec::new()) };
    let bytes = list.read(source)?;
    let is_wide = bytes.first() == Some(&1);
    let (entry_len, pause) = if is_wide { (20, u64::MAX) } else { (12, u64::from(u32::MAX)) };
    let count = usize::try_from(narrow(&bytes, 4).unwrap_or(0)).unwrap_or(usize::MAX);
    let entries = bytes.get(8..).unwrap_or_default().chunks_exact(entry_len).take(count);
    let edit = |entry: &[u8]| {
        let (duration, start, rate_at) =
            if is_wide { (wide(entry, 0), wide(entry, 8), 16) } else { (narrow(entry, 0), narrow(entry, 4), 8) };
        Some(Edit {
            duration: duration?,
            media_start: start.filter(|&start| start != pause),
            rate: narrow(entry, rate_at)?,
        })
    };
    Ok(entries.filter_map(edit).collect())
}

/// By how many seconds what begins in the media is played later, by the first of `edits`.
pub(super) fn shift_seconds(edits: &[Edit], movie: Times, media: Times) -> f64 {
    let mut pause = 0.0;
    for edit in edits {
        match edit.media_start {
            Some(start) => return pause - start as f64 / media.scale.max(1) as f64,
            None => pause += edit.duration as f64 / movie.scale.max(1) as f64,
        }
    }
    0.0
}

/// A part of the media that is played, behind a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::audio) struct PlayedPart {
    /// Frames of silence before it.
    pub(in crate::audio) pause: u64,
    /// Where it begins, in ticks of the media.
    pub(in crate::audio) begins: u64,
    /// Frames of it that are played; `None` for all to the end of the media.
    pub(in crate::audio) frames: Option<u64>,
}

/// What is played of a track, and what of its list cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::audio) struct PlayList {
    /// The parts in order; at least one.
    pub(in crate::audio) parts: Vec<PlayedPart>,
    /// What of the list is not heard as it says.
    pub(in crate::audio) notes: Vec<String>,
}

/// The times that a play list is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlayTimes {
    pub(super) movie: Times,
    pub(super) media: Times,
    /// Whether fragments follow, so that the length of the media in the header is not that of all.
    pub(super) is_fragmented: bool,
    pub(super) rate_hz: u32,
}

/// What `edits` play.
pub(super) fn play_list(edits: &[Edit], times: PlayTimes) -> PlayList {
    let mut list = PlayList::default();
    let shown = edits.iter().filter(|edit| edit.media_start.is_some()).count();
    let mut pause = 0;
    for edit in edits {
        if list.parts.len() == MOST_PARTS {
            list.notes.push(format!("of its edit list only the first {MOST_PARTS} parts were heard"));
            break;
        }
        match edit.media_start.filter(|_| edit.rate != 0) {
            Some(start) => {
                let is_only = shown == 1 && edit.rate == NORMAL_RATE;
                let frames = if is_only { times.only(edit, start) } else { times.one_of_several(edit, start) };
                if edit.rate != NORMAL_RATE {
                    let speed = f64::from(edit.rate as u32 as i32) / NORMAL_RATE as f64;
                    let note = format!("a part that its edit list plays at {speed:.2} × speed was heard as recorded");
                    list.notes.push(note);
                }
                if frames != Some(0) {
                    list.parts.push(PlayedPart { pause: std::mem::take(&mut pause), begins: start, frames });
                }
            }
            None => pause += times.pause(edit, &mut list.notes),
        }
    }
    if pause > 0 && !list.parts.is_empty() {
        list.parts.push(PlayedPart { pause, begins: 0, frames: Some(0) });
    }
    if list.parts.is_empty() {
        list.parts.push(PlayedPart { pause, begins: 0, frames: times.only_media(0) });
    }
    list
}

impl PlayTimes {
    /// The frames of the only part that is shown.
    ///
    /// The length of the media is exact (encoders shorten the last block's duration); the edit's is often rounded to
    /// milliseconds and so only counts where it is shorter by more than that. Fragments are played to their end: what the
    /// list says of them was written before they were known.
    fn only(&self, edit: &Edit, start: u64) -> Option<u64> {
        let media = self.only_media(start);
        if edit.duration == 0 || self.movie.scale == 0 || self.is_fragmented {
            return media;
        }
        let rounded_up = self.movie.frames(edit.duration.saturating_add(1), self.rate_hz);
        if media.is_some_and(|media| media <= rounded_up) { media } else { self.one_of_several(edit, start) }
    }

    /// The frames of the media from `start` on.
    fn only_media(&self, start: u64) -> Option<u64> {
        let is_known = self.media.duration > 0 && !self.is_fragmented;
        let frames = |ticks| self.media.frames(ticks, self.rate_hz);
        is_known.then(|| frames(self.media.duration).saturating_sub(frames(start))).filter(|&frames| frames > 0)
    }

    /// The frames of a part among several; its own length counts, as far as the media goes. A length of 0 is all.
    fn one_of_several(&self, edit: &Edit, start: u64) -> Option<u64> {
        let rate = if edit.rate as u32 as i32 > 0 { edit.rate } else { NORMAL_RATE };
        let played = u128::from(edit.duration) * u128::from(rate) * u128::from(self.rate_hz);
        let unit = u128::from(self.movie.scale) * u128::from(NORMAL_RATE);
        let edited = (played + unit / 2).checked_div(unit).map(|frames| u64::try_from(frames).unwrap_or(u64::MAX));
        let edited = edited.filter(|_| edit.duration > 0);
        if self.media.duration == 0 || self.is_fragmented {
            return edited;
        }
        let frames = |ticks| self.media.frames(ticks, self.rate_hz);
        let media = frames(self.media.duration).saturating_sub(frames(start));
        Some(edited.map_or(media, |edited| edited.min(media)))
    }

    /// The frames of a pause.
    fn pause(&self, edit: &Edit, notes: &mut Vec<String>) -> u64 {
        let (frames, longest) =
            (self.movie.frames(edit.duration, self.rate_hz), LONGEST_PAUSE_SECONDS * u64::from(self.rate_hz));
        if edit.media_start.is_some() {
            notes.push("a part that its edit list holds still was heard as a pause".to_owned());
        }
        if frames > longest {
            let seconds = frames / u64::from(self.rate_hz.max(1));
            notes.push(format!("a pause of {seconds} s in its edit list was shortened to {LONGEST_PAUSE_SECONDS} s"));
        }
        frames.min(longest)
    }
}

/// The trim that the text of an `iTunSMPB` tag states: priming, padding and length as hexadecimal words two to four.
pub(in crate::audio) fn trim_of_itunes_tag(text: &str) -> Option<Trim> {
    let mut words = text.split_whitespace().skip(1).map(|word| u64::from_str_radix(word, 16).ok());
    let (skip, _padding, len) = (words.next()??, words.next()??, words.next()??);
    (len > 0).then_some(Trim { skip, keep: Some(len), ..Trim::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: PlayTimes = PlayTimes {
        movie: Times { scale: 1_000, duration: 0 },
        // 1 s of AAC at 44.1 kHz: priming of 1,024, a last block cut short.
        media: Times { scale: 44_100, duration: 1_024 + 44_100 },
        is_fragmented: false,
        rate_hz: 44_100,
    };

    fn edit(duration: u64, media_start: Option<u64>) -> Edit {
        Edit { duration, media_start, rate: NORMAL_RATE }
    }

    #[test]
    fn the_media_length_counts_unless_the_only_edit_is_really_shorter() {
        for (duration, keep) in [(1_000, 44_100), (999, 44_100), (500, 22_050), (0, 44_100)] {
            let parts = play_list(&[edit(duration, Some(1_024))], TIMES).parts;
            assert_eq!(parts, [PlayedPart { pause: 0, begins: 1_024, frames: Some(keep) }], "an edit of {duration} ms");
        }
        let parts = play_list(&[edit(100, Some(1_024))], PlayTimes { is_fragmented: true, ..TIMES }).parts;
        assert_eq!(parts, [PlayedPart { pause: 0, begins: 1_024, frames: None }]);
    }

    #[test]
    fn parts_and_pauses_are_played_in_order_and_what_cannot_be_is_noted() {
        let edits = [edit(100, None), edit(200, Some(1_024)), edit(50, None), edit(200, Some(1_024)), edit(10, None)];
        let part = |pause, begins, frames| PlayedPart { pause, begins, frames: Some(frames) };
        let list = play_list(&edits, TIMES);
        let expected = [part(4_410, 1_024, 8_820), part(2_205, 1_024, 8_820), part(441, 0, 0)];
        assert_eq!((list.parts.as_slice(), list.notes.len()), (&expected[..], 0));
        let odd = [Edit { rate: 2 * NORMAL_RATE, ..edit(100, Some(0)) }, edit(10, Some(0)), edit(1 << 40, None)];
        let list = play_list(&odd, TIMES);
        assert_eq!((list.parts[0], list.notes.len()), (part(0, 0, 8_820), 2), "{:?}", list.notes);
        assert_eq!(play_list(&[], TIMES).parts, [part(0, 0, 45_124)]);
    }

    #[test]
    fn the_itunes_tag_states_priming_and_length() {
        let text = " 00000000 00000840 000001C0 00000000000035C0 00000000 00000000";
        let expected = Trim { skip: 0x840, keep: Some(0x35C0), ..Trim::default() };
        assert_eq!(trim_of_itunes_tag(text), Some(expected));
        assert_eq!(trim_of_itunes_tag("nonsense"), None);
    }
}
