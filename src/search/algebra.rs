//! Cosines with what is wanted and what is not → one score. Scores are combined, not vectors: the vector of "dog minus
//! rain" is the vector of nothing.
//!
//! score = Σ w·c / Σ w over what is wanted − Σ v·max(0, d − b) / Σ w over what is not
//!
//! `c` and `d` are cosines, `w` and `v` weights, and `b` is what a sound scores that is not the unwanted one: the lower
//! quartile of its cosines with a sample of the library, or 0 if that is more. So an unwanted query
//! takes nothing from sounds that have nothing of it, and can only push down.

use crate::embedding::Embedding;

/// A query's vector and how much it counts.
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

/// How a segment compares with a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    /// Cosine with each wanted query.
    pub(super) wanted: Vec<f32>,
    /// Their weighted mean.
    pub(super) cosine: f32,
    /// What the unwanted queries take away, at least 0.
    pub(super) penalty: f32,
}

impl Evidence {
    /// What segments are ordered by.
    pub(super) fn score(&self) -> f32 {
        self.cosine - self.penalty
    }
}

impl Algebra {
    /// All parts, those wanted first.
    pub(super) fn parts(&self) -> impl Iterator<Item = &WeightedVector> {
        self.wanted.iter().chain(&self.unwanted)
    }

    /// The weighted mean of `values`, one for each wanted part.
    pub(super) fn mean(&self, values: &[f32]) -> f32 {
        let sum: f32 = self.wanted.iter().zip(values).map(|(part, value)| part.weight * value).sum();
        sum / self.wanted_weight()
    }

    /// The part that is wanted, if it is the only one.
    pub(super) fn single(&self) -> Option<&WeightedVector> {
        match (self.wanted.as_slice(), self.unwanted.as_slice()) {
            ([part], []) => Some(part),
            _ => None,
        }
    }

    /// The evidence in `cosines`, one for each part.
    pub(super) fn weigh(&self, cosines: &[f32]) -> Evidence {
        let (wanted, unwanted) = cosines.split_at(self.wanted.len());
        Evidence { wanted: wanted.to_vec(), cosine: self.mean(wanted), penalty: self.penalty(unwanted) }
    }

    /// The score of `cosines`, one for each part.
    pub(super) fn score(&self, cosines: &[f32]) -> f32 {
        let (wanted, unwanted) = cosines.split_at(self.wanted.len());
        self.mean(wanted) - self.penalty(unwanted)
    }

    /// How much the score moves, at most, when every cosine moves by 1.
    pub(super) fn sensitivity(&self) -> f32 {
        1.0 + self.unwanted.iter().map(|part| part.weight).sum::<f32>() / self.wanted_weight()
    }

    fn penalty(&self, unwanted: &[f32]) -> f32 {
        let taken = self.unwanted.iter().zip(unwanted);
        let taken: f32 = taken.map(|(part, cosine)| part.weight * (cosine - part.baseline).max(0.0)).sum();
        taken / self.wanted_weight()
    }

    fn wanted_weight(&self) -> f32 {
        self.wanted.iter().map(|part| part.weight).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn parts(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<WeightedVector>> {
        let vector = Embedding::normalized(vec![1.0]).unwrap();
        let part = move |(weight, baseline)| WeightedVector { vector: vector.clone(), weight, baseline };
        prop::collection::vec((0.01f32..10.0, -1.0f32..1.0).prop_map(part), count)
    }

    fn cosines(count: usize) -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.0f32..1.0, count)
    }

    proptest! {
        #[test]
        fn what_is_unwanted_only_pushes_down(
            wanted in parts(1..4), unwanted in parts(1..4), cosines in cosines(6), index in 0usize..3, more in 0.0f32..1.0,
        ) {
            let algebra = Algebra { wanted, unwanted };
            let len = algebra.parts().count();
            let score = algebra.weigh(&cosines[..len]).score();
            let without = Algebra { unwanted: Vec::new(), ..algebra.clone() };
            prop_assert!(score <= without.weigh(&cosines[..algebra.wanted.len()]).score());
            let mut nearer = cosines.clone();
            nearer[algebra.wanted.len() + index % algebra.unwanted.len()] += more;
            prop_assert!(algebra.weigh(&nearer[..len]).score() <= score);
            prop_assert_eq!(algebra.score(&cosines[..len]), score);
            let moved = (algebra.weigh(&nearer[..len]).score() - score).abs();
            prop_assert!(moved <= more * algebra.sensitivity() * 1.001 + 1e-5);
        }

        #[test]
        fn what_is_wanted_only_pushes_up(
            wanted in parts(1..4), unwanted in parts(0..3), cosines in cosines(5), index in 0usize..3, more in 0.0f32..1.0,
        ) {
            let algebra = Algebra { wanted, unwanted };
            let len = algebra.parts().count();
            let mut nearer = cosines.clone();
            nearer[index % algebra.wanted.len()] += more;
            prop_assert!(algebra.weigh(&nearer[..len]).score() >= algebra.weigh(&cosines[..len]).score());
        }

        #[test]
        fn one_query_scores_its_cosine(wanted in parts(1), cosine in -1.0f32..1.0) {
            let algebra = Algebra { wanted, unwanted: Vec::new() };
            let evidence = algebra.weigh(&[cosine]);
            prop_assert!((evidence.score() - cosine).abs() < 1e-6);
            prop_assert_eq!(evidence.penalty, 0.0);
        }
    }

    #[test]
    fn sounds_that_have_nothing_of_the_unwanted_keep_their_score() {
        let part =
            |weight, baseline| WeightedVector { vector: Embedding::normalized(vec![1.0]).unwrap(), weight, baseline };
        let algebra = Algebra { wanted: vec![part(1.0, 0.0), part(3.0, 0.0)], unwanted: vec![part(2.0, 0.1)] };
        let score = |cosines: &[f32]| algebra.weigh(cosines).score();
        assert!((score(&[0.4, 0.8, 0.1]) - 0.7).abs() < 1e-6);
        assert!((score(&[0.4, 0.8, -0.5]) - 0.7).abs() < 1e-6);
        assert!((score(&[0.4, 0.8, 0.5]) - 0.5).abs() < 1e-6);
    }
}
