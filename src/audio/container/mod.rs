//! Containers: what a file is, and what symphonia's demuxers leave unsaid about it. In: a byte source. Out: its kind by
//! content (`recognise`), the raw runs of samples of WAV, AIFF, AU and CAF (`wave`, `aiff`, `au`, `caf`, cut into packets by
//! `pcm`, checked by `disguise`), the samples of MP4 tracks (`mp4`), and those to leave out at both ends of MP4 and Matroska
//! tracks (`mp4`, `matroska`), whether Ogg files are joined (`ogg`), and the words
//! of the WAV file that a FLAC file was made of (`flac`).
//! Nothing is decoded here.

pub(super) mod aiff;
pub(super) mod au;
pub(super) mod caf;
pub(super) mod chunks;
pub(super) mod disguise;
pub(super) mod flac;
pub(super) mod matroska;
pub(super) mod mp4;
pub(super) mod mpeg;
pub(super) mod ogg;
pub(super) mod pcm;
pub(super) mod recognise;
pub(super) mod wave;

/// Samples to leave out at the ends of a track, in sample frames of the track: what the encoder added to fill its
/// blocks and is not part of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Trim {
    /// Frames of silence to put before the sound.
    pub(super) pause: u64,
    /// Frames to skip at the start.
    pub(super) skip: u64,
    /// Frames to keep after those; `None` keeps all.
    pub(super) keep: Option<u64>,
    /// Frames to drop at the very end, whose place is only known once the end is reached.
    pub(super) drop_last: u64,
}
