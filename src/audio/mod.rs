//! Path or bytes → mono f32 at any asked rate, as a stream of blocks, with the file's metadata.

use std::path::Path;

use crate::error::Result;

/// What a sound file says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// Container in lower case, for example `wav`, `ogg`, `mp4`.
    pub container: String,
    /// Codec in lower case, for example `pcm_s16le`, `vorbis`, `opus`.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Duration in seconds as the container states it; `None` where it does not.
    pub duration_seconds: Option<f64>,
    /// Words found in the file.
    pub tags: Tags,
}

/// Words found in a sound file; empty fields are absent in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// Title.
    pub title: Option<String>,
    /// Artist.
    pub artist: Option<String>,
    /// Album.
    pub album: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Genre.
    pub genre: Option<String>,
    /// Description (Broadcast WAV's `bext` chunk).
    pub description: Option<String>,
}

/// An opened sound, recognised but not yet decoded.
#[derive(Debug)]
pub struct Sound;

/// Opens the file at `path`, recognising it by content.
pub fn open(_path: &Path) -> Result<Sound> {
    unimplemented!()
}

/// Opens `bytes` held in memory; `name` stands for them in messages.
pub fn open_bytes(_name: &str, _bytes: Vec<u8>) -> Result<Sound> {
    unimplemented!()
}

impl Sound {
    /// What the file says about itself.
    pub fn metadata(&self) -> &Metadata {
        unimplemented!()
    }

    /// The samples: mono (mean of the channels), at `rate_hz`, in blocks.
    pub fn into_blocks(self, _rate_hz: u32) -> Result<Blocks> {
        unimplemented!()
    }
}

/// A stream of mono f32 blocks; memory use does not depend on the file's length.
#[derive(Debug)]
pub struct Blocks;

impl Blocks {
    /// The next block (never empty), or `None` at the end.
    pub fn next_block(&mut self) -> Result<Option<&[f32]>> {
        unimplemented!()
    }

    /// What was lost or mended, once reading has met it; `None` for a sound read whole.
    pub fn partial(&self) -> Option<&str> {
        unimplemented!()
    }

    /// Every remaining sample at once, for clips known to be short.
    pub fn read_all(&mut self) -> Result<Vec<f32>> {
        unimplemented!()
    }
}
