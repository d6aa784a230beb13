//! Telling a library that a folder is elsewhere now: its paths change, and all else that it knows stays.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::disk_path::{is_below, is_gone, on_disk};
use crate::error::{Refusal, Result};
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::record::file::{FileState, Known};
use crate::library::record::root::Root;
use crate::library::writer::Writer;
use crate::operations::indexes::{IndexRefresh, refresh_indexes};
use crate::operations::observer::Observer;
use crate::operations::places::places_of;
use crate::operations::removal::RemovalMode;

/// What relocating did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relocation {
    /// Files that are in the new place, by their old paths.
    pub found: Vec<PathBuf>,
    /// Those of them that the library knew in the new place already, which are now known there once.
    pub known: u64,
    /// Files that are not in the new place: they stay known in the old one, and have vanished if they are not there either.
    pub missing: Vec<PathBuf>,
    /// Roots that were moved, by their new paths.
    pub roots: Vec<PathBuf>,
    /// The derived indexes afterwards; `None` where nothing was changed.
    pub indexes: Option<IndexRefresh>,
}

/// Has the library in `folder` know what it knows at `old`, a file or a folder with all that is in it, at `new` instead, as far
/// as the files are there. With [`RemovalMode::List`] it only says what would be done.
///
/// # Errors
/// [`Refusal::NotInLibrary`] if it knows nothing at `old`, [`Refusal::RelocatedNowhere`] if none of it is at `new`; stage
/// `catalogue` if there is no library, or it cannot be written; then all is as before.
pub fn relocate(
    folder: &Path,
    old: &Path,
    new: &Path,
    mode: RemovalMode,
    observer: &Observer<'_>,
) -> Result<Relocation> {
    let library = Library::open(folder)?;
    let new =
        on_disk(new).canonicalize().map_err(|source| Refusal::RootUnusable { path: new.to_path_buf(), source })?;
    let old = known_place(&library, old)?;
    let plan = Plan::of(&library, &old, &new)?;
    drop(library);
    if plan.relocation.found.is_empty() {
        return Err(Refusal::RelocatedNowhere { old, new, files: plan.relocation.missing.len() as u64 }.into());
    }
    let mut relocation = plan.relocation;
    if mode == RemovalMode::Remove {
        let mut writer = Writer::open_existing(folder)?;
        writer.commit(&plan.changes)?;
        for (before, after) in plan.roots {
            writer.forget_roots(&[before])?;
            writer.remember_root(&after)?;
        }
        let moved = |mount: PathBuf| if is_below(&mount, &old) { moved_path(&mount, &old, &new) } else { mount };
        let mounts: Vec<PathBuf> = writer.library().mounts()?.into_iter().map(moved).collect();
        writer.remember_mounts(&mounts)?;
        relocation.indexes = Some(refresh_indexes(writer.library(), observer)?);
    }
    Ok(relocation)
}

/// The place that `path` means and `library` knows something at.
fn known_place(library: &Library, path: &Path) -> Result<PathBuf> {
    let roots = library.roots()?;
    for place in places_of(path)? {
        if !library.files_at(&place)?.is_empty() || roots.iter().any(|root| is_below(&root.path, &place)) {
            return Ok(place);
        }
    }
    Err(Refusal::NotInLibrary { path: path.to_path_buf() }.into())
}

#[derive(Default)]
struct Plan {
    relocation: Relocation,
    changes: Vec<Change>,
    /// Roots before and after.
    roots: Vec<(PathBuf, Root)>,
}

impl Plan {
    fn of(library: &Library, old: &Path, new: &Path) -> Result<Self> {
        let known = library.known_files()?;
        let mut plan = Plan::default();
        let mut moved: Vec<&PathBuf> = known.keys().filter(|path| is_below(path, old)).collect();
        moved.sort_unstable();
        for path in moved {
            plan.take(path, moved_path(path, old, new), &known);
        }
        let examples = library.example_paths()?.into_iter();
        for example in examples.filter(|path| is_below(path, old) && !known.contains_key(path)) {
            let to = moved_path(&example, old, new);
            if to.is_file() {
                plan.changes.push(Change::Moved { path: example, to });
            }
        }
        for root in library.roots()?.into_iter().filter(|root| is_below(&root.path, old)) {
            let after =
                Root { path: moved_path(&root.path, old, new), selection: root.selection, hearing: root.hearing };
            if after.path.is_dir() {
                plan.relocation.roots.push(after.path.clone());
                plan.roots.push((root.path, after));
            }
        }
        Ok(plan)
    }

    fn take(&mut self, path: &Path, to: PathBuf, known: &HashMap<PathBuf, Known>) {
        let (path, before, there) = (path.to_path_buf(), &known[path], known.get(&to));
        let is_other = there.is_some_and(|there| there.state != FileState::Vanished && there.hash != before.hash);
        if is_other || !to.is_file() {
            if before.state != FileState::Vanished && is_gone(&path) {
                self.changes.push(Change::Vanished { path: path.clone() });
            }
            self.relocation.missing.push(path);
            return;
        }
        self.relocation.found.push(path.clone());
        if let Some(there) = there {
            self.relocation.known += 1;
            // One of the two is enough; examples of heads go by their path.
            let twin = if there.state == FileState::Vanished { &to } else { &path };
            self.changes.push(Change::Removed { path: twin.clone() });
        }
        self.changes.push(Change::Moved { path, to: to.clone() });
        if before.state == FileState::Vanished {
            self.changes.push(Change::Returned { path: to });
        }
    }
}

/// Where `path`, which is `old` or lies in it, is when that is `new`, with the letters as on disk.
fn moved_path(path: &Path, old: &Path, new: &Path) -> PathBuf {
    let rest: PathBuf = path.components().skip(old.components().count()).collect();
    on_disk(&if rest.as_os_str().is_empty() { new.to_path_buf() } else { new.join(rest) })
}
