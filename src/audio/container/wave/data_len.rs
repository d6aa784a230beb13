//! How long the data of a WAV file is. In: the lengths that the file states and its real one. Out: the length of the
//! data, or that only the end of the file tells. Recorders that were cut off never fill a length in, pipes cannot know
//! it, and the 32 bits of RIFF count from 0 again at 4 GiB.

use std::io;
use std::ops::RangeInclusive;

use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::{Chunk, ChunkLayout, ChunkWalk, UNKNOWN_LEN};
use crate::audio::source::read_at;

/// Data lengths that a program writes into a pipe, not knowing the length: sox's 2 GiB less its header.
const PIPED_LEN: RangeInclusive<u64> = 0x7FFF_F000..=0x7FFF_FFFF;

/// Where a 32-bit length begins at 0 again.
const WRAP: u64 = 1 << 32;

/// Bytes behind the stated end that are taken for sound, at least: more than other programs' tags have.
const LEAST_OVERRUN: usize = 64 << 10;

/// What a file states about the length of its data.
pub(super) struct StatedLens {
    /// How the file is laid out.
    pub(super) layout: ChunkLayout,
    /// The data chunk.
    pub(super) data: Chunk,
    /// The 64-bit length of `ds64`.
    pub(super) wide: Option<u64>,
    /// Whether the outer length is right.
    pub(super) is_finished: bool,
}

/// The length of the data, in bytes; `None` where it goes to the end of the file.
pub(super) fn data_len(
    source: &mut dyn MediaSource,
    stated: &StatedLens,
    chunks: &ChunkWalk,
    file_len: u64,
) -> io::Result<Option<u64>> {
    let (start, len) = (stated.data.start, stated.data.stated_len);
    let wide = stated.wide.filter(|&wide| wide != u64::MAX && wide != 0);
    if len == 0 {
        // Nothing was recorded, or the length was never filled in: what follows tells.
        return Ok(chunks.only_chunks_follow(source, start)?.then_some(0));
    }
    match wide {
        // All bits set, or nearly so, means not known here too.
        _ if stated.layout == ChunkLayout::Wave64 => Ok(i64::try_from(len).is_ok().then_some(len)),
        Some(wide) if len == UNKNOWN_LEN || wide % WRAP == len => Ok(Some(wide)),
        _ if len == UNKNOWN_LEN => Ok(None),
        _ if !stated.is_finished && PIPED_LEN.contains(&len) => Ok(None),
        _ if file_len >= WRAP && !chunks.continues_at(source, start + len)? => {
            unwrapped(source, stated, chunks, file_len)
        }
        _ => Ok(Some(len)),
    }
}

/// The length of data behind whose stated end neither a chunk nor the end of the file comes: the stated one and the
/// 4 GiB it left out, if one of the two comes there.
fn unwrapped(
    source: &mut dyn MediaSource,
    stated: &StatedLens,
    chunks: &ChunkWalk,
    file_len: u64,
) -> io::Result<Option<u64>> {
    let (start, len) = (stated.data.start, stated.data.stated_len);
    let available = file_len.saturating_sub(start);
    let Some(left_out) = available.checked_sub(len) else { return Ok(Some(len)) };
    let whole = len + left_out / WRAP * WRAP;
    Ok(chunks.continues_at(source, start + whole)?.then_some(whole))
}

/// Where the data really ends that is stated to end at `end`, in bytes from the start of the file: a recorder that was cut off
/// had stated a length from time to time, and wrote on behind it. `None` where there is nothing more: a chunk, zeros, or a
/// few bytes of some other kind.
pub(super) fn overrun(
    source: &mut dyn MediaSource,
    end: u64,
    chunks: &ChunkWalk,
    file_len: u64,
) -> io::Result<Option<u64>> {
    /// Bytes of a chunk's header.
    const HEADER_LEN: u64 = 8;
    let real_end = chunks.peek(source)?.map_or(file_len, |next| next.start - HEADER_LEN);
    if real_end.saturating_sub(end) < LEAST_OVERRUN as u64 {
        return Ok(None);
    }
    let behind = read_at(source, end, LEAST_OVERRUN)?;
    let is_filled = 2 * behind.iter().filter(|byte| **byte != 0).count() > behind.len();
    Ok(is_filled.then_some(real_end))
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use crate::audio::container::wave::format::WaveContent;
    use crate::audio::container::wave::read;

    /// A sparse file of 16-bit mono sound with `frames` frames, whose lengths are what 32 bits keep of them, and `behind`.
    fn duration_of(frames: u64, behind: &[u8]) -> (u64, Option<u64>) {
        let mut file = tempfile::tempfile().expect("a temporary file can be made");
        let data_len = 2 * frames;
        let mut header = b"RIFF".to_vec();
        header.extend(((36 + data_len + behind.len() as u64) as u32).to_le_bytes());
        header.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xBB\0\0\0\x77\x01\0\x02\0\x10\0data");
        header.extend((data_len as u32).to_le_bytes());
        file.write_all(&header).expect("the header is written");
        file.set_len(44 + data_len).expect("a sparse file can be made");
        file.seek(SeekFrom::End(0)).expect("a file can be sought in");
        file.write_all(behind).expect("the rest is written");
        match read(&mut file).expect("it is a WAV file").content {
            WaveContent::Samples(run) => (run.len / 2, run.stated_frames),
            WaveContent::Mpeg { .. } => panic!("taken for MPEG audio"),
        }
    }

    #[test]
    fn lengths_that_wrapped_at_4_gib_are_the_files_own() {
        const LIST: &[u8] = b"LIST\x12\0\0\0INFOINAM\x05\0\0\0Rain\0\0";
        for (frames, behind, stated) in [
            ((1 << 31) + 48_000, &[][..], true),
            ((1 << 31) + 48_000, LIST, true),
            (2 * (1 << 31) + 7, LIST, true),
            (1 << 31, &[], false),
            ((1 << 31) - 100, LIST, true),
            (1_000, LIST, true),
        ] {
            let found = duration_of(frames, behind);
            assert_eq!(found, (frames, stated.then_some(frames)), "{frames} frames, {} bytes behind", behind.len());
        }
    }
}
