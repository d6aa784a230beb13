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
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::lists::VectorLists;
use crate::library::vectors::lists::probe::ListQuestion;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::table::Values;
use crate::library::vectors::top_k::{Nearest, ScoredRow, scan};
use crate::library::vectors::{VectorIndex, blob, kernels, read_changes};
use crate::panics;

/// How a search goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The fastest way that finds nearly all.
    Auto,
    /// Every vector is compared in f32. In a large library the first such search reads them all and keeps them; where they take
    /// more than 4 GB, each such search reads them again.
    Exact,
}

/// More than the cosine of two 8-bit codes differs from that of their vectors; of 512 values it does by up to about 0.003.
pub const CODED_ERROR: f32 = 0.01;

/// What vectors in f32 that are kept for exact searches take at most, in bytes.
const KEPT_EXACT: usize = 4_000_000_000;

/// Candidates kept beyond twice the number wanted, as codes are not exact.
const KEPT_MORE: usize = 32;

/// Standard deviations of the error of a cosine of codes within which a candidate may be one of those wanted.
const DEVIATIONS: f32 = 5.0;

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
        let mut nearest = match (self.table.values(), mode) {
            (Values::Full(values), _) => self.nearest_in_full(values, query, limit, filter),
            (Values::Coded(_), Mode::Exact) if self.is_vast() => self.nearest_in_catalogue(query, limit, filter)?,
            (Values::Coded(_), Mode::Exact) => self.nearest_in_full(self.full()?, query, limit, filter),
            (Values::Coded(_), Mode::Auto) => match self.candidates(query, limit, filter) {
                Some(rows) => self.in_f32(query, &rows)?,
                None => Vec::new(),
            },
        };
        if self.is_damaged() {
            self.warn_of_damage();
            nearest = self.nearest_in_catalogue(query, limit, filter)?;
        }
        // Rows need not lie in the order of their ids, which decides between equally near ones.
        nearest.sort_unstable();
        nearest.truncate(limit);
        Ok(nearest)
    }

    fn nearest_in_full(&self, full: &[f32], query: &Embedding, limit: usize, filter: &Filter<'_>) -> Vec<Neighbour> {
        let allowed = self.allowed(filter);
        let nearest = scan(0..self.row_len(), limit, |rows, take| full_cosines(full, query, rows, &allowed, take));
        nearest.into_sorted().into_iter().filter_map(|scored| self.neighbour(scored)).collect()
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
        let full = match (self.table.values(), mode) {
            (Values::Coded(_), Mode::Exact) if self.is_vast() => {
                return self.nearest_in_catalogue(query, usize::MAX, filter);
            }
            (Values::Full(values), _) => Some(values),
            (Values::Coded(_), Mode::Exact) => Some(self.full()?),
            (Values::Coded(_), Mode::Auto) => None,
        };
        let mut every = Vec::with_capacity(self.len());
        if let Some(full) = full {
            let take = &mut |row, cosine| every.extend(self.neighbour(ScoredRow { cosine, row }));
            full_cosines(full, query, 0..self.row_len(), &self.allowed(filter), take);
        } else {
            let code = Code::of(query.as_slice());
            if let Some(lists) = &self.lists {
                lists.every(&code, filter, |_, segment, cosine| every.push(Neighbour { segment, cosine }));
            }
            self.newer_cosines(&code, filter, |row, cosine| every.extend(self.neighbour(ScoredRow { cosine, row })));
        }
        if self.is_damaged() {
            self.warn_of_damage();
            every = self.nearest_in_catalogue(query, usize::MAX, filter)?;
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
        let rows: Vec<usize> = segments.iter().filter_map(|segment| self.row_of(*segment)).collect();
        let mut found = self.in_f32(query, &rows)?;
        if self.is_damaged() {
            self.warn_of_damage();
            let among = segments.iter().copied().collect();
            found = self.nearest_in_catalogue(query, usize::MAX, &Filter { kind: None, among: Some(&among) })?;
        }
        let found = found.into_iter();
        let known: HashMap<SegmentId, f32> = found.map(|neighbour| (neighbour.segment, neighbour.cosine)).collect();
        Ok(segments.iter().map(|segment| known.get(segment).copied()).collect())
    }

    /// Rows that hold the `limit` nearest allowed ones and some more; `None` if what is stored has turned out to be damaged.
    fn candidates(&self, query: &Embedding, limit: usize, filter: &Filter<'_>) -> Option<Vec<usize>> {
        let code = Code::of(query.as_slice());
        let kept = limit.saturating_mul(2).saturating_add(KEPT_MORE);
        let nearest = self.near(&code, limit, kept, filter)?;
        // Each value of a code is off by up to half a step, evenly, so a cosine by a twelfth of a squared step, for either code.
        let error = nearest.get(limit - 1).map(|last| (last.cosine, DEVIATIONS * (code.step().powi(2) / 3.0).sqrt()));
        let least = error.map_or(-1.0, |(cosine, error)| cosine - error);
        Some(nearest.into_iter().filter(|scored| scored.cosine >= least).map(|scored| scored.row).collect())
    }

    /// The `kept` allowed rows whose codes are nearest to `query`, nearest first, of which the first `limit` are found with great
    /// likelihood; `None` if what is stored has turned out to be damaged.
    pub(super) fn near(&self, query: &Code, limit: usize, kept: usize, filter: &Filter<'_>) -> Option<Vec<ScoredRow>> {
        let selected = filter.among.filter(|among| self.lists.is_some() && among.len() <= self.settings.selected_len);
        let mut nearest = Nearest::new(kept);
        if let Some(among) = selected {
            for row in among.iter().filter_map(|segment| self.row_of(*segment)) {
                let Some((kind, content)) = self.content(row) else { continue };
                if filter.kind.is_none_or(|wanted| wanted == kind) {
                    nearest.push(ScoredRow { cosine: content.cosine(query), row });
                }
            }
        } else {
            if let Some(lists) = &self.lists {
                let question = ListQuestion { query, limit, kept, filter };
                lists.nearest(question)?.into_iter().for_each(|scored| nearest.push(scored));
            }
            nearest = nearest.merge(self.nearest_newer(query, kept, filter));
        }
        Some(nearest.into_sorted())
    }

    /// The `kept` rows nearest to `query` of those that are in no list.
    fn nearest_newer(&self, query: &Code, kept: usize, filter: &Filter<'_>) -> Nearest {
        let Values::Coded(codes) = self.table.values() else { return Nearest::new(kept) };
        let (first, allowed) = (self.newer(), self.table.allowed(filter));
        scan(0..self.table.len(), kept, |rows, take| {
            codes.cosines(query, rows.filter(|row| allowed.contains(*row)), |row, cosine| take(first + row, cosine));
        })
    }

    /// Calls `take` with each row that is in no list and that `filter` lets through, and its cosine with `query`.
    fn newer_cosines(&self, query: &Code, filter: &Filter<'_>, mut take: impl FnMut(usize, f32)) {
        let Values::Coded(codes) = self.table.values() else { return };
        let (first, allowed) = (self.newer(), self.table.allowed(filter));
        codes.cosines(query, allowed.ones(), |row, cosine| take(first + row, cosine));
    }

    /// Whether something stored has been found damaged, so that what was found may be too little.
    fn is_damaged(&self) -> bool {
        self.lists.as_ref().is_some_and(VectorLists::is_damaged)
    }

    /// Whether the vectors in f32 are more than are kept in memory.
    fn is_vast(&self) -> bool {
        self.row_len().saturating_mul(self.table.dim() * size_of::<f32>()) > KEPT_EXACT
    }

    fn warn_of_damage(&self) {
        let library = self.library();
        let shown = library.folder().display();
        tracing::warn!("the vector index of {shown} is damaged; searches read all vectors until it is made again");
    }

    /// The `limit` nearest and some more, in any order, as the catalogue has them, which is read whole.
    fn nearest_in_catalogue(&self, query: &Embedding, limit: usize, filter: &Filter<'_>) -> Result<Vec<Neighbour>> {
        let library = self.library();
        let folder = library.folder();
        let mut found = Vec::new();
        let mut take = |segment: read_changes::ChangedSegment| {
            let allowed = filter.kind.is_none_or(|kind| kind == segment.kind)
                && filter.among.is_none_or(|among| among.contains(&segment.segment));
            if let Some(vector) = segment.vector.filter(|_| allowed) {
                found.push(Neighbour { segment: segment.segment, cosine: vector.cosine_in_space(query) });
            }
            if found.len() >= limit.max(512).saturating_mul(2) {
                found.sort_unstable();
                found.truncate(limit);
            }
        };
        read_changes::read(&library.snapshot()?, -1, &mut take).in_library(folder)?;
        Ok(found)
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
                    found.extend(self.neighbour(ScoredRow { cosine: cosine.clamp(-1.0, 1.0), row }));
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
        for segment in rows.iter().filter_map(|row| self.segment(*row)) {
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

    pub(super) fn neighbour(&self, scored: ScoredRow) -> Option<Neighbour> {
        self.segment(scored.row).map(|segment| Neighbour { segment, cosine: scored.cosine })
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
