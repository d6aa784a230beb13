//! The JSON that `prompts --json` prints. Other people's scripts rely on these names: fields may be added, none renamed.

use crate::eval::wording::pairs::{Advice, LabelPair};
use crate::eval::wording::phrasing::{LabelPhrasing, Phrasing};
use crate::eval::wording::templates::TemplateScore;
use serde::Serialize;

use crate::eval::wording::findings::Findings;

/// The object of `prompts`.
#[derive(Debug, Serialize)]
pub struct WordingReport<'a> {
    sounds: usize,
    /// How many sounds have a label that is known; `null` without truth.
    truth: Option<usize>,
    phrasing: Vec<LabelWordings<'a>>,
    pairs: Vec<PairEntry<'a>>,
    templates: Vec<TemplateEntry<'a>>,
}

/// One label.
#[derive(Debug, Serialize)]
struct LabelWordings<'a> {
    label: &'a str,
    own: usize,
    /// The wording to label with.
    advised: Option<&'a str>,
    /// The wording to search with; `null` without truth.
    ranks_best: Option<&'a str>,
    wordings: Vec<WordingEntry<'a>>,
}

/// One wording of a label.
#[derive(Debug, Serialize)]
struct WordingEntry<'a> {
    wording: &'a str,
    usual: bool,
    cosine: f32,
    kept: usize,
    taken: usize,
    lead: Option<f32>,
    order: Option<f32>,
    average_precision: Option<f32>,
    /// For one sound only.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f32>,
}

/// Two labels.
#[derive(Debug, Serialize)]
struct PairEntry<'a> {
    labels: &'a [String; 2],
    cosine: f32,
    together: usize,
    contested: usize,
    won: usize,
    mistaken: Option<usize>,
    /// `keep`, `distinguish` or `merge`.
    advice: &'static str,
}

/// One template.
#[derive(Debug, Serialize)]
struct TemplateEntry<'a> {
    template: &'a str,
    margin: f32,
    agreement: f32,
    accuracy: Option<f32>,
}

impl<'a> WordingReport<'a> {
    /// `findings`, of which the first `top` labels and pairs, or all.
    pub fn new(findings: &'a Findings, top: Option<u32>) -> Self {
        let top = top.map_or(usize::MAX, |top| top as usize);
        let is_single = findings.sounds == 1;
        WordingReport {
            sounds: findings.sounds,
            truth: findings.known,
            phrasing: findings.phrasing.iter().take(top).map(|it| label_wordings(it, is_single)).collect(),
            pairs: findings.pairs.iter().take(top).map(pair_entry).collect(),
            templates: findings.templates.iter().map(template_entry).collect(),
        }
    }
}

fn label_wordings(found: &LabelPhrasing, is_single: bool) -> LabelWordings<'_> {
    LabelWordings {
        label: &found.label,
        own: found.own,
        advised: found.advised().map(|phrasing| phrasing.text.as_str()),
        ranks_best: found.ranks_best().map(|phrasing| phrasing.text.as_str()),
        wordings: found.phrasings.iter().map(|phrasing| wording_entry(phrasing, is_single)).collect(),
    }
}

fn wording_entry(phrasing: &Phrasing, is_single: bool) -> WordingEntry<'_> {
    WordingEntry {
        wording: &phrasing.text,
        usual: phrasing.is_usual,
        cosine: phrasing.mean_cosine,
        kept: phrasing.kept,
        taken: phrasing.taken,
        lead: phrasing.lead,
        order: phrasing.order,
        average_precision: phrasing.average_precision,
        rank: is_single.then_some(phrasing.first_rank),
        share: is_single.then_some(phrasing.first_share),
    }
}

fn pair_entry(pair: &LabelPair) -> PairEntry<'_> {
    let advice = match pair.advice() {
        Advice::Keep => "keep",
        Advice::Distinguish => "distinguish",
        Advice::Merge => "merge",
    };
    PairEntry {
        labels: &pair.labels,
        cosine: pair.cosine,
        together: pair.together,
        contested: pair.contested,
        won: pair.won,
        mistaken: pair.mistaken,
        advice,
    }
}

fn template_entry(score: &TemplateScore) -> TemplateEntry<'_> {
    let TemplateScore { text, margin, agreement, accuracy } = score;
    TemplateEntry { template: text, margin: *margin, agreement: *agreement, accuracy: *accuracy }
}
