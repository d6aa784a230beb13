//! The object that `search --json` and `similar --json` print. Other people's scripts rely on these names: fields may be
//! added, none renamed.

use std::path::Path;

use auricle::library::text::{Coverage, Match};
use auricle::search::hit::{Hit, Moment, Reason};
use auricle::search::request::{By, Example, Query, Request, Stretch, Weighted};
use serde::Serialize;

use super::Found;
use super::words::odd_bytes;
use crate::cli::exit::Failure;
use crate::cli::output::json_line;
use crate::cli::wire::text;

/// `found` as one line of JSON.
pub(super) fn render(found: &Found<'_>) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    json_line(&mut out, &HitList::from(found))?;
    Ok(out)
}

#[derive(Debug, Serialize)]
struct HitList<'a> {
    query: QueryEcho<'a>,
    library: String,
    model: &'a str,
    hits: Vec<HitEntry<'a>>,
    /// Hits left out because they may be there by chance.
    below_cut: usize,
    /// Files left out because they are an example once more.
    identical: Vec<FileEntry>,
    searched: Searched,
}

#[derive(Debug, Serialize)]
struct QueryEcho<'a> {
    /// The first words that are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// The first example that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    like: Option<String>,
    wanted: Vec<QueryPart<'a>>,
    unwanted: Vec<QueryPart<'a>>,
    by: &'static str,
}

#[derive(Debug, Serialize)]
struct QueryPart<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    like: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<f64>,
    weight: f32,
}

#[derive(Debug, Serialize)]
struct FileEntry {
    path: String,
    /// The operating system's bytes in hex, only of a path that is not Unicode.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
}

#[derive(Debug, Serialize)]
struct HitEntry<'a> {
    #[serde(flatten)]
    file: FileEntry,
    start: f64,
    end: f64,
    score: f32,
    cosine: Option<f32>,
    reasons: Vec<ReasonEntry<'a>>,
    standing: &'static str,
    chance: Option<f32>,
    moments: Vec<MomentEntry>,
    also: Vec<FileEntry>,
    container: &'a str,
    codec: &'a str,
    rate_hz: u32,
    channels: u32,
    duration_seconds: f64,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum ReasonEntry<'a> {
    Sound { rank: usize, cosine: Option<f32> },
    Words { rank: usize, coverage: &'static str, matches: Vec<MatchEntry<'a>> },
    Other,
}

#[derive(Debug, Serialize)]
struct MatchEntry<'a> {
    words: &'a str,
    place: &'static str,
}

#[derive(Debug, Serialize)]
struct MomentEntry {
    start: f64,
    end: f64,
    score: f32,
    cosine: f32,
}

#[derive(Debug, Serialize)]
struct Searched {
    files: usize,
    vectors: usize,
    with_words: usize,
}

impl<'a> From<&'a Found<'a>> for HitList<'a> {
    fn from(found: &'a Found<'a>) -> Self {
        let answer = found.answer;
        let searched = &answer.searched;
        HitList {
            query: found.request.into(),
            library: text(found.library.folder()),
            model: &found.library.model().name,
            hits: answer.hits.iter().map(HitEntry::from).collect(),
            below_cut: answer.below_cut,
            identical: answer.identical.iter().map(|path| FileEntry::from(path.as_path())).collect(),
            searched: Searched { files: searched.files, vectors: searched.vectors, with_words: searched.with_words },
        }
    }
}

impl<'a> From<&'a Request> for QueryEcho<'a> {
    fn from(request: &'a Request) -> Self {
        let wanted: Vec<QueryPart<'_>> = request.wanted.iter().map(QueryPart::from).collect();
        QueryEcho {
            text: wanted.iter().find_map(|part| part.text),
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

impl<'a> From<&'a Weighted> for QueryPart<'a> {
    fn from(Weighted { query, weight }: &'a Weighted) -> Self {
        let nothing = QueryPart { text: None, like: None, with: None, start: None, end: None, weight: *weight };
        match query {
            Query::Words(words) => QueryPart { text: Some(words), ..nothing },
            Query::Learned(learned) => QueryPart { with: Some(&learned.name), ..nothing },
            Query::Like(Example { path, stretch }) => {
                let times = stretch.map(|Stretch { start_seconds, end_seconds }| (start_seconds, end_seconds));
                let (start, end) = times.unzip();
                QueryPart { like: Some(text(path)), start, end, ..nothing }
            }
        }
    }
}

impl From<&Path> for FileEntry {
    fn from(path: &Path) -> Self {
        FileEntry { path: text(path), path_bytes: odd_bytes(path) }
    }
}

impl<'a> From<&'a Hit> for HitEntry<'a> {
    fn from(hit: &'a Hit) -> Self {
        let card = &hit.file;
        HitEntry {
            file: card.path.as_path().into(),
            start: hit.start_seconds,
            end: hit.end_seconds,
            score: hit.score,
            cosine: hit.cosine,
            reasons: hit.reasons.iter().map(|reason| ReasonEntry::new(reason, hit)).collect(),
            standing: hit.standing.name(),
            chance: hit.chance,
            moments: hit.moments.iter().map(MomentEntry::from).collect(),
            also: hit.also.iter().map(|path| FileEntry::from(path.as_path())).collect(),
            container: &card.container,
            codec: &card.codec,
            rate_hz: card.rate_hz,
            channels: card.channels,
            duration_seconds: card.duration_seconds,
        }
    }
}

impl<'a> ReasonEntry<'a> {
    fn new(reason: &'a Reason, hit: &Hit) -> Self {
        match reason {
            Reason::Sound { rank } => ReasonEntry::Sound { rank: *rank, cosine: hit.cosine },
            Reason::Words { rank, matches, coverage } => {
                let entry = |found: &'a Match| MatchEntry { words: &found.words, place: found.place.name() };
                let matches = matches.iter().map(entry).collect();
                ReasonEntry::Words { rank: *rank, coverage: coverage_name(*coverage), matches }
            }
            _ => ReasonEntry::Other,
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
