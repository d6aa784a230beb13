//! Libraries, their files, and the models.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::library::lookup::FileCard;
use crate::library::record::Failure;
use crate::model::installed::Installed;
use crate::wire::GivenLabel;
use crate::wire::hits::FileEntry;

/// All libraries.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LibraryList {
    /// The first is meant where none is named.
    pub libraries: Vec<LibraryEntry>,
}

/// A library.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LibraryEntry {
    /// What requests call it.
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

/// A model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelEntry {
    /// What to call it.
    pub name: String,
    /// Where it is.
    pub source: String,
    /// Its size.
    pub bytes: u64,
    /// Whether new libraries are made with it.
    pub default: bool,
}

impl ModelEntry {
    /// `model`, where the default is called `default`.
    pub fn new(model: &Installed, default: &str) -> Self {
        ModelEntry {
            name: model.name.clone(),
            source: model.source.to_string(),
            bytes: model.len_bytes(),
            default: model.name == default,
        }
    }
}

/// All models.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelList {
    /// Those that load without the network.
    pub models: Vec<ModelEntry>,
}

/// Which library is meant.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The library; the first where none is named.
    pub library: Option<String>,
}

/// Which files are listed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FilesRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// How many to leave out.
    pub offset: Option<usize>,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<usize>,
    /// Files that are found, or those that could not be indexed.
    pub state: Option<FileState>,
    /// Only in this folder or below it.
    pub folder: Option<String>,
    /// Only with this label.
    pub label: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// It is found.
    #[default]
    Indexed,
    /// It could not be indexed.
    Failed,
}

/// Some files.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileList {
    /// The files: those that are found, or those that could not be indexed.
    pub files: Vec<ListedFile>,
    /// How many there are in all.
    pub total: usize,
}

/// A file in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ListedFile {
    /// It is found.
    Found(FoundEntry),
    /// It could not be indexed.
    Failed(FailureEntry),
}

/// A file that is found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundEntry {
    /// The file.
    #[serde(flatten)]
    pub file: FileEntry,
    /// The last part of its path.
    pub name: String,
    /// Container in lower case.
    pub container: String,
    /// Codec in lower case.
    pub codec: String,
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Length in seconds.
    pub duration_seconds: f64,
    /// Time of the last change, in seconds since the Unix epoch.
    pub modified: f64,
}

impl From<&FileCard> for FoundEntry {
    fn from(card: &FileCard) -> Self {
        FoundEntry {
            file: FileEntry::new(Some(card.id.number()), &card.path),
            name: crate::wire::file_name(&card.path),
            container: card.container.clone(),
            codec: card.codec.clone(),
            rate_hz: card.rate_hz,
            channels: card.channels,
            duration_seconds: card.duration_seconds,
            modified: card.modified_ns as f64 / 1e9,
        }
    }
}

/// A file that could not be indexed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FailureEntry {
    /// Its path.
    pub path: String,
    /// Where it failed.
    pub stage: String,
    /// Why.
    pub reason: String,
}

impl From<Failure> for FailureEntry {
    fn from(failure: Failure) -> Self {
        FailureEntry { path: crate::wire::text(&failure.path), stage: failure.stage, reason: failure.reason }
    }
}

/// All that is known of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileFacts {
    /// The file.
    #[serde(flatten)]
    pub file: FoundEntry,
    /// What was lost or mended while it was decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
    /// Words found in it.
    pub tags: BTreeMap<String, String>,
    /// The labels it was given.
    pub labels: Vec<GivenLabel>,
    /// The moments it is found by.
    pub moments: Vec<Span>,
    /// The files with the same content.
    pub also: Vec<FileEntry>,
}

/// A stretch of a sound.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Span {
    /// Start in seconds.
    pub start: f64,
    /// End in seconds.
    pub end: f64,
}
