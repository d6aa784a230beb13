//! Which sounds a person should judge next so that a head learns most: those it is least sure of, and of these such as
//! differ from one another (margin sampling, then farthest-first traversal).

use std::collections::HashSet;

use crate::classify::head::{Head, sigmoid};
use crate::classify::stored_head::StoredHead;
use crate::embedding::Embedding;
use crate::error::{Error, Result};
use crate::library::Library;
use crate::library::record::{FileId, Hash};

/// For each sound that is wanted this many of the least sure are kept to choose different ones from.
const POOL_PER_WANTED: usize = 8;

/// A sound to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<T> {
    /// The sound.
    pub sound: T,
    /// How probable it is that it is of each class, 0..=1.
    pub presences: Vec<f32>,
    /// Its vector.
    vector: Embedding,
    /// Distance from the nearest boundary between yes and no, in log-odds: 0 for quite unsure.
    margin: f32,
}

/// The head called `name`, and up to `wanted` sounds of `library` to judge next; of identical files one is enough, and what
/// was judged is left out.
///
/// # Errors
/// [`Refusal::HeadUnknown`](crate::error::Refusal::HeadUnknown) if there is none,
/// [`Refusal::HeadOfOtherModel`](crate::error::Refusal::HeadOfOtherModel) if it was taught with another model's vectors;
/// [`Error::Library`](crate::error::Error::Library) if the catalogue cannot be read.
pub fn suggest(library: &Library, name: &str, wanted: usize) -> Result<(StoredHead, Vec<Suggestion<FileId>>)> {
    let taught = StoredHead::open(library, name)?;
    let judged = library.taught_examples(name)?.into_iter().map(|example| example.hash);
    let mut seen: HashSet<Hash> = judged.collect();
    let mut suggester = Suggester::new(&taught.head, wanted);
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
pub struct Suggester<'a, T> {
    head: &'a Head,
    wanted: usize,
    pool: Vec<Suggestion<T>>,
}

impl<'a, T: Ord> Suggester<'a, T> {
    /// One that will suggest `wanted` sounds at most.
    pub fn new(head: &'a Head, wanted: usize) -> Self {
        Suggester { head, wanted, pool: Vec::new() }
    }

    /// Looks at a sound that nobody has judged.
    pub fn look(&mut self, sound: T, vector: &Embedding) {
        let logits = self.head.logits(vector.as_slice());
        let margin = logits.iter().map(|logit| logit.abs()).fold(f32::INFINITY, f32::min);
        let presences = logits.into_iter().map(sigmoid).collect();
        self.pool.push(Suggestion { sound, presences, vector: vector.clone(), margin });
        let most = self.wanted.saturating_mul(POOL_PER_WANTED);
        if self.pool.len() >= most.saturating_mul(2).max(1) {
            self.shrink(most);
        }
    }

    /// The sounds to judge, the least sure first and each next as unlike those before it as can be.
    pub fn suggestions(mut self) -> Vec<Suggestion<T>> {
        self.shrink(self.wanted.saturating_mul(POOL_PER_WANTED));
        let mut nearest = vec![f32::NEG_INFINITY; self.pool.len()];
        let mut chosen: Vec<usize> = Vec::new();
        let mut taken = HashSet::new();
        while chosen.len() < self.wanted.min(self.pool.len()) {
            let left = (0..self.pool.len()).filter(|place| !taken.contains(place));
            // Of equally unlike ones the first, which is the least sure.
            let next = left.min_by(|a, b| nearest[*a].total_cmp(&nearest[*b])).expect("fewer are taken than there are");
            taken.insert(next);
            chosen.push(next);
            for (place, near) in nearest.iter_mut().enumerate() {
                *near = near.max(self.pool[place].vector.cosine_in_space(&self.pool[next].vector));
            }
        }
        let mut places: Vec<Option<Suggestion<T>>> = self.pool.into_iter().map(Some).collect();
        chosen.into_iter().filter_map(|place| places[place].take()).collect()
    }

    /// Keeps the `most` least sure, in that order.
    fn shrink(&mut self, most: usize) {
        self.pool.sort_by(|a, b| a.margin.total_cmp(&b.margin).then_with(|| a.sound.cmp(&b.sound)));
        self.pool.truncate(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::head::HeadClass;

    /// Sounds on a circle; the head's boundary is at 0 degrees and at 180.
    fn suggest(degrees: &[f32], wanted: usize) -> Vec<f32> {
        let head = Head::new(vec![HeadClass { name: "up".into(), weights: vec![0.0, 5.0], bias: 0.0 }]);
        let mut suggester = Suggester::new(&head, wanted);
        for (place, degrees) in degrees.iter().enumerate() {
            let angle = degrees.to_radians();
            suggester.look(place, &Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap());
        }
        suggester.suggestions().into_iter().map(|suggestion| degrees[suggestion.sound]).collect()
    }

    #[test]
    fn the_least_sure_comes_first_and_the_next_is_unlike_it() {
        assert_eq!(suggest(&[90.0, 2.0, 3.0, 176.0, -90.0], 2), [2.0, 176.0]);
    }

    #[test]
    fn what_is_sure_is_not_suggested_while_there_is_something_else() {
        let mut degrees = vec![90.0; 100];
        degrees.extend([1.0, -1.5, 179.0]);
        let suggested = suggest(&degrees, 1);
        assert_eq!(suggested, [1.0]);
        let many: Vec<f32> = (0..1000).map(|place| place as f32 * 0.36).collect();
        let unsure = suggest(&many, 10);
        assert!(unsure.iter().all(|degrees| degrees.to_radians().sin().abs() < 0.3), "{unsure:?}");
    }

    #[test]
    fn there_are_no_more_suggestions_than_sounds() {
        assert_eq!(suggest(&[], 5), [0f32; 0]);
        assert_eq!(suggest(&[4.0], 5), [4.0]);
        assert_eq!(suggest(&[4.0, 5.0], 0), [0f32; 0]);
    }
}
