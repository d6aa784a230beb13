//! Core Audio Format. In: the byte source. Out: the words of the file; the run of samples, where the sound is cut into
//! blocks of one size; and for packets, where the length of the data stands and what it should be in a file cut short.
//! symphonia looks for more chunks behind the data and gives the file up if it cannot get there; with the true length it
//! reads what there is. Runs are read without it, because it knows neither A-law nor IMA4 here.
//!
//! Reference: Apple, Core Audio Format Specification 1.0.

use std::io;

use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ADPCM_IMA_QT, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE,
    CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S8, CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE,
    CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE,
};
use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::LONGEST_TAG_CHUNK;
use crate::audio::container::pcm::{IMA4_BLOCK_BYTES, IMA4_BLOCK_FRAMES, PcmRun, SampleWidth};
use crate::audio::metadata::{TagName, Tags};
use crate::audio::reader_error::Fault;
use crate::audio::source::{len_bytes, read_at};
use crate::audio::tags::encoding::text;

/// Where the chunks begin: after `caff`, version and flags.
const FIRST_CHUNK: u64 = 8;

/// A chunk's name and length.
const HEADER_LEN: usize = 12;

/// Chunks looked at, at most.
const MOST_CHUNKS: usize = 10_000;

/// Bytes before the sound in `data`: the number of its edits.
const EDIT_COUNT_LEN: u64 = 4;

/// What a CAF file holds.
pub(in crate::audio) struct Caf {
    /// The sound, where it is cut into blocks of one size.
    pub(in crate::audio) run: Option<PcmRun>,
    /// The words.
    pub(in crate::audio) tags: Tags,
}

/// Reads the chunks of the CAF file in `source`.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> Result<Caf, Fault> {
    let file_len = len_bytes(source)?;
    let (mut description, mut data, mut valid_frames, mut tags) = (None, None, None, Tags::default());
    let mut position = FIRST_CHUNK;
    for _ in 0..MOST_CHUNKS {
        let Some(chunk) = CafChunk::at(source, position)? else { break };
        let content = |source: &mut dyn MediaSource| {
            let len = chunk.len.unwrap_or(u64::MAX).min(LONGEST_TAG_CHUNK);
            read_at(source, chunk.start, usize::try_from(len).expect("16 MiB fit into the address space"))
        };
        match &chunk.name {
            b"desc" => description = CafDescription::parse(&content(source)?),
            b"data" => data = Some(chunk),
            b"pakt" => valid_frames = content(source)?.get(8..16).and_then(frames_of),
            b"info" => add_information(&content(source)?, &mut tags),
            _ => {}
        }
        match chunk.len {
            Some(len) if chunk.start.saturating_add(len) < file_len => position = chunk.start + len,
            _ => break,
        }
    }
    let run = match description.zip(data) {
        Some((description, data)) => description.run(&data, valid_frames, file_len).map(PcmRun::checked).transpose()?,
        None => None,
    };
    Ok(Caf { run, tags })
}

/// One chunk.
#[derive(Debug, Clone, Copy)]
struct CafChunk {
    name: [u8; 4],
    start: u64,
    /// As stated; `None` where the chunk goes to the end of the file.
    len: Option<u64>,
}

impl CafChunk {
    fn at(source: &mut dyn MediaSource, position: u64) -> io::Result<Option<Self>> {
        let header = read_at(source, position, HEADER_LEN)?;
        let Some((&name, len)) = header.split_first_chunk::<4>() else { return Ok(None) };
        let Ok(len) = <[u8; 8]>::try_from(len).map(i64::from_be_bytes) else { return Ok(None) };
        Ok(Some(CafChunk { name, start: position + HEADER_LEN as u64, len: u64::try_from(len).ok() }))
    }
}

fn frames_of(eight: &[u8]) -> Option<u64> {
    let frames = i64::from_be_bytes(eight.try_into().expect("8 bytes were taken"));
    u64::try_from(frames).ok().filter(|&frames| frames > 0)
}

/// The `desc` chunk.
struct CafDescription {
    rate_hz: u32,
    format: [u8; 4],
    flags: u32,
    packet_bytes: u32,
    channels: u32,
    bits: u32,
}

impl CafDescription {
    fn parse(content: &[u8]) -> Option<Self> {
        let field =
            |at: usize| content.get(at..at + 4).map(|four| u32::from_be_bytes(four.try_into().expect("4 bytes")));
        let rate_hz = f64::from_be_bytes(content.first_chunk::<8>().copied()?);
        Some(CafDescription {
            // A rate too large or negative saturates, and is then refused with the rates no one records at.
            rate_hz: rate_hz.round() as u32,
            format: field(8)?.to_be_bytes(),
            flags: field(12)?,
            packet_bytes: field(16)?,
            channels: field(24)?,
            bits: field(28)?,
        })
    }

    /// The sound as a run of blocks; `None` where it has packets of its own.
    fn run(&self, data: &CafChunk, valid_frames: Option<u64>, file_len: u64) -> Option<PcmRun> {
        let (SampleWidth { codec, bytes }, block_frames) = match &self.format {
            b"lpcm" => (self.sample_width()?, 1),
            b"alaw" => (SampleWidth { codec: CODEC_ID_PCM_ALAW, bytes: 1 }, 1),
            b"ulaw" => (SampleWidth { codec: CODEC_ID_PCM_MULAW, bytes: 1 }, 1),
            b"ima4" => (SampleWidth { codec: CODEC_ID_ADPCM_IMA_QT, bytes: IMA4_BLOCK_BYTES }, IMA4_BLOCK_FRAMES),
            _ => return None,
        };
        let channels = u16::try_from(self.channels).ok()?;
        let start = data.start + EDIT_COUNT_LEN;
        let stated_len = data.len.map(|len| len.saturating_sub(EDIT_COUNT_LEN));
        let run = PcmRun {
            codec,
            rate_hz: self.rate_hz,
            channels,
            block_bytes: bytes * u32::from(channels),
            block_frames,
            start,
            len: stated_len.unwrap_or(u64::MAX).min(file_len.saturating_sub(start)),
            stated_frames: None,
        };
        let in_blocks = stated_len.map(|len| run.frames_in(len));
        // The last block of IMA4 is filled up; only the packet table knows by how much.
        let valid = valid_frames.filter(|_| block_frames > 1);
        let stated_frames = in_blocks.map(|frames| valid.map_or(frames, |valid| frames.min(valid)));
        Some(PcmRun { stated_frames, ..run })
    }

    fn sample_width(&self) -> Option<SampleWidth> {
        const IS_FLOAT: u32 = 1;
        const IS_LITTLE_ENDIAN: u32 = 2;
        let bytes = self.packet_bytes.checked_div(self.channels)?;
        let codec = match (self.flags & IS_FLOAT != 0, bytes, self.flags & IS_LITTLE_ENDIAN != 0) {
            (true, 4, true) => CODEC_ID_PCM_F32LE,
            (true, 4, false) => CODEC_ID_PCM_F32BE,
            (true, 8, true) => CODEC_ID_PCM_F64LE,
            (true, 8, false) => CODEC_ID_PCM_F64BE,
            (false, 1, _) => CODEC_ID_PCM_S8,
            (false, 2, true) => CODEC_ID_PCM_S16LE,
            (false, 2, false) => CODEC_ID_PCM_S16BE,
            (false, 3, true) => CODEC_ID_PCM_S24LE,
            (false, 3, false) => CODEC_ID_PCM_S24BE,
            (false, 4, true) if self.bits > 24 => CODEC_ID_PCM_S32LE,
            (false, 4, false) if self.bits > 24 => CODEC_ID_PCM_S32BE,
            _ => return None,
        };
        Some(SampleWidth { codec, bytes })
    }
}

/// Adds the words of an `info` chunk: their number, then keys and values, each with a zero behind it.
fn add_information(content: &[u8], tags: &mut Tags) {
    let mut words = content.get(4..).unwrap_or_default().split(|&byte| byte == 0);
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        let name = match key {
            b"title" => TagName::Title,
            b"artist" => TagName::Artist,
            b"album" => TagName::Album,
            b"genre" => TagName::Genre,
            b"comments" | b"comment" => TagName::Comment,
            b"composer" => TagName::Composer,
            b"tempo" => TagName::Bpm,
            b"key signature" => TagName::Key,
            b"copyright" => TagName::Copyright,
            b"recorded date" | b"year" => TagName::Date,
            b"subject" => TagName::Subject,
            b"keywords" => TagName::Keywords,
            _ => continue,
        };
        tags.fill(name, text(value));
    }
}

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
        // A length of -1 means that the chunk goes to the end of the file.
        let Some(CafChunk { name, start, len: Some(len) }) = CafChunk::at(source, position)? else { break };
        let end = start.saturating_add(len);
        if &name == b"data" {
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
