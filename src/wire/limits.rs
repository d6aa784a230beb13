//! The bounds of what can be asked for at once, which the server checks and the description of the interface states.
//!
//! `MOST_` is a maximum, `USUAL_` is what holds where a request says nothing.

use crate::library::heads;
use crate::operations::defaults;

/// Hits of a search.
pub const MOST_HITS: usize = 200;
/// Hits of a search.
pub const USUAL_HITS: usize = defaults::HITS;
/// Hits that a search may leave out before those it gives.
pub const MOST_OFFSET: usize = 1000;
/// Queries of a search, wanted and unwanted.
pub const MOST_QUERIES: usize = 16;
/// Characters of words to search for, to label with or to begin a class with.
pub const MOST_WORD_CHARS: usize = 1000;
/// Entries of one kind in a filter.
pub const MOST_FILTERS: usize = 64;

/// Labels to choose from.
pub const MOST_LABELS: usize = 1000;
/// Labels given of each sound.
pub const USUAL_TOP: usize = 10;
/// Templates.
pub const MOST_TEMPLATES: usize = 64;
/// Files to label, and sounds in an answer.
pub const MOST_SOUNDS: usize = 2000;
/// Sounds in an answer about the whole library.
pub const USUAL_SOUNDS: usize = 500;
/// Uploads at a time: as many as the server keeps.
pub const MOST_UPLOADS: usize = 32;
/// Files given a label by hand.
pub const MOST_BY_HAND: usize = 100_000;
/// Characters of a label, or of a head's name.
pub const MOST_NAME_CHARS: usize = heads::MOST_NAME_CHARS;

/// Judgements to learn from.
pub const MOST_JUDGEMENTS: usize = 1000;
/// Suggestions of sounds to judge.
pub const MOST_SUGGESTIONS: usize = 200;
/// Suggestions of sounds to judge.
pub const USUAL_SUGGESTIONS: usize = defaults::SUGGESTIONS;

/// Files in a list.
pub const MOST_FILES: usize = 1000;
/// Files in a list.
pub const USUAL_FILES: usize = 100;
/// Groups of duplicates in a list.
pub const MOST_GROUPS: usize = 1000;
/// Groups of duplicates in a list.
pub const USUAL_GROUPS: usize = defaults::DUPLICATE_GROUPS;
/// Folders to index.
pub const MOST_FOLDERS: usize = 64;

/// Peaks of a waveform.
pub const MOST_POINTS: usize = 4000;
/// Peaks of a waveform.
pub const USUAL_POINTS: usize = 500;
/// Width of a spectrogram in pixels.
pub const MOST_WIDTH: usize = 2048;
/// Width of a spectrogram in pixels.
pub const USUAL_WIDTH: usize = 800;
/// Height of a spectrogram in pixels.
pub const MOST_HEIGHT: usize = 512;
/// Height of a spectrogram in pixels.
pub const USUAL_HEIGHT: usize = 128;
