//! Which sounds a person should judge next so that a head learns most: in turn one that is likely of a class, and one that the
//! head is least sure of.
//!
//! What is rare is seldom among what a head is unsure of, and a head that never hears of another example of its class goes on
//! missing the same ones; likely sounds confirm it, or correct it where it is wrong and sure. Of several classes each has its
//! turn. The unsure ones are such as differ from one another (margin sampling, then farthest-first traversal).

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use crate::classify::head::{Head, sigmoid};
use crate::classify::stored_head::StoredHead;
use crate::embedding::Embedding;
use crate::error::{Error, Result};
use crate::library::Library;
use crate::library::record::file::{FileId, Hash};

/// For each sound that is wanted this many of the likeliest and of the least sure are kept, to choose different ones from.
const POOL_PER_WANTED: usize = 8;

/// Which sounds are suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionAim {
    /// Likely ones and unsure ones in turn.
    Learn,
    /// Likely ones alone.
    Confirm,
}

/// Why a sound is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionReason {
    /// It is likely of a class.
    Likely,
    /// The head is hardly surer that it is of a class than that it is not.
    Unsure,
}

/// A sound to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<T> {
    /// The sound.
    pub sound: T,
    /// How probable it is that it is of each class, 0..=1.
    pub presences: Vec<f32>,
    /// Place of the class that it is suggested for.
    pub class: usize,
    /// Why.
    pub reason: SuggestionReason,
}

/// The head called `name`, and up to `wanted` sounds of `library` to judge next; of identical files one is enough, and what
/// was judged is left out.
///
/// # Errors
/// [`Refusal::HeadUnknown`](crate::error::Refusal::HeadUnknown) if there is none,
/// [`Refusal::HeadOfOtherModel`](crate::error::Refusal::HeadOfOtherModel) if it was taught with another model's vectors;
/// [`Error::Library`] if the catalogue cannot be read.
pub fn suggest(
    library: &Library,
    name: &str,
    aim: SuggestionAim,
    wanted: usize,
) -> Result<(StoredHead, Vec<Suggestion<FileId>>)> {
    let taught = StoredHead::open(library, name)?;
    let judged = library.taught_examples(name)?.into_iter().map(|example| example.hash);
    let mut seen: HashSet<Hash> = judged.collect();
    let mut suggester = Suggester::new(&taught.head, aim, wanted);
    library.each_clip(|clip, vector| {
        if clip.hash.is_none_or(|hash| seen.insert(hash)) {
            suggester.look(clip.file, &vector);
        }
        Ok::<(), Error>(())
    })?;
    let suggestions = suggester.suggestions();
    Ok((taught, suggestions))
}

/// Looks at one sound after the other and remembers those that are worth a judgement; memory does not grow with their
/// number.
#[derive(Debug)]
pub(crate) struct Suggester<'a, T> {
    head: &'a Head,
    aim: SuggestionAim,
    wanted: usize,
    likely: Vec<SuggestionCandidate<T>>,
    unsure: Vec<SuggestionCandidate<T>>,
}

/// A sound that may be suggested.
#[derive(Debug, Clone)]
struct SuggestionCandidate<T> {
    sound: T,
    vector: Embedding,
    logits: Vec<f32>,
}

impl<T> SuggestionCandidate<T> {
    /// The likeliest class, and its log-odds.
    fn likeliest(&self) -> (usize, f32) {
        self.foremost(|logit| -logit)
    }

    /// The class that is the nearest to its boundary between yes and no, and how near in log-odds: 0 for quite unsure.
    fn least_sure(&self) -> (usize, f32) {
        let (class, logit) = self.foremost(f32::abs);
        (class, logit.abs())
    }

    /// The first class with the least `key` of its log-odds.
    fn foremost(&self, key: impl Fn(f32) -> f32) -> (usize, f32) {
        let each = self.logits.iter().copied().enumerate();
        each.min_by(|a, b| key(a.1).total_cmp(&key(b.1))).unwrap_or((0, f32::NEG_INFINITY))
    }
}

impl<'a, T: Ord + Clone> Suggester<'a, T> {
    /// One that will suggest `wanted` sounds at most.
    pub(crate) fn new(head: &'a Head, aim: SuggestionAim, wanted: usize) -> Self {
        Suggester { head, aim, wanted, likely: Vec::new(), unsure: Vec::new() }
    }

    /// Looks at a sound that nobody has judged, whose vector is of the head's space.
    pub(crate) fn look(&mut self, sound: T, vector: &Embedding) {
        let candidate =
            SuggestionCandidate { sound, vector: vector.clone(), logits: self.head.logits(vector.as_slice()) };
        if self.aim == SuggestionAim::Learn {
            self.unsure.push(candidate.clone());
        }
        self.likely.push(candidate);
        if self.likely.len() >= self.most().saturating_mul(2).max(1) {
            self.shrink();
        }
    }

    /// The sounds to judge, the most useful first.
    pub(crate) fn suggestions(mut self) -> Vec<Suggestion<T>> {
        self.shrink();
        let likely = in_turn(self.likely).into_iter().map(|candidate| {
            let class = candidate.likeliest().0;
            suggestion(candidate, class, SuggestionReason::Likely)
        });
        let unsure = unlike_each_other(self.unsure, self.wanted).into_iter().map(|candidate| {
            let class = candidate.least_sure().0;
            suggestion(candidate, class, SuggestionReason::Unsure)
        });
        let mut kinds: [Box<dyn Iterator<Item = Suggestion<T>>>; 2] = [Box::new(likely), Box::new(unsure)];
        let mut taken = BTreeSet::new();
        // Each kind in turn, without what the other has given; where one has no more the other goes on.
        let pairs = std::iter::from_fn(|| {
            let next = |kind: &mut Box<dyn Iterator<Item = Suggestion<T>>>| {
                kind.by_ref().find(|suggestion| taken.insert(suggestion.sound.clone()))
            };
            let pair: Vec<Suggestion<T>> = kinds.iter_mut().filter_map(next).collect();
            (!pair.is_empty()).then_some(pair)
        });
        pairs.flatten().take(self.wanted).collect()
    }

    fn most(&self) -> usize {
        self.wanted.saturating_mul(POOL_PER_WANTED)
    }

    /// Keeps as many of each kind as are needed, the foremost first.
    fn shrink(&mut self) {
        let most = self.most();
        let by = |a: f32, b: f32, sounds: Ordering| a.total_cmp(&b).then(sounds);
        self.likely.sort_by(|a, b| by(-a.likeliest().1, -b.likeliest().1, a.sound.cmp(&b.sound)));
        self.likely.truncate(most);
        self.unsure.sort_by(|a, b| by(a.least_sure().1, b.least_sure().1, a.sound.cmp(&b.sound)));
        self.unsure.truncate(most);
    }
}

fn suggestion<T>(candidate: SuggestionCandidate<T>, class: usize, reason: SuggestionReason) -> Suggestion<T> {
    let presences = candidate.logits.into_iter().map(sigmoid).collect();
    Suggestion { sound: candidate.sound, presences, class, reason }
}

/// `likely`, which has the likeliest first, so that each class has its turn.
fn in_turn<T>(likely: Vec<SuggestionCandidate<T>>) -> Vec<SuggestionCandidate<T>> {
    let mut given: Vec<usize> = Vec::new();
    let mut ranked: Vec<(usize, SuggestionCandidate<T>)> = Vec::new();
    for candidate in likely {
        let (class, _) = candidate.likeliest();
        given.resize(given.len().max(class + 1), 0);
        given[class] += 1;
        ranked.push((given[class], candidate));
    }
    ranked.sort_by_key(|(turn, _)| *turn);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Up to `wanted` of `unsure`, which has the least sure first, each next as unlike those before it as can be.
fn unlike_each_other<T>(unsure: Vec<SuggestionCandidate<T>>, wanted: usize) -> Vec<SuggestionCandidate<T>> {
    let mut nearest = vec![f32::NEG_INFINITY; unsure.len()];
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < wanted.min(unsure.len()) {
        let left = (0..unsure.len()).filter(|place| !chosen.contains(place));
        // Of equally unlike ones the first, which is the least sure.
        let next = left.min_by(|a, b| nearest[*a].total_cmp(&nearest[*b])).expect("fewer are taken than there are");
        chosen.push(next);
        for (place, near) in nearest.iter_mut().enumerate() {
            *near = near.max(unsure[place].vector.cosine_in_space(&unsure[next].vector));
        }
    }
    let mut places: Vec<Option<SuggestionCandidate<T>>> = unsure.into_iter().map(Some).collect();
    chosen.into_iter().filter_map(|place| places[place].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::head::HeadClass;

    /// Sounds on a circle; the head's boundary is at 0 degrees and at 180.
    fn suggestions(aim: SuggestionAim, degrees: &[f32], wanted: usize) -> Vec<(f32, SuggestionReason)> {
        let head = Head::new(vec![HeadClass { name: "up".into(), weights: vec![0.0, 5.0], bias: 0.0 }]);
        let mut suggester = Suggester::new(&head, aim, wanted);
        for (place, degrees) in degrees.iter().enumerate() {
            let angle = degrees.to_radians();
            suggester.look(place, &Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap());
        }
        let suggestions = suggester.suggestions().into_iter();
        suggestions.map(|suggestion| (degrees[suggestion.sound], suggestion.reason)).collect()
    }

    /// The unsure ones of twice as many.
    fn unsure(degrees: &[f32], wanted: usize) -> Vec<f32> {
        let both = suggestions(SuggestionAim::Learn, degrees, 2 * wanted).into_iter();
        both.filter(|(_, reason)| *reason == SuggestionReason::Unsure).map(|(degrees, _)| degrees).collect()
    }

    #[test]
    fn likely_ones_and_unsure_ones_take_turns_and_none_comes_twice() {
        let degrees = [90.0, 2.0, 70.0, 176.0, -90.0];
        let (likely, unsure) = (SuggestionReason::Likely, SuggestionReason::Unsure);
        let both = suggestions(SuggestionAim::Learn, &degrees, 4);
        assert_eq!(both, [(90.0, likely), (2.0, unsure), (70.0, likely), (176.0, unsure)]);
        let all = suggestions(SuggestionAim::Learn, &degrees, 50);
        assert_eq!(all.len(), 5, "{all:?}");
        let alone = suggestions(SuggestionAim::Confirm, &degrees, 3);
        assert_eq!(alone, [(90.0, likely), (70.0, likely), (176.0, likely)]);
    }

    #[test]
    fn each_class_has_its_turn() {
        let class =
            |name: &str, weights: [f32; 2]| HeadClass { name: name.into(), weights: weights.to_vec(), bias: 0.0 };
        let head = Head::new(vec![class("right", [9.0, 0.0]), class("up", [0.0, 2.0])]);
        let mut suggester = Suggester::new(&head, SuggestionAim::Confirm, 4);
        for degrees in [0.0f32, 5.0, 10.0, 15.0, 85.0, 90.0] {
            let angle = degrees.to_radians();
            suggester.look(degrees as i32, &Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap());
        }
        let found: Vec<_> = suggester.suggestions().into_iter().map(|each| (each.sound, each.class)).collect();
        assert_eq!(found, [(0, 0), (90, 1), (5, 0), (85, 1)]);
    }

    #[test]
    fn the_least_sure_comes_first_and_the_next_is_unlike_it() {
        assert_eq!(unsure(&[90.0, 2.0, 3.0, 176.0, -90.0, 80.0], 2), [2.0, 176.0]);
    }

    #[test]
    fn what_is_sure_is_not_suggested_while_there_is_something_else() {
        let mut degrees = vec![90.0; 100];
        degrees.extend([1.0, -1.5, 179.0]);
        assert_eq!(unsure(&degrees, 1), [1.0]);
        let many: Vec<f32> = (0..1000).map(|place| place as f32 * 0.36).collect();
        let unsure = unsure(&many, 10);
        assert!(unsure.iter().all(|degrees| degrees.to_radians().sin().abs() < 0.3), "{unsure:?}");
    }

    #[test]
    fn there_are_no_more_suggestions_than_sounds() {
        for aim in [SuggestionAim::Learn, SuggestionAim::Confirm] {
            let number = |degrees: &[f32], wanted: usize| suggestions(aim, degrees, wanted).len();
            assert_eq!([number(&[], 5), number(&[4.0], 5), number(&[4.0, 5.0], 0)], [0, 1, 0]);
        }
    }
}
