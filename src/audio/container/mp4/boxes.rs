//! The boxes of an MP4 file. In: a byte source and where boxes lie. Out: each box's name and the place of its content, one
//! after the other, never behind the end of what it lies in. A damaged box ends the walk; it is never an error.
//!
//! Reference: ISO/IEC 14496-12, 4.2.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::source::read_at;

/// The longest content that is read as a whole; those read here have tens of bytes, edit lists some thousands.
const LONGEST_READ: u64 = 1 << 20;

/// Boxes looked at inside of another, at most: a damaged file may promise billions of empty ones.
const MOST_BOXES: usize = 10_000;

/// A run of bytes of the file: the content of a box, or part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct BoxSpan {
    /// Where it begins, in bytes from the start of the file.
    pub(in crate::audio) start: u64,
    /// Where it ends.
    pub(in crate::audio) end: u64,
}

impl BoxSpan {
    /// Its length in bytes.
    pub(super) fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// The content, or its first mebibyte.
    pub(super) fn read(self, source: &mut dyn MediaSource) -> io::Result<Vec<u8>> {
        let len = self.len().min(LONGEST_READ);
        read_at(source, self.start, usize::try_from(len).expect("1 MiB fits into the address space"))
    }

    /// The same without its first `len` bytes.
    pub(super) fn behind(self, len: u64) -> Self {
        BoxSpan { start: self.start.saturating_add(len).min(self.end), ..self }
    }
}

/// One box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mp4Box {
    pub(super) name: [u8; 4],
    /// Where its header begins.
    pub(super) head: u64,
    pub(super) content: BoxSpan,
}

/// The box whose header is at `position`, in something that ends at `end`.
pub(super) fn box_at(source: &mut dyn MediaSource, position: u64, end: u64) -> io::Result<Option<Mp4Box>> {
    let header = read_at(source, position, 16.min(end.saturating_sub(position)) as usize)?;
    let Some(stated) = narrow(&header, 0).filter(|_| header.len() >= 8) else { return Ok(None) };
    let (header_len, len) = match (stated, wide(&header, 8)) {
        // To the end of what it lies in; at the top, that is the end of the file.
        (0, _) => (8, end - position),
        (1, Some(len)) => (16, len),
        _ => (8, stated),
    };
    let ends = position.saturating_add(len).min(end);
    if len < header_len || ends < position + header_len {
        return Ok(None);
    }
    let name = [header[4], header[5], header[6], header[7]];
    Ok(Some(Mp4Box { name, head: position, content: BoxSpan { start: position + header_len, end: ends } }))
}

/// The boxes directly inside `parent`, in order.
pub(super) fn boxes_in(source: &mut dyn MediaSource, parent: BoxSpan) -> io::Result<Vec<Mp4Box>> {
    let (mut found, mut position) = (Vec::new(), parent.start);
    while let Some(next) = box_at(source, position, parent.end)?.filter(|_| found.len() < MOST_BOXES) {
        position = next.content.end;
        found.push(next);
    }
    Ok(found)
}

/// The first box called `name` directly inside `parent`.
pub(super) fn child(source: &mut dyn MediaSource, parent: BoxSpan, name: &[u8; 4]) -> io::Result<Option<BoxSpan>> {
    let mut position = parent.start;
    for _ in 0..MOST_BOXES {
        match box_at(source, position, parent.end)? {
            Some(found) if &found.name == name => return Ok(Some(found.content)),
            Some(other) => position = other.content.end,
            None => break,
        }
    }
    Ok(None)
}

/// The box at the end of `path`, which leads downwards from `parent`.
pub(super) fn descendant(
    source: &mut dyn MediaSource,
    parent: BoxSpan,
    path: &[&[u8; 4]],
) -> io::Result<Option<BoxSpan>> {
    let mut inside = parent;
    for name in path {
        match child(source, inside, name)? {
            Some(found) => inside = found,
            None => return Ok(None),
        }
    }
    Ok(Some(inside))
}

/// The 32-bit number at `at`.
pub(super) fn narrow(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 4).map(|four| u64::from(u32::from_be_bytes(four.try_into().expect("4 bytes were taken"))))
}

/// The 64-bit number at `at`.
pub(super) fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8).map(|eight| u64::from_be_bytes(eight.try_into().expect("8 bytes were taken")))
}
