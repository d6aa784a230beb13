//! Rows of a table → a `Graph` through them, by the algorithm of Malkov and Yashunin (2016) as `hnsw_rs` has it.
//!
//! `hnsw_rs` only builds. Its own dump and load trust their files (a damaged one can end the process), its points are
//! spread over the heap at several times their size and it cannot skip the dead while it walks; so the base layer's links
//! are taken over into flat arrays and everything else is done on those.

use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::hnsw::Hnsw;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::library::vectors::codes::Codes;
use crate::library::vectors::graph::{Graph, Links};
use crate::panics;

/// How far the making of an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildProgress {
    /// Vectors that are in it.
    pub done: usize,
    /// Vectors that will be.
    pub total: usize,
}

/// The most layers `hnsw_rs` knows; 16^16 rows would fill them.
const LAYERS: usize = 16;

/// The distance of two rows, each given as a slice of its number. Never negative, never NaN, never a panic, which are
/// the three things that `hnsw_rs` cannot take.
struct RowDistance<'a>(&'a Codes);

impl Distance<u32> for RowDistance<'_> {
    fn eval(&self, a: &[u32], b: &[u32]) -> f32 {
        match (a, b) {
            ([a], [b]) => (1.0 - self.0.cosine(*a as usize, *b as usize)).max(0.0),
            _ => f32::MAX,
        }
    }
}

/// Builds the graph through all rows of `codes`, with up to `connections` links a row (M in the paper) chosen among
/// `construction` candidates (efConstruction); `None` if it cannot be built.
pub(super) fn build(codes: &Codes, connections: usize, construction: usize) -> Option<Graph> {
    let len = u32::try_from(codes.len()).ok()?;
    // A panic in that crate must not end a search.
    let built = panics::contain(|| {
        let points = Hnsw::new(connections, codes.len(), LAYERS, construction, RowDistance(codes));
        (0..len).into_par_iter().for_each(|row| points.insert((&[row], row as usize)));
        take_over(&points)
    });
    built.unwrap_or_else(|panic| {
        tracing::warn!("the graph of the vectors was given up: {panic}");
        None
    })
}

/// Reads the base layer's links out of what was built, and which rows stand above it.
fn take_over(points: &Hnsw<'_, u32, RowDistance<'_>>) -> Option<Graph> {
    let (len, points) = (points.get_nb_point(), points.get_point_indexation());
    let (mut links, mut entries, mut highest) = (vec![Vec::new(); len], Vec::new(), (0, 0));
    for point in points {
        let row = u32::try_from(point.get_origin_id()).ok()?;
        let level = point.get_point_id().0;
        highest = highest.max((level, row));
        if level > 0 {
            entries.push(row);
        }
        let neighbours = point.get_neighborhood_id().into_iter().next()?;
        *links.get_mut(row as usize)? = neighbours.iter().map(|neighbour| neighbour.d_id as u32).collect();
    }
    if entries.is_empty() {
        entries.push(highest.1);
    }
    entries.sort_unstable();
    Graph::new(entries, Links::of(&links)?)
}
