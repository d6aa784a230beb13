//! Plain samples and IMA4 in an MP4 or MOV file. In: the description of a track's samples. Out: what their decoder needs to know.
//! symphonia reads those with the high byte first as if the low byte came first, which is noise, and refuses some kinds.
//!
//! References: Apple, QuickTime File Format, "Sound Sample Descriptions"; ISO/IEC 23003-5 (`ipcm`, `fpcm`).

use std::io;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ADPCM_IMA_QT, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE,
    CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S8, CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE,
    CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};
use symphonia::core::io::MediaSource;

use crate::audio::container::mp4::boxes::{BoxSpan, boxes_in, narrow};
use crate::audio::container::pcm::IMA4_BLOCK_FRAMES;

/// Where things stand in a description, in bytes.
const CHANNELS_AT: usize = 16;
const BITS_AT: usize = 18;
const RATE_AT: usize = 24;

/// The order of a sample's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByteOrder {
    HighFirst,
    LowFirst,
}

/// What the decoder of the samples in `stsd` needs to know; `None` if they are not plain. `scale` is the number of ticks a
/// second, which is the rate where the description cannot hold it.
pub(super) fn params(
    source: &mut dyn MediaSource,
    stsd: BoxSpan,
    scale: u64,
) -> io::Result<Option<AudioCodecParameters>> {
    let Some(entry) = boxes_in(source, stsd.behind(8))?.first().copied() else { return Ok(None) };
    let content = entry.content.read(source)?;
    let coding = if &entry.name == b"ima4" { Some((CODEC_ID_ADPCM_IMA_QT, 0)) } else { codec(&entry.name, &content) };
    let Some((codec, bytes)) = coding else { return Ok(None) };
    let word = |at: usize| content.get(at..at + 2).map(|two| u16::from_be_bytes([two[0], two[1]]));
    let Some(channels) = word(CHANNELS_AT).filter(|&channels| channels > 0) else { return Ok(None) };
    // The rate has 16 bits before the point and 16 behind it.
    let stated = narrow(&content, RATE_AT).map_or(0, |rate| rate >> 16);
    let rate_hz = u32::try_from(if stated > 0 { stated } else { scale }).unwrap_or(0);
    let mut params = AudioCodecParameters::new();
    params
        .for_codec(codec)
        .with_sample_rate(rate_hz)
        .with_channels(Channels::Discrete(channels))
        .with_max_frames_per_packet(PACKET_FRAMES)
        .with_frames_per_block(if codec == CODEC_ID_ADPCM_IMA_QT { u64::from(IMA4_BLOCK_FRAMES) } else { 1 });
    // The decoder of A-law and µ-law wants to be told nothing, or 16 bits.
    if bytes > 1 {
        params.with_bits_per_coded_sample(8 * bytes);
    }
    Ok(Some(params))
}

/// Frames of a packet, at most, for the decoder's buffer: as many as a packet of the longest length has of IMA4.
const PACKET_FRAMES: u64 = 64 << 10;

/// The codec of samples called `name`, and the bytes of each.
fn codec(name: &[u8; 4], content: &[u8]) -> Option<(AudioCodecId, u32)> {
    let bits = content.get(BITS_AT..BITS_AT + 2).map(|two| u16::from_be_bytes([two[0], two[1]]))?;
    let order = match name {
        b"sowt" => ByteOrder::LowFirst,
        b"ipcm" | b"fpcm" => iso_order(content)?,
        _ => quicktime_order(content),
    };
    let bytes = match name {
        b"alaw" | b"ulaw" => 1,
        b"in24" => 3,
        b"in32" | b"fl32" => 4,
        b"fl64" => 8,
        b"twos" | b"sowt" | b"NONE" | b"raw " => u32::from(bits.div_ceil(8)),
        b"ipcm" | b"fpcm" => u32::from(*boxed_bytes(content, b"pcmC")?.get(5)?).div_ceil(8),
        _ => return None,
    };
    let codec = match (name, bytes, order) {
        (b"alaw", ..) => CODEC_ID_PCM_ALAW,
        (b"ulaw", ..) => CODEC_ID_PCM_MULAW,
        (b"raw " | b"NONE", 1, _) => CODEC_ID_PCM_U8,
        (b"fl32" | b"fpcm", 4, ByteOrder::HighFirst) => CODEC_ID_PCM_F32BE,
        (b"fl32" | b"fpcm", 4, ByteOrder::LowFirst) => CODEC_ID_PCM_F32LE,
        (b"fl64" | b"fpcm", 8, ByteOrder::HighFirst) => CODEC_ID_PCM_F64BE,
        (b"fl64" | b"fpcm", 8, ByteOrder::LowFirst) => CODEC_ID_PCM_F64LE,
        (_, 1, _) => CODEC_ID_PCM_S8,
        (_, 2, ByteOrder::HighFirst) => CODEC_ID_PCM_S16BE,
        (_, 2, ByteOrder::LowFirst) => CODEC_ID_PCM_S16LE,
        (_, 3, ByteOrder::HighFirst) => CODEC_ID_PCM_S24BE,
        (_, 3, ByteOrder::LowFirst) => CODEC_ID_PCM_S24LE,
        (_, 4, ByteOrder::HighFirst) => CODEC_ID_PCM_S32BE,
        (_, 4, ByteOrder::LowFirst) => CODEC_ID_PCM_S32LE,
        _ => return None,
    };
    Some((codec, bytes))
}

/// The order that a box `enda` states, somewhere in the description; the high byte comes first without one.
fn quicktime_order(content: &[u8]) -> ByteOrder {
    match boxed_bytes(content, b"enda") {
        Some([0, 1, ..]) => ByteOrder::LowFirst,
        _ => ByteOrder::HighFirst,
    }
}

/// The order that a box `pcmC` states.
fn iso_order(content: &[u8]) -> Option<ByteOrder> {
    let flags = *boxed_bytes(content, b"pcmC")?.get(4)?;
    Some(if flags & 1 == 1 { ByteOrder::LowFirst } else { ByteOrder::HighFirst })
}

/// What follows the name of a box that lies somewhere in `content`.
fn boxed_bytes<'a>(content: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let at = content.windows(name.len()).position(|found| found == name)?;
    content.get(at + name.len()..)
}
