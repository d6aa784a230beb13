//! What can go wrong with a library, in the user's words: each names the folder and what to do.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::embedding::Space;
use crate::error::{Error, Result, Source, Stage};

/// How many characters of a fingerprint tell two models apart for a reader.
const SHORT_FINGERPRINT: usize = 12;

/// Puts the library's folder and advice to a failure met while using it.
pub(super) trait InLibrary<T> {
    /// The same result, its error at stage `catalog` about the library in `folder`.
    fn in_library(self, folder: &Path) -> Result<T>;
}

impl<T> InLibrary<T> for rusqlite::Result<T> {
    fn in_library(self, folder: &Path) -> Result<T> {
        self.map_err(|error| about(folder, explain_database(&error), error))
    }
}

impl<T> InLibrary<T> for io::Result<T> {
    fn in_library(self, folder: &Path) -> Result<T> {
        self.map_err(|error| about(folder, explain_io(&error), error))
    }
}

/// An error about the library in `folder`.
pub(super) fn refuse(folder: &Path, reason: impl Into<String>) -> Error {
    Error::file(folder, Stage::Catalog, reason)
}

/// There is nothing at `folder`.
pub(super) fn missing(folder: &Path) -> Error {
    refuse(folder, "there is no library here; make one with `auricle index FOLDER`, or name another with --library")
}

/// `holder` is writing to the library in `folder`.
pub(super) fn locked(folder: &Path, holder: &str) -> Error {
    refuse(folder, format!("{holder} is writing to this library; wait for it to end, then try again"))
}

/// The catalogue in `folder` that was being read is no longer the one that counts.
pub(super) fn superseded(folder: &Path) -> Error {
    refuse(folder, "the library has just been made again by `auricle reindex`; try again")
}

/// A run in `folder`, which cannot be written, was cut short, and what it left cannot be put in order.
pub(super) fn unfinished(folder: &Path) -> Error {
    let reason = "a run was cut short here and the folder cannot be written, so that it cannot be put in order; run \
                  `auricle status` once where it can be written, or copy the folder to where you may write";
    refuse(folder, reason)
}

/// The library's vectors were made by `own`, and `other` was asked to use them.
pub(super) fn other_model(folder: &Path, own: &Space, other: &Space) -> Error {
    let reason = format!(
        "this library was made with the model {} ({}, {} values a vector) and vectors of {} ({}, {}) cannot be compared \
         with its own; use `--model {}`, move the library to the other model with `auricle reindex --model {}`, or keep \
         the two apart with another --library",
        own.name,
        short(&own.fingerprint),
        own.dim,
        other.name,
        short(&other.fingerprint),
        other.dim,
        own.name,
        other.name,
    );
    refuse(folder, reason)
}

fn short(fingerprint: &str) -> &str {
    fingerprint.get(..SHORT_FINGERPRINT).unwrap_or(fingerprint)
}

/// An operation on `path` in a library failed with `error`.
pub(super) fn explained(path: &Path, error: io::Error) -> Error {
    about(path, explain_io(&error), error)
}

fn about(folder: &Path, reason: &str, cause: impl Into<Source>) -> Error {
    refuse(folder, reason).caused_by(cause)
}

fn explain_database(error: &rusqlite::Error) -> &'static str {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full; free some space and run again, nothing committed is lost",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "the library's folder cannot be written; check its permissions, or copy the library to where you may write"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process is using the catalogue; try again when it has finished"
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "the catalogue is damaged; restore the folder from a backup, or delete it and run `auricle index` again"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the catalogue could not be read or written; check the disk it is on and its free space, then run again, \
             nothing committed is lost"
        }
        _ => "the catalogue could not be used; `auricle verify` says whether it is damaged",
    }
}

fn explain_io(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; free some space and run again, nothing committed is lost"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "the library's folder cannot be written or read; check its permissions, or name another with --library"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "this is not a folder; name a folder with --library"
        }
        _ => "the library's folder cannot be used; check the disk it is on, or name another with --library",
    }
}
