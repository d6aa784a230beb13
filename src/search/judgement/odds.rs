//! Probabilities and their log-odds.

use crate::search::hit::Grade;
use crate::search::judgement::constants::{LEAST_DOUBT, LIKELY, STRONG};

/// The probability whose log-odds are `log_odds`.
pub(super) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of `probability`, within those of [`LEAST_DOUBT`].
pub(super) fn log_odds(probability: f64) -> f64 {
    let doubted = probability.clamp(LEAST_DOUBT, 1.0 - LEAST_DOUBT);
    (doubted / (1.0 - doubted)).ln()
}

/// The grade of a hit with this score. Order and grade are the same quantity: no hit comes before one of a better grade.
pub(in crate::search) fn grade(score: f32) -> Grade {
    if score >= STRONG {
        Grade::Strong
    } else if score >= LIKELY {
        Grade::Likely
    } else {
        Grade::Weak
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_and_probabilities_are_each_others_inverse_short_of_certainty() {
        for probability in [0.001, 0.3, 0.5, 0.75, 0.999] {
            assert!((logistic(log_odds(probability)) - probability).abs() < 1e-12);
        }
        assert!(log_odds(0.0).is_finite() && log_odds(1.0).is_finite());
        assert_eq!((logistic(-1e9), logistic(1e9)), (0.0, 1.0));
    }

    #[test]
    fn grades_are_in_the_order_of_scores() {
        let grades = [0.0, 0.299, LIKELY, 0.7, STRONG, 1.0].map(grade);
        assert!(grades.is_sorted());
        assert_eq!(grades[2], Grade::Likely);
        assert_eq!(grades[4], Grade::Strong);
    }
}
