//! What was shown for prompts and examples → how much of it is right, and how much of what is right is shown.
//!
//! *Shown* is what stands on the screen as an answer, not what is listed as weaker. Precision and recall count hits over all
//! prompts together. A screen has room for so many hits, so no more are wanted of a class that has more clips than that.

use crate::classify::metrics::Proportion;
use crate::eval::search::prompts::{PromptKind, TrialPrompt};
use crate::search::request::{Basis, DEFAULT_LIMIT};

/// Among how many of the first hits is counted, whether they are shown or not.
const FIRST: usize = 5;

/// Everything that was found out.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchFigures {
    /// Most hits of an answer.
    pub limit: usize,
    /// One a prompt and basis, class by class.
    pub(crate) prompts: Vec<PromptFindings>,
    /// One a clip that has others of its class.
    pub(crate) examples: Vec<ExampleAnswer>,
}

/// The answers to one prompt on one basis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PromptFindings {
    /// What was asked.
    pub(crate) prompt: TrialPrompt,
    /// What was compared.
    pub(crate) by: Basis,
    /// The answer of the library that has the class.
    pub(crate) present: PresentAnswer,
    /// The answer of the one without it.
    pub(crate) absent: AbsentAnswer,
}

/// An answer where there is something right to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresentAnswer {
    /// Right ones among the first five hits, of as many as there could be.
    pub first_five: Proportion,
    /// Right ones among as many first hits as there are right clips.
    pub first: Proportion,
    /// The hits that are shown.
    pub shown: ShownHits,
}

/// Hits that are shown where there is something right to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownHits {
    /// Right ones among them.
    pub precision: Proportion,
    /// Right clips among them, of those that the screen has room for.
    pub recall: Proportion,
}

/// An answer where there is nothing right to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AbsentAnswer {
    /// Hits that are shown; all are wrong.
    pub(crate) shown: usize,
}

/// An answer to a sound as an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExampleAnswer {
    /// Whether the nearest sound is of its class.
    pub(crate) is_right: bool,
    /// Whether it is and yet is not shown.
    pub(crate) is_hidden: bool,
    /// The hits that are shown.
    pub(crate) shown: ShownHits,
}

/// Answers added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptSummary {
    /// Number of prompts.
    pub prompts: usize,
    /// The answers of the library that has the class.
    pub present: PresentAnswer,
    /// Prompts for which the library without the class shows something.
    pub showing: usize,
    /// How many hits it shows, all together.
    pub false_hits: usize,
}

/// Answers to examples added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExampleSummary {
    /// Examples whose nearest sound is of their class.
    pub right: Proportion,
    /// Those of them whose nearest sound is not shown.
    pub hidden: usize,
    /// The hits that are shown.
    pub shown: ShownHits,
}

impl PresentAnswer {
    /// Of `wanted` right clips, `ranked` has how many are in each of the best hits, and `shown` in each that is shown.
    pub(super) fn new(wanted: usize, ranked: &[usize], shown: &[usize]) -> Self {
        let among = |count: usize| {
            let right = ranked.iter().take(count).filter(|right| **right > 0).count();
            Proportion { right, total: count }
        };
        PresentAnswer {
            first_five: among(FIRST.min(wanted)),
            first: among(wanted),
            shown: ShownHits::new(wanted, shown),
        }
    }
}

impl ShownHits {
    /// Of `wanted` right clips, `shown` has how many are in each hit that is shown.
    pub(super) fn new(wanted: usize, shown: &[usize]) -> Self {
        let room = wanted.min(DEFAULT_LIMIT);
        ShownHits {
            precision: Proportion::of(shown.iter().map(|right| *right > 0)),
            recall: Proportion { right: shown.iter().sum::<usize>().min(room), total: room },
        }
    }

    fn sum(all: impl Iterator<Item = ShownHits> + Clone) -> Self {
        let recall = sum(all.clone().map(|shown| shown.recall));
        ShownHits { precision: sum(all.map(|shown| shown.precision)), recall }
    }
}

impl SearchFigures {
    /// The answers to prompts of the kind `kind` on the basis `by`, added up; `None` if there are none.
    pub fn summary(&self, by: Basis, kind: PromptKind) -> Option<PromptSummary> {
        let chosen = || self.prompts.iter().filter(move |it| it.by == by && it.prompt.kind == kind);
        let prompts = chosen().count();
        (prompts > 0).then(|| PromptSummary {
            prompts,
            present: PresentAnswer {
                first_five: sum(chosen().map(|it| it.present.first_five)),
                first: sum(chosen().map(|it| it.present.first)),
                shown: ShownHits::sum(chosen().map(|it| it.present.shown)),
            },
            showing: chosen().filter(|it| it.absent.shown > 0).count(),
            false_hits: chosen().map(|it| it.absent.shown).sum(),
        })
    }

    /// The answers to the examples, added up.
    pub fn similar(&self) -> ExampleSummary {
        ExampleSummary {
            right: Proportion::of(self.examples.iter().map(|it| it.is_right)),
            hidden: self.examples.iter().filter(|it| it.is_hidden).count(),
            shown: ShownHits::sum(self.examples.iter().map(|it| it.shown)),
        }
    }
}

fn sum(parts: impl Iterator<Item = Proportion>) -> Proportion {
    let add =
        |sum: Proportion, part: Proportion| Proportion { right: sum.right + part.right, total: sum.total + part.total };
    parts.fold(Proportion::default(), add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(proportion: Proportion) -> (usize, usize) {
        (proportion.right, proportion.total)
    }

    #[test]
    fn no_more_is_wanted_than_there_is_or_than_fits() {
        // Three right clips, two of them in one row; a wrong row is first.
        let answer = PresentAnswer::new(3, &[0, 2, 1, 0], &[0, 2]);
        assert_eq!([answer.first_five, answer.first].map(told), [(2, 3), (2, 3)]);
        assert_eq!([answer.shown.precision, answer.shown.recall].map(told), [(1, 2), (2, 3)]);
        let many = PresentAnswer::new(40, &[1; 40], &[1; 10]);
        assert_eq!([many.first_five, many.first, many.shown.recall].map(told), [(5, 5), (40, 40), (10, 10)]);
    }

    #[test]
    fn prompts_of_one_kind_and_basis_are_added_up() {
        let findings = |kind, by, shown: &[usize], wrong| PromptFindings {
            prompt: TrialPrompt { class: 0, kind, text: "rain".into() },
            by,
            present: PresentAnswer::new(2, &[1, 0], shown),
            absent: AbsentAnswer { shown: wrong },
        };
        let prompts = vec![
            findings(PromptKind::Name, Basis::Sound, &[1, 0], 4),
            findings(PromptKind::Name, Basis::Sound, &[], 0),
            findings(PromptKind::Name, Basis::Both, &[1], 0),
        ];
        let shown = ShownHits::new(2, &[1, 1]);
        let example = |is_hidden| ExampleAnswer { is_right: true, is_hidden, shown };
        let figures = SearchFigures { limit: 10, prompts, examples: vec![example(true), example(false)] };
        let sum = figures.summary(Basis::Sound, PromptKind::Name).unwrap();
        assert_eq!((sum.prompts, sum.showing, sum.false_hits), (2, 1, 4));
        assert_eq!(
            [sum.present.shown.precision, sum.present.shown.recall, sum.present.first].map(told),
            [(1, 2), (1, 4), (2, 4)]
        );
        assert_eq!(figures.summary(Basis::Words, PromptKind::Name), None);
        let similar = figures.similar();
        assert_eq!((told(similar.right), similar.hidden, told(similar.shown.recall)), ((2, 2), 1, (4, 4)));
    }
}
