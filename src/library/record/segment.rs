//! Stretches of sounds that have vectors.

use std::path::PathBuf;

/// Whether a segment stands for a whole sound or for a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// The whole sound.
    Clip,
    /// A window of a sound longer than the model's.
    Moment,
}

impl SegmentKind {
    /// The kind's name in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            SegmentKind::Clip => "clip",
            SegmentKind::Moment => "moment",
        }
    }

    /// The kind of that name; the schema allows no third.
    pub(in crate::library) fn from_name(name: &str) -> Self {
        if name == "moment" { SegmentKind::Moment } else { SegmentKind::Clip }
    }
}

/// Which moments of sounds longer than the model's window have vectors of their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moments {
    /// None: a long sound has its clip vector only.
    None,
    /// A window of the model's length starts every so often, and the last one ends with the sound.
    Every {
        /// Time between the starts of two windows, in seconds, above 0.
        hop_seconds: f64,
    },
}

impl std::fmt::Display for Moments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Moments::None => f.write_str("no moments"),
            Moments::Every { hop_seconds } => write!(f, "a moment every {hop_seconds} s"),
        }
    }
}

/// A span of a sound that has a vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Whole or part.
    pub kind: SegmentKind,
    /// Start in seconds from the beginning of the sound.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the sound.
    pub end_seconds: f64,
    /// The channel that it is of, counted from 1; `None` for the file's sound as it is heard as a whole.
    pub channel: Option<u32>,
}

/// Names a segment within one library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(pub i64);

impl SegmentId {
    /// The id as a number.
    pub(crate) fn number(self) -> i64 {
        self.0
    }
}

/// A segment and the file it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedSegment {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// The span within it.
    pub segment: Segment,
}
