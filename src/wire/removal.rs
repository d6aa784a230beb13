//! Files taken out of a library.

use serde::Serialize;

/// The object of `prune` and `remove`.
#[derive(Debug, Clone, Serialize)]
pub struct Removal {
    /// Paths of the files.
    pub removed: Vec<String>,
    /// Whether they were only listed.
    pub dry_run: bool,
    /// Space given back on disk.
    pub freed_bytes: u64,
}
