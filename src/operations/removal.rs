//! Taking files out of a library, not off the disk: those that have vanished, or those somebody names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::{Refusal, Result};
use crate::library::Library;
use crate::library::prune::FreedSpace;
use crate::library::writer::Writer;
use crate::operations::indexes::{IndexRefresh, refresh_indexes};
use crate::operations::observer::{Event, Observer};

/// Whether files are removed, or only listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalMode {
    /// They are removed and the space is given back.
    Remove,
    /// They are listed, and the library stays as it is.
    List,
}

/// Result of a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovalSummary {
    /// The files that were removed, or would be, by path.
    pub files: Vec<PathBuf>,
    /// Marked files that are kept because they are back on disk.
    pub back: Vec<PathBuf>,
    /// The space that was given back.
    pub freed: FreedSpace,
    /// The derived indexes afterwards; `None` where nothing was removed.
    pub indexes: Option<IndexRefresh>,
}

/// Drops the files of the library in `folder` that have vanished. A marked file that is back on disk is kept.
///
/// # Errors
/// Stage `catalogue` if there is no library, or it cannot be written; what was removed before stays removed.
pub fn prune(folder: &Path, mode: RemovalMode, observer: &Observer<'_>) -> Result<RemovalSummary> {
    let vanished = Library::open(folder)?.vanished_files()?;
    let (back, gone) = vanished.into_iter().partition(|path| path.symlink_metadata().is_ok());
    Ok(RemovalSummary { back, ..take_out(folder, gone, mode, observer)? })
}

/// Removes what the library in `folder` knows at `paths`: files, or folders with all that is in them, which may be gone
/// from disk. Nothing is removed if it knows nothing at one of them.
///
/// # Errors
/// [`Refusal`] for such a path; stage `catalogue` if there is no library, or it cannot be written.
pub fn remove(folder: &Path, paths: &[PathBuf], mode: RemovalMode, observer: &Observer<'_>) -> Result<RemovalSummary> {
    let library = Library::open(folder)?;
    let mut files = BTreeSet::new();
    for path in paths {
        let known = files_at(&library, path)?;
        if known.is_empty() {
            return Err(Refusal::NotInLibrary { path: path.clone() }.into());
        }
        files.extend(known);
    }
    drop(library);
    take_out(folder, files.into_iter().collect(), mode, observer)
}

fn take_out(folder: &Path, files: Vec<PathBuf>, mode: RemovalMode, observer: &Observer<'_>) -> Result<RemovalSummary> {
    let mut summary = RemovalSummary { files, back: Vec::new(), freed: FreedSpace::default(), indexes: None };
    if mode == RemovalMode::List {
        return Ok(summary);
    }
    let total = summary.files.len() as u64;
    let mut writer = Writer::open_existing(folder)?;
    observer.tell(Event::Removing { done: 0, total });
    writer.forget(&summary.files)?;
    observer.tell(Event::Removing { done: total, total });
    summary.freed = writer.compact()?;
    summary.indexes = Some(refresh_indexes(writer.library(), observer)?);
    Ok(summary)
}

/// Files that the library knows at `path`, as it is given and with its links followed.
fn files_at(library: &Library, path: &Path) -> Result<Vec<PathBuf>> {
    let invalid = |source| Refusal::PathInvalid { path: path.to_path_buf(), source };
    let absolute = std::path::absolute(path).map_err(invalid)?;
    let mut places = BTreeSet::from([absolute]);
    places.extend(path.canonicalize());
    // A file that is gone may lie in a folder that is reached by a link.
    let parent = path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    if let (Some(Ok(parent)), Some(name)) = (parent.map(Path::canonicalize), path.file_name()) {
        places.insert(parent.join(name));
    }
    let mut files = Vec::new();
    for place in places {
        files.extend(library.files_at(&place)?);
    }
    Ok(files)
}
