//! A reindexing before it begins: which files are embedded again, and what that costs.

use std::path::PathBuf;

use crate::embedding::Space;
use crate::error::Result;
use crate::library::Library;
use crate::library::labels::LabelCount;
use crate::library::record::file::FileState;
use crate::library::record::hearing::Hearing;

/// What a reindexing is about to do.
#[derive(Debug, Clone, PartialEq)]
pub struct ReindexPlan {
    /// The library's model.
    pub old_model: Space,
    /// The model that makes the new vectors.
    pub new_model: Space,
    /// Files that are embedded again.
    pub files: u64,
    /// Those of them that an earlier attempt has embedded.
    pub done_before: u64,
    /// Labels that words and heads have given and that are lost, because another model judges otherwise: none with the
    /// same model.
    pub lost_labels: Vec<LabelCount>,
}

/// The files of a library that is to be reindexed, each list by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Inventory {
    /// Files that are on disk, and what is heard of each.
    pub(super) present: Vec<(PathBuf, Hearing)>,
    /// Files that are found by searches and are gone from disk.
    pub(super) missing: Vec<PathBuf>,
}

impl Inventory {
    /// The files of `library`, without those that it knows to have vanished.
    pub(super) fn of(library: &Library) -> Result<Self> {
        let known = library.known_files()?.into_iter().filter(|(_, known)| known.state != FileState::Vanished);
        let (present, gone): (Vec<_>, Vec<_>) = known.partition(|(path, _)| path.symlink_metadata().is_ok());
        let mut present: Vec<(PathBuf, Hearing)> =
            present.into_iter().map(|(path, known)| (path, known.hearing)).collect();
        let found = gone.into_iter().filter(|(_, known)| known.state == FileState::Indexed);
        let mut missing: Vec<PathBuf> = found.map(|(path, _)| path).collect();
        present.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        missing.sort_unstable();
        Ok(Inventory { present, missing })
    }
}
