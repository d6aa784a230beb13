//! Path or bytes → mono f32 at any asked rate, as a stream of blocks, with the file's metadata.
//!
//! The kind of a file is told by its content, never by its name. What can be read:
//!
//! | container | `Metadata::container` | codecs (`Metadata::codec`) |
//! |---|---|---|
//! | WAV, RIFX, RF64, BW64, Broadcast WAV, Wave64 | `wav` | `pcm_u8`, `pcm_s16le`, `pcm_s24le`, `pcm_s32le`, `pcm_f32le`, `pcm_f64le` (RIFX: `be`), `pcm_alaw`, `pcm_mulaw`, `adpcm_ms`, `adpcm_ima_wav`, `mp2`, `mp3` |
//! | AIFF, AIFF-C | `aiff` | `pcm_s8`, `pcm_s16be` … `pcm_s32be`, `pcm_s16le` … `pcm_s32le`, `pcm_f32be`, `pcm_f32le`, `pcm_f64be`, `pcm_f64le`, `pcm_alaw`, `pcm_mulaw`, `adpcm_ima_qt` |
//! | AU | `au` | `pcm_s8`, `pcm_s16be` … `pcm_s32be`, `pcm_f32be`, `pcm_f64be`, `pcm_alaw`, `pcm_mulaw` |
//! | FLAC, several joined too | `flac` | `flac` |
//! | MPEG audio, with or without ID3 and APE tags | `mp3` | `mp1`, `mp2`, `mp3` |
//! | ADTS | `aac` | `aac`, `he_aac`, `he_aac_v2` |
//! | Ogg, chained or not | `ogg` | `vorbis`, `opus`, `flac` |
//! | MP4, M4A, MOV | `mp4` | `aac`, `he_aac`, `he_aac_v2`, `alac`, `opus`, `flac`, `mp3`, PCM, `adpcm_ima_qt` |
//! | Matroska, WebM | `mkv`, `webm` | `opus`, `vorbis`, `flac`, `aac`, `he_aac`, `he_aac_v2`, `alac`, `mp3`, PCM |
//! | Core Audio Format | `caf` | `alac`, `aac`, `he_aac`, `he_aac_v2`, PCM, `pcm_alaw`, `pcm_mulaw`, `adpcm_ima_qt` |
//!
//! Of several sound tracks the one marked as default is read, or else the first that can be decoded. Delay and padding
//! that an encoder added are left out wherever the file states them, so that the length is exact. Damaged data gives
//! what decodes and a note ([`Blocks::partial`]); a file of which nothing decodes is an error. symphonia (containers and
//! codecs), ruopus (Opus), lewton (Vorbis of many channels), oxideav-aac (the elements
//! of AAC packets), rubato (rates), encoding_rs and chardetng (text) and quick-xml
//! (iXML) do the work and stay inside this folder.

mod aac;
pub mod metadata;
mod container;
mod decode;
pub(crate) mod frames;
mod demux;
pub mod mixdown;
mod opus;
mod resample;
mod source;
mod tags;
mod reader_error;
mod damage_note;
mod vorbis;

use std::fmt;
use std::path::Path;

use crate::audio::decode::Decoder;
use crate::audio::frames::Frames;
use crate::audio::metadata::{Metadata, Tags};
use crate::audio::mixdown::ChannelChoice;
use crate::audio::reader_error::Fault;
use crate::audio::resample::Resampler;
use crate::audio::source::SeekableBytes;
use crate::error::{Error, Quantity, Result};

/// Lowest rate that can be asked for, in Hz.
pub const LOWEST_ASKED_RATE_HZ: u32 = 1_000;

/// Highest rate that can be asked for, in Hz.
pub const HIGHEST_ASKED_RATE_HZ: u32 = 192_000;

/// An opened sound, recognised but not yet decoded.
pub struct Sound {
    name: String,
    metadata: Metadata,
    decoder: Decoder,
}

/// Opens the file at `path`, recognising it by content.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("beep.wav");
/// # let spec = hound::WavSpec { channels: 1, sample_rate: 16_000, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
/// # let mut wav = hound::WavWriter::create(&path, spec)?;
/// # (0..16_000).try_for_each(|i| wav.write_sample(((i as f32 * 0.4).sin() * 9000.0) as i16))?;
/// # wav.finalize()?;
/// let sound = auricle::audio::open(&path)?;
/// assert_eq!(sound.metadata().rate_hz, 16_000);
/// let mut blocks = sound.into_blocks(48_000)?;
/// let mut len_samples = 0;
/// while let Some(block) = blocks.next_block()? {
///     len_samples += block.len();
/// }
/// assert_eq!(len_samples, 48_000);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Data`] at stage `open` (no such file, a directory, no permission, empty, unreadable) or `probe` (not sound,
/// of an unsupported kind, or with a header too damaged to begin).
pub fn open(path: &Path) -> Result<Sound> {
    let name = path.display().to_string();
    let opened = source::open_file(path).and_then(Sound::begin);
    opened.map_err(|fault| fault.of(&name)).map(|(metadata, decoder)| Sound { name, metadata, decoder })
}

/// Opens `bytes` held in memory; `name` stands for them in messages.
///
/// # Errors
/// [`Error::Data`] at stage `probe` if they are of no kind that is known, or say nothing of a sound.
pub fn open_bytes(name: &str, bytes: Vec<u8>) -> Result<Sound> {
    let opened = source::open_memory(bytes).and_then(Sound::begin);
    opened.map_err(|fault| fault.of(name)).map(|(metadata, decoder)| Sound { name: name.to_owned(), metadata, decoder })
}

/// `samples` at another rate, as [`Blocks`] gives them: mono, from `from_hz` to `to_hz`.
///
/// # Errors
/// [`Error::Request`] if a rate is outside [`LOWEST_ASKED_RATE_HZ`] to [`HIGHEST_ASKED_RATE_HZ`].
pub(crate) fn resample(samples: &[f32], from_hz: u32, to_hz: u32) -> Result<Vec<f32>> {
    check_rate(from_hz)?;
    check_rate(to_hz)?;
    if from_hz == to_hz {
        return Ok(samples.to_vec());
    }
    let (mut resampler, mut resampled) = (Resampler::new(from_hz, to_hz)?, Vec::new());
    resampler.push(samples, &mut resampled)?;
    resampler.finish(&mut resampled)?;
    Ok(resampled)
}

/// The words in a RIFF chunk of the kind that `kind` stands for, or in an ID3 tag in front of a file.
pub(crate) fn words_of_chunk(kind: u8, content: &[u8]) -> Tags {
    const IDS: [&[u8; 4]; 7] = [b"LIST", b"bext", b"iXML", b"guan", b"id3 ", b"CSET", b"list"];
    let mut words = tags::riff::RiffWords::default();
    match IDS.get(usize::from(kind) % (IDS.len() + 1)) {
        Some(id) => words.add(id, content.to_vec()),
        None => {
            let mut found = Tags::default();
            tags::add_front(content.to_vec(), &mut found);
            return found;
        }
    }
    words.into_tags()
}

fn check_rate(rate_hz: u32) -> Result<()> {
    if (LOWEST_ASKED_RATE_HZ..=HIGHEST_ASKED_RATE_HZ).contains(&rate_hz) {
        return Ok(());
    }
    let allowed = format!("{LOWEST_ASKED_RATE_HZ} Hz to {HIGHEST_ASKED_RATE_HZ} Hz");
    Err(Error::invalid(Quantity::SampleRate, format_args!("{rate_hz} Hz"), allowed))
}

impl Sound {
    /// What the file says about itself.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The same sound, of whose channels those are heard that `choice` says.
    ///
    /// # Errors
    /// [`Error::Data`] at stage `decode` if the sound has no such channel.
    pub fn with_channels(mut self, choice: ChannelChoice) -> Result<Self> {
        let chosen = self.decoder.choose(choice, self.metadata.channels);
        chosen.map_err(|fault| fault.of(&self.name))?;
        Ok(self)
    }

    /// The samples: mono (see [`ChannelChoice`]), at `rate_hz`, in blocks.
    ///
    /// # Errors
    /// [`Error::Request`] if `rate_hz` is outside [`LOWEST_ASKED_RATE_HZ`] to [`HIGHEST_ASKED_RATE_HZ`].
    pub fn into_blocks(self, rate_hz: u32) -> Result<Blocks> {
        check_rate(rate_hz)?;
        Ok(Blocks {
            name: self.name,
            decoder: self.decoder,
            rate_hz,
            resampler: None,
            block: Vec::new(),
            state: StreamState::Reading,
        })
    }

    /// The samples of all channels at the file's own rate.
    pub(crate) fn into_frames(self) -> Frames {
        Frames::new(self.name, self.decoder, self.metadata.rate_hz, self.metadata.channels)
    }

    fn begin(source: SeekableBytes) -> Result<(Metadata, Decoder), Fault> {
        let opened = demux::open(source)?;
        let metadata = opened.metadata.clone();
        Ok((metadata, Decoder::new(opened)?))
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sound").field("name", &self.name).field("metadata", &self.metadata).finish_non_exhaustive()
    }
}

/// A stream of mono f32 blocks; memory use does not depend on the file's length.
pub struct Blocks {
    name: String,
    decoder: Decoder,
    rate_hz: u32,
    /// Present while the file's rate is not the one asked for.
    resampler: Option<Resampler>,
    block: Vec<f32>,
    state: StreamState,
}

/// How far a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StreamState {
    Reading,
    Done,
}

impl Blocks {
    /// The next block (never empty, every sample finite), or `None` at the end. Where the file already has the asked
    /// rate, the samples are the file's bit for bit.
    ///
    /// # Errors
    /// [`Error::Data`] at stage `decode` if the file holds no samples or none of them can be decoded. After an error the
    /// stream is at its end.
    pub fn next_block(&mut self) -> Result<Option<&[f32]>> {
        self.block.clear();
        while self.state == StreamState::Reading && self.block.is_empty() {
            if let Err(error) = self.fill() {
                self.state = StreamState::Done;
                self.block.clear();
                return Err(error);
            }
        }
        Ok((!self.block.is_empty()).then_some(self.block.as_slice()))
    }

    /// The name of the sound, as errors give it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What was lost or mended, once reading has met it; `None` for a sound read whole.
    pub fn partial(&self) -> Option<&str> {
        self.decoder.damage()
    }

    /// Every remaining sample at once, for clips known to be short.
    ///
    /// # Errors
    /// [`Error::Data`] at stage `decode` if the file holds no samples or none of them can be decoded.
    pub fn read_all(&mut self) -> Result<Vec<f32>> {
        let mut samples = Vec::new();
        while let Some(block) = self.next_block()? {
            samples.extend_from_slice(block);
        }
        Ok(samples)
    }

    /// Decodes a chunk and appends to the block what it gives at the asked rate, which may be nothing yet.
    fn fill(&mut self) -> Result<()> {
        let Some(chunk) = self.decoder.next().map_err(|fault| fault.of(&self.name))? else {
            self.state = StreamState::Done;
            return self.resampler.take().map_or(Ok(()), |mut resampler| resampler.finish(&mut self.block));
        };
        if self.resampler.as_ref().is_some_and(|resampler| resampler.rate_in_hz() != chunk.rate_hz) {
            // The file changes its rate here: what the filter still holds comes out first.
            self.resampler.take().map_or(Ok(()), |mut resampler| resampler.finish(&mut self.block))?;
        }
        if chunk.rate_hz == self.rate_hz {
            self.block.extend_from_slice(chunk.samples);
            return Ok(());
        }
        let resampler = match &mut self.resampler {
            Some(resampler) => resampler,
            slot => slot.insert(Resampler::new(chunk.rate_hz, self.rate_hz)?),
        };
        resampler.push(chunk.samples, &mut self.block)
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("name", &self.name).field("rate_hz", &self.rate_hz).finish_non_exhaustive()
    }
}
