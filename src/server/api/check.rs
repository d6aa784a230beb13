//! Checks that several resources make of what they are sent.

use std::ops::Range;

use crate::error::{Error, Quantity, Result};
use crate::server::api::refusal::ApiRefusal;
use crate::wire::limits::MOST_WORD_CHARS;

/// Refuses words that are too long or hold characters that nobody types.
///
/// # Errors
/// A 422.
pub(crate) fn check_words(text: &str) -> Result<(), ApiRefusal> {
    let given_chars = text.chars().count();
    if given_chars > MOST_WORD_CHARS {
        return Err(ApiRefusal::WordsTooLong { given_chars, most_chars: MOST_WORD_CHARS });
    }
    if text.chars().any(|character| character.is_control() && !character.is_whitespace()) {
        return Err(ApiRefusal::WordsUnprintable);
    }
    Ok(())
}

/// The span from `start` to `end` in seconds, of the whole sound where both are left out.
///
/// # Errors
/// A 422 for one that ends before it begins.
pub(crate) fn check_span(start: Option<f64>, end: Option<f64>) -> Result<Range<f64>> {
    let span = start.unwrap_or(0.0)..end.unwrap_or(f64::INFINITY);
    if span.start >= 0.0 && span.start < span.end {
        return Ok(span);
    }
    let end = end.map_or("the end".to_owned(), |end| format!("{end} s"));
    let given = format!("{} s to {end}", span.start);
    Err(Error::invalid(Quantity::Span, given, "a start and a later end in seconds"))
}

/// Refuses a `count` called `field` that is not 1 to `most`.
///
/// # Errors
/// A 422.
pub(crate) fn check_count(field: &'static str, count: usize, most: usize) -> Result<usize, ApiRefusal> {
    if (1..=most).contains(&count) {
        return Ok(count);
    }
    Err(ApiRefusal::OutOfRange { field, given: count, least: 1, most })
}
