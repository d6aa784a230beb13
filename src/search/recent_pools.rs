//! The segments nearest to the texts that were asked for lately, kept while the library stays as it is.

use quick_cache::sync::Cache;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::record::segment::SegmentId;
use crate::library::vectors::search::Mode;

/// Pools that are kept: some 1 MiB.
const KEPT_POOLS: usize = 512;

/// What a pool is kept under: a digest of the direction it lies in, and how exactly it was looked for.
type PoolKey = [u8; 32];

/// Pools of a library as a whole, at one revision of it.
#[derive(Debug)]
pub(super) struct RecentPools(Cache<PoolKey, Vec<SegmentId>>);

impl Default for RecentPools {
    fn default() -> Self {
        RecentPools(Cache::new(KEPT_POOLS))
    }
}

impl RecentPools {
    /// The pool nearest to `direction` as a search by `mode` finds it, by `find` if it is not known.
    ///
    /// # Errors
    /// What `find` reports.
    pub(super) fn nearest_to(
        &self,
        direction: &Embedding,
        mode: Mode,
        find: impl FnOnce() -> Result<Vec<SegmentId>>,
    ) -> Result<Vec<SegmentId>> {
        let mut digest = blake3::Hasher::new();
        digest.update(bytemuck::cast_slice(direction.as_slice()));
        digest.update(&[u8::from(mode == Mode::Exact)]);
        let key = *digest.finalize().as_bytes();
        if let Some(pool) = self.0.get(&key) {
            return Ok(pool);
        }
        let pool = find()?;
        self.0.insert(key, pool.clone());
        Ok(pool)
    }
}
