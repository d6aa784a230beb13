//! A library as a whole: the map, and what is in it more than once.

use serde::{Deserialize, Serialize};

use crate::wire::library::SoundEntry;

/// Every sound as a point.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Map {
    /// The files.
    pub(crate) ids: Vec<i64>,
    /// x and y of each, −1 to 1, as 32-bit floats, little-endian, in base64.
    pub(crate) points: String,
}

/// Words to colour the map by.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoresRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Words that describe the sound.
    #[param(min_length = 1, max_length = 1000)]
    pub(crate) text: String,
}

/// A score for each point of the map.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Scores {
    /// Cosines in the order of the map's ids, as 32-bit floats, little-endian, in base64; NaN where there is none.
    pub(crate) scores: String,
    /// The lowest of them.
    pub(crate) least: f32,
    /// The highest of them.
    pub(crate) most: f32,
}

/// Choice of the groups.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DuplicatesRequest {
    /// The library; the first where none is named.
    pub(crate) library: Option<String>,
    /// Number of groups to leave out.
    pub(crate) offset: Option<usize>,
    /// Maximum number of groups.
    #[param(minimum = 1, maximum = 1000, default = 200)]
    pub(crate) limit: Option<usize>,
}

/// Groups of duplicates.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Duplicates {
    /// The same bytes first, then the most alike.
    pub(crate) groups: Vec<DuplicateGroup>,
    /// Number of groups in all.
    pub(crate) total: usize,
}

/// Files that may be one recording.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Group)]
pub(crate) struct DuplicateGroup {
    /// `same bytes`, `same recording` or `near-identical`.
    pub(crate) kind: &'static str,
    /// The least cosine by which one of them belongs to the others.
    pub(crate) cosine: f32,
    /// The files.
    pub(crate) files: Vec<SoundEntry>,
}
