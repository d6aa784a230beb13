//! A linear head over frozen embeddings: for each class a weight vector and a bias, learned from a few examples.

use serde::{Deserialize, Serialize};

/// One class of a head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadClass {
    /// What it is called.
    pub name: String,
    /// One weight a value.
    pub weights: Vec<f32>,
    /// What the logit is without any evidence.
    pub bias: f32,
}

/// Classes that were learned from examples, each against the rest (logistic regression).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    names: Vec<String>,
    classes: Vec<HeadClass>,
}

impl Head {
    /// A head of `classes`.
    pub fn new(classes: Vec<HeadClass>) -> Self {
        Head { names: classes.iter().map(|class| class.name.clone()).collect(), classes }
    }

    /// The classes' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The classes.
    pub fn classes(&self) -> &[HeadClass] {
        &self.classes
    }

    /// The log-odds that what `values` stand for is of each class; for a sound the values of its embedding.
    pub fn logits(&self, values: &[f32]) -> Vec<f32> {
        self.classes.iter().map(|class| class.logit(values)).collect()
    }

    /// How probable it is that what `values` stand for is of each class, 0..=1, whatever the others are.
    pub fn presences(&self, values: &[f32]) -> Vec<f32> {
        self.logits(values).into_iter().map(sigmoid).collect()
    }
}

impl HeadClass {
    /// The log-odds that what `values` stand for is of this class.
    pub fn logit(&self, values: &[f32]) -> f32 {
        let products = self.weights.iter().zip(values).map(|(a, b)| f64::from(*a) * f64::from(*b));
        (products.sum::<f64>() + f64::from(self.bias)) as f32
    }
}

/// The probability whose log-odds are `logit`.
pub fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}
