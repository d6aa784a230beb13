//! The `fmt ` chunk of a WAV file. In: its content, where the data lies and how many frames are stated. Out: how the
//! sound is held. It reads no sample.

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_ADPCM_MS, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64LE,
    CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8,
};

use crate::audio::container::pcm::{PcmRun, SampleWidth};
use crate::audio::reader_error::Fault;
use crate::error::Stage;

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

/// Where the data lies, in bytes.
pub(super) struct Data {
    /// Where it begins.
    pub(super) start: u64,
    /// Its length, as far as the file goes.
    pub(super) len: u64,
    /// Its length as stated.
    pub(super) stated_len: Option<u64>,
}

/// The `fmt ` chunk.
pub(super) struct Format {
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
const TAG_AC3: u16 = 0x2000;
const TAG_DTS: u16 = 0x2001;

impl Format {
    /// Reads the content of the chunk.
    pub(super) fn parse(content: &[u8]) -> Result<Self, Fault> {
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

    /// How the sound in `data` is held.
    pub(super) fn content(&self, data: Data, fact_frames: Option<u32>) -> Result<WaveContent, Fault> {
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
                let samples = match undecodable(tag) {
                    Some(name) => format!("{name}, which cannot be decoded here"),
                    None => format!("samples of an unsupported kind (format {tag:#06x}, {bytes} bytes)"),
                };
                let reason = format!("is WAV with {samples}; convert it to 16-bit WAV or FLAC");
                return Err(Fault::new(Stage::Probe, reason));
            }
        };
        Ok(SampleWidth { codec, bytes })
    }
}

/// Formats that are known by name but not decoded.
fn undecodable(tag: u16) -> Option<&'static str> {
    match tag {
        TAG_AC3 => Some("AC-3 (Dolby Digital)"),
        TAG_DTS => Some("DTS"),
        _ => None,
    }
}

/// A fault of a WAV file whose header lacks something.
pub(super) fn damaged(what: &str) -> Fault {
    Fault::new(Stage::Probe, format!("is WAV but {what}; it is damaged, copy it again"))
}
