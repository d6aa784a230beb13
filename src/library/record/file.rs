//! Files as the catalogue knows them: what names them, what tells a changed one, and what became of them.

use std::fs::Metadata;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use crate::library::record::hearing::Hearing;

/// BLAKE3 of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// What the file system says of a file's content; while it stays the same, so, it is taken, does the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size_bytes: u64,
    /// Time of the last change, in nanoseconds since the Unix epoch.
    pub modified_ns: i64,
}

impl Stamp {
    /// The stamp in a file's `metadata`; a file system that keeps no times gives the epoch.
    pub fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        let modified_ns = match modified.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
        };
        Stamp { size_bytes: metadata.len(), modified_ns }
    }
}

/// What the file system notes of a file by itself, so that no program can keep it as it was: what a change shows in that keeps
/// size and time. It also differs after a change of name or permissions, so it says that a file is worth another look, not
/// that its content is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Number of the file in its file system.
    pub inode: u64,
    /// Time of the last change of content, name or permissions, in nanoseconds since the Unix epoch.
    pub inode_changed_ns: i64,
}

impl Mark {
    /// The mark in a file's `metadata`.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let seconds_ns = metadata.ctime().saturating_mul(1_000_000_000);
        Some(Mark { inode: metadata.ino(), inode_changed_ns: seconds_ns.saturating_add(metadata.ctime_nsec()) })
    }

    /// The mark in a file's `metadata`: other systems than Unix have none.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It has vectors and is found.
    Indexed,
    /// It could not be indexed.
    Failed,
    /// It was known once and is no longer on disk.
    Vanished,
}

impl FileState {
    /// The state's name in the catalogue.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FileState::Indexed => "indexed",
            FileState::Failed => "failed",
            FileState::Vanished => "vanished",
        }
    }

    /// The state of that name; the schema allows no others, so whatever else is read has vanished.
    pub(in crate::library) fn from_name(name: &str) -> Self {
        match name {
            "indexed" => FileState::Indexed,
            "failed" => FileState::Failed,
            _ => FileState::Vanished,
        }
    }
}

/// What the catalogue knows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Size and time of the file as it was read.
    pub stamp: Stamp,
    /// Hash of what was read; `None` if it could not be.
    pub hash: Option<Hash>,
    /// What became of it.
    pub state: FileState,
    /// Which of its channels have vectors.
    pub hearing: Hearing,
    /// Number of its channels; `None` if nobody found out.
    pub channels: Option<u32>,
}

/// Names a file within one library, as long as its content stays the same: a changed file is given a new id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(in crate::library) i64);

impl FileId {
    /// The id as a number, to be stored in an index.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The id that was stored as `number`.
    pub fn from_number(number: i64) -> Self {
        FileId(number)
    }
}

/// A file as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Absolute path.
    pub path: PathBuf,
    /// Size and time, taken before the content was read.
    pub stamp: Stamp,
    /// Hash of the content; `None` if it could not be read.
    pub hash: Option<Hash>,
    /// Which of its channels are heard.
    pub hearing: Hearing,
}

/// A file that could not be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedFile {
    /// Absolute path.
    pub path: PathBuf,
    /// Name of the stage at which it failed.
    pub stage: String,
    /// Why.
    pub reason: String,
}
