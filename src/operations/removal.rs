//! Taking files out of a library, not off the disk: those that have vanished, or those somebody names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk_path::{is_below, is_gone};
use crate::error::{Refusal, Result};
use crate::ingest::missing::LostRoot;
use crate::ingest::mounts::is_mounted;
use crate::ingest::request::LostRoots;
use crate::ingest::walk::sound_files;
use crate::library::Library;
use crate::library::prune::FreedSpace;
use crate::library::record::change::Change;
use crate::library::record::file::FileState;
use crate::library::writer::Writer;
use crate::operations::indexes::{IndexRefresh, refresh_indexes};
use crate::operations::observer::{Event, Observer};
use crate::operations::places::places_of;

/// Whether files are removed, or only listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalMode {
    /// They are removed and the space is given back.
    Remove,
    /// They are listed, and the library stays as it is.
    List,
}

/// Result of a removal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovalSummary {
    /// The files that were removed, or would be, by path.
    pub files: Vec<PathBuf>,
    /// Marked files that are kept because they are back on disk.
    pub back: Vec<PathBuf>,
    /// Roots that are forgotten with them, or would be.
    pub roots: Vec<PathBuf>,
    /// The space that was given back.
    pub freed: FreedSpace,
    /// The derived indexes afterwards; `None` where nothing was removed.
    pub indexes: Option<IndexRefresh>,
}

/// Drops the files of the library in `folder` that have vanished. A marked file that is back on disk is kept.
///
/// # Errors
/// [`Refusal::RootsLost`] if all of a root is gone and `lost` says to keep that; stage `catalogue` if there is no library, or
/// it cannot be written; what was removed before stays removed.
pub fn prune(folder: &Path, lost: LostRoots, mode: RemovalMode, observer: &Observer<'_>) -> Result<RemovalSummary> {
    let library = Library::open(folder)?;
    let vanished = library.vanished_files()?;
    let (back, gone): (Vec<PathBuf>, Vec<PathBuf>) =
        vanished.into_iter().partition(|path| path.symlink_metadata().is_ok());
    if (lost, mode) == (LostRoots::Keep, RemovalMode::Remove) {
        refuse_lost(&lost_roots(&library, &gone)?)?;
    }
    drop(library);
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
    let mut roots = BTreeSet::new();
    for path in paths {
        let (mut known, mut known_roots) = (Vec::new(), library.roots()?);
        let places = places_of(path)?;
        known_roots.retain(|root| places.iter().any(|place| is_below(&root.path, place)));
        for place in &places {
            known.extend(library.files_at(place)?);
        }
        if known.is_empty() && known_roots.is_empty() {
            return Err(Refusal::NotInLibrary { path: path.clone() }.into());
        }
        files.extend(known);
        roots.extend(known_roots.into_iter().map(|root| root.path));
    }
    drop(library);
    let roots: Vec<PathBuf> = roots.into_iter().collect();
    if mode == RemovalMode::Remove {
        Writer::open_existing(folder)?.forget_roots(&roots)?;
    }
    Ok(RemovalSummary { roots, ..take_out(folder, files.into_iter().collect(), mode, observer)? })
}

/// The roots of `library`, and the drives in them, that are gone as a whole, with their number among the files in `gone`.
fn lost_roots(library: &Library, gone: &[PathBuf]) -> Result<Vec<LostRoot>> {
    let mut lost: Vec<LostRoot> = Vec::new();
    let roots = library.roots()?.into_iter().map(|root| root.path);
    for path in roots.chain(library.mounts()?.into_iter().filter(|mount| !is_mounted(mount))) {
        let files = gone.iter().filter(|file| file.starts_with(&path)).count() as u64;
        let is_living = || path.exists() && !sound_files(std::slice::from_ref(&path)).is_empty();
        let is_counted = lost.iter().any(|around| path.starts_with(&around.path));
        if files > 0 && !is_counted && !is_living() {
            lost.push(LostRoot { path, files });
        }
    }
    Ok(lost)
}

/// Refuses to go on where some of `lost` have files.
///
/// # Errors
/// [`Refusal::RootsLost`].
pub fn refuse_lost(lost: &[LostRoot]) -> Result<()> {
    let with_files = || lost.iter().filter(|root| root.files > 0);
    if with_files().next().is_none() {
        return Ok(());
    }
    let roots = with_files().map(|root| root.path.clone()).collect();
    Err(Refusal::RootsLost { roots, files: with_files().map(|root| root.files).sum() }.into())
}

/// Marks all files that the library in `folder` knows below the roots at `paths`, and that are gone, as vanished. Gives their
/// number.
///
/// # Errors
/// Stage `catalogue` if there is no library, or it cannot be written.
pub fn forget_lost(folder: &Path, paths: &[PathBuf], observer: &Observer<'_>) -> Result<u64> {
    let mut writer = Writer::open_existing(folder)?;
    let known = writer.library().known_files()?.into_iter();
    let mut gone: Vec<PathBuf> = known
        .filter(|(_, known)| known.state != FileState::Vanished)
        .map(|(path, _)| path)
        .filter(|path| paths.iter().any(|root| path.starts_with(root)) && is_gone(path))
        .collect();
    gone.sort_unstable();
    let count = gone.len() as u64;
    writer.commit(&gone.into_iter().map(|path| Change::Vanished { path }).collect::<Vec<_>>())?;
    refresh_indexes(writer.library(), observer)?;
    Ok(count)
}

fn take_out(folder: &Path, files: Vec<PathBuf>, mode: RemovalMode, observer: &Observer<'_>) -> Result<RemovalSummary> {
    let mut summary = RemovalSummary { files, ..RemovalSummary::default() };
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
