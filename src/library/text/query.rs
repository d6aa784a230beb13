//! What somebody typed → the words, phrases and beginnings of words that are looked for.
//!
//! There is no query language: a `*` after a word and quotes around a phrase mean something, every other character is
//! text or a border between words, and nothing is an error. What is looked for in place of a word is
//! [`crate::library::text::reading`]'s business.

use crate::library::text::words::{Run, has_accents, runs};

/// More terms than this are not looked for: a pasted page is a mistake, not a search.
const MAX_TERMS: usize = 32;

/// Words that say nothing about a sound: English articles, conjunctions, prepositions and pronouns, and what every
/// description of a sound may begin with. They are looked for only when nothing else is asked.
pub(super) const FILLERS: [&str; 52] = [
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "audio",
    "be",
    "by",
    "clip",
    "for",
    "from",
    "hear",
    "her",
    "his",
    "i",
    "in",
    "into",
    "is",
    "it",
    "its",
    "like",
    "my",
    "near",
    "of",
    "on",
    "onto",
    "or",
    "our",
    "over",
    "recording",
    "some",
    "somebody",
    "someone",
    "something",
    "sound",
    "sounds",
    "that",
    "the",
    "their",
    "there",
    "these",
    "this",
    "through",
    "to",
    "under",
    "very",
    "was",
    "while",
    "with",
    "you",
    "your",
];

/// Words that lead from a thing to the place where it is, or the time.
const PLACING: [&str; 16] = [
    "against", "at", "behind", "beside", "during", "from", "in", "inside", "into", "near", "on", "onto", "outside",
    "over", "through", "under",
];

/// Whether `word`, in lower case, leads from a thing to its place.
pub(crate) fn is_placing(word: &str) -> bool {
    PLACING.contains(&word)
}

/// Whether the last word may be unfinished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// Everything was typed.
    #[default]
    Finished,
    /// Somebody is typing: the last word may be the beginning of one, unless a space or a quote follows it.
    Typing,
}

/// What is looked for; nothing at all if it has no terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Words {
    terms: Vec<Term>,
}

/// One word, phrase or beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Term {
    /// As it is shown in reasons.
    pub(super) shown: String,
    /// Words that must stand one after the other; at least one.
    pub(super) sequence: Vec<String>,
    /// One word that will do as well.
    pub(super) whole: Option<String>,
    /// How literally it is meant.
    pub(super) extent: Literalness,
    /// Whether accents were typed.
    pub(super) has_accents: bool,
    /// Whether it says where something is, after what is there: `roof` in "rain on a roof".
    pub(super) is_place: bool,
}

/// How literally a term is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Literalness {
    /// A word, for which others will do.
    Whole,
    /// A word that is being typed: the beginning of one, or one for which others will do.
    Unfinished,
    /// Words exactly as they are.
    Quoted,
    /// The beginning of a word exactly as it is.
    Beginning,
}

impl Literalness {
    /// Whether the last word may go on.
    pub(super) fn may_go_on(self) -> bool {
        matches!(self, Literalness::Unfinished | Literalness::Beginning)
    }

    /// Whether other words will do.
    pub(super) fn is_free(self) -> bool {
        matches!(self, Literalness::Whole | Literalness::Unfinished)
    }
}

impl Words {
    /// Reads what was typed.
    pub fn parse(text: &str, ending: Ending) -> Self {
        let mut terms = Vec::new();
        // Every second piece is inside quotes, also after a quote that is never closed.
        let mut pieces = text.split(['"', '\u{201c}', '\u{201d}', '\u{201e}']).enumerate().peekable();
        while let Some((index, piece)) = pieces.next() {
            if index % 2 == 1 {
                terms.extend(Term::phrase(piece));
                continue;
            }
            let is_open = ending == Ending::Typing && pieces.peek().is_none();
            let mut chunks = piece.split_whitespace().peekable();
            while let Some(chunk) = chunks.next() {
                let is_last = chunks.peek().is_none() && piece.ends_with(chunk);
                terms.extend(Term::chunk(
                    chunk,
                    if is_open && is_last { Literalness::Unfinished } else { Literalness::Whole },
                ));
            }
        }
        let says_something = |term: &Term| term.sequence.len() > 1 || !FILLERS.contains(&term.sequence[0].as_str());
        mark_places(&mut terms, says_something);
        if terms.iter().any(says_something) {
            terms.retain(says_something);
        }
        let mut seen = Vec::new();
        terms.retain(|term| {
            !seen.contains(term) && {
                seen.push(term.clone());
                true
            }
        });
        terms.truncate(MAX_TERMS);
        Words { terms }
    }

    /// Whether nothing is looked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// How many words, phrases and beginnings are looked for.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }
}

/// Marks those of `terms` that say a place: all that come after a word like "on" which has something before and after it.
fn mark_places(terms: &mut [Term], says_something: impl Fn(&Term) -> bool) {
    let leads = |term: &Term| term.extent.is_free() && matches!(term.sequence.as_slice(), [word] if is_placing(word));
    let first = terms.iter().position(|term| says_something(term) && !leads(term));
    let after = |first: usize| terms[first..].iter().position(leads).map(|at| first + at);
    if let Some(place) = first.and_then(after) {
        terms[place..].iter_mut().for_each(|term| term.is_place = true);
    }
}

impl Term {
    /// The words between quotes, or `None` if there are none.
    fn phrase(text: &str) -> Option<Self> {
        let sequence: Vec<String> = runs(text).into_iter().flat_map(|run| run.parts).collect();
        let shown = sequence.join(" ");
        let (extent, has_accents) = (Literalness::Quoted, has_accents(text));
        let quoted = Term { shown, sequence, whole: None, extent, has_accents, is_place: false };
        (!quoted.sequence.is_empty()).then_some(quoted)
    }

    /// What stands between two spaces: a term a run, of which the last may go on.
    fn chunk(text: &str, extent: Literalness) -> Vec<Self> {
        let (text, extent) = match text.strip_suffix('*') {
            Some(text) => (text, Literalness::Beginning),
            None => (text, extent),
        };
        let may_go_on = extent.may_go_on() && text.ends_with(char::is_alphanumeric);
        let has_accents = has_accents(text);
        let mut terms: Vec<Term> = runs(text).into_iter().map(|run| Term::of_run(run, has_accents)).collect();
        if let Some(last) = terms.last_mut().filter(|_| may_go_on) {
            last.extent = extent;
            last.shown.push('*');
        }
        terms
    }

    fn of_run(run: Run, has_accents: bool) -> Self {
        let shown = run.text();
        let extent = Literalness::Whole;
        Term { shown, sequence: run.parts, whole: run.whole, extent, has_accents, is_place: false }
    }

    /// Its letters and digits without anything between them.
    pub(super) fn text(&self) -> String {
        self.whole.clone().unwrap_or_else(|| self.sequence.concat())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    fn check(text: &str, ending: Ending, expected: &[&str]) {
        let words = Words::parse(text, ending);
        let shown: Vec<&str> = words.terms().iter().map(|term| term.shown.as_str()).collect();
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn what_is_typed_becomes_words_phrases_and_beginnings() {
        for (text, expected) in [
            ("", &[][..]),
            ("rain on a tin roof", &["rain", "tin", "roof"]),
            ("the sound of", &["the", "sound", "of"]),
            ("\"the kick drum\" hard", &["the kick drum", "hard"]),
            ("\u{201e}Kick Drum\u{201c}", &["kick drum"]),
            ("\"never closed", &["never closed"]),
            ("kick* 80*8", &["kick*", "80", "8"]),
            ("*", &[]),
            ("kick_808-Hard.wav", &["kick", "808", "hard", "wav"]),
            ("rain rain Rain", &["rain"]),
            ("YouTube 雨音", &["youtube", "雨音"]),
            ("AND OR NOT (title:[a TO b] +x -y ~2 ^3 \\", &["not", "title", "b", "x", "y", "2", "3"]),
        ] {
            check(text, Ending::Finished, expected);
        }
    }

    #[test]
    fn words_after_one_like_on_say_a_place_where_something_stands_before_it() {
        for (text, places) in [
            ("rain on a tin roof", &["tin", "roof"][..]),
            ("Insects AT night", &["night"]),
            ("on a roof", &[]),
            ("the in a", &[]),
            ("a dog barking", &[]),
            ("\"rain on\" roof", &[]),
        ] {
            let words = Words::parse(text, Ending::Finished);
            let said: Vec<&str> =
                words.terms().iter().filter(|term| term.is_place).map(|term| term.shown.as_str()).collect();
            assert_eq!(said, places, "{text:?}");
        }
    }

    #[test]
    fn only_the_word_being_typed_may_go_on() {
        for (text, expected) in [
            ("kick ha", &["kick", "ha*"][..]),
            ("kick ha ", &["kick", "ha"]),
            ("kick ha.", &["kick", "ha"]),
            ("kick \"ha", &["kick", "ha"]),
        ] {
            check(text, Ending::Typing, expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_is_an_error(text in any::<String>()) {
            for ending in [Ending::Finished, Ending::Typing] {
                let words = Words::parse(&text, ending);
                assert!(words.terms().len() <= MAX_TERMS);
                assert!(words.terms().iter().all(|term| !term.sequence.is_empty()));
            }
        }
    }
}
