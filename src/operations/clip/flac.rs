//! A clip as FLAC, with the words of the file that it is from as Vorbis comments. It is encoded at once, from memory.

use std::io::Write;

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, MetadataBlockData};
use flacenc::config;
use flacenc::error::Verify;
use flacenc::source::MemSource;

use crate::error::{Error, Result, Stage};
use crate::operations::clip::origin::Origin;
use crate::operations::clip::sample::{SampleKind, whole};
use crate::operations::clip::writer::{ClipWriter, too_long, unwritable};

/// The kind of the block of metadata that holds words.
const VORBIS_COMMENT: u8 = 4;

/// Channels of a FLAC file, at most.
const MOST_CHANNELS: usize = 8;

/// Samples that are kept in memory, at most: 512 MiB.
const MOST_SAMPLES: usize = 1 << 27;

/// A FLAC file that is being written.
pub(super) struct FlacClip<'a, W> {
    out: &'a mut W,
    comments: Vec<u8>,
    rate_hz: u32,
    channels: usize,
    bits: u32,
    samples: Vec<i32>,
}

impl<'a, W: Write> FlacClip<'a, W> {
    /// Begins a file.
    pub(super) fn begin(out: &'a mut W, origin: &Origin<'_>, channels: usize) -> Result<Self> {
        if channels > MOST_CHANNELS {
            return Err(too_long("FLAC, which has 8 channels at most; WAV has more"));
        }
        let bits = match SampleKind::of(origin.metadata.bits) {
            SampleKind::Whole(bits) => bits,
            SampleKind::Float => 24,
        };
        let rate_hz = origin.metadata.rate_hz;
        Ok(FlacClip { out, comments: origin.vorbis_comments(), rate_hz, channels, bits, samples: Vec::new() })
    }
}

impl<W: Write> ClipWriter for FlacClip<'_, W> {
    fn push(&mut self, samples: &[f32]) -> Result<()> {
        if self.samples.len() + samples.len() > MOST_SAMPLES {
            return Err(too_long("memory; cut it as WAV"));
        }
        self.samples.extend(samples.iter().map(|&sample| whole(sample, self.bits)));
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let config = config::Encoder::default().into_verified().map_err(|(_, error)| failed(error))?;
        let source = MemSource::from_samples(&self.samples, self.channels, self.bits as usize, self.rate_hz as usize);
        let mut stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size).map_err(failed)?;
        // The last block may be shorter than all others and counts for nothing here, or readers take blocks to vary.
        stream.stream_info_mut().set_block_sizes(config.block_size, config.block_size).map_err(failed)?;
        stream.add_metadata_block(MetadataBlockData::new_unknown(VORBIS_COMMENT, &self.comments).map_err(failed)?);
        let mut bytes = ByteSink::new();
        stream.write(&mut bytes).map_err(failed)?;
        self.out.write_all(bytes.as_slice()).and_then(|()| self.out.flush()).map_err(unwritable)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(Stage::Output, format!("FLAC cannot be encoded: {error}"))
}
