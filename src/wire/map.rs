//! A library as a whole: the map, and what is in it more than once.

use serde::{Deserialize, Serialize};

use crate::wire::file::SoundEntry;

/// Every sound as a point.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Map {
    /// The files.
    pub ids: Vec<i64>,
    /// x and y of each, −1 to 1, as 32-bit floats, little-endian, in base64.
    pub points: String,
}

/// Words to colour the map by.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ScoresRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// Words that describe the sound.
    #[cfg_attr(feature = "server", param(min_length = 1, max_length = 1000))]
    pub text: String,
}

/// A score for each point of the map.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Scores {
    /// Cosines in the order of the map's ids, as 32-bit floats, little-endian, in base64; NaN where there is none.
    pub scores: String,
    /// The lowest of them.
    pub least: f32,
    /// The highest of them.
    pub most: f32,
}

/// Choice of the groups.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "server", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DuplicatesRequest {
    /// The library; the first where none is named.
    pub library: Option<String>,
    /// Number of groups to leave out.
    pub offset: Option<usize>,
    /// Maximum number of groups.
    #[cfg_attr(feature = "server", param(minimum = 1, maximum = 1000, default = 200))]
    pub limit: Option<usize>,
}

/// Groups of duplicates.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Duplicates {
    /// The same bytes first, then the most alike.
    pub groups: Vec<DuplicateGroup>,
    /// Number of groups in all.
    pub total: usize,
}

/// Files that may be one recording.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = Group))]
pub struct DuplicateGroup {
    /// `same bytes`, `same recording` or `near-identical`.
    pub kind: &'static str,
    /// The least cosine by which one of them belongs to the others.
    pub cosine: f32,
    /// The files.
    pub files: Vec<SoundEntry>,
}
