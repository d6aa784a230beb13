//! One label a sound or several, and what follows from that: what labels are ordered by, and which of them a sound has.

use crate::classify::classifier::LabelVerdict;
use crate::classify::zero_shot::SoundScores;

/// How many labels a sound can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labelling {
    /// One: the labels are rivals, and the best is taken if it is convincing.
    Single,
    /// Any number: each label is judged by itself.
    Multiple,
}

impl Labelling {
    /// What labels are ordered by: the share among rivals, or the probability of each.
    pub fn score(self, scored: &LabelVerdict) -> f32 {
        match self {
            Labelling::Single => scored.share,
            Labelling::Multiple => scored.presence,
        }
    }

    /// Puts the best first.
    pub fn order(self, scored: &mut [LabelVerdict]) {
        scored.sort_by(|a, b| self.score(b).total_cmp(&self.score(a)));
    }

    /// The places of the labels that a sound has, and what they are ordered by, best first. `thresholds` has a value for
    /// each label.
    pub fn found_in(self, judgement: &SoundScores, thresholds: &[f32]) -> Vec<(usize, f32)> {
        let SoundScores { shares, presences } = judgement;
        let is_convincing = |label: &usize| presences[*label] >= thresholds[*label];
        match self {
            Labelling::Single => {
                let best = (0..shares.len()).rev().max_by(|a, b| shares[*a].total_cmp(&shares[*b]));
                best.filter(is_convincing).map(|label| (label, shares[label])).into_iter().collect()
            }
            Labelling::Multiple => {
                let found = (0..presences.len()).filter(is_convincing);
                let mut found: Vec<_> = found.map(|label| (label, presences[label])).collect();
                found.sort_by(|a, b| b.1.total_cmp(&a.1));
                found
            }
        }
    }

    /// The labels that the sound has, of `scored`, which is ordered.
    pub fn found(self, scored: &[LabelVerdict]) -> Vec<&LabelVerdict> {
        match self {
            Labelling::Single => scored.iter().take(1).filter(|best| best.is_convincing).collect(),
            Labelling::Multiple => scored.iter().filter(|scored| scored.is_convincing).collect(),
        }
    }
}
