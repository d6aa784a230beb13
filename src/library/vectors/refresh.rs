//! How an index keeps up: with what is stored when it is opened, with the catalogue after commits, and how its lists take in
//! what is new.

use std::io;
use std::mem;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::OnceLock;

use crate::error::{Error, Result, Stage};
use crate::library::failure::InLibrary;
use crate::library::vectors::build::BuildProgress;
use crate::library::vectors::lists::VectorLists;
use crate::library::vectors::lists::grow;
use crate::library::vectors::lists::not_grown::NotGrown;
use crate::library::vectors::lists::stored;
use crate::library::vectors::read_changes::{self, ChangedSegment};
use crate::library::vectors::table::{Table, Values};
use crate::library::vectors::{VectorIndex, none_recent};
use crate::panics;

/// What [`VectorIndex::refresh`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorRefresh {
    /// Nothing: what is stored is good enough, or the library so small that it needs none.
    Unchanged,
    /// The lists have taken in what was new, and are stored.
    Stored,
    /// They cannot be stored; what is new, or all, is compared in every search.
    NotStored,
    /// It was stopped; everything is as before.
    Stopped,
}

impl VectorIndex {
    /// Brings it to the latest revision of the catalogue.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read; then it is as before.
    pub(crate) fn catch_up(&mut self) -> Result<()> {
        let library = panics::unlocked(&mut self.library);
        let snapshot = library.snapshot()?;
        if self.revision == Some(snapshot.revision()) {
            return Ok(());
        }
        let (revision, after) = (snapshot.revision(), snapshot.after(self.revision).in_library(library.folder())?);
        if after >= 0 {
            let (mut found, removed) =
                (Vec::new(), snapshot.read_removed_segments(after).in_library(library.folder())?);
            read_changes::read(&snapshot, after, |segment| found.push(segment)).in_library(library.folder())?;
            drop(snapshot);
            removed.into_iter().for_each(|segment| self.remove(segment));
            found.into_iter().for_each(|segment| self.put(segment));
        } else {
            if self.revision.is_some() {
                tracing::warn!(
                    "the vector index is of another state of {}; it starts anew",
                    library.folder().display()
                );
            }
            let (mut table, limit) = (Table::new(library.model().dim), self.settings.scanned_len);
            let take = |found: ChangedSegment| {
                if let Some(vector) = found.vector {
                    table.put(found.segment, found.kind, vector.as_slice());
                }
                if table.len() > limit {
                    table.code();
                }
            };
            read_changes::read(&snapshot, after, take).in_library(library.folder())?;
            (self.table, self.lists, self.stored) = (table, None, None);
        }
        if self.table.len() > self.settings.scanned_len {
            self.table.code();
        }
        (self.full, self.recent) = (OnceLock::new(), none_recent(self.table.dim()));
        self.revision = Some(revision);
        Ok(())
    }

    /// Brings it to the latest revision and, where vectors are in no list that should be, puts them into lists and stores
    /// these. `watch` is told how far that is, several times a second, and can break it off.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read; then it still answers as before. A folder that cannot be written is
    /// no error but [`VectorRefresh::NotStored`].
    pub fn refresh(&mut self, watch: &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<VectorRefresh> {
        self.catch_up()?;
        if self.lists.as_ref().is_some_and(VectorLists::is_damaged) {
            self.begin_anew()?;
        }
        if !self.is_behind() {
            return Ok(VectorRefresh::Unchanged);
        }
        match self.grow(watch)? {
            // Damage shows when it is read.
            None => {
                self.begin_anew()?;
                Ok(self.grow(watch)?.unwrap_or(VectorRefresh::NotStored))
            }
            Some(refreshed) => Ok(refreshed),
        }
    }

    /// Forgets what is stored and reads all vectors from the catalogue.
    fn begin_anew(&mut self) -> Result<()> {
        tracing::warn!("the vector index of {} is damaged; it is made again", self.library().folder().display());
        self.revision = None;
        self.catch_up()
    }

    /// Puts what is in no list into lists and stores them; `None` if what is stored has turned out to be damaged.
    fn grow(&mut self, watch: &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<Option<VectorRefresh>> {
        self.table.code();
        let Values::Coded(codes) = self.table.values() else {
            return Err(Error::internal(Stage::Catalogue, "a table that was coded is not"));
        };
        tracing::info!("putting {} vectors into lists", self.table.live_len());
        let mut why_not = None;
        let fill = |folder: &Path| {
            let grown = grow::grow(self.lists.as_ref(), (&self.table, codes), folder, &self.settings, watch);
            match grown.and_then(|grown| stored::write(folder, &grown).map(|()| grown).map_err(NotGrown::Unwritten)) {
                Ok(grown) => Ok(grown.kept_names()),
                Err(NotGrown::Unwritten(error)) => Err(error),
                Err(reason) => {
                    why_not = Some(reason);
                    Err(io::Error::other("the lists have not grown"))
                }
            }
        };
        let written = self.shelf.write_after(self.stored.as_ref(), self.revision(), fill);
        match (written, why_not) {
            (Ok(generation), _) => {
                let lists = stored::open(&generation, self.table.dim())?;
                let mut table = Table::new(self.table.dim());
                table.code();
                (self.table, self.lists, self.stored, self.full) =
                    (table, Some(lists), Some(generation), OnceLock::new());
                Ok(Some(VectorRefresh::Stored))
            }
            (Err(_), Some(NotGrown::Stopped)) => Ok(Some(VectorRefresh::Stopped)),
            (Err(_), Some(_)) => Ok(None),
            (Err(error), None) => {
                tracing::warn!("the vector index is not kept: {error}");
                Ok(Some(VectorRefresh::NotStored))
            }
        }
    }

    /// Whether vectors are in no list that should be, or lists should be written again.
    pub(super) fn is_behind(&self) -> bool {
        match &self.lists {
            None => self.len() > self.settings.listed_len,
            Some(lists) => lists.is_worn() || self.table.live_len() > self.settings.newer_len,
        }
    }

    /// Takes over the stored index, if there is a sound one.
    pub(super) fn take_stored(&mut self) {
        let read = || {
            let Some(generation) = self.shelf.current()? else { return Ok(None) };
            stored::open(&generation, self.table.dim()).map(|lists| Some((generation, lists)))
        };
        // Another process may have replaced the generation between the two reads; a second look finds the new one.
        let stored: Result<_> = read().or_else(|_| read());
        match stored {
            Ok(Some((generation, lists))) => {
                self.revision = Some(generation.revision());
                (self.lists, self.stored) = (Some(lists), Some(generation));
                self.table.code();
            }
            Ok(None) => {}
            Err(error) => tracing::warn!("{error}; until then every search compares all vectors"),
        }
    }

    /// Every row in f32, read from the catalogue at the first call.
    pub(super) fn full(&self) -> Result<&Vec<f32>> {
        if let Some(full) = self.full.get() {
            return Ok(full);
        }
        let dim = self.table.dim();
        let mut full = vec![f32::NAN; self.row_len() * dim];
        let library = self.library();
        let place = |found: read_changes::ChangedSegment| {
            if let (Some(row), Some(vector)) = (self.row_of(found.segment), found.vector) {
                full[row * dim..(row + 1) * dim].copy_from_slice(vector.as_slice());
            }
        };
        read_changes::read(&library.snapshot()?, -1, place).in_library(library.folder())?;
        drop(library);
        Ok(self.full.get_or_init(|| mem::take(&mut full)))
    }
}
