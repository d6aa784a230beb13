//! Checks that several resources make of what they are sent.

use std::ops::Range;

use crate::server::http::problem::Problem;
use crate::wire::limits::MOST_WORD_CHARS;

/// Refuses words that are too long or hold characters that nobody types.
///
/// # Errors
/// A 422.
pub(crate) fn check_words(text: &str) -> Result<(), Problem> {
    if text.chars().count() > MOST_WORD_CHARS {
        return Err(Problem::unprocessable(format!("words are {MOST_WORD_CHARS} characters long at most")));
    }
    if text.chars().any(|character| character.is_control() && !character.is_whitespace()) {
        return Err(Problem::unprocessable("words hold no control characters"));
    }
    Ok(())
}

/// The span from `start` to `end` in seconds, of the whole sound where both are left out.
///
/// # Errors
/// A 422 for one that ends before it begins.
pub(crate) fn check_span(start: Option<f64>, end: Option<f64>) -> Result<Range<f64>, Problem> {
    let span = start.unwrap_or(0.0)..end.unwrap_or(f64::INFINITY);
    if span.start >= 0.0 && span.start < span.end {
        return Ok(span);
    }
    Err(Problem::unprocessable("a part of a sound has a start and a later end, in seconds"))
}

/// Refuses a `count` called `name` that is not 1 to `most`.
///
/// # Errors
/// A 422.
pub(crate) fn check_count(name: &str, count: usize, most: usize) -> Result<usize, Problem> {
    if (1..=most).contains(&count) {
        return Ok(count);
    }
    Err(Problem::unprocessable(format!("{name} is 1 to {most}")))
}
