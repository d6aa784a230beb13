//! A Core Audio file that was cut short. In: the byte source. Out: where the length of its sound data stands and what it
//! should be, if the data goes on behind the end of the file. symphonia looks for more chunks behind the data and gives
//! the file up if it cannot get there; with the true length it reads what there is. Nothing else is read here.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::source::{len_bytes, read_at};

/// Where the chunks begin: after `caff`, version and flags.
const FIRST_CHUNK: u64 = 8;

/// A chunk's name and length.
const HEADER_LEN: usize = 12;

/// Chunks looked at, at most.
const MOST_CHUNKS: usize = 10_000;

/// The length that the data chunk should have stated, and where it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct TrueLen {
    /// Where the 8 bytes of the length begin.
    pub(in crate::audio) at: u64,
    /// The length up to the end of the file, in bytes.
    pub(in crate::audio) len: u64,
}

/// The true length of the data of the file in `source`, if the stated one is too long.
pub(in crate::audio) fn true_len(source: &mut dyn MediaSource) -> io::Result<Option<TrueLen>> {
    let file_len = len_bytes(source)?;
    let mut position = FIRST_CHUNK;
    for _ in 0..MOST_CHUNKS {
        let header = read_at(source, position, HEADER_LEN)?;
        let Some((name, len)) = header.split_first_chunk::<4>() else { break };
        let Ok(len) = <[u8; 8]>::try_from(len).map(i64::from_be_bytes) else { break };
        // A length of -1 means that the chunk goes to the end of the file.
        let Ok(len) = u64::try_from(len) else { break };
        let start = position + HEADER_LEN as u64;
        let end = start.saturating_add(len);
        if name == b"data" {
            let is_cut = end > file_len;
            return Ok(is_cut.then_some(TrueLen { at: position + 4, len: file_len.saturating_sub(start) }));
        }
        if end >= file_len {
            break;
        }
        position = end;
    }
    Ok(None)
}
