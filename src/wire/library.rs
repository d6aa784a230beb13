//! Libraries and their files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::library::lookup::FileCard;
use crate::wire::file::{FailureEntry, FileEntry, SoundEntry, SpanEntry};
use crate::wire::label::StoredLabel;

/// All libraries.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LibraryList {
    /// The first is meant where none is named.
    pub libraries: Vec<LibraryEntry>,
}

/// A library.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LibraryEntry {
    /// Its name in requests.
    pub name: String,
    /// The model that made it.
    pub model: String,
    /// Files that are found.
    pub files: u64,
    /// Files that could not be indexed.
    pub failed: u64,
    /// Files that are gone.
    pub vanished: u64,
    /// Segments that are found.
    pub segments: u64,
    /// Length of all sounds in seconds.
    pub seconds: f64,
    /// Whether long sounds are found by their moments.
    pub moments: bool,
    /// Folders that may be indexed on request.
    pub folders: Vec<String>,
    /// End of the last run, in seconds since the Unix epoch.
    pub last_indexed: Option<u64>,
}

/// Choice of the library.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
pub struct LibraryQuery {
    /// The library; the first where none is named.
    pub library: Option<String>,
}

/// Choice of the files.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FilesRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// Number of files to leave out.
    pub offset: Option<usize>,
    /// Maximum number of files.
    #[cfg_attr(feature = "server", param(minimum = 1, maximum = 1000, default = 100))]
    pub limit: Option<usize>,
    /// Files that are found, or those that could not be indexed.
    pub state: Option<ListedState>,
    /// Only in this folder or below it.
    pub folder: Option<String>,
    /// Only with this label.
    pub label: Option<String>,
}

/// Choice of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = FileState))]
#[serde(rename_all = "lowercase")]
pub enum ListedState {
    /// It is found.
    #[default]
    Indexed,
    /// It could not be indexed.
    Failed,
}

/// Some files.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FileList {
    /// The files: those that are found, or those that could not be indexed.
    pub files: Vec<ListedFile>,
    /// Number of files in all.
    pub total: usize,
}

/// A file in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ListedFile {
    /// It is found.
    Found(IndexedEntry),
    /// It could not be indexed.
    Failed(FailureEntry),
}

/// A file that can be found, in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = FoundEntry))]
pub struct IndexedEntry {
    /// The file and its sound.
    #[serde(flatten)]
    pub sound: SoundEntry,
    /// Time of the last change, in seconds since the Unix epoch.
    pub modified: f64,
}

impl From<&FileCard> for IndexedEntry {
    fn from(card: &FileCard) -> Self {
        IndexedEntry { sound: card.into(), modified: card.modified_ns as f64 / 1e9 }
    }
}

/// All that is known of a file.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = FileFacts))]
pub struct FileDetails {
    /// The file.
    #[serde(flatten)]
    pub file: IndexedEntry,
    /// Losses and repairs while it was decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// Words found in it.
    pub tags: BTreeMap<String, String>,
    /// The labels it was given.
    pub labels: Vec<StoredLabel>,
    /// The moments it is found by.
    pub moments: Vec<SpanEntry>,
    /// The files with the same content.
    pub also: Vec<FileEntry>,
}
