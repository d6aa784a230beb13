//! Sounds that a library has more than once, as the command line prints them.

use serde::Serialize;

use crate::operations::spares::{CopyFile, CopySet};
use crate::wire::file::{AudioFacts, FileEntry};

/// The object of `duplicates`.
#[derive(Debug, Clone, Serialize)]
pub struct SpareList {
    /// The sounds that are there more than once, those whose spare copies take the most bytes first.
    groups: Vec<SpareGroup>,
    /// Bytes that all spare copies take.
    reclaimable_bytes: u64,
}

/// Files that hold one sound.
#[derive(Debug, Clone, Serialize)]
struct SpareGroup {
    /// `same bytes`, `same recording` or `near-identical`.
    kind: &'static str,
    /// The least cosine by which one of them belongs to the others.
    cosine: f32,
    /// Bytes that the files take that are not kept.
    reclaimable_bytes: u64,
    /// The files, the one to keep first.
    files: Vec<SpareFile>,
}

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub struct SpareFile {
    /// The file.
    #[serde(flatten)]
    file: FileEntry,
    /// Whether it is the one to keep.
    keep: bool,
    /// Its size.
    bytes: u64,
    /// Time of the last change, in seconds since the Unix epoch.
    modified: f64,
    /// Its sound.
    #[serde(flatten)]
    audio: AudioFacts,
}

impl SpareList {
    /// The list of `sets`.
    pub fn new(sets: &[CopySet]) -> Self {
        SpareList {
            groups: sets.iter().map(SpareGroup::from).collect(),
            reclaimable_bytes: sets.iter().map(|set| set.reclaimable_bytes).sum(),
        }
    }
}

impl From<&CopySet> for SpareGroup {
    fn from(set: &CopySet) -> Self {
        SpareGroup {
            kind: set.kind.name(),
            cosine: set.cosine,
            reclaimable_bytes: set.reclaimable_bytes,
            files: set.files.iter().enumerate().map(|(index, file)| SpareFile::new(file, index == 0)).collect(),
        }
    }
}

impl SpareFile {
    /// The entry for `file`.
    pub fn new(file: &CopyFile, keep: bool) -> Self {
        SpareFile {
            file: (&file.card).into(),
            keep,
            bytes: file.stamp.size_bytes,
            modified: file.stamp.modified_ns as f64 / 1e9,
            audio: (&file.card).into(),
        }
    }

    /// Time of the last change, in seconds since the Unix epoch.
    pub fn modified(&self) -> f64 {
        self.modified
    }
}
