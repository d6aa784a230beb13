//! Whether bytes are MPEG audio or ADTS. In: the first bytes of a stream. Out: where a chain of frames begins, if there
//! is one. These two formats have no name at their start, only a sync word of 11 or 12 bits that any text or noise
//! contains by chance; so a chain of frames must agree with itself before it is called sound. Nothing is decoded here.

pub(in crate::audio) mod frame;
pub(in crate::audio) mod stream;

use crate::audio::container::mpeg::frame::{Frame, Framing};

/// How far into the stream the first frame may lie: a stream cut out of a longer one begins within a frame, and the
/// longest frame of MPEG audio and ADTS has less than 8,192 bytes (13-bit length).
const SEARCH_BYTES: usize = 8192;

/// Frames in a row that must agree. A chance sync word has 1 in 2,000 odds of the next one; three leave none.
const CHAIN_FRAMES: usize = 3;

/// Frames in a row that must agree where the stream begins within a frame. There are thousands of places to look at
/// then, and the short frames of layer I chain by chance in machine code.
const CUT_IN_CHAIN_FRAMES: usize = 12;

/// Bytes that [`find_far`] needs to see behind a place to tell whether a chain begins there.
pub(super) const CHAIN_BYTES: usize = CUT_IN_CHAIN_FRAMES * SEARCH_BYTES;

/// Bytes that [`find`] needs to see.
pub(super) const NEEDED_BYTES: usize = SEARCH_BYTES + CHAIN_FRAMES * SEARCH_BYTES;

/// Whether `bytes` hold a chain of frames, and where it begins. `is_whole` says that the stream ends where they end.
pub(super) fn find(bytes: &[u8], is_whole: Whole) -> Option<(Framing, usize)> {
    let starts = 0..bytes.len().min(SEARCH_BYTES);
    starts.into_iter().find_map(|start| {
        [Framing::Mpeg, Framing::Adts]
            .into_iter()
            .find(|&framing| is_chain(framing, bytes, start, is_whole))
            .map(|framing| (framing, start))
    })
}

/// Where in the first `len` of `bytes` a long chain of frames begins, for a stream behind junk. Layer I is left out: its
/// sync word is all ones and chains within machine code, tables and text of 16 bits, and nobody has it behind junk.
pub(super) fn find_far(bytes: &[u8], len: usize) -> Option<(Framing, usize)> {
    let is_layer_1 = |start: usize| bytes.get(start + 1).is_some_and(|byte| byte & 6 == 6);
    let starts = (0..len.min(bytes.len())).filter(|&start| bytes[start] == 0xFF && !is_layer_1(start));
    starts.into_iter().find_map(|start| {
        [Framing::Mpeg, Framing::Adts]
            .into_iter()
            .find(|&framing| has_frames(framing, bytes, start, Whole::No, CUT_IN_CHAIN_FRAMES))
            .map(|framing| (framing, start))
    })
}

/// Whether the bytes are all of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// They are.
    Yes,
    /// There is more behind them.
    No,
}

fn is_chain(framing: Framing, bytes: &[u8], start: usize, is_whole: Whole) -> bool {
    has_frames(framing, bytes, start, is_whole, if start == 0 { CHAIN_FRAMES } else { CUT_IN_CHAIN_FRAMES })
}

/// Whether `wanted` frames begin at `start`, one behind the other.
fn has_frames(framing: Framing, bytes: &[u8], start: usize, is_whole: Whole, wanted: usize) -> bool {
    let (mut at, mut first) = (start, None);
    for frames in 0..wanted {
        let Some(header) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
            // A short stream may end before the third frame: then its frames must fill it (or be cut by its end), and
            // only at its very start are they believed.
            let is_short = start == 0 && (frames >= 2 || (frames == 1 && at == bytes.len()));
            return frames >= CHAIN_FRAMES || (is_whole == Whole::Yes && is_short);
        };
        let Some(frame) = Frame::parse(framing, header) else {
            return is_whole == Whole::Yes && start == 0 && frames >= 1 && is_trailing_tag(&bytes[at..]);
        };
        if first.is_some_and(|kind| kind != frame.kind) {
            return false;
        }
        first = Some(frame.kind);
        at += frame.len;
    }
    true
}

/// Tags that follow the last frame of a file.
fn is_trailing_tag(bytes: &[u8]) -> bool {
    [&b"TAG"[..], b"APETAGEX", b"ID3", b"LYRICS"].iter().any(|name| bytes.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
    fn frame() -> Vec<u8> {
        let mut bytes = vec![0x55; 417];
        bytes[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x00]);
        bytes
    }

    #[test]
    fn a_chain_of_frames_is_found_and_a_chance_sync_word_is_not() {
        let three = [frame(), frame(), frame(), vec![0; 8]].concat();
        let cut_in = [vec![0x11; 300], frame().repeat(CUT_IN_CHAIN_FRAMES), vec![0; 8]].concat();
        let by_chance = [vec![0x11; 300], frame().repeat(CHAIN_FRAMES), vec![0; 99]].concat();
        let utf16_text: Vec<u8> = [0xFF, 0xFE].into_iter().chain("words, only words ".repeat(99).bytes()).collect();
        let tagged = [frame(), b"TAG of some title, long enough".to_vec()].concat();
        for (what, bytes, whole, expected) in [
            ("three frames", &three, Whole::No, Some((Framing::Mpeg, 0))),
            ("a stream cut in", &cut_in, Whole::No, Some((Framing::Mpeg, 300))),
            ("a few frames within something else", &by_chance, Whole::No, None),
            ("one frame alone", &frame(), Whole::Yes, Some((Framing::Mpeg, 0))),
            ("one frame and a tag", &tagged, Whole::Yes, Some((Framing::Mpeg, 0))),
            ("one frame and noise", &[frame(), vec![0x22; 500]].concat(), Whole::Yes, None),
            ("UTF-16 text", &utf16_text, Whole::Yes, None),
        ] {
            assert_eq!(find(bytes, whole), expected, "{what}");
        }
    }
}
