//! Heads, judgements and suggestions.

#[cfg(feature = "server")]
use serde::Deserialize;
use serde::Serialize;

use crate::classify::head::HeadClass;
use crate::classify::label::Label;
use crate::classify::lesson::LessonReport;
use crate::classify::stored_head::StoredHead;
use crate::classify::suggest::{Suggestion, SuggestionReason};
use crate::library::heads::TaughtExample;
use crate::library::lookup::FileCard;
use crate::wire::file::FileEntry;
use crate::wire::path::{file_name, hex, text};

/// Details of a head.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct HeadFacts {
    /// Its name.
    pub(crate) name: String,
    /// Its examples and its worth: examples, folds, start, strength, seconds, classes.
    #[serde(flatten)]
    #[cfg_attr(feature = "server", schema(value_type = Object))]
    pub(crate) report: LessonReport,
    /// Words that each class is asked by.
    #[cfg_attr(feature = "server", schema(value_type = Vec<Object>))]
    pub(crate) labels: Vec<Label>,
    /// The model that it judges the vectors of.
    pub(crate) fingerprint: String,
    /// In seconds since the Unix epoch.
    pub(crate) taught_at: u64,
}

impl HeadFacts {
    /// What is known of the head called `name`.
    pub fn new(name: &str, taught: &StoredHead) -> Self {
        let StoredHead { labels, fingerprint, taught_at, report, .. } = taught.clone();
        HeadFacts { name: name.to_owned(), report, labels, fingerprint, taught_at }
    }
}

/// The object of `head export`: the log-odds of a class are weights · vector + bias.
#[derive(Debug, Serialize)]
pub struct HeadExport<'a> {
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

impl<'a> HeadExport<'a> {
    /// The head `taught`, called `name`, with its `examples`.
    pub fn new(name: &'a str, taught: &'a StoredHead, examples: &'a [TaughtExample]) -> Self {
        let entry = |example: &'a TaughtExample| ExampleEntry {
            path: text(&example.path),
            hash: hex(&example.hash.0),
            classes: &example.classes,
        };
        let examples = examples.iter().map(entry).collect();
        HeadExport { facts: HeadFacts::new(name, taught), weights: taught.head.classes(), examples }
    }
}

/// Judgements to learn from.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeachRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The judgements; of a sound that was judged before, the new one counts. None to learn anew from the old ones.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub(crate) judgements: Vec<JudgementItem>,
    /// Words that the class begins with instead of its name, of a head with one class.
    #[schema(max_length = 1000)]
    pub(crate) prompt: Option<String>,
}

/// A judgement of a sound.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Judgement)]
pub(crate) struct JudgementItem {
    /// The file.
    pub(crate) id: i64,
    /// The class; the head's only one where none is named.
    pub(crate) class: Option<String>,
    /// Whether it is of that class.
    pub(crate) positive: bool,
}

/// Number and kind of the suggestions.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuggestRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Maximum number of suggestions.
    #[param(minimum = 1, maximum = 200, default = 10)]
    pub(crate) limit: Option<usize>,
    /// Only likely ones.
    #[serde(default)]
    pub(crate) likely: bool,
}

/// Sounds that are worth a judgement.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Suggestions {
    /// Likely ones and unsure ones in turn.
    pub(crate) suggestions: Vec<SuggestionEntry>,
}

/// A sound that is worth a judgement.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SuggestionEntry {
    /// The file.
    #[serde(flatten)]
    pub(crate) file: FileEntry,
    /// The last part of its path.
    pub(crate) name: String,
    /// Length in seconds.
    pub(crate) duration_seconds: f64,
    /// Why: `likely` of the class, or the head is `unsure` whether it is.
    pub(crate) why: &'static str,
    /// The class that it is suggested for.
    pub(crate) class: String,
    /// Probability of each class.
    pub(crate) classes: Vec<ClassPresence>,
}

impl SuggestionEntry {
    /// That the file of `card` is suggested to a head with the classes `names`.
    pub fn new<T>(card: &FileCard, names: &[String], suggestion: &Suggestion<T>) -> Self {
        let each = names.iter().cloned().zip(&suggestion.presences);
        SuggestionEntry {
            file: card.into(),
            name: file_name(&card.path),
            duration_seconds: card.duration_seconds,
            why: match suggestion.reason {
                SuggestionReason::Likely => "likely",
                SuggestionReason::Unsure => "unsure",
            },
            class: names[suggestion.class].clone(),
            classes: each.map(|(name, presence)| ClassPresence { name, presence: *presence }).collect(),
        }
    }
}

/// Probability of a class.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub(crate) struct ClassPresence {
    /// Its name.
    pub(crate) name: String,
    /// 0 to 1.
    pub(crate) presence: f32,
}

/// New name of a head.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The new name.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) to: String,
}
