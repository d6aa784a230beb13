//! Zero-shot labels: which of some words, made into prompts, fit a sound best.
//!
//! Labels and a template come in; probabilities over exactly those labels go out. It decodes nothing and loads no
//! model: sounds come as embeddings.

use crate::embedding::Embedding;
use crate::encoder::Encoder;
use crate::error::{Error, Result};

/// The template of the hub's zero-shot audio pipeline.
pub const DEFAULT_TEMPLATE: &str = "This is a sound of {}.";

/// The place in a template where the label goes.
const PLACEHOLDER: &str = "{}";

/// A label and how likely it is among its rivals.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The label as it was given.
    pub label: String,
    /// Its share, 0..=1; those of all labels sum to 1.
    pub score: f32,
}

/// Some labels, embedded and ready to be compared with sounds.
#[derive(Debug, Clone)]
pub struct LabelSet {
    labels: Vec<String>,
    prompts: Vec<Embedding>,
    scale: f32,
}

impl LabelSet {
    /// Embeds the prompts that `labels` make with `template`. A label given twice counts once.
    ///
    /// # Errors
    /// [`Error::User`] if there are no labels, one is blank, or the template has no `{}`; what the encoder reports.
    pub fn new(encoder: &Encoder, labels: &[String], template: &str) -> Result<Self> {
        let labels = check_labels(labels)?;
        let prompts = labels.iter().map(|label| prompt(label, template)).collect::<Result<Vec<_>>>()?;
        Ok(LabelSet { prompts: encoder.embed_text(&prompts)?, labels, scale: encoder.audio_scale() })
    }

    /// How likely each label is for `sound`, best first; equally likely ones stay in the order given.
    pub fn score(&self, sound: &Embedding) -> Vec<Scored> {
        let logits: Vec<f32> = self.prompts.iter().map(|prompt| self.scale * sound.cosine(prompt)).collect();
        let scores = softmax(&logits).into_iter().zip(&self.labels);
        let mut scored: Vec<_> = scores.map(|(score, label)| Scored { label: label.clone(), score }).collect();
        scored.sort_by(|a, b| b.score.total_cmp(&a.score));
        scored
    }
}

fn check_labels(labels: &[String]) -> Result<Vec<String>> {
    let mut kept: Vec<String> = Vec::with_capacity(labels.len());
    for label in labels.iter().map(|label| label.trim()) {
        if label.is_empty() {
            return Err(Error::user("a label is blank", "separate labels by single commas, for example \"dog,rain\""));
        }
        if !kept.iter().any(|earlier| earlier == label) {
            kept.push(label.to_owned());
        }
    }
    if kept.is_empty() {
        return Err(Error::user("there are no labels to choose from", "name some, for example \"dog,rain\""));
    }
    Ok(kept)
}

/// What the model is asked about `label`: underscores, as data sets write them, become spaces.
fn prompt(label: &str, template: &str) -> Result<String> {
    if !template.contains(PLACEHOLDER) {
        let problem = format!("the template \"{template}\" has no place for the label");
        return Err(Error::user(problem, format!("write {PLACEHOLDER} where it goes, as in \"{DEFAULT_TEMPLATE}\"")));
    }
    Ok(template.replace(PLACEHOLDER, &label.replace('_', " ")))
}

/// Softmax of `logits`; the largest is subtracted first, so that none overflows.
fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.into_iter().map(|power| (power / total) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_is_right_for_small_large_and_equal_logits() {
        for (logits, expected) in [
            (&[0.0f32, 3f32.ln()] as &[f32], &[0.25f32, 0.75] as &[f32]),
            (&[1000.0, 1000.0 + 3f32.ln()], &[0.25, 0.75]),
            (&[-1000.0, 1000.0], &[0.0, 1.0]),
            (&[7.0, 7.0, 7.0, 7.0], &[0.25; 4]),
            (&[5.0], &[1.0]),
            (&[], &[]),
        ] {
            let scores = softmax(logits);
            assert_eq!(scores.len(), expected.len());
            for (score, expected) in scores.iter().zip(expected) {
                assert!((score - expected).abs() < 1e-4, "{logits:?}: {scores:?}");
            }
        }
    }

    #[test]
    fn a_prompt_is_the_template_with_the_label_in_words() {
        assert_eq!(prompt("dog_bark", DEFAULT_TEMPLATE).unwrap(), "This is a sound of dog bark.");
        assert_eq!(prompt("rain", "{}").unwrap(), "rain");
        assert!(prompt("rain", "no place").unwrap_err().to_string().contains("{}"));
    }

    #[test]
    fn labels_are_trimmed_and_counted_once_and_blank_ones_refused() {
        let list = |labels: &[&str]| check_labels(&labels.iter().map(|l| l.to_string()).collect::<Vec<_>>());
        assert_eq!(list(&[" dog", "rain", "dog "]).unwrap(), ["dog", "rain"]);
        assert!(list(&[]).is_err());
        assert!(list(&["dog", " "]).is_err());
    }

    #[test]
    fn scores_are_softmax_over_scaled_cosine_best_first() {
        let unit = |values: [f32; 2]| Embedding::normalized(values.to_vec()).unwrap();
        let set = LabelSet {
            labels: vec!["far".into(), "near".into()],
            prompts: vec![unit([0.0, 1.0]), unit([1.0, 0.0])],
            scale: 3f32.ln(),
        };
        let scored = set.score(&unit([1.0, 0.0]));
        assert_eq!((scored[0].label.as_str(), scored[1].label.as_str()), ("near", "far"));
        assert!((scored[0].score - 0.75).abs() < 1e-6, "{scored:?}");
    }
}
