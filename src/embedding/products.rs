//! The dot product of each of many vectors with each of many others, on the widest registers the processor has.
//!
//! A tile of products is summed up at once, so that each value that is read is used several times. In a tile as alone, the
//! lanes of a product are added in the same order: its bits depend on nothing else.

use pulp::{Arch, Simd, WithSimd};

/// Rows and columns of a tile: as many sums as fit the registers of AVX-512, and of AVX2.
const TILE_ROWS: usize = 4;
const WIDE_COLUMNS: usize = 4;
const NARROW_COLUMNS: usize = 2;

/// Lanes of the registers from which on the wide tile fits.
const WIDE_LANES: usize = 16;

/// Writes the product of each row of `rows` with each row of `columns`, both row-major `[_, dim]`, to `places`, row-major
/// `[rows, columns]`.
///
/// # Panics
/// If `dim` is 0, or the lengths are not those of such matrices.
pub(super) fn products(rows: &[f32], columns: &[f32], dim: usize, places: &mut [f32]) {
    let (row_len, column_len) = (rows.len() / dim, columns.len() / dim);
    assert_eq!((rows.len() % dim, columns.len() % dim, places.len()), (0, 0, row_len * column_len));
    Arch::new().dispatch(Products { rows, columns, dim, places });
}

struct Products<'a> {
    rows: &'a [f32],
    columns: &'a [f32],
    dim: usize,
    places: &'a mut [f32],
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if S::F32_LANES >= WIDE_LANES {
            self.tiled::<S, WIDE_COLUMNS>(simd);
        } else {
            self.tiled::<S, NARROW_COLUMNS>(simd);
        }
    }
}

impl Products<'_> {
    #[inline(always)]
    fn tiled<S: Simd, const COLUMNS: usize>(&mut self, simd: S) {
        let (row_len, column_len) = (self.rows.len() / self.dim, self.columns.len() / self.dim);
        let (tiled_rows, tiled_columns) = (row_len - row_len % TILE_ROWS, column_len - column_len % COLUMNS);
        for row in (0..tiled_rows).step_by(TILE_ROWS) {
            for column in (0..tiled_columns).step_by(COLUMNS) {
                self.tile::<S, TILE_ROWS, COLUMNS>(simd, row, column);
            }
            for column in tiled_columns..column_len {
                self.tile::<S, TILE_ROWS, 1>(simd, row, column);
            }
        }
        for row in tiled_rows..row_len {
            for column in 0..column_len {
                self.tile::<S, 1, 1>(simd, row, column);
            }
        }
    }

    /// The products of `ROWS` rows from `row` on with `COLUMNS` columns from `column` on.
    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize, const COLUMNS: usize>(&mut self, simd: S, row: usize, column: usize) {
        let dim = self.dim;
        let (rows, columns) = (self.rows, self.columns);
        let rows: [&[f32]; ROWS] = std::array::from_fn(|index| &rows[(row + index) * dim..][..dim]);
        let columns: [&[f32]; COLUMNS] = std::array::from_fn(|index| &columns[(column + index) * dim..][..dim]);
        // All of one length, so that no place has to be checked.
        let len = dim / S::F32_LANES;
        let wide_rows = rows.map(|row| &S::as_simd_f32s(row).0[..len]);
        let wide_columns = columns.map(|column| &S::as_simd_f32s(column).0[..len]);
        let mut sums = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
        for place in 0..len {
            let right: [S::f32s; COLUMNS] = std::array::from_fn(|index| wide_columns[index][place]);
            for (sums, row) in sums.iter_mut().zip(&wide_rows) {
                let left = row[place];
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = simd.mul_add_f32s(left, right, *sum);
                }
            }
        }
        let column_len = self.columns.len() / dim;
        let rest = dim - dim % S::F32_LANES..dim;
        for (down, (sums, left)) in sums.into_iter().zip(rows).enumerate() {
            for (along, (sum, right)) in sums.into_iter().zip(columns).enumerate() {
                let rest: f32 = left[rest.clone()].iter().zip(&right[rest.clone()]).map(|(a, b)| a * b).sum();
                self.places[(row + down) * column_len + column + along] = simd.reduce_sum_f32s(sum) + rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, proptest};

    use super::*;

    /// Values that differ from place to place.
    fn values(len: usize, seed: usize) -> Vec<f32> {
        (0..len).map(|place| ((place * 7919 + seed * 104_729) % 2003) as f32 / 1001.5 - 1.0).collect()
    }

    fn of(rows: &[f32], columns: &[f32], dim: usize) -> Vec<f32> {
        let mut places = vec![f32::NAN; rows.len() / dim * (columns.len() / dim)];
        products(rows, columns, dim, &mut places);
        places
    }

    proptest! {
        #[test]
        fn each_is_that_of_f64_and_the_same_alone(rows in 0usize..12, columns in 0usize..12, dim in 1usize..70, seed in 0usize..99) {
            let (left, right) = (values(rows * dim, seed), values(columns * dim, seed + 1));
            let together = of(&left, &right, dim);
            for (row, left) in left.chunks(dim).enumerate() {
                for (column, right) in right.chunks(dim).enumerate() {
                    let exact: f64 = left.iter().zip(right).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                    let found = together[row * columns + column];
                    assert!((f64::from(found) - exact).abs() < 1e-5 * dim as f64);
                    assert_eq!(found.to_bits(), of(left, right, dim)[0].to_bits());
                }
            }
        }

        #[test]
        fn no_vectors_have_no_products(dim in 1usize..9, values in prop::collection::vec(-1.0f32..1.0, 0..1)) {
            assert!(of(&[], &values.repeat(dim), dim).is_empty());
        }
    }
}
