//! The commonest words for sounds in other languages → English.
//!
//! A form that is an English word as well is translated only where accents were typed or another word of the same query
//! is of that language and not English.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use crate::library::text::thesaurus::table::{rows, values};
use crate::library::text::words::{has_accents, runs};

/// Small words of other languages. They are dropped beside a word that was translated.
const FILLERS: [&str; 61] = [
    "al", "am", "auf", "aus", "bei", "con", "d", "da", "dans", "das", "de", "dei", "del", "della", "dem", "den", "der",
    "des", "di", "die", "do", "du", "een", "ein", "eine", "einem", "einer", "el", "em", "en", "et", "gli", "het", "i",
    "il", "im", "in", "l", "la", "las", "le", "les", "lo", "los", "mit", "och", "op", "os", "qui", "sur", "um", "uma",
    "un", "una", "und", "une", "van", "von", "y", "の", "на",
];

static LANGUAGES: LazyLock<Languages> = LazyLock::new(Languages::read);

/// A word as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::library::text) struct TypedWord {
    /// Folded.
    pub(in crate::library::text) text: String,
    /// Whether folding took accents away.
    pub(in crate::library::text) has_accents: bool,
}

/// Words of another language in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::library::text) struct Translation {
    /// Which words.
    pub(in crate::library::text) span: Range<usize>,
    /// What they may mean, at least one.
    pub(in crate::library::text) english: Vec<&'static str>,
}

/// The forms of all languages.
struct Languages {
    forms: HashMap<String, Vec<Sense>>,
    longest_words: usize,
    longest_chars: usize,
}

/// A meaning of a form.
#[derive(Debug, Clone)]
struct Sense {
    language: usize,
    english: String,
    is_english_too: bool,
}

/// Whether some of `text` is of another language than English.
pub(crate) fn is_of_other_language(text: &str) -> bool {
    let words: Vec<TypedWord> = text.split_whitespace().flat_map(typed_words).collect();
    !translations(&words).is_empty()
}

/// Whether `word` says nothing in one of the languages.
pub(in crate::library::text) fn is_foreign_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// What of `words` is of another language, in order.
pub(in crate::library::text) fn translations(words: &[TypedWord]) -> Vec<Translation> {
    LANGUAGES.translations(words)
}

/// The words between two spaces.
pub(in crate::library::text) fn typed_words(chunk: &str) -> Vec<TypedWord> {
    let has_accents = has_accents(chunk);
    runs(chunk).into_iter().map(|run| TypedWord { text: run.text(), has_accents }).collect()
}

impl Languages {
    fn read() -> Self {
        let mut languages = Languages { forms: HashMap::new(), longest_words: 1, longest_chars: 1 };
        for row in rows(include_str!("languages.csv")) {
            for (language, cell) in row.iter().enumerate().skip(1) {
                for form in values(cell) {
                    languages.add(form, language, &row[0]);
                }
            }
        }
        languages
    }

    fn add(&mut self, form: &str, language: usize, english: &str) {
        let words: Vec<String> = runs(form).into_iter().map(|run| run.text()).collect();
        self.longest_words = self.longest_words.max(words.len());
        let key = words.join(" ");
        self.longest_chars = self.longest_chars.max(key.chars().count());
        let meaning = Sense { language, english: english.to_owned(), is_english_too: form.ends_with('*') };
        self.forms.entry(key).or_default().push(meaning);
    }

    fn translations(&'static self, words: &[TypedWord]) -> Vec<Translation> {
        let spans = self.spans(words);
        let certain = |(span, forms): &(Range<usize>, Vec<&Sense>)| {
            let has_accents = words[span.clone()].iter().any(|word| word.has_accents);
            let certain = forms.iter().filter(|form| !form.is_english_too || has_accents);
            certain.map(|form| form.language).collect::<Vec<_>>()
        };
        let spoken: HashSet<usize> = spans.iter().flat_map(certain).collect();
        let mut translations = Vec::new();
        for (span, forms) in spans {
            let has_accents = words[span.clone()].iter().any(|word| word.has_accents);
            let mut english: Vec<&str> = Vec::new();
            for form in forms {
                let is_meant = !form.is_english_too || has_accents || spoken.contains(&form.language);
                if is_meant && !english.contains(&form.english.as_str()) {
                    english.push(&form.english);
                }
            }
            if !english.is_empty() {
                translations.push(Translation { span, english });
            }
        }
        translations
    }

    /// The longest runs of `words` that are known forms.
    fn spans<'a>(&'a self, words: &[TypedWord]) -> Vec<(Range<usize>, Vec<&'a Sense>)> {
        let mut spans = Vec::new();
        let mut start = 0;
        while start < words.len() {
            let longest = (start + 1..=words.len().min(start + self.longest_words)).rev().find_map(|end| {
                let key: Vec<&str> = words[start..end].iter().map(|word| word.text.as_str()).collect();
                let forms = self.forms.get(&key.join(" "))?;
                Some((start..end, forms.iter().collect()))
            });
            let found = longest.or_else(|| Some((start..start + 1, self.pieces(&words[start].text)?)));
            start = found.as_ref().map_or(start + 1, |(span, _)| span.end);
            spans.extend(found);
        }
        spans
    }

    /// What is in a text without spaces: the longest forms from its beginning on.
    fn pieces(&self, text: &str) -> Option<Vec<&Sense>> {
        let characters: Vec<char> = text.chars().filter(|_| !text.is_ascii()).collect();
        let is_unspaced = runs(text).first().is_some_and(|run| run.whole.is_none() && run.parts.len() > 1);
        let mut found = Vec::new();
        let mut start = 0;
        while is_unspaced && start < characters.len() {
            let ends = (start + 1..=characters.len().min(start + self.longest_chars)).rev();
            let longest = ends.into_iter().find_map(|end| {
                let forms = self.forms.get(&characters[start..end].iter().collect::<String>())?;
                Some((end, forms))
            });
            start = longest.map_or(start + 1, |(end, _)| end);
            found.extend(longest.into_iter().flat_map(|(_, forms)| forms));
        }
        (!found.is_empty()).then_some(found)
    }
}
