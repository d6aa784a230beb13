//! The reasons for which a model cannot be used.

/// Why a model, or a file of one, cannot be used.
///
/// The enum is exhaustive on purpose: a face that has no advice for a new variant does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFailure {
    /// A folder lacks a file of the hub's layout.
    #[error("{file} is missing")]
    FileMissing {
        /// The file's name.
        file: String,
    },
    /// A folder has none of the files that hold weights.
    #[error("there are no weights: none of {} is there", files.join(", "))]
    WeightsMissing {
        /// The names that they can have.
        files: Vec<String>,
    },
    /// The program was built without its own model.
    #[error("the program was built without {file}")]
    NotBuiltIn {
        /// The file's name.
        file: String,
    },
    /// The hub's cache lacks a file, and only the cache was asked.
    #[error("the hub's cache does not hold {file}")]
    NotCached {
        /// The file's name.
        file: String,
    },
    /// The hub's cache lacks a file, and the hub must not be asked.
    #[error("HF_HUB_OFFLINE is set and the hub's cache does not hold {file}")]
    Offline {
        /// The file's name.
        file: String,
    },
    /// The hub has no such model, or it lacks a file.
    #[error("the hub has no {file} under this name")]
    NotOnHub {
        /// The file's name.
        file: String,
    },
    /// The hub wants to know who asks.
    #[error("{file} is not open to you")]
    DownloadForbidden {
        /// The file's name.
        file: String,
    },
    /// The hub answered something else than the file.
    #[error("the hub answered {status} for {file}")]
    HubFailed {
        /// The file's name.
        file: String,
        /// The HTTP status.
        status: u16,
    },
    /// The hub was not reached, or the file did not arrive whole.
    #[error("{file} could not be downloaded")]
    DownloadFailed {
        /// The file's name.
        file: String,
    },
    /// A file or folder of models cannot be read.
    #[error("cannot be read")]
    Unreadable,
    /// A file is there and is not what it should be.
    #[error("{reason}")]
    Invalid {
        /// What is wrong with it, in words.
        reason: String,
    },
    /// The name of the default model cannot be read.
    #[error("the choice of the default model cannot be read")]
    DefaultUnreadable,
    /// The name of the default model cannot be written.
    #[error("the choice of the default model cannot be saved")]
    DefaultUnsaved,
}

impl From<String> for ModelFailure {
    fn from(reason: String) -> Self {
        ModelFailure::Invalid { reason }
    }
}

impl From<&str> for ModelFailure {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}
