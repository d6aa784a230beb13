//! Which labels get in each other's way: close in words, or side by side for the same sounds.

use std::collections::HashMap;

use crate::embedding::Embedding;
use crate::error::Result;
use crate::eval::wording::evidence::{SoundSample, TopTwo};
use crate::eval::wording::prompts::WordedLabel;

/// A sound hangs between two labels if the second has this share of the first's, or more.
pub(crate) const CLOSE_SHARE: f32 = 0.5;

/// Two labels are one if this part of the sounds that either wins hangs between them.
const MERGE_PART: f32 = 0.5;

/// Two labels.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelPair {
    /// Their names, in the order of the labels.
    pub labels: [String; 2],
    /// Cosine between their vectors, −1..=1.
    pub cosine: f32,
    /// How many sounds either of them wins while the other is second.
    pub(crate) together: usize,
    /// How many of those hang between them.
    pub contested: usize,
    /// How many sounds either of them wins.
    pub won: usize,
    /// How many sounds that have one are given the other; `None` where the truth is not known.
    pub mistaken: Option<usize>,
}

/// What to do about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// No sound hangs between them.
    Keep,
    /// Say in the prompts what sets them apart.
    Distinguish,
    /// Make one label of them, if the difference does not matter.
    Merge,
}

impl LabelPair {
    /// What to do about it.
    pub fn advice(&self) -> Advice {
        if self.contested == 0 && self.mistaken.unwrap_or(0) == 0 {
            return Advice::Keep;
        }
        if self.contested as f32 >= MERGE_PART * self.won as f32 { Advice::Merge } else { Advice::Distinguish }
    }
}

/// All pairs of `labels` in their usual wordings, most troublesome first: by sounds mistaken, then contested, then by how
/// close they are. `scale` is what the model multiplies cosines by.
///
/// # Errors
/// [`Refusal::OtherDimension`](crate::error::Refusal::OtherDimension) if sounds and labels are of different spaces.
pub fn pairs(labels: &[WordedLabel], evidence: &SoundSample, scale: f32) -> Result<Vec<LabelPair>> {
    let vectors: Vec<&Embedding> = labels.iter().map(|label| &label.usual.vector).collect();
    evidence.expect_space(vectors.iter().copied())?;
    let tally = Tally::new(&evidence.podiums(&vectors), labels.len(), evidence.truth(), scale);
    let mut pairs = Vec::new();
    for second in 1..labels.len() {
        for first in 0..second {
            let count = |counts: &HashMap<(usize, usize), usize>| counts.get(&(first, second)).copied().unwrap_or(0);
            pairs.push(LabelPair {
                labels: [first, second].map(|label| labels[label].name.clone()),
                cosine: vectors[first].cosine_in_space(vectors[second]),
                together: count(&tally.together),
                contested: count(&tally.contested),
                won: tally.won[first] + tally.won[second],
                mistaken: evidence.truth().map(|_| count(&tally.mistaken)),
            });
        }
    }
    let trouble = |pair: &LabelPair| (pair.mistaken, pair.contested);
    pairs.sort_by(|a, b| trouble(b).cmp(&trouble(a)).then_with(|| b.cosine.total_cmp(&a.cosine)));
    Ok(pairs)
}

/// Sounds counted by pair of labels, and by label.
struct Tally {
    together: HashMap<(usize, usize), usize>,
    contested: HashMap<(usize, usize), usize>,
    mistaken: HashMap<(usize, usize), usize>,
    won: Vec<usize>,
}

impl Tally {
    fn new(podiums: &[TopTwo], labels: usize, truth: Option<&[Option<usize>]>, scale: f32) -> Self {
        let mut tally = Tally {
            together: HashMap::new(),
            contested: HashMap::new(),
            mistaken: HashMap::new(),
            won: vec![0; labels],
        };
        // Shares stand to each other as the exponentials of their scaled cosines.
        let close = -CLOSE_SHARE.ln() / scale;
        for (sound, podium) in podiums.iter().enumerate() {
            let winner = podium.first.0;
            tally.won[winner] += 1;
            if let (Some((second, _)), Some(margin)) = (podium.second, podium.margin()) {
                *tally.together.entry(ordered(winner, second)).or_default() += 1;
                if margin <= close {
                    *tally.contested.entry(ordered(winner, second)).or_default() += 1;
                }
            }
            if let Some(label) = truth.and_then(|truth| truth[sound])
                && label != winner
            {
                *tally.mistaken.entry(ordered(winner, label)).or_default() += 1;
            }
        }
        tally
    }
}

fn ordered(first: usize, second: usize) -> (usize, usize) {
    (first.min(second), first.max(second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::wording::prompts::Wording;

    fn vector(values: [f32; 3]) -> Embedding {
        Embedding::normalized(values.to_vec()).unwrap()
    }

    fn labels() -> Vec<WordedLabel> {
        let label = |name: &str, values| {
            let usual = Wording { text: name.into(), vector: vector(values) };
            WordedLabel { name: name.into(), usual, others: vec![] }
        };
        vec![label("rain", [1.0, 0.0, 0.0]), label("dog", [0.0, 0.0, 1.0]), label("shower", [4.0, 3.0, 0.0])]
    }

    /// One clear rain, one between rain and shower, one dog.
    fn sounds() -> Vec<Embedding> {
        vec![vector([2.0, -1.0, 0.0]), vector([3.0, 1.0, 0.0]), vector([0.0, 0.0, 1.0])]
    }

    #[test]
    fn the_pair_that_sounds_hang_between_comes_first() {
        let pairs = pairs(&labels(), &SoundSample::new(sounds(), None).unwrap(), 10.0).unwrap();
        assert_eq!(pairs.len(), 3);
        let first = &pairs[0];
        assert_eq!(first.labels, ["rain", "shower"]);
        assert!((first.cosine - 0.8).abs() < 1e-6);
        assert_eq!((first.contested, first.won, first.mistaken), (1, 2, None));
        assert_eq!(first.advice(), Advice::Merge);
        assert_eq!((pairs[1].contested, pairs[1].advice()), (0, Advice::Keep));
    }

    #[test]
    fn how_close_is_close_depends_on_the_models_scale() {
        // The cosines of the second sound are equal: it hangs between them at any scale. Those of the first differ by less
        // than ln 2, so that it does at scale 1.
        let sounds = SoundSample::new(sounds(), None).unwrap();
        let contested = |scale| pairs(&labels(), &sounds, scale).unwrap()[0].contested;
        assert_eq!((contested(1000.0), contested(1.0)), (1, 2));
    }

    #[test]
    fn where_the_truth_is_known_mistakes_come_first() {
        let truth = Some(vec![Some(0), None, Some(0)]);
        let pairs = pairs(&labels(), &SoundSample::new(sounds(), truth).unwrap(), 10.0).unwrap();
        assert_eq!((&pairs[0].labels, pairs[0].mistaken), (&["rain".to_owned(), "dog".to_owned()], Some(1)));
        assert_eq!(pairs[0].advice(), Advice::Distinguish);
        assert_eq!(pairs[1].mistaken, Some(0));
    }
}
