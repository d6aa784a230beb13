//! What a search should find: the exactly nearest, by comparing every vector.

use auricle::embedding::Embedding;
use auricle::library::vectors::neighbour::Neighbour;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::store::Source;

/// The number of nearest that are compared.
pub(crate) const NEAREST: usize = 10;

/// A vector this little farther than the last of the exact ones is as good: rounding in f32.
const TIE: f32 = 1e-6;

/// Vectors compared at a time.
const BATCH: usize = 100_000;

/// The cosine of the last of the nearest to each query.
pub(crate) struct Truth {
    last: Vec<f32>,
    nearest: usize,
}

impl Truth {
    /// The nearest of the first `vectors` of `source` to each of `queries`.
    pub(crate) fn of(source: &Source, vectors: usize, queries: &[Embedding]) -> Self {
        Truth::among(source, vectors, queries, &|_| true)
    }

    /// The same of those whose numbers are as `wanted`.
    pub(crate) fn among(
        source: &Source,
        vectors: usize,
        queries: &[Embedding],
        wanted: &(dyn Fn(usize) -> bool + Sync),
    ) -> Self {
        let mut best = vec![Vec::new(); queries.len()];
        for start in (0..vectors).step_by(BATCH) {
            let batch = source.library(start, BATCH.min(vectors - start));
            let dim = source.dim();
            best.par_iter_mut().zip(queries.par_iter()).for_each(|(best, query)| {
                let rows = batch.chunks_exact(dim).enumerate().filter(|(row, _)| wanted(start + row));
                best.extend(rows.map(|(_, row)| dot(row, query.as_slice())));
                best.sort_unstable_by(|a, b| b.total_cmp(a));
                best.truncate(NEAREST);
            });
        }
        let nearest = best.first().map_or(0, Vec::len);
        Truth { last: best.iter().map(|best| best.last().copied().unwrap_or(1.0)).collect(), nearest }
    }

    /// How many of the nearest to query `at` are among `found`.
    pub(crate) fn found(&self, at: usize, found: &[Neighbour]) -> usize {
        found.iter().filter(|neighbour| neighbour.cosine >= self.last[at] - TIE).count().min(self.nearest)
    }

    /// How many there are to be found in all.
    pub(crate) fn len(&self) -> usize {
        self.last.len() * self.nearest
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 16];
    for (a, b) in a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0) {
        for lane in 0..16 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}
