//! Requests for a search.

use serde::Deserialize;

/// A search.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Words that describe the sound, or that its name, tags or folders have.
    #[schema(max_length = 1000)]
    pub(crate) text: Option<String>,
    /// More things that are wanted.
    #[serde(default)]
    #[schema(max_items = 16)]
    pub(crate) wanted: Vec<QueryItem>,
    /// Things to avoid: they push hits down and never up.
    #[serde(default)]
    #[schema(max_items = 16)]
    pub(crate) unwanted: Vec<QueryItem>,
    /// Basis of the comparison.
    #[serde(default)]
    pub(crate) by: Comparison,
    /// Maximum number of hits.
    #[schema(minimum = 1, maximum = 200, default = 10)]
    pub(crate) limit: Option<usize>,
    /// Number of the best to leave out.
    #[serde(default)]
    #[schema(maximum = 1000)]
    pub(crate) offset: usize,
    /// List moments as separate hits.
    #[serde(default)]
    pub(crate) moments: bool,
    /// List all weak hits too, not only enough for ten.
    #[serde(default)]
    pub(crate) all: bool,
    /// Also find the examples themselves.
    #[serde(default)]
    pub(crate) itself: bool,
    /// List copies of a recording as separate hits.
    #[serde(default)]
    pub(crate) copies: bool,
    /// Take the last word as unfinished.
    #[serde(default)]
    pub(crate) prefix: bool,
    /// Compare with every vector.
    #[serde(default)]
    pub(crate) exact: bool,
    /// Filter of the files.
    #[serde(default)]
    pub(crate) filter: SearchFilter,
}

/// One thing that is or is not wanted: exactly one of text, id, upload and with.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryItem {
    /// Words.
    #[schema(max_length = 1000)]
    pub(crate) text: Option<String>,
    /// A file of the library.
    pub(crate) id: Option<i64>,
    /// An upload.
    pub(crate) upload: Option<String>,
    /// A learned class, HEAD or HEAD:CLASS.
    pub(crate) with: Option<String>,
    /// Start of the part of the sound that is meant, in seconds.
    #[schema(minimum = 0)]
    pub(crate) start: Option<f64>,
    /// Its end.
    #[schema(exclusive_minimum = 0)]
    pub(crate) end: Option<f64>,
    /// Its weight, above 0; 1 where nothing is said.
    pub(crate) weight: Option<f32>,
}

/// Basis of the comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Compared)]
pub(crate) enum Comparison {
    /// Sounds and words.
    #[default]
    Both,
    /// Sounds alone.
    Sound,
    /// Words alone.
    Words,
}

/// Filter of the files.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Filter)]
pub(crate) struct SearchFilter {
    /// In any of these folders or below it.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub(crate) folder: Vec<String>,
    /// Of any of these containers or codecs.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub(crate) format: Vec<String>,
    /// Length in seconds, from and to.
    #[serde(default)]
    pub(crate) duration: (Option<f64>, Option<f64>),
    /// Sample rate in Hz, from and to.
    #[serde(default)]
    pub(crate) rate: (Option<u32>, Option<u32>),
    /// Number of channels, from and to.
    #[serde(default)]
    pub(crate) channels: (Option<u32>, Option<u32>),
    /// Day, month or year of the last change, from and to: 2024-05-03, 2024-05 or 2024.
    #[serde(default)]
    pub(crate) date: (Option<String>, Option<String>),
    /// Time of recording by the recorder's clock, from and to: 2024-05-03T04:30, 2024-05-03, 2024-05 or 2024.
    #[serde(default)]
    pub(crate) recorded: (Option<String>, Option<String>),
    /// Time of day at which the recording began, by the recorder's clock, from and to: 4 or 4:30; the other way round is the
    /// night between.
    #[serde(default)]
    pub(crate) hour: (Option<String>, Option<String>),
    /// With all of these in their tags.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub(crate) tag: Vec<TagItem>,
    /// With all of these labels.
    #[serde(default)]
    #[schema(max_items = 64)]
    pub(crate) label: Vec<LabelItem>,
}

/// Text in a tag.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagItem {
    /// The tag's name; any where there is none.
    pub(crate) name: Option<String>,
    /// The text, in any case.
    pub(crate) text: String,
}

/// A label.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelItem {
    /// The label, in any case.
    pub(crate) label: String,
    /// `zero-shot`, `head` or `hand`; any where there is none.
    pub(crate) source: Option<String>,
}

/// A search for sounds like one of the library.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimilarRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// The file.
    pub(crate) id: i64,
    /// Start of the part that is meant, in seconds.
    #[param(minimum = 0)]
    pub(crate) start: Option<f64>,
    /// Its end.
    #[param(exclusive_minimum = 0)]
    pub(crate) end: Option<f64>,
    /// Maximum number of hits.
    #[param(minimum = 1, maximum = 200, default = 10)]
    pub(crate) limit: Option<usize>,
    /// Number of the best to leave out.
    #[param(maximum = 1000)]
    pub(crate) offset: Option<usize>,
    /// List moments as separate hits.
    pub(crate) moments: Option<bool>,
    /// List all weak hits too, not only enough for ten.
    pub(crate) all: Option<bool>,
    /// Also find the file itself.
    pub(crate) itself: Option<bool>,
    /// List copies of a recording as separate hits.
    pub(crate) copies: Option<bool>,
    /// Compare with every vector.
    pub(crate) exact: Option<bool>,
}

impl From<SimilarRequest> for SearchRequest {
    fn from(request: SimilarRequest) -> Self {
        let SimilarRequest { library, id, start, end, limit, offset, moments, all, itself, copies, exact } = request;
        SearchRequest {
            library,
            wanted: vec![QueryItem { id: Some(id), start, end, ..QueryItem::default() }],
            limit,
            offset: offset.unwrap_or_default(),
            moments: moments.unwrap_or_default(),
            all: all.unwrap_or_default(),
            itself: itself.unwrap_or_default(),
            copies: copies.unwrap_or_default(),
            exact: exact.unwrap_or_default(),
            ..SearchRequest::default()
        }
    }
}
