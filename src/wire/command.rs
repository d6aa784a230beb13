//! The JSON that `--json` prints, but for that of hits. Other people's scripts rely on these names: fields may be added,
//! none renamed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::classify::head::HeadClass;
use crate::classify::stored_head::TaughtHead;
use crate::library::check::{Finding, RECALL_LIMIT, Verdict};
use crate::library::heads::TaughtExample;
use crate::library::survey::Standing;
use crate::wire::head::HeadFacts;
use crate::wire::library::FailureEntry;
pub use crate::wire::text;
use serde::Serialize;

use crate::wire::hex;

/// What an `embed` line stands for.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A sound file.
    Audio,
    /// Words.
    Text,
}

/// One line of `embed`.
#[derive(Debug, Serialize)]
pub struct EmbedLine<'a> {
    pub input: &'a str,
    pub kind: InputKind,
    pub model: &'a str,
    pub vector: &'a [f32],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<&'a str>,
}

/// The object of `head export`: the log-odds of a class are weights · vector + bias.
#[derive(Debug, Serialize)]
pub struct ExportedHead<'a> {
    #[serde(flatten)]
    facts: HeadFacts,
    weights: &'a [HeadClass],
    examples: Vec<ExampleEntry<'a>>,
}

/// A sound that a head learned from.
#[derive(Debug, Serialize)]
struct ExampleEntry<'a> {
    path: String,
    hash: String,
    classes: &'a [String],
}

impl<'a> ExportedHead<'a> {
    /// The head called `name` with its examples.
    pub fn new(name: &'a str, taught: &'a TaughtHead, examples: &'a [TaughtExample]) -> Self {
        let entry = |example: &'a TaughtExample| ExampleEntry {
            path: text(&example.path),
            hash: hex(&example.hash.0),
            classes: &example.classes,
        };
        let examples = examples.iter().map(entry).collect();
        ExportedHead { facts: HeadFacts::new(name, taught), weights: taught.head.classes(), examples }
    }
}

/// One line of `labels list`.
#[derive(Debug, Serialize)]
pub struct StoredLabel<'a> {
    pub path: String,
    pub label: &'a str,
    /// `zero-shot`, `head` or `hand`.
    pub source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<&'a str>,
    pub start: f64,
    pub end: f64,
    pub score: f32,
}

/// The object of `model info`.
#[derive(Debug, Serialize)]
pub struct ModelFacts {
    pub name: String,
    pub config: String,
    pub bytes: u64,
    pub parameters: usize,
    pub dim: usize,
    pub rate_hz: u32,
    pub window_seconds: f64,
    pub fused: bool,
    pub mel_bins: usize,
    pub min_hz: f64,
    pub max_hz: f64,
    pub fingerprint: String,
}

/// The object of `status`.
#[derive(Debug, Serialize)]
pub struct Status {
    pub library: String,
    pub files: u64,
    pub failed: u64,
    pub vanished: u64,
    pub segments: u64,
    pub vectors: u64,
    pub seconds: f64,
    pub model: String,
    pub fingerprint: String,
    pub dim: usize,
    pub format: u32,
    pub clips: u64,
    pub moments: u64,
    /// Failed files by stage.
    pub failed_by_stage: BTreeMap<String, u64>,
    pub catalogue_bytes: u64,
    pub derived_bytes: u64,
    /// End of the last run, in seconds since the Unix epoch.
    pub last_indexed: Option<u64>,
    /// How searches by sound go: `scan`, `coded scan` or `graph`.
    pub way: &'static str,
    pub text_index: IndexEntry,
    pub vector_index: IndexEntry,
    /// A reindexing that is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<UnfinishedEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<FailureEntry>>,
}

/// The object of `verify`.
#[derive(Debug, Serialize)]
pub struct Verification {
    library: String,
    agrees: bool,
    checks: Vec<CheckEntry>,
    /// Share of the nearest that searches find; `null` where it could not be measured.
    recall: Option<f64>,
    recall_limit: usize,
    searches: usize,
}

/// One part of a library.
#[derive(Debug, Serialize)]
struct CheckEntry {
    name: &'static str,
    ok: bool,
    detail: String,
    problems: Vec<String>,
}

impl Verification {
    /// What `verdict` says of the library in `folder`.
    pub fn new(folder: &Path, verdict: &Verdict) -> Self {
        let entry = |finding: &Finding| CheckEntry {
            name: finding.part.name(),
            ok: finding.problems.is_empty(),
            detail: finding.detail.clone(),
            problems: finding.problems.clone(),
        };
        Verification {
            library: text(folder),
            agrees: verdict.agrees(),
            checks: verdict.findings.iter().map(entry).collect(),
            recall: verdict.audit.map(|audit| audit.recall),
            recall_limit: RECALL_LIMIT,
            searches: verdict.audit.map_or(0, |audit| audit.queries),
        }
    }
}

/// The object of `prune` and `remove`.
#[derive(Debug, Serialize)]
pub struct Removal {
    pub removed: Vec<String>,
    pub dry_run: bool,
    pub freed_bytes: u64,
}

/// One line of `export --format npy`: the segment whose vector is in row `row`.
#[derive(Debug, Serialize)]
pub struct SegmentLine<'a> {
    pub row: u64,
    pub path: String,
    pub kind: &'static str,
    pub start: f64,
    pub end: f64,
    pub duration_seconds: f64,
    pub rate_hz: u32,
    pub channels: u32,
    pub container: &'a str,
    pub codec: &'a str,
    pub tags: BTreeMap<&'a str, &'a str>,
    /// BLAKE3 of the file's content, in hex.
    pub hash: Option<String>,
    pub model: &'a str,
    pub fingerprint: &'a str,
}

/// A reindexing that is not finished.
#[derive(Debug, Serialize)]
pub struct UnfinishedEntry {
    pub model: String,
    pub files: u64,
}

/// How a derived index stands to the catalogue.
#[derive(Debug, Serialize)]
pub struct IndexEntry {
    /// `stored`, `missing`, `unusable` or `not needed`.
    state: &'static str,
    /// Files changed since it was stored.
    behind: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<&Standing> for IndexEntry {
    fn from(standing: &Standing) -> Self {
        let entry = |state| IndexEntry { state, behind: 0, bytes: 0, reason: None };
        match standing {
            Standing::NotNeeded => entry("not needed"),
            Standing::Missing => entry("missing"),
            Standing::Unusable(reason) => IndexEntry { reason: Some(reason.clone()), ..entry("unusable") },
            Standing::Stored { behind, len_bytes } => {
                IndexEntry { behind: *behind, bytes: *len_bytes, ..entry("stored") }
            }
        }
    }
}

/// The object of `inspect`.
#[derive(Debug, Serialize)]
pub struct Inspection {
    pub path: String,
    pub container: String,
    pub codec: String,
    pub rate_hz: u32,
    pub channels: u32,
    /// Duration as the file states it.
    pub duration_seconds: Option<f64>,
    /// What was decoded, per channel.
    pub samples: u64,
    pub seconds: f64,
    pub peak: f32,
    pub rms: f32,
    /// Relative to full scale; `null` for silence.
    pub peak_db: Option<f32>,
    pub rms_db: Option<f32>,
    pub partial: Option<String>,
    pub tags: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub png: Option<String>,
}
