//! What a writer commits.

use std::path::PathBuf;

use crate::embedding::Embedding;
use crate::error::Stage;
use crate::library::record::cue::Cue;
use crate::library::record::file::{FileFacts, Hash, Mark};
use crate::library::record::label::{Labelled, Labeller};
use crate::library::record::segment::Segment;
use crate::library::record::sound::SoundFacts;

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
    /// The file is elsewhere now, and all that was known of it stays. The library knows none there.
    Moved {
        /// Absolute path that it had.
        path: PathBuf,
        /// Absolute path that it has.
        to: PathBuf,
    },
    /// A vanished file is back, unchanged.
    Returned {
        /// Absolute path.
        path: PathBuf,
    },
    /// The words in a file were read again: they replace those known, where they differ.
    Retagged {
        /// Absolute path.
        path: PathBuf,
        /// Words found in the file, as (name of the field, words); each name once.
        tags: Vec<(String, String)>,
        /// Places that it names.
        cues: Vec<Cue>,
    },
    /// The file, which is known, has this mark.
    Marked {
        /// Absolute path.
        path: PathBuf,
        /// Its mark as it was before the content was read.
        mark: Mark,
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
