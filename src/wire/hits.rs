//! The object that answers a search.

use std::path::{Path, PathBuf};

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Result;
use crate::library::Library;
use crate::library::text::{Coverage, Match};
use crate::search::hit::{Answer, Hit, Moment, Reason, Timing};
use crate::search::request::{By, Example, Query, Request, Stretch, Weighted};
use crate::wire::{GivenLabel, file_name, odd_bytes, text};

/// The answer to a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HitList {
    /// What was asked.
    pub query: QueryEcho,
    /// The library: its folder on the command line, its name on a server.
    pub library: String,
    /// The model that made it.
    pub model: String,
    /// What was found, best first.
    pub hits: Vec<HitEntry>,
    /// Hits left out because they may be there by chance.
    pub below_cut: usize,
    /// Files left out because they are an example once more.
    pub identical: Vec<FileEntry>,
    /// How much was searched.
    pub searched: Searched,
    /// How long that took, on a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing_ms: Option<TimingMs>,
}

/// What was asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueryEcho {
    /// The first words that are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The first example that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// What is wanted.
    pub wanted: Vec<QueryPart>,
    /// What is not.
    pub unwanted: Vec<QueryPart>,
    /// What was compared: `both`, `sound` or `words`.
    pub by: &'static str,
}

/// One thing that was asked for.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct QueryPart {
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The path of a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// The id of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The name of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// A learned class, HEAD or HEAD:CLASS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Start of the part of the sound, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<f64>,
    /// How much it counts.
    pub weight: f32,
}

/// A file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileEntry {
    /// Its id, if it is in the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Its path.
    pub path: String,
    /// The operating system's bytes in hex, only of a path that is not Unicode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
}

/// A hit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HitEntry {
    /// The file.
    #[serde(flatten)]
    pub file: FileEntry,
    /// The last part of its path.
    pub name: String,
    /// Start of the best place, in seconds.
    pub start: f64,
    /// Its end.
    pub end: f64,
    /// What hits are ordered by.
    pub score: f32,
    /// Cosine of the best place with what is wanted.
    pub cosine: Option<f32>,
    /// Why it is a hit.
    pub reasons: Vec<ReasonEntry>,
    /// `convincing`, `below cut` or `unjudged`.
    pub standing: &'static str,
    /// For plain words, the share of unrelated words that find something as good.
    pub chance: Option<f32>,
    /// The best moments in it.
    pub moments: Vec<MomentEntry>,
    /// The files with the same content.
    pub also: Vec<FileEntry>,
    /// Container in lower case.
    pub container: String,
    /// Codec in lower case.
    pub codec: String,
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
    /// Length in seconds.
    pub duration_seconds: f64,
    /// The labels it was given.
    pub labels: Vec<GivenLabel>,
}

/// Why something is a hit.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ReasonEntry {
    /// It sounds like what is wanted.
    Sound {
        /// Its rank by sound.
        rank: usize,
        /// The cosine.
        cosine: Option<f32>,
    },
    /// It has words that are wanted.
    Words {
        /// Its rank by words.
        rank: usize,
        /// `some`, `all` or `exact`.
        coverage: &'static str,
        /// Which words, and where.
        matches: Vec<MatchEntry>,
    },
    /// A reason of a later version.
    Other,
}

/// Words that were found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatchEntry {
    /// The words.
    pub words: String,
    /// `name`, `tags` or `folder`.
    pub place: &'static str,
}

/// A moment of a sound.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MomentEntry {
    /// Start in seconds.
    pub start: f64,
    /// End in seconds.
    pub end: f64,
    /// Cosine less what the unwanted takes.
    pub score: f32,
    /// Cosine.
    pub cosine: f32,
}

/// How much was searched.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Searched {
    /// Files that the filter let through.
    pub files: usize,
    /// Vectors in the library.
    pub vectors: usize,
    /// Files that have some of the words.
    pub with_words: usize,
}

/// How long each part took, in milliseconds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimingMs {
    /// Getting the queries' vectors.
    pub meaning: f64,
    /// Bringing the indexes up to date.
    pub refresh: f64,
    /// Filtering, and comparing words.
    pub words: f64,
    /// Comparing sounds, judging and grouping.
    pub sound: f64,
}

impl HitList {
    /// `answer`, which `library` gave to `request`; `shown` is what the library is called.
    ///
    /// # Errors
    /// Stage `catalog` if the catalogue cannot be read.
    pub fn new(library: &Library, shown: String, request: &Request, answer: &Answer) -> Result<Self> {
        let searched = &answer.searched;
        Ok(HitList {
            query: request.into(),
            library: shown,
            model: library.model().name.clone(),
            hits: answer.hits.iter().map(|hit| HitEntry::new(library, hit)).collect::<Result<_>>()?,
            below_cut: answer.below_cut,
            identical: entries(library, &answer.identical)?,
            searched: Searched { files: searched.files, vectors: searched.vectors, with_words: searched.with_words },
            timing_ms: None,
        })
    }
}

impl TimingMs {
    /// What `timing` says, and how long the queries' vectors took.
    pub fn new(meaning: std::time::Duration, timing: &Timing) -> Self {
        let [meaning, refresh, words, sound] =
            [meaning, timing.refresh, timing.words, timing.sound].map(|time| time.as_secs_f64() * 1e3);
        TimingMs { meaning, refresh, words, sound }
    }
}

fn entries(library: &Library, paths: &[PathBuf]) -> Result<Vec<FileEntry>> {
    let entry = |path: &PathBuf| Ok(FileEntry::new(library.file_id(path)?.map(|id| id.number()), path));
    paths.iter().map(entry).collect()
}

impl From<&Request> for QueryEcho {
    fn from(request: &Request) -> Self {
        let wanted: Vec<QueryPart> = request.wanted.iter().map(QueryPart::from).collect();
        QueryEcho {
            text: wanted.iter().find_map(|part| part.text.clone()),
            like: wanted.iter().find_map(|part| part.like.clone()),
            wanted,
            unwanted: request.unwanted.iter().map(QueryPart::from).collect(),
            by: match request.by {
                By::Both => "both",
                By::Sound => "sound",
                By::Words => "words",
            },
        }
    }
}

impl From<&Weighted> for QueryPart {
    fn from(Weighted { query, weight }: &Weighted) -> Self {
        let nothing = QueryPart { weight: *weight, ..QueryPart::default() };
        match query {
            Query::Words(words) => QueryPart { text: Some(words.clone()), ..nothing },
            Query::Learned(learned) => QueryPart { with: Some(learned.name.clone()), ..nothing },
            Query::Like(Example { path, stretch }) => {
                let times = stretch.map(|Stretch { start_seconds, end_seconds }| (start_seconds, end_seconds));
                let (start, end) = times.unzip();
                QueryPart { like: Some(text(path)), start, end, ..nothing }
            }
        }
    }
}

impl FileEntry {
    /// The file at `path`.
    pub fn new(id: Option<i64>, path: &Path) -> Self {
        FileEntry { id, path: text(path), path_bytes: odd_bytes(path) }
    }
}

impl HitEntry {
    fn new(library: &Library, hit: &Hit) -> Result<Self> {
        let card = &hit.file;
        let labels = card.hash.map_or_else(|| Ok(Vec::new()), |hash| library.labels_of(hash))?;
        Ok(HitEntry {
            file: FileEntry::new(Some(card.id.number()), &card.path),
            name: file_name(&card.path),
            start: hit.start_seconds,
            end: hit.end_seconds,
            score: hit.score,
            cosine: hit.cosine,
            reasons: hit.reasons.iter().map(|reason| ReasonEntry::new(reason, hit)).collect(),
            standing: hit.standing.name(),
            chance: hit.chance,
            moments: hit.moments.iter().map(MomentEntry::from).collect(),
            also: entries(library, &hit.also)?,
            container: card.container.clone(),
            codec: card.codec.clone(),
            rate_hz: card.rate_hz,
            channels: card.channels,
            duration_seconds: card.duration_seconds,
            labels: labels.into_iter().map(|(by, labelled)| GivenLabel::new(&by, labelled)).collect(),
        })
    }
}

impl ReasonEntry {
    fn new(reason: &Reason, hit: &Hit) -> Self {
        match reason {
            Reason::Sound { rank } => ReasonEntry::Sound { rank: *rank, cosine: hit.cosine },
            Reason::Words { rank, matches, coverage } => {
                let entry = |found: &Match| MatchEntry { words: found.words.clone(), place: found.place.name() };
                let matches = matches.iter().map(entry).collect();
                ReasonEntry::Words { rank: *rank, coverage: coverage_name(*coverage), matches }
            }
        }
    }
}

fn coverage_name(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Some => "some",
        Coverage::All => "all",
        Coverage::Exact => "exact",
    }
}

impl From<&Moment> for MomentEntry {
    fn from(moment: &Moment) -> Self {
        MomentEntry { start: moment.start_seconds, end: moment.end_seconds, score: moment.score, cosine: moment.cosine }
    }
}
