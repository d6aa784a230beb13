//! The chunks of a RIFF or IFF file. In: a byte source and where a chunk list begins. Out: each chunk's name, place and
//! stated length, one after the other. It reads no chunk's content and trusts no length to lie within the file.

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::source::{read_array, read_at};

/// Chunks of text and tags longer than this are left unread: no tag needs more, and the length is the file's word.
pub(super) const LONGEST_TAG_CHUNK: u64 = 16 << 20;

/// A 32-bit chunk length that stands for "not known" or "see ds64".
pub(super) const UNKNOWN_LEN: u32 = u32::MAX;

/// The order of the bytes in a chunk's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    /// RIFF.
    Little,
    /// IFF.
    Big,
}

/// One chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Four letters.
    pub(super) id: [u8; 4],
    /// Where the content begins, in bytes from the start of the file.
    pub(super) start: u64,
    /// Length of the content as stated, in bytes.
    pub(super) stated_len: u32,
}

impl Chunk {
    /// Where the next chunk begins, if this one's content has `len` bytes: chunks begin at even offsets.
    pub(super) fn next(&self, len: u64) -> u64 {
        self.start.saturating_add(len).saturating_add(len & 1)
    }

    /// The content, or its first [`LONGEST_TAG_CHUNK`] bytes.
    pub(super) fn read(&self, source: &mut dyn MediaSource) -> io::Result<Vec<u8>> {
        let len = u64::from(self.stated_len).min(LONGEST_TAG_CHUNK);
        read_at(source, self.start, usize::try_from(len).expect("16 MiB fit into the address space"))
    }
}

/// The chunk whose header is at `position`; `None` at the end of the file, or where no chunk can begin.
pub(super) fn chunk_at(source: &mut dyn MediaSource, position: u64, order: ByteOrder) -> io::Result<Option<Chunk>> {
    let header: [u8; 8] = match read_array(source, position) {
        Ok(header) => header,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    let id = [header[0], header[1], header[2], header[3]];
    let len = [header[4], header[5], header[6], header[7]];
    let stated_len = match order {
        ByteOrder::Little => u32::from_le_bytes(len),
        ByteOrder::Big => u32::from_be_bytes(len),
    };
    let is_name = id.iter().all(|byte| (b' '..=b'~').contains(byte));
    Ok(is_name.then_some(Chunk { id, start: position + 8, stated_len }))
}
