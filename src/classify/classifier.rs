//! What gives labels to sounds: labels in words, or a head that was learned from examples.

use crate::classify::head::Head;
use crate::classify::presence::Rivals;
use crate::classify::zero_shot::{DEFAULT_THRESHOLD, LabelSet, SoundScores, softmax};
use crate::embedding::Embedding;
use crate::error::{Refusal, Result};

/// Something that knows some labels and how far a sound has them.
///
/// ```
/// use auricle::classify::label::read_labels;
/// use auricle::classify::template::Templates;
/// use auricle::classify::vocabulary::Vocabulary;
/// use auricle::classify::zero_shot::LabelSet;
/// use auricle::{Clap, Classifier, Encoder};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let (cache, path) = (folder.path(), folder.path().join("beep.wav"));
/// # let spec = hound::WavSpec { channels: 1, sample_rate: 16_000, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
/// # let mut wav = hound::WavWriter::create(&path, spec)?;
/// # (0..16_000).try_for_each(|i| wav.write_sample(((i as f32 * 0.4).sin() * 9000.0) as i16))?;
/// # wav.finalize()?;
/// let encoder = Encoder::spawn(Clap::starter()?)?;
/// let labels = read_labels(["rain", "beep = a high beep | a sine tone", "dog"])?;
/// let vocabulary = Vocabulary::open(&encoder, cache)?;
/// let classifier = Classifier::Words(LabelSet::new(&encoder, &vocabulary, &labels, &Templates::default())?);
/// let sound = encoder.embed_sound(auricle::audio::open(&path)?)?;
/// let verdicts = classifier.score(&sound.clip, None)?;
/// assert_eq!(verdicts.len(), 3);
/// println!("{} with a probability of {:.2}", verdicts[0].label, verdicts[0].presence);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub enum Classifier {
    /// Labels made into prompts.
    Words(LabelSet),
    /// Classes learned from examples.
    Head(Head),
}

/// A label and how far a sound has it.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelVerdict {
    /// The label's name.
    pub label: String,
    /// How probable it is that the sound has it, 0..=1, whatever the others are.
    pub presence: f32,
    /// Its share among all labels, 0..=1; they sum to 1.
    pub share: f32,
    /// Whether that is enough to say that it does.
    pub is_present: bool,
}

impl Classifier {
    /// The labels' names; the other methods have one value for each, in this order.
    pub fn names(&self) -> &[String] {
        match self {
            Classifier::Words(labels) => labels.names(),
            Classifier::Head(head) => head.names(),
        }
    }

    /// From which presence on a sound has each label: its own threshold, or else `usual`, or else one half.
    pub fn thresholds(&self, usual: Option<f32>) -> Vec<f32> {
        let usual = usual.unwrap_or(DEFAULT_THRESHOLD);
        match self {
            Classifier::Words(labels) => labels.thresholds().iter().map(|own| own.unwrap_or(usual)).collect(),
            Classifier::Head(head) => vec![usual; head.names().len()],
        }
    }

    /// Refuses sounds with vectors of `dim` values, if the labels' have another number and so lie in another space.
    ///
    /// # Errors
    /// [`Refusal::OtherDimension`].
    pub(crate) fn expect_dim(&self, dim: usize) -> Result<()> {
        let differs = |own: &usize| *own != dim;
        let other = match self {
            Classifier::Words(labels) => labels.vectors().iter().map(Embedding::dim).find(differs),
            Classifier::Head(head) => head.classes().iter().map(|class| class.weights.len()).find(differs),
        };
        other.map_or(Ok(()), |own| Err(Refusal::OtherDimension { own, other: dim }.into()))
    }

    /// How likely each label is for `sound`, which is of the labels' space, if it is one of them, 0..=1; they sum to 1.
    pub(crate) fn shares(&self, sound: &Embedding) -> Vec<f32> {
        match self {
            Classifier::Words(labels) => labels.shares(sound),
            Classifier::Head(head) => softmax(&head.logits(sound.as_slice())),
        }
    }

    /// How probable it is that `sound`, which is of the labels' space, has each label, 0..=1, whatever the others are.
    pub(crate) fn presences(&self, sound: &Embedding) -> Vec<f32> {
        match self {
            Classifier::Words(labels) => labels.presences(sound),
            Classifier::Head(head) => head.presences(sound.as_slice()),
        }
    }

    /// What of the presences of each of `sounds`, which are of the labels' space, does not depend on the labels; a head needs
    /// nothing of the kind.
    pub(crate) fn rivals(&self, sounds: &[Embedding]) -> Vec<Rivals> {
        match self {
            Classifier::Words(labels) => labels.rivals(sounds),
            Classifier::Head(_) => vec![Rivals::default(); sounds.len()],
        }
    }

    /// The shares and the presences of the labels in each of `sounds`, which are of their space and whose `rivals` are
    /// known: for a whole library, many sounds at a time.
    pub(crate) fn judge(&self, sounds: &[Embedding], rivals: &[Rivals]) -> Vec<SoundScores> {
        match self {
            Classifier::Words(labels) => labels.judge(sounds, rivals),
            Classifier::Head(_) => {
                let judge = |sound| SoundScores { shares: self.shares(sound), presences: self.presences(sound) };
                sounds.iter().map(judge).collect()
            }
        }
    }

    /// All labels for `sound`, by presence, best first; equally probable ones stay in the order given. `usual` is the
    /// threshold of labels that have none.
    ///
    /// # Errors
    /// [`Refusal::OtherDimension`] if the sound was embedded by another model than the labels.
    pub fn score(&self, sound: &Embedding, usual: Option<f32>) -> Result<Vec<LabelVerdict>> {
        self.expect_dim(sound.dim())?;
        Ok(self.verdicts(&SoundScores { shares: self.shares(sound), presences: self.presences(sound) }, usual))
    }

    /// The same for a sound whose `scores` are known.
    pub fn verdicts(&self, scores: &SoundScores, usual: Option<f32>) -> Vec<LabelVerdict> {
        let judged = scores.presences.iter().copied().zip(self.thresholds(usual));
        let each = self.names().iter().zip(scores.shares.iter().copied()).zip(judged);
        let scored = each.map(|((label, share), (presence, threshold))| LabelVerdict {
            label: label.clone(),
            presence,
            share,
            is_present: presence >= threshold,
        });
        let mut scored: Vec<LabelVerdict> = scored.collect();
        scored.sort_by(|a, b| b.presence.total_cmp(&a.presence));
        scored
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::head::HeadClass;
    use crate::error::Error;

    #[test]
    fn a_sound_of_another_model_is_refused() {
        let class = HeadClass { name: "siren".into(), weights: vec![1.0, 2.0], bias: 0.5 };
        let classifier = Classifier::Head(Head::new(vec![class]));
        let sound = |values: &[f32]| Embedding::normalized(values.to_vec()).unwrap();
        assert_eq!(classifier.score(&sound(&[3.0, 4.0]), None).unwrap().len(), 1);
        for foreign in [sound(&[1.0]), sound(&[1.0; 3])] {
            let refusal = classifier.score(&foreign, None).unwrap_err();
            let dim = foreign.dim();
            assert!(
                matches!(refusal, Error::Request(Refusal::OtherDimension { own: 2, other }) if other == dim),
                "{refusal}"
            );
        }
    }
}
