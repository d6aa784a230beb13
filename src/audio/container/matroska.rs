//! What symphonia leaves unsaid about a Matroska or WebM file. In: the byte source. Out: which of the two it is, the
//! sound to leave out at both ends of each track (its `CodecDelay` and the `DiscardPadding` of its last block; RFC 9559,
//! 5.1.4.1.28 and 5.1.3.5.7), and the chapters (5.1.7). Anything odd in these elements means "leave nothing out", never an error.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::Trim;
use crate::audio::metadata::CuePlace;
use crate::audio::source::{len_bytes, read_at};
use crate::audio::tags::chapters::{MOST_CHAPTERS, chapter, up_to_next};
use crate::audio::tags::encoding::text;

/// Element ids.
const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_NUMBER: u32 = 0xD7;
const FLAG_DEFAULT: u32 = 0x88;
const INFO: u32 = 0x1549_A966;
const TITLE: u32 = 0x7BA9;
const CODEC_DELAY: u32 = 0x56AA;
const CLUSTER: u32 = 0x1F43_B675;
const BLOCK_GROUP: u32 = 0xA0;
const BLOCK: u32 = 0xA1;
const SIMPLE_BLOCK: u32 = 0xA3;
const DISCARD_PADDING: u32 = 0x75A2;
const CHAPTERS: u32 = 0x1043_A770;
const EDITION: u32 = 0x45B9;
const EDITION_HIDDEN: u32 = 0x45BD;
const EDITION_DEFAULT: u32 = 0x45DB;
const CHAPTER: u32 = 0xB6;
const CHAPTER_START: u32 = 0x91;
const CHAPTER_END: u32 = 0x92;
const CHAPTER_HIDDEN: u32 = 0x98;
const CHAPTER_DISPLAY: u32 = 0x80;
const CHAPTER_TITLE: u32 = 0x85;

/// Id of an element that is passed over.
const VOID: u8 = 0xEC;

/// Editions that are looked at, at most.
const MOST_EDITIONS: usize = 100;

/// Chapters in chapters, at most.
const DEEPEST_CHAPTER: usize = 8;

/// Elements looked at in one level, at most: a damaged file may promise billions of empty ones.
const MOST_ELEMENTS: usize = 1_000_000;

/// Longest title that is read, in bytes.
const LONGEST_TITLE: u64 = 4096;

/// What a file says beyond what symphonia hands on.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::audio) struct MatroskaExtras {
    /// Whether the document calls itself `webm`.
    pub(in crate::audio) is_webm: bool,
    /// Whether the file ends before it says it does.
    pub(in crate::audio) is_cut: bool,
    /// Whether the file does not say where it ends, as one written into a pipe.
    pub(in crate::audio) is_live: bool,
    /// The title of the whole, as bytes.
    pub(in crate::audio) title: Vec<u8>,
    /// The chapters of the edition that is played.
    pub(in crate::audio) chapters: Vec<CuePlace>,
    /// What symphonia is to read in place of the beginning of the chapters: it refuses a file whose editions have no number, and
    /// most programs give them none. Where it stands, and the bytes.
    pub(in crate::audio) chapters_hidden: Option<(u64, [u8; 8])>,
    tracks: Vec<MatroskaTrack>,
}

/// One track, and the sound to leave out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MatroskaTrack {
    number: u64,
    is_default: bool,
    /// At the start, in nanoseconds.
    delay_ns: u64,
    /// At the end, in nanoseconds.
    padding_ns: u64,
}

impl MatroskaExtras {
    /// Whether the track `number` is marked as one to play by default.
    pub(in crate::audio) fn is_default(&self, number: u32) -> bool {
        self.tracks.iter().any(|track| track.number == u64::from(number) && track.is_default)
    }

    /// The frames to leave out of the track `number` at `rate_hz`.
    pub(in crate::audio) fn trim(&self, number: u32, rate_hz: u32) -> Trim {
        let frames = |ns: u64| {
            let exact = (u128::from(ns) * u128::from(rate_hz) + 500_000_000) / 1_000_000_000;
            u64::try_from(exact).unwrap_or(u64::MAX)
        };
        let ends = self.tracks.iter().find(|track| track.number == u64::from(number));
        ends.map_or_else(Trim::default, |ends| Trim {
            skip: frames(ends.delay_ns),
            drop_last: frames(ends.padding_ns),
            ..Trim::default()
        })
    }
}

/// Reads it from `source`.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> io::Result<MatroskaExtras> {
    let file = ElementSpan { id: 0, head: 0, start: 0, end: len_bytes(source)?, reach: Reach::Inside };
    let mut unsaid = MatroskaExtras::default();
    let Some(head) = child(source, file, EBML)? else { return Ok(unsaid) };
    if let Some(name) = child(source, head, DOC_TYPE)? {
        unsaid.is_webm = name.bytes(source)?.starts_with(b"webm");
    }
    let Some(segment) = child(source, file, SEGMENT)? else { return Ok(unsaid) };
    (unsaid.is_cut, unsaid.is_live) = (segment.reach == Reach::Cut, segment.reach == Reach::Unknown);
    let mut last_cluster = None;
    for_each(source, segment, |source, element| {
        match element.id {
            TRACKS => read_tracks(source, element, &mut unsaid.tracks)?,
            INFO => {
                let title = child(source, element, TITLE)?;
                let read = |found: ElementSpan| {
                    read_at(source, found.start, (found.end - found.start).min(LONGEST_TITLE) as usize)
                };
                unsaid.title = title.map_or(Ok(Vec::new()), read)?;
            }
            CLUSTER => last_cluster = Some(element),
            CHAPTERS if element.reach != Reach::Unknown && unsaid.chapters_hidden.is_none() => {
                unsaid.chapters_hidden = Some((element.head, as_void(source, element)?));
                unsaid.chapters = read_chapters(source, element)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Some(cluster) = last_cluster {
        read_paddings(source, cluster, &mut unsaid.tracks)?;
    }
    Ok(unsaid)
}

fn read_tracks(source: &mut dyn MediaSource, tracks: ElementSpan, all: &mut Vec<MatroskaTrack>) -> io::Result<()> {
    for_each(source, tracks, |source, entry| {
        if entry.id == TRACK_ENTRY
            && let Some(number) = child(source, entry, TRACK_NUMBER)?
        {
            let number = number.unsigned(source)?;
            let delay_ns = child(source, entry, CODEC_DELAY)?.map_or(Ok(0), |found| found.unsigned(source))?;
            // A track without the flag has it: its default value is 1, which symphonia leaves out of account.
            let flag = child(source, entry, FLAG_DEFAULT)?.map_or(Ok(1), |found| found.unsigned(source))?;
            all.push(MatroskaTrack { number, is_default: flag == 1, delay_ns, padding_ns: 0 });
        }
        Ok(())
    })
}

/// The first eight bytes of `element` if it were one that is passed over.
fn as_void(source: &mut dyn MediaSource, element: ElementSpan) -> io::Result<[u8; 8]> {
    let mut bytes = [0; 8];
    let held = read_at(source, element.head, bytes.len())?;
    bytes[..held.len()].copy_from_slice(&held);
    let head_len = element.start - element.head;
    let field_len = (head_len - 1).min(7);
    let len = element.end - element.start + head_len - 1 - field_len;
    let field = (len | 1 << (7 * field_len)).to_be_bytes();
    bytes[0] = VOID;
    bytes[1..=field_len as usize].copy_from_slice(&field[8 - field_len as usize..]);
    Ok(bytes)
}

/// The chapters of the default edition, or else of the first that is to be seen.
fn read_chapters(source: &mut dyn MediaSource, chapters: ElementSpan) -> io::Result<Vec<CuePlace>> {
    let mut editions = Vec::new();
    for_each(source, chapters, |source, edition| {
        if edition.id == EDITION && editions.len() < MOST_EDITIONS && !flag(source, edition, EDITION_HIDDEN)? {
            editions.push((flag(source, edition, EDITION_DEFAULT)?, edition));
        }
        Ok(())
    })?;
    let default = editions.iter().find(|(is_default, _)| *is_default).or(editions.first());
    let mut found = Vec::new();
    if let Some((_, edition)) = default {
        add_chapters(source, *edition, 0, &mut found)?;
    }
    up_to_next(&mut found);
    Ok(found)
}

fn add_chapters(
    source: &mut dyn MediaSource,
    parent: ElementSpan,
    depth: usize,
    found: &mut Vec<CuePlace>,
) -> io::Result<()> {
    for_each(source, parent, |source, atom| {
        if atom.id != CHAPTER || found.len() >= MOST_CHAPTERS || flag(source, atom, CHAPTER_HIDDEN)? {
            return Ok(());
        }
        let seconds = |source: &mut dyn MediaSource, id| -> io::Result<Option<f64>> {
            let time = child(source, atom, id)?.map(|time| time.unsigned(source)).transpose()?;
            Ok(time.map(|nanoseconds| nanoseconds as f64 / 1e9))
        };
        let (start, end) = (seconds(source, CHAPTER_START)?.unwrap_or(0.0), seconds(source, CHAPTER_END)?);
        // Of several languages the first.
        let display = child(source, atom, CHAPTER_DISPLAY)?;
        if let Some(title) = display.map_or(Ok(None), |display| child(source, display, CHAPTER_TITLE))? {
            let bytes = read_at(source, title.start, (title.end - title.start).min(LONGEST_TITLE) as usize)?;
            found.extend(text(&bytes).map(|words| chapter(start, end, words)));
        }
        if depth < DEEPEST_CHAPTER { add_chapters(source, atom, depth + 1, found) } else { Ok(()) }
    })
}

/// Whether the flag `id` of `element` is set.
fn flag(source: &mut dyn MediaSource, element: ElementSpan, id: u32) -> io::Result<bool> {
    Ok(child(source, element, id)?.map_or(Ok(0), |found| found.unsigned(source))? == 1)
}

/// The padding that each track's last block states; an earlier block's is not at the end of the sound.
fn read_paddings(source: &mut dyn MediaSource, cluster: ElementSpan, all: &mut [MatroskaTrack]) -> io::Result<()> {
    for_each(source, cluster, |source, element| {
        let (block, padding) = match element.id {
            BLOCK_GROUP => (child(source, element, BLOCK)?, child(source, element, DISCARD_PADDING)?),
            SIMPLE_BLOCK => (Some(element), None),
            _ => (None, None),
        };
        let block = block.map(|found| found.bytes(source)).transpose()?;
        let number = block.as_deref().and_then(number_of).map(|(number, _)| number);
        if let Some(track) = all.iter_mut().find(|track| number == Some(track.number)) {
            track.padding_ns = padding.map_or(Ok(0), |found| found.unsigned(source))?;
        }
        Ok(())
    })
}

/// An element's content, in bytes from the start of the file.
#[derive(Debug, Clone, Copy)]
struct ElementSpan {
    id: u32,
    /// Where its id begins.
    head: u64,
    start: u64,
    end: u64,
    reach: Reach,
}

/// Where an element ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Inside its parent.
    Inside,
    /// It should go on behind its parent's end.
    Cut,
    /// It does not say.
    Unknown,
}

impl ElementSpan {
    /// The first 16 bytes, more than any number or name here has.
    fn bytes(self, source: &mut dyn MediaSource) -> io::Result<Vec<u8>> {
        read_at(source, self.start, (self.end - self.start).min(16) as usize)
    }

    /// The content as a number of up to 8 bytes. A negative padding has its top bit set and is taken as 0.
    fn unsigned(self, source: &mut dyn MediaSource) -> io::Result<u64> {
        let bytes = self.bytes(source)?;
        let is_negative = self.id == DISCARD_PADDING && bytes.first().is_some_and(|&byte| byte >= 0x80);
        if bytes.len() > 8 || is_negative {
            return Ok(0);
        }
        Ok(bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
    }
}

fn child(source: &mut dyn MediaSource, parent: ElementSpan, id: u32) -> io::Result<Option<ElementSpan>> {
    let mut found = None;
    for_each(source, parent, |_, element| {
        found = found.or((element.id == id).then_some(element));
        Ok(())
    })?;
    Ok(found)
}

/// Calls `visit` for each element directly inside `parent`, in order. An element of unknown length (a live stream) goes
/// to its parent's end, which ends the walk: such a stream states no padding.
fn for_each(
    source: &mut dyn MediaSource,
    parent: ElementSpan,
    mut visit: impl FnMut(&mut dyn MediaSource, ElementSpan) -> io::Result<()>,
) -> io::Result<()> {
    let mut position = parent.start;
    for _ in 0..MOST_ELEMENTS {
        if position >= parent.end {
            break;
        }
        let header = read_at(source, position, 12)?;
        let Some((id, id_len)) = id_of(&header) else { break };
        let Some((len, len_len)) = number_of(&header[id_len..]) else { break };
        let start = position + (id_len + len_len) as u64;
        let is_unknown = len == (1 << (7 * len_len)) - 1;
        let end = if is_unknown { parent.end } else { start.saturating_add(len).min(parent.end) };
        if start > end {
            break;
        }
        let reach = match is_unknown {
            true => Reach::Unknown,
            false if start.saturating_add(len) > parent.end => Reach::Cut,
            false => Reach::Inside,
        };
        visit(source, ElementSpan { id, head: position, start, end, reach })?;
        position = end;
    }
    Ok(())
}

/// An element id keeps its length marker: 1 to 4 bytes.
fn id_of(bytes: &[u8]) -> Option<(u32, usize)> {
    let len = bytes.first()?.leading_zeros() as usize + 1;
    let id = bytes.get(..len).filter(|_| len <= 4)?;
    Some((id.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)), len))
}

/// A number loses its length marker: 1 to 8 bytes.
fn number_of(bytes: &[u8]) -> Option<(u64, usize)> {
    let len = bytes.first()?.leading_zeros() as usize + 1;
    let number = bytes.get(..len).filter(|_| len <= 8)?;
    let value = number.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    Some((value & ((1 << (7 * len)) - 1), len))
}

#[cfg(test)]
mod tests {
    use super::{id_of, number_of};

    #[test]
    fn ids_keep_their_marker_and_numbers_lose_it() {
        assert_eq!(id_of(&[0x1A, 0x45, 0xDF, 0xA3, 9]), Some((0x1A45_DFA3, 4)));
        assert_eq!(id_of(&[0xD7]), Some((0xD7, 1)));
        assert_eq!((id_of(&[0x08, 0, 0, 0, 0]), id_of(&[]), id_of(&[0x40])), (None, None, None));
        assert_eq!(number_of(&[0x81]), Some((1, 1)));
        assert_eq!(number_of(&[0x01, 0, 0, 0, 0, 0, 1, 2]), Some((258, 8)));
        assert_eq!((number_of(&[0x00; 9]), number_of(&[0x20, 1])), (None, None));
    }
}
