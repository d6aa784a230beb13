//! Values that hold where nothing else is asked for, the same for every face.

use std::num::NonZeroUsize;
use std::thread;

/// What else than the model decides a vector. Vectors that another version has made are not mixed with this one's.
pub const RECIPE: &str = env!("CARGO_PKG_VERSION");

/// Hits of a search.
pub const HITS: usize = crate::search::request::DEFAULT_LIMIT;

/// Sounds that are suggested to be judged.
pub const SUGGESTIONS: usize = 10;

/// Groups of duplicates in a list.
pub const DUPLICATE_GROUPS: usize = 200;

/// Number of files decoded at once: one a core.
pub fn threads() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
