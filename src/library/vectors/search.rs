//! A query → the segments nearest to it, or the cosine of every one.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, MutexGuard};

use fixedbitset::FixedBitSet;
use rusqlite::OptionalExtension;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::Library;
use crate::library::failure::InLibrary;
use crate::library::record::segment::SegmentId;
use crate::library::vectors::codes::{Code, Codes};
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::table::Values;
use crate::library::vectors::top_k::{ScoredRow, scan};
use crate::library::vectors::{VectorIndex, blob, kernels};
use crate::panics;

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

/// Candidates compared again in f32 beyond twice the number wanted: a code is off by less than the distance between
/// neighbours so many places apart.
const RERANKED_MORE: usize = 32;

impl VectorIndex {
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
    /// [`Mode::Exact`] and up to [`Settings::scanned_len`](crate::library::vectors::settings::Settings::scanned_len) vectors; otherwise off by less than [`CODED_ERROR`].
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn every(&self, query: &Embedding, filter: &Filter<'_>, mode: Mode) -> Result<Vec<Neighbour>> {
        if query.dim() != self.table.dim() {
            return Ok(Vec::new());
        }
        let (allowed, rows) = (self.table.allowed(filter), 0..self.table.len());
        let mut every = Vec::with_capacity(allowed.count_ones(..));
        let mut take = |row, cosine| every.push(self.neighbour(ScoredRow { cosine, row }));
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
    pub(crate) fn cosines(&self, query: &Embedding, segments: &[SegmentId]) -> Result<Vec<Option<f32>>> {
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
    pub(super) fn in_f32(&self, query: &Embedding, rows: &[usize]) -> Result<Vec<Neighbour>> {
        let mut found = Vec::with_capacity(rows.len());
        let values = match self.table.values() {
            Values::Full(values) => Some(values),
            Values::Coded(_) => self.full.get(),
        };
        if let Some(values) = values {
            kernels::dot_rows(values, query.as_slice(), rows.iter().copied(), |row, cosine| {
                if !cosine.is_nan() {
                    found.push(self.neighbour(ScoredRow { cosine: cosine.clamp(-1.0, 1.0), row }));
                }
            });
            return Ok(found);
        }
        let compared = |segment: SegmentId, vector: &Embedding| {
            let mut cosine = 0.0;
            kernels::dot_rows(vector.as_slice(), query.as_slice(), std::iter::once(0), |_, dot| cosine = dot);
            Neighbour { segment, cosine: cosine.clamp(-1.0, 1.0) }
        };
        let mut unread = Vec::new();
        for segment in rows.iter().map(|row| self.table.segment(*row)) {
            match self.recent.get(&segment) {
                Some(vector) => found.push(compared(segment, &vector)),
                None => unread.push(segment),
            }
        }
        if unread.is_empty() {
            return Ok(found);
        }
        self.read(|library| {
            for segment in unread {
                if let Some(vector) = library.vector(segment)? {
                    found.push(compared(segment, &vector));
                    self.recent.insert(segment, Arc::new(vector));
                }
            }
            Ok(found)
        })
    }

    /// Runs `read` with a view that no other search uses meanwhile. What it reads is read in one transaction, and
    /// not one for each vector.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Library) -> Result<T>) -> Result<T> {
        let idle = panics::lock(&self.readers).pop();
        let Some(reader) = idle.or_else(|| self.library().reopen().ok()) else {
            // Another catalogue has taken this one's place; what is still open can be read.
            return read(&self.library());
        };
        let result = reader.snapshot().and_then(|snapshot| read(snapshot.library()));
        panics::lock(&self.readers).push(reader);
        result
    }

    pub(super) fn neighbour(&self, scored: ScoredRow) -> Neighbour {
        Neighbour { segment: self.table.segment(scored.row), cosine: scored.cosine }
    }

    pub(super) fn library(&self) -> MutexGuard<'_, Library> {
        panics::lock(&self.library)
    }
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
    pub(super) fn vector(&self, segment: SegmentId) -> Result<Option<Embedding>> {
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
