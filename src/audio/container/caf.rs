//! Whether a Core Audio file was cut short. In: the byte source. Out: whether its sound data should go on behind the end
//! of the file. symphonia looks for more chunks behind the data and gives the file up if there is nothing; told to read
//! forward only, it takes the sound that there is. Nothing else is read here.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::source::{len_bytes, read_at};

/// Where the chunks begin: after `caff`, version and flags.
const FIRST_CHUNK: u64 = 8;

/// A chunk's name and length.
const HEADER_LEN: usize = 12;

/// Chunks looked at, at most.
const MOST_CHUNKS: usize = 10_000;

/// Whether the data chunk of the file in `source` is longer than the file.
pub(in crate::audio) fn is_cut(source: &mut dyn MediaSource) -> io::Result<bool> {
    let file_len = len_bytes(source)?;
    let mut position = FIRST_CHUNK;
    for _ in 0..MOST_CHUNKS {
        let header = read_at(source, position, HEADER_LEN)?;
        let Some((name, len)) = header.split_first_chunk::<4>() else { break };
        let Ok(len) = <[u8; 8]>::try_from(len).map(i64::from_be_bytes) else { break };
        // A length of -1 means that the chunk goes to the end of the file.
        let Ok(len) = u64::try_from(len) else { break };
        let end = position.saturating_add(HEADER_LEN as u64).saturating_add(len);
        if name == b"data" {
            return Ok(end > file_len);
        }
        position = end;
    }
    Ok(false)
}
