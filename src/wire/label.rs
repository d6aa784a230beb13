//! Labels: asking for them, and giving them by hand.

#[cfg(feature = "server")]
use std::collections::BTreeMap;

#[cfg(feature = "server")]
use serde::Deserialize;
use serde::Serialize;

use crate::classify::classifier::LabelVerdict;
use crate::classify::labelling::Labelling;
use crate::library::labels::LabelEntry;
use crate::library::record::label::{Labelled, Labeller};
use crate::wire::file::FileEntry;
use crate::wire::path::text;

/// A label of a sound in the library.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = GivenLabel))]
pub struct StoredLabel {
    /// The label.
    pub label: String,
    /// `zero-shot`, `head` or `hand`.
    pub source: &'static str,
    /// The head that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Start in seconds from the beginning of the sound.
    pub start: f64,
    /// Its end.
    pub end: f64,
    /// Confidence of the labeller, 0 to 1.
    pub score: f32,
}

impl StoredLabel {
    /// The label `labelled` that `by` gave.
    pub fn new(by: &Labeller, labelled: &Labelled) -> Self {
        let head = Some(by.head()).filter(|head| !head.is_empty()).map(str::to_owned);
        StoredLabel {
            label: labelled.label.clone(),
            source: by.source(),
            head,
            start: labelled.start_seconds,
            end: labelled.end_seconds,
            score: labelled.score,
        }
    }
}

/// A label of a file, one line of `labels list`.
#[derive(Debug, Clone, Serialize)]
pub struct FileLabel {
    /// Path of the file.
    pub path: String,
    /// The label.
    #[serde(flatten)]
    pub label: StoredLabel,
}

impl From<&LabelEntry> for FileLabel {
    fn from(entry: &LabelEntry) -> Self {
        FileLabel { path: text(&entry.path), label: StoredLabel::new(&entry.by, &entry.labelled) }
    }
}

/// Labels of some sounds.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Labels as on the command line: `dog`, `siren @0.7 = a siren wails | …`.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub(crate) labels: Vec<String>,
    /// A built-in list of labels.
    pub(crate) set: Option<String>,
    /// A head of the library.
    pub(crate) with: Option<String>,
    /// Judge each label by itself.
    #[serde(default)]
    pub(crate) multi: bool,
    /// From which presence on a sound has a label.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) threshold: Option<f32>,
    /// Sentences with {} for a label that is only a name.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub(crate) template: Vec<String>,
    /// These files.
    #[schema(max_items = 2000)]
    pub(crate) ids: Option<Vec<i64>>,
    /// These uploads.
    #[schema(max_items = 32)]
    pub(crate) uploads: Option<Vec<String>>,
    /// Of the whole library: how many sounds to leave out of the list, by id.
    #[serde(default)]
    pub(crate) offset: usize,
    /// Of the whole library: how many sounds to list.
    #[schema(minimum = 1, maximum = 2000, default = 500)]
    pub(crate) limit: Option<usize>,
    /// Of the whole library, in place of a part of it: so many sounds of each label, the likeliest first, then so many
    /// that have none; fewer where that would be over 2000 in all.
    #[schema(minimum = 1, maximum = 2000)]
    pub(crate) best: Option<usize>,
    /// The labels given of each sound at most, found or not; all that it has are given anyway.
    #[schema(minimum = 1, maximum = 1000, default = 10)]
    pub(crate) top: Option<usize>,
    /// Store what is found in the library.
    #[serde(default)]
    pub(crate) write: bool,
}

/// Labels of some sounds.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct LabelAnswer {
    /// The names of the labels.
    pub(crate) labels: Vec<String>,
    /// A sound each.
    pub(crate) results: Vec<SoundLabels>,
    /// Number of sounds that were judged.
    pub(crate) total: usize,
    /// Number of sounds with each label that any has.
    pub(crate) counts: BTreeMap<String, usize>,
    /// Number of sounds with none of them.
    pub(crate) none: usize,
}

/// Labels of a sound.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = LabelledSound))]
pub struct SoundLabels {
    /// The file; for an upload its name there.
    #[serde(flatten)]
    pub file: FileEntry,
    /// The labels that it has.
    pub found: Vec<String>,
    /// All labels or the best of them, best first.
    pub labels: Vec<LabelScore>,
    /// Losses and repairs while decoding, of a sound that was decoded for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<String>,
}

impl SoundLabels {
    /// What `scored`, best first, says of `file`: what was found, and the best `listed` labels.
    pub fn new(file: FileEntry, labelling: Labelling, scored: &[LabelVerdict], listed: usize) -> Self {
        SoundLabels {
            file,
            found: labelling.found(scored).into_iter().map(|found| found.label.clone()).collect(),
            labels: scored.iter().take(listed).map(LabelScore::from).collect(),
            partial: None,
        }
    }
}

/// A label and how far a sound has it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LabelScore {
    /// The label.
    pub(crate) label: String,
    /// Probability that the sound has the label, whatever the others are; the labels are ordered by it.
    pub(crate) presence: f32,
    /// The label's part among all that were asked for; they sum to 1.
    pub(crate) share: f32,
    /// Whether the presence reaches the threshold.
    pub(crate) present: bool,
}

impl From<&LabelVerdict> for LabelScore {
    fn from(scored: &LabelVerdict) -> Self {
        let LabelVerdict { label, presence, share, is_present } = scored.clone();
        LabelScore { label, presence, share, present: is_present }
    }
}

/// A label given or taken off by hand.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandLabelRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The label.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) label: String,
    /// The files.
    #[schema(max_items = 100_000)]
    pub(crate) ids: Vec<i64>,
    /// Whether they are given the label or lose it.
    pub(crate) add: bool,
}

/// Number of labels that changed.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Changed)]
pub(crate) struct ChangeCount {
    /// Sounds whose labels changed.
    pub(crate) changed: usize,
}
