//! Compares an index with the catalogue, vector by vector, and its searches with exact ones. It reads every vector once
//! and holds none of them.

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::search::Mode;
use crate::library::vectors::table::Values;
use crate::library::vectors::top_k::{Nearest, ScoredRow};
use crate::library::vectors::{VectorIndex, kernels, read_changes, stats};

/// How an index compares with the catalogue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Audit {
    /// Vectors of the catalogue that it has.
    pub(crate) same: usize,
    /// Vectors of the catalogue that it has not.
    pub(crate) missing: usize,
    /// Vectors that it has otherwise than the catalogue.
    pub(crate) different: usize,
    /// Vectors that it has and the catalogue has not.
    pub(crate) left_over: usize,
    /// Share of the nearest that searches find, 0..=1: the mean over `queries`; 1 without any.
    pub recall: f64,
    /// Number of queries that were tried.
    pub queries: usize,
}

impl VectorIndex {
    /// Compares it with the catalogue, and the `limit` nearest that its searches find with the true ones for up to
    /// `samples` queries that lie between vectors. `None` if the library is changing so fast that it cannot be done.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn audit(&mut self, limit: usize, samples: usize) -> Result<Option<Audit>> {
        self.catch_up()?;
        let queries = self.sample_queries(samples)?;
        let mut nearest: Vec<Nearest> = queries.iter().map(|_| Nearest::new(limit)).collect();
        let Some(mut audit) = self.compare(&queries, &mut nearest)? else { return Ok(None) };
        let (mut found, mut expected) = (0, 0);
        for (query, exact) in queries.iter().zip(nearest) {
            let exact: Vec<Neighbour> =
                exact.into_sorted().into_iter().filter_map(|scored| self.neighbour(scored)).collect();
            let guess = self.nearest(query, limit, &Filter::default(), Mode::Auto)?;
            found += stats::found_of(&exact, &guess);
            expected += exact.len();
        }
        (audit.queries, audit.recall) =
            (queries.len(), if expected == 0 { 1.0 } else { found as f64 / expected as f64 });
        Ok(Some(audit))
    }

    /// One pass over the catalogue, which also finds those truly `nearest` to each of `queries`.
    fn compare(&self, queries: &[Embedding], nearest: &mut [Nearest]) -> Result<Option<Audit>> {
        let library = self.library();
        let snapshot = library.snapshot()?;
        if snapshot.revision() != self.revision() {
            return Ok(None);
        }
        let mut audit = Audit { same: 0, missing: 0, different: 0, left_over: 0, recall: 1.0, queries: 0 };
        let take = |found: read_changes::ChangedSegment| {
            let Some(vector) = found.vector else { return };
            let Some(row) = self.row_of(found.segment) else {
                audit.missing += 1;
                return;
            };
            *(if self.holds(row, &vector) { &mut audit.same } else { &mut audit.different }) += 1;
            for (query, nearest) in queries.iter().zip(nearest.iter_mut()) {
                kernels::dot_rows(vector.as_slice(), query.as_slice(), std::iter::once(0), |_, cosine| {
                    nearest.push(ScoredRow { cosine: cosine.clamp(-1.0, 1.0), row });
                });
            }
        };
        read_changes::read(&snapshot, -1, take).in_library(library.folder())?;
        audit.left_over = self.len().saturating_sub(audit.same + audit.different);
        Ok(Some(audit))
    }

    /// Whether row `row` holds `vector`.
    fn holds(&self, row: usize, vector: &Embedding) -> bool {
        let dim = vector.dim();
        match self.table.values() {
            Values::Full(values) => values.get(row * dim..(row + 1) * dim) == Some(vector.as_slice()),
            Values::Coded(_) => self.content(row).is_some_and(|(_, code)| code == Code::of(vector.as_slice())),
        }
    }
}
