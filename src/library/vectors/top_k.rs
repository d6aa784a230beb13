//! A row of a table with how near it is to a query, and the few nearest of many.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::cores;

/// A row and its cosine with a query. The nearer is the greater; of equally near ones, the earlier row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ScoredRow {
    pub(super) cosine: f32,
    pub(super) row: usize,
}

impl Eq for ScoredRow {}

impl Ord for ScoredRow {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cosine.total_cmp(&other.cosine).then(other.row.cmp(&self.row))
    }
}

impl PartialOrd for ScoredRow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The nearest rows seen so far, at most `limit` of them.
#[derive(Debug, Clone)]
pub(super) struct Nearest {
    limit: usize,
    heap: BinaryHeap<Reverse<ScoredRow>>,
}

impl Nearest {
    /// Nothing seen yet.
    pub(super) fn new(limit: usize) -> Self {
        Nearest { limit, heap: BinaryHeap::new() }
    }

    /// Whether `limit` rows have been seen.
    pub(super) fn is_full(&self) -> bool {
        self.heap.len() >= self.limit
    }

    /// The cosine of the farthest kept.
    pub(super) fn farthest(&self) -> f32 {
        self.heap.peek().map_or(f32::NEG_INFINITY, |Reverse(scored)| scored.cosine)
    }

    /// Takes a row in if it is near enough.
    pub(super) fn push(&mut self, scored: ScoredRow) {
        if !self.is_full() {
            self.heap.push(Reverse(scored));
        } else if self.heap.peek().is_some_and(|Reverse(farthest)| scored > *farthest) {
            self.heap.pop();
            self.heap.push(Reverse(scored));
        }
    }

    /// Takes in what `other` kept.
    pub(super) fn merge(mut self, other: Self) -> Self {
        for Reverse(scored) in other.heap {
            self.push(scored);
        }
        self
    }

    /// What was kept, nearest first.
    pub(super) fn into_sorted(self) -> Vec<ScoredRow> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(scored)| scored).collect()
    }
}

/// How many rows one task scans: enough that handing it out costs nothing beside it.
const ROWS_A_TASK: usize = 2048;

/// The `limit` nearest of `rows`, where `cosines` calls back with each row of a range that it lets through.
pub(super) fn scan<F>(rows: std::ops::Range<usize>, limit: usize, cosines: F) -> Nearest
where
    F: Fn(std::ops::Range<usize>, &mut dyn FnMut(usize, f32)) + Sync,
{
    let tasks = rows.len().div_ceil(ROWS_A_TASK);
    let take_in = |mut nearest: Nearest, task: usize| {
        let start = rows.start + task * ROWS_A_TASK;
        cosines(start..rows.end.min(start + ROWS_A_TASK), &mut |row, cosine| nearest.push(ScoredRow { cosine, row }));
        nearest
    };
    let none = || Nearest::new(limit);
    if cores::are_taken() {
        return (0..tasks).fold(none(), take_in);
    }
    // A thread goes on with what it has found, so that little of what comes later is near enough.
    (0..tasks).into_par_iter().fold(none, take_in).reduce(none, Nearest::merge)
}
