//! The vectors of a library, held in memory and searched for those nearest to a query.
//!
//! A small library's vectors are read from the catalogue and every one is compared. A larger one's are held as 8-bit
//! codes; a search compares those and then the best again in f32, as the catalogue has them. Through a still larger
//! one's there is a graph, which a search walks for candidates, scanning only what is newer than the graph; the largest are
//! scanned again, because a graph through them finds too little. Codes and
//! graph are derived: [`VectorIndex::refresh`] makes and stores them, [`VectorIndex::open`] reads what is stored and
//! brings it up to the catalogue's revision, and does without it, scanning, when it is missing or damaged. An index
//! never changes the catalogue.

pub mod filter;
mod kernels;
pub(super) mod blob;
mod codes;
mod table;
mod top_k;
mod read_changes;
mod file;
pub mod stats;
mod graph;
mod build;
pub mod refresh;
pub mod audit;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, OnceLock};

use fixedbitset::FixedBitSet;
use rusqlite::OptionalExtension;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::derived::{Generation, Shelf};
use crate::library::failure::InLibrary;
use crate::library::record::SegmentId;
use crate::library::vectors::codes::{Code, Codes};
use crate::library::vectors::filter::Filter;
use crate::library::vectors::graph::Graph;
use crate::library::vectors::table::{Table, Values};
use crate::library::vectors::top_k::{Scored, scan};
use crate::panics;

/// A segment and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The segment.
    pub segment: SegmentId,
    /// Cosine with the query, −1..=1.
    pub cosine: f32,
}

impl Eq for Neighbour {}

impl Ord for Neighbour {
    /// The nearest is the smallest; equally near ones go by id, so that an answer never depends on the threads.
    fn cmp(&self, other: &Self) -> Ordering {
        other.cosine.total_cmp(&self.cosine).then(self.segment.cmp(&other.segment))
    }
}

impl PartialOrd for Neighbour {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How a search goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The fastest way that finds nearly all.
    Auto,
    /// Every vector is compared in f32. In a large library the first such search reads them all, and keeps them.
    Exact,
}

/// More than the cosine of two 8-bit codes differs from that of their vectors; of 512 values it does by up to about 0.003.
pub const CODED_ERROR: f32 = 0.01;

/// What an index is tuned by. The defaults come from the figures in `benches/vectors`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Up to this many vectors, all are compared in f32; above, first by their codes.
    pub scanned_len: usize,
    /// Above this many vectors there is a graph.
    pub graphed_len: usize,
    /// Above this many vectors the graph has no links, and all codes are compared: a million in some 20 ms.
    pub graphed_most: usize,
    /// The graph is made again when this many vectors are newer than it.
    pub delta_len: usize,
    /// The graph is made again when this share of its vectors is dead, 0..=1.
    pub dead_share: f64,
    /// A filter that lets less than this share of the vectors through is answered by a scan, 0..=1.
    pub selective_share: f64,
    /// Links of a vector in the graph: M in the paper, twice that in the base layer.
    pub connections: usize,
    /// Candidates for those links: efConstruction in the paper.
    pub construction: usize,
    /// Candidates kept while searching, at least: ef in the paper.
    pub breadth: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            scanned_len: 30_000,
            graphed_len: 60_000,
            graphed_most: 400_000,
            delta_len: 20_000,
            dead_share: 0.2,
            selective_share: 0.1,
            connections: 16,
            construction: 100,
            breadth: 128,
        }
    }
}

/// How far the making of a graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Building {
    /// Vectors that are in it.
    pub done: usize,
    /// Vectors that will be.
    pub total: usize,
}

/// Candidates compared again in f32 beyond twice the number wanted: a code is off by less than the distance between
/// neighbours so many places apart.
const RERANKED_MORE: usize = 32;

/// The vectors of a library at one revision.
#[derive(Debug)]
pub struct VectorIndex {
    /// A view of its own, for the vectors in f32.
    library: Mutex<Library>,
    /// More such views, for searches at the same time.
    readers: Mutex<Vec<Library>>,
    shelf: Shelf,
    settings: Settings,
    revision: Option<Revision>,
    table: Table,
    /// Goes through the first rows of the table; the rest is newer.
    graph: Option<Graph>,
    stored: Option<Generation>,
    /// All rows in f32, row-major, for [`Mode::Exact`]; NaN where the catalogue has none any more.
    full: OnceLock<Vec<f32>>,
}

impl VectorIndex {
    /// The vectors of `library` as of its latest revision.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read. What is derived never is a reason: it is done without.
    pub fn open(library: &Library) -> Result<Self> {
        VectorIndex::open_with(library, Settings::default())
    }

    /// The same with other settings.
    ///
    /// # Errors
    /// [`Error::Library`](crate::error::Error::Library) if the catalogue cannot be read.
    pub fn open_with(library: &Library, settings: Settings) -> Result<Self> {
        let mut index = VectorIndex {
            library: Mutex::new(library.reopen()?),
            readers: Mutex::default(),
            shelf: shelf(library),
            settings,
            revision: None,
            table: Table::new(library.model().dim),
            graph: None,
            stored: None,
            full: OnceLock::new(),
        };
        index.take_stored();
        index.catch_up()?;
        if index.is_behind() && index.graph.is_none() {
            let folder = library.folder().display();
            tracing::info!("{folder} has no finished vector index; every search compares all until one is made");
        }
        Ok(index)
    }

    /// The revision of the catalogue that it shows.
    pub fn revision(&self) -> Revision {
        self.revision.unwrap_or_default()
    }

    /// Number of vectors that can be found.
    pub fn len(&self) -> usize {
        self.table.live_len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `limit` segments nearest to `query` that `filter` lets through, nearest first; none if the query's dimension
    /// is not the library's.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn nearest(&self, query: &Embedding, limit: usize, filter: &Filter<'_>, mode: Mode) -> Result<Vec<Neighbour>> {
        if query.dim() != self.table.dim() || limit == 0 {
            return Ok(Vec::new());
        }
        let allowed = self.table.allowed(filter);
        let full = match (self.table.values(), mode) {
            (Values::Full(values), _) => values,
            (Values::Coded(_), Mode::Exact) => self.full()?,
            (Values::Coded(codes), Mode::Auto) => {
                let rows = self.candidates(codes, query, limit, &allowed);
                let mut nearest = self.in_f32(query, &rows)?;
                nearest.sort_unstable();
                nearest.truncate(limit);
                return Ok(nearest);
            }
        };
        let nearest = scan(0..self.table.len(), limit, |rows, take| full_cosines(full, query, rows, &allowed, take));
        let mut nearest: Vec<_> = nearest.into_sorted().into_iter().map(|scored| self.neighbour(scored)).collect();
        // Rows need not lie in the order of their ids, which decides between equally near ones.
        nearest.sort_unstable();
        Ok(nearest)
    }

    /// Every segment that `filter` lets through with its cosine, in an order that is the same for every query. Exact in
    /// [`Mode::Exact`] and up to [`Settings::scanned_len`] vectors; otherwise off by less than [`CODED_ERROR`].
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn every(&self, query: &Embedding, filter: &Filter<'_>, mode: Mode) -> Result<Vec<Neighbour>> {
        if query.dim() != self.table.dim() {
            return Ok(Vec::new());
        }
        let (allowed, rows) = (self.table.allowed(filter), 0..self.table.len());
        let mut every = Vec::with_capacity(allowed.count_ones(..));
        let mut take = |row, cosine| every.push(self.neighbour(Scored { cosine, row }));
        match (self.table.values(), mode) {
            (Values::Full(values), _) => full_cosines(values, query, rows, &allowed, &mut take),
            (Values::Coded(_), Mode::Exact) => full_cosines(self.full()?, query, rows, &allowed, &mut take),
            (Values::Coded(codes), Mode::Auto) => {
                codes.cosines(&Code::of(query.as_slice()), rows.filter(|row| allowed.contains(*row)), take);
            }
        }
        Ok(every)
    }

    /// The exact cosine of each of `segments` with `query`; `None` for one that is not there or of another dimension.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn cosines(&self, query: &Embedding, segments: &[SegmentId]) -> Result<Vec<Option<f32>>> {
        if query.dim() != self.table.dim() {
            return Ok(vec![None; segments.len()]);
        }
        let rows: Vec<usize> = segments.iter().filter_map(|segment| self.table.row_of(*segment)).collect();
        let found = self.in_f32(query, &rows)?.into_iter();
        let known: HashMap<SegmentId, f32> = found.map(|neighbour| (neighbour.segment, neighbour.cosine)).collect();
        Ok(segments.iter().map(|segment| known.get(segment).copied()).collect())
    }

    /// Rows that hold the `limit` nearest allowed ones and some more.
    fn candidates(&self, codes: &Codes, query: &Embedding, limit: usize, allowed: &FixedBitSet) -> Vec<usize> {
        let query = Code::of(query.as_slice());
        let wanted = limit.saturating_mul(2).saturating_add(RERANKED_MORE);
        let scan_from = |start: usize| {
            scan(start..self.table.len(), wanted, |rows, take| {
                codes.cosines(&query, rows.filter(|row| allowed.contains(*row)), take);
            })
        };
        let walked = self.graph.as_ref().filter(|graph| graph.is_linked()).and_then(|graph| {
            let possible = allowed.count_ones(..graph.len());
            if (possible as f64) < self.settings.selective_share * graph.len() as f64 {
                return None;
            }
            let nearest = graph.search(codes, &query, self.settings.breadth.max(wanted), allowed);
            // A graph can have parts that no way leads to.
            (nearest.len() >= limit.min(possible)).then(|| nearest.merge(scan_from(graph.len())))
        });
        let mut nearest = walked.unwrap_or_else(|| scan_from(0)).into_sorted();
        nearest.truncate(wanted);
        nearest.into_iter().map(|scored| scored.row).collect()
    }

    /// `rows` compared with `query` in f32; a row that the catalogue has no vector for any more is left out.
    fn in_f32(&self, query: &Embedding, rows: &[usize]) -> Result<Vec<Neighbour>> {
        let mut found = Vec::with_capacity(rows.len());
        let values = match self.table.values() {
            Values::Full(values) => Some(values),
            Values::Coded(_) => self.full.get(),
        };
        if let Some(values) = values {
            kernels::dot_rows(values, query.as_slice(), rows.iter().copied(), |row, cosine| {
                if !cosine.is_nan() {
                    found.push(self.neighbour(Scored { cosine: cosine.clamp(-1.0, 1.0), row }));
                }
            });
            return Ok(found);
        }
        self.read(|library| {
            for row in rows {
                let segment = self.table.segment(*row);
                if let Some(vector) = library.vector(segment)? {
                    let mut cosine = 0.0;
                    kernels::dot_rows(vector.as_slice(), query.as_slice(), std::iter::once(0), |_, dot| cosine = dot);
                    found.push(Neighbour { segment, cosine: cosine.clamp(-1.0, 1.0) });
                }
            }
            Ok(found)
        })
    }

    /// Runs `read` with a view that no other search uses meanwhile. What it reads is read in one transaction, and
    /// not one for each vector.
    fn read<T>(&self, read: impl FnOnce(&Library) -> Result<T>) -> Result<T> {
        let idle = panics::lock(&self.readers).pop();
        let Some(reader) = idle.or_else(|| self.library().reopen().ok()) else {
            // Another catalogue has taken this one's place; what is still open can be read.
            return read(&self.library());
        };
        let result = reader.snapshot().and_then(|snapshot| read(snapshot.library()));
        panics::lock(&self.readers).push(reader);
        result
    }

    fn neighbour(&self, scored: Scored) -> Neighbour {
        Neighbour { segment: self.table.segment(scored.row), cosine: scored.cosine }
    }

    fn library(&self) -> MutexGuard<'_, Library> {
        panics::lock(&self.library)
    }
}

/// Where the vectors' index of `library` is stored.
pub(super) fn shelf(library: &Library) -> Shelf {
    Shelf::new(library, file::NAME, file::FORMAT)
}

/// Calls `take` with each of `rows` that is allowed and the cosine of that row of `values` with `query`.
fn full_cosines(
    values: &[f32],
    query: &Embedding,
    rows: Range<usize>,
    allowed: &FixedBitSet,
    take: &mut dyn FnMut(usize, f32),
) {
    kernels::dot_rows(values, query.as_slice(), rows.filter(|row| allowed.contains(*row)), |row, cosine| {
        if !cosine.is_nan() {
            take(row, cosine.clamp(-1.0, 1.0));
        }
    });
}

impl Library {
    /// The vector of `segment`; `None` if there is none or it is damaged.
    fn vector(&self, segment: SegmentId) -> Result<Option<Embedding>> {
        let read = || {
            let mut statement = self.connection.prepare_cached("SELECT value FROM vectors WHERE segment_id = ?1")?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(row.get_ref(0)?.as_blob().ok().and_then(|blob| blob::decode(blob, self.model.dim)))
            };
            statement.query_row([segment.0], read).optional()
        };
        Ok(read().in_library(&self.folder)?.flatten())
    }
}

#[cfg(test)]
mod tests;
