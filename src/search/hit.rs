//! What a search gives back, in plain values.

use std::path::PathBuf;
use std::time::Duration;

use crate::library::lookup::FileCard;
use crate::library::record::cue::Cue;
use crate::library::record::file::FileId;
use crate::library::record::label::{Labelled, Labeller};
use crate::library::text::coverage::Coverage;
use crate::library::text::score::Match;
use crate::search::reading::QueryReading;

/// The answer to a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Best first, as many as were asked for at most.
    pub hits: Vec<Hit>,
    /// Weak hits that would have been listed but were left out.
    pub hidden: usize,
    /// Copies of an example that were left out with it; the example itself is not among them.
    pub identical: Vec<RecordingCopy>,
    /// What the words were read as.
    pub reading: QueryReading,
    /// What was searched.
    pub searched: SearchSize,
    /// How long it took.
    pub timing: Timing,
}

impl Answer {
    /// Whether something was found and all of it is weak.
    pub fn is_weak(&self) -> bool {
        let has_better = self.hits.iter().any(|hit| hit.grade != Grade::Weak);
        !has_better && (self.hidden > 0 || !self.hits.is_empty())
    }
}

/// How much was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchSize {
    /// Files that the filter let through.
    pub files: usize,
    /// Vectors in the library; 0 where only words were compared.
    pub vectors: usize,
    /// Files that have some of the words, of those that were looked at.
    pub with_words: usize,
}

/// How long each part took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// Bringing the indexes up to date, which is opening them the first time.
    pub refresh: Duration,
    /// Filtering, and comparing words.
    pub words: Duration,
    /// Comparing sounds, judging and grouping.
    pub sound: Duration,
}

/// A file, or a moment of one, that answers a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What is known of the file; of several with the same recording, the one that answers best of those that are there.
    pub file: FileCard,
    /// Whether it is a ghost: the file is not there any more, or not at the moment. Ghosts come after all others.
    pub is_ghost: bool,
    /// The others with the same recording, by path.
    pub copies: Vec<RecordingCopy>,
    /// Start of the best place, in seconds from the beginning of the file: an event, or the whole file.
    pub start_seconds: f64,
    /// Its end.
    pub end_seconds: f64,
    /// The best moment in it.
    pub peak: Peak,
    /// The probability that it is what was asked for, 0..=1, from sound and words together. Hits are ordered by it, highest
    /// first.
    pub score: f32,
    /// What that is called.
    pub grade: Grade,
    /// Cosine of the best place with what is wanted (the weighted mean of several), −1..=1; `None` if only words were
    /// compared or the file has no sound vector.
    pub cosine: Option<f32>,
    /// Why it is a hit.
    pub reasons: Vec<Reason>,
    /// The best events in it, best first; none for a file that has no moments.
    pub moments: Vec<MomentHit>,
    /// Places that the file names with words that were found, in the order of time.
    pub cues: Vec<Cue>,
    /// The labels of its content, with who gave each.
    pub labels: Vec<(Labeller, Labelled)>,
}

impl Hit {
    /// What the recorder's clock showed `seconds` after the file's beginning (ISO 8601); `None` if no time of day is known.
    pub fn clock_at(&self, seconds: f64) -> Option<String> {
        self.file.recorded.and_then(|began| began.clock_at(seconds)).map(|clock| clock.to_string())
    }
}

/// A file of the library with the recording of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordingCopy {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// The file.
    pub id: FileId,
    /// How it is a copy.
    pub kind: CopyKind,
}

/// How a file is a copy of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CopyKind {
    /// Byte for byte.
    SameBytes,
    /// In another container, codec, rate or level, or with other silence around it.
    SameRecording,
}

impl CopyKind {
    /// The kind's name as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            CopyKind::SameBytes => "same bytes",
            CopyKind::SameRecording => "same recording",
        }
    }
}

/// The best moment of an event, or the whole of a file that has no moments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Start in seconds from the beginning of the file.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the file.
    pub end_seconds: f64,
    /// The channel in which it was heard, counted from 1; `None` where channels are not heard each by itself.
    pub channel: Option<u32>,
}

/// An event: a part of a file that answers a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MomentHit {
    /// Start in seconds from the beginning of the file.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the file.
    pub end_seconds: f64,
    /// The best moment in it, whose score and cosine these are.
    pub peak: Peak,
    /// The probability that it is what was asked for, 0..=1.
    pub score: f32,
    /// Cosine with what is wanted, −1..=1.
    pub cosine: f32,
}

/// How probable it is that a hit is what was asked for, in a word. What is strong or likely counts as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// It is probably something else.
    Weak,
    /// It may well be.
    Likely,
    /// It almost certainly is.
    Strong,
}

impl Grade {
    /// The grade's name as it is printed, for example `strong`.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Weak => "weak",
            Grade::Likely => "likely",
            Grade::Strong => "strong",
        }
    }
}

/// Why something is a hit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// It sounds like what is wanted.
    Sound {
        /// Its rank among the files by sound, from 1.
        rank: usize,
    },
    /// It has words that are wanted.
    Words {
        /// Its rank among the files by words, from 1.
        rank: usize,
        /// Which words, and where.
        matches: Vec<Match>,
        /// How much of the request they are.
        coverage: Coverage,
    },
}
