//! Where the bytes come from. In: a path, or bytes in memory. Out: a seekable byte source with its first bytes checked.
//! It refuses what is not a readable, non-empty regular file; it does not look at what the bytes mean.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use symphonia::core::io::MediaSource;

use crate::audio::reader_error::Fault;
use crate::error::Stage;

/// Seekable bytes, from a file or from memory.
pub(super) type SeekableBytes = Box<dyn MediaSource>;

/// Opens the regular file at `path`.
pub(super) fn open_file(path: &Path) -> Result<SeekableBytes, Fault> {
    // The kind is asked for before opening: opening a named pipe waits for a writer, for ever if there is none.
    let kind = std::fs::metadata(path).map_err(|cause| refused(&cause))?.file_type();
    if kind.is_dir() {
        return Err(Fault::new(Stage::Open, "is a directory; name the sound files in it, or index the folder"));
    }
    if !kind.is_file() {
        return Err(Fault::new(Stage::Open, "is not a regular file; save the sound to a file first"));
    }
    let file = File::open(path).map_err(|cause| refused(&cause))?;
    check_not_empty(Box::new(file))
}

/// Takes `bytes` as they are.
pub(super) fn open_memory(bytes: Vec<u8>) -> Result<SeekableBytes, Fault> {
    check_not_empty(Box::new(io::Cursor::new(bytes)))
}

/// Reads up to `len` bytes from `position`; fewer only where the source ends.
pub(super) fn read_at(source: &mut dyn MediaSource, position: u64, len: usize) -> io::Result<Vec<u8>> {
    source.seek(SeekFrom::Start(position))?;
    let mut bytes = Vec::new();
    source.take(len as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads exactly `N` bytes from `position`.
pub(super) fn read_array<const N: usize>(source: &mut dyn MediaSource, position: u64) -> io::Result<[u8; N]> {
    source.seek(SeekFrom::Start(position))?;
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Length of the source in bytes.
pub(super) fn len_bytes(source: &mut dyn MediaSource) -> io::Result<u64> {
    source.seek(SeekFrom::End(0))
}

/// A source that is only read from its start to its end, for a demuxer that would otherwise follow a pointer to what a
/// file cut short no longer has.
pub(super) struct Forward(pub(super) SeekableBytes);

impl Read for Forward {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Seek for Forward {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::Error::from(ErrorKind::Unsupported))
    }
}

impl MediaSource for Forward {
    fn is_seekable(&self) -> bool {
        false
    }

    fn byte_len(&self) -> Option<u64> {
        None
    }
}

/// A source with eight of its bytes replaced.
pub(super) struct PatchedSource {
    /// The bytes as they are.
    pub(super) inner: SeekableBytes,
    /// Where the replacement begins.
    pub(super) at: u64,
    /// What stands there instead.
    pub(super) bytes: [u8; 8],
}

impl Read for PatchedSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let position = self.inner.stream_position()?;
        let read = self.inner.read(buffer)?;
        for (byte, at) in self.bytes.iter().zip(self.at..) {
            if let Some(index) = at.checked_sub(position).and_then(|index| usize::try_from(index).ok())
                && index < read
            {
                buffer[index] = *byte;
            }
        }
        Ok(read)
    }
}

impl Seek for PatchedSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl MediaSource for PatchedSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.inner.byte_len()
    }
}

/// A source that several readers share, each at its own place.
#[derive(Clone)]
pub(super) struct SharedSource {
    inner: Arc<Mutex<SeekableBytes>>,
    position: u64,
}

impl SharedSource {
    /// The bytes of `inner`, for as many readers as copies are made.
    pub(super) fn new(inner: SeekableBytes) -> Self {
        SharedSource { inner: Arc::new(Mutex::new(inner)), position: 0 }
    }

    /// The bytes; a reader that panicked left nothing half done, because every reading begins with its own place.
    fn inner(&self) -> MutexGuard<'_, SeekableBytes> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for SharedSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.inner();
        inner.seek(SeekFrom::Start(self.position))?;
        let read = inner.read(buffer)?;
        drop(inner);
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for SharedSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset).ok_or(ErrorKind::InvalidInput)?,
            SeekFrom::End(_) => self.inner().seek(to)?,
        };
        Ok(self.position)
    }
}

impl MediaSource for SharedSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.inner().byte_len()
    }
}

/// A run of bytes of another source, as a source of its own.
pub(super) struct Window {
    inner: SeekableBytes,
    start: u64,
    len: u64,
    position: u64,
}

impl Window {
    /// The `len` bytes of `inner` from `start` on.
    pub(super) fn new(inner: SeekableBytes, start: u64, len: u64) -> Self {
        Window { inner, start, len, position: 0 }
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        self.inner.seek(SeekFrom::Start(self.start + self.position))?;
        let read = self.inner.read(&mut buffer[..wanted])?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.len.checked_add_signed(offset),
        };
        self.position = target.ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl MediaSource for Window {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}

/// Reads the first byte: a file system may state no length (and some state a wrong one), so only reading tells.
fn check_not_empty(mut source: SeekableBytes) -> Result<SeekableBytes, Fault> {
    match read_at(source.as_mut(), 0, 1) {
        Ok(first) if first.is_empty() => {
            Err(Fault::new(Stage::Open, "is empty (0 bytes); copy or record it again, or leave it out"))
        }
        Ok(_) => Ok(source),
        Err(cause) => Err(refused(&cause)),
    }
}

fn refused(cause: &io::Error) -> Fault {
    let reason = match cause.kind() {
        ErrorKind::NotFound => "does not exist; check the path".to_owned(),
        ErrorKind::PermissionDenied => "may not be read; check its permissions".to_owned(),
        _ => format!("cannot be read ({cause}); check the path and the disk"),
    };
    Fault::new(Stage::Open, reason).caused_by(io::Error::new(cause.kind(), cause.to_string()))
}
