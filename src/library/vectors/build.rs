//! Rows of a table → a [`Graph`] through them, by the algorithm of Malkov and Yashunin (2016) as `hnsw_rs` has it.
//!
//! `hnsw_rs` only builds. Its own dump and load trust their files (a damaged one can end the process), its points are
//! spread over the heap at several times their size and it cannot skip the dead while it walks; so the links are taken
//! over into flat arrays and everything else is done on those.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::hnsw::Hnsw;
use rayon::prelude::*;

use super::codes::Codes;
use super::graph::{Graph, Layer, Links};
use super::{Building, Settings};

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

/// Builds the graph through all rows of `codes`, telling `watch` how far it is.
pub(super) fn build(
    codes: &Codes,
    settings: &Settings,
    watch: &dyn Fn(Building) -> ControlFlow<()>,
) -> Result<Graph, NoGraph> {
    let Ok(len) = u32::try_from(codes.len()) else { return Err(NoGraph::Failed) };
    // Whatever it trips over in there must not take a search down.
    let built = catch_unwind(AssertUnwindSafe(|| {
        // `hnsw_rs` ends the process beyond 256 and has no layers with fewer than two.
        let (connections, construction) = (settings.connections.clamp(2, 255), settings.construction);
        let points = Hnsw::new(connections, codes.len(), LAYERS, construction, RowDistance(codes));
        for start in (0..len).step_by(ROWS_A_ROUND) {
            if watch(Building { done: start as usize, total: codes.len() }).is_break() {
                return Err(NoGraph::Stopped);
            }
            let end = len.min(start.saturating_add(ROWS_A_ROUND as u32));
            (start..end).into_par_iter().for_each(|row| points.insert((&[row], row as usize)));
        }
        take_over(&points).ok_or(NoGraph::Failed)
    }));
    built.unwrap_or(Err(NoGraph::Failed))
}

/// Reads the links out of what was built.
fn take_over(points: &Hnsw<'_, u32, RowDistance<'_>>) -> Option<Graph> {
    let (len, points) = (points.get_nb_point(), points.get_point_indexation());
    let (mut base, mut entry) = (vec![Vec::new(); len], (0, 0));
    let mut upper: Vec<Vec<(u32, Vec<u32>)>> = vec![Vec::new(); usize::from(points.get_max_level_observed())];
    for point in points {
        let row = u32::try_from(point.get_origin_id()).ok()?;
        let level = usize::from(point.get_point_id().0);
        entry = entry.max((level, row));
        let links = |layer: &Vec<hnsw_rs::hnsw::Neighbour>| layer.iter().map(|n| n.d_id as u32).collect::<Vec<_>>();
        let mut layers = point.get_neighborhood_id().into_iter().take(level + 1).map(|layer| links(&layer));
        *base.get_mut(row as usize)? = layers.next()?;
        for (layer, links) in upper.iter_mut().zip(layers) {
            layer.push((row, links));
        }
    }
    let upper = upper.into_iter().map(|mut layer| {
        layer.sort_unstable();
        let (rows, links): (Vec<_>, Vec<_>) = layer.into_iter().unzip();
        Some(Layer::new(rows, Links::of(&links)?))
    });
    Graph::new(entry.1, Links::of(&base)?, upper.collect::<Option<_>>()?)
}
