//! Files taken out of a library, or known in another place.

use serde::Serialize;

/// The object of `prune` and `remove`.
#[derive(Debug, Clone, Serialize)]
pub struct Removal {
    /// Paths of the files.
    pub removed: Vec<String>,
    /// Roots that are forgotten with them.
    pub roots: Vec<String>,
    /// Whether they were only listed.
    pub dry_run: bool,
    /// Space given back on disk.
    pub freed_bytes: u64,
}

/// The object of `relocate`.
#[derive(Debug, Clone, Serialize)]
pub struct RelocationEntry {
    /// Number of files that are in the new place.
    pub found: u64,
    /// Number of those that were known there already.
    pub known: u64,
    /// Paths of the files that are not, which stay known in the old place.
    pub missing: Vec<String>,
    /// Roots that are remembered in the new place.
    pub roots: Vec<String>,
    /// Whether nothing was changed.
    pub dry_run: bool,
}
