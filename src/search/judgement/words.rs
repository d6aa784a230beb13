//! How probable it is that a file with words of a query is what the query describes, by its words.
//!
//! All the words speak for themselves, however common they are, and else a rare word; another file that has more of them
//! speaks against it. Where the sound was judged too, it has a say in what the words mean.

use crate::library::text::score::TextHit;
use crate::search::judgement::constants::{LEAST_SAY, MOST_SAY, SAY_OF_SOUND, WORDS_ALONE, WORDS_BESIDE_SOUND};
use crate::search::judgement::word_weights::WordWeights;

/// The log-odds that a file is what a query describes, by the words it has of the query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::search) struct WordOdds {
    /// Where nothing is known of the sound.
    alone: f64,
    /// Beside a sound that stands at the middle of the library.
    beside_sound: f64,
}

impl WordOdds {
    /// Of a file that was found as `found`.
    pub(in crate::search) fn of(found: &TextHit) -> Self {
        WordOdds { alone: WORDS_ALONE.log_odds(found), beside_sound: WORDS_BESIDE_SOUND.log_odds(found) }
    }

    /// Of a file that has none of the words, where another answers `most` of the query.
    pub(in crate::search) fn lacking(most: f32) -> Self {
        let lacking = |weights: WordWeights| weights.lacking(most);
        WordOdds { alone: lacking(WORDS_ALONE), beside_sound: lacking(WORDS_BESIDE_SOUND) }
    }

    /// With these log-odds, whatever the sound.
    #[cfg(test)]
    pub(super) fn certain(log_odds: f64) -> Self {
        WordOdds { alone: log_odds, beside_sound: log_odds }
    }

    /// The log-odds where the sound stands at `height` in the library, if that is known.
    pub(super) fn at(self, height: Option<f64>) -> f64 {
        height.map_or(self.alone, |height| self.beside_sound + SAY_OF_SOUND * height.clamp(LEAST_SAY, MOST_SAY))
    }
}

#[cfg(test)]
mod tests {
    use crate::library::record::file::FileId;
    use crate::library::text::coverage::Coverage;
    use crate::search::judgement::constants::LIKELY;
    use crate::search::judgement::odds::logistic;

    use super::*;

    fn found(coverage: Coverage, answered: f32, rarest: f32, behind: f32) -> TextHit {
        TextHit {
            file: FileId::from_number(1),
            score: answered,
            answered,
            rarest,
            behind,
            coverage,
            matches: [].into(),
        }
    }

    fn probability(found: &TextHit, height: Option<f64>) -> f64 {
        logistic(WordOdds::of(found).at(height))
    }

    #[test]
    fn every_word_in_a_name_convinces_however_common_it_is_and_whatever_the_sound() {
        for height in [None, Some(-9.0), Some(0.0), Some(9.0)] {
            assert!(probability(&found(Coverage::Exact, 1.0, 0.01, 0.0), height) > LIKELY.into(), "{height:?}");
        }
    }

    #[test]
    fn some_words_convince_beside_a_sound_that_agrees_and_not_beside_one_that_does_not() {
        let half = found(Coverage::Some, 0.5, 0.7, 0.5);
        assert!(probability(&half, Some(4.0)) > LIKELY.into());
        assert!(probability(&half, Some(0.0)) < LIKELY.into());
    }

    #[test]
    fn a_rare_word_says_more_than_a_common_one_and_another_file_with_more_words_speaks_against_both() {
        for height in [None, Some(1.0)] {
            let of = |rarest, behind| probability(&found(Coverage::Some, 0.5, rarest, behind), height);
            assert!(of(0.9, 0.0) > of(0.2, 0.0) && of(0.2, 0.0) > of(0.2, 0.4));
        }
    }

    #[test]
    fn a_file_without_the_words_is_not_likely() {
        for most in [0.0, 0.5, 1.0] {
            assert!(logistic(WordOdds::lacking(most).at(None)) < LIKELY.into());
        }
    }
}
