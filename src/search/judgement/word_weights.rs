//! What the words that a file has of a query weigh.

use crate::library::text::coverage::Coverage;
use crate::library::text::score::TextHit;

/// What words weigh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WordWeights {
    /// For the share of the query that is answered.
    pub(super) answered: f64,
    /// For how rare the rarest word is, where others are missing.
    pub(super) rarest: f64,
    /// For how much more of the query another file answers.
    pub(super) behind: f64,
    /// For an answer to every word.
    pub(super) all: f64,
    /// For every word itself, in the name or the tags.
    pub(super) exact: f64,
    pub(super) bias: f64,
}

impl WordWeights {
    /// The log-odds of a file that was found as `found`.
    pub(super) fn log_odds(self, found: &TextHit) -> f64 {
        let of_coverage = match found.coverage {
            Coverage::Some => self.rarest * f64::from(found.rarest),
            Coverage::All => self.all,
            Coverage::Exact => self.all + self.exact,
        };
        let (answered, behind) = (f64::from(found.answered), f64::from(found.behind));
        self.answered * answered + self.behind * behind + of_coverage + self.bias
    }

    /// The log-odds of a file that has none of the words, where another answers `most` of the query.
    pub(super) fn lacking(self, most: f32) -> f64 {
        self.behind * f64::from(most) + self.bias
    }
}
