//! Cosines with what is wanted and what is not → one number that says which segments are worth judging. Numbers are combined,
//! not vectors: the vector of "dog minus rain" is the vector of nothing.
//!
//! promise = Σ w·c / Σ w over what is wanted − Σ v·max(0, d − b) / Σ w over what is not
//!
//! `c` and `d` are cosines, `w` and `v` weights, and `b` is what a sound scores that is not the unwanted one: the lower
//! quartile of its cosines with a sample of the library, or 0 if that is more. So an unwanted query takes nothing from
//! sounds that have nothing of it. What is found is judged by itself ([`crate::search::judgement`]).

use crate::embedding::Embedding;

/// The direction of a query and how much it counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WeightedVector {
    pub(super) vector: Embedding,
    /// Above 0.
    pub(super) weight: f32,
    /// Cosine that counts for nothing; only of use where the query is unwanted.
    pub(super) baseline: f32,
}

/// What is wanted and what is not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Algebra {
    /// At least one.
    pub(super) wanted: Vec<WeightedVector>,
    pub(super) unwanted: Vec<WeightedVector>,
}

impl Algebra {
    /// All parts, those wanted first.
    pub(super) fn parts(&self) -> impl Iterator<Item = &WeightedVector> {
        self.wanted.iter().chain(&self.unwanted)
    }

    /// The part that is wanted, if it is the only one.
    pub(super) fn single(&self) -> Option<&WeightedVector> {
        match (self.wanted.as_slice(), self.unwanted.as_slice()) {
            ([part], []) => Some(part),
            _ => None,
        }
    }

    /// A direction and a factor: no promise of a segment is more than its cosine with the one, times the other. `None` where what
    /// is wanted points nowhere.
    pub(super) fn bound(&self) -> Option<(Embedding, f32)> {
        let wanted: Vec<_> = self.wanted.iter().map(|part| (part.vector.clone(), part.weight)).collect();
        let direction = Embedding::mean(&wanted).ok()?;
        let (sum, weights) = self.wanted.iter().fold((0.0, 0.0), |(sum, weights), part| {
            (sum + part.weight * part.vector.cosine_in_space(&direction), weights + part.weight)
        });
        (sum > 0.0).then(|| (direction, sum / weights))
    }

    /// The promise of `cosines`, one for each part.
    pub(super) fn promise(&self, cosines: &[f32]) -> f32 {
        let (wanted, unwanted) = cosines.split_at(self.wanted.len());
        let sum: f32 = self.wanted.iter().zip(wanted).map(|(part, cosine)| part.weight * cosine).sum();
        (sum - self.penalty(unwanted)) / self.wanted.iter().map(|part| part.weight).sum::<f32>()
    }

    fn penalty(&self, unwanted: &[f32]) -> f32 {
        let taken = self.unwanted.iter().zip(unwanted);
        taken.map(|(part, cosine)| part.weight * (cosine - part.baseline).max(0.0)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_promise_is_more_than_its_bound() {
        let part = |angle: f32, weight| {
            let vector = Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap();
            WeightedVector { vector, weight, baseline: 0.1 }
        };
        let algebra = Algebra { wanted: vec![part(0.0, 1.0), part(1.2, 3.0)], unwanted: vec![part(0.9, 2.0)] };
        let (direction, factor) = algebra.bound().unwrap();
        let mut reached = false;
        for step in 0..628 {
            let sound = part(step as f32 / 100.0, 1.0).vector;
            let cosines: Vec<f32> = algebra.parts().map(|part| part.vector.cosine_in_space(&sound)).collect();
            let (promise, bound) = (algebra.promise(&cosines), factor * direction.cosine_in_space(&sound));
            assert!(promise <= bound + 1e-5, "{promise} > {bound}");
            reached |= promise > bound - 1e-3;
        }
        assert!(reached, "the bound is looser than it has to be");
    }

    #[test]
    fn sounds_that_have_nothing_of_the_unwanted_keep_their_promise() {
        let part =
            |weight, baseline| WeightedVector { vector: Embedding::normalized(vec![1.0]).unwrap(), weight, baseline };
        let algebra = Algebra { wanted: vec![part(1.0, 0.0), part(3.0, 0.0)], unwanted: vec![part(2.0, 0.1)] };
        let promise = |cosines: &[f32]| algebra.promise(cosines);
        assert!((promise(&[0.4, 0.8, 0.1]) - 0.7).abs() < 1e-6);
        assert!((promise(&[0.4, 0.8, -0.5]) - 0.7).abs() < 1e-6);
        assert!((promise(&[0.4, 0.8, 0.5]) - 0.5).abs() < 1e-6);
    }
}
