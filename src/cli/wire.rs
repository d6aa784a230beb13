//! The JSON that `--json` prints. Other people's scripts rely on these names: fields may be added, none renamed.

use std::collections::BTreeMap;
use std::path::Path;

use auricle::classify::Scored;
use auricle::library::record;
use auricle::library::text::Match;
use auricle::search::hit::{Hit, Reason};
use auricle::search::request::Query;
use serde::Serialize;

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

/// One line of `label`.
#[derive(Debug, Serialize)]
pub(crate) struct LabelLine<'a> {
    pub(crate) path: String,
    pub(crate) labels: Vec<LabelScore<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partial: Option<&'a str>,
}

/// A label and its share.
#[derive(Debug, Serialize)]
pub(crate) struct LabelScore<'a> {
    label: &'a str,
    score: f32,
}

impl<'a> From<&'a Scored> for LabelScore<'a> {
    fn from(scored: &'a Scored) -> Self {
        LabelScore { label: &scored.label, score: scored.score }
    }
}

/// The object of `search` and `similar`.
#[derive(Debug, Serialize)]
pub(crate) struct HitList {
    query: QueryEcho,
    library: String,
    model: String,
    hits: Vec<HitEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum QueryEcho {
    Text(String),
    Like(String),
}

#[derive(Debug, Serialize)]
struct HitEntry {
    path: String,
    start: f64,
    end: f64,
    score: f32,
    cosine: Option<f32>,
    reasons: Vec<ReasonEntry>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum ReasonEntry {
    Sound { rank: usize },
    Words { rank: usize, matches: Vec<MatchEntry> },
    Other,
}

#[derive(Debug, Serialize)]
struct MatchEntry {
    words: String,
    place: &'static str,
}

impl HitList {
    /// The answer `hits` to `query`, from `library`.
    pub(crate) fn new(query: &Query, library: &auricle::library::Library, hits: &[Hit]) -> Self {
        HitList {
            query: match query {
                Query::Words(words) => QueryEcho::Text(words.clone()),
                Query::Like(example) => QueryEcho::Like(text(&example.path)),
            },
            library: text(library.folder()),
            model: library.model().name.clone(),
            hits: hits.iter().map(HitEntry::from).collect(),
        }
    }
}

impl From<&Hit> for HitEntry {
    fn from(hit: &Hit) -> Self {
        HitEntry {
            path: text(&hit.file.path),
            start: hit.start_seconds,
            end: hit.end_seconds,
            score: hit.score,
            cosine: hit.cosine,
            reasons: hit.reasons.iter().map(ReasonEntry::from).collect(),
        }
    }
}

impl From<&Reason> for ReasonEntry {
    fn from(reason: &Reason) -> Self {
        match reason {
            Reason::Sound { rank } => ReasonEntry::Sound { rank: *rank },
            Reason::Words { rank, matches, .. } => {
                let entry = |found: &Match| MatchEntry { words: found.words.clone(), place: found.place.name() };
                ReasonEntry::Words { rank: *rank, matches: matches.iter().map(entry).collect() }
            }
            _ => ReasonEntry::Other,
        }
    }
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failures: Option<Vec<FailureEntry>>,
}

/// A file that could not be indexed.
#[derive(Debug, Serialize)]
pub(crate) struct FailureEntry {
    path: String,
    stage: String,
    reason: String,
}

impl From<record::Failure> for FailureEntry {
    fn from(failure: record::Failure) -> Self {
        FailureEntry { path: text(&failure.path), stage: failure.stage, reason: failure.reason }
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

/// `path` as JSON has it: text, with what is not Unicode replaced.
pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}
