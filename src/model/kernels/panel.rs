//! The width of a panel, which packing and multiplying share.

/// Output columns of a panel: three vectors of AVX-512, a multiple of every level's register tile.
pub(super) const PANEL: usize = 48;
