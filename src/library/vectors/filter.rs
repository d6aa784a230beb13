//! The choice of segments that a search among vectors may find.

use std::collections::HashSet;

use crate::library::record::segment::{SegmentId, SegmentKind};

/// Which segments a search may find.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Only this kind; `None` for any.
    pub kind: Option<SegmentKind>,
    /// Only these; `None` for all.
    pub among: Option<&'a HashSet<SegmentId>>,
}
