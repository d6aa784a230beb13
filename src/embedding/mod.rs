//! The point in the shared space that stands for a sound or a prompt.
//!
//! An [`Embedding`] is finite and has unit length from the moment it exists, so that cosine is a dot product everywhere
//! and no index ever meets NaN. A [`Space`] says which model made it: embeddings of different spaces cannot be compared.

pub(crate) mod matrix;
mod products;

use pulp::Arch;

use crate::error::{Error, Refusal, Result, Stage};

/// How far a stored vector's squared length may be from 1 before it is refused as damaged.
const UNIT_TOLERANCE: f64 = 1e-3;

/// Products that are summed apart from each other.
const LANES: usize = 8;

/// A finite vector of unit length (L2), `dim` values of f32.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding(Box<[f32]>);

/// The space that a model's embeddings lie in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// The name the model was loaded by: `starter`, a folder's full path or a hub id.
    pub name: String,
    /// Hash of everything that decides a vector, in hex.
    pub fingerprint: String,
    /// Length of the vectors.
    pub dim: usize,
}

impl Embedding {
    /// Scales `values` to unit length.
    ///
    /// # Errors
    /// [`Error::Internal`] if `values` is empty, holds a value that is not finite, or is all zeros.
    pub fn normalized(values: Vec<f32>) -> Result<Self> {
        let norm = squared_norm(&values).sqrt();
        if !norm.is_finite() || norm == 0.0 {
            return Err(Error::internal(
                Stage::Encode,
                format!("a vector of {} values and length {norm} has no direction", values.len()),
            ));
        }
        Ok(Embedding(values.iter().map(|v| (f64::from(*v) / norm) as f32).collect()))
    }

    /// Takes `values` that already have unit length, bit for bit, as a store gives them back.
    ///
    /// # Errors
    /// [`Error::Internal`] if a value is not finite or the length differs from 1 by more than rounding.
    pub(crate) fn from_unit(values: Vec<f32>) -> Result<Self> {
        let squared = squared_norm(&values);
        if !squared.is_finite() || (squared - 1.0).abs() > UNIT_TOLERANCE {
            return Err(Error::internal(
                Stage::Catalogue,
                format!("a stored vector has squared length {squared} instead of 1"),
            ));
        }
        Ok(Embedding(values.into_boxed_slice()))
    }

    /// The direction of the weighted mean of `parts`: how the windows of one sound become one vector.
    ///
    /// # Errors
    /// [`Error::Internal`] if `parts` is empty, the dimensions differ, or the parts cancel out.
    pub fn mean(parts: &[(Embedding, f32)]) -> Result<Self> {
        let Some((first, _)) = parts.first() else {
            return Err(Error::internal(Stage::Encode, "the mean of no vectors was asked for"));
        };
        if let [(only, _)] = parts {
            return Ok(only.clone());
        }
        let mut sum = vec![0f64; first.dim()];
        for (part, weight) in parts {
            if part.dim() != sum.len() {
                return Err(Error::internal(Stage::Encode, "vectors of different dimensions cannot be averaged"));
            }
            for (total, value) in sum.iter_mut().zip(part.as_slice()) {
                *total += f64::from(*value) * f64::from(*weight);
            }
        }
        Embedding::normalized(sum.into_iter().map(|v| v as f32).collect())
    }

    /// Number of values.
    pub fn dim(&self) -> usize {
        self.0.len()
    }

    /// The values, unit length.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// Cosine similarity, −1..=1.
    ///
    /// # Errors
    /// [`Refusal::OtherDimension`] if the dimensions differ: such embeddings share no space.
    pub fn cosine(&self, other: &Embedding) -> Result<f32> {
        expect_dim(self.dim(), [other])?;
        Ok(self.cosine_in_space(other))
    }

    /// The same for an embedding of the same space: of one encoder, or of a library that was opened for its model.
    ///
    /// # Panics
    /// If the dimensions differ, which that rules out.
    pub(crate) fn cosine_in_space(&self, other: &Embedding) -> f32 {
        dot(&self.0, &other.0).clamp(-1.0, 1.0) as f32
    }
}

/// Refuses `vectors` of which one has not `dim` values: it is of another space.
///
/// # Errors
/// [`Refusal::OtherDimension`].
pub(crate) fn expect_dim<'a>(dim: usize, vectors: impl IntoIterator<Item = &'a Embedding>) -> Result<()> {
    match vectors.into_iter().map(Embedding::dim).find(|other| *other != dim) {
        None => Ok(()),
        Some(other) => Err(Refusal::OtherDimension { own: dim, other }.into()),
    }
}

/// The stored form of `vectors`: little-endian f32, one vector after the other.
pub(crate) fn to_bytes(vectors: &[Embedding]) -> Vec<u8> {
    vectors.iter().flat_map(Embedding::as_slice).flat_map(|value| value.to_le_bytes()).collect()
}

/// The `count` vectors of `dim` values whose stored form is `bytes`; `None` if they are not that, or not of unit length.
pub(crate) fn from_bytes(bytes: &[u8], count: usize, dim: usize) -> Option<Vec<Embedding>> {
    let (values, rest) = bytes.as_chunks::<4>();
    if dim == 0 || !rest.is_empty() || values.len() != count * dim {
        return None;
    }
    let values: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    values.chunks_exact(dim).map(|row| Embedding::from_unit(row.to_vec()).ok()).collect()
}

/// The sum of the products of `a` and `b`. It is summed in lanes, which a processor adds at once: labels for a library are
/// a thousand of these a sound.
///
/// # Panics
/// If they differ in length.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len(), "vectors of different dimensions share no space");
    Arch::new().dispatch(|| dot_in_lanes(a, b))
}

/// The bits are the same on all registers: each lane has its sum.
#[inline(always)]
fn dot_in_lanes(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0f64; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += f64::from(a[lane]) * f64::from(b[lane]);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    sums.iter().sum::<f64>() + rest
}

fn squared_norm(values: &[f32]) -> f64 {
    values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_has_unit_length_and_rejects_what_has_no_direction() {
        let unit = Embedding::normalized(vec![3.0, 4.0]).unwrap();
        assert_eq!(unit.as_slice(), [0.6, 0.8]);
        for bad in [vec![], vec![0.0, 0.0], vec![f32::NAN, 1.0], vec![f32::INFINITY, 1.0]] {
            assert!(Embedding::normalized(bad).is_err());
        }
    }

    #[test]
    fn from_unit_keeps_bits_and_rejects_damage() {
        let unit = Embedding::normalized(vec![0.3, -0.2, 0.9]).unwrap();
        assert_eq!(Embedding::from_unit(unit.as_slice().to_vec()).unwrap(), unit);
        assert!(Embedding::from_unit(vec![0.5, 0.5]).is_err());
        assert!(Embedding::from_unit(vec![f32::NAN, 1.0]).is_err());
    }

    #[test]
    fn stored_vectors_come_back_and_nothing_else_does() {
        let vectors: Vec<_> =
            [[1.0f32, 2.0], [3.0, -1.0]].map(|values| Embedding::normalized(values.to_vec()).unwrap()).to_vec();
        let bytes = to_bytes(&vectors);
        assert_eq!(from_bytes(&bytes, 2, 2), Some(vectors));
        assert_eq!(from_bytes(&bytes, 3, 2), None);
        assert_eq!(from_bytes(&bytes[1..], 2, 2), None);
        assert_eq!(from_bytes(&[0; 16], 2, 2), None, "nothing of unit length");
        assert_eq!(from_bytes(&[], 0, 0), None);
    }

    #[test]
    fn mean_weighs_its_parts() {
        let x = Embedding::normalized(vec![1.0, 0.0]).unwrap();
        let y = Embedding::normalized(vec![0.0, 1.0]).unwrap();
        let mean = Embedding::mean(&[(x.clone(), 3.0), (y.clone(), 4.0)]).unwrap();
        assert_eq!(mean.as_slice(), [0.6, 0.8]);
        assert_eq!(Embedding::mean(&[(x.clone(), 0.2)]).unwrap(), x);
        assert!(Embedding::mean(&[]).is_err());
    }

    #[test]
    fn a_dot_product_is_that_of_all_values_whatever_their_number() {
        for len in 0..40 {
            let a: Vec<f32> = (0..len).map(|i| (i as f32 * 0.7).sin()).collect();
            let b: Vec<f32> = (0..len).map(|i| (i as f32 * 1.3).cos()).collect();
            let expected: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            assert!((dot(&a, &b) - expected).abs() < 1e-12, "{len}");
        }
    }

    #[test]
    fn cosine_stays_in_range() {
        let v = Embedding::normalized(vec![0.1; 512]).unwrap();
        assert!((0.999_999..=1.0).contains(&v.cosine(&v).unwrap()));
    }

    #[test]
    fn vectors_of_different_dimensions_are_not_compared() {
        let [one, two] = [1, 2].map(|dim| Embedding::normalized(vec![1.0; dim]).unwrap());
        let refused = one.cosine(&two);
        assert!(matches!(refused, Err(Error::Request(Refusal::OtherDimension { own: 1, other: 2 }))), "{refused:?}");
    }
}
