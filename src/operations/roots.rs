//! The roots of a library: which are walked when it is brought up to date, and forgetting some.

use std::path::{Path, PathBuf};

use crate::disk_path::on_disk;
use crate::error::{Need, Refusal, Result};
use crate::ingest::request::WalkRoot;
use crate::ingest::walk::check_exclusions;
use crate::library::Library;
use crate::library::record::hearing::Hearing;
use crate::library::record::root::{FileSelection, Root};
use crate::library::writer::Writer;
use crate::operations::places::{is_among, places_of};

/// What a run walks.
#[derive(Debug, Default)]
pub(super) struct IndexScope {
    /// What is there.
    pub(super) walked: Vec<WalkRoot>,
    /// Remembered roots that are not there.
    pub(super) absent: Vec<PathBuf>,
}

impl IndexScope {
    /// The scope of a run over `paths`, or over all that `library` remembers where there are none. What is named lies in a
    /// remembered root, unless there is none around it or another `selection` or `hearing` is given; remembered roots in it
    /// that are not named themselves keep theirs.
    ///
    /// # Errors
    /// [`Refusal`] for a path that is not there and not remembered either, or a pattern that means nothing; stage
    /// `catalogue` if the catalogue cannot be read.
    pub(super) fn of(
        library: &Library,
        paths: &[PathBuf],
        selection: Option<&FileSelection>,
        hearing: Option<Hearing>,
    ) -> Result<Self> {
        selection.map_or(Ok(()), |selection| check_exclusions(&selection.exclude))?;
        let roots = library.roots()?;
        let mut scope = IndexScope::default();
        if paths.is_empty() {
            for Root { path, selection: own, hearing: heard } in roots {
                let (selection, hearing) = (selection.cloned().unwrap_or(own), hearing.unwrap_or(heard));
                scope.add(WalkRoot::from(Root { path, selection, hearing }));
            }
            return Ok(scope);
        }
        let named: Vec<PathBuf> = paths.iter().map(|path| place_of(path, &roots)).collect::<Result<_>>()?;
        for place in &named {
            let is_inside = |root: &&Root| root.path.starts_with(place) && !named.contains(&root.path);
            roots.iter().filter(is_inside).for_each(|root| scope.add(WalkRoot::from(root.clone())));
        }
        for place in named {
            let around = library.root_of(&place)?;
            let is_its_own = selection.is_some() || hearing.is_some();
            let anchor =
                around.as_ref().filter(|_| !is_its_own).map_or_else(|| place.clone(), |root| root.path.clone());
            let (around, heard) = around.map(|root| (root.selection, root.hearing)).unzip();
            let selection = selection.cloned().or(around).unwrap_or_default();
            let hearing = hearing.or(heard).unwrap_or_default();
            scope.add(WalkRoot { root: Root { path: place, selection, hearing }, anchor });
        }
        Ok(scope)
    }

    fn add(&mut self, walk: WalkRoot) {
        if walk.root.path.exists() { self.walked.push(walk) } else { self.absent.push(walk.root.path) }
    }

    /// Has the library remember the folders of this scope, and single files only where something else is heard of them than of
    /// the root around them. What lies in a root that is remembered and is walked with its selection is part of that.
    pub(super) fn remember(&self, writer: &mut Writer) -> Result<()> {
        for WalkRoot { root, .. } in self.walked.iter().filter(|walk| walk.anchor == walk.root.path) {
            let roots = writer.library().roots()?;
            let around = roots.iter().filter(|other| other.path != root.path && root.path.starts_with(&other.path));
            let around = around.max_by_key(|other| other.path.components().count());
            let is_part = !root.path.is_dir() && root.hearing == around.map_or(Hearing::Mix, |other| other.hearing);
            if is_part {
                writer.forget_roots(std::slice::from_ref(&root.path))?;
            } else {
                writer.remember_root(root)?;
            }
        }
        Ok(())
    }
}

/// Where `path` is: on disk, or as one of `roots` that is not there.
fn place_of(path: &Path, roots: &[Root]) -> Result<PathBuf> {
    match on_disk(path).canonicalize() {
        Ok(place) => Ok(place),
        Err(source) => {
            let places = places_of(path)?;
            let known = roots.iter().find(|root| is_among(&places, &root.path));
            let unusable = || Refusal::RootUnusable { path: path.to_path_buf(), source };
            Ok(known.ok_or_else(unusable)?.path.clone())
        }
    }
}

/// The roots that the library in `folder` remembers, at least one.
///
/// # Errors
/// [`Refusal::Lacking`] if there is none; stage `catalogue` if there is no library or it cannot be read.
pub fn remembered(folder: &Path) -> Result<Vec<Root>> {
    let roots = if Library::exists(folder)? { Library::open(folder)?.roots()? } else { Vec::new() };
    if roots.is_empty() { Err(Refusal::Lacking(Need::Roots).into()) } else { Ok(roots) }
}

/// Has the library in `folder` forget the roots at `paths`. The files below them stay in it; they are only not refreshed any
/// more. Nothing is forgotten if one of them is not remembered.
///
/// # Errors
/// [`Refusal::RootUnknown`] for such a path; stage `catalogue` if there is no library, or it cannot be written.
pub fn forget(folder: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let roots = Library::open(folder)?.roots()?;
    let mut forgotten = Vec::new();
    for path in paths {
        let places = places_of(path)?;
        let known = roots.iter().find(|root| is_among(&places, &root.path));
        let known_paths = || roots.iter().map(|root| root.path.clone()).collect();
        let unknown = || Refusal::RootUnknown { path: path.clone(), known: known_paths() };
        forgotten.push(known.ok_or_else(unknown)?.path.clone());
    }
    Writer::open_existing(folder)?.forget_roots(&forgotten)?;
    Ok(forgotten)
}
