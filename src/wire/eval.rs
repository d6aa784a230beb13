//! The JSON that `eval --json` prints. Other people's scripts rely on these names: fields may be added, none renamed.

use crate::classify::metrics::{ClassMetrics, Confusion, Proportion, wilson};
use crate::eval::approximate::ApproximateRecall;
use crate::eval::captions::Retrieval;
use crate::eval::ladder::RungResult;
use crate::eval::split::{FoldOrigin, Split};
use crate::eval::warnings::Warning;
use serde::Serialize;

use crate::eval::evaluation::{CaptionEvaluation, LabelEvaluation};
use crate::wire::path::full_text;

/// The object for labelled clips.
#[derive(Debug, Serialize)]
pub struct LabelledEvaluation<'a> {
    path: String,
    layout: &'static str,
    model: &'a str,
    fingerprint: &'a str,
    classes: &'a [String],
    clips: usize,
    /// Clips that could not be read.
    failed: usize,
    /// Sounds that are named but not there.
    missing: usize,
    seconds: f64,
    multiple_labels: bool,
    folds: Folds<'a>,
    rungs: Vec<RungEntry<'a>>,
    /// None where there is nothing to look among.
    neighbours: Option<NeighboursEntry>,
    approximate: Vec<ApproximateEntry>,
    warnings: Vec<WarningEntry<'a>>,
}

/// Clips that were learned from and tested on.
#[derive(Debug, Serialize)]
struct Folds<'a> {
    names: &'a [String],
    tested: Vec<&'a str>,
    /// `given`, `made` or `made by source`.
    origin: &'static str,
    test_clips: usize,
}

#[derive(Debug, Serialize)]
struct RungEntry<'a> {
    rung: &'static str,
    accuracy: Share,
    map: Option<f64>,
    folds: Vec<FoldEntry<'a>>,
    classes: Vec<ClassEntry<'a>>,
    /// Clips by what they are and what they are taken for, both in the order of `classes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion: Option<Vec<Vec<usize>>>,
}

/// A share with its 95 % interval.
#[derive(Debug, Serialize)]
pub(super) struct Share {
    share: f64,
    low: f64,
    high: f64,
    right: usize,
    total: usize,
}

#[derive(Debug, Serialize)]
struct FoldEntry<'a> {
    fold: &'a str,
    accuracy: f64,
    /// The strength that was chosen for a head.
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<f64>,
}

#[derive(Debug, Serialize)]
struct ClassEntry<'a> {
    class: &'a str,
    clips: usize,
    precision: f64,
    recall: f64,
    f1: f64,
    average_precision: Option<f64>,
}

#[derive(Debug, Serialize)]
struct NeighboursEntry {
    nearest: Share,
    precision_at_10: f64,
    map_at_10: f64,
}

#[derive(Debug, Serialize)]
struct ApproximateEntry {
    way: &'static str,
    recall_at_10: f64,
    precision_at_10: f64,
    exact_precision_at_10: f64,
    queries: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct WarningEntry<'a> {
    warning: &'static str,
    clips: usize,
    of: usize,
    reason: &'static str,
    examples: &'a [String],
}

/// The object for captioned clips.
#[derive(Debug, Serialize)]
pub struct CaptionedEvaluation<'a> {
    path: String,
    layout: &'static str,
    model: &'a str,
    fingerprint: &'a str,
    clips: usize,
    captions: usize,
    failed: usize,
    missing: usize,
    seconds: f64,
    text_to_audio: RetrievalEntry,
    audio_to_text: RetrievalEntry,
    warnings: Vec<WarningEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct RetrievalEntry {
    queries: usize,
    candidates: usize,
    recall_at_1: f64,
    recall_at_5: f64,
    recall_at_10: f64,
    /// 95 % intervals, as for as many independent queries as there are clips.
    recall_intervals: [[f64; 2]; 3],
    map_at_10: f64,
    median_rank: usize,
}

impl<'a> LabelledEvaluation<'a> {
    /// What `evaluation` found out.
    pub fn new(evaluation: &'a LabelEvaluation) -> Self {
        let LabelEvaluation { data, split, model, .. } = evaluation;
        let tested: Vec<&str> = split.tested.iter().map(|fold| split.names[*fold].as_str()).collect();
        let rung = |outcome| RungEntry::new(outcome, &data.classes, &tested);
        let neighbours = evaluation.neighbourhood.as_ref().map(|around| NeighboursEntry {
            nearest: around.nearest.into(),
            precision_at_10: around.precision,
            map_at_10: around.mean_average_precision,
        });
        LabelledEvaluation {
            path: full_text(&evaluation.path),
            layout: evaluation.layout.name,
            model: &model.name,
            fingerprint: &model.fingerprint,
            classes: &data.classes,
            clips: data.items.len(),
            failed: evaluation.failed,
            missing: data.missing.len(),
            seconds: evaluation.sound_seconds,
            multiple_labels: data.labelling == crate::classify::labelling::Labelling::Multiple,
            rungs: evaluation.outcomes.iter().map(rung).collect(),
            folds: Folds {
                names: &split.names,
                origin: origin_name(split),
                test_clips: evaluation.rounds.iter().map(|round| round.test.len()).sum(),
                tested,
            },
            neighbours,
            approximate: evaluation.compared.iter().map(Into::into).collect(),
            warnings: evaluation.warnings.iter().map(Into::into).collect(),
        }
    }
}

fn origin_name(split: &Split) -> &'static str {
    match split.origin {
        FoldOrigin::Given => "given",
        FoldOrigin::Made => "made",
        FoldOrigin::MadeBySource => "made by source",
    }
}

impl<'a> RungEntry<'a> {
    fn new(outcome: &RungResult, classes: &'a [String], tested: &[&'a str]) -> Self {
        let class = |(class, report): (&'a String, &ClassMetrics)| ClassEntry {
            class,
            clips: report.clips,
            precision: report.precision,
            recall: report.recall,
            f1: report.f1,
            average_precision: report.average_precision,
        };
        let fold = |(place, (fold, accuracy)): (usize, (&&'a str, &Proportion))| FoldEntry {
            fold,
            accuracy: accuracy.share(),
            strength: outcome.strengths.get(place).copied(),
        };
        let rows = |confusion: &Confusion| {
            let row = |is| (0..confusion.classes()).map(|taken| confusion.count(is, taken)).collect();
            (0..confusion.classes()).map(row).collect()
        };
        RungEntry {
            rung: outcome.rung.name(),
            accuracy: outcome.report.accuracy.into(),
            map: outcome.report.mean_average_precision,
            folds: tested.iter().zip(&outcome.folds).enumerate().map(fold).collect(),
            classes: classes.iter().zip(&outcome.report.classes).map(class).collect(),
            confusion: outcome.report.confusion.as_ref().map(rows),
        }
    }
}

impl From<Proportion> for Share {
    fn from(proportion: Proportion) -> Self {
        let [low, high] = proportion.interval();
        Share { share: proportion.share(), low, high, right: proportion.right, total: proportion.total }
    }
}

impl From<&ApproximateRecall> for ApproximateEntry {
    fn from(compared: &ApproximateRecall) -> Self {
        ApproximateEntry {
            way: compared.way.name(),
            recall_at_10: compared.recall,
            precision_at_10: compared.precision,
            exact_precision_at_10: compared.exact_precision,
            queries: compared.queries,
        }
    }
}

impl<'a> From<&'a Warning> for WarningEntry<'a> {
    fn from(warning: &'a Warning) -> Self {
        let Warning { doubt, clips, of, examples } = warning;
        WarningEntry { warning: doubt.name(), clips: *clips, of: *of, reason: doubt.reason(), examples }
    }
}

impl<'a> CaptionedEvaluation<'a> {
    /// What `evaluation` found out.
    pub fn new(evaluation: &'a CaptionEvaluation) -> Self {
        CaptionedEvaluation {
            path: full_text(&evaluation.path),
            layout: evaluation.layout.name,
            model: &evaluation.model.name,
            fingerprint: &evaluation.model.fingerprint,
            clips: evaluation.clips,
            captions: evaluation.captions,
            failed: evaluation.failed,
            missing: evaluation.missing.len(),
            seconds: evaluation.sound_seconds,
            text_to_audio: evaluation.retrieved.text_to_audio.into(),
            audio_to_text: evaluation.retrieved.audio_to_text.into(),
            warnings: evaluation.warnings.iter().map(Into::into).collect(),
        }
    }
}

impl From<Retrieval> for RetrievalEntry {
    fn from(retrieval: Retrieval) -> Self {
        let [recall_at_1, recall_at_5, recall_at_10] = retrieval.recall;
        RetrievalEntry {
            queries: retrieval.queries,
            candidates: retrieval.candidates,
            recall_at_1,
            recall_at_5,
            recall_at_10,
            recall_intervals: retrieval.recall.map(|share| wilson(share, retrieval.clips)),
            map_at_10: retrieval.mean_average_precision,
            median_rank: retrieval.median_rank,
        }
    }
}
