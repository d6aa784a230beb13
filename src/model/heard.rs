//! The recordings that a model learned from, as `heard.json` in its folder states them.
//!
//! A model is no judge of what it has heard: an evaluation asks here. The file is `{"freesound": [ID, …]}`, and a folder may
//! lack it, as published ones do; then nothing is known to have been heard.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::file::ModelFile;

/// The file's name.
pub(super) const FILE: &str = "heard.json";

/// Recordings by the numbers that others know them by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct HeardRecordings {
    /// Numbers at freesound.org.
    freesound: BTreeSet<u64>,
}

impl HeardRecordings {
    /// Reads the list in `file`.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] if it cannot be read or is no such list.
    pub(super) fn read(file: &ModelFile) -> Result<Self> {
        serde_json::from_str(&file.read_text()?).map_err(|error| {
            Error::model_file(file.path(), "is not a list of the recordings that the model heard").caused_by(error)
        })
    }

    /// Whether the recording that freesound.org has as `id`, or a part of it, is among them.
    pub(crate) fn has_freesound(&self, id: u64) -> bool {
        self.freesound.contains(&id)
    }
}
