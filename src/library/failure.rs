//! Failures of a library as the rest of the crate reports them: made from those of the database and of the system.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::embedding::Space;
use crate::error::{Error, LibraryFailure, ModelTag, Result};

/// Puts the library's folder to a failure met while using it.
pub(super) trait InLibrary<T> {
    /// The same result, its error about the library in `folder`.
    fn in_library(self, folder: &Path) -> Result<T>;
}

impl<T> InLibrary<T> for rusqlite::Result<T> {
    fn in_library(self, folder: &Path) -> Result<T> {
        self.map_err(|error| Error::library(folder, database_failure(&error)).caused_by(error))
    }
}

impl<T> InLibrary<T> for io::Result<T> {
    fn in_library(self, folder: &Path) -> Result<T> {
        self.map_err(|error| explained(folder, error))
    }
}

/// `holder` is writing to the library in `folder`.
pub(super) fn locked(folder: &Path, holder: impl Into<String>) -> Error {
    Error::library(folder, LibraryFailure::Locked { holder: holder.into() })
}

/// The library's vectors were made by `own`, and `other` was asked to use them.
pub(super) fn other_model(folder: &Path, own: &Space, other: &Space) -> Error {
    let tag = |space: &Space| {
        Box::new(ModelTag { name: space.name.clone(), fingerprint: space.fingerprint.clone(), dim: space.dim })
    };
    Error::library(folder, LibraryFailure::OtherModel { own: tag(own), other: tag(other) })
}

/// What lies at `path` in a derived index is not what was written.
pub(super) fn unusable_index(path: &Path, reason: impl Into<String>) -> Error {
    Error::library(path, LibraryFailure::IndexUnusable { reason: reason.into() })
}

/// A derived index at `path` could not be made.
pub(super) fn no_index(path: &Path, reason: impl Into<String>) -> Error {
    Error::library(path, LibraryFailure::IndexNotMade { reason: reason.into() })
}

/// Why an index cannot be used, without saying again that it cannot.
pub(super) fn index_problem(error: &Error) -> String {
    match error {
        Error::Library { failure: LibraryFailure::IndexUnusable { reason }, .. } => reason.clone(),
        other => other.reason(),
    }
}

/// An operation on `path` in a library failed with `error`.
pub(super) fn explained(path: &Path, error: io::Error) -> Error {
    Error::library(path, system_failure(&error)).caused_by(error)
}

fn database_failure(error: &rusqlite::Error) -> LibraryFailure {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => LibraryFailure::DiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => LibraryFailure::ReadOnly,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LibraryFailure::Busy,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => LibraryFailure::Damaged,
        Some(ErrorCode::SystemIoFailure) => LibraryFailure::DiskFailed,
        _ => LibraryFailure::CatalogueUnusable,
    }
}

fn system_failure(error: &io::Error) -> LibraryFailure {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LibraryFailure::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => LibraryFailure::Denied,
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => LibraryFailure::NotAFolder,
        _ => LibraryFailure::FolderUnusable,
    }
}
