//! How much a library holds.

/// How much a library holds. The three numbers of files do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// Files that are found.
    pub files: u64,
    /// Files that could not be indexed.
    pub failed: u64,
    /// Files that are no longer on disk.
    pub vanished: u64,
    /// Segments that are found.
    pub segments: u64,
    /// Vectors stored, those of vanished files included.
    pub vectors: u64,
    /// Length of the files that are found, in seconds.
    pub sound_seconds: f64,
}
