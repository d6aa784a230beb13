//! The vectors of a library, all in memory, and the exact search for the nearest: every one is compared.
//!
//! It is made from the catalogue whenever it is needed and stores nothing. A damaged vector is left out and reported
//! through `tracing`; the rest are still found.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use super::Library;
use super::failure::InLibrary;
use super::record::{SegmentId, SegmentKind};
use crate::embedding::Embedding;
use crate::error::Result;

/// How many rows one task compares: about 2 MiB of 512-value vectors, enough to outweigh handing it out.
const ROWS_A_TASK: usize = 1024;

/// How many sums run side by side in a dot product, so that the compiler can use the widest registers.
const LANES: usize = 16;

/// The stored form of `vector`: little-endian f32.
pub(super) fn encode(vector: &Embedding) -> Vec<u8> {
    vector.as_slice().iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The vector whose stored form is `blob`, or `None` if that is not `dim` values of unit length.
pub(super) fn decode(blob: &[u8], dim: usize) -> Option<Embedding> {
    let (values, rest) = blob.as_chunks::<4>();
    if values.len() != dim || !rest.is_empty() {
        return None;
    }
    Embedding::from_unit(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()).ok()
}

/// A segment and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The segment.
    pub segment: SegmentId,
    /// Cosine with the query, −1..=1.
    pub cosine: f32,
}

impl Eq for Neighbour {}

impl Ord for Neighbour {
    /// The nearest is the smallest; equally near ones go by id, so that an answer never depends on the threads.
    fn cmp(&self, other: &Self) -> Ordering {
        other.cosine.total_cmp(&self.cosine).then(self.segment.cmp(&other.segment))
    }
}

impl PartialOrd for Neighbour {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Every clip vector of the files that are found, row-major `[segments, dim]`.
#[derive(Debug)]
pub struct Vectors {
    dim: usize,
    segments: Vec<SegmentId>,
    values: Vec<f32>,
}

impl Vectors {
    /// Reads the vectors of `library`.
    ///
    /// # Errors
    /// Stage `catalog` if the catalogue cannot be read.
    pub fn load(library: &Library) -> Result<Self> {
        let mut vectors = Vectors { dim: library.model.dim, segments: Vec::new(), values: Vec::new() };
        let damaged = vectors.fill(library).in_library(&library.folder)?;
        if damaged > 0 {
            tracing::warn!("{damaged} damaged vectors in {} are left out", library.folder.display());
        }
        Ok(vectors)
    }

    /// Takes every sound vector in, and counts the damaged ones.
    fn fill(&mut self, library: &Library) -> rusqlite::Result<usize> {
        let sql = "SELECT segment_id, value FROM vectors JOIN segments ON segments.id = segment_id
                   JOIN files ON files.id = file_id WHERE state = 'indexed' AND kind = ?1 ORDER BY segment_id";
        let mut statement = library.connection.prepare(sql)?;
        let mut rows = statement.query([SegmentKind::Clip.name()])?;
        let mut damaged = 0;
        while let Some(row) = rows.next()? {
            // A column of another type than BLOB is damage too, not a failure to read.
            match row.get_ref(1)?.as_blob().ok().and_then(|blob| decode(blob, self.dim)) {
                Some(vector) => {
                    self.segments.push(SegmentId(row.get(0)?));
                    self.values.extend_from_slice(vector.as_slice());
                }
                None => damaged += 1,
            }
        }
        Ok(damaged)
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The `limit` vectors nearest to `query`, nearest first; none if its dimension is not theirs.
    pub fn nearest(&self, query: &Embedding, limit: usize) -> Vec<Neighbour> {
        if query.dim() != self.dim || limit == 0 {
            return Vec::new();
        }
        let tasks = self.values.par_chunks(self.dim * ROWS_A_TASK).zip(self.segments.par_chunks(ROWS_A_TASK));
        let scan = |(rows, segments): (&[f32], &[SegmentId])| {
            let cosines = rows.chunks_exact(self.dim).map(|row| dot(row, query.as_slice()).clamp(-1.0, 1.0));
            keep_nearest(segments.iter().zip(cosines).map(|(s, cosine)| Neighbour { segment: *s, cosine }), limit)
        };
        let nearest = tasks.map(scan).reduce(BinaryHeap::new, |a, b| keep_nearest(a.into_iter().chain(b), limit));
        nearest.into_sorted_vec()
    }
}

/// The `limit` nearest of `found`; the heap's top is the farthest of them.
fn keep_nearest(found: impl Iterator<Item = Neighbour>, limit: usize) -> BinaryHeap<Neighbour> {
    let mut heap = BinaryHeap::new();
    for neighbour in found {
        if heap.len() < limit {
            heap.push(neighbour);
        } else if heap.peek().is_some_and(|farthest| neighbour < *farthest) {
            heap.pop();
            heap.push(neighbour);
        }
    }
    heap
}

/// Dot product of two slices of one length, in f32.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

    use super::*;

    fn unit(dim: usize) -> impl Strategy<Value = Embedding> {
        prop::collection::vec(-1.0f32..1.0, dim).prop_filter_map("no direction", |v| Embedding::normalized(v).ok())
    }

    fn table(dim: usize, rows: &[Embedding]) -> Vectors {
        let values = rows.iter().flat_map(|row| row.as_slice().to_vec()).collect();
        Vectors { dim, segments: (0..rows.len() as i64).map(SegmentId).collect(), values }
    }

    fn naive(rows: &[Embedding], query: &Embedding, limit: usize) -> Vec<Neighbour> {
        let cosine = |row: &Embedding| dot(row.as_slice(), query.as_slice()).clamp(-1.0, 1.0);
        let segments = (0..).map(SegmentId);
        let mut all: Vec<_> =
            rows.iter().zip(segments).map(|(r, s)| Neighbour { segment: s, cosine: cosine(r) }).collect();
        all.sort();
        all.truncate(limit);
        all
    }

    proptest! {
        #[test]
        fn the_scan_finds_what_sorting_everything_finds(
            rows in prop::collection::vec(unit(19), 0..60), query in unit(19), limit in 0usize..70,
        ) {
            // Many equal rows, spread over several tasks, put the order of ties to the test.
            let rows: Vec<Embedding> = rows.iter().cycle().take(rows.len() * 50).cloned().collect();
            prop_assert_eq!(table(19, &rows).nearest(&query, limit), naive(&rows, &query, limit));
        }

        #[test]
        fn the_dot_product_is_the_cosine(a in unit(37), b in unit(37)) {
            assert!((dot(a.as_slice(), b.as_slice()) - a.cosine(&b)).abs() < 1e-6);
        }

        #[test]
        fn a_stored_vector_comes_back_bit_for_bit(v in unit(21)) {
            prop_assert_eq!(decode(&encode(&v), 21), Some(v));
        }

        #[test]
        fn no_blob_makes_the_reader_panic(blob in prop::collection::vec(any::<u8>(), 0..40), dim in 0usize..10) {
            let decoded = decode(&blob, dim);
            assert!(decoded.is_none_or(|vector| vector.dim() == dim));
        }
    }

    #[test]
    fn a_query_of_another_dimension_finds_nothing() {
        let row = Embedding::normalized(vec![1.0, 2.0]).unwrap();
        let query = Embedding::normalized(vec![1.0, 2.0, 3.0]).unwrap();
        assert_eq!(table(2, &[row]).nearest(&query, 5), []);
    }
}
