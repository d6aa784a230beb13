//! The JSON that `eval --search --json` prints. Other people's scripts rely on these names: fields may be added, none renamed.

use serde::Serialize;

use crate::eval::evaluation::SearchEvaluation;
use crate::eval::search::figures::{PresentAnswer, PromptFindings, PromptSummary, SearchFigures, ShownHits};
use crate::eval::search::prompts::{KINDS, PromptKind};
use crate::eval::search::trial::BASES;
use crate::search::request::Basis;
use crate::wire::eval::{Share, WarningEntry};
use crate::wire::path::text;

/// The object for searches of clips with labels.
#[derive(Debug, Serialize)]
pub struct SearchedEvaluation<'a> {
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
    /// Most hits of an answer.
    limit: usize,
    search: Vec<SummaryEntry>,
    similar: SimilarEntry,
    prompts: Vec<PromptEntry<'a>>,
    warnings: Vec<WarningEntry<'a>>,
}

/// All prompts of one kind on one basis.
#[derive(Debug, Serialize)]
struct SummaryEntry {
    /// `sound`, `words` or `both`.
    by: &'static str,
    /// `name`, `sentence` or `written`.
    kind: &'static str,
    prompts: usize,
    present: PresentEntry,
    absent: AbsentEntry,
}

/// Answers where the class is in the library.
#[derive(Debug, Serialize)]
struct PresentEntry {
    precision_at_5: Share,
    r_precision: Share,
    #[serde(flatten)]
    shown: ShownEntry,
}

/// Hits that are shown.
#[derive(Debug, Serialize)]
struct ShownEntry {
    precision: Share,
    recall: Share,
}

/// Answers where the class is not in the library.
#[derive(Debug, Serialize)]
struct AbsentEntry {
    /// Prompts that show something.
    showing: usize,
    false_hits: usize,
}

/// Every clip as an example.
#[derive(Debug, Serialize)]
struct SimilarEntry {
    /// Whether the nearest is of the example's class.
    nearest: Share,
    /// Right nearest ones that are not shown.
    hidden: usize,
    #[serde(flatten)]
    shown: ShownEntry,
}

/// One prompt on one basis.
#[derive(Debug, Serialize)]
struct PromptEntry<'a> {
    class: &'a str,
    prompt: &'a str,
    kind: &'static str,
    by: &'static str,
    /// Right clips, as many as an answer has room for.
    wanted: usize,
    right_of_first_5: usize,
    shown: usize,
    shown_right: usize,
    absent_shown: usize,
}

impl<'a> SearchedEvaluation<'a> {
    /// What `evaluation` found out.
    pub fn new(evaluation: &'a SearchEvaluation) -> Self {
        let SearchEvaluation { data, figures, model, .. } = evaluation;
        let pairs = BASES.into_iter().flat_map(|by| KINDS.map(|kind| (by, kind)));
        SearchedEvaluation {
            path: text(&evaluation.path),
            layout: evaluation.layout.name,
            model: &model.name,
            fingerprint: &model.fingerprint,
            classes: &data.classes,
            clips: data.items.len(),
            failed: evaluation.failed,
            missing: data.missing.len(),
            seconds: evaluation.sound_seconds,
            limit: figures.limit,
            search: pairs.filter_map(|(by, kind)| SummaryEntry::new(figures, by, kind)).collect(),
            similar: SimilarEntry::new(figures),
            prompts: figures.prompts.iter().map(|findings| PromptEntry::new(findings, &data.classes)).collect(),
            warnings: evaluation.warnings.iter().map(Into::into).collect(),
        }
    }
}

impl SummaryEntry {
    fn new(figures: &SearchFigures, by: Basis, kind: PromptKind) -> Option<Self> {
        let PromptSummary { prompts, present, showing, false_hits } = figures.summary(by, kind)?;
        let absent = AbsentEntry { showing, false_hits };
        Some(SummaryEntry { by: by.name(), kind: kind.name(), prompts, present: present.into(), absent })
    }
}

impl From<PresentAnswer> for PresentEntry {
    fn from(answer: PresentAnswer) -> Self {
        PresentEntry {
            precision_at_5: answer.first_five.into(),
            r_precision: answer.first.into(),
            shown: answer.shown.into(),
        }
    }
}

impl From<ShownHits> for ShownEntry {
    fn from(shown: ShownHits) -> Self {
        ShownEntry { precision: shown.precision.into(), recall: shown.recall.into() }
    }
}

impl SimilarEntry {
    fn new(figures: &SearchFigures) -> Self {
        let similar = figures.similar();
        SimilarEntry { nearest: similar.right.into(), hidden: similar.hidden, shown: similar.shown.into() }
    }
}

impl<'a> PromptEntry<'a> {
    fn new(findings: &'a PromptFindings, classes: &'a [String]) -> Self {
        let PromptFindings { prompt, by, present, absent } = findings;
        PromptEntry {
            class: &classes[prompt.class],
            prompt: &prompt.text,
            kind: prompt.kind.name(),
            by: by.name(),
            wanted: present.shown.recall.total,
            right_of_first_5: present.first_five.right,
            shown: present.shown.precision.total,
            shown_right: present.shown.precision.right,
            absent_shown: absent.shown,
        }
    }
}
