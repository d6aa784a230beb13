//! What the beginning of a recording sounds like, in a few kilobytes: by it a recording is known again in other bytes.
//!
//! A container, a codec, a rate, a level, one channel more and silence before or after all leave the loud part of a
//! recording's spectrogram nearly as it was, while two takes of the same sound differ in it everywhere. An imprint keeps
//! that spectrogram coarsely, as `features/imprint.rs` hears it, and compares it with another.

mod alignment;

/// Bands of an imprint, whose middles are spread evenly in pitch from [`LOWEST_HZ`] to [`HIGHEST_HZ`].
pub(crate) const BANDS: usize = 24;

/// Lower end of the lowest band, in Hz.
pub(crate) const LOWEST_HZ: f64 = 150.0;

/// Upper end of the highest band, in Hz: what a file of 16 kHz has too.
pub(crate) const HIGHEST_HZ: f64 = 7000.0;

/// Width of a band at most, in Hz. Two stretches of the same noise differ more in a narrow band.
pub(crate) const WIDEST_HZ: f64 = 60.0;

/// Time between two frames of an imprint, in seconds.
pub(crate) const FRAME_SECONDS: f64 = 0.016;

/// Frames of an imprint at most.
pub(crate) const MOST_FRAMES: usize = 96;

/// Decibels between two levels of a cell.
pub(crate) const LEVEL_DB: f32 = 1.5;

/// Level of a cell as far below the loudest as a band that is not there at all.
const ABSENT: u8 = (40.0 / LEVEL_DB) as u8;

/// Quarter tones, counted from [`LOWEST_PITCH_HZ`].
const QUARTER_TONES: f32 = 24.0;
const LOWEST_PITCH_HZ: f32 = 100.0;

/// Version of what [`Imprint::to_bytes`] gives; others are not compared.
const FORMAT: u8 = 1;

/// Length of what stands before the cells: the format, and the length in milliseconds as a little-endian u32.
const HEAD_LEN_BYTES: usize = 5;

/// A moment of a sound as an imprint hears it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ImprintFrame {
    /// Power in each band, in dB, relative to anything.
    pub(crate) bands_db: [f32; BANDS],
    /// The frequency of most power, in Hz.
    pub(crate) pitch_hz: f32,
}

/// What the beginning of a recording sounds like.
#[derive(Debug, Clone, PartialEq)]
pub struct Imprint {
    /// Time from the first to the last loud part of the whole sound, in seconds.
    loud_seconds: f64,
    /// How far each cell lies below the loudest, in steps of [`LEVEL_DB`], row-major `[frames, BANDS]`.
    cells: Box<[u8]>,
    /// The pitch of each frame, in quarter tones.
    pitches: Box<[u8]>,
    /// The loudest cell of each frame, [`ABSENT`] at most.
    loudness: Box<[u8]>,
    /// The mean of each band over all frames, each [`ABSENT`] at most.
    profile: Box<[f32; BANDS]>,
}

impl Imprint {
    /// The imprint of a sound that is loud for `loud_seconds` and begins with `frames`, of which those beyond
    /// [`MOST_FRAMES`] are left out. No frames at all stand for silence.
    pub(crate) fn new(loud_seconds: f64, frames: &[ImprintFrame]) -> Self {
        let kept = &frames[..frames.len().min(MOST_FRAMES)];
        let all = || kept.iter().flat_map(|frame| frame.bands_db);
        let loudest = all().fold(f32::MIN, f32::max);
        // Casting saturates: what is far below the loudest is all one.
        let cells = all().map(|power_db| ((loudest - power_db) / LEVEL_DB).round() as u8).collect();
        let quarter_tone =
            |frame: &ImprintFrame| (QUARTER_TONES * (frame.pitch_hz / LOWEST_PITCH_HZ).log2()).round() as u8;
        Imprint::of_cells(loud_seconds, cells, kept.iter().map(quarter_tone).collect())
    }

    fn of_cells(loud_seconds: f64, cells: Box<[u8]>, pitches: Box<[u8]>) -> Self {
        let frames = || cells.chunks_exact(BANDS);
        let loudness = frames().map(|frame| frame.iter().copied().fold(ABSENT, u8::min)).collect();
        let mut profile = Box::new([0.0; BANDS]);
        for frame in frames() {
            profile.iter_mut().zip(frame).for_each(|(sum, level)| *sum += f32::from((*level).min(ABSENT)));
        }
        profile.iter_mut().for_each(|sum| *sum /= pitches.len().max(1) as f32);
        Imprint { loud_seconds, cells, pitches, loudness, profile }
    }

    /// The imprint as bytes, for storage.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let milliseconds = (self.loud_seconds * 1000.0).round() as u32;
        let head = std::iter::once(FORMAT).chain(milliseconds.to_le_bytes());
        head.chain(self.cells.iter().copied()).chain(self.pitches.iter().copied()).collect()
    }

    /// The imprint that [`Imprint::to_bytes`] made `bytes` of; `None` for other bytes, or those of another version.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, frames) = bytes.split_at_checked(HEAD_LEN_BYTES)?;
        let (format, milliseconds) = head.split_first()?;
        let milliseconds = u32::from_le_bytes(milliseconds.try_into().ok()?);
        if *format != FORMAT || frames.len() % (BANDS + 1) != 0 {
            return None;
        }
        let (cells, pitches) = frames.split_at(frames.len() / (BANDS + 1) * BANDS);
        Some(Imprint::of_cells(f64::from(milliseconds) / 1000.0, cells.into(), pitches.into()))
    }
}
