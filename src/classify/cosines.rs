//! The cosines of many vectors with many others, as one product of matrices, which is blocked for the caches.

use ndarray::Array2;

use crate::embedding::Embedding;

/// The cosine of each of `rows` with each of `columns`, −1..=1 but for rounding; all zero where they are of different
/// dimensions, as [`Embedding::cosine`] has it.
pub(super) fn cosines_of(rows: &[Embedding], columns: &[Embedding]) -> Array2<f32> {
    match (matrix(rows), matrix(columns)) {
        (Some(rows), Some(columns)) if rows.ncols() == columns.ncols() => rows.dot(&columns.t()),
        _ => Array2::zeros((rows.len(), columns.len())),
    }
}

/// `vectors` as rows; `None` if there are none or they differ in length.
fn matrix(vectors: &[Embedding]) -> Option<Array2<f32>> {
    let dim = vectors.first()?.dim();
    let values = vectors.iter().flat_map(|vector| vector.as_slice().iter().copied()).collect();
    Array2::from_shape_vec((vectors.len(), dim), values).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_has_the_cosine_of_each_with_each() {
        let vector = |seed: u32, dim: u32| {
            let value = |at: u32| f64::from(seed * 31 + at * 17).sin() as f32;
            Embedding::normalized((0..dim).map(value).collect()).unwrap()
        };
        let (rows, columns) = ([1, 2, 3].map(|seed| vector(seed, 37)), [4, 5].map(|seed| vector(seed, 37)));
        let cosines = cosines_of(&rows, &columns);
        for (row, sound) in rows.iter().enumerate() {
            for (column, word) in columns.iter().enumerate() {
                assert!((cosines[[row, column]] - sound.cosine(word)).abs() < 1e-6);
            }
        }
        assert_eq!(cosines_of(&rows, &[vector(6, 5)]), Array2::<f32>::zeros((3, 1)));
        assert_eq!(cosines_of(&[], &columns).dim(), (0, 2));
    }
}
