//! Vectors as seen from a mean: the part that all have in common taken away.

use crate::embedding::Embedding;

/// The mean of `vectors`, not scaled to unit length; no values for none.
pub(super) fn mean(vectors: &[Embedding]) -> Vec<f32> {
    let Some(first) = vectors.first() else { return Vec::new() };
    let mut sum = vec![0f64; first.dim()];
    for vector in vectors {
        sum.iter_mut().zip(vector.as_slice()).for_each(|(total, value)| *total += f64::from(*value));
    }
    sum.into_iter().map(|total| (total / vectors.len() as f64) as f32).collect()
}

/// The direction of `vector` from `mean`; that of the vector itself from no mean, and `None` where it lies there.
pub(super) fn apart(vector: &Embedding, mean: &[f32]) -> Option<Embedding> {
    if mean.len() != vector.dim() {
        return Some(vector.clone());
    }
    let difference: Vec<f32> = vector.as_slice().iter().zip(mean).map(|(value, mean)| value - mean).collect();
    // What is left of equal vectors is rounding.
    let is_something = difference.iter().any(|value| value.abs() > f32::EPSILON);
    is_something.then(|| Embedding::normalized(difference).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_in_common_is_taken_away() {
        let vectors = [[0.6, 0.8], [0.6, -0.8]].map(|values| Embedding::from_unit(values.to_vec()).unwrap());
        let mean = mean(&vectors);
        assert_eq!(mean, [0.6, 0.0]);
        assert_eq!(apart(&vectors[0], &mean).unwrap().as_slice(), [0.0, 1.0]);
        assert_eq!(apart(&vectors[0], vectors[0].as_slice()), None);
        assert_eq!(apart(&vectors[0], &super::mean(&[])).unwrap(), vectors[0]);
    }
}
