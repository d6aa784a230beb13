//! The centres of the lists, and which of them are nearest to a vector.
//!
//! A centre is a direction, coded like a vector, and how far along it the vectors of its list lie on average. An HNSW graph
//! goes through all but the newest; those are compared one by one.

use fixedbitset::FixedBitSet;

use crate::library::vectors::build;
use crate::library::vectors::codes::{Code, Codes};
use crate::library::vectors::graph::Graph;
use crate::library::vectors::top_k::{Nearest, ScoredRow};

/// Up to this many centres all are compared: a walk through a graph of fewer compares nearly as many.
pub(super) const COMPARED: usize = 2048;

/// M and efConstruction of the graph.
const CONNECTIONS: usize = 16;
const CONSTRUCTION: usize = 100;

/// The centres, one a list, by the list's number.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::library::vectors) struct Centres {
    pub(super) directions: Codes,
    /// The mean cosine of the vectors of a list with its direction, −1..=1. As all have length 1, their mean squared distance
    /// from the point so far along the direction is 1 less its square.
    pub(super) lengths: Vec<f32>,
    /// The lists that are in use; the others have been taken apart.
    pub(super) used: FixedBitSet,
    /// Through the first of the directions.
    pub(super) graph: Option<Graph>,
}

impl Centres {
    /// No centres of `dim` values.
    pub(super) fn new(dim: usize) -> Self {
        Centres { directions: Codes::new(dim), lengths: Vec::new(), used: FixedBitSet::new(), graph: None }
    }

    /// Number of lists, with those no longer in use.
    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Adds a list around each of `directions`, row-major `[_, dim]`.
    pub(super) fn extend(&mut self, directions: &[f32]) {
        for direction in directions.chunks_exact(self.directions.dim()) {
            self.used.grow_and_insert(self.len());
            self.directions.push(&Code::of(direction));
            self.lengths.push(0.0);
        }
    }

    /// How many of the first directions the graph goes through.
    pub(super) fn graphed(&self) -> usize {
        self.graph.as_ref().map_or(0, Graph::len)
    }

    /// The list whose centre is nearest to `code`, as far as looking at `breadth` of them shows.
    pub(super) fn list_for(&self, code: &Code, breadth: usize) -> u32 {
        self.nearest(code, breadth).first().map_or(0, |nearest| nearest.row as u32)
    }

    /// Makes the graph through all of them, if there are so many that it pays.
    pub(super) fn join(&mut self) {
        if self.len() > COMPARED {
            self.graph = build::build(&self.directions, CONNECTIONS, CONSTRUCTION);
        }
    }

    /// Some `breadth` or more lists whose centres are nearest to `query`, nearest first, or all.
    pub(super) fn nearest(&self, query: &Code, breadth: usize) -> Vec<ScoredRow> {
        let breadth = breadth.min(self.len());
        let graph = self.graph.as_ref().filter(|graph| breadth * 4 < graph.len());
        let mut nearest = match graph {
            Some(graph) => graph.search(&self.directions, query, breadth, &self.used),
            None => Nearest::new(breadth),
        };
        let newer = graph.map_or(0, Graph::len)..self.len();
        let used = newer.filter(|list| self.used.contains(*list));
        self.directions.cosines(query, used, |row, cosine| nearest.push(ScoredRow { cosine, row }));
        nearest.into_sorted()
    }

    /// Size in memory, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        let graph_bytes = self.graph.as_ref().map_or(0, Graph::len_bytes);
        self.directions.len_bytes() + self.lengths.capacity() * size_of::<f32>() + self.used.len() / 8 + graph_bytes
    }
}
