//! WAV and its kin: RIFF, RF64 and BW64. In: a byte source that begins with one of those names. Out: the run of samples
//! and the words of the file (LIST INFO, `bext`, ID3). symphonia's own reader knows neither 64-bit sizes nor `bext`,
//! and refuses sizes that a recorder never got to fill in; the samples are still decoded by symphonia.
//!
//! References: RIFF (Microsoft, 1991), EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64), EBU Tech 3285 (`bext`).

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_ADPCM_MS, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64LE,
    CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8,
};
use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::{ByteOrder, Chunk, UNKNOWN_LEN, chunk_at};
use crate::audio::container::pcm::{PcmRun, SampleWidth};
use crate::audio::metadata::Tags;
use crate::audio::reader_error::Fault;
use crate::audio::source::len_bytes;
use crate::audio::tags;
use crate::error::Stage;

/// Where the chunks begin: after `RIFF`, the length and `WAVE`.
const FIRST_CHUNK: u64 = 12;

/// Length of `bext`'s description field in bytes (EBU Tech 3285).
const BEXT_DESCRIPTION_LEN: usize = 256;

/// Data lengths that a program writes into a pipe, not knowing the length: sox's 2 GiB less its header.
const PIPED_LEN: std::ops::RangeInclusive<u32> = 0x7FFF_F000..=0x7FFF_FFFF;

/// What a WAV file holds.
pub(in crate::audio) struct Wave {
    /// The sound.
    pub(in crate::audio) content: WaveContent,
    /// The words.
    pub(in crate::audio) tags: Tags,
}

/// How the sound is held.
pub(in crate::audio) enum WaveContent {
    /// Plain or ADPCM samples.
    Samples(PcmRun),
    /// A stream of MPEG audio frames in the bytes `start..start + len`.
    Mpeg {
        /// Where the stream begins.
        start: u64,
        /// Its length in bytes.
        len: u64,
    },
}

/// Reads the chunks of the WAV file in `source`.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> Result<Wave, Fault> {
    let file_len = len_bytes(source)?;
    let found = walk(source, file_len)?;
    let format = found.format.ok_or_else(|| damaged("has no fmt chunk"))?;
    let (data, data_len) = found.data.ok_or_else(|| damaged("has no data chunk"))?;
    let available = file_len.saturating_sub(data.start);
    let len = data_len.unwrap_or(available).min(available);
    let content = format.content(Data { start: data.start, len, stated_len: data_len }, found.fact_frames)?;
    Ok(Wave { content, tags: found.tags })
}

/// What the chunks of a file said.
#[derive(Default)]
struct WaveChunks {
    format: Option<Format>,
    /// The data chunk, and its length in bytes where that is known.
    data: Option<(Chunk, Option<u64>)>,
    /// The number of frames that the fact chunk states, which compressed files have.
    fact_frames: Option<u32>,
    tags: Tags,
}

/// Where the data lies, in bytes.
struct Data {
    start: u64,
    /// As far as the file goes.
    len: u64,
    /// As stated.
    stated_len: Option<u64>,
}

fn walk(source: &mut dyn MediaSource, file_len: u64) -> Result<WaveChunks, Fault> {
    let mut found = WaveChunks::default();
    let mut wide_data_len = None;
    let form = chunk_at(source, 0, ByteOrder::Little)?.ok_or_else(|| damaged("has no RIFF header"))?;
    let finished = u64::from(form.stated_len).abs_diff(file_len.saturating_sub(8)) <= 1;
    let mut position = FIRST_CHUNK;
    while let Some(chunk) = chunk_at(source, position, ByteOrder::Little)? {
        let mut len = u64::from(chunk.stated_len);
        match &chunk.id {
            b"ds64" => wide_data_len = data_len_of_ds64(&chunk.read(source)?),
            b"fmt " => found.format = Some(Format::parse(&chunk.read(source)?)?),
            b"fact" => found.fact_frames = chunk.read(source)?.first_chunk().map(|four| u32::from_le_bytes(*four)),
            b"data" if found.data.is_none() => {
                let known = known_data_len(&chunk, wide_data_len, finished);
                found.data = Some((chunk, known));
                len = known.unwrap_or(u64::MAX);
            }
            b"bext" => found.tags.description = bext_description(&chunk.read(source)?),
            b"LIST" => tags::add_riff_info(&chunk.read(source)?, &mut found.tags),
            b"id3 " | b"ID3 " => tags::add_id3(chunk.read(source)?, &mut found.tags),
            _ => {}
        }
        position = chunk.next(len);
        if position >= file_len {
            break;
        }
    }
    Ok(found)
}

/// The length of the data chunk, in bytes. A recorder that was cut off leaves 0, a pipe the largest number; these are
/// believed only in a file whose outer length is right.
fn known_data_len(data: &Chunk, wide: Option<u64>, finished: bool) -> Option<u64> {
    match (data.stated_len, wide) {
        (UNKNOWN_LEN, wide) => wide.filter(|&len| len != u64::MAX && len != 0),
        (0, _) if !finished => None,
        (len, _) if !finished && PIPED_LEN.contains(&len) => None,
        (len, _) => Some(u64::from(len)),
    }
}

/// `ds64`: 64-bit lengths of the file, the data and the number of frames, in that order.
fn data_len_of_ds64(content: &[u8]) -> Option<u64> {
    content.get(8..16).map(|bytes| u64::from_le_bytes(bytes.try_into().expect("8 bytes were taken")))
}

fn bext_description(content: &[u8]) -> Option<String> {
    tags::text(&content[..content.len().min(BEXT_DESCRIPTION_LEN)])
}

/// The `fmt ` chunk.
struct Format {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    block_bytes: u16,
    bits: u16,
    /// Frames of an ADPCM block.
    block_frames: Option<u16>,
}

/// Format tags (mmreg.h).
const TAG_PCM: u16 = 0x0001;
const TAG_ADPCM_MS: u16 = 0x0002;
const TAG_FLOAT: u16 = 0x0003;
const TAG_ALAW: u16 = 0x0006;
const TAG_MULAW: u16 = 0x0007;
const TAG_ADPCM_IMA: u16 = 0x0011;
const TAG_MPEG: u16 = 0x0050;
const TAG_MP3: u16 = 0x0055;
const TAG_EXTENSIBLE: u16 = 0xFFFE;

impl Format {
    fn parse(content: &[u8]) -> Result<Self, Fault> {
        let word = |at: usize| content.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
        let short = || damaged("has a fmt chunk that is too short");
        let tag = word(0).ok_or_else(short)?;
        let rate_hz = content.get(4..8).ok_or_else(short)?;
        Ok(Format {
            // The first two bytes of an extensible format's GUID are the tag it stands for.
            tag: if tag == TAG_EXTENSIBLE { word(24).ok_or_else(short)? } else { tag },
            channels: word(2).ok_or_else(short)?,
            rate_hz: u32::from_le_bytes(rate_hz.try_into().expect("4 bytes were taken")),
            block_bytes: word(12).ok_or_else(short)?,
            bits: word(14).ok_or_else(short)?,
            block_frames: word(18),
        })
    }

    fn content(&self, data: Data, fact_frames: Option<u32>) -> Result<WaveContent, Fault> {
        let Data { start, len, stated_len } = data;
        if matches!(self.tag, TAG_MPEG | TAG_MP3) {
            return Ok(WaveContent::Mpeg { start, len });
        }
        let (codec, block_bytes, block_frames) = self.layout()?;
        let run = PcmRun {
            codec,
            rate_hz: self.rate_hz,
            channels: self.channels,
            block_bytes,
            block_frames,
            start,
            len,
            stated_frames: None,
        };
        let in_blocks = stated_len.map(|len| run.frames_in(len));
        let in_fact = fact_frames.map(u64::from).filter(|&frames| block_frames > 1 && frames > 0);
        let stated_frames = match (in_blocks, in_fact) {
            (Some(blocks), Some(fact)) => Some(blocks.min(fact)),
            (blocks, fact) => blocks.or(fact),
        };
        Ok(WaveContent::Samples(PcmRun { stated_frames, ..run }.checked()?))
    }

    /// Codec, bytes of a block and frames of a block.
    fn layout(&self) -> Result<(AudioCodecId, u32, u32), Fault> {
        let adpcm = |codec| Ok((codec, u32::from(self.block_bytes), u32::from(self.block_frames.unwrap_or(0))));
        match self.tag {
            TAG_ADPCM_MS => adpcm(CODEC_ID_ADPCM_MS),
            TAG_ADPCM_IMA => adpcm(CODEC_ID_ADPCM_IMA_WAV),
            _ => {
                let width = self.sample_width()?;
                Ok((width.codec, width.bytes * u32::from(self.channels), 1))
            }
        }
    }

    fn sample_width(&self) -> Result<SampleWidth, Fault> {
        // The block length tells how wide a sample is stored; the bits may be fewer (20 in 3 bytes, at the top).
        let stored = u32::from(self.block_bytes).checked_div(u32::from(self.channels)).unwrap_or(0);
        let needed = u32::from(self.bits).div_ceil(8);
        let bytes = if stored >= needed && stored <= 8 { stored } else { needed };
        let codec = match (self.tag, bytes) {
            (TAG_PCM, 1) => CODEC_ID_PCM_U8,
            (TAG_PCM, 2) => CODEC_ID_PCM_S16LE,
            (TAG_PCM, 3) => CODEC_ID_PCM_S24LE,
            (TAG_PCM, 4) => CODEC_ID_PCM_S32LE,
            (TAG_FLOAT, 4) => CODEC_ID_PCM_F32LE,
            (TAG_FLOAT, 8) => CODEC_ID_PCM_F64LE,
            (TAG_ALAW, 1) => CODEC_ID_PCM_ALAW,
            (TAG_MULAW, 1) => CODEC_ID_PCM_MULAW,
            (tag, bytes) => {
                let reason = format!(
                    "is WAV with samples of an unsupported kind (format {tag:#06x}, {bytes} bytes); \
                     convert it to 16-bit WAV or FLAC"
                );
                return Err(Fault::new(Stage::Probe, reason));
            }
        };
        Ok(SampleWidth { codec, bytes })
    }
}

fn damaged(what: &str) -> Fault {
    Fault::new(Stage::Probe, format!("is WAV but {what}; it is damaged, copy it again"))
}
