//! The answer to a search: segments with their cosines, in one order.

use std::cmp::Ordering;

use crate::library::record::segment::SegmentId;

/// A segment and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The segment.
    pub(crate) segment: SegmentId,
    /// Cosine with the query, −1..=1.
    pub cosine: f32,
}

impl Eq for Neighbour {}

impl Ord for Neighbour {
    /// The nearest is the smallest; equally near ones go by id, so that an answer never depends on the threads.
    fn cmp(&self, other: &Self) -> Ordering {
        other.cosine.total_cmp(&self.cosine).then(self.segment.cmp(&other.segment))
    }
}

impl PartialOrd for Neighbour {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
