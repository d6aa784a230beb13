//! Reading sound: real files, encoded at test time by ffmpeg and sox, through `auricle::audio`.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

#[path = "audio/damage.rs"]
mod damage;
#[path = "audio/formats.rs"]
mod formats;
#[path = "audio/memory.rs"]
mod memory;
#[path = "audio/opus.rs"]
mod opus;
#[path = "audio/refusals.rs"]
mod refusals;
#[path = "audio/resampling.rs"]
mod resampling;
#[path = "audio/tags.rs"]
mod tags;
#[path = "audio/tracks.rs"]
mod tracks;
#[path = "audio/wave.rs"]
mod wave;

#[path = "common/media.rs"]
mod media;

use std::path::Path;

use auricle::audio::{self, Metadata};

/// A file read to its end at its own rate.
struct Read {
    metadata: Metadata,
    samples: Vec<f32>,
    partial: Option<String>,
}

/// Reads `path` to its end at its own rate.
fn read(path: &Path) -> Read {
    let sound = audio::open(path).unwrap_or_else(|error| panic!("{error}"));
    let metadata = sound.metadata().clone();
    let mut blocks = sound.into_blocks(metadata.rate_hz).unwrap_or_else(|error| panic!("{error}"));
    let samples = blocks.read_all().unwrap_or_else(|error| panic!("{error}"));
    Read { metadata, samples, partial: blocks.partial().map(str::to_owned) }
}

/// Reads `bytes` to their end at `rate_hz`: the samples and the note.
fn read_bytes(bytes: Vec<u8>, rate_hz: u32) -> auricle::error::Result<(Vec<f32>, Option<String>)> {
    let mut blocks = audio::open_bytes("upload", bytes)?.into_blocks(rate_hz)?;
    let samples = blocks.read_all()?;
    Ok((samples, blocks.partial().map(str::to_owned)))
}
