//! Many embeddings as the rows of a matrix: their cosines with many others are one product, which is blocked for the caches.

use ndarray::{Array2, ArrayView1};

use crate::embedding::Embedding;

/// Embeddings of one space, one a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EmbeddingMatrix(Array2<f32>);

impl EmbeddingMatrix {
    /// `vectors` as rows.
    ///
    /// # Panics
    /// If they differ in dimension.
    pub(crate) fn new<'a>(vectors: impl IntoIterator<Item = &'a Embedding>) -> Self {
        let vectors: Vec<&Embedding> = vectors.into_iter().collect();
        let dim = vectors.first().map_or(0, |vector| vector.dim());
        let mut rows = Array2::zeros((vectors.len(), dim));
        for (mut row, vector) in rows.outer_iter_mut().zip(vectors) {
            assert_eq!(vector.dim(), dim, "embeddings of different dimensions share no space");
            row.assign(&ArrayView1::from(vector.as_slice()));
        }
        EmbeddingMatrix(rows)
    }

    /// The cosine of each row with each row of `columns`, −1..=1 but for rounding.
    ///
    /// # Panics
    /// If the two differ in dimension.
    pub(crate) fn cosines(&self, columns: &EmbeddingMatrix) -> Array2<f32> {
        if self.0.is_empty() || columns.0.is_empty() {
            return Array2::zeros((self.0.nrows(), columns.0.nrows()));
        }
        assert_eq!(self.0.ncols(), columns.0.ncols(), "embeddings of different dimensions share no space");
        self.0.dot(&columns.0.t())
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
