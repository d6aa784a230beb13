//! What a watch meets, beside what it does with files.

use std::path::PathBuf;

/// Something that a watch met, beside what it did with files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchNews {
    /// So many folders are watched from now on.
    Watching {
        /// Number of folders.
        folders: usize,
    },
    /// A folder is not there any more; nothing of it is forgotten.
    Gone {
        /// The folder.
        path: PathBuf,
    },
    /// A folder is back.
    Back {
        /// The folder.
        path: PathBuf,
    },
    /// A folder cannot be watched, and is looked at every minute instead.
    Unwatched {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another process is writing to the library; it is tried again.
    Waiting,
}
