//! Vectors → directions that divide them: k-means on the sphere (Dhillon and Modha 2001), for many directions in two steps:
//! first into the square root of as many, then each of those apart.

use rand::rngs::SmallRng;
use rand::seq::index;
use rand::{RngExt, SeedableRng};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use crate::library::vectors::kernels;

/// How often centres are moved into the middle of what is nearest to them.
const ROUNDS: usize = 8;

/// Beyond so many directions they are found in two steps.
const AT_ONCE: usize = 48;

/// Every run divides the same vectors in the same way.
const SEED: u64 = 20_211_130;

/// Vectors of `dim` values one after another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) dim: usize,
}

impl<'a> Rows<'a> {
    fn len(&self) -> usize {
        self.values.len() / self.dim
    }

    fn row(&self, row: usize) -> &'a [f32] {
        &self.values[row * self.dim..(row + 1) * self.dim]
    }
}

/// Up to `count` directions of unit length, row-major `[_, dim]`, that divide `rows`; none if there are no rows.
pub(super) fn divide(rows: Rows<'_>, count: usize) -> Vec<f32> {
    let mut random = SmallRng::seed_from_u64(SEED);
    if count <= AT_ONCE {
        return k_means(rows, count, &mut random).0;
    }
    let (coarse, nearest) = k_means(rows, count.isqrt(), &mut random);
    let mut members = vec![Vec::new(); coarse.len() / rows.dim];
    for (row, centre) in nearest.into_iter().enumerate() {
        members[centre as usize].push(row);
    }
    let members: Vec<(Vec<usize>, u64)> = members.into_iter().map(|rows| (rows, random.random())).collect();
    let fine = |(members, seed): &(Vec<usize>, u64)| {
        let values: Vec<f32> = members.iter().flat_map(|row| rows.row(*row)).copied().collect();
        let share = (count * members.len()).div_ceil(rows.len());
        k_means(Rows { values: &values, dim: rows.dim }, share, &mut SmallRng::seed_from_u64(*seed)).0
    };
    members.par_iter().flat_map_iter(fine).collect()
}

/// Up to `count` directions and which of them each row is nearest to.
fn k_means(rows: Rows<'_>, count: usize, random: &mut SmallRng) -> (Vec<f32>, Vec<u32>) {
    let count = count.min(rows.len());
    let picked = index::sample(random, rows.len(), count);
    let mut centres: Vec<f32> = picked.iter().flat_map(|row| rows.row(row)).copied().collect();
    let mut nearest = Vec::new();
    for _ in 0..ROUNDS {
        nearest = nearest_of(rows, &centres);
        centres = means(rows, &nearest, count, random);
    }
    (centres, nearest)
}

/// Which of `centres` each row is nearest to.
pub(super) fn nearest_of(rows: Rows<'_>, centres: &[f32]) -> Vec<u32> {
    let one = |row: &[f32]| {
        let mut best = (f32::NEG_INFINITY, 0);
        kernels::dot_rows(centres, row, 0..centres.len() / rows.dim, |centre, dot| {
            if dot > best.0 {
                best = (dot, centre as u32);
            }
        });
        best.1
    };
    rows.values.par_chunks_exact(rows.dim).with_min_len(64).map(one).collect()
}

/// The direction of the mean of the rows nearest to each centre; one without any begins again at some row.
fn means(rows: Rows<'_>, nearest: &[u32], count: usize, random: &mut SmallRng) -> Vec<f32> {
    let mut sums = vec![0f32; count * rows.dim];
    for (row, centre) in nearest.iter().enumerate() {
        let sum = &mut sums[*centre as usize * rows.dim..][..rows.dim];
        sum.iter_mut().zip(rows.row(row)).for_each(|(sum, value)| *sum += value);
    }
    for sum in sums.chunks_exact_mut(rows.dim) {
        let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 1e-6 {
            sum.iter_mut().for_each(|value| *value /= length);
        } else {
            sum.copy_from_slice(rows.row(random.random_range(0..rows.len())));
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows around `clusters` axes, 20 to each.
    fn clustered(clusters: usize) -> Vec<f32> {
        let row = |number: usize| {
            let mut row = vec![0.0; clusters + 1];
            (row[number % clusters], row[clusters]) = (1.0, 0.01 * (number / clusters) as f32);
            row
        };
        (0..20 * clusters).flat_map(row).collect()
    }

    #[test]
    fn rows_of_one_cluster_go_to_one_direction_and_clusters_apart_to_others() {
        for clusters in [3, 60] {
            let values = clustered(clusters);
            let rows = Rows { values: &values, dim: clusters + 1 };
            let nearest = nearest_of(rows, &divide(rows, 2 * clusters));
            let mut mixed = 0;
            for (row, direction) in nearest.iter().enumerate() {
                let others = nearest.iter().enumerate().filter(|(_, other)| *other == direction);
                mixed += usize::from(others.into_iter().any(|(other, _)| other % clusters != row % clusters));
            }
            assert!(mixed <= nearest.len() / 4, "{mixed} of {} rows of {clusters} clusters", nearest.len());
        }
    }

    #[test]
    fn copies_and_too_few_rows_are_divided_into_no_more_than_there_are() {
        let values = [0.6f32, 0.8].repeat(50);
        let copies = Rows { values: &values, dim: 2 };
        assert!(divide(copies, 4).chunks_exact(2).all(|row| (row[0] - 0.6).abs() < 1e-6));
        assert_eq!(divide(Rows { values: &values[..4], dim: 2 }, 9).len(), 4);
        assert!(divide(Rows { values: &[], dim: 2 }, 3).is_empty());
    }
}
