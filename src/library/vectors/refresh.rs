//! How an index keeps up: with what is stored when it is opened, with the catalogue after commits, and how its graph is
//! made again when it has fallen too far behind.

use std::mem;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use crate::error::{Error, Result, Stage};
use crate::library::failure::InLibrary;
use crate::library::record::segment::SegmentId;
use crate::library::vectors::build;
use crate::library::vectors::build::{BuildProgress, NoGraph};
use crate::library::vectors::filter::Filter;
use crate::library::vectors::table::{Table, Values};
use crate::library::vectors::{VectorIndex, file, none_recent, read_changes};
use crate::panics;

/// What [`VectorIndex::refresh`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorRefresh {
    /// Nothing: the stored index is good enough, or the library so small that it needs none.
    Unchanged,
    /// The index was made again and stored.
    Stored,
    /// The index was made again but could not be stored; this process has it, the next one starts without.
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
        let after = snapshot.after(self.revision).in_library(library.folder())?;
        let (mut removed, mut found) = (Vec::new(), Vec::new());
        if after >= 0 {
            removed = snapshot.read_removed_segments(after).in_library(library.folder())?;
        } else if self.revision.is_some() {
            tracing::warn!("the vector index is of another state of {}; it starts anew", library.folder().display());
        }
        if after >= 0 {
            read_changes::read(&snapshot, after, |segment| found.push(segment)).in_library(library.folder())?;
            for segment in removed {
                self.table.remove(segment);
            }
            for segment in found {
                put(&mut self.table, segment);
            }
        } else {
            let mut table = Table::new(library.model().dim);
            let limit = self.settings.scanned_len;
            let take = |segment| {
                put(&mut table, segment);
                if table.len() > limit {
                    table.code();
                }
            };
            read_changes::read(&snapshot, after, take).in_library(library.folder())?;
            (self.table, self.graph, self.stored) = (table, None, None);
        }
        if self.table.len() > self.settings.scanned_len {
            self.table.code();
        }
        if self.revision != Some(snapshot.revision()) {
            (self.full, self.recent) = (OnceLock::new(), none_recent(self.table.dim()));
        }
        self.revision = Some(snapshot.revision());
        Ok(())
    }

    /// Brings it to the latest revision and, where the stored index is missing or has fallen too far behind, makes it
    /// again and stores it, which takes minutes for a million vectors. `watch` is told how far that is, several times a
    /// second, and can break it off.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read, [`Error::Internal`] if no graph can be built; then it still
    /// answers as before. A folder that cannot be written is no error but [`VectorRefresh::NotStored`].
    pub fn refresh(&mut self, watch: &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<VectorRefresh> {
        self.catch_up()?;
        if !self.is_behind() {
            return Ok(VectorRefresh::Unchanged);
        }
        let table = self.table.compact();
        let Values::Coded(codes) = table.values() else {
            return Err(Error::internal(Stage::Catalogue, "a compact table is not coded"));
        };
        tracing::info!("making the vector index of {} vectors", codes.len());
        let graph = match build::build(codes, &self.settings, watch) {
            Ok(graph) => graph,
            Err(NoGraph::Stopped) => return Ok(VectorRefresh::Stopped),
            Err(NoGraph::Failed) => {
                return Err(Error::internal(
                    Stage::Catalogue,
                    "the vector index could not be made; searches scan instead",
                ));
            }
        };
        let stored = self.shelf.write(self.revision(), |folder| file::write(folder, &table, codes, &graph));
        (self.table, self.graph, self.full) = (table, Some(graph), OnceLock::new());
        match stored {
            Ok(generation) => {
                self.stored = Some(generation);
                Ok(VectorRefresh::Stored)
            }
            Err(error) => {
                tracing::warn!("the vector index is not kept: {error}");
                self.stored = None;
                Ok(VectorRefresh::NotStored)
            }
        }
    }

    /// Whether the graph should be made again.
    pub(super) fn is_behind(&self) -> bool {
        if self.table.live_len() <= self.settings.graphed_len {
            return false;
        }
        let Some(graph) = &self.graph else { return true };
        let (dead, delta) = self.behind(graph.len());
        delta > self.settings.delta_len || dead as f64 > self.settings.dead_share * graph.len() as f64
    }

    /// How many of the first `len` rows are dead, and how many live ones there are after them.
    pub(super) fn behind(&self, len: usize) -> (usize, usize) {
        let live = self.table.allowed(&Filter::default());
        let live_within = live.count_ones(..len);
        (len - live_within, self.table.live_len() - live_within)
    }

    /// Takes over the stored index, if there is a sound one.
    pub(super) fn take_stored(&mut self) {
        let read = || {
            let Some(generation) = self.shelf.current()? else { return Ok(None) };
            file::read(&generation, self.table.dim()).map(|(table, graph)| Some((generation, table, graph)))
        };
        // Another process may have replaced the generation between the two reads; a second look finds the new one.
        let stored: Result<_> = read().or_else(|_| read());
        match stored {
            Ok(Some((generation, table, graph))) => {
                self.revision = Some(generation.revision());
                (self.table, self.graph, self.stored) = (table, Some(graph), Some(generation));
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
        let mut full = vec![f32::NAN; self.table.len() * dim];
        let library = self.library();
        let place = |found: read_changes::ChangedSegment| {
            if let (Some(row), Some(vector)) = (self.table.row_of(found.segment), found.vector) {
                full[row * dim..(row + 1) * dim].copy_from_slice(vector.as_slice());
            }
        };
        read_changes::read(&library.snapshot()?, -1, place).in_library(library.folder())?;
        drop(library);
        Ok(self.full.get_or_init(|| mem::take(&mut full)))
    }
}

/// Counts a segment with its vector; one whose vector is damaged is not found.
fn put(table: &mut Table, found: read_changes::ChangedSegment) {
    let segment: SegmentId = found.segment;
    match found.vector {
        Some(vector) => table.put(segment, found.kind, vector.as_slice()),
        None => table.remove(segment),
    }
}
