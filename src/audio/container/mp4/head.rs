//! The header of an MP4 file, as symphonia is shown it: its sound tracks without the tables of their samples. In: where
//! `moov` lies. Out: a small file of its own, with codecs and words. Tables may be gigabytes long or stated to be, pictures
//! too; other tracks may hold what symphonia cannot read and would refuse the whole file for.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, Mp4Box, boxes_in, child, descendant, narrow};
use crate::audio::container::mp4::plain;
use crate::audio::source::read_at;

/// Begins the file.
const FILE_TYPE: [u8; 20] = *b"\0\0\0\x14ftypisom\0\0\0\0isom";

/// Ends it: media without content.
const NO_MEDIA: [u8; 8] = *b"\0\0\0\x08mdat";

/// A box longer than this is left out: words have less, and the length is the file's word.
const LONGEST_COPY: u64 = 16 << 20;

/// Bytes of the header, at most, beyond which only tracks are added.
const LONGEST_HEAD: usize = 64 << 20;

/// Boxes in boxes, at most.
const DEEPEST: usize = 6;

/// Boxes whose children are looked at one by one.
const OPENED: [&[u8; 4]; 5] = [b"trak", b"mdia", b"minf", b"stbl", b"udta"];

/// The header with the `moov` whose content is given.
pub(super) fn without_tables(source: &mut dyn MediaSource, moov: BoxSpan) -> io::Result<Vec<u8>> {
    let mut file = FILE_TYPE.to_vec();
    file.extend(boxed(b"moov", &content(source, moov, 0)?));
    file.extend(NO_MEDIA);
    Ok(file)
}

/// Whether the track in `trak` says that it holds sound.
pub(super) fn is_sound(source: &mut dyn MediaSource, trak: BoxSpan) -> io::Result<bool> {
    Ok(handler(source, trak)? == Some(*b"soun"))
}

/// What the track in `trak` says that it holds.
pub(super) fn handler(source: &mut dyn MediaSource, trak: BoxSpan) -> io::Result<Option<[u8; 4]>> {
    let Some(handler) = descendant(source, trak, &[b"mdia", b"hdlr"])? else { return Ok(None) };
    Ok(handler.read(source)?.get(8..12).and_then(|four| four.try_into().ok()))
}

/// The id of the track in `trak`.
pub(super) fn track_id(source: &mut dyn MediaSource, trak: BoxSpan) -> io::Result<Option<u64>> {
    let Some(header) = child(source, trak, b"tkhd")? else { return Ok(None) };
    let header = header.read(source)?;
    Ok(narrow(&header, if header.first() == Some(&1) { 20 } else { 12 }))
}

fn content(source: &mut dyn MediaSource, parent: BoxSpan, depth: usize) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    for found in boxes_in(source, parent)? {
        let copied = match &found.name {
            b"trak" if !is_sound(source, found.content)? => continue,
            b"mvex" | b"edts" => continue,
            b"stts" | b"stsc" | b"stco" | b"co64" => vec![0; 8],
            b"stsz" | b"stz2" => vec![0; 12],
            b"stsd" => first_description(source, found.content)?,
            name if OPENED.contains(&name) && depth < DEEPEST => content(source, found.content, depth + 1)?,
            _ if all.len() > LONGEST_HEAD => continue,
            _ => copy(source, found)?,
        };
        // The two kinds of lengths are read alike; the short one is not known to symphonia.
        let name = if &found.name == b"stz2" { b"stsz" } else { &found.name };
        all.extend(boxed(name, &copied));
    }
    Ok(all)
}

/// The descriptions of a track's samples, cut down to the first; symphonia reads no more.
fn first_description(source: &mut dyn MediaSource, stsd: BoxSpan) -> io::Result<Vec<u8>> {
    let head = BoxSpan { end: stsd.end.min(stsd.start + 8), ..stsd }.read(source)?;
    let has_any = narrow(&head, 4).is_some_and(|count| count > 0);
    let mut copied = head[..head.len().min(4)].to_vec();
    copied.extend(u32::from(has_any).to_be_bytes());
    if plain::params(source, stsd, 0)?.is_some() {
        // Plain samples are known to us; of a name without meaning symphonia makes nothing.
        copied.extend(boxed(b"none", &[]));
    } else if let Some(first) = boxes_in(source, stsd.behind(8))?.first() {
        copied.extend(boxed(&first.name, &copy(source, *first)?));
    }
    Ok(copied)
}

fn copy(source: &mut dyn MediaSource, found: Mp4Box) -> io::Result<Vec<u8>> {
    if found.content.len() > LONGEST_COPY {
        return Ok(Vec::new());
    }
    read_at(source, found.content.start, usize::try_from(found.content.len()).expect("16 MiB fit into memory"))
}

fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len() + 8).expect("a header without tables is short");
    [&len.to_be_bytes()[..], name, content].concat()
}
