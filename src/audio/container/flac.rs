//! What of a FLAC file symphonia leaves alone: the chunks of the WAV file that it was made of, which `flac
//! --keep-foreign-metadata` puts into blocks of their own, and the chapters in its comments. In: a byte source and where
//! `fLaC` stands. Out: their words and places.
//!
//! Reference: RFC 9639, sections 8.4 (application blocks) and 8.6 (Vorbis comments).

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::LONGEST_TAG_CHUNK;
use crate::audio::metadata::Tags;
use crate::audio::source::read_at;
use crate::audio::tags::chapters::of_comments;
use crate::audio::tags::cues::NamedPlaces;
use crate::audio::tags::riff::RiffWords;

/// Blocks looked at, at most.
const MOST_BLOCKS: usize = 10_000;

/// Type of a block that belongs to an application.
const APPLICATION: u8 = 2;

/// Type of the block that holds comments.
const COMMENTS: u8 = 4;

/// Bytes by which the beginning of a stream is known: its name, and the first half of what its first block says.
pub(in crate::audio) const STREAM_HEAD_LEN: usize = 26;

/// Whether `bytes` begin with the name of a stream and a block that can be its first.
pub(in crate::audio) fn begins_stream(bytes: &[u8]) -> bool {
    /// The fewest samples of a block.
    const LEAST_BLOCK: u16 = 16;
    let Some(head) = bytes.first_chunk::<STREAM_HEAD_LEN>().filter(|head| head.starts_with(b"fLaC")) else {
        return false;
    };
    let is_first = head[4] & 0x7F == 0 && head[5..8] == [0, 0, 34];
    let [least, most] = [8, 10].map(|at| u16::from_be_bytes([head[at], head[at + 1]]));
    let rate_hz = u32::from_be_bytes([0, head[18], head[19], head[20]]) >> 4;
    is_first && LEAST_BLOCK <= least && least <= most && rate_hz > 0
}

/// The words in the WAV chunks that are kept in the FLAC file in `source`, which begins at `start`, and the places that they and
/// its comments name.
pub(in crate::audio) fn read(source: &mut dyn MediaSource, start: u64) -> io::Result<(Tags, NamedPlaces)> {
    let (mut words, mut at) = (RiffWords::default(), start.saturating_add(4));
    let mut chapters = Vec::new();
    for _ in 0..MOST_BLOCKS {
        // The block's header, the application, and the header of the chunk.
        let header = read_at(source, at, 16)?;
        let Some(&[kind, high, middle, low]) = header.first_chunk::<4>() else { break };
        let len = u64::from(u32::from_be_bytes([0, high, middle, low]));
        if kind & 0x7F == APPLICATION
            && let Some((b"riff", chunk)) = header[4..].split_first_chunk::<4>()
            && let Some(id) = chunk.first_chunk::<4>().filter(|id| RiffWords::are_in(id))
        {
            let content_len = len.saturating_sub(12).min(LONGEST_TAG_CHUNK);
            words.add(id, read_at(source, at + 16, usize::try_from(content_len).expect("16 MiB fit into memory"))?);
        }
        if kind & 0x7F == COMMENTS {
            chapters.extend(of_comments(comments(&read_at(source, at + 4, len as usize)?).into_iter()));
        }
        at = at.saturating_add(4).saturating_add(len);
        if kind & 0x80 != 0 {
            break;
        }
    }
    let (tags, mut places) = words.into_tags_and_cues();
    places.seconds.extend(chapters);
    Ok((tags, places))
}

/// The comments in a block of them, by name: behind the maker's name and their number, for each a length and `NAME=words`.
fn comments(block: &[u8]) -> Vec<(&str, &str)> {
    let Some((_, rest)) = prefixed(block) else { return Vec::new() };
    let (mut found, mut rest) = (Vec::new(), rest.get(4..).unwrap_or_default());
    while let Some((comment, behind)) = prefixed(rest) {
        found.extend(std::str::from_utf8(comment).ok().and_then(|comment| comment.split_once('=')));
        rest = behind;
    }
    found
}

/// The bytes behind a length at the beginning of `bytes`, and what follows them.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*len) as usize)
}
