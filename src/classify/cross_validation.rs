//! Cross-validation of a head: what it says of examples that it has not learned from.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::classify::head::{Head, sigmoid};
use crate::classify::logistic::{FitSettings, TrainingExample, fit};
use crate::error::Result;

/// Folds, where there are examples enough.
const MOST_FOLDS: usize = 5;

/// A probability is not believed to be nearer to 0 or 1 than this, or one mistake would outweigh everything.
const LEAST_PROBABILITY: f64 = 1e-6;

/// Deals `examples` out to folds, those of each class evenly, in the order they come in. `None` if some class, or what is
/// of none of them, has a single example: a fold would have nothing to learn it from.
pub(super) fn deal(examples: &[TrainingExample<'_>], classes: usize) -> Option<Vec<usize>> {
    let of_class = |class: usize| examples.iter().filter(|example| example.classes.contains(&class)).count();
    let scarcest = (0..classes).flat_map(|class| [of_class(class), examples.len() - of_class(class)]).min()?;
    let folds = scarcest.min(MOST_FOLDS);
    if folds < 2 {
        return None;
    }
    let mut kinds: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for (place, example) in examples.iter().enumerate() {
        kinds.entry(&example.classes).or_default().push(place);
    }
    // One kind takes up dealing where the kind before left off, so that small ones do not all meet in one fold.
    let mut dealt = vec![0; examples.len()];
    for (turn, place) in kinds.into_values().flatten().enumerate() {
        dealt[place] = turn % folds;
    }
    Some(dealt)
}

/// The logits of every example by a head that learned from the other folds only, `[examples][classes]`.
///
/// # Errors
/// `Refusal::Lacking` if nothing is left to learn from; `Error::Internal` if the solver fails.
pub(super) fn unheard(
    examples: &[TrainingExample<'_>],
    folds: &[usize],
    start: &Head,
    settings: &FitSettings,
) -> Result<Vec<Vec<f32>>> {
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let heads: Vec<Head> = (0..count)
        .into_par_iter()
        .map(|fold| without(examples, folds, fold, start, settings))
        .collect::<Result<_>>()?;
    Ok(examples.iter().zip(folds).map(|(example, fold)| heads[*fold].logits(example.values)).collect())
}

/// The log-loss of each of the examples in the first `count` folds by heads that learned from the others; those of one fold
/// after those of another.
///
/// # Errors
/// `Refusal::Lacking` if nothing is left to learn from; `Error::Internal` if the solver fails.
pub(super) fn trial_losses(
    examples: &[TrainingExample<'_>],
    folds: &[usize],
    count: usize,
    start: &Head,
    settings: &FitSettings,
) -> Result<Vec<f64>> {
    let losses = (0..count).into_par_iter().map(|fold| {
        let head = without(examples, folds, fold, start, settings)?;
        let aside = examples.iter().zip(folds).filter(|(_, of)| **of == fold);
        Ok(aside.map(|(example, _)| log_loss(example, &head.logits(example.values))).collect::<Vec<f64>>())
    });
    Ok(losses.collect::<Result<Vec<_>>>()?.concat())
}

/// A head that learned from all folds but `fold`.
fn without(
    examples: &[TrainingExample<'_>],
    folds: &[usize],
    fold: usize,
    start: &Head,
    settings: &FitSettings,
) -> Result<Head> {
    let others = examples.iter().zip(folds).filter(|(_, of)| **of != fold);
    fit(&others.map(|(example, _)| example.clone()).collect::<Vec<_>>(), start, settings)
}

/// The mean over the classes of −ln of the probability given to what is true.
fn log_loss(example: &TrainingExample<'_>, logits: &[f32]) -> f64 {
    let each = logits.iter().enumerate().map(|(class, logit)| {
        let presence = f64::from(sigmoid(*logit)).clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        -(if example.classes.contains(&class) { presence } else { 1.0 - presence }).ln()
    });
    each.sum::<f64>() / logits.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::head::HeadClass;
    use crate::classify::logistic::FitPrecision;

    fn examples(kinds: &[&[usize]]) -> Vec<TrainingExample<'static>> {
        kinds.iter().map(|classes| TrainingExample { values: &[1.0], classes: classes.to_vec() }).collect()
    }

    #[test]
    fn each_class_is_dealt_evenly() {
        let kinds: Vec<&[usize]> = vec![&[0], &[0], &[0], &[0], &[1], &[1], &[1], &[], &[], &[]];
        let folds = deal(&examples(&kinds), 2).unwrap();
        assert_eq!(folds.iter().max(), Some(&2), "three of class 1, so three folds");
        for class in [Some(0), Some(1), None] {
            let of = |fold: usize| {
                kinds.iter().zip(&folds).filter(|(kind, of)| kind.first().copied() == class && **of == fold).count()
            };
            let counts = [of(0), of(1), of(2)];
            assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{class:?} {counts:?}");
        }
        assert_eq!(deal(&examples(&[&[0], &[], &[]]), 1), None, "a single example");
        assert_eq!(deal(&examples(&[&[0], &[0]]), 1), None, "nothing to tell it from");
        assert_eq!(deal(&[], 1), None);
    }

    #[test]
    fn an_example_is_judged_by_a_head_that_has_not_heard_it() {
        // An odd one out can be learned by heart, but not guessed from the others.
        let values: [[f32; 2]; 6] = [[1.0, 0.0], [0.9, 0.1], [-1.0, 0.0], [-0.9, 0.1], [0.0, 1.0], [0.95, 0.0]];
        let classes: [&[usize]; 6] = [&[0], &[0], &[], &[], &[0], &[]];
        let examples: Vec<_> = values
            .iter()
            .zip(classes)
            .map(|(values, classes)| TrainingExample { values, classes: classes.to_vec() })
            .collect();
        let start = Head::new(vec![HeadClass { name: "a".into(), weights: vec![0.0; 2], bias: 0.0 }]);
        let settings = FitSettings { strength: 0.01, care: FitPrecision::Final };
        let folds = deal(&examples, 1).unwrap();
        let unheard = unheard(&examples, &folds, &start, &settings).unwrap();
        let learned = fit(&examples, &start, &settings).unwrap();
        assert!(unheard[2][0] < 0.0, "{unheard:?}");
        assert!(unheard[5][0] > 1.0, "unheard it is taken for what it is like: {unheard:?}");
        let heard: Vec<Vec<f32>> = examples.iter().map(|example| learned.logits(example.values)).collect();
        let sum = |logits: &[Vec<f32>]| -> f64 {
            examples.iter().zip(logits).map(|(example, logits)| log_loss(example, logits)).sum()
        };
        assert!(sum(&heard) < sum(&unheard));
        let count = folds.iter().max().unwrap() + 1;
        let losses = trial_losses(&examples, &folds, count, &start, &settings).unwrap();
        assert_eq!(losses.len(), examples.len());
        assert!((losses.iter().sum::<f64>() - sum(&unheard)).abs() < 1e-9);
    }

    #[test]
    fn the_loss_of_knowing_nothing_is_ln_2() {
        for example in &examples(&[&[0], &[]]) {
            assert!((log_loss(example, &[0.0, 0.0]) - 2f64.ln()).abs() < 1e-9);
            assert!(log_loss(example, &[100.0]) < 14.0, "it stays finite");
        }
    }
}
