//! A linear head over frozen embeddings: for each class a weight vector and a bias, learned from a few examples.

use serde::{Deserialize, Serialize};

use crate::embedding::{Embedding, dot};

/// One class of a head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HeadClass {
    /// What it is called.
    pub(crate) name: String,
    /// One weight a value.
    pub(crate) weights: Vec<f32>,
    /// What the logit is without any evidence.
    pub(crate) bias: f32,
}

/// Classes that were learned from examples, each against the rest (logistic regression).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<HeadClass>", into = "Vec<HeadClass>")]
pub struct Head {
    names: Vec<String>,
    classes: Vec<HeadClass>,
}

impl Head {
    /// A head of `classes`.
    pub(crate) fn new(classes: Vec<HeadClass>) -> Self {
        Head { names: classes.iter().map(|class| class.name.clone()).collect(), classes }
    }

    /// The classes' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The classes.
    pub(crate) fn classes(&self) -> &[HeadClass] {
        &self.classes
    }

    /// The log-odds that what `values` stand for is of each class; for a sound the values of its embedding. There
    /// are as many as a class has weights.
    pub(crate) fn logits(&self, values: &[f32]) -> Vec<f32> {
        self.classes.iter().map(|class| class.logit(values)).collect()
    }

    /// How probable it is that what `values` stand for is of each class, 0..=1, whatever the others are.
    pub(crate) fn presences(&self, values: &[f32]) -> Vec<f32> {
        self.logits(values).into_iter().map(sigmoid).collect()
    }
}

impl From<Vec<HeadClass>> for Head {
    fn from(classes: Vec<HeadClass>) -> Self {
        Head::new(classes)
    }
}

impl From<Head> for Vec<HeadClass> {
    fn from(head: Head) -> Self {
        head.classes
    }
}

impl HeadClass {
    /// Where the weights point, how long they are, and the cosine with that direction from which on a sound is of the class;
    /// `None` if they point nowhere.
    pub(crate) fn direction(&self) -> Option<(Embedding, f32, f32)> {
        let length = self.weights.iter().map(|weight| f64::from(*weight).powi(2)).sum::<f64>().sqrt() as f32;
        let direction = Embedding::normalized(self.weights.clone()).ok()?;
        Some((direction, length, -self.bias / length))
    }

    /// The log-odds that what `values` stand for is of this class.
    pub(crate) fn logit(&self, values: &[f32]) -> f32 {
        (dot(&self.weights, values) + f64::from(self.bias)) as f32
    }
}

/// The probability whose log-odds are `logit`.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_where_the_log_odds_are_none() {
        let class = HeadClass { name: "a".into(), weights: vec![3.0, 4.0], bias: -2.5 };
        let (direction, length, boundary) = class.direction().unwrap();
        assert_eq!((direction.as_slice(), length, boundary), (&[0.6f32, 0.8][..], 5.0, 0.5));
        for values in [[1.0, 0.0], [0.0, 1.0], [-0.6, 0.8]] {
            let cosine = Embedding::normalized(values.to_vec()).unwrap().cosine_in_space(&direction);
            assert!((class.logit(&values) - length * (cosine - boundary)).abs() < 1e-5, "{values:?}");
        }
        assert!(HeadClass { weights: vec![0.0; 2], ..class }.direction().is_none());
    }

    #[test]
    fn log_odds_are_turned_into_probabilities() {
        for (logit, expected) in [(0.0, 0.5), (3f32.ln(), 0.75), (-200.0, 0.0), (200.0, 1.0)] {
            assert!((sigmoid(logit) - expected).abs() < 1e-6, "{logit}");
        }
    }
}
