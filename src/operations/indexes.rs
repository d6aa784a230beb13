//! The end of every operation that changes a library: the indexes derived from its catalogue are brought up to date.

use std::ops::ControlFlow;
use std::path::Path;

use crate::error::Result;
use crate::library::refresh::{IndexOutcome, RefreshReport};
use crate::library::vectors::build::BuildProgress;
use crate::library::writer::Writer;
use crate::library::{Library, check, refresh};
use crate::operations::observer::{Event, Observer};

/// State of the derived indexes after an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexRefresh {
    /// The operation was stopped before all was up to date; searches do without what is missing.
    Stopped,
    /// They are up to date.
    Done {
        /// What was done with each.
        report: RefreshReport,
        /// Whether no run over this library was ever finished before, so that missing indexes are as they should be.
        is_first: bool,
    },
}

/// Brings the indexes of `library` up to its catalogue.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read; [`Internal`](crate::error::Error::Internal) if no index can be
/// built.
pub fn refresh_indexes(library: &Library, observer: &Observer<'_>) -> Result<IndexRefresh> {
    refresh_by(refresh::refresh, library, observer)
}

fn refresh_by(
    refresh: impl Fn(&Library, &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<RefreshReport>,
    library: &Library,
    observer: &Observer<'_>,
) -> Result<IndexRefresh> {
    let is_first = library.last_indexed()?.is_none();
    let report = refresh(library, &|building| {
        observer.tell(Event::Vectors(building));
        observer.flow()
    })?;
    tracing::info!("indexes: {report:?}");
    Ok(match report.vectors {
        IndexOutcome::Stopped => IndexRefresh::Stopped,
        _ => IndexRefresh::Done { report, is_first },
    })
}

/// Makes everything derived from the catalogue of the library in `folder` again that is missing or damaged.
///
/// # Errors
/// [`Error::Library`](crate::error::Error::Library) if there is no library, or it cannot be read or written;
/// [`Error::Internal`](crate::error::Error::Internal) if no index can be built.
pub fn repair_indexes(folder: &Path, observer: &Observer<'_>) -> Result<IndexRefresh> {
    let writer = Writer::open_existing(folder)?;
    // Searches make this again by themselves, once it is gone.
    check::drop_damaged_background(writer.library())?;
    refresh_by(refresh::repair, writer.library(), observer)
}

/// Brings the indexes up to what `writer` has committed, and notes that the library is up to date.
pub(super) fn bring_up_to_date(writer: &mut Writer, observer: &Observer<'_>) -> Result<IndexRefresh> {
    if observer.is_stopped() {
        return Ok(IndexRefresh::Stopped);
    }
    let refresh = refresh_indexes(writer.library(), observer)?;
    if refresh != IndexRefresh::Stopped {
        writer.note_indexed()?;
    }
    Ok(refresh)
}
