//! How probable it is that a file with words of a query is what the query describes, by its words alone.
//!
//! A rare word speaks for itself, and so do most of the words; another file that has more of them speaks against it.

use crate::library::text::score::TextHit;
use crate::search::judgement::constants::{ANSWERED_WEIGHT, BEHIND_WEIGHT, RAREST_WEIGHT, WORDS_BIAS};

/// The log-odds that the words of `found` mean what the query does.
pub(in crate::search) fn log_odds_of(found: &TextHit) -> f64 {
    ANSWERED_WEIGHT * f64::from(found.answered)
        + RAREST_WEIGHT * f64::from(found.rarest)
        + log_odds_lacking(found.behind)
}

/// The log-odds of a file that has none of the words, where another has `most` of the query's.
pub(in crate::search) fn log_odds_lacking(most: f32) -> f64 {
    BEHIND_WEIGHT * f64::from(most) + WORDS_BIAS
}
