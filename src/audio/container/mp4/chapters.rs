//! The chapters of an MP4 file: the titles in a track of text that a sound track refers to, as QuickTime has them, or else
//! Nero's list `chpl`. In: a byte source and where `moov` lies. Out: places in seconds of what is played. What is damaged ends
//! the list.
//!
//! References: Apple, QuickTime File Format, "Chapter Lists"; libavformat (`chpl`, of which Nero published nothing).

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, boxes_in, descendant, narrow, wide};
use crate::audio::container::mp4::edits::{self, Times};
use crate::audio::container::mp4::head;
use crate::audio::container::mp4::tables::{Sample, TableWalk};
use crate::audio::metadata::CuePlace;
use crate::audio::source::read_at;
use crate::audio::tags::chapters::{MOST_CHAPTERS, chapter, up_to_next};
use crate::audio::tags::encoding::text;

/// Nero's ticks a second.
const NERO_SCALE: f64 = 1e7;

/// What tracks of titles say that they hold.
const TEXT: [&[u8; 4]; 3] = [b"text", b"sbtl", b"subt"];

/// Bytes of a title that are read, at most.
const LONGEST_TITLE: u64 = 4096;

/// The chapters of the movie whose `moov` is given and whose own times are `movie`.
pub(super) fn read(source: &mut dyn MediaSource, moov: BoxSpan, movie: Times) -> io::Result<Vec<CuePlace>> {
    let tracks: Vec<BoxSpan> =
        boxes_in(source, moov)?.into_iter().filter(|found| &found.name == b"trak").map(|found| found.content).collect();
    for track in &tracks {
        if !head::is_sound(source, *track)? {
            continue;
        }
        let Some(list) = descendant(source, *track, &[b"tref", b"chap"])? else { continue };
        let ids = list.read(source)?;
        for id in ids.chunks_exact(4).filter_map(|id| narrow(id, 0)) {
            for other in &tracks {
                // Such a list names tracks of pictures too.
                let is_text = head::handler(source, *other)?.is_some_and(|name| TEXT.contains(&&name));
                if is_text && head::track_id(source, *other)? == Some(id) {
                    let titles = titles(source, *other, movie)?;
                    if !titles.is_empty() {
                        return Ok(titles);
                    }
                }
            }
        }
    }
    match descendant(source, moov, &[b"udta", b"chpl"])? {
        Some(list) => Ok(of_nero(&list.read(source)?)),
        None => Ok(Vec::new()),
    }
}

/// The samples of the track of text in `trak`.
fn titles(source: &mut dyn MediaSource, trak: BoxSpan, movie: Times) -> io::Result<Vec<CuePlace>> {
    let Some(header) = descendant(source, trak, &[b"mdia", b"mdhd"])? else { return Ok(Vec::new()) };
    let Some(media) = Times::read(source, header)?.filter(|media| media.scale > 0) else { return Ok(Vec::new()) };
    let Some(stbl) = descendant(source, trak, &[b"mdia", b"minf", b"stbl"])? else { return Ok(Vec::new()) };
    let shift = edits::shift_seconds(&edits::read(source, trak)?, movie, media);
    let (mut found, mut walk) = (Vec::new(), TableWalk::new(source, stbl, None)?);
    for _ in 0..MOST_CHAPTERS {
        let Some(Sample { position, len, begins, ticks }) = walk.next(source, 0)? else { break };
        let seconds = |ticks: u64| ticks as f64 / media.scale as f64 + shift;
        // A length, the words, and boxes that say how they look.
        let sample = read_at(source, position, len.min(LONGEST_TITLE) as usize)?;
        let words = sample.split_first_chunk().and_then(|(len, words)| {
            let len = usize::from(u16::from_be_bytes(*len));
            text(&words[..len.min(words.len())])
        });
        found.extend(words.map(|words| chapter(seconds(begins), Some(seconds(begins.saturating_add(ticks))), words)));
    }
    Ok(found)
}

/// The entries of `chpl`: version and flags, in version 1 four bytes more, their number, then for each a time, a length and a
/// title.
fn of_nero(content: &[u8]) -> Vec<CuePlace> {
    let first = if content.first() == Some(&0) { 5 } else { 9 };
    let (mut found, mut rest) = (Vec::new(), content.get(first..).unwrap_or_default());
    while let Some((time, title)) = wide(rest, 0).zip(rest.get(9..)) {
        let len = usize::from(rest[8]);
        let words = text(&title[..len.min(title.len())]);
        found.extend(words.map(|words| chapter(time as f64 / NERO_SCALE, None, words)));
        rest = title.get(len..).unwrap_or_default();
    }
    up_to_next(&mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_neros_is_read_in_both_versions_and_as_far_as_it_goes() {
        let entry = |seconds: u64, title: &str| {
            [&(seconds * 10_000_000).to_be_bytes()[..], &[title.len() as u8], title.as_bytes()].concat()
        };
        let entries = [entry(0, "Street"), entry(2, "Gate")].concat();
        let expected = [chapter(0.0, Some(2.0), "Street".into()), chapter(2.0, None, "Gate".into())];
        for head in [&[0, 0, 0, 0, 2][..], &[1, 0, 0, 0, 0, 0, 0, 0, 2]] {
            let list = [head, &entries].concat();
            assert_eq!(of_nero(&list), expected);
            for end in 0..list.len() {
                assert!(of_nero(&list[..end]).len() <= 2);
            }
        }
    }
}
