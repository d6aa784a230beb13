//! Places in a sound that its file names.

/// A place, or a part, of a sound that its file gives words for.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// Where it is or begins, in seconds from the beginning of the sound.
    pub start_seconds: f64,
    /// Where it ends; `None` for a place without a length.
    pub end_seconds: Option<f64>,
    /// Its words.
    pub words: String,
}
