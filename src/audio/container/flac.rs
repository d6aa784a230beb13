//! What of a FLAC file symphonia leaves alone: the chunks of the WAV file that it was made of, which `flac
//! --keep-foreign-metadata` puts into blocks of their own. In: a byte source and where `fLaC` stands. Out: their words.
//!
//! Reference: RFC 9639, section 8.4 (application blocks).

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::LONGEST_TAG_CHUNK;
use crate::audio::metadata::Tags;
use crate::audio::source::read_at;
use crate::audio::tags::riff::RiffWords;

/// Blocks looked at, at most.
const MOST_BLOCKS: usize = 10_000;

/// Type of a block that belongs to an application.
const APPLICATION: u8 = 2;

/// The words in the WAV chunks that are kept in the FLAC file in `source`, which begins at `start`.
pub(in crate::audio) fn words_of_wave(source: &mut dyn MediaSource, start: u64) -> io::Result<Tags> {
    let (mut words, mut at) = (RiffWords::default(), start.saturating_add(4));
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
        at = at.saturating_add(4).saturating_add(len);
        if kind & 0x80 != 0 {
            break;
        }
    }
    Ok(words.into_tags())
}
