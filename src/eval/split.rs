//! Which clips are learned from and which are tested on: the dataset's own folds, or else folds made here.

use std::collections::{BTreeMap, BTreeSet};

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::error::{Error, Need, Refusal, Result};
use crate::eval::dataset::LabelledClip;
use crate::eval::fold_names::is_test_name;

/// How many folds are made where there are none, unless something else is asked for.
pub const DEFAULT_FOLDS: usize = 5;

/// What folds are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitOptions {
    /// Folds to test on; none for the test set of a dataset that has one, or else for each in turn.
    pub tested: Vec<String>,
    /// How many to make where there are none.
    pub made: usize,
    /// What those are drawn by.
    pub seed: u64,
}

/// The fold of every clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The folds' names, in order.
    pub names: Vec<String>,
    /// The fold of each clip, a place among the names.
    pub(crate) folds: Vec<usize>,
    /// The folds that are tested on, in order.
    pub tested: Vec<usize>,
    /// Where they come from.
    pub origin: FoldOrigin,
}

/// Where folds come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldOrigin {
    /// The dataset states them.
    Given,
    /// They were made here, each class spread over all of them.
    Made,
    /// The same, with the clips of one source in one fold.
    MadeBySource,
}

/// One fold to test on and what is learned from for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The fold that is tested on.
    pub(crate) fold: usize,
    /// The clips to learn from.
    pub train: Vec<usize>,
    /// The clips to test on.
    pub test: Vec<usize>,
}

impl Split {
    /// The folds of `items`.
    ///
    /// # Errors
    /// [`Error::Request`] if a fold to test on does not exist, or has no clips.
    pub fn new(items: &[LabelledClip], wanted: &SplitOptions) -> Result<Self> {
        let given: Option<Vec<&str>> = items.iter().map(|item| item.fold.as_deref()).collect();
        let (names, folds, origin): (Vec<String>, _, _) = match given {
            Some(given) => {
                let mut names: Vec<&str> = given.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
                names.sort_by_key(|name| (name.parse::<u64>().unwrap_or(u64::MAX), *name));
                let place = |fold: &&str| names.iter().position(|name| name == fold).unwrap_or_default();
                let folds = given.iter().map(place).collect();
                (names.into_iter().map(str::to_owned).collect(), folds, FoldOrigin::Given)
            }
            None => {
                let has_sources = items.iter().any(|item| item.source.is_some());
                let origin = if has_sources { FoldOrigin::MadeBySource } else { FoldOrigin::Made };
                let names = (1..=wanted.made).map(|number| number.to_string()).collect();
                (names, assign(&items.iter().collect::<Vec<_>>(), wanted.made, wanted.seed), origin)
            }
        };
        let tested = find_tested(&names, &wanted.tested)?;
        let split = Split { names, folds, tested, origin };
        if split.rounds().iter().any(|round| round.test.is_empty()) {
            return Err(Refusal::Lacking(Need::Folds).into());
        }
        Ok(split)
    }

    /// Whether each tested fold leaves clips to learn from, as all methods need but those that only ask the model for words.
    pub fn can_teach(&self) -> bool {
        self.rounds().iter().all(|round| !round.train.is_empty())
    }

    /// Each tested fold with all others to learn from; other test sets are left out.
    pub fn rounds(&self) -> Vec<Round> {
        let round = |fold: &usize| {
            let is_learned = |other: usize| other != *fold && !is_test_name(&self.names[other]);
            let clips = |wanted: &dyn Fn(usize) -> bool| {
                let each = self.folds.iter().enumerate().filter(|(_, fold)| wanted(**fold));
                each.map(|(clip, _)| clip).collect()
            };
            Round { fold: *fold, train: clips(&is_learned), test: clips(&|other| other == *fold) }
        };
        self.tested.iter().map(round).collect()
    }
}

fn find_tested(names: &[String], wanted: &[String]) -> Result<Vec<usize>> {
    let find = |wanted: &String| {
        names.iter().position(|name| name == wanted).ok_or_else(|| {
            Error::from(Refusal::NameUnknown { kind: "fold", name: wanted.clone(), known: names.to_vec() })
        })
    };
    if !wanted.is_empty() {
        let found: BTreeSet<usize> = wanted.iter().map(find).collect::<Result<_>>()?;
        return Ok(found.into_iter().collect());
    }
    let tests: Vec<usize> = (0..names.len()).filter(|fold| is_test_name(&names[*fold])).collect();
    Ok(if tests.is_empty() { (0..names.len()).collect() } else { tests })
}

/// The fold of each of `items`, 0 to `count` − 1: each class is spread over all folds as evenly as sources, which are
/// never cut, let it be. The same seed gives the same folds.
pub fn assign(items: &[&LabelledClip], count: usize, seed: u64) -> Vec<usize> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut by_source: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        let group = item.source.as_deref().map(|source| *by_source.entry(source).or_insert(groups.len()));
        match group.and_then(|group| groups.get_mut(group)) {
            Some(group) => group.push(place),
            None => groups.push(vec![place]),
        }
    }
    groups.shuffle(&mut StdRng::seed_from_u64(seed));
    // The large ones first, while there is room to even out.
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let classes = items.iter().flat_map(|item| &item.classes).max().map_or(0, |last| last + 1);
    let mut counts = vec![vec![0usize; classes]; count.max(1)];
    let mut sizes = vec![0; count.max(1)];
    let mut folds = vec![0; items.len()];
    for group in groups {
        let crowd = |fold: usize| {
            let same = group.iter().flat_map(|place| &items[*place].classes).map(|class| counts[fold][*class]);
            (same.sum::<usize>(), sizes[fold])
        };
        let fold = (0..count).min_by_key(|fold| crowd(*fold)).unwrap_or_default();
        sizes[fold] += group.len();
        for place in group {
            folds[place] = fold;
            items[place].classes.iter().for_each(|class| counts[fold][*class] += 1);
        }
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(class: usize, fold: Option<&str>, source: Option<String>) -> LabelledClip {
        LabelledClip { path: "".into(), classes: vec![class], fold: fold.map(str::to_owned), source, title: None }
    }

    fn wanted(tested: &[&str]) -> SplitOptions {
        SplitOptions { tested: tested.iter().map(|name| name.to_string()).collect(), made: 4, seed: 7 }
    }

    #[test]
    fn made_folds_spread_each_class_and_never_split_a_source() {
        let items: Vec<LabelledClip> =
            (0..120).map(|number| item(number % 3, None, Some(format!("{}-{}", number % 3, number / 3 / 2)))).collect();
        let split = Split::new(&items, &wanted(&[])).unwrap();
        assert_eq!((split.origin, split.tested.len()), (FoldOrigin::MadeBySource, 4));
        let mut of_source = BTreeMap::new();
        for (item, fold) in items.iter().zip(&split.folds) {
            assert_eq!(of_source.entry(item.source.clone()).or_insert(*fold), fold, "a source is split");
        }
        for fold in 0..4 {
            for class in 0..3 {
                let clips = items.iter().zip(&split.folds).filter(|(item, of)| item.classes == [class] && **of == fold);
                assert_eq!(clips.count(), 10, "class {class} in fold {fold}");
            }
        }
        assert_eq!(Split::new(&items, &wanted(&[])).unwrap(), split);
        assert_ne!(Split::new(&items, &SplitOptions { seed: 8, ..wanted(&[]) }).unwrap(), split);
    }

    #[test]
    fn rounds_test_on_each_fold_in_turn_or_on_those_asked_for() {
        let items: Vec<LabelledClip> = ["10", "2", "1", "2"].map(|fold| item(0, Some(fold), None)).into();
        let split = Split::new(&items, &wanted(&[])).unwrap();
        assert_eq!(
            (split.names.clone(), split.origin),
            (["1", "2", "10"].map(str::to_owned).to_vec(), FoldOrigin::Given)
        );
        assert_eq!(split.rounds()[1], Round { fold: 1, train: vec![0, 2], test: vec![1, 3] });
        assert_eq!(Split::new(&items, &wanted(&["2"])).unwrap().rounds().len(), 1);
        let refusal = Split::new(&items, &wanted(&["5"])).unwrap_err();
        let Error::Request(Refusal::NameUnknown { known, .. }) = refusal else { panic!("{refusal}") };
        assert_eq!(known, ["1", "2", "10"]);
    }

    #[test]
    fn a_test_set_is_tested_on_and_never_learned_from() {
        let items: Vec<LabelledClip> =
            ["training", "validation", "testing"].map(|fold| item(0, Some(fold), None)).into();
        let split = Split::new(&items, &wanted(&[])).unwrap();
        assert_eq!(split.rounds(), [Round { fold: 0, train: vec![0, 1], test: vec![2] }]);
        let validated = Split::new(&items, &wanted(&["validation"])).unwrap();
        assert_eq!(validated.rounds(), [Round { fold: 2, train: vec![0], test: vec![1] }]);
        assert!(split.can_teach());
        let alone = Split::new(&items[2..], &wanted(&[])).unwrap();
        assert_eq!((alone.can_teach(), alone.rounds()[0].test.len()), (false, 1));
    }
}
