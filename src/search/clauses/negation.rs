//! Which words of a text say that what follows is not wanted, and how much of what follows they are about.

use crate::search::clauses::tokens::{ClauseToken, TokenKind};

/// A negation in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Negation {
    /// How many tokens it is.
    pub(super) len: usize,
    pub(super) breadth: Breadth,
}

/// How much of what follows a negation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breadth {
    /// The next word or phrase.
    One,
    /// A thing, or several, without the place where they are.
    Thing,
    /// All up to the end of the clause.
    Clause,
}

/// Negations that are always meant as such.
const PLAIN: [(&[&str], Breadth); 14] = [
    (&["but", "not"], Breadth::Clause),
    (&["but", "no"], Breadth::Clause),
    (&["but", "without"], Breadth::Thing),
    (&["with", "no"], Breadth::Thing),
    (&["without", "any"], Breadth::Thing),
    (&["without"], Breadth::Thing),
    (&["except", "for"], Breadth::Clause),
    (&["except"], Breadth::Clause),
    (&["excluding"], Breadth::Clause),
    (&["apart", "from"], Breadth::Clause),
    (&["aside", "from"], Breadth::Clause),
    (&["other", "than"], Breadth::Clause),
    (&["rather", "than"], Breadth::Clause),
    (&["instead", "of"], Breadth::Clause),
];

/// "Without" in other languages, believed in their company only: "sin" is English too.
const FOREIGN_WITHOUT: &str = "bez ohne sans sem senza sin utan zonder без";

/// After these, "but" is "except".
const ALL_BUT: &str = "all anything everything";

/// Before "not" they make it a matter of what is the case, not of what is wanted.
const NOT_AFTER: &str = "\
    am are be been being can could did do does had has have he i if is it may might must nothing or shall she \
    should they was we were whether why will would";

/// "Not" before these is no refusal.
const NOT_BEFORE: &str = "\
    all always amused at available even every everyone found guilty just much necessarily now only quite so sure \
    that to today yet";

/// After "no" in set phrases: "no man's land", "no one", "no smoking".
const NO_BEFORE: &str = "\
    again artist brainer clue comment deal doubt entry escape exit fear fly go good haoto idea joke koe longer \
    man's man\u{2019}s mans matter more nakigoe name no of one oto parking place problem regrets return show \
    signal smoking surrender thanks trespassing way yes yet";

/// "Without" before these is no refusal either.
const WITHOUT_BEFORE: &str = "\
    borders break breaks effect end fail frontiers interruption limit limits me pause stopping success us \
    warning you";

/// A bare "no" is a refusal after a thing that is wanted: not after these verbs and small words.
const NO_AFTER: &str = "\
    almost an answer answers are as at be been big by cries dr dr. for from had has have he in is loud mean \
    means of offers on or oh said say saying says scream screaming screams she shout shouting shouts take the \
    there to track was were yell yelling yes";

impl Negation {
    /// The negation that begins at `at` of `tokens`, if one does and something follows it. `is_foreign` if other words of
    /// the text are of another language.
    pub(super) fn at(tokens: &[ClauseToken], at: usize, is_foreign: bool) -> Option<Self> {
        let context = Surroundings { tokens, at, is_foreign };
        context.negation().filter(|found| context.get(found.len).is_some_and(ClauseToken::is_thing))
    }

    /// Whether the text ends at `at` with what can only become a negation.
    pub(super) fn is_begun(tokens: &[ClauseToken], at: usize) -> bool {
        let rest = &tokens[at..];
        let is_rest = |words: &&[&str]| {
            words.len() == rest.len() && words.iter().zip(rest).all(|(word, token)| token.is_one_of(&[word]))
        };
        at > 0 && PLAIN.iter().map(|(words, _)| words).any(is_rest)
    }
}

fn is_one_of(token: &ClauseToken, words: &str) -> bool {
    words.split(' ').any(|word| token.is_one_of(&[word]))
}

/// A place in a text.
struct Surroundings<'a> {
    tokens: &'a [ClauseToken],
    at: usize,
    is_foreign: bool,
}

impl<'a> Surroundings<'a> {
    fn get(&self, ahead: usize) -> Option<&'a ClauseToken> {
        self.tokens.get(self.at + ahead)
    }

    /// Whether the token so far `ahead` is one of `words`, which have spaces between.
    fn is(&self, ahead: usize, words: &str) -> bool {
        self.get(ahead).is_some_and(|token| is_one_of(token, words))
    }

    fn before(&self) -> Option<&'a ClauseToken> {
        self.tokens.get(self.at.checked_sub(1)?)
    }

    fn is_after(&self, words: &str) -> bool {
        self.before().is_some_and(|token| is_one_of(token, words))
    }

    /// Whether a clause begins here.
    fn begins_clause(&self) -> bool {
        self.before().is_none_or(ClauseToken::is_pause) || self.is_after("and but")
    }

    fn negation(&self) -> Option<Negation> {
        let token = self.get(0).filter(|token| token.kind == TokenKind::Word && !token.has_minus)?;
        let found = |len, breadth| Some(Negation { len, breadth });
        if token.text == "NOT" && !self.is_shouted() {
            return found(1, Breadth::One);
        }
        if let Some((words, breadth)) = PLAIN.iter().find(|(words, _)| self.are(words)) {
            return found(words.len(), *breadth).filter(|found| !self.is_set_phrase(found.len));
        }
        if self.is(0, "not") {
            let counts = !self.is_after(NOT_AFTER) && !self.is(1, NOT_BEFORE);
            return found(1, Breadth::Clause).filter(|_| counts);
        }
        if self.is(0, "no") {
            // In Portuguese it is "in the", in Japanese "of".
            let counts = self.begins_clause() || (self.follows_thing() && !self.is_foreign);
            return found(1, Breadth::Clause).filter(|_| counts && !self.is(1, NO_BEFORE));
        }
        if self.at == 1 && self.is(0, "but") && self.is_after(ALL_BUT) {
            return found(1, Breadth::Clause);
        }
        found(1, Breadth::Thing).filter(|_| self.is_foreign && self.is(0, FOREIGN_WITHOUT))
    }

    fn are(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.is(ahead, word))
    }

    /// Whether the text has no small letters, so that capitals say nothing.
    fn is_shouted(&self) -> bool {
        let is_small = |token: &ClauseToken| token.text.chars().any(char::is_lowercase);
        !self.tokens.iter().any(is_small)
    }

    /// Whether the negation of `len` tokens here is part of a set phrase: "no man's land", "without a doubt".
    fn is_set_phrase(&self, len: usize) -> bool {
        let ends_with = |word: &str| self.is(len - 1, word);
        (ends_with("no") && self.is(len, NO_BEFORE))
            || (ends_with("not") && self.is(len, NOT_BEFORE))
            || (ends_with("without") && self.is(len, WITHOUT_BEFORE))
            || (ends_with("without") && self.is(len, "a") && self.is(len + 1, "doubt trace"))
            || (ends_with("except") && self.is(len, "if that when"))
    }

    /// Whether what comes before can be what is wanted.
    fn follows_thing(&self) -> bool {
        self.before().is_some_and(ClauseToken::is_thing) && !self.is_after(NO_AFTER)
    }
}
