//! Brings what is derived for searching up to the catalogue: at the end of every run that changed it, and as repair.
//!
//! What is stored and sound is left alone, however it was made; what is missing or damaged is made again. What hits are
//! judged by belongs to searches, which make it themselves.

use std::ops::ControlFlow;

use crate::error::Result;
use crate::library::failure;
use crate::library::survey::{StoredIndex, find_text, find_vectors};
use crate::library::text::TextIndex;
use crate::library::vectors;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::build::BuildProgress;
use crate::library::vectors::refresh::VectorRefresh;
use crate::library::vectors::settings::Settings;
use crate::library::{Library, text};

/// What became of a derived index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexOutcome {
    /// It was good enough, or none is needed.
    Kept,
    /// It was brought up to the catalogue.
    Updated,
    /// There was none; it has been made.
    Made,
    /// It could not be used, for this reason; it has been made again.
    MadeAgain(String),
    /// It has been made, but could not be stored.
    NotStored,
    /// It was stopped; everything is as before.
    Stopped,
}

/// What a refresh did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshReport {
    /// With the words' index.
    pub text: IndexOutcome,
    /// With the vectors' index.
    pub vectors: IndexOutcome,
}

/// Brings the indexes of `library` up to its latest revision and stores them. `watch` is told how far the vectors'
/// index is, several times a second, and can break that off.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read; [`Error::Internal`](crate::error::Error::Internal) if no index can
/// be built.
pub(crate) fn refresh(library: &Library, watch: &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<RefreshReport> {
    let vectors = find_vectors(library, &Settings::default())?;
    Ok(RefreshReport {
        text: refresh_text(library)?,
        vectors: refresh_vectors(library, &Settings::default(), vectors, watch)?,
    })
}

/// The same, after every byte of what is stored has been compared with its checksum, which takes as long as reading it.
///
/// # Errors
/// As for [`refresh`].
pub(crate) fn repair(library: &Library, watch: &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<RefreshReport> {
    repair_with(library, &Settings::default(), watch)
}

/// The same with other settings.
pub(super) fn repair_with(
    library: &Library,
    settings: &Settings,
    watch: &dyn Fn(BuildProgress) -> ControlFlow<()>,
) -> Result<RefreshReport> {
    let vectors = checked(find_vectors(library, settings)?);
    Ok(RefreshReport { text: refresh_text(library)?, vectors: refresh_vectors(library, settings, vectors, watch)? })
}

fn refresh_text(library: &Library) -> Result<IndexOutcome> {
    let outcome = match checked(find_text(library)?) {
        StoredIndex::Stored { behind: 0, .. } | StoredIndex::NotNeeded => return Ok(IndexOutcome::Kept),
        StoredIndex::Stored { .. } => TextIndex::open(library).map(|_| IndexOutcome::Updated)?,
        StoredIndex::Missing => TextIndex::rebuild(library).map(|_| IndexOutcome::Made)?,
        StoredIndex::Unusable(reason) => TextIndex::rebuild(library).map(|_| IndexOutcome::MadeAgain(reason))?,
    };
    let is_stored =
        matches!(text::shelf(library).current(), Ok(Some(stored)) if stored.revision() == library.revision()?);
    Ok(if is_stored { outcome } else { IndexOutcome::NotStored })
}

fn refresh_vectors(
    library: &Library,
    settings: &Settings,
    found: StoredIndex,
    watch: &dyn Fn(BuildProgress) -> ControlFlow<()>,
) -> Result<IndexOutcome> {
    let outcome = match found {
        StoredIndex::Stored { behind: 0, .. } | StoredIndex::NotNeeded => return Ok(IndexOutcome::Kept),
        StoredIndex::Stored { .. } => IndexOutcome::Updated,
        StoredIndex::Missing => IndexOutcome::Made,
        StoredIndex::Unusable(reason) => {
            // Opening an index would only stumble over it again.
            vectors::shelf(library).clear()?;
            IndexOutcome::MadeAgain(reason)
        }
    };
    Ok(match VectorIndex::open_with(library, *settings)?.refresh(watch)? {
        VectorRefresh::Stored => outcome,
        VectorRefresh::NotStored => IndexOutcome::NotStored,
        VectorRefresh::Stopped => IndexOutcome::Stopped,
        VectorRefresh::Unchanged if matches!(outcome, IndexOutcome::MadeAgain(_)) => outcome,
        VectorRefresh::Unchanged => IndexOutcome::Kept,
    })
}

/// What was found, once the content of its files has been compared with their checksums.
fn checked(found: StoredIndex) -> StoredIndex {
    match found {
        StoredIndex::Stored { generation, .. } if let Err(error) = generation.check() => {
            StoredIndex::Unusable(failure::index_problem(&error))
        }
        other => other,
    }
}
