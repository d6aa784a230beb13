//! The state of a library.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::library::survey::IndexState;
use crate::wire::file::FailureEntry;
use crate::wire::root::RootEntry;

/// The object of `status`.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Folder of the library.
    pub library: String,
    /// Folders that are brought up to date where none is named.
    pub roots: Vec<RootEntry>,
    /// Files that can be found.
    pub files: u64,
    /// Files that could not be indexed.
    pub failed: u64,
    /// Files that are gone.
    pub vanished: u64,
    /// Segments of the files that can be found.
    pub segments: u64,
    /// Vectors of those segments.
    pub vectors: u64,
    /// Length of all sounds in seconds.
    pub seconds: f64,
    /// Name of the model.
    pub model: String,
    /// Fingerprint of the model.
    pub fingerprint: String,
    /// Length of a vector.
    pub dim: usize,
    /// Version of the catalogue's format.
    pub format: u32,
    /// Segments that are whole sounds.
    pub clips: u64,
    /// Segments that are moments within sounds.
    pub moments: u64,
    /// Failed files by stage.
    pub failed_by_stage: BTreeMap<String, u64>,
    /// Size of the catalogue on disk.
    pub catalogue_bytes: u64,
    /// Size of the indexes on disk.
    pub derived_bytes: u64,
    /// End of the last run, in seconds since the Unix epoch.
    pub last_indexed: Option<u64>,
    /// Method of searches by sound: `scan`, `coded scan` or `lists`.
    pub way: &'static str,
    /// The index of words.
    pub text_index: IndexEntry,
    /// The index of vectors.
    pub vector_index: IndexEntry,
    /// A reindexing that is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<UnfinishedEntry>,
    /// The failed files, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<FailureEntry>>,
}

/// A reindexing that is not finished.
#[derive(Debug, Clone, Serialize)]
pub struct UnfinishedEntry {
    /// Name of the model it uses.
    pub model: String,
    /// Files done so far.
    pub files: u64,
}

/// An index that is derived from the catalogue, and how far it agrees with it.
#[derive(Debug, Clone, Serialize)]
pub struct IndexEntry {
    /// `stored`, `missing`, `unusable` or `not needed`.
    state: &'static str,
    /// Files changed since it was stored.
    behind: u64,
    /// Size on disk.
    bytes: u64,
    /// The fault of an unusable one.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<&IndexState> for IndexEntry {
    fn from(state: &IndexState) -> Self {
        let entry = |state| IndexEntry { state, behind: 0, bytes: 0, reason: None };
        match state {
            IndexState::NotNeeded => entry("not needed"),
            IndexState::Missing => entry("missing"),
            IndexState::Unusable(reason) => IndexEntry { reason: Some(reason.clone()), ..entry("unusable") },
            IndexState::Stored { behind, len_bytes } => {
                IndexEntry { behind: *behind, bytes: *len_bytes, ..entry("stored") }
            }
        }
    }
}
