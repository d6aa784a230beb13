//! Bringing a library up to date with the sounds in some folders, or in those that it remembers.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::ingest;
use crate::ingest::request::{FailurePolicy, IngestRequest, LostRoots, ReadPolicy};
use crate::ingest::run::IngestSummary;
use crate::ingest::settling::Settling;
use crate::library::record::hearing::Hearing;
use crate::library::record::root::FileSelection;
use crate::library::record::segment::Moments;
use crate::library::writer::Writer;
use crate::operations::defaults;
use crate::operations::indexes::{IndexRefresh, bring_up_to_date};
use crate::operations::observer::{Event, Observer};
use crate::operations::roots::{IndexScope, remembered};

/// A library, and the sounds that it is to know.
#[derive(Clone)]
pub struct IndexRequest<'a> {
    /// The library's folder, which is made where it is missing.
    pub library: &'a Path,
    /// The model.
    pub encoder: &'a Encoder,
    /// Folders to walk, or single files; none for the roots that the library remembers.
    pub roots: &'a [PathBuf],
    /// Which files below the roots are looked at; `None` for what is remembered of them, or else all.
    pub selection: Option<FileSelection>,
    /// Which channels are heard; `None` for what is remembered of the roots, or else their mix.
    pub hearing: Option<Hearing>,
    /// What is done about roots that are gone as a whole.
    pub lost: LostRoots,
    /// The treatment of files that failed before and have not changed.
    pub failures: FailurePolicy,
    /// Which files are read.
    pub reading: ReadPolicy,
    /// The moments of long sounds; `None` for those the library has, or else the model's default.
    pub moments: Option<Moments>,
    /// Number of files decoded at once.
    pub threads: NonZeroUsize,
}

/// Result of an indexing.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexSummary {
    /// What was done with the files; interrupted if the indexes were not finished either.
    pub files: IngestSummary,
    /// The derived indexes afterwards.
    pub indexes: IndexRefresh,
}

impl<'a> IndexRequest<'a> {
    /// The request for the sounds under `roots`, with every default.
    pub fn new(library: &'a Path, encoder: &'a Encoder, roots: &'a [PathBuf]) -> Self {
        let (selection, hearing, lost, failures, reading) = Default::default();
        let threads = defaults::threads();
        IndexRequest { library, encoder, roots, selection, hearing, lost, failures, reading, moments: None, threads }
    }
}

/// Brings the library up to date with the files of `request`, and remembers its folders. Stopped, it keeps what was committed.
///
/// # Errors
/// [`Error::Library`](crate::error::Error::Library) if the library is locked, of another model or cannot be written;
/// [`Error::Request`](crate::error::Error::Request) for a folder that cannot be indexed, or if none is named and none
/// remembered;
/// [`Error::Internal`](crate::error::Error::Internal) if the model fails. What was committed before stays.
pub fn index(request: &IndexRequest<'_>, observer: &Observer<'_>) -> Result<IndexSummary> {
    index_settled(request, None, observer)
}

/// The same, leaving files for later that `settling` has not known for long enough as they are.
///
/// # Errors
/// As [`index`].
pub(super) fn index_settled(
    request: &IndexRequest<'_>,
    settling: Option<&Mutex<Settling>>,
    observer: &Observer<'_>,
) -> Result<IndexSummary> {
    if request.roots.is_empty() {
        remembered(request.library)?;
    }
    let mut writer = Writer::open(request.library, request.encoder.space())?;
    let scope = IndexScope::of(writer.library(), request.roots, request.selection.as_ref(), request.hearing)?;
    let ingest = IngestRequest {
        roots: &scope.walked,
        absent: &scope.absent,
        lost: request.lost,
        encoder: request.encoder,
        failures: request.failures,
        reading: request.reading,
        moments: request.moments,
        settling,
        threads: request.threads,
        stop: observer.stop(),
    };
    let mut files = ingest::run::ingest(&ingest, &mut writer, &mut |event| observer.tell(Event::Files(event)))?;
    scope.remember(&mut writer)?;
    let indexes = bring_up_to_date(&mut writer, observer)?;
    files.interrupted |= indexes == IndexRefresh::Stopped;
    Ok(IndexSummary { files, indexes })
}
