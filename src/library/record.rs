//! What a library records: plain values. Reading them from the catalogue and writing them to it is elsewhere.

use std::fs::Metadata;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use crate::embedding::Embedding;
use crate::error::Stage;
use crate::imprint::Imprint;

/// BLAKE3 of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// What the file system says of a file's content; while it stays the same, so, it is taken, does the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size_bytes: u64,
    /// Time of the last change, in nanoseconds since the Unix epoch.
    pub modified_ns: i64,
}

impl Stamp {
    /// The stamp in a file's `metadata`; a file system that keeps no times gives the epoch.
    pub fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        let modified_ns = match modified.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
        };
        Stamp { size_bytes: metadata.len(), modified_ns }
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It has vectors and is found.
    Indexed,
    /// It could not be indexed.
    Failed,
    /// It was known once and is no longer on disk.
    Vanished,
}

impl FileState {
    /// The state's name in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            FileState::Indexed => "indexed",
            FileState::Failed => "failed",
            FileState::Vanished => "vanished",
        }
    }

    /// The state of that name; the schema allows no others, so whatever else is read has vanished.
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "indexed" => FileState::Indexed,
            "failed" => FileState::Failed,
            _ => FileState::Vanished,
        }
    }
}

/// What the catalogue knows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Size and time of the file as it was read.
    pub stamp: Stamp,
    /// Hash of what was read; `None` if it could not be.
    pub hash: Option<Hash>,
    /// What became of it.
    pub state: FileState,
}

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
    pub(super) fn from_name(name: &str) -> Self {
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

/// A stretch of a sound that has a vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Whole or part.
    pub kind: SegmentKind,
    /// Start in seconds from the beginning of the sound.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the sound.
    pub end_seconds: f64,
}

/// Names a segment within one library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(pub(super) i64);

impl SegmentId {
    /// The id as a number, to be stored in an index.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The id that was stored as `number`.
    pub fn from_number(number: i64) -> Self {
        SegmentId(number)
    }
}

/// Names a file within one library, as long as its content stays the same: a changed file is given a new id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) i64);

impl FileId {
    /// The id as a number, to be stored in an index.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The id that was stored as `number`.
    pub fn from_number(number: i64) -> Self {
        FileId(number)
    }
}

/// A segment and the file it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedSegment {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// The stretch within it.
    pub segment: Segment,
}

/// A file as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Absolute path.
    pub path: PathBuf,
    /// Size and time, taken before the content was read.
    pub stamp: Stamp,
    /// Hash of the content; `None` if it could not be read.
    pub hash: Option<Hash>,
}

/// What a sound file says about itself, and what decoding it met.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SoundFacts {
    /// Container in lower case, for example `wav`.
    pub container: String,
    /// Codec in lower case, for example `vorbis`.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Length of what was decoded, in seconds.
    pub duration_seconds: f64,
    /// Words found in the file, as (name of the field, words); each name once.
    pub tags: Vec<(String, String)>,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub partial: Option<String>,
    /// What its beginning sounds like, by which copies of it are known; `None` if nobody listened.
    pub imprint: Option<Imprint>,
}

/// Who says that a sound has a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Labeller {
    /// A model that compared the sound with words.
    ZeroShot,
    /// The head of this name.
    Head(String),
    /// A person.
    Hand,
}

impl Labeller {
    /// The names of all sources.
    pub const SOURCES: [&'static str; 3] = ["zero-shot", "head", "hand"];

    /// The name of the source in the catalogue.
    pub fn source(&self) -> &'static str {
        match self {
            Labeller::ZeroShot => Labeller::SOURCES[0],
            Labeller::Head(_) => Labeller::SOURCES[1],
            Labeller::Hand => Labeller::SOURCES[2],
        }
    }

    /// The head's name, or nothing.
    pub fn head(&self) -> &str {
        if let Labeller::Head(name) = self { name } else { "" }
    }

    /// The labeller of that source and head; the schema allows no others.
    pub(super) fn from_names(source: &str, head: String) -> Self {
        match source {
            "zero-shot" => Labeller::ZeroShot,
            "head" => Labeller::Head(head),
            _ => Labeller::Hand,
        }
    }
}

/// That a stretch of a sound has a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The label.
    pub label: String,
    /// Start of the stretch in seconds from the beginning of the sound; 0 for the whole.
    pub start_seconds: f64,
    /// Its end; the sound's length for the whole.
    pub end_seconds: f64,
    /// How sure the labeller is, 0..=1; a person is sure.
    pub score: f32,
}

/// One change to a library.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The file was embedded: replaces all that was known of it.
    Indexed {
        /// The file.
        file: FileFacts,
        /// The sound in it.
        sound: SoundFacts,
        /// Its segments with their vectors.
        segments: Vec<(Segment, Embedding)>,
    },
    /// The file could not be embedded: replaces all that was known of it.
    Failed {
        /// The file.
        file: FileFacts,
        /// Where in the pipeline it failed.
        stage: Stage,
        /// Why.
        reason: String,
    },
    /// The file's bytes are those of a file already in the catalogue, which may be the same one with a new time: what
    /// became of that one becomes of this one. `file.hash` says which.
    Twin {
        /// The file.
        file: FileFacts,
    },
    /// The file is no longer on disk.
    Vanished {
        /// Absolute path.
        path: PathBuf,
    },
    /// The file is no longer wanted: all that was known of it is forgotten.
    Removed {
        /// Absolute path.
        path: PathBuf,
    },
    /// A vanished file is back, unchanged.
    Returned {
        /// Absolute path.
        path: PathBuf,
    },
    /// A labeller has judged a content: replaces all that the same one said of it.
    Judged {
        /// The content.
        hash: Hash,
        /// Who says so.
        by: Labeller,
        /// What is said.
        labels: Vec<Labelled>,
    },
    /// A person adds one label to a content.
    LabelAdded {
        /// The content.
        hash: Hash,
        /// What is said.
        label: Labelled,
    },
    /// A label is taken off a content, wherever in time it was.
    LabelRemoved {
        /// The content.
        hash: Hash,
        /// Who had said so.
        by: Labeller,
        /// The label.
        label: String,
    },
}

/// How much a library holds. The three numbers of files do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// Files that are found.
    pub files: u64,
    /// Files that could not be indexed.
    pub failed: u64,
    /// Files that are no longer on disk.
    pub vanished: u64,
    /// Segments that are found.
    pub segments: u64,
    /// Vectors stored, those of vanished files included.
    pub vectors: u64,
    /// Length of the files that are found, in seconds.
    pub sound_seconds: f64,
}

/// A file that could not be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedFile {
    /// Absolute path.
    pub path: PathBuf,
    /// Name of the stage at which it failed.
    pub stage: String,
    /// Why.
    pub reason: String,
}
