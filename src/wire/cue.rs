//! Places in sounds that their files name.

use serde::Serialize;

use crate::library::record::cue::Cue;

/// A place, or a part, of a sound that its file gives words for.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(as = Cue))]
pub struct CueEntry {
    /// Where it is or begins, in seconds.
    pub start: f64,
    /// Where it ends, if it has a length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<f64>,
    /// Its words.
    pub words: String,
}

impl From<&Cue> for CueEntry {
    fn from(cue: &Cue) -> Self {
        CueEntry { start: cue.start_seconds, end: cue.end_seconds, words: cue.words.clone() }
    }
}
