//! The evidence for a hit → whether it is convincing. This is decided here and nowhere else.

use crate::embedding::Embedding;
use crate::search::algebra::Algebra;
use crate::search::hit::Standing;
use crate::search::rank::RankedRow;
use crate::search::significance::{ChanceModel, JudgedRequest, QueryKind};

/// Everything that hits for sounds are judged by.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) algebra: &'a Algebra,
    /// One for each wanted query.
    pub(super) kinds: Vec<QueryKind>,
    pub(super) chance: &'a ChanceModel,
    /// Number of segments in the library.
    pub(super) searched_len: usize,
}

/// A hit, judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judgement {
    pub(super) standing: Standing,
    /// The share of unrelated words that find something as good, where that is known.
    pub(super) chance: Option<f32>,
}

impl Judgement {
    /// The judgement of what needs no comparison with chance.
    pub(super) const CERTAIN: Judgement = Judgement { standing: Standing::Convincing, chance: None };
}

impl Judge<'_> {
    /// Judges `row`, whose best segment has the vector `best`. An example that is listed `is_example`: chance has no part
    /// in a sound being like itself.
    pub(super) fn judge(&self, row: &RankedRow, best: Option<&Embedding>, is_example: bool) -> Judgement {
        let judged = JudgedRequest { algebra: self.algebra, kinds: &self.kinds, searched_len: self.searched_len };
        let significance = row
            .best()
            .zip(best)
            .and_then(|(segment, vector)| self.chance.significance(&judged, vector, &segment.evidence));
        let standing = match significance {
            _ if row.has_all_words() || is_example => Standing::Convincing,
            Some(significance) if significance.margin >= 0.0 => Standing::Convincing,
            Some(_) => Standing::BelowCut,
            None => Standing::Unjudged,
        };
        Judgement { standing, chance: significance.and_then(|significance| significance.chance) }
    }
}
