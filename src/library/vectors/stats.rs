//! What an index says of itself: how much it holds and how it is searched; and what `audit` tries it with.

use crate::embedding::Embedding;
use crate::error::Result;
use crate::library::derived::Generation;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::lists::VectorLists;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::table::Values;

/// How much farther than the last of the exact ones a vector may be and still be as good: rounding in f32.
const TIE: f32 = 1e-6;

/// How far apart in the table the two vectors are between which a sample query lies: a prime, so that it is no multiple
/// of anything.
const APART: usize = 7919;

/// How much an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Vectors that can be found.
    pub(crate) vectors: usize,
    /// Vectors in lists that are found no longer.
    pub(crate) dead: usize,
    /// Vectors in no list.
    pub delta: usize,
    /// Segments of the catalogue without a sound vector.
    pub(crate) damaged: usize,
    /// Lists in use.
    pub lists: usize,
    /// Memory in bytes, without the files that are mapped into it.
    pub memory_bytes: usize,
    /// Size of the stored files in bytes; 0 if there are none.
    pub stored_bytes: u64,
    /// How searches go.
    pub way: Way,
}

/// How an index is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Every vector is compared in f32.
    Scan,
    /// Every vector is compared by its code, the best again in f32.
    CodedScan,
    /// Some lists are compared by codes, the best again in f32.
    Lists,
}

impl Way {
    /// The way's name in tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Way::Scan => "scan",
            Way::CodedScan => "coded scan",
            Way::Lists => "lists",
        }
    }
}

impl VectorIndex {
    /// How much it holds.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let segments = usize::try_from(self.library().totals()?.segments).unwrap_or(usize::MAX);
        let list_bytes = self.lists.as_ref().map_or(0, VectorLists::len_bytes);
        let full_bytes = self.full.get().map_or(0, |full| full.len() * size_of::<f32>());
        Ok(Stats {
            vectors: self.len(),
            dead: self.lists.as_ref().map_or(0, |lists| lists.len() - lists.live_len()),
            delta: self.table.live_len(),
            lists: self.lists.as_ref().map_or(0, VectorLists::list_len),
            damaged: segments.saturating_sub(self.len()),
            memory_bytes: self.table.len_bytes() + list_bytes + full_bytes,
            stored_bytes: self.stored.as_ref().map_or(0, Generation::len_bytes),
            way: match (&self.lists, self.table.values()) {
                (Some(_), _) => Way::Lists,
                (_, Values::Full(_)) => Way::Scan,
                (_, Values::Coded(_)) => Way::CodedScan,
            },
        })
    }

    /// Queries spread evenly over the table, each twice as near to one vector as to another.
    pub(super) fn sample_queries(&self, samples: usize) -> Result<Vec<Embedding>> {
        let live: Vec<usize> = self.live_rows().collect();
        let library = self.library();
        let mut queries = Vec::new();
        for at in (0..live.len()).step_by(live.len().div_ceil(samples.max(1)).max(1)) {
            let vector = |row: usize| self.segment(row).map_or(Ok(None), |segment| library.vector(segment));
            let (near, far) = (vector(live[at])?, vector(live[(at + APART) % live.len()])?);
            if let (Some(near), Some(far)) = (near, far) {
                queries.extend(Embedding::mean(&[(near, 2.0), (far, 1.0)]));
            }
        }
        Ok(queries)
    }
}

/// How many of the `exact` ones are among `nearest`; one as near as the last of them is as good.
pub(super) fn found_of(exact: &[Neighbour], nearest: &[Neighbour]) -> usize {
    let Some(last) = exact.last() else { return 0 };
    nearest.iter().filter(|neighbour| neighbour.cosine >= last.cosine - TIE).count().min(exact.len())
}
