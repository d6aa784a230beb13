//! A query's words → what is looked for in the place of each: itself, its stem, other words for it, its correction, its
//! translation.
//!
//! The longest phrase that the thesaurus knows wins, and its words do not lead to others singly. What stands between
//! quotes or ends with `*` is meant literally.

use std::ops::Range;

use crate::library::text::coverage::Coverage;
use crate::library::text::query::{FILLERS, Term, Words};
use crate::library::text::stems::stem;
use crate::library::text::thesaurus::languages::{Translation, TypedWord, is_foreign_filler, translations};
use crate::library::text::thesaurus::{Kinship, content_stems, hangs_on_small_words, thesaurus};

/// What a word counts that has the stem of the one that was typed, where that itself counts 1.
const STEM: f64 = 0.95;
/// What a category counts that is called so.
const CATEGORY: f64 = 0.9;
/// What a translation counts.
const TRANSLATION: f64 = 0.9;
/// What a word counts that means the same.
const SAME: f64 = 0.8;
/// What a word counts that the typed one may have been meant to be.
const CORRECTION: f64 = 0.6;
/// What a kind of what was typed counts: less than the word itself in the name of a folder.
const NARROWER: f64 = 0.45;
/// What a sibling counts, or what goes with it.
const RELATED: f64 = 0.5;
/// What a word counts of which the typed one is a kind.
const BROADER: f64 = 0.3;

/// More than this is not looked for in the place of a word.
const MAX_ALTERNATIVES: usize = 96;

/// What a query was read as.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Reading {
    /// Each word or phrase, in the order of the query.
    pub(crate) words: Vec<WordReading>,
}

/// What a word or phrase of a query was read as.
#[derive(Debug, Clone, PartialEq)]
pub struct WordReading {
    /// As it was typed, folded; a beginning ends with `*`.
    pub typed: String,
    /// What was done with it.
    pub treatment: Treatment,
    /// The words it was read as, if they are others: its correction or its translations.
    pub read_as: Vec<String>,
    /// Words that mean the same and are looked for as well.
    pub synonyms: Vec<String>,
    /// Whether it says where something is rather than what.
    pub(super) is_place: bool,
    /// Its place among the words that were typed.
    pub(super) number: usize,
    pub(super) alternatives: Vec<Alternative>,
}

/// What was done with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It was looked for as it is.
    Kept,
    /// The library and the thesaurus lack it, and another word is spelt almost so.
    Corrected,
    /// It is of another language.
    Translated,
    /// Neither the library nor the thesaurus nor the model knows it.
    Unknown,
}

impl Treatment {
    /// The treatment's name as it is printed, for example `corrected`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Treatment::Kept => "kept",
            Treatment::Corrected => "corrected",
            Treatment::Translated => "translated",
            Treatment::Unknown => "unknown",
        }
    }
}

/// One of the things that are looked for in the place of a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alternative {
    pub(super) form: MatchForm,
    /// Words that stand together; at least one.
    pub(super) sequence: Vec<String>,
    /// What it is called where it is another word than the typed one.
    pub(super) shown: Option<String>,
    /// What it counts, up to 1.
    pub(super) strength: f64,
    /// The most that it can answer.
    pub(super) coverage: Coverage,
    /// The typed words in whose place it stands, by number: several of a phrase.
    pub(super) stands_for: Range<usize>,
}

/// How an alternative is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MatchForm {
    /// As words, one right after the other.
    Words,
    /// As words of which the last may go on.
    Beginning,
    /// As stems, one right after the other.
    Stems,
    /// As stems, near each other.
    StemsNear,
    /// As what a category is called.
    Category,
}

/// Words of the query that are read one by one, in a row.
#[derive(Debug)]
struct Token {
    term: usize,
    text: String,
    stem: String,
}

/// Reads `words`, for which `corrections` has one entry each: what it may have been meant to be, if the library and the
/// thesaurus lack it.
pub(super) fn read(words: &Words, corrections: &[Option<String>]) -> Reading {
    let terms = words.terms();
    let typed: Vec<TypedWord> = terms.iter().map(typed_word).collect();
    let translations = translations(&typed);
    let mut readings: Vec<WordReading> = terms.iter().enumerate().map(WordReading::literal).collect();
    for translation in &translations {
        readings[translation.span.clone()].iter_mut().for_each(|reading| reading.translate(translation));
    }
    for (reading, correction) in readings.iter_mut().zip(corrections) {
        if let (Treatment::Kept, Some(correction)) = (reading.treatment, correction) {
            reading.correct(correction);
        }
    }
    let tokens = tokens(terms, &readings);
    add_joined(&mut readings, &tokens);
    add_phrases(&mut readings, &tokens);
    for (reading, term) in readings.iter_mut().zip(terms) {
        if let Some(whole) = &term.whole
            && reading.treatment == Treatment::Kept
            && term.extent.is_free()
        {
            reading.add_relatives(&stem(whole), 1.0, &reading.own_place());
        }
        reading.alternatives.truncate(MAX_ALTERNATIVES);
    }
    if !translations.is_empty() && readings.iter().any(|reading| !reading.says_nothing()) {
        readings.retain(|reading| !reading.says_nothing());
    }
    Reading { words: readings }
}

/// `term` for the translator, who does not see what is meant literally.
fn typed_word(term: &Term) -> TypedWord {
    let text = if term.extent.is_free() { term.text() } else { String::new() };
    TypedWord { text, has_accents: term.has_accents }
}

/// The words that may lead to others; `None` between two that are not in a row.
fn tokens(terms: &[Term], readings: &[WordReading]) -> Vec<Option<Token>> {
    let mut tokens = Vec::new();
    for (number, (term, reading)) in terms.iter().zip(readings).enumerate() {
        if !term.extent.is_free() || reading.treatment == Treatment::Translated {
            tokens.push(None);
            continue;
        }
        let words = if reading.read_as.is_empty() { &term.sequence } else { &reading.read_as };
        let token = |text: &String| Some(Token { term: number, text: text.clone(), stem: stem(text) });
        tokens.extend(words.iter().map(token));
    }
    tokens
}

/// Looks for two words in a row as one: `door bell` as `doorbell`.
fn add_joined(readings: &mut [WordReading], tokens: &[Option<Token>]) {
    for pair in tokens.windows(2) {
        let [Some(one), Some(other)] = pair else { continue };
        if one.term == other.term || !is_plain(&one.text) || !is_plain(&other.text) {
            continue;
        }
        let joined = format!("{}{}", one.text, other.text);
        for term in [one.term, other.term] {
            let sequence = vec![stem(&joined)];
            readings[term].alternatives.push(Alternative {
                form: MatchForm::Stems,
                sequence,
                shown: Some(joined.clone()),
                strength: STEM,
                coverage: Coverage::Exact,
                stands_for: one.term..other.term + 1,
            });
        }
    }
}

fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Adds what the thesaurus has for the longest phrases in `tokens`.
fn add_phrases(readings: &mut [WordReading], tokens: &[Option<Token>]) {
    let mut start = 0;
    while start < tokens.len() {
        let ends = start + 1..=tokens.len().min(start + thesaurus().longest());
        let longest = ends.rev().find_map(|end| phrase(tokens, start..end).map(|found| (end, found)));
        let Some((end, (key, terms))) = longest else {
            start += 1;
            continue;
        };
        for reading in &mut readings[terms.clone()] {
            let strength = if reading.treatment == Treatment::Corrected { CORRECTION } else { 1.0 };
            reading.add_relatives(&key, strength, &terms);
        }
        start = end;
    }
}

/// The key of `span` of `tokens` and the terms it takes up, if the thesaurus knows it and it is all of them.
fn phrase(tokens: &[Option<Token>], span: Range<usize>) -> Option<(String, Range<usize>)> {
    let words: Option<Vec<&Token>> = tokens[span.clone()].iter().map(Option::as_ref).collect();
    let words = words?;
    let (first, last) = (words.first()?.term, words.last()?.term);
    let is_of = |token: Option<&Option<Token>>, term| {
        token.is_some_and(|token| token.as_ref().is_some_and(|token| token.term == term))
    };
    if span.start.checked_sub(1).is_some_and(|before| is_of(tokens.get(before), first))
        || is_of(tokens.get(span.end), last)
    {
        return None;
    }
    let stems: Vec<&str> = words.iter().map(|token| token.stem.as_str()).collect();
    let apart = stems.join(" ");
    let joined = || match words.as_slice() {
        [one, other] => Some(stem(&format!("{}{}", one.text, other.text))),
        _ => None,
    };
    let key = Some(apart).filter(|key| thesaurus().has(key)).or_else(|| joined().filter(|key| thesaurus().has(key)))?;
    Some((key, first..last + 1))
}

impl WordReading {
    /// `term`, which is number `number`, as it is, and unless it is meant literally by its stem.
    fn literal((number, term): (usize, &Term)) -> Self {
        let mut alternatives = Vec::new();
        let form = if term.extent.may_go_on() { MatchForm::Beginning } else { MatchForm::Words };
        let own = |form, sequence, strength| Alternative {
            form,
            sequence,
            shown: None,
            strength,
            coverage: if form == MatchForm::Category { Coverage::All } else { Coverage::Exact },
            stands_for: number..number + 1,
        };
        let sequences = [Some(term.sequence.clone()), term.whole.clone().map(|whole| vec![whole])];
        for sequence in sequences.into_iter().flatten() {
            alternatives.push(own(form, sequence.clone(), 1.0));
            if term.extent.is_free() {
                let stems: Vec<String> = sequence.iter().map(|word| stem(word)).collect();
                alternatives.push(own(MatchForm::Stems, stems.clone(), STEM));
                alternatives.push(own(MatchForm::Category, stems, CATEGORY));
            }
        }
        let (read_as, synonyms) = (Vec::new(), Vec::new());
        let (typed, is_place) = (term.shown.clone(), term.is_place);
        WordReading { typed, treatment: Treatment::Kept, read_as, synonyms, is_place, number, alternatives }
    }

    fn own_place(&self) -> Range<usize> {
        self.number..self.number + 1
    }

    /// Whether it is a small word of another language, or means one.
    fn says_nothing(&self) -> bool {
        let is_translated = self.treatment == Treatment::Translated;
        let means_nothing = is_translated && self.read_as.iter().all(|english| FILLERS.contains(&english.as_str()));
        means_nothing || is_foreign_filler(&self.typed)
    }

    fn translate(&mut self, translation: &Translation) {
        self.treatment = Treatment::Translated;
        self.read_as = translation.english.iter().map(|english| (*english).to_owned()).collect();
        for english in &translation.english {
            self.add_phrase(english, TRANSLATION, Coverage::All, &translation.span);
            self.add_relatives(&content_stems(english).join(" "), TRANSLATION, &translation.span);
        }
    }

    fn correct(&mut self, correction: &str) {
        self.treatment = Treatment::Corrected;
        self.read_as = vec![correction.to_owned()];
        self.add_phrase(correction, CORRECTION, Coverage::All, &self.own_place());
    }

    /// Looks for `phrase` by its stems, in names and as what a category is called, in the place of the words `stands_for`.
    fn add_phrase(&mut self, phrase: &str, strength: f64, coverage: Coverage, stands_for: &Range<usize>) {
        let sequence = content_stems(phrase);
        if sequence.is_empty() {
            return;
        }
        for form in [MatchForm::StemsNear, MatchForm::Category] {
            let (sequence, shown) = (sequence.clone(), Some(phrase.to_owned()));
            let stands_for = stands_for.clone();
            self.alternatives.push(Alternative { form, sequence, shown, strength, coverage, stands_for });
        }
    }

    fn add_code(&mut self, code: &str, strength: f64, coverage: Coverage, stands_for: &Range<usize>) {
        let (form, sequence, stands_for) = (MatchForm::Category, vec![code.to_owned()], stands_for.clone());
        self.alternatives.push(Alternative { form, sequence, shown: None, strength, coverage, stands_for });
    }

    /// Looks for the other words for `key`, which the words `stands_for` are, and the categories that mean it. They
    /// count `strength` at most.
    fn add_relatives(&mut self, key: &str, strength: f64, stands_for: &Range<usize>) {
        for code in thesaurus().codes(key) {
            self.add_code(code, strength * CATEGORY, Coverage::All, stands_for);
        }
        for code in thesaurus().wider_codes(key) {
            self.add_code(code, strength * BROADER, Coverage::Some, stands_for);
        }
        let relatives = thesaurus().relatives(key).into_iter();
        for relative in relatives.filter(|relative| !hangs_on_small_words(&relative.phrase)) {
            let (weight, coverage) = match relative.kinship {
                Kinship::Same => (SAME, Coverage::All),
                Kinship::Narrower => (NARROWER, Coverage::All),
                Kinship::Related => (RELATED, Coverage::Some),
                Kinship::Broader => (BROADER, Coverage::Some),
            };
            self.add_phrase(&relative.phrase, strength * weight, coverage, stands_for);
            if relative.kinship == Kinship::Same && !self.synonyms.contains(&relative.phrase) {
                self.synonyms.push(relative.phrase);
            }
        }
    }
}
