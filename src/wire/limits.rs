//! The bounds of what can be asked for at once, which the server checks and the description of the interface states.
//!
//! `MOST_` is a maximum, `USUAL_` is what holds where a request says nothing.

use crate::library::heads;
use crate::operations::defaults;

/// Hits of a search.
pub(crate) const MOST_HITS: usize = 200;
/// Hits of a search.
pub(crate) const USUAL_HITS: usize = defaults::HITS;
/// Hits that a search may leave out before those it gives.
pub(crate) const MOST_OFFSET: usize = 1000;
/// Queries of a search, wanted and unwanted.
pub(crate) const MOST_QUERIES: usize = 16;
/// Characters of words to search for, to label with or to begin a class with.
pub(crate) const MOST_WORD_CHARS: usize = 1000;
/// Entries of one kind in a filter.
pub(crate) const MOST_FILTERS: usize = 64;

/// Labels to choose from.
pub(crate) const MOST_LABELS: usize = 1000;
/// Labels given of each sound.
pub(crate) const USUAL_TOP: usize = 10;
/// Templates.
pub(crate) const MOST_TEMPLATES: usize = 64;
/// Files to label, and sounds in an answer.
pub(crate) const MOST_SOUNDS: usize = 2000;
/// Sounds in an answer about the whole library.
pub(crate) const USUAL_SOUNDS: usize = 500;
/// Files whose labels are counted along time.
pub(crate) const MOST_COUNTED: usize = 1000;
/// Uploads at a time: as many as the server keeps.
pub(crate) const MOST_UPLOADS: usize = 32;
/// Files given a label by hand.
pub(crate) const MOST_BY_HAND: usize = 100_000;
/// Characters of a label, or of a head's name.
pub(crate) const MOST_NAME_CHARS: usize = heads::MOST_NAME_CHARS;

/// Judgements to learn from.
pub(crate) const MOST_JUDGEMENTS: usize = 1000;
/// Suggestions of sounds to judge.
pub(crate) const MOST_SUGGESTIONS: usize = 200;
/// Suggestions of sounds to judge.
pub(crate) const USUAL_SUGGESTIONS: usize = defaults::SUGGESTIONS;

/// Files in a list.
pub(crate) const MOST_FILES: usize = 1000;
/// Files in a list.
pub(crate) const USUAL_FILES: usize = 100;
/// Groups of files in a list.
pub(crate) const MOST_FILE_GROUPS: usize = 10_000;
/// Groups of files in a list.
pub(crate) const USUAL_FILE_GROUPS: usize = 1000;
/// Groups of duplicates in a list.
pub(crate) const MOST_GROUPS: usize = 1000;
/// Groups of duplicates in a list.
pub(crate) const USUAL_GROUPS: usize = defaults::DUPLICATE_GROUPS;
/// Folders to index.
pub(crate) const MOST_FOLDERS: usize = 64;

/// Peaks of a waveform.
pub(crate) const MOST_POINTS: usize = 4000;
/// Peaks of a waveform.
pub(crate) const USUAL_POINTS: usize = 500;
/// Width of a spectrogram in pixels.
pub(crate) const MOST_WIDTH: usize = 2048;
/// Width of a spectrogram in pixels.
pub(crate) const USUAL_WIDTH: usize = 800;
/// Height of a spectrogram in pixels.
pub(crate) const MOST_HEIGHT: usize = 512;
/// Height of a spectrogram in pixels.
pub(crate) const USUAL_HEIGHT: usize = 128;
