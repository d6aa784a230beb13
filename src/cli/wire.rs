//! The JSON that `--json` prints, but for that of hits. Other people's scripts rely on these names: fields may be added,
//! none renamed.

use std::collections::BTreeMap;
use std::path::Path;

use auricle::classify::head::HeadClass;
use auricle::classify::taught::TaughtHead;
use auricle::library::check::{Finding, RECALL_LIMIT, Verdict};
use auricle::library::heads::TaughtExample;
use auricle::library::survey::Standing;
use auricle::server::wire::head::HeadFacts;
use auricle::server::wire::library::FailureEntry;
pub(crate) use auricle::server::wire::text;
use serde::Serialize;

use super::output::hex;

/// What an `embed` line stands for.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InputKind {
    /// A sound file.
    Audio,
    /// Words.
    Text,
}

/// One line of `embed`.
#[derive(Debug, Serialize)]
pub(crate) struct EmbedLine<'a> {
    pub(crate) input: &'a str,
    pub(crate) kind: InputKind,
    pub(crate) model: &'a str,
    pub(crate) vector: &'a [f32],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partial: Option<&'a str>,
}

/// The object of `head export`: the log-odds of a class are weights · vector + bias.
#[derive(Debug, Serialize)]
pub(crate) struct ExportedHead<'a> {
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
    pub(crate) fn new(name: &'a str, taught: &'a TaughtHead, examples: &'a [TaughtExample]) -> Self {
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
pub(crate) struct StoredLabel<'a> {
    pub(crate) path: String,
    pub(crate) label: &'a str,
    /// `zero-shot`, `head` or `hand`.
    pub(crate) source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) head: Option<&'a str>,
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) score: f32,
}

/// The object of `model info`.
#[derive(Debug, Serialize)]
pub(crate) struct ModelFacts {
    pub(crate) name: String,
    pub(crate) config: String,
    pub(crate) bytes: u64,
    pub(crate) parameters: usize,
    pub(crate) dim: usize,
    pub(crate) rate_hz: u32,
    pub(crate) window_seconds: f64,
    pub(crate) fused: bool,
    pub(crate) mel_bins: usize,
    pub(crate) min_hz: f64,
    pub(crate) max_hz: f64,
    pub(crate) fingerprint: String,
}

/// The object of `status`.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) library: String,
    pub(crate) files: u64,
    pub(crate) failed: u64,
    pub(crate) vanished: u64,
    pub(crate) segments: u64,
    pub(crate) vectors: u64,
    pub(crate) seconds: f64,
    pub(crate) model: String,
    pub(crate) fingerprint: String,
    pub(crate) dim: usize,
    pub(crate) format: u32,
    pub(crate) clips: u64,
    pub(crate) moments: u64,
    /// Failed files by stage.
    pub(crate) failed_by_stage: BTreeMap<String, u64>,
    pub(crate) catalogue_bytes: u64,
    pub(crate) derived_bytes: u64,
    /// End of the last run, in seconds since the Unix epoch.
    pub(crate) last_indexed: Option<u64>,
    /// How searches by sound go: `scan`, `coded scan` or `graph`.
    pub(crate) way: &'static str,
    pub(crate) text_index: IndexEntry,
    pub(crate) vector_index: IndexEntry,
    /// A reindexing that is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unfinished: Option<UnfinishedEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failures: Option<Vec<FailureEntry>>,
}

/// The object of `verify`.
#[derive(Debug, Serialize)]
pub(crate) struct Verification {
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
    pub(crate) fn new(folder: &Path, verdict: &Verdict) -> Self {
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
pub(crate) struct Removal {
    pub(crate) removed: Vec<String>,
    pub(crate) dry_run: bool,
    pub(crate) freed_bytes: u64,
}

/// One line of `export --format npy`: the segment whose vector is in row `row`.
#[derive(Debug, Serialize)]
pub(crate) struct SegmentLine<'a> {
    pub(crate) row: u64,
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) duration_seconds: f64,
    pub(crate) rate_hz: u32,
    pub(crate) channels: u32,
    pub(crate) container: &'a str,
    pub(crate) codec: &'a str,
    pub(crate) tags: BTreeMap<&'a str, &'a str>,
    /// BLAKE3 of the file's content, in hex.
    pub(crate) hash: Option<String>,
    pub(crate) model: &'a str,
    pub(crate) fingerprint: &'a str,
}

/// A reindexing that is not finished.
#[derive(Debug, Serialize)]
pub(crate) struct UnfinishedEntry {
    pub(crate) model: String,
    pub(crate) files: u64,
}

/// How a derived index stands to the catalogue.
#[derive(Debug, Serialize)]
pub(crate) struct IndexEntry {
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
pub(crate) struct Inspection {
    pub(crate) path: String,
    pub(crate) container: String,
    pub(crate) codec: String,
    pub(crate) rate_hz: u32,
    pub(crate) channels: u32,
    /// Duration as the file states it.
    pub(crate) duration_seconds: Option<f64>,
    /// What was decoded, per channel.
    pub(crate) samples: u64,
    pub(crate) seconds: f64,
    pub(crate) peak: f32,
    pub(crate) rms: f32,
    /// Relative to full scale; `null` for silence.
    pub(crate) peak_db: Option<f32>,
    pub(crate) rms_db: Option<f32>,
    pub(crate) partial: Option<String>,
    pub(crate) tags: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) png: Option<String>,
}
