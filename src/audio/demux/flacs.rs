//! FLAC files that were joined one behind the other, as nothing but copying them together does. In: a byte source. Out: the
//! packets of one stream after the other, each a link of its own: a demuxer would take the next stream for more of the first,
//! whatever its rate and its samples are. Where streams begin is found while they are read; no file is searched for it before.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::{Error as SymphoniaError, Result as SymphoniaResult};
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::formats::FlacReader;

use crate::audio::container::flac::{STREAM_HEAD_LEN, begins_stream};
use crate::audio::container::recognise::ContainerKind;
use crate::audio::demux::choice::{choose_track, no_track};
use crate::audio::demux::ends::Ends;
use crate::audio::demux::track::Track;
use crate::audio::reader_error::Fault;
use crate::audio::source::{SharedSource, Window, len_bytes, read_at};
use crate::audio::tags::id3;
use crate::panics;
use crate::panics::contain;

/// Where a stream ends because another begins.
#[derive(Debug, Clone, Copy)]
struct Joint {
    /// Where the bytes of the first end.
    ends: u64,
    /// Where the next begins: there, or behind an ID3 tag.
    next: u64,
}

/// The bytes of a file up to the next stream in it.
pub(super) struct FlacStream {
    inner: SharedSource,
    /// Where its own name stands.
    begins: u64,
    joint: Arc<Mutex<Option<Joint>>>,
}

/// The packets of a file, stream by stream.
pub(super) struct FlacPackets {
    reader: Box<dyn FormatReader>,
    source: SharedSource,
    joint: Arc<Mutex<Option<Joint>>>,
}

impl FlacStream {
    /// The stream of `source` that begins at `begins`.
    pub(super) fn new(source: SharedSource, begins: u64) -> Self {
        FlacStream { inner: source, begins, joint: Arc::default() }
    }

    /// Where the packets come from that a reader of this stream will give.
    pub(super) fn packets(&self) -> impl FnOnce(Box<dyn FormatReader>) -> FlacPackets + use<> {
        let (source, joint) = (self.inner.clone(), self.joint.clone());
        |reader| FlacPackets { reader, source, joint }
    }

    /// Where in `bytes`, which lie at `position`, another stream begins.
    fn joint_in(&self, bytes: &[u8], position: u64) -> io::Result<Option<Joint>> {
        for (ends, rest) in (position..).zip((0..bytes.len()).map(|at| &bytes[at..])) {
            if ends <= self.begins || !matches!(rest[0], b'f' | b'I') {
                continue;
            }
            if begins_stream(rest) {
                return Ok(Some(Joint { ends, next: ends }));
            }
            if let Some(len) = id3::tag_len(rest) {
                let next = ends.saturating_add(len as u64);
                if begins_stream(&read_at(&mut self.inner.clone(), next, STREAM_HEAD_LEN)?) {
                    return Ok(Some(Joint { ends, next }));
                }
            }
        }
        Ok(None)
    }
}

impl Read for FlacStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let position = self.inner.stream_position()?;
        let known = panics::lock(&self.joint).map_or(u64::MAX, |joint| joint.ends);
        let wanted = buffer.len().min(usize::try_from(known.saturating_sub(position)).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        // A little further, or the beginning of the next stream could be given before it is known as such.
        let bytes = read_at(&mut self.inner, position, wanted + STREAM_HEAD_LEN - 1)?;
        let mut given = wanted.min(bytes.len());
        if let Some(joint) = self.joint_in(&bytes, position)? {
            given = given.min(usize::try_from(joint.ends - position).unwrap_or(usize::MAX));
            *panics::lock(&self.joint) = Some(joint);
        }
        buffer[..given].copy_from_slice(&bytes[..given]);
        self.inner.seek(SeekFrom::Start(position + given as u64))?;
        Ok(given)
    }
}

impl Seek for FlacStream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl MediaSource for FlacStream {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.inner.byte_len()
    }
}

impl FlacPackets {
    /// The next packet; [`SymphoniaError::ResetRequired`] where another stream follows.
    pub(super) fn next_packet(&mut self) -> SymphoniaResult<Option<Packet>> {
        let is_end = |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof;
        match self.reader.next_packet() {
            Ok(None) if panics::lock(&self.joint).is_some() => Err(SymphoniaError::ResetRequired),
            Err(SymphoniaError::IoError(error)) if is_end(&error) && panics::lock(&self.joint).is_some() => {
                Err(SymphoniaError::ResetRequired)
            }
            other => other,
        }
    }

    /// Goes on with the next stream: its track, and its decoder.
    pub(super) fn enter_stream(&mut self) -> Result<(Track, Box<dyn AudioDecoder>), Fault> {
        let next = panics::lock(&self.joint).ok_or_else(no_track)?.next;
        let len = len_bytes(&mut self.source)?.saturating_sub(next);
        let stream = FlacStream::new(self.source.clone(), next);
        self.joint = stream.joint.clone();
        let source = MediaSourceStream::new(
            Box::new(Window::new(Box::new(stream), next, len)),
            MediaSourceStreamOptions::default(),
        );
        let mut probe = Probe::default();
        probe.register_format::<FlacReader<'_>>();
        let options = (FormatOptions::default(), MetadataOptions::default());
        let kind = ContainerKind::Flac;
        self.reader = match contain(|| probe.probe(&Hint::new(), source, options.0, options.1)) {
            Ok(Ok(reader)) => reader,
            Ok(Err(error)) => return Err(kind.unopenable(&error.to_string()).caused_by(error)),
            Err(panic) => return Err(kind.unopenable(&panic)),
        };
        choose_track(self.reader.as_ref(), kind, &Ends::default())
    }
}
