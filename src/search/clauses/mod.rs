//! A text as somebody typed it → what it says is wanted, and what it says is not: `birds -crows`, "birds but not crows",
//! "rain without thunder".
//!
//! `tokens` cuts the text into words, phrases in quotes and pauses; `negation` knows which of them say that something is
//! not wanted. A dash counts before a word and nowhere else, `NOT` takes one word or phrase, and the words of ordinary
//! language take their clause. What stands in quotes is literal, and so is everything that only looks like a negation:
//! "no man's land", "is not", "take no. 4", "-12 dB". Nothing that is typed is an error.

mod tokens;
mod negation;

use std::fmt;

use crate::library::text::query::{Ending, is_placing};
use crate::library::text::thesaurus::languages::is_of_other_language;
use crate::search::clauses::negation::{Breadth, Negation};
use crate::search::clauses::tokens::{ClauseToken, TokenKind, tokens};

/// Words that, alone, ask for nothing in particular.
const EVERYTHING: [&str; 13] = [
    "a",
    "all",
    "any",
    "anything",
    "audio",
    "every",
    "everything",
    "of",
    "some",
    "something",
    "sound",
    "sounds",
    "the",
];

/// Words that lead to what is wanted again, and are none of it.
const RESUMING: [&str; 7] = ["and", "but", "instead", "just", "only", "plus", "with"];

/// Words that hang on a negation and are nothing without it.
const DANGLING: [&str; 5] = ["and", "but", "or", "with", "yet"];

/// Words that part the things of an enumeration.
const JOINING: [&str; 3] = ["and", "nor", "or"];

/// Words that lead from a thing that is not wanted to the place of all that is heard, beside those that always lead to a place.
const PLACING_ALL: [&str; 2] = ["by", "while"];

/// What a text says is wanted and what is not.
///
/// ```
/// use auricle::library::text::query::Ending;
/// use auricle::search::clauses::Clauses;
///
/// let clauses = Clauses::read("birds but not crows", Ending::Finished);
/// assert_eq!((clauses.wanted.as_str(), clauses.unwanted), ("birds", vec!["crows".to_owned()]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clauses {
    /// What is wanted: the whole text, letter for letter, where nothing in it is unwanted. Empty if that is all it says.
    pub wanted: String,
    /// What is not wanted, in the order of the text.
    pub unwanted: Vec<String>,
    /// Whether the last wanted word may be unfinished.
    pub ending: Ending,
}

impl Clauses {
    /// Reads `text`, of which the last word may be unfinished as `ending` says.
    pub fn read(text: &str, ending: Ending) -> Self {
        let tokens = tokens(text);
        let mut reader =
            ClauseReader { tokens: &tokens, is_foreign: is_of_other_language(text), ..ClauseReader::default() };
        reader.read(ending);
        if reader.unwanted.is_empty() && !reader.is_cut {
            return Clauses { wanted: text.to_owned(), unwanted: Vec::new(), ending };
        }
        let ending = if reader.ends_wanted { ending } else { Ending::Finished };
        Clauses { wanted: reader.wanted_text(), unwanted: reader.unwanted, ending }
    }

    /// Whether something in the text is not wanted.
    pub fn has_unwanted(&self) -> bool {
        !self.unwanted.is_empty()
    }
}

impl fmt::Display for Clauses {
    /// As people are told: `birds, not crows, not gulls`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wanted)?;
        for (index, unwanted) in self.unwanted.iter().enumerate() {
            let comma = if index == 0 && self.wanted.is_empty() { "" } else { ", " };
            write!(f, "{comma}not {unwanted}")?;
        }
        Ok(())
    }
}

/// The reading of a text from left to right.
#[derive(Default)]
struct ClauseReader<'a> {
    tokens: &'a [ClauseToken],
    /// Whether some of it is of another language than English.
    is_foreign: bool,
    at: usize,
    wanted: Vec<ClauseToken>,
    unwanted: Vec<String>,
    /// Whether the last token is part of what is wanted.
    ends_wanted: bool,
    /// Whether a negation at the end was left out that nothing follows yet.
    is_cut: bool,
}

impl ClauseReader<'_> {
    fn read(&mut self, ending: Ending) {
        while let Some(token) = self.tokens.get(self.at) {
            if token.has_minus {
                self.unwanted.push(token.text.clone());
                self.at += 1;
                self.ends_wanted = false;
            } else if let Some(negation) = Negation::at(self.tokens, self.at, self.is_foreign) {
                self.drop_dangling();
                self.at += negation.len;
                self.ends_wanted = false;
                self.take_unwanted(negation.breadth);
            } else if ending == Ending::Typing && Negation::is_begun(self.tokens, self.at) {
                self.drop_dangling();
                (self.is_cut, self.ends_wanted) = (true, false);
                return;
            } else {
                self.wanted.push(token.clone());
                self.at += 1;
                self.ends_wanted = true;
            }
        }
    }

    /// Takes away what only led to a negation.
    fn drop_dangling(&mut self) {
        while self.wanted.last().is_some_and(|last| last.is_pause() || last.is_one_of(&DANGLING)) {
            self.wanted.pop();
        }
    }

    /// Takes what a negation with `breadth` is about, from here on.
    fn take_unwanted(&mut self, breadth: Breadth) {
        if breadth == Breadth::One {
            self.unwanted.extend(self.tokens.get(self.at).map(|token| token.text.clone()));
            self.at += 1;
            return;
        }
        let mut item: Vec<&ClauseToken> = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            let ends = token.has_minus
                || token.is_one_of(&["but"])
                || Negation::at(self.tokens, self.at, self.is_foreign).is_some()
                || (token.is_one_of(&RESUMING) && self.next_is(&["with", "just", "only"]))
                || (breadth == Breadth::Thing && leads_to_place(token) && !item.is_empty())
                || (token.is_pause() && !self.is_enumerated());
            if ends {
                break;
            }
            self.at += 1;
            if token.is_pause() || token.is_one_of(&JOINING) {
                self.finish(&mut item);
            } else {
                item.push(token);
            }
        }
        self.finish(&mut item);
        self.resume();
    }

    /// Leaves out what leads from what is not wanted to what is, with a pause in its place.
    fn resume(&mut self) {
        let mut is_led = false;
        let leads = |token: &ClauseToken| token.is_pause() || token.is_one_of(&RESUMING);
        while self.tokens.get(self.at).is_some_and(leads)
            && Negation::at(self.tokens, self.at, self.is_foreign).is_none()
        {
            is_led = true;
            self.at += 1;
        }
        if is_led && self.wanted.last().is_some_and(|last| !last.is_pause()) {
            self.wanted.push(ClauseToken::comma());
        }
    }

    fn finish(&mut self, item: &mut Vec<&ClauseToken>) {
        if !item.is_empty() {
            self.unwanted.push(joined(item));
            item.clear();
        }
    }

    fn next_is(&self, words: &[&str]) -> bool {
        self.tokens.get(self.at + 1).is_some_and(|token| token.is_one_of(words))
    }

    /// Whether the pause here parts the things of an enumeration: one whose last is joined by a word.
    fn is_enumerated(&self) -> bool {
        let rest = &self.tokens[self.at + 1..];
        let Some(first) = rest.first().filter(|first| !first.is_one_of(&RESUMING) && !first.has_minus) else {
            return false;
        };
        let ends = |index: &usize| {
            rest[*index].is_one_of(&["but"])
                || Negation::at(self.tokens, self.at + 1 + index, self.is_foreign).is_some()
        };
        let clause = &rest[..(0..rest.len()).find(ends).unwrap_or(rest.len())];
        first.is_one_of(&JOINING) || clause.iter().any(|token| token.is_one_of(&JOINING))
    }

    /// What is wanted, as a text; empty where it is only "everything".
    fn wanted_text(&self) -> String {
        let mut wanted = self.wanted.as_slice();
        while let [before @ .., last] = wanted
            && last.is_pause()
        {
            wanted = before;
        }
        if wanted.iter().all(|token| token.is_pause() || token.is_one_of(&EVERYTHING)) {
            return String::new();
        }
        joined(&wanted.iter().collect::<Vec<_>>())
    }
}

/// `tokens` with spaces between, none before a pause.
fn joined(tokens: &[&ClauseToken]) -> String {
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() && !token.is_pause() {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    text
}

/// Whether what follows `token` is the place of all that is heard: "rain without wind on a tin roof".
fn leads_to_place(token: &ClauseToken) -> bool {
    let is_word = token.kind == TokenKind::Word && !token.has_minus;
    token.is_one_of(&PLACING_ALL) || (is_word && is_placing(&token.text.to_lowercase()))
}

#[cfg(test)]
mod tests;
