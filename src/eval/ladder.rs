//! The ladder: ways to tell classes, from one that knows nothing of sounds to a trained head, each learned from the same
//! folds and tested on the same clips.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::classify::classifier::Classifier;
use crate::classify::head::{Head, HeadClass};
use crate::classify::labelling::Labelling;
use crate::classify::logistic::{FitPrecision, FitSettings, TrainingExample, fit};
use crate::classify::metrics::{ClassificationReport, Predictions, Proportion, likeliest};
use crate::classify::zero_shot::{LabelSet, softmax};
use crate::embedding::{Embedding, expect_dim};
use crate::error::Result;
use crate::eval::analysis::ClipAnalysis;
use crate::eval::dataset::LabelledClip;
use crate::eval::neighbours::each_query;
use crate::eval::spectral::Standardiser;
use crate::eval::split::{FoldOrigin, Round, Split, assign};

/// Strengths of the pull that are tried on a part of what is learned from; the strongest of equally good ones is taken.
const STRENGTHS: [f64; 7] = [10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01];

/// The same where numbers have spread 1 instead of vectors length 1: their squares are some 80 times as large.
const SPECTRAL_STRENGTHS: [f64; 5] = [100.0, 30.0, 10.0, 3.0, 1.0];

/// Where nothing can be put aside to choose a strength by.
const USUAL_STRENGTH: f64 = 0.1;

/// One part in so many of what is learned from is put aside to choose a strength by, where it has no folds of its own.
const PUT_ASIDE: usize = 4;

/// A way to tell classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// How common each class is, whatever the sound.
    Prior,
    /// A linear head on MFCC statistics.
    Spectral,
    /// The classes' names, asked of the model.
    ZeroShot,
    /// The class of the nearest clip.
    Nearest,
    /// A linear head on the embedding, which starts from nothing.
    Linear,
    /// The same, which starts from the classes' names.
    Prompted,
}

/// All of them, from the bottom up.
pub const RUNGS: [Rung; 6] = [Rung::Prior, Rung::Spectral, Rung::ZeroShot, Rung::Nearest, Rung::Linear, Rung::Prompted];

/// Clips whose classes are to be told, and what all rungs share.
#[derive(Debug, Clone, Copy)]
pub struct Ladder<'a> {
    /// The clips.
    pub items: &'a [LabelledClip],
    /// The same clips, heard.
    pub analyses: &'a [ClipAnalysis],
    /// How many classes a clip has.
    pub labelling: Labelling,
    /// The classes, embedded.
    pub labels: &'a LabelSet,
    /// What the model multiplies cosines by.
    pub scale: f32,
    /// What is learned from and what is tested on.
    pub split: &'a Split,
    /// What is drawn by.
    pub seed: u64,
}

/// How a rung did.
#[derive(Debug, Clone, PartialEq)]
pub struct RungResult {
    /// The rung.
    pub rung: Rung,
    /// Over all clips that were tested on, each once.
    pub report: ClassificationReport,
    /// Accuracy in each fold that was tested on.
    pub folds: Vec<Proportion>,
    /// The strength that was chosen for each fold; none where nothing is fitted.
    pub(crate) strengths: Vec<f64>,
}

/// The predictions of a rung for the clips of one fold.
struct FoldScores {
    /// One row a clip.
    scores: Vec<Vec<f32>>,
    strength: Option<f64>,
}

impl Rung {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Rung::Prior => "prior",
            Rung::Spectral => "spectral",
            Rung::ZeroShot => "zero-shot",
            Rung::Nearest => "nearest",
            Rung::Linear => "linear",
            Rung::Prompted => "prompted",
        }
    }

    /// Whether it learns from clips, and so needs others than those it is tested on.
    pub fn learns(self) -> bool {
        self != Rung::ZeroShot
    }

    /// What it is, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Rung::Prior => "the commonest class, unheard",
            Rung::Spectral => "MFCC statistics + linear head",
            Rung::ZeroShot => "class names asked of the model",
            Rung::Nearest => "embedding, class of the nearest clip",
            Rung::Linear => "embedding + linear head",
            Rung::Prompted => "embedding + linear head from the class names",
        }
    }
}

/// Climbs `rung`: learns for each round of `ladder` and tests.
///
/// # Errors
/// `Refusal::Lacking` if a fold leaves nothing to learn from, `Refusal::OtherDimension` if clips and classes are of
/// different spaces; `Error::Internal` if the solver fails.
pub fn climb(ladder: &Ladder<'_>, rung: Rung) -> Result<RungResult> {
    let dim = ladder.labels.vectors().first().map_or(0, Embedding::dim);
    expect_dim(dim, ladder.analyses.iter().map(|analysis| &analysis.vector))?;
    let rounds = ladder.split.rounds();
    let predictions: Vec<FoldScores> =
        rounds.par_iter().map(|round| ladder.predict(rung, round)).collect::<Result<_>>()?;
    let truth = |round: &Round| round.test.iter().map(|clip| ladder.items[*clip].classes.clone()).collect();
    let truths: Vec<Vec<Vec<usize>>> = rounds.iter().map(truth).collect();
    let accuracy = |(truths, predictions): (&Vec<Vec<usize>>, &FoldScores)| {
        let each = truths.iter().zip(&predictions.scores);
        Proportion::of(each.map(|(truth, scores)| truth.contains(&likeliest(scores))))
    };
    let folds = truths.iter().zip(&predictions).map(accuracy).collect();
    let strengths = predictions.iter().filter_map(|fold| fold.strength).collect();
    let scores: Vec<Vec<f32>> = predictions.into_iter().flat_map(|fold| fold.scores).collect();
    Ok(RungResult { rung, report: ladder.judged(&truths.concat(), &scores).report(), folds, strengths })
}

impl Ladder<'_> {
    fn judged<'a>(&self, truth: &'a [Vec<usize>], scores: &'a [Vec<f32>]) -> Predictions<'a> {
        Predictions { truth, scores, classes: self.labels.names().len(), labelling: self.labelling }
    }

    fn predict(&self, rung: Rung, round: &Round) -> Result<FoldScores> {
        match rung {
            Rung::Prior => Ok(self.predict_prior(round)),
            Rung::Spectral => self.predict_spectral(round),
            Rung::ZeroShot => {
                let classifier = Classifier::Words(self.labels.clone());
                let scores = round.test.iter().map(|clip| self.scores(&classifier, &self.analyses[*clip]));
                Ok(FoldScores { scores: scores.collect(), strength: None })
            }
            Rung::Nearest => Ok(self.predict_nearest(round)),
            Rung::Linear => self.predict_learned(round, |_| self.blank(self.analyses[0].vector.dim())),
            Rung::Prompted => self.predict_learned(round, |train| self.prompted(train)),
        }
    }

    fn scores(&self, classifier: &Classifier, analysis: &ClipAnalysis) -> Vec<f32> {
        match self.labelling {
            Labelling::Single => classifier.shares(&analysis.vector),
            Labelling::Multiple => classifier.presences(&analysis.vector),
        }
    }

    fn predict_prior(&self, round: &Round) -> FoldScores {
        let mut counts = vec![0.0f32; self.labels.names().len()];
        for clip in &round.train {
            self.items[*clip].classes.iter().for_each(|class| counts[*class] += 1.0);
        }
        counts.iter_mut().for_each(|count| *count /= round.train.len() as f32);
        FoldScores { scores: vec![counts; round.test.len()], strength: None }
    }

    /// A class's score is the cosine with its nearest clip.
    fn predict_nearest(&self, round: &Round) -> FoldScores {
        let mut scores = Vec::with_capacity(round.test.len());
        each_query(self.analyses, &round.test, &round.train, |_, cosines| {
            let mut nearest = vec![-1.0f32; self.labels.names().len()];
            for (clip, cosine) in round.train.iter().zip(cosines) {
                self.items[*clip].classes.iter().for_each(|class| nearest[*class] = nearest[*class].max(*cosine));
            }
            scores.push(nearest);
        });
        FoldScores { scores, strength: None }
    }

    fn predict_spectral(&self, round: &Round) -> Result<FoldScores> {
        let known: Vec<&[f32]> = round.train.iter().map(|clip| self.analyses[*clip].spectrum.as_slice()).collect();
        let standard = Standardiser::of(&known);
        let rows: Vec<Vec<f32>> = self.analyses.iter().map(|analysis| standard.apply(&analysis.spectrum)).collect();
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        self.learn(round, &rows, &SPECTRAL_STRENGTHS, |_| self.blank(known[0].len()))
    }

    fn predict_learned(&self, round: &Round, start: impl Fn(&[usize]) -> Head + Sync) -> Result<FoldScores> {
        let rows: Vec<&[f32]> = self.analyses.iter().map(|analysis| analysis.vector.as_slice()).collect();
        self.learn(round, &rows, &STRENGTHS, start)
    }

    /// Fits a head to the `rows` that are learned from, with the strength that does best on a part put aside.
    fn learn(
        &self,
        round: &Round,
        rows: &[&[f32]],
        strengths: &[f64],
        start: impl Fn(&[usize]) -> Head + Sync,
    ) -> Result<FoldScores> {
        let strength = self.choose_strength(round, rows, strengths, &start)?;
        let head = self.fit(&round.train, rows, &start(&round.train), strength)?;
        Ok(FoldScores { scores: self.answers(&head, &round.test, rows), strength: Some(strength) })
    }

    fn choose_strength(
        &self,
        round: &Round,
        rows: &[&[f32]],
        strengths: &[f64],
        start: &(impl Fn(&[usize]) -> Head + Sync),
    ) -> Result<f64> {
        let (train, aside) = self.put_aside(round);
        if train.is_empty() || aside.is_empty() {
            return Ok(USUAL_STRENGTH);
        }
        let truth: Vec<Vec<usize>> = aside.iter().map(|clip| self.items[*clip].classes.clone()).collect();
        let start = start(&train);
        let tried = strengths.par_iter().map(|strength| {
            let head = self.fit(&train, rows, &start, *strength)?;
            Ok(self.judged(&truth, &self.answers(&head, &aside, rows)).mean_average_precision())
        });
        let tried: Vec<f64> = tried.collect::<Result<_>>()?;
        let mut best = 0;
        for place in 1..tried.len() {
            if tried[place] > tried[best] {
                best = place;
            }
        }
        Ok(strengths[best])
    }

    /// What is learned from, in two: the greater part, and the rest, which is a fold of the dataset if there are several.
    fn put_aside(&self, round: &Round) -> (Vec<usize>, Vec<usize>) {
        let fold = |clip: &usize| self.split.folds[*clip];
        let last = round.train.iter().map(fold).max();
        let has_several = round.train.iter().any(|clip| Some(fold(clip)) != last);
        if has_several && self.split.origin != FoldOrigin::Made {
            return round.train.iter().partition(|clip| Some(fold(clip)) != last);
        }
        let items: Vec<&LabelledClip> = round.train.iter().map(|clip| &self.items[*clip]).collect();
        let parts = assign(&items, PUT_ASIDE, self.seed);
        let (train, aside): (Vec<_>, Vec<_>) = round.train.iter().zip(parts).partition(|(_, part)| *part != 0);
        (train.into_iter().map(|(clip, _)| *clip).collect(), aside.into_iter().map(|(clip, _)| *clip).collect())
    }

    fn fit(&self, train: &[usize], rows: &[&[f32]], start: &Head, strength: f64) -> Result<Head> {
        let example =
            |clip: &usize| TrainingExample { values: rows[*clip], classes: self.items[*clip].classes.clone() };
        fit(&train.iter().map(example).collect::<Vec<_>>(), start, &FitSettings { strength, care: FitPrecision::Final })
    }

    fn answers(&self, head: &Head, clips: &[usize], rows: &[&[f32]]) -> Vec<Vec<f32>> {
        let answer = |clip: &usize| match self.labelling {
            Labelling::Single => softmax(&head.logits(rows[*clip])),
            Labelling::Multiple => head.presences(rows[*clip]),
        };
        clips.iter().map(answer).collect()
    }

    fn blank(&self, dim: usize) -> Head {
        let class = |name: &String| HeadClass { name: name.clone(), weights: vec![0.0; dim], bias: 0.0 };
        Head::new(self.labels.names().iter().map(class).collect())
    }

    /// The classes' prompts, scaled as the model does. All classes begin with the same bias, so that without examples the
    /// order is zero-shot's: minus the logit that the likeliest class of a clip has on average.
    fn prompted(&self, train: &[usize]) -> Head {
        let (names, vectors, scale) = (self.labels.names(), self.labels.vectors(), self.scale);
        let best = |clip: &usize| {
            let cosines = vectors.iter().map(|prompt| self.analyses[*clip].vector.cosine_in_space(prompt));
            cosines.fold(-1.0, f32::max)
        };
        let usual = train.iter().map(best).sum::<f32>() / train.len().max(1) as f32;
        let class = |(name, vector): (&String, &Embedding)| HeadClass {
            name: name.clone(),
            weights: vector.as_slice().iter().map(|value| scale * value).collect(),
            bias: -scale * usual,
        };
        Head::new(names.iter().zip(vectors).map(class).collect())
    }
}
