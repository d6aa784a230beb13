//! Zero-shot: labels made into prompts, embedded, and compared with sounds.
//!
//! Labels and templates come in; for each sound its share among the labels goes out (softmax over the model's scale times
//! cosine, one of them always wins), and for each label by itself how probable it is that the sound has it.

use ndarray::ArrayView1;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::classify::label::Label;
use crate::classify::presence::{Presence, Rivals};
use crate::classify::template::Templates;
use crate::classify::vocabulary::Vocabulary;
use crate::embedding::matrix::EmbeddingMatrix;
use crate::embedding::{Embedding, expect_dim};
use crate::encoder::queue::Encoder;
use crate::error::{Need, Refusal, Result};

/// From which presence on a sound is said to have a label, unless the label has a threshold of its own.
///
/// On the half of the classes that presence was fitted to, where a sound may have several labels, F1 is all but the same from
/// 0.3 (0.73) to 0.5 (0.71, within the error of measuring); the highest is taken, because what is said should be right. On the
/// other half it gives precision 0.91 and recall 0.68 (97 unheard clips and 200 mixtures; 0.82 and 0.78 at 0.3), and on 400
/// clips and mixtures of that half that the model has heard 0.95 and 0.89.
pub(crate) const DEFAULT_THRESHOLD: f32 = 0.5;

/// How far one sound has some labels, a value for each.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundScores {
    /// The labels' shares, 0..=1; they sum to 1.
    pub shares: Vec<f32>,
    /// How probable it is that the sound has each, 0..=1.
    pub presences: Vec<f32>,
}

/// Some labels, embedded and ready to be compared with sounds.
#[derive(Debug, Clone)]
pub struct LabelSet {
    names: Vec<String>,
    thresholds: Vec<Option<f32>>,
    prompts: Vec<Embedding>,
    scale: f32,
    presence: Presence,
}

impl LabelSet {
    /// Embeds what `labels` are asked by: their own prompts, or else those that `templates` make. The vectors of several
    /// prompts of one label are averaged. `vocabulary` is by the same model.
    ///
    /// # Errors
    /// [`Refusal::Lacking`] if there are no labels; [`Refusal::OtherDimension`] if the vocabulary is another model's; what
    /// the encoder reports.
    pub fn new(encoder: &Encoder, vocabulary: &Vocabulary, labels: &[Label], templates: &Templates) -> Result<Self> {
        if labels.is_empty() {
            return Err(Refusal::Lacking(Need::Labels).into());
        }
        let means = embed_labels(encoder, labels, templates)?;
        expect_dim(encoder.space().dim, vocabulary.vectors())?;
        Ok(LabelSet {
            names: labels.iter().map(|label| label.name.clone()).collect(),
            thresholds: labels.iter().map(|label| label.threshold).collect(),
            presence: Presence::new(vocabulary.clone(), &means),
            prompts: means,
            scale: encoder.audio_scale(),
        })
    }

    /// The labels' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The labels' own thresholds.
    pub(crate) fn thresholds(&self) -> &[Option<f32>] {
        &self.thresholds
    }

    /// The labels' vectors.
    pub(crate) fn vectors(&self) -> &[Embedding] {
        &self.prompts
    }

    /// How likely each label is for `sound`, which is of their space, if it is one of them, 0..=1; they sum to 1.
    pub(crate) fn shares(&self, sound: &Embedding) -> Vec<f32> {
        self.shared(self.prompts.iter().map(|prompt| sound.cosine_in_space(prompt)))
    }

    fn shared(&self, cosines: impl Iterator<Item = f32>) -> Vec<f32> {
        softmax(&cosines.map(|cosine| self.scale * cosine).collect::<Vec<_>>())
    }

    /// How probable it is that `sound`, which is of their space, has each label, 0..=1, whatever the others are.
    pub(crate) fn presences(&self, sound: &Embedding) -> Vec<f32> {
        self.presence.of(sound, &self.prompts)
    }

    /// What of the presences of each of `sounds`, which are of their space, does not depend on the labels.
    pub(crate) fn rivals(&self, sounds: &[Embedding]) -> Vec<Rivals> {
        self.presence.rivals(sounds)
    }

    /// The shares and the presences of the labels in each of `sounds`, which are of their space and whose rivals are known.
    pub(crate) fn judge(&self, sounds: &[Embedding], rivals: &[Rivals]) -> Vec<SoundScores> {
        let cosines = EmbeddingMatrix::new(sounds).cosines(&EmbeddingMatrix::new(&self.prompts));
        let each: Vec<_> = sounds.iter().zip(rivals).zip(cosines.outer_iter()).collect();
        let judge = |((sound, rivals), cosines): &((&Embedding, &Rivals), ArrayView1<'_, f32>)| SoundScores {
            shares: self.shared(cosines.iter().copied()),
            presences: self.presence.against(rivals, sound, cosines.iter().copied()),
        };
        each.par_iter().map(judge).collect()
    }
}

/// One vector a label, in one batch: the mean of those of its own prompts, or else of those that `templates` make.
///
/// # Errors
/// [`Error::Data`](crate::error::Error::Data) for a prompt that cannot be tokenized; [`Error::Internal`](crate::error::Error::Internal) if the model fails.
pub(crate) fn embed_labels(encoder: &Encoder, labels: &[Label], templates: &Templates) -> Result<Vec<Embedding>> {
    let prompts: Vec<Vec<String>> = labels.iter().map(|label| prompts_of(label, templates)).collect();
    let mut embedded = encoder.embed_text(&prompts.concat())?.into_iter();
    let mean = |prompts: &Vec<String>| {
        let parts: Vec<_> = embedded.by_ref().take(prompts.len()).map(|vector| (vector, 1.0)).collect();
        Embedding::mean(&parts)
    };
    prompts.iter().map(mean).collect()
}

/// What the model is asked about `label`.
fn prompts_of(label: &Label, templates: &Templates) -> Vec<String> {
    if label.prompts.is_empty() { templates.prompts(&label.words()) } else { label.prompts.clone() }
}

/// Softmax of `logits`; the largest is subtracted first, so that none overflows.
pub(crate) fn softmax(logits: &[f32]) -> Vec<f32> {
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
    fn a_labels_own_prompts_are_asked_as_they_are() {
        let templates = Templates::parse(&["hub"]).unwrap();
        let prompts = |text: &str| prompts_of(&Label::parse(text).unwrap(), &templates);
        assert_eq!(prompts("dog_bark"), ["This is a sound of dog bark."]);
        assert_eq!(prompts("dog = woof | a dog barks"), ["woof", "a dog barks"]);
    }
}
