//! AIFF and AIFF-C. In: a byte source that begins with `FORM`. Out: the run of samples and the words of the file (`NAME`,
//! `AUTH`, `ANNO`, markers, ID3, XMP). symphonia's own reader reads through the whole file before the first sample and refuses one
//! that was cut short; the samples are still decoded by symphonia.
//!
//! References: Apple, Audio Interchange File Format 1.3 (1989) and AIFF-C draft (1991).

use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_ADPCM_IMA_QT, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE,
    CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_S8, CODEC_ID_PCM_S16BE, CODEC_ID_PCM_S16LE,
    CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8,
};
use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::{Chunk, ChunkLayout, ChunkWalk};
use crate::audio::container::pcm::{IMA4_BLOCK_BYTES, IMA4_BLOCK_FRAMES, PcmRun, SampleWidth};
use crate::audio::metadata::{TagName, Tags};
use crate::audio::reader_error::Fault;
use crate::audio::source::{len_bytes, read_array};
use crate::audio::tags;
use crate::audio::tags::BETWEEN_PARTS;
use crate::audio::tags::cues::{CueFrames, NamedPlaces};
use crate::audio::tags::encoding::text;
use crate::error::Stage;

/// Where the chunks begin: after `FORM`, the length and `AIFF` or `AIFC`.
const FIRST_CHUNK: u64 = 12;

/// Bytes before the samples in `SSND`: an offset and a block size.
const SOUND_HEADER_LEN: u64 = 8;

/// What an AIFF file holds.
pub(in crate::audio) struct Aiff {
    /// The sound.
    pub(in crate::audio) run: PcmRun,
    /// The words.
    pub(in crate::audio) tags: Tags,
    /// The places that it names.
    pub(in crate::audio) cues: NamedPlaces,
}

/// Chunks that are taken for such even behind filling, `SSND` first: those read here and the commonest others.
const KNOWN_CHUNKS: [&[u8; 4]; 17] = [
    b"SSND", b"COMM", b"NAME", b"AUTH", b"ANNO", b"ID3 ", b"id3 ", b"FVER", b"COMT", b"MARK", b"INST", b"(c) ",
    b"APPL", b"CHAN", b"FLLR", b"MIDI", b"AESD",
];

/// Reads the chunks of the AIFF file in `source`.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> Result<Aiff, Fault> {
    let file_len = len_bytes(source)?;
    let (mut common, mut sound, mut tags) = (None, None, Tags::default());
    let mut cues = NamedPlaces::default();
    let mut chunks = ChunkWalk::new(ChunkLayout::Iff, &KNOWN_CHUNKS, FIRST_CHUNK, file_len);
    while let Some(chunk) = chunks.next(source)? {
        match &chunk.id {
            b"COMM" if common.is_none() => common = Some(Common::parse(&chunk.read(source)?)?),
            b"SSND" if sound.is_none() => sound = Some(chunk),
            b"NAME" => tags.fill(TagName::Title, text(&chunk.read(source)?)),
            b"AUTH" => tags.fill(TagName::Artist, text(&chunk.read(source)?)),
            b"ANNO" => tags.fill(TagName::Comment, text(&chunk.read(source)?)),
            b"COMT" => tags.fill(TagName::Comment, comment(&chunk.read(source)?)),
            b"MARK" => {
                for marker in markers(&chunk.read(source)?) {
                    tags.join(TagName::Cues, &marker.words, BETWEEN_PARTS);
                    cues.frames.push(marker);
                }
            }
            b"APPL" => {
                if let Some(packet) = chunk.read(source)?.strip_prefix(b"XMP ") {
                    tags.fill_from(tags::of_xmp(packet));
                }
            }
            b"(c) " => tags.fill(TagName::Copyright, text(&chunk.read(source)?)),
            b"ID3 " | b"id3 " => cues.seconds.extend(tags::add_id3(chunk.read(source)?, &mut tags)),
            _ => {}
        }
    }
    let common = common.ok_or_else(|| damaged("has no COMM chunk"))?;
    let sound = sound.ok_or_else(|| damaged("has no SSND chunk"))?;
    Ok(Aiff { run: common.run(source, &sound, file_len)?, tags, cues })
}

/// The `COMM` chunk.
struct Common {
    channels: u16,
    frames: u32,
    bits: u16,
    rate_hz: u32,
    /// `NONE` in a file that is not AIFF-C.
    compression: [u8; 4],
}

impl Common {
    fn parse(content: &[u8]) -> Result<Self, Fault> {
        let fields: &[u8; 18] = content.first_chunk().ok_or_else(|| damaged("has a COMM chunk that is too short"))?;
        Ok(Common {
            channels: u16::from_be_bytes([fields[0], fields[1]]),
            frames: u32::from_be_bytes([fields[2], fields[3], fields[4], fields[5]]),
            bits: u16::from_be_bytes([fields[6], fields[7]]),
            rate_hz: rate_of_extended(&fields[8..18]),
            compression: content.get(18..22).map_or(*b"NONE", |four| four.try_into().expect("4 bytes were taken")),
        })
    }

    fn run(&self, source: &mut dyn MediaSource, sound: &Chunk, file_len: u64) -> Result<PcmRun, Fault> {
        let offset = u64::from(u32::from_be_bytes(read_array(source, sound.start)?));
        let start = sound.start.saturating_add(SOUND_HEADER_LEN).saturating_add(offset);
        let (width, block_frames) = match &self.compression {
            b"ima4" => (SampleWidth { codec: CODEC_ID_ADPCM_IMA_QT, bytes: IMA4_BLOCK_BYTES }, IMA4_BLOCK_FRAMES),
            _ => (self.sample_width()?, 1),
        };
        let block_bytes = width.bytes * u32::from(self.channels);
        let blocks = self.blocks(sound.stated_len.saturating_sub(SOUND_HEADER_LEN), block_bytes, block_frames);
        let run = PcmRun {
            codec: width.codec,
            rate_hz: self.rate_hz,
            channels: self.channels,
            block_bytes,
            block_frames,
            start,
            // A recorder that was cut off leaves 0 frames in the header; then the file's own length counts.
            len: file_len.saturating_sub(start).min(blocks.map_or(u64::MAX, |blocks| blocks * u64::from(block_bytes))),
            stated_frames: blocks.map(|blocks| blocks * u64::from(block_frames)),
        };
        run.checked()
    }

    /// The number of blocks that the header promises; `None` where it was never filled in. Of IMA4 most programs count
    /// the blocks, and some the frames in them.
    fn blocks(&self, data_len: u64, block_bytes: u32, block_frames: u32) -> Option<u64> {
        let stated = u64::from(self.frames);
        let in_data = data_len / u64::from(block_bytes.max(1));
        let blocks = if stated > in_data { stated.div_ceil(u64::from(block_frames)) } else { stated };
        (stated != 0).then_some(blocks)
    }

    fn sample_width(&self) -> Result<SampleWidth, Fault> {
        let bytes = u32::from(self.bits).div_ceil(8);
        let (codec, bytes) = match (&self.compression, bytes) {
            (b"NONE" | b"twos", 1) => (CODEC_ID_PCM_S8, 1),
            (b"NONE" | b"twos", 2) => (CODEC_ID_PCM_S16BE, 2),
            (b"NONE" | b"twos", 3) | (b"in24", _) => (CODEC_ID_PCM_S24BE, 3),
            (b"NONE" | b"twos", 4) | (b"in32", _) => (CODEC_ID_PCM_S32BE, 4),
            (b"sowt", 1) => (CODEC_ID_PCM_S8, 1),
            (b"sowt", 2) => (CODEC_ID_PCM_S16LE, 2),
            (b"sowt", 3) => (CODEC_ID_PCM_S24LE, 3),
            (b"sowt", 4) => (CODEC_ID_PCM_S32LE, 4),
            (b"raw ", 1) => (CODEC_ID_PCM_U8, 1),
            (b"42ni", _) => (CODEC_ID_PCM_S24LE, 3),
            (b"23ni", _) => (CODEC_ID_PCM_S32LE, 4),
            (b"23lf", _) => (CODEC_ID_PCM_F32LE, 4),
            (b"46lf", _) => (CODEC_ID_PCM_F64LE, 8),
            (b"fl32" | b"FL32", _) => (CODEC_ID_PCM_F32BE, 4),
            (b"fl64" | b"FL64", _) => (CODEC_ID_PCM_F64BE, 8),
            (b"alaw" | b"ALAW", _) => (CODEC_ID_PCM_ALAW, 1),
            (b"ulaw" | b"ULAW", _) => (CODEC_ID_PCM_MULAW, 1),
            (kind, _) => {
                let reason = format!(
                    "is AIFF with samples of an unsupported kind ({}, {} bits); convert it to 16-bit WAV or FLAC",
                    String::from_utf8_lossy(kind),
                    self.bits
                );
                return Err(Fault::new(Stage::Probe, reason));
            }
        };
        Ok(SampleWidth { codec, bytes })
    }
}

/// The first of the comments in `COMT`: their number, then for each a time, a marker, a length and the text.
fn comment(content: &[u8]) -> Option<String> {
    let len = u16::from_be_bytes([*content.get(8)?, *content.get(9)?]);
    let words = content.get(10..)?;
    text(&words[..usize::from(len).min(words.len())])
}

/// The names in `MARK`: the number of markers, then for each its number, a position and a name. The name's length stands
/// before it, and the two together are padded to an even length.
fn markers(content: &[u8]) -> Vec<CueFrames> {
    /// Bytes before the name's length.
    const BEFORE_NAME: usize = 6;
    let (mut found, mut rest) = (Vec::new(), content.get(2..).unwrap_or_default());
    while let Some((&len, name)) = rest.get(BEFORE_NAME..).and_then(<[u8]>::split_first) {
        let len = usize::from(len);
        let start = u64::from(u32::from_be_bytes([rest[2], rest[3], rest[4], rest[5]]));
        let words = text(&name[..len.min(name.len())]);
        found.extend(words.map(|words| CueFrames { start, end: None, words }));
        rest = name.get(len + usize::from(len % 2 == 0)..).unwrap_or_default();
    }
    found
}

/// The rate from the 80-bit extended float of `COMM`, rounded; 0 for what is no rate.
fn rate_of_extended(bytes: &[u8]) -> u32 {
    /// Exponent of 1.0 with the binary point behind the last of the 64 bits of the mantissa.
    const BIAS: i32 = 16383 + 63;
    let exponent = i32::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let mantissa = u64::from_be_bytes(bytes[2..10].try_into().expect("8 bytes were taken"));
    // A float too large or negative saturates, and is then refused with the rates no one records at.
    (mantissa as f64 * f64::from(exponent - BIAS).exp2()).round() as u32
}

fn damaged(what: &str) -> Fault {
    Fault::new(Stage::Probe, format!("is AIFF but {what}; it is damaged, copy it again"))
}

#[cfg(test)]
mod tests {
    use super::{comment, markers, rate_of_extended};

    #[test]
    fn an_extended_float_is_read_as_a_rate() {
        for (bytes, rate_hz) in [
            ([0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0], 44_100),
            ([0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0], 8_000),
            ([0; 10], 0),
            ([0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], u32::MAX),
        ] {
            assert_eq!(rate_of_extended(&bytes), rate_hz, "{bytes:02x?}");
        }
    }

    #[test]
    fn markers_and_comments_are_words() {
        let content = b"\0\x02\0\x01\0\0\0\x10\x04Rain\0\0\x02\0\0\0\x20\x05storm";
        let found: Vec<_> = markers(content).into_iter().map(|marker| (marker.start, marker.words)).collect();
        assert_eq!(found, [(0x10, "Rain".to_owned()), (0x20, "storm".to_owned())]);
        assert_eq!(markers(&content[..12])[0].words, "Rai");
        assert_eq!(comment(b"\0\x01\0\0\0\0\0\0\0\x04windy").as_deref(), Some("wind"));
        assert_eq!(comment(b"\0\x01"), None);
    }
}
