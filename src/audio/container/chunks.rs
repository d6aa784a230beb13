//! The chunks of a RIFF, IFF or Wave64 file. In: a byte source and where a chunk list begins. Out: each chunk's name,
//! place and stated length, one after the other, over the faults that programs make between them: odd lengths without
//! their pad byte, filling without a name. It trusts no length to lie within the file.
//!
//! References: EA IFF 85; RIFF (Microsoft, 1991); Sony, Wave64 (2001).

use std::io;

use symphonia::core::io::MediaSource;

use crate::audio::source::{read_array, read_at};

/// Chunks of text and tags longer than this are left unread: no tag needs more, and the length is the file's word.
pub(super) const LONGEST_TAG_CHUNK: u64 = 16 << 20;

/// A 32-bit chunk length that stands for "not known" or "see ds64".
pub(super) const UNKNOWN_LEN: u64 = u32::MAX as u64;

/// How far behind a chunk the next one is looked for, in bytes: recorders fill up to a block of a card or a disk, the
/// largest of which have less.
const FARTHEST_SCAN: u64 = 4 << 20;

/// Bytes that are read at once while looking.
const SCAN_BYTES: usize = 64 << 10;

/// Bytes of a chunk's header in RIFF and IFF.
const HEADER_LEN: usize = 8;

/// Bytes of a chunk's header in Wave64: a GUID and a length, which counts the header too.
const WIDE_HEADER_LEN: u64 = 24;

/// How chunks are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChunkLayout {
    /// RIFF: lengths with the low byte first.
    Riff,
    /// IFF: lengths with the high byte first.
    Iff,
    /// Wave64: GUIDs for names, 64-bit lengths, every chunk at a multiple of 8.
    Wave64,
}

impl ChunkLayout {
    /// Chunks begin at multiples of this, in bytes.
    fn alignment(self) -> u64 {
        match self {
            ChunkLayout::Riff | ChunkLayout::Iff => 2,
            ChunkLayout::Wave64 => 8,
        }
    }
}

/// One chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Four letters; in Wave64 the first four of the GUID.
    pub(super) id: [u8; 4],
    /// Where the content begins, in bytes from the start of the file.
    pub(super) start: u64,
    /// Length of the content as stated, in bytes.
    pub(super) stated_len: u64,
}

impl Chunk {
    /// Where the content ends by its stated length.
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.stated_len)
    }

    /// The content, or its first [`LONGEST_TAG_CHUNK`] bytes.
    pub(super) fn read(&self, source: &mut dyn MediaSource) -> io::Result<Vec<u8>> {
        let len = self.stated_len.min(LONGEST_TAG_CHUNK);
        read_at(source, self.start, usize::try_from(len).expect("16 MiB fit into the address space"))
    }

    fn is_named(&self) -> bool {
        self.id.iter().all(|byte| (b' '..=b'~').contains(byte))
    }
}

/// A walk along the chunks of a file.
pub(super) struct ChunkWalk {
    layout: ChunkLayout,
    /// Names that are taken for chunks wherever they stand; the first is that of the sound.
    known: &'static [&'static [u8; 4]],
    file_len: u64,
    /// Where the content of the chunk before ended.
    end: u64,
    /// Whether that content was of odd length, so that a pad byte should follow.
    is_odd: bool,
}

impl ChunkWalk {
    /// A walk that begins at `first`, in a file of `file_len` bytes.
    pub(super) fn new(layout: ChunkLayout, known: &'static [&'static [u8; 4]], first: u64, file_len: u64) -> Self {
        ChunkWalk { layout, known, file_len, end: first, is_odd: false }
    }

    /// The next chunk, or `None` where none follows.
    pub(super) fn next(&mut self, source: &mut dyn MediaSource) -> io::Result<Option<Chunk>> {
        let found = self.find(source)?;
        if let Some(chunk) = &found {
            self.pass(chunk, chunk.stated_len);
        }
        Ok(found)
    }

    /// The next chunk, without going on to it.
    pub(super) fn peek(&self, source: &mut dyn MediaSource) -> io::Result<Option<Chunk>> {
        self.find(source)
    }

    /// Goes on behind `len` bytes of `chunk`, whatever it states itself.
    pub(super) fn pass(&mut self, chunk: &Chunk, len: u64) {
        self.end = chunk.start.saturating_add(len);
        self.is_odd = len % 2 == 1;
    }

    /// Whether the file ends at `end`, or goes on with a chunk there, with or without a pad byte.
    pub(super) fn continues_at(&self, source: &mut dyn MediaSource, end: u64) -> io::Result<bool> {
        for at in (0..self.layout.alignment()).map(|pad| end.saturating_add(pad)) {
            let is_chunk = chunk_at(source, at, self.layout)?.is_some_and(|chunk| self.is_known(&chunk));
            if at == self.file_len || is_chunk {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether nothing but chunks, one behind the other, lies from `start` to the end of the file.
    pub(super) fn only_chunks_follow(&self, source: &mut dyn MediaSource, start: u64) -> io::Result<bool> {
        let mut at = start;
        while at < self.file_len {
            match chunk_at(source, at, self.layout)? {
                Some(chunk) if chunk.is_named() && self.fits(&chunk) => {
                    at = chunk.end().next_multiple_of(self.layout.alignment());
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn find(&self, source: &mut dyn MediaSource) -> io::Result<Option<Chunk>> {
        if self.end >= self.file_len {
            return Ok(None);
        }
        if self.layout == ChunkLayout::Wave64 {
            return chunk_at(source, self.end.next_multiple_of(self.layout.alignment()), self.layout);
        }
        let at_once = chunk_at(source, self.end, self.layout)?.filter(|chunk| self.is_odd && self.is_known(chunk));
        if at_once.is_some() {
            return Ok(at_once);
        }
        match chunk_at(source, self.end + u64::from(self.is_odd), self.layout)? {
            Some(chunk) if self.is_known(&chunk) || (chunk.is_named() && self.fits(&chunk)) => Ok(Some(chunk)),
            Some(chunk) if chunk.stated_len > 0 && self.fits(&chunk) && self.continues_at(source, chunk.end())? => {
                Ok(Some(chunk))
            }
            _ => self.scan(source),
        }
    }

    /// Looks for a chunk with a known name behind filling.
    fn scan(&self, source: &mut dyn MediaSource) -> io::Result<Option<Chunk>> {
        let mut from = self.end;
        let farthest = self.end.saturating_add(FARTHEST_SCAN);
        loop {
            let bytes = read_at(source, from, SCAN_BYTES)?;
            let starts = bytes.windows(HEADER_LEN).zip(from..);
            let chunks = starts.filter_map(|(header, at)| Some(Chunk::parse(header.first_chunk()?, at, self.layout)));
            let is_sound = |chunk: &Chunk| &chunk.id == self.known[0];
            let mut chunks = chunks.filter(|chunk| self.is_known(chunk) && (is_sound(chunk) || self.fits(chunk)));
            if let Some(chunk) = chunks.next() {
                return Ok(Some(chunk));
            }
            from += (bytes.len() + 1).saturating_sub(HEADER_LEN) as u64;
            if bytes.len() < SCAN_BYTES || from > farthest {
                return Ok(None);
            }
        }
    }

    fn is_known(&self, chunk: &Chunk) -> bool {
        self.known.contains(&&chunk.id)
    }

    /// Whether the chunk lies within the file; a pad byte may be missing at the very end.
    fn fits(&self, chunk: &Chunk) -> bool {
        chunk.end() <= self.file_len
    }
}

impl Chunk {
    fn parse(header: &[u8; HEADER_LEN], at: u64, layout: ChunkLayout) -> Self {
        let len = [header[4], header[5], header[6], header[7]];
        let stated_len = match layout {
            ChunkLayout::Iff => u32::from_be_bytes(len),
            ChunkLayout::Riff | ChunkLayout::Wave64 => u32::from_le_bytes(len),
        };
        let id = [header[0], header[1], header[2], header[3]];
        Chunk { id, start: at.saturating_add(HEADER_LEN as u64), stated_len: u64::from(stated_len) }
    }
}

/// The chunk whose header is at `position`, named or not; `None` at the end of the file.
pub(super) fn chunk_at(source: &mut dyn MediaSource, position: u64, layout: ChunkLayout) -> io::Result<Option<Chunk>> {
    if layout == ChunkLayout::Wave64 {
        let header: Option<[u8; WIDE_HEADER_LEN as usize]> = unless_ended(read_array(source, position))?;
        return Ok(header.map(|header| {
            let len = u64::from_le_bytes(header[16..].try_into().expect("8 bytes were taken"));
            let stated_len = len.saturating_sub(WIDE_HEADER_LEN);
            let id = [header[0], header[1], header[2], header[3]];
            Chunk { id, start: position + WIDE_HEADER_LEN, stated_len }
        }));
    }
    let header: Option<[u8; HEADER_LEN]> = unless_ended(read_array(source, position))?;
    Ok(header.map(|header| Chunk::parse(&header, position, layout)))
}

fn unless_ended<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
