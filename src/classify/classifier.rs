//! What gives labels to sounds: labels in words, or a head that was learned from examples.

use crate::classify::head::Head;
use crate::classify::presence::Rivals;
use crate::classify::zero_shot::{DEFAULT_THRESHOLD, Judgement, LabelSet, softmax};
use crate::embedding::Embedding;

/// Something that knows some labels and how far a sound has them.
#[derive(Debug, Clone)]
pub enum Classifier {
    /// Labels made into prompts.
    Words(LabelSet),
    /// Classes learned from examples.
    Head(Head),
}

/// A label and how far a sound has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The label's name.
    pub label: String,
    /// Its share among all labels, 0..=1; they sum to 1.
    pub share: f32,
    /// How probable it is that the sound has it, 0..=1, whatever the others are.
    pub presence: f32,
    /// Whether that is enough to say that it does.
    pub is_convincing: bool,
}

/// Whether a sound has one label at most, or as many as are probable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The best, if it is convincing.
    One,
    /// All that are.
    Several,
}

impl Manner {
    /// What labels are ordered by: the share among rivals, or the probability of each.
    pub fn score(self, scored: &Scored) -> f32 {
        match self {
            Manner::One => scored.share,
            Manner::Several => scored.presence,
        }
    }

    /// Puts the best first.
    pub fn order(self, scored: &mut [Scored]) {
        scored.sort_by(|a, b| self.score(b).total_cmp(&self.score(a)));
    }

    /// The places of the labels that a sound has, and what they are ordered by, best first. `thresholds` has a value for
    /// each label.
    pub fn found_in(self, judgement: &Judgement, thresholds: &[f32]) -> Vec<(usize, f32)> {
        let Judgement { shares, presences } = judgement;
        let is_convincing = |label: &usize| presences[*label] >= thresholds[*label];
        match self {
            Manner::One => {
                let best = (0..shares.len()).rev().max_by(|a, b| shares[*a].total_cmp(&shares[*b]));
                best.filter(is_convincing).map(|label| (label, shares[label])).into_iter().collect()
            }
            Manner::Several => {
                let found = (0..presences.len()).filter(is_convincing);
                let mut found: Vec<_> = found.map(|label| (label, presences[label])).collect();
                found.sort_by(|a, b| b.1.total_cmp(&a.1));
                found
            }
        }
    }

    /// The labels that the sound has, of `scored`, which is ordered.
    pub fn found(self, scored: &[Scored]) -> Vec<&Scored> {
        match self {
            Manner::One => scored.iter().take(1).filter(|best| best.is_convincing).collect(),
            Manner::Several => scored.iter().filter(|scored| scored.is_convincing).collect(),
        }
    }
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

    /// How likely each label is for `sound` if it is one of them, 0..=1; they sum to 1.
    pub fn shares(&self, sound: &Embedding) -> Vec<f32> {
        match self {
            Classifier::Words(labels) => labels.shares(sound),
            Classifier::Head(head) => softmax(&head.logits(sound.as_slice())),
        }
    }

    /// How probable it is that `sound` has each label, 0..=1, whatever the others are.
    pub fn presences(&self, sound: &Embedding) -> Vec<f32> {
        match self {
            Classifier::Words(labels) => labels.presences(sound),
            Classifier::Head(head) => head.presences(sound.as_slice()),
        }
    }

    /// What of the presences of each of `sounds` does not depend on the labels; a head needs nothing of the kind.
    pub fn rivals(&self, sounds: &[Embedding]) -> Vec<Rivals> {
        match self {
            Classifier::Words(labels) => labels.rivals(sounds),
            Classifier::Head(_) => vec![Rivals::default(); sounds.len()],
        }
    }

    /// The shares and the presences of the labels in each of `sounds`, whose `rivals` are known: for a whole library,
    /// many sounds at a time.
    pub fn judge(&self, sounds: &[Embedding], rivals: &[Rivals]) -> Vec<Judgement> {
        match self {
            Classifier::Words(labels) => labels.judge(sounds, rivals),
            Classifier::Head(_) => {
                let judge = |sound| Judgement { shares: self.shares(sound), presences: self.presences(sound) };
                sounds.iter().map(judge).collect()
            }
        }
    }

    /// All labels for `sound`, by share, best first; equally likely ones stay in the order given. `usual` is the threshold
    /// of labels that have none.
    pub fn score(&self, sound: &Embedding, usual: Option<f32>) -> Vec<Scored> {
        let judged = self.presences(sound).into_iter().zip(self.thresholds(usual));
        let each = self.names().iter().zip(self.shares(sound)).zip(judged);
        let scored = each.map(|((label, share), (presence, threshold))| Scored {
            label: label.clone(),
            share,
            presence,
            is_convincing: presence >= threshold,
        });
        let mut scored: Vec<Scored> = scored.collect();
        scored.sort_by(|a, b| b.share.total_cmp(&a.share));
        scored
    }
}
