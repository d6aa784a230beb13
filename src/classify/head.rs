//! A linear head over frozen embeddings: for each class a weight vector and a bias, learned from a few examples.

use serde::{Deserialize, Serialize};

use crate::embedding::Embedding;

/// One class of a head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadClass {
    /// What it is called.
    pub name: String,
    /// One weight a value of an embedding.
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

    /// The log-odds that `sound` is of each class.
    pub fn logits(&self, sound: &Embedding) -> Vec<f32> {
        self.classes.iter().map(|class| class.logit(sound)).collect()
    }

    /// How probable it is that `sound` is of each class, 0..=1, whatever the others are.
    pub fn presences(&self, sound: &Embedding) -> Vec<f32> {
        self.logits(sound).into_iter().map(sigmoid).collect()
    }
}

impl HeadClass {
    /// The log-odds that `sound` is of this class.
    pub fn logit(&self, sound: &Embedding) -> f32 {
        let products = self.weights.iter().zip(sound.as_slice()).map(|(a, b)| f64::from(*a) * f64::from(*b));
        (products.sum::<f64>() + f64::from(self.bias)) as f32
    }
}

/// The probability whose log-odds are `logit`.
pub fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}
