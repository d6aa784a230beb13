//! Reading sound: real files, encoded at test time by ffmpeg and sox, through `auricle::audio`.

// A test that cannot go on panics, and the memory test reports to its parent process.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod aac;
mod changes;
mod channels;
mod chapters;
mod chunks;
mod damage;
mod formats;
mod junk;
mod memory;
mod movies;
mod opus;
mod refusals;
mod resampling;
mod tags;
mod tracks;
mod wave;

#[path = "../common/media.rs"]
mod media;

use std::path::Path;

use auricle::audio;
use auricle::audio::metadata::Metadata;

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

/// Fails unless a sound was read whole and sample for sample; says where it differs, not all of it.
fn assert_same(what: &str, samples: &[f32], note: Option<&str>, expected: &[f32]) {
    let differs = samples.iter().zip(expected).position(|(sample, other)| sample != other);
    let found = (samples.len(), differs, note);
    assert_eq!(found, (expected.len(), None, None), "length, first sample that differs and note of {what}");
}
