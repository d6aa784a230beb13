//! The frames of MPEG audio or ADTS, one after the other, over what programs and copying put between them: tags, headers of
//! streams that were joined, zeros, junk. In: a byte source. Out: each frame, or that from here on frames have another
//! format, or that bytes were no frames. symphonia's readers fall for what looks like a frame within a tag, and its one for
//! ADTS does not see a change.

use std::io;

use crate::audio::container::mpeg::frame::{Frame, FrameFormat, Framing};
use crate::audio::container::mpeg::{NEEDED_BYTES, Whole, find};
use crate::audio::source::{SeekableBytes, len_bytes, read_at};

/// Bytes that are read at once.
const READ_BYTES: usize = 128 << 10;

/// Bytes of the longest header that is looked at.
const HEADER_BYTES: usize = 8;

/// Frames of another format that must follow one another before a change is believed.
const CHANGED_FRAMES: usize = 4;

/// Frames that must follow one another where they begin again behind junk.
const FOUND_FRAMES: usize = 2;

/// Bytes between frames that are worth a word: less than the shortest frames of usual bit rates have is no sound lost.
const NOTED_BYTES: u64 = 96;

/// What comes next in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::audio) enum StreamItem {
    /// A frame: for MPEG audio all of it, for ADTS its content.
    Frame(Vec<u8>),
    /// From here on frames have another format.
    Change,
    /// So many bytes were no frames.
    Junk(u64),
}

/// A walk along the frames.
pub(in crate::audio) struct FrameWalk {
    source: SeekableBytes,
    len: u64,
    framing: Framing,
    format: FrameFormat,
    position: u64,
    buffer: Vec<u8>,
    /// Where the buffer begins in the source.
    buffered_from: u64,
}

impl FrameWalk {
    /// A walk along `source`, from its first frame on; `None` if there is none.
    pub(in crate::audio) fn new(mut source: SeekableBytes) -> io::Result<Option<Self>> {
        let len = len_bytes(source.as_mut())?;
        let mut start = 0;
        while let Some(tag) = tag_len(&read_at(source.as_mut(), start, TAG_HEADER_BYTES)?) {
            start += tag;
        }
        let zeros = read_at(source.as_mut(), start, NEEDED_BYTES)?;
        start += zeros.iter().take_while(|&&byte| byte == 0).count() as u64;
        let bytes = read_at(source.as_mut(), start, NEEDED_BYTES)?;
        let is_whole = if start + bytes.len() as u64 >= len { Whole::Yes } else { Whole::No };
        let Some((framing, at)) = find(&bytes, is_whole) else { return Ok(None) };
        let header = bytes[at..].first_chunk::<HEADER_BYTES>();
        let Some(first) = header.and_then(|header| Frame::parse(framing, header)) else { return Ok(None) };
        let position = start + at as u64;
        let (buffer, buffered_from) = (Vec::new(), 0);
        Ok(Some(FrameWalk { source, len, framing, format: first.format, position, buffer, buffered_from }))
    }

    /// The format of the frames that come next.
    pub(in crate::audio) fn format(&self) -> FrameFormat {
        self.format
    }

    /// What comes next; `None` at the end.
    pub(in crate::audio) fn next(&mut self) -> io::Result<Option<StreamItem>> {
        loop {
            let at = self.position;
            let frame = self.frame_at(at)?;
            match frame {
                Some(frame) if frame.format == self.format => {
                    let bytes = self.bytes(at, frame.len)?;
                    if bytes.len() < frame.len {
                        return Ok(None);
                    }
                    let content = bytes[frame.header_len..].to_vec();
                    self.position = at + frame.len as u64;
                    if !self.is_stream_header(&content) {
                        return Ok(Some(StreamItem::Frame(content)));
                    }
                }
                Some(frame) if self.follows(at, frame.format, CHANGED_FRAMES)? => {
                    self.format = frame.format;
                    return Ok(Some(StreamItem::Change));
                }
                _ => match tag_len(self.bytes(at, TAG_HEADER_BYTES)?) {
                    Some(tag) => self.position = at.saturating_add(tag),
                    None if at >= self.len => return Ok(None),
                    None => {
                        let junk = self.pass_junk()?;
                        if junk >= NOTED_BYTES {
                            return Ok(Some(StreamItem::Junk(junk)));
                        }
                    }
                },
            }
        }
    }

    /// Goes to the next frame or tag, and returns how many bytes that are not zero lie before it.
    fn pass_junk(&mut self) -> io::Result<u64> {
        let mut not_zero = 0;
        loop {
            let at = self.position;
            let Some(&byte) = self.bytes(at, 1)?.first() else { return Ok(not_zero) };
            not_zero += u64::from(byte != 0);
            self.position = at + 1;
            if self.is_start(at + 1)? {
                return Ok(not_zero);
            }
        }
    }

    /// Whether frames that can be believed, or a tag, begin at `at`.
    fn is_start(&mut self, at: u64) -> io::Result<bool> {
        let first = self.bytes(at, TAG_HEADER_BYTES)?;
        if first.is_empty() || tag_len(first).is_some() {
            return Ok(true);
        }
        match self.frame_at(at)? {
            Some(frame) if frame.format == self.format => self.follows(at, frame.format, FOUND_FRAMES),
            Some(frame) => self.follows(at, frame.format, CHANGED_FRAMES),
            None => Ok(false),
        }
    }

    /// Whether `wanted` frames of `format` follow one another from `at` on, or fill the rest of the stream.
    fn follows(&mut self, at: u64, format: FrameFormat, wanted: usize) -> io::Result<bool> {
        let mut next = at;
        for found in 0..wanted {
            match self.frame_at(next)? {
                Some(frame) if frame.format == format => next += frame.len as u64,
                _ => {
                    return Ok(
                        found > 1 && (next >= self.len || tag_len(self.bytes(next, TAG_HEADER_BYTES)?).is_some())
                    );
                }
            }
        }
        Ok(true)
    }

    fn frame_at(&mut self, at: u64) -> io::Result<Option<Frame>> {
        let framing = self.framing;
        Ok(self.bytes(at, HEADER_BYTES)?.first_chunk().and_then(|header| Frame::parse(framing, header)))
    }

    /// The `len` bytes from `at` on; fewer at the end of the source.
    fn bytes(&mut self, at: u64, len: usize) -> io::Result<&[u8]> {
        let there = |walk: &Self| {
            let from = usize::try_from(at.checked_sub(walk.buffered_from)?).ok()?;
            (from + len <= walk.buffer.len()).then_some(from)
        };
        if there(self).is_none() {
            self.buffer = read_at(self.source.as_mut(), at, READ_BYTES.max(len))?;
            self.buffered_from = at;
        }
        let from = there(self).unwrap_or(0);
        Ok(&self.buffer[from..(from + len).min(self.buffer.len())])
    }

    /// Whether a frame of layer III is a header of the whole stream (Xing, Info, VBRI), which holds no sound.
    fn is_stream_header(&self, frame: &[u8]) -> bool {
        /// Bytes of a frame's header.
        const HEADER: usize = 4;
        /// Bytes between the header and `VBRI`.
        const BEFORE_VBRI: usize = 32;
        if self.framing != Framing::Mpeg || self.format.layer != 3 {
            return false;
        }
        let checksum = if frame.get(1).is_some_and(|byte| byte & 1 == 0) { 2 } else { 0 };
        let is_at = |between: usize, name: &[u8]| {
            let (zeros, rest) = (frame.get(HEADER + checksum..HEADER + between), frame.get(HEADER + between..));
            zeros.is_some_and(|zeros| zeros.iter().all(|&byte| byte == 0))
                && rest.is_some_and(|rest| rest.starts_with(name))
        };
        let side = self.format.side_len();
        is_at(side, b"Xing") || is_at(side, b"Info") || is_at(BEFORE_VBRI, b"VBRI")
    }
}

/// Bytes that tell a tag and its length.
const TAG_HEADER_BYTES: usize = 32;

/// The length of the tag that begins with `header`, if one does.
fn tag_len(header: &[u8]) -> Option<u64> {
    /// Of an ID3v1 tag, whole.
    const ID3V1: u64 = 128;
    /// Of the header of an ID3v2 tag, and of its footer.
    const ID3V2_HEADER: u64 = 10;
    /// Of the header and of the footer of an APE tag.
    const APE_HEADER: u64 = 32;
    if let Some([b'I', b'D', b'3', version, _, flags, size @ ..]) = header.first_chunk::<10>()
        && *version < 0xFF
        && size.iter().all(|byte| byte & 0x80 == 0)
    {
        let content = size.iter().fold(0, |sum, &byte| sum << 7 | u64::from(byte));
        return Some(ID3V2_HEADER + content + if flags & 0x10 != 0 { ID3V2_HEADER } else { 0 });
    }
    if header.starts_with(b"TAG") {
        return Some(ID3V1);
    }
    if header.starts_with(b"APETAGEX") {
        let number = |at: usize| {
            header.get(at..at + 4).map(|four| u32::from_le_bytes(four.try_into().expect("4 bytes were taken")))
        };
        let is_header = number(20)? & 0x2000_0000 != 0;
        return Some(APE_HEADER + if is_header { u64::from(number(12)?) } else { 0 });
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes; `mode` is 0xC0 for mono.
    fn frame(mode: u8) -> Vec<u8> {
        let mut bytes = vec![0x55; 417];
        bytes[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, mode]);
        bytes
    }

    fn check(what: &str, bytes: Vec<u8>, expected: &str) {
        let mut walk = FrameWalk::new(Box::new(Cursor::new(bytes))).unwrap().unwrap_or_else(|| panic!("{what}"));
        let mut found = String::new();
        while let Some(item) = walk.next().unwrap() {
            found += &match item {
                StreamItem::Frame(bytes) => format!("{} ", bytes.len()),
                StreamItem::Change => format!("-> {} channels ", walk.format().channels),
                StreamItem::Junk(bytes) => format!("junk {bytes} "),
            };
        }
        assert_eq!(found.trim(), expected, "{what}");
    }

    #[test]
    fn frames_are_found_behind_tags_changes_and_junk() {
        let (stereo, mono) = (frame(0).repeat(3), frame(0xC0).repeat(4));
        let tag = [&b"ID3\x03\0\0\0\0\x07\x68"[..], &frame(0xC0).repeat(2), &[7; 166]].concat();
        let mut xing = frame(0);
        xing[4..].fill(0);
        xing[36..40].copy_from_slice(b"Xing");
        check("frames alone", stereo.clone(), "417 417 417");
        check("a change", [stereo.clone(), mono.clone()].concat(), "417 417 417 -> 1 channels 417 417 417 417");
        check(
            "one odd frame",
            [stereo.clone(), frame(0xC0), stereo.clone()].concat(),
            "417 417 417 junk 417 417 417 417",
        );
        check("a tag between", [stereo.clone(), tag, stereo.clone()].concat(), "417 417 417 417 417 417");
        check(
            "a joined stream",
            [xing.clone(), stereo.clone(), xing, stereo.clone()].concat(),
            "417 417 417 417 417 417",
        );
        check("zeros", [stereo.clone(), vec![0; 5_000], stereo.clone()].concat(), "417 417 417 417 417 417");
        check("junk", [stereo.clone(), vec![9; 5_000], stereo].concat(), "417 417 417 junk 5000 417 417 417");
    }
}
