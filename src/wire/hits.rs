//! The object that answers a search.

use serde::Serialize;

use crate::embedding::Space;
use crate::library::text::coverage::Coverage;
use crate::library::text::reading::WordReading;
use crate::library::text::score::Match;
use crate::search::clauses::Clauses;
use crate::search::example::Example;
use crate::search::hit::{Answer, Hit, MomentHit, Peak, Reason, RecordingCopy, SearchSize};
use crate::search::request::{Query, Request, WeightedQuery};
use crate::wire::cue::CueEntry;
use crate::wire::file::{AudioFacts, FileEntry};
use crate::wire::label::StoredLabel;
use crate::wire::path::{file_name, full_text};

/// The answer to a search.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct HitList {
    /// The question.
    pub(crate) query: QueryEcho,
    /// The library: its folder on the command line, its name on a server.
    pub(crate) library: String,
    /// The model that made it.
    pub(crate) model: String,
    /// The hits, best first.
    pub(crate) hits: Vec<HitEntry>,
    /// Weak hits left out.
    pub(crate) hidden: usize,
    /// Files left out because they are an example once more.
    pub(crate) identical: Vec<CopyEntry>,
    /// Readings of texts that say themselves what to avoid, for example `birds, not crows`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_as: Option<String>,
    /// Reading of each word, those to avoid at the end.
    pub(crate) reading: Vec<WordEntry>,
    /// Size of the search.
    pub(crate) searched: SearchedEntry,
    /// Time that it took, on a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timing_ms: Option<TimingMs>,
}

/// The question.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct QueryEcho {
    /// The first words that are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The first example that is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) like: Option<String>,
    /// Things that are wanted.
    pub(crate) wanted: Vec<QueryPart>,
    /// Things to avoid.
    pub(crate) unwanted: Vec<QueryPart>,
    /// Basis of the comparison: `both`, `sound` or `words`.
    pub(crate) by: &'static str,
}

/// One thing that was asked for.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct QueryPart {
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The path of a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) like: Option<String>,
    /// The id of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<i64>,
    /// The name of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upload: Option<String>,
    /// A learned class, HEAD or HEAD:CLASS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) with: Option<String>,
    /// Start of the part of the sound, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<f64>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<f64>,
    /// Its weight.
    pub(crate) weight: f32,
}

/// A hit.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct HitEntry {
    /// The file.
    #[serde(flatten)]
    pub(crate) file: FileEntry,
    /// Whether it is not there any more, or not at the moment; such hits come after all others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ghost: bool,
    /// The last part of its path.
    pub(crate) name: String,
    /// Start of the best place, in seconds.
    pub(crate) start: f64,
    /// Its end.
    pub(crate) end: f64,
    /// When that place begins by the recorder's clock (ISO 8601), where its time of day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<String>,
    /// The channel it was heard in, counted from 1, where channels are heard each by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<u32>,
    /// The best moment in it.
    pub(crate) peak: PeakEntry,
    /// The probability that it is what was asked for, 0 to 1, by which hits are ordered.
    pub(crate) score: f32,
    /// `strong`, `likely` or `weak`: what that is called.
    pub(crate) grade: &'static str,
    /// Cosine of the best place with what is wanted.
    pub(crate) cosine: Option<f32>,
    /// Why it is a hit.
    pub(crate) reasons: Vec<ReasonEntry>,
    /// The best events in it.
    pub(crate) moments: Vec<MomentEntry>,
    /// Places that the file names with words that were found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) cues: Vec<CueEntry>,
    /// The other files with the same recording.
    pub(crate) copies: Vec<CopyEntry>,
    /// Its sound.
    #[serde(flatten)]
    pub(crate) audio: AudioFacts,
    /// The labels it was given.
    pub(crate) labels: Vec<StoredLabel>,
}

/// Why something is a hit.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum ReasonEntry {
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
        /// The words, and where they are.
        matches: Vec<MatchEntry>,
    },
}

/// Words that were found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct MatchEntry {
    /// The words.
    pub(crate) words: String,
    /// `name`, `tags`, `folder` or `category`.
    pub(crate) place: &'static str,
    /// The word that the file has instead, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instead: Option<String>,
}

/// Reading of a word of the query.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct WordEntry {
    /// The word as it was typed, folded.
    pub(crate) typed: String,
    /// `kept`, `corrected`, `translated`, or `unknown` to the library, the thesaurus and the model.
    pub(crate) treatment: &'static str,
    /// Whether it is one that is not wanted.
    pub(crate) unwanted: bool,
    /// The words it was read as, if they are others.
    pub(crate) read_as: Vec<String>,
    /// Words that mean the same and were looked for as well.
    pub(crate) synonyms: Vec<String>,
}

/// A file with the recording of another.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct CopyEntry {
    /// The file.
    #[serde(flatten)]
    pub(crate) file: FileEntry,
    /// `same bytes` or `same recording`.
    pub(crate) kind: &'static str,
}

/// The best moment of an event.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct PeakEntry {
    /// Start in seconds.
    pub(crate) start: f64,
    /// End in seconds.
    pub(crate) end: f64,
    /// Its score, 0 to 1.
    pub(crate) score: f32,
}

/// An event in a sound.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct MomentEntry {
    /// Start in seconds.
    pub(crate) start: f64,
    /// End in seconds.
    pub(crate) end: f64,
    /// When it begins by the recorder's clock (ISO 8601), where its time of day is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<String>,
    /// The channel it was heard in, counted from 1, where channels are heard each by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<u32>,
    /// The best moment in it.
    pub(crate) peak: PeakEntry,
    /// The probability that it is what was asked for, 0 to 1.
    pub(crate) score: f32,
    /// Cosine.
    pub(crate) cosine: f32,
}

/// Size of the search.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = SearchSize))]
pub(crate) struct SearchedEntry {
    /// Files that the filter let through.
    pub(crate) files: usize,
    /// Vectors in the library.
    pub(crate) vectors: usize,
    /// Files that have some of the words.
    pub(crate) with_words: usize,
}

/// Time that each part took, in milliseconds.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct TimingMs {
    /// Getting the queries' vectors.
    pub(crate) meaning: f64,
    /// Bringing the indexes up to date.
    pub(crate) refresh: f64,
    /// Filtering, and comparing words.
    pub(crate) words: f64,
    /// Comparing sounds, judging and grouping.
    pub(crate) sound: f64,
}

impl HitList {
    /// The `answer` to `request` from the library called `library`, which the model of `space` made.
    pub fn new(library: String, space: &Space, request: &Request, answer: &Answer) -> Self {
        HitList {
            query: request.into(),
            library,
            model: space.name.clone(),
            hits: answer.hits.iter().map(HitEntry::from).collect(),
            hidden: answer.hidden,
            identical: answer.identical.iter().map(CopyEntry::from).collect(),
            read_as: read_as(request),
            reading: reading(answer),
            searched: answer.searched.into(),
            timing_ms: None,
        }
    }
}

impl From<SearchSize> for SearchedEntry {
    fn from(searched: SearchSize) -> Self {
        SearchedEntry { files: searched.files, vectors: searched.vectors, with_words: searched.with_words }
    }
}

impl From<&RecordingCopy> for CopyEntry {
    fn from(copy: &RecordingCopy) -> Self {
        CopyEntry { file: FileEntry::new(Some(copy.id.number()), &copy.path), kind: copy.kind.name() }
    }
}

impl PeakEntry {
    fn new(peak: Peak, score: f32) -> Self {
        PeakEntry { start: peak.start_seconds, end: peak.end_seconds, score }
    }
}

#[cfg(feature = "server")]
impl TimingMs {
    /// What `timing` says, and how long the queries' vectors took.
    pub(crate) fn new(meaning: std::time::Duration, timing: &crate::search::hit::Timing) -> Self {
        let [meaning, refresh, words, sound] =
            [meaning, timing.refresh, timing.words, timing.sound].map(|time| time.as_secs_f64() * 1e3);
        TimingMs { meaning, refresh, words, sound }
    }
}

impl From<&Request> for QueryEcho {
    fn from(request: &Request) -> Self {
        let wanted: Vec<QueryPart> = request.wanted.iter().map(QueryPart::from).collect();
        QueryEcho {
            text: wanted.iter().find_map(|part| part.text.clone()),
            like: wanted.iter().find_map(|part| part.like.clone()),
            wanted,
            unwanted: request.unwanted.iter().map(QueryPart::from).collect(),
            by: request.by.name(),
        }
    }
}

impl From<&WeightedQuery> for QueryPart {
    fn from(WeightedQuery { query, weight }: &WeightedQuery) -> Self {
        let nothing = QueryPart { weight: *weight, ..QueryPart::default() };
        match query {
            Query::Words(words) => QueryPart { text: Some(words.clone()), ..nothing },
            Query::Learned(learned) => QueryPart { with: Some(learned.name.clone()), ..nothing },
            Query::Like(Example { path, span }) => {
                let times = span.map(|span| (span.start_seconds(), span.end_seconds()));
                let (start, end) = times.unzip();
                QueryPart { like: Some(full_text(path)), start, end, ..nothing }
            }
        }
    }
}

impl From<&Hit> for HitEntry {
    fn from(hit: &Hit) -> Self {
        let card = &hit.file;
        HitEntry {
            file: card.into(),
            ghost: hit.is_ghost,
            name: file_name(&card.path),
            start: hit.start_seconds,
            end: hit.end_seconds,
            clock: hit.clock_at(hit.start_seconds),
            channel: hit.peak.channel,
            peak: PeakEntry::new(hit.peak, hit.score),
            score: hit.score,
            grade: hit.grade.name(),
            cosine: hit.cosine,
            reasons: hit.reasons.iter().map(|reason| ReasonEntry::new(reason, hit)).collect(),
            moments: hit.moments.iter().map(|moment| MomentEntry::new(moment, hit)).collect(),
            cues: hit.cues.iter().map(CueEntry::from).collect(),
            copies: hit.copies.iter().map(CopyEntry::from).collect(),
            audio: card.into(),
            labels: hit.labels.iter().map(|(by, labelled)| StoredLabel::new(by, labelled)).collect(),
        }
    }
}

impl ReasonEntry {
    fn new(reason: &Reason, hit: &Hit) -> Self {
        match reason {
            Reason::Sound { rank } => ReasonEntry::Sound { rank: *rank, cosine: hit.cosine },
            Reason::Words { rank, matches, coverage } => {
                let matches = matches.iter().map(MatchEntry::from).collect();
                ReasonEntry::Words { rank: *rank, coverage: coverage_name(*coverage), matches }
            }
        }
    }
}

impl From<&Match> for MatchEntry {
    fn from(found: &Match) -> Self {
        MatchEntry { words: found.words.clone(), place: found.place.name(), instead: found.instead.clone() }
    }
}

fn read_as(request: &Request) -> Option<String> {
    let read: Vec<String> = request.clauses.iter().map(Clauses::to_string).collect();
    (!read.is_empty()).then(|| read.join("; "))
}

fn reading(answer: &Answer) -> Vec<WordEntry> {
    let wanted = answer.reading.wanted.iter().map(|word| WordEntry::new(word, false));
    wanted.chain(answer.reading.unwanted.iter().map(|word| WordEntry::new(word, true))).collect()
}

impl WordEntry {
    fn new(word: &WordReading, unwanted: bool) -> Self {
        WordEntry {
            typed: word.typed.clone(),
            treatment: word.treatment.name(),
            unwanted,
            read_as: word.read_as.clone(),
            synonyms: word.synonyms.clone(),
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

impl MomentEntry {
    fn new(moment: &MomentHit, hit: &Hit) -> Self {
        MomentEntry {
            start: moment.start_seconds,
            end: moment.end_seconds,
            clock: hit.clock_at(moment.start_seconds),
            channel: moment.peak.channel,
            peak: PeakEntry::new(moment.peak, moment.score),
            score: moment.score,
            cosine: moment.cosine,
        }
    }
}
