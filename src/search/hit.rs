//! What a search gives back, in plain values.

use std::path::PathBuf;
use std::time::Duration;

use crate::library::lookup::FileCard;
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
    /// Candidates that would have been among the hits but are below the cut.
    pub below_cut: usize,
    /// Files that have the content of an example and were left out with it; the example itself is not among them.
    pub identical: Vec<Twin>,
    /// What the words were read as.
    pub reading: QueryReading,
    /// What was searched.
    pub searched: SearchSize,
    /// How long it took.
    pub timing: Timing,
}

impl Answer {
    /// Whether something was found and none of it is convincing.
    pub fn is_unconvincing(&self) -> bool {
        let convincing = self.hits.iter().any(|hit| hit.standing != Standing::BelowCut);
        !convincing && (self.below_cut > 0 || !self.hits.is_empty())
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
    /// What is known of the file; of several with the same content, the one whose name answers best.
    pub file: FileCard,
    /// The others with the same content.
    pub also: Vec<Twin>,
    /// Start of the best place, in seconds from the beginning of the file.
    pub start_seconds: f64,
    /// Its end.
    pub end_seconds: f64,
    /// What hits are ordered by, highest first: about the cosine, more for words, and above 1.5 for exact matches only.
    pub score: f32,
    /// Cosine of the best place with what is wanted (the weighted mean of several), −1..=1; `None` if only words were
    /// compared or the file has no sound vector.
    pub cosine: Option<f32>,
    /// Why it is a hit.
    pub reasons: Vec<Reason>,
    /// How it compares with chance.
    pub standing: Standing,
    /// For plain words, the share of unrelated words that find something as good in this library, 0..=1.
    pub chance: Option<f32>,
    /// The best moments in it, best first; none for a file that has none.
    pub moments: Vec<MomentHit>,
    /// The labels of its content, with who gave each.
    pub labels: Vec<(Labeller, Labelled)>,
}

/// A file of the library with the same content as another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Twin {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// The file.
    pub id: FileId,
}

/// A part of a file that answers a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MomentHit {
    /// Start in seconds from the beginning of the file.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the file.
    pub end_seconds: f64,
    /// Cosine with what is wanted less what the unwanted takes.
    pub score: f32,
    /// Cosine with what is wanted, −1..=1.
    pub cosine: f32,
}

/// How a hit compares with chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is above the cut, or has all the words.
    Convincing,
    /// It might be there by chance.
    BelowCut,
    /// There was nothing to judge it by.
    Unjudged,
}

impl Standing {
    /// The standing's name as it is printed, for example `convincing`.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Convincing => "convincing",
            Standing::BelowCut => "below cut",
            Standing::Unjudged => "unjudged",
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
