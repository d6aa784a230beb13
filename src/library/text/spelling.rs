//! A word that nothing is called by → the word that was probably meant.
//!
//! Only words that neither the library nor the thesaurus has are corrected, and only to words that one of them has.

use std::collections::BTreeSet;

use strsim::osa_distance;

use crate::library::text::dictionary::Dictionary;
use crate::library::text::query::{Literalness, Term};
use crate::library::text::stems::stem;
use crate::library::text::thesaurus::thesaurus;

/// Shorter words are not corrected: too many others are near them.
const SHORTEST: usize = 4;

/// From this length on two letters may be wrong, and below it one.
const LONG: usize = 8;

/// How far another word is from the typed one: in letters, then by whether it begins with another letter, by whether the
/// library lacks it, and by its length.
type Distance = (usize, bool, bool, usize);

/// What `term` was probably meant to be, if the thesaurus lacks it and so does the library, where there is one.
pub(super) fn correction(term: &Term, library: Option<&Dictionary>) -> tantivy::Result<Option<String>> {
    let [word] = term.sequence.as_slice() else { return Ok(None) };
    if !term.extent.is_free() || is_known(word, library)? {
        return Ok(None);
    }
    if term.extent == Literalness::Unfinished {
        let has_beginning = library.map_or(Ok(false), |library| library.has_beginning(word))?;
        if has_beginning || is_begun(word) {
            return Ok(None);
        }
    }
    correct(word, library)
}

/// What `word`, which the thesaurus lacks, was probably meant to be.
pub(super) fn respelt(word: &str) -> Option<String> {
    correct(word, None).ok().flatten()
}

fn correct(word: &str, library: Option<&Dictionary>) -> tantivy::Result<Option<String>> {
    if !word.chars().all(char::is_alphabetic) || word.chars().count() < SHORTEST {
        return Ok(None);
    }
    for shorter in [2, 1].map(|most| squeezed(word, most)) {
        if shorter != word && is_known(&shorter, library)? {
            return Ok(Some(shorter));
        }
    }
    nearest(word, library)
}

fn is_known(word: &str, library: Option<&Dictionary>) -> tantivy::Result<bool> {
    let stem = stem(word);
    Ok(library.map_or(Ok(false), |library| library.has(word, &stem))? || thesaurus().knows(&stem))
}

/// Whether `word` is the beginning of one in the thesaurus.
fn is_begun(word: &str) -> bool {
    let spellings = thesaurus().spellings();
    let next = spellings.partition_point(|spelling| spelling.as_str() < word);
    spellings.get(next).is_some_and(|spelling| spelling.starts_with(word))
}

/// `word` with no letter more than `most` times in a row, if one is there three times: `hooonk`.
fn squeezed(word: &str, most: usize) -> String {
    let letters: Vec<char> = word.chars().collect();
    let runs = letters.chunk_by(|one, other| one == other);
    runs.flat_map(|run| &run[..if run.len() > 2 { most } else { run.len() }]).collect()
}

/// The known word nearest to `word`, with its first letter if there is one.
fn nearest(word: &str, library: Option<&Dictionary>) -> tantivy::Result<Option<String>> {
    let mut best: Option<(Distance, String)> = None;
    let first: String = word.chars().take(1).collect();
    let limit = limit(word.chars().count());
    let near = library.map_or_else(|| Ok(BTreeSet::new()), |library| library.near(word, limit as u8))?;
    for beginning in [first.as_str(), ""] {
        let in_library = near.iter().filter(|other| other.starts_with(beginning));
        in_library.for_each(|other| consider(word, other, false, &mut best));
        let spellings = thesaurus().spellings().iter().filter(|spelling| spelling.starts_with(beginning));
        spellings.for_each(|other| consider(word, other, true, &mut best));
        if best.is_some() {
            break;
        }
    }
    Ok(best.map(|(_, word)| word))
}

/// How many letters may be wrong in a word of `len`.
fn limit(len: usize) -> usize {
    if len < LONG { 1 } else { 2 }
}

fn consider(word: &str, other: &str, is_absent: bool, best: &mut Option<(Distance, String)>) {
    if !other.starts_with(char::is_alphabetic) {
        return;
    }
    let (len, other_len) = (word.chars().count(), other.chars().count());
    let limit = limit(len);
    if len.abs_diff(other_len) > limit || other_len < SHORTEST - 1 {
        return;
    }
    let letters = osa_distance(word, other);
    let distance = (letters, word.chars().next() != other.chars().next(), is_absent, len.abs_diff(other_len));
    let is_better = best.as_ref().is_none_or(|(least, known)| (distance, other) < (*least, known.as_str()));
    if letters <= limit && is_better {
        *best = Some((distance, other.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_held_down_counts_once_or_twice() {
        assert_eq!((squeezed("hooonk", 2), squeezed("hooonk", 1)), ("hoonk".into(), "honk".into()));
        assert_eq!(squeezed("door", 1), "door");
    }
}
