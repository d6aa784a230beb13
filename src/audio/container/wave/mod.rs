//! WAV and its kin: RIFF, RIFX, RF64, BW64 and Wave64. In: a byte source that begins with one of those names. Out: the run of
//! samples and the words of the file. symphonia's own reader knows neither 64-bit sizes nor `bext`, and refuses sizes that
//! a recorder never got to fill in; the samples are still decoded by symphonia.
//!
//! References: RIFF (Microsoft, 1991), EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64), Sony Wave64.

mod data_len;
pub(in crate::audio) mod format;
mod rifx;

use symphonia::core::io::MediaSource;

use crate::audio::container::chunks::{Chunk, ChunkLayout, ChunkWalk, chunk_at};
use crate::audio::container::wave::data_len::{StatedLens, data_len, overrun};
use crate::audio::container::wave::format::{Data, Format, WaveContent, damaged};
use crate::audio::metadata::Tags;
use crate::audio::reader_error::Fault;
use crate::audio::source::len_bytes;
use crate::audio::tags::cues::NamedPlaces;
use crate::audio::tags::riff::RiffWords;

/// Where the chunks begin: after `RIFF`, the length and `WAVE`.
const FIRST_CHUNK: u64 = 12;

/// Where they begin in Wave64: after two GUIDs and a length.
const FIRST_WIDE_CHUNK: u64 = 40;

/// Chunks that are taken for such even behind filling, `data` first: those read here and the commonest others.
const KNOWN_CHUNKS: [&[u8; 4]; 23] = [
    b"data", b"fmt ", b"fact", b"ds64", b"LIST", b"list", b"bext", b"iXML", b"id3 ", b"ID3 ", b"CSET", b"cue ",
    b"smpl", b"inst", b"JUNK", b"junk", b"PAD ", b"FLLR", b"axml", b"_PMX", b"guan", b"wamd", b"PEAK",
];

/// What a WAV file holds.
pub(in crate::audio) struct Wave {
    /// The sound.
    pub(in crate::audio) content: WaveContent,
    /// The words.
    pub(in crate::audio) tags: Tags,
    /// The places that it names.
    pub(in crate::audio) cues: NamedPlaces,
    /// What is odd about the sound.
    pub(in crate::audio) notes: Vec<String>,
}

/// Reads the chunks of the WAV file in `source`.
pub(in crate::audio) fn read(source: &mut dyn MediaSource) -> Result<Wave, Fault> {
    let file_len = len_bytes(source)?;
    let found = walk(source, file_len)?;
    let format = found.format.ok_or_else(|| damaged("has no fmt chunk"))?;
    let (data, data_len) = found.data.ok_or_else(|| damaged("has no data chunk"))?;
    let available = file_len.saturating_sub(data.start);
    let len = data_len.unwrap_or(available).min(available);
    let mut content = format.content(Data { start: data.start, len, stated_len: data_len }, found.fact_frames)?;
    if let WaveContent::Samples(run) = &mut content
        && found.is_high_first
    {
        run.codec = rifx::high_first(run.codec);
    }
    let (tags, cues) = found.words.into_tags_and_cues();
    Ok(Wave { content, tags, cues, notes: found.notes })
}

/// What the chunks of a file said.
#[derive(Default)]
struct WaveChunks {
    format: Option<Format>,
    /// The data chunk, and its length in bytes where that is known.
    data: Option<(Chunk, Option<u64>)>,
    /// The number of frames that the fact chunk states, which compressed files have.
    fact_frames: Option<u32>,
    /// Whether the high byte of every number comes first.
    is_high_first: bool,
    words: RiffWords,
    notes: Vec<String>,
}

fn walk(source: &mut dyn MediaSource, file_len: u64) -> Result<WaveChunks, Fault> {
    let mut found = WaveChunks::default();
    let form = |source: &mut dyn MediaSource, layout| -> Result<Chunk, Fault> {
        chunk_at(source, 0, layout)?.ok_or_else(|| damaged("has no RIFF header"))
    };
    let (layout, first) = match &form(source, ChunkLayout::Riff)?.id {
        b"riff" => (ChunkLayout::Wave64, FIRST_WIDE_CHUNK),
        b"RIFX" => (ChunkLayout::Iff, FIRST_CHUNK),
        _ => (ChunkLayout::Riff, FIRST_CHUNK),
    };
    found.is_high_first = layout == ChunkLayout::Iff;
    let outer = if found.is_high_first { ChunkLayout::Iff } else { ChunkLayout::Riff };
    let is_finished = form(source, outer)?.stated_len.abs_diff(file_len.saturating_sub(8)) <= 1;
    let mut wide_data_len = None;
    let mut chunks = ChunkWalk::new(layout, &KNOWN_CHUNKS, first, file_len);
    while let Some(chunk) = chunks.next(source)? {
        match &chunk.id {
            b"ds64" => wide_data_len = data_len_of_ds64(&chunk.read(source)?),
            b"data" if found.data.is_none() => {
                let lens = StatedLens { layout, data: chunk, wide: wide_data_len, is_finished };
                let stated = data_len(source, &lens, &chunks, file_len)?;
                chunks.pass(&chunk, stated.unwrap_or(u64::MAX));
                let longer = stated
                    .map_or(Ok(None), |len| overrun(source, chunk.start.saturating_add(len), &chunks, file_len))?;
                let known = longer.map_or(stated, |end| Some(end - chunk.start));
                if let (Some(stated), Some(len)) = (stated.filter(|_| longer.is_some()), known) {
                    found.notes.push(format!("states {stated} bytes of sound, and the sound goes on for {len}"));
                    chunks.pass(&chunk, len);
                }
                found.data = Some((chunk, known));
            }
            b"data" => found.notes.push("has more sound behind other chunks, which is left out".to_owned()),
            b"RIFF" | b"RIFX" => found.notes.push("has another WAV file behind it, which is left out".to_owned()),
            _ => found.add(source, &chunk)?,
        }
    }
    Ok(found)
}

impl WaveChunks {
    /// Adds what a chunk beside the data says.
    fn add(&mut self, source: &mut dyn MediaSource, chunk: &Chunk) -> Result<(), Fault> {
        match &chunk.id {
            b"fmt " if self.format.is_none() => self.format = Some(Format::parse(&self.content(source, chunk)?)?),
            b"fact" => {
                let content = self.content(source, chunk)?;
                self.fact_frames = content.first_chunk().map(|four| u32::from_le_bytes(*four));
            }
            id if RiffWords::are_in(id) => {
                let content = self.content(source, chunk)?;
                self.words.add(id, content);
            }
            _ => {}
        }
        Ok(())
    }

    /// The content of `chunk`, with the low byte of its numbers first.
    fn content(&self, source: &mut dyn MediaSource, chunk: &Chunk) -> Result<Vec<u8>, Fault> {
        let content = chunk.read(source)?;
        Ok(if self.is_high_first { rifx::low_first(&chunk.id, content) } else { content })
    }
}

/// `ds64`: 64-bit lengths of the file, the data and the number of frames, in that order.
fn data_len_of_ds64(content: &[u8]) -> Option<u64> {
    content.get(8..16).map(|bytes| u64::from_le_bytes(bytes.try_into().expect("8 bytes were taken")))
}
