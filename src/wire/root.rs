//! The roots of a library.

use serde::Serialize;

use crate::library::record::root::{LinkPolicy, Root};
use crate::wire::path::text;

/// A folder that is brought up to date where none is named.
#[derive(Debug, Clone, Serialize)]
pub struct RootEntry {
    /// Its path.
    pub path: String,
    /// Patterns of files that are left out.
    pub exclude: Vec<String>,
    /// Whether symbolic links are followed.
    pub follow_links: bool,
    /// Channels that are heard: `mix`, `split` or the number of one.
    pub channels: String,
    /// Whether it is there.
    pub present: bool,
    /// Files known below it that have not vanished.
    pub files: u64,
}

impl RootEntry {
    /// The entry for `root`, below which `files` are known.
    pub fn new(root: &Root, files: u64) -> Self {
        RootEntry {
            path: text(&root.path),
            exclude: root.selection.exclude.clone(),
            follow_links: root.selection.links == LinkPolicy::Follow,
            channels: root.hearing.to_string(),
            present: root.path.exists(),
            files,
        }
    }
}
