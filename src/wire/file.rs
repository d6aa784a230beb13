//! A file and the sound in it.

use std::path::Path;

use serde::Serialize;

use crate::library::lookup::FileCard;
use crate::library::record::file::FailedFile;
use crate::wire::path::{odd_bytes, text};

/// A file.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FileEntry {
    /// Its id, if it is in the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<i64>,
    /// Its path.
    pub(crate) path: String,
    /// The operating system's bytes in hex, only of a path that is not Unicode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path_bytes: Option<String>,
}

impl From<&FileCard> for FileEntry {
    fn from(card: &FileCard) -> Self {
        FileEntry::new(Some(card.id.number()), &card.path)
    }
}

impl FileEntry {
    /// The file at `path`.
    pub fn new(id: Option<i64>, path: &Path) -> Self {
        FileEntry { id, path: text(path), path_bytes: odd_bytes(path) }
    }
}

/// Storage of the sound in a file.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct AudioFacts {
    /// Container in lower case.
    pub(crate) container: String,
    /// Codec in lower case.
    pub(crate) codec: String,
    /// Sample rate in Hz.
    pub(crate) rate_hz: u32,
    /// Number of channels.
    pub(crate) channels: u32,
    /// Length in seconds.
    pub(crate) duration_seconds: f64,
    /// When the recording began by the recorder's clock, as ISO 8601 has it and as far as it is known, with the zone where
    /// that is known: 2021-04-20T13:10:00+02:00, 2021-04-20T13:10:00, 2021-04-20, 2021.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recorded: Option<String>,
}

impl From<&FileCard> for AudioFacts {
    fn from(card: &FileCard) -> Self {
        AudioFacts {
            container: card.container.clone(),
            codec: card.codec.clone(),
            rate_hz: card.rate_hz,
            channels: card.channels,
            duration_seconds: card.duration_seconds,
            recorded: card.recorded.map(|began| began.to_string()),
        }
    }
}

/// A file that could not be indexed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FailureEntry {
    /// Its path.
    pub(crate) path: String,
    /// The step that failed.
    pub(crate) stage: String,
    /// The cause.
    pub(crate) reason: String,
}

impl From<FailedFile> for FailureEntry {
    fn from(failure: FailedFile) -> Self {
        FailureEntry { path: text(&failure.path), stage: failure.stage, reason: failure.reason }
    }
}
