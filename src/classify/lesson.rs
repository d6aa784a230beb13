//! A lesson, which is classes with examples, → a head with figures that say what it is worth.
//!
//! The prompt of each class is where its weights start from, so that few examples already make a head that is no worse
//! than the words. How strongly it is held there, and whether it starts from nothing instead, is what
//! cross-validation finds best. Nothing is read or stored here.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::classify::cross_validation::{deal, trial_loss, unheard};
use crate::classify::head::{Head, HeadClass};
use crate::classify::logistic::{FitPrecision, FitSettings, TrainingExample, fit};
use crate::classify::metrics::average_precision;
use crate::classify::zero_shot::DEFAULT_THRESHOLD;
use crate::embedding::{Embedding, dot};
use crate::error::{Refusal, Result};

/// Strengths of the pull towards the start that are tried.
const STRENGTHS: [f64; 5] = [0.02, 0.1, 0.5, 2.0, 10.0];

/// With more examples than this, they are tried on [`TRIAL_FOLDS`] folds only: there is enough to tell them apart.
const MANY_EXAMPLES: usize = 200;

/// Folds of a trial with many examples.
const TRIAL_FOLDS: usize = 2;

/// What is used where there are too few examples to try.
const FEW_EXAMPLES: FitSettings = FitSettings { strength: 0.2, care: FitPrecision::Final };

/// Classes and what is known of them.
#[derive(Debug, Clone)]
pub struct Lesson<'a> {
    /// The classes' names.
    pub names: Vec<String>,
    /// What a head begins with: the classes' prompts by the same model, and what its cosines are multiplied by.
    pub prompts: &'a [Embedding],
    /// Scale of the model's cosines.
    pub scale: f32,
    /// What it learns from.
    pub examples: Vec<TrainingExample<'a>>,
}

/// Where the weights started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The classes' prompts.
    Prompt,
    /// Zero.
    Nothing,
}

/// What is known of a head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LessonReport {
    /// Examples it learned from.
    pub examples: usize,
    /// Folds of the cross-validation; 0 if there were too few examples for one.
    pub folds: usize,
    /// What its weights started from.
    pub start: Start,
    /// How strongly they were held there.
    pub strength: f64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// One for each class.
    pub classes: Vec<HeadClassReport>,
}

/// What a class is worth, judged on examples that were held out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadClassReport {
    /// Its name.
    pub name: String,
    /// Examples of it.
    pub positives: usize,
    /// Share of right ones among what it finds; `None` if it finds none or was not validated.
    pub precision: Option<f64>,
    /// Share of its examples that it finds.
    pub recall: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Average precision of its prompt alone on the same examples.
    pub zero_shot: Option<f64>,
}

impl Lesson<'_> {
    /// Learns a head from all examples, and says what it is worth.
    ///
    /// # Errors
    /// [`Refusal`] if a class has no example, or nothing that it could be told from; as [`fit`].
    pub fn learn(&self) -> Result<(Head, LessonReport)> {
        self.check()?;
        let begun = Instant::now();
        let folds = deal(&self.examples, self.names.len());
        let choice = match &folds {
            Some(folds) => self.choose(folds)?,
            None => Choice { start: Start::Prompt, settings: FEW_EXAMPLES, logits: None },
        };
        let head = fit(&self.examples, &self.start(choice.start), &choice.settings)?;
        let classes = (0..self.names.len()).map(|class| self.class_report(class, choice.logits.as_deref()));
        let report = LessonReport {
            examples: self.examples.len(),
            folds: folds.and_then(|folds| folds.iter().max().map(|last| last + 1)).unwrap_or(0),
            start: choice.start,
            strength: choice.settings.strength,
            classes: classes.collect(),
            seconds: Duration::as_secs_f64(&begun.elapsed()),
        };
        Ok((head, report))
    }

    fn check(&self) -> Result<()> {
        for (class, name) in self.names.iter().enumerate() {
            let positives = self.positives(class);
            if positives == 0 {
                return Err(Refusal::ClassWithoutExamples { class: name.clone() }.into());
            }
            if positives == self.examples.len() {
                return Err(Refusal::ClassWithoutOthers { class: name.clone() }.into());
            }
        }
        Ok(())
    }

    fn positives(&self, class: usize) -> usize {
        self.examples.iter().filter(|example| example.classes.contains(&class)).count()
    }

    /// The head that knows no examples.
    fn start(&self, start: Start) -> Head {
        let class = |(name, prompt): (&String, &Embedding)| {
            let weight = |value: &f32| if start == Start::Prompt { self.scale * value } else { 0.0 };
            HeadClass { name: name.clone(), weights: prompt.as_slice().iter().map(weight).collect(), bias: 0.0 }
        };
        Head::new(self.names.iter().zip(self.prompts).map(class).collect())
    }

    /// What does best on examples that were held out.
    fn choose(&self, folds: &[usize]) -> Result<Choice> {
        let all = folds.iter().max().map_or(0, |last| last + 1);
        let count = if self.examples.len() > MANY_EXAMPLES { TRIAL_FOLDS.min(all) } else { all };
        let mut best: Option<(f64, Start, f64)> = None;
        for start in [Start::Prompt, Start::Nothing] {
            let from = self.start(start);
            for strength in STRENGTHS {
                let settings = FitSettings { strength, care: FitPrecision::Trial };
                let loss = trial_loss(&self.examples, folds, count, &from, &settings)?;
                if best.is_none_or(|(least, ..)| loss < least) {
                    best = Some((loss, start, strength));
                }
            }
        }
        let (_, start, strength) = best.expect("something is tried");
        let settings = FitSettings { strength, care: FitPrecision::Final };
        let logits = unheard(&self.examples, folds, &self.start(start), &settings)?;
        Ok(Choice { start, settings, logits: Some(logits) })
    }

    fn class_report(&self, class: usize, logits: Option<&[Vec<f32>]>) -> HeadClassReport {
        let is_of = |example: &TrainingExample<'_>| example.classes.contains(&class);
        let truth: Vec<bool> = self.examples.iter().map(is_of).collect();
        let mut report = HeadClassReport {
            name: self.names[class].clone(),
            positives: self.positives(class),
            precision: None,
            recall: None,
            average_precision: None,
            zero_shot: None,
        };
        if let Some(logits) = logits {
            let scores: Vec<f32> = logits.iter().map(|logits| logits[class]).collect();
            let boundary = (DEFAULT_THRESHOLD / (1.0 - DEFAULT_THRESHOLD)).ln();
            let found = scores.iter().filter(|score| **score >= boundary).count();
            let right = scores.iter().zip(&truth).filter(|(score, truth)| **score >= boundary && **truth).count();
            report.precision = (found > 0).then(|| right as f64 / found as f64);
            report.recall = Some(right as f64 / report.positives as f64);
            let prompt = self.prompts[class].as_slice();
            let cosine = |example: &TrainingExample<'_>| dot(example.values, prompt) as f32;
            let cosines = self.examples.iter().map(cosine);
            report.zero_shot = average_precision(cosines.zip(truth.iter().copied()).collect());
            report.average_precision = average_precision(scores.into_iter().zip(truth).collect());
        }
        report
    }
}

/// How a head is fitted, with what it said of examples that were held out.
struct Choice {
    start: Start,
    settings: FitSettings,
    logits: Option<Vec<Vec<f32>>>,
}
