//! What an index says of itself: how much it holds and how it is searched; and what `audit` tries it with.

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::derived::Generation;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::graph::Graph;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::table::Values;

/// How much farther than the last of the exact ones a vector may be and still be as good: rounding in f32.
const TIE: f32 = 1e-6;

/// How far apart in the table the two vectors are between which a sample query lies: a prime, so that it is no multiple
/// of anything.
const APART: usize = 7919;

/// How much an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Vectors that can be found.
    pub(crate) vectors: usize,
    /// Vectors in the graph that are found no longer.
    pub(crate) dead: usize,
    /// Vectors newer than the graph, all if there is none.
    pub delta: usize,
    /// Segments of the catalogue without a sound vector.
    pub(crate) damaged: usize,
    /// Memory in bytes.
    pub memory_bytes: usize,
    /// Size of the stored files in bytes; 0 if there are none.
    pub stored_bytes: u64,
    /// How searches go.
    pub way: Way,
}

/// How an index is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Every vector is compared in f32.
    Scan,
    /// Every vector is compared by its code, the best again in f32.
    CodedScan,
    /// The graph is walked.
    Graph,
}

impl Way {
    /// The way's name in tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Way::Scan => "scan",
            Way::CodedScan => "coded scan",
            Way::Graph => "graph",
        }
    }
}

impl VectorIndex {
    /// How much it holds.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let (dead, delta) = self.behind(self.graph.as_ref().map_or(0, Graph::len));
        let segments = usize::try_from(self.library().totals()?.segments).unwrap_or(usize::MAX);
        let graph_bytes = self.graph.as_ref().map_or(0, Graph::len_bytes);
        let full_bytes = self.full.get().map_or(0, |full| full.len() * size_of::<f32>());
        Ok(Stats {
            vectors: self.len(),
            dead,
            delta,
            damaged: segments.saturating_sub(self.len()),
            memory_bytes: self.table.len_bytes() + graph_bytes + full_bytes,
            stored_bytes: self.stored.as_ref().map_or(0, Generation::len_bytes),
            way: match (&self.graph, self.table.values()) {
                (Some(graph), _) if graph.is_linked() => Way::Graph,
                (_, Values::Full(_)) => Way::Scan,
                (_, Values::Coded(_)) => Way::CodedScan,
            },
        })
    }

    /// Queries spread evenly over the table, each twice as near to one vector as to another.
    pub(super) fn sample_queries(&self, samples: usize) -> Result<Vec<Embedding>> {
        let live: Vec<usize> = self.table.allowed(&Filter::default()).ones().collect();
        let library = self.library();
        let mut queries = Vec::new();
        for at in (0..live.len()).step_by(live.len().div_ceil(samples.max(1)).max(1)) {
            let near = library.vector(self.table.segment(live[at]))?;
            let far = library.vector(self.table.segment(live[(at + APART) % live.len()]))?;
            if let (Some(near), Some(far)) = (near, far) {
                queries.extend(Embedding::mean(&[(near, 2.0), (far, 1.0)]));
            }
        }
        Ok(queries)
    }
}

/// How many of the `exact` ones are among `nearest`; one as near as the last of them is as good.
pub(super) fn found_of(exact: &[Neighbour], nearest: &[Neighbour]) -> usize {
    let Some(last) = exact.last() else { return 0 };
    nearest.iter().filter(|neighbour| neighbour.cosine >= last.cosine - TIE).count().min(exact.len())
}
