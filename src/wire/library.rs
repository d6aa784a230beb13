//! Libraries and their files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::library::lookup::FileCard;
use crate::library::record::segment::Segment;
use crate::wire::cue::CueEntry;
use crate::wire::file::{AudioFacts, FailureEntry, FileEntry};
use crate::wire::label::StoredLabel;
use crate::wire::path::file_name;

/// All libraries.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct LibraryList {
    /// The first is meant where none is named.
    pub(crate) libraries: Vec<LibraryEntry>,
}

/// A library.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct LibraryEntry {
    /// Its name in requests.
    pub(crate) name: String,
    /// The model that made it.
    pub(crate) model: String,
    /// Files that are found.
    pub(crate) files: u64,
    /// Files that could not be indexed.
    pub(crate) failed: u64,
    /// Files that are gone.
    pub(crate) vanished: u64,
    /// Segments that are found.
    pub(crate) segments: u64,
    /// Length of all sounds in seconds.
    pub(crate) seconds: f64,
    /// Whether long sounds are found by their moments.
    pub(crate) moments: bool,
    /// Folders that may be indexed on request.
    pub(crate) folders: Vec<String>,
    /// End of the last run, in seconds since the Unix epoch.
    pub(crate) last_indexed: Option<u64>,
}

/// Choice of the library.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LibraryQuery {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
}

/// Choice of the files.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilesRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Number of files to leave out.
    pub(crate) offset: Option<usize>,
    /// Maximum number of files.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub(crate) limit: Option<usize>,
    /// Files that are found, or those that could not be indexed.
    pub(crate) state: Option<ListedState>,
    /// Only in this folder or below it.
    pub(crate) folder: Option<String>,
    /// Only with this label.
    pub(crate) label: Option<String>,
}

/// Choice of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[schema(as = FileState)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ListedState {
    /// It is found.
    #[default]
    Indexed,
    /// It could not be indexed.
    Failed,
}

/// Some files.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct FileList {
    /// The files: those that are found, or those that could not be indexed.
    pub(crate) files: Vec<ListedFile>,
    /// Number of files in all.
    pub(crate) total: usize,
}

/// A file in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(crate) enum ListedFile {
    /// It is found.
    Found(IndexedEntry),
    /// It could not be indexed.
    Failed(FailureEntry),
}

/// A file that can be found, in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = FoundEntry)]
pub(crate) struct IndexedEntry {
    /// The file and its sound.
    #[serde(flatten)]
    pub(crate) sound: SoundEntry,
    /// Time of the last change, in seconds since the Unix epoch.
    pub(crate) modified: f64,
}

impl From<&FileCard> for IndexedEntry {
    fn from(card: &FileCard) -> Self {
        IndexedEntry { sound: card.into(), modified: card.modified_ns as f64 / 1e9 }
    }
}

/// All that is known of a file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = FileFacts)]
pub(crate) struct FileDetails {
    /// The file.
    #[serde(flatten)]
    pub(crate) file: IndexedEntry,
    /// Losses and repairs while it was decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partial: Option<String>,
    /// Words found in it.
    pub(crate) tags: BTreeMap<String, String>,
    /// The labels it was given.
    pub(crate) labels: Vec<StoredLabel>,
    /// The moments it is found by.
    pub(crate) moments: Vec<SpanEntry>,
    /// The places that it names.
    pub(crate) cues: Vec<CueEntry>,
    /// The files with the same content.
    pub(crate) also: Vec<FileEntry>,
}

/// A file that can be found, with its sound.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = GroupFile)]
pub(crate) struct SoundEntry {
    /// The file.
    #[serde(flatten)]
    pub(crate) file: FileEntry,
    /// The last part of its path.
    pub(crate) name: String,
    /// Its sound.
    #[serde(flatten)]
    pub(crate) audio: AudioFacts,
}

impl From<&FileCard> for SoundEntry {
    fn from(card: &FileCard) -> Self {
        SoundEntry { file: card.into(), name: file_name(&card.path), audio: card.into() }
    }
}

impl From<&Segment> for SpanEntry {
    fn from(place: &Segment) -> Self {
        SpanEntry { start: place.start_seconds, end: place.end_seconds, channel: place.channel }
    }
}

/// A part of a sound.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[schema(as = Span)]
pub(crate) struct SpanEntry {
    /// Start in seconds.
    pub(crate) start: f64,
    /// End in seconds.
    pub(crate) end: f64,
    /// The channel it is of, counted from 1, where channels are heard each by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<u32>,
}
