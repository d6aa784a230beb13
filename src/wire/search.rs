//! Requests for a search.

use serde::Deserialize;

/// A search.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// Words that describe the sound, or that its name, tags or folders have.
    #[cfg_attr(feature = "server", schema(max_length = 1000))]
    pub text: Option<String>,
    /// More things that are wanted.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 16))]
    pub wanted: Vec<QueryItem>,
    /// Things to avoid: they push hits down and never up.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 16))]
    pub unwanted: Vec<QueryItem>,
    /// Basis of the comparison.
    #[serde(default)]
    pub by: Comparison,
    /// Maximum number of hits.
    #[cfg_attr(feature = "server", schema(minimum = 1, maximum = 200, default = 10))]
    pub limit: Option<usize>,
    /// Number of the best to leave out.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(maximum = 1000))]
    pub offset: usize,
    /// List moments as separate hits.
    #[serde(default)]
    pub moments: bool,
    /// List all weak hits too, not only enough for ten.
    #[serde(default)]
    pub all: bool,
    /// Also find the examples themselves.
    #[serde(default)]
    pub itself: bool,
    /// List copies of a recording as separate hits.
    #[serde(default)]
    pub copies: bool,
    /// Take the last word as unfinished.
    #[serde(default)]
    pub prefix: bool,
    /// Compare with every vector.
    #[serde(default)]
    pub exact: bool,
    /// Filter of the files.
    #[serde(default)]
    pub filter: SearchFilter,
}

/// One thing that is or is not wanted: exactly one of text, id, upload and with.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryItem {
    /// Words.
    #[cfg_attr(feature = "server", schema(max_length = 1000))]
    pub text: Option<String>,
    /// A file of the library.
    pub id: Option<i64>,
    /// An upload.
    pub upload: Option<String>,
    /// A learned class, HEAD or HEAD:CLASS.
    pub with: Option<String>,
    /// Start of the part of the sound that is meant, in seconds.
    #[cfg_attr(feature = "server", schema(minimum = 0))]
    pub start: Option<f64>,
    /// Its end.
    #[cfg_attr(feature = "server", schema(exclusive_minimum = 0))]
    pub end: Option<f64>,
    /// Its weight, above 0; 1 where nothing is said.
    pub weight: Option<f32>,
}

/// Basis of the comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "server", schema(as = Compared))]
pub enum Comparison {
    /// Sounds and words.
    #[default]
    Both,
    /// Sounds alone.
    Sound,
    /// Words alone.
    Words,
}

/// Filter of the files.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "server", schema(as = Filter))]
pub struct SearchFilter {
    /// In any of these folders or below it.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 64))]
    pub folder: Vec<String>,
    /// Of any of these containers or codecs.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 64))]
    pub format: Vec<String>,
    /// Length in seconds, from and to.
    #[serde(default)]
    pub duration: (Option<f64>, Option<f64>),
    /// Sample rate in Hz, from and to.
    #[serde(default)]
    pub rate: (Option<u32>, Option<u32>),
    /// Number of channels, from and to.
    #[serde(default)]
    pub channels: (Option<u32>, Option<u32>),
    /// Day, month or year of the last change, from and to: 2024-05-03, 2024-05 or 2024.
    #[serde(default)]
    pub date: (Option<String>, Option<String>),
    /// With all of these in their tags.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 64))]
    pub tag: Vec<TagItem>,
    /// With all of these labels.
    #[serde(default)]
    #[cfg_attr(feature = "server", schema(max_items = 64))]
    pub label: Vec<LabelItem>,
}

/// Text in a tag.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TagItem {
    /// The tag's name; any where there is none.
    pub name: Option<String>,
    /// The text, in any case.
    pub text: String,
}

/// A label.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelItem {
    /// The label, in any case.
    pub label: String,
    /// `zero-shot`, `head` or `hand`; any where there is none.
    pub source: Option<String>,
}

/// A search for sounds like one of the library.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SimilarRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// The file.
    pub id: i64,
    /// Start of the part that is meant, in seconds.
    #[cfg_attr(feature = "server", param(minimum = 0))]
    pub start: Option<f64>,
    /// Its end.
    #[cfg_attr(feature = "server", param(exclusive_minimum = 0))]
    pub end: Option<f64>,
    /// Maximum number of hits.
    #[cfg_attr(feature = "server", param(minimum = 1, maximum = 200, default = 10))]
    pub limit: Option<usize>,
    /// Number of the best to leave out.
    #[cfg_attr(feature = "server", param(maximum = 1000))]
    pub offset: Option<usize>,
    /// List moments as separate hits.
    pub moments: Option<bool>,
    /// List all weak hits too, not only enough for ten.
    pub all: Option<bool>,
    /// Also find the file itself.
    pub itself: Option<bool>,
    /// List copies of a recording as separate hits.
    pub copies: Option<bool>,
    /// Compare with every vector.
    pub exact: Option<bool>,
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
