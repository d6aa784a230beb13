//! Many embeddings as the rows of a matrix, and their cosines with many others at once.

use ndarray::Array2;

use crate::embedding::Embedding;
use crate::embedding::products::products;

/// Embeddings of one space, one a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EmbeddingMatrix {
    rows: usize,
    dim: usize,
    /// Row-major `[rows, dim]`.
    values: Vec<f32>,
}

impl EmbeddingMatrix {
    /// `vectors` as rows.
    ///
    /// # Panics
    /// If they differ in dimension.
    pub(crate) fn new<'a>(vectors: impl IntoIterator<Item = &'a Embedding>) -> Self {
        let mut matrix = EmbeddingMatrix { rows: 0, dim: 0, values: Vec::new() };
        for vector in vectors {
            if matrix.rows == 0 {
                matrix.dim = vector.dim();
            }
            assert_eq!(vector.dim(), matrix.dim, "embeddings of different dimensions share no space");
            matrix.values.extend_from_slice(vector.as_slice());
            matrix.rows += 1;
        }
        matrix
    }

    /// Directions of `dim` values as rows; `None` is a row of zeros, whose cosines are 0.
    ///
    /// # Panics
    /// If one has another dimension.
    pub(crate) fn of_directions<'a>(directions: impl IntoIterator<Item = Option<&'a Embedding>>, dim: usize) -> Self {
        let mut matrix = EmbeddingMatrix { rows: 0, dim, values: Vec::new() };
        for direction in directions {
            assert!(direction.is_none_or(|direction| direction.dim() == dim), "directions of different dimensions");
            matrix.rows += 1;
            matrix.values.extend_from_slice(direction.map_or(&[], Embedding::as_slice));
            matrix.values.resize(matrix.rows * dim, 0.0);
        }
        matrix
    }

    /// The cosine of each row with each row of `columns`, −1..=1 but for rounding. The bits of one depend on no other.
    ///
    /// # Panics
    /// If the two differ in dimension.
    pub(crate) fn cosines(&self, columns: &EmbeddingMatrix) -> Array2<f32> {
        let mut cosines = Array2::zeros((self.rows, columns.rows));
        if !cosines.is_empty() {
            assert_eq!(self.dim, columns.dim, "embeddings of different dimensions share no space");
            let places = cosines.as_slice_mut().expect("a new array is in standard order");
            products(&self.values, &columns.values, self.dim, places);
        }
        cosines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(seed: u32, dim: u32) -> Embedding {
        let value = |at: u32| f64::from(seed * 31 + at * 17).sin() as f32;
        Embedding::normalized((0..dim).map(value).collect()).unwrap()
    }

    #[test]
    fn the_product_has_the_cosine_of_each_with_each() {
        let (rows, columns) = ([1, 2, 3].map(|seed| vector(seed, 37)), [4, 5].map(|seed| vector(seed, 37)));
        let cosines = EmbeddingMatrix::new(&rows).cosines(&EmbeddingMatrix::new(&columns));
        for (row, sound) in rows.iter().enumerate() {
            for (column, word) in columns.iter().enumerate() {
                assert!((cosines[[row, column]] - sound.cosine_in_space(word)).abs() < 1e-6);
            }
        }
        let none = EmbeddingMatrix::new(&[]);
        assert_eq!(none.cosines(&EmbeddingMatrix::new(&columns)).dim(), (0, 2));
    }

    #[test]
    #[should_panic(expected = "share no space")]
    fn vectors_of_different_dimensions_are_not_compared() {
        let _ = EmbeddingMatrix::new(&[vector(1, 37)]).cosines(&EmbeddingMatrix::new(&[vector(2, 5)]));
    }
}
