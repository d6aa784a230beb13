//! What speaks for a segment, query by query, → one probability.
//!
//! A query is answered by the sound or by the words. Of several that are wanted, the log-odds are averaged, by weight. What is
//! unwanted can only push down: P · (1 − P(unwanted)) to the power of its weight, where those wanted weigh 1 together.

use crate::search::judgement::odds::{log_odds, logistic};
use crate::search::judgement::words::WordOdds;

/// How a segment sounds beside one query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::search) struct Heard {
    /// The probability that it is what the query means, by its sound alone.
    pub(super) probability: f64,
    /// How its evidence stands among that of other sounds, in standard deviations, if that is known.
    pub(super) height: Option<f64>,
}

/// How a segment sounds beside a request.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct Evidence {
    /// Cosine with what is wanted, the weighted mean of several.
    pub(in crate::search) cosine: f32,
    pub(super) wanted: Vec<Heard>,
    pub(super) unwanted: Vec<Heard>,
}

/// The log-odds of one file by the words of each query; `None` for a query that has no words, or none that the file has.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::search) struct SaidOf {
    pub(in crate::search) wanted: Vec<Option<WordOdds>>,
    pub(in crate::search) unwanted: Vec<Option<WordOdds>>,
}

/// How much each query of a request counts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct QueryWeights {
    pub(in crate::search) wanted: Vec<f64>,
    pub(in crate::search) unwanted: Vec<f64>,
}

impl QueryWeights {
    /// The probability that something is what is wanted, from how it sounds and what is said of it, as far as that is
    /// known.
    pub(in crate::search) fn probability(&self, evidence: Option<&Evidence>, said: &SaidOf) -> f64 {
        let answers = |heard: Option<&Vec<Heard>>, said: &[Option<WordOdds>], index: usize| {
            answered(heard.and_then(|heard| heard.get(index)), said.get(index).copied().flatten())
        };
        let total: f64 = self.wanted.iter().sum();
        let wanted = |index| answers(evidence.map(|evidence| &evidence.wanted), &said.wanted, index);
        let mut probability = match self.wanted.as_slice() {
            [_] => wanted(0),
            several => {
                let parts = several.iter().enumerate().map(|(index, weight)| weight * log_odds(wanted(index)));
                logistic(parts.sum::<f64>() / total)
            }
        };
        for (index, weight) in self.unwanted.iter().enumerate() {
            let unwanted = answers(evidence.map(|evidence| &evidence.unwanted), &said.unwanted, index);
            probability *= (1.0 - unwanted).powf(weight / total);
        }
        probability
    }
}

/// The probability that a query is answered: by the sound, or else by the words, in which the sound has a say.
fn answered(heard: Option<&Heard>, said: Option<WordOdds>) -> f64 {
    match (heard, said) {
        (None, None) => 0.0,
        (Some(heard), None) => heard.probability,
        (None, Some(said)) => logistic(said.at(None)),
        (Some(heard), Some(said)) => {
            let by_words = logistic(said.at(heard.height));
            1.0 - (1.0 - heard.probability) * (1.0 - by_words)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop, prop_assert, proptest};

    use super::*;

    fn heard() -> impl Strategy<Value = Heard> {
        let height = prop::option::of(-3.0f64..5.0);
        (0.0f64..1.0, height).prop_map(|(probability, height)| Heard { probability, height })
    }

    fn evidence(wanted: usize, unwanted: usize) -> impl Strategy<Value = Evidence> {
        let wanted = prop::collection::vec(heard(), wanted);
        (wanted, prop::collection::vec(heard(), unwanted)).prop_map(|(wanted, unwanted)| Evidence {
            cosine: 0.0,
            wanted,
            unwanted,
        })
    }

    fn weights(wanted: usize, unwanted: usize) -> impl Strategy<Value = QueryWeights> {
        let weights = |count: usize| prop::collection::vec(0.01f64..10.0, count);
        (weights(wanted), weights(unwanted)).prop_map(|(wanted, unwanted)| QueryWeights { wanted, unwanted })
    }

    proptest! {
        #[test]
        fn what_is_unwanted_only_pushes_down(
            evidence in evidence(2, 2), weights in weights(2, 2), index in 0usize..2, more in 0.0f64..1.0,
        ) {
            let said = SaidOf::default();
            let probability = weights.probability(Some(&evidence), &said);
            let without = QueryWeights { unwanted: Vec::new(), ..weights.clone() };
            prop_assert!(probability <= without.probability(Some(&evidence), &said));
            let mut nearer = evidence.clone();
            nearer.unwanted[index].probability += more * (1.0 - nearer.unwanted[index].probability);
            prop_assert!(weights.probability(Some(&nearer), &said) <= probability);
        }

        #[test]
        fn what_is_wanted_only_pushes_up(
            evidence in evidence(2, 1), weights in weights(2, 1), index in 0usize..2, more in 0.0f64..1.0, words in -4.0f64..4.0,
        ) {
            let probability = |evidence: &Evidence, said: &SaidOf| weights.probability(Some(evidence), said);
            let mut nearer = evidence.clone();
            nearer.wanted[index].probability += more * (1.0 - nearer.wanted[index].probability);
            let nothing = SaidOf::default();
            prop_assert!(probability(&nearer, &nothing) >= probability(&evidence, &nothing));
            let mut said = SaidOf { wanted: vec![None, None], unwanted: Vec::new() };
            said.wanted[index] = Some(WordOdds::certain(words));
            prop_assert!(probability(&evidence, &said) >= probability(&evidence, &nothing));
        }

        #[test]
        fn one_query_without_words_has_the_probability_of_its_sound(evidence in evidence(1, 0)) {
            let weights = QueryWeights { wanted: vec![3.0], unwanted: Vec::new() };
            prop_assert!(weights.probability(Some(&evidence), &SaidOf::default()) == evidence.wanted[0].probability);
        }
    }
}
