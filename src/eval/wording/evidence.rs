//! The sounds that wordings are tried on, perhaps with what they are.

use crate::embedding::{Embedding, expect_dim};
use crate::error::{Error, Need, Refusal, Result, Stage};

/// Sounds, and which label each has where that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundSample {
    sounds: Vec<Embedding>,
    truth: Option<Vec<Option<usize>>>,
}

/// Which labels come first and second for a sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TopTwo {
    /// The best label's place among the labels and its cosine.
    pub(crate) first: (usize, f32),
    /// The same for the next best; `None` if there is one label only.
    pub(crate) second: Option<(usize, f32)>,
}

impl TopTwo {
    /// By how much the best leads; `None` without a second.
    pub(crate) fn margin(&self) -> Option<f32> {
        self.second.map(|(_, cosine)| self.first.1 - cosine)
    }

    /// The best cosine among the labels other than the one at `label`.
    pub(crate) fn best_rival(&self, label: usize) -> Option<f32> {
        if self.first.0 == label { self.second.map(|(_, cosine)| cosine) } else { Some(self.first.1) }
    }
}

impl SoundSample {
    /// `sounds`, and for each the place of its label among the labels, `None` where it is not known or is no label.
    ///
    /// # Errors
    /// [`Refusal::Lacking`] if there are no sounds, [`Refusal::OtherDimension`] if they are not of one space;
    /// [`Error::Internal`] if the truth is not about as many.
    pub fn new(sounds: Vec<Embedding>, truth: Option<Vec<Option<usize>>>) -> Result<Self> {
        if sounds.is_empty() {
            return Err(Refusal::Lacking(Need::TrialSounds).into());
        }
        if truth.as_ref().is_some_and(|truth| truth.len() != sounds.len()) {
            return Err(Error::internal(Stage::Search, "the truth is about other sounds"));
        }
        expect_dim(sounds[0].dim(), &sounds)?;
        Ok(SoundSample { sounds, truth })
    }

    /// The sounds.
    pub fn sounds(&self) -> &[Embedding] {
        &self.sounds
    }

    /// Which label each sound has, where that is known at all.
    pub fn truth(&self) -> Option<&[Option<usize>]> {
        self.truth.as_deref()
    }

    /// Refuses `vectors` of another space than the sounds'.
    ///
    /// # Errors
    /// [`Refusal::OtherDimension`].
    pub(super) fn expect_space<'a>(&self, vectors: impl IntoIterator<Item = &'a Embedding>) -> Result<()> {
        expect_dim(self.sounds[0].dim(), vectors)
    }

    /// Which of the labels with `vectors`, of which there is one at least, each sound is nearest to; all are of one space.
    pub(super) fn podiums(&self, vectors: &[&Embedding]) -> Vec<TopTwo> {
        self.sounds.iter().map(|sound| podium(sound, vectors)).collect()
    }
}

/// Of equally near labels the earlier comes first.
fn podium(sound: &Embedding, vectors: &[&Embedding]) -> TopTwo {
    let mut podium = TopTwo { first: (0, f32::NEG_INFINITY), second: None };
    for (label, vector) in vectors.iter().enumerate() {
        let cosine = sound.cosine_in_space(vector);
        if cosine > podium.first.1 {
            podium.second = (label > 0).then_some(podium.first);
            podium.first = (label, cosine);
        } else if podium.second.is_none_or(|(_, second)| cosine > second) {
            podium.second = Some((label, cosine));
        }
    }
    podium
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: [f32; 3]) -> Embedding {
        Embedding::normalized(values.to_vec()).unwrap()
    }

    #[test]
    fn the_podium_has_the_two_nearest_labels() {
        let labels = [vector([1.0, 0.0, 0.0]), vector([0.0, 1.0, 0.0]), vector([0.0, 0.0, 1.0])];
        let labels: Vec<_> = labels.iter().collect();
        let places = |values| {
            let podium = podium(&vector(values), &labels);
            (podium.first.0, podium.second.unwrap().0)
        };
        assert_eq!(places([3.0, 2.0, 1.0]), (0, 1));
        assert_eq!(places([2.0, 1.0, 3.0]), (2, 0));
        assert_eq!(places([1.0, 3.0, 2.0]), (1, 2));
        assert_eq!(places([1.0, 1.0, 1.0]), (0, 1));
        let one = podium(&vector([1.0, 1.0, 1.0]), &labels[..1]);
        assert_eq!((one.first.0, one.second, one.margin(), one.best_rival(0)), (0, None, None, None));
        let podium = podium(&vector([3.0, 4.0, 0.0]), &labels);
        assert!((podium.margin().unwrap() - 0.2).abs() < 1e-6);
        assert!((podium.best_rival(1).unwrap() - 0.6).abs() < 1e-6);
        assert!((podium.best_rival(2).unwrap() - 0.8).abs() < 1e-6);
    }

    #[test]
    fn there_are_sounds_and_the_truth_is_about_them() {
        assert!(matches!(SoundSample::new(Vec::new(), None), Err(Error::Request(_))));
        assert!(SoundSample::new(vec![vector([1.0, 0.0, 0.0])], Some(vec![])).is_err());
    }

    #[test]
    fn what_is_of_another_space_is_refused() {
        let (own, other) = (vector([1.0, 0.0, 0.0]), Embedding::normalized(vec![1.0, 0.0]).unwrap());
        assert!(matches!(SoundSample::new(vec![own.clone(), other.clone()], None), Err(Error::Request(_))));
        let sounds = SoundSample::new(vec![own.clone()], None).unwrap();
        assert!(sounds.expect_space([&own]).is_ok() && sounds.expect_space([&own, &other]).is_err());
    }
}
