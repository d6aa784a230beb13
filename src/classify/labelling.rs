//! One label a sound or several, and what follows from that: which of the labels a sound has.

use crate::classify::classifier::LabelVerdict;

/// How many labels a sound can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labelling {
    /// One: the labels are rivals, and the most probable is taken if it is present.
    Single,
    /// Any number: each label is judged by itself.
    Multiple,
}

impl Labelling {
    /// The places of the labels that a sound has, the most probable first: `presences` and `thresholds` have a value for
    /// each label.
    pub(crate) fn found_in(self, presences: &[f32], thresholds: &[f32]) -> Vec<usize> {
        let is_present = |label: &usize| presences[*label] >= thresholds[*label];
        let descending = |a: &usize, b: &usize| presences[*b].total_cmp(&presences[*a]);
        let labels = 0..presences.len();
        match self {
            Labelling::Single => labels.min_by(descending).filter(is_present).into_iter().collect(),
            Labelling::Multiple => {
                let mut found: Vec<usize> = labels.filter(is_present).collect();
                found.sort_by(descending);
                found
            }
        }
    }

    /// The labels that the sound has, of `scored`, which has the most probable first.
    pub fn found(self, scored: &[LabelVerdict]) -> Vec<&LabelVerdict> {
        let rivals = if self == Labelling::Single { 1 } else { scored.len() };
        scored.iter().take(rivals).filter(|scored| scored.is_present).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_has_its_best_label_or_every_one_that_is_present() {
        let (presences, thresholds) = ([0.6, 0.9, 0.7, 0.1], [0.5, 0.5, 0.8, 0.5]);
        assert_eq!(Labelling::Single.found_in(&presences, &thresholds), [1]);
        assert_eq!(Labelling::Multiple.found_in(&presences, &thresholds), [1, 0]);
        assert_eq!(
            Labelling::Single.found_in(&presences, &[0.5, 0.95, 0.5, 0.5]),
            [0usize; 0],
            "the second is no answer"
        );
        assert_eq!(Labelling::Multiple.found_in(&[], &[]), [0usize; 0]);
    }
}
