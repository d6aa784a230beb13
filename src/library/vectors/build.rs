//! Rows of a table → a `Graph` through them, by the algorithm of Malkov and Yashunin (2016) as `hnsw_rs` has it.
//!
//! `hnsw_rs` only builds. Its own dump and load trust their files (a damaged one can end the process), its points are
//! spread over the heap at several times their size and it cannot skip the dead while it walks; so the base layer's links
//! are taken over into flat arrays and everything else is done on those.

use std::ops::ControlFlow;

use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::hnsw::Hnsw;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::library::vectors::codes::Codes;
use crate::library::vectors::graph::{Graph, Links};
use crate::library::vectors::settings::Settings;
use crate::panics;

/// How far the making of a graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildProgress {
    /// Vectors that are in it.
    pub done: usize,
    /// Vectors that will be.
    pub total: usize,
}

/// Rows inserted between two looks at whether to go on: well under a second of work.
const ROWS_A_ROUND: usize = 1000;

/// The most layers `hnsw_rs` knows; 16^16 rows would fill them.
const LAYERS: usize = 16;

/// Why there is no graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoGraph {
    /// The caller wanted it to stop.
    Stopped,
    /// It could not be built.
    Failed,
}

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

/// Builds the graph through all rows of `codes`, without links if there are too many, telling `watch` how far it is.
pub(super) fn build(
    codes: &Codes,
    settings: &Settings,
    watch: &dyn Fn(BuildProgress) -> ControlFlow<()>,
) -> Result<Graph, NoGraph> {
    if codes.len() > settings.graphed_most {
        return Ok(Graph::unlinked(codes.len()));
    }
    let Ok(len) = u32::try_from(codes.len()) else { return Err(NoGraph::Failed) };
    // A panic in that crate must not end a search.
    let built = panics::contain(|| {
        // `hnsw_rs` ends the process beyond 256 and has no layers with fewer than two.
        let (connections, construction) = (settings.connections.clamp(2, 255), settings.construction);
        let points = Hnsw::new(connections, codes.len(), LAYERS, construction, RowDistance(codes));
        for start in (0..len).step_by(ROWS_A_ROUND) {
            if watch(BuildProgress { done: start as usize, total: codes.len() }).is_break() {
                return Err(NoGraph::Stopped);
            }
            let end = len.min(start.saturating_add(ROWS_A_ROUND as u32));
            (start..end).into_par_iter().for_each(|row| points.insert((&[row], row as usize)));
        }
        take_over(&points).ok_or(NoGraph::Failed)
    });
    built.unwrap_or_else(|panic| {
        tracing::warn!("the graph of the vectors was given up: {panic}");
        Err(NoGraph::Failed)
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
