//! When a library has codes and a graph, and how the graph is made and walked.

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
