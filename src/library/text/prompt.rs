//! A text as it was typed → the prompt that a model gets for it, and the words that the model cannot know.
//!
//! Words of other languages are said in English, a misspelt word is corrected to one that the thesaurus has, quotes and
//! asterisks are left out, and what stands in quotes is otherwise as it was typed. Which pieces the model's tokenizer
//! cuts a word into tells how well the model knows it: words that it has often read are one piece or two, "grxlfm" is five.

use crate::library::text::spelling::respelt;
use crate::library::text::stems::stem;
use crate::library::text::thesaurus::languages::{
    Translation, TypedWord, is_foreign_filler, translations, typed_words,
};
use crate::library::text::thesaurus::thesaurus;

/// A word is unknown whose pieces have fewer letters than this, on average. Chosen on every other text of the lexicon
/// that the starter learned from, without its misspellings and other languages: most words of 0.84 % of these texts are
/// called unknown, of 0.85 % of the other half (0.64 and 0.67 % by RoBERTa's tokenizer), and of 0.0 % of the captions in
/// AudioCaps' and Clotho's tests; of random letters 98.7 % are (97.9 % by RoBERTa's).
const LETTERS_A_PIECE: f64 = 2.5;

/// As often in a row a letter stands only in the imitation of a sound: "grrr".
const HELD_DOWN: usize = 3;

/// What a model is asked for in the place of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Prompt {
    /// What is embedded.
    pub(crate) text: String,
    /// Words of the text, folded, that the model cannot know, in order.
    pub(crate) unknown: Vec<String>,
}

/// What stands between two spaces, or between quotes.
struct PromptChunk {
    /// As it was typed, without quotes and asterisk.
    shown: String,
    words: Vec<TypedWord>,
    is_literal: bool,
}

/// What a model can make of a word.
enum WordSense {
    Known,
    Corrected(String),
    Unknown,
}

impl Prompt {
    /// The prompt for `text`; `pieces` says into how many pieces the model's tokenizer cuts a word.
    pub(crate) fn of(text: &str, pieces: &dyn Fn(&str) -> usize) -> Self {
        let chunks = chunks(text);
        let hidden = TypedWord { text: String::new(), has_accents: false };
        let typed = |chunk: &PromptChunk| match chunk.is_literal {
            true => vec![hidden.clone(); chunk.words.len()],
            false => chunk.words.clone(),
        };
        let translations = translations(&chunks.iter().flat_map(typed).collect::<Vec<_>>());
        let all: Vec<&str> = chunks.iter().flat_map(|chunk| &chunk.words).map(|word| word.text.as_str()).collect();
        let reader = PromptReader { translations: &translations, all: &all, pieces };
        let (mut said, mut unknown, mut at) = (Vec::new(), Vec::new(), 0);
        for chunk in &chunks {
            said.extend(reader.say(chunk, at, &mut unknown));
            at += chunk.words.len();
        }
        // Of nothing but quotes nothing would be left.
        let text = if said.is_empty() { text.to_owned() } else { said.join(" ") };
        Prompt { text, unknown }
    }
}

/// What the words of a text are read by.
struct PromptReader<'a> {
    translations: &'a [Translation],
    /// Every word of the text, folded.
    all: &'a [&'a str],
    pieces: &'a dyn Fn(&str) -> usize,
}

impl PromptReader<'_> {
    /// What is said for `chunk`, whose first word is number `first`; nothing where an earlier chunk says it.
    fn say(&self, chunk: &PromptChunk, first: usize, unknown: &mut Vec<String>) -> Option<String> {
        let mut said: Vec<String> = Vec::new();
        let mut is_changed = false;
        for (index, word) in chunk.words.iter().enumerate() {
            if !self.translations.is_empty() && !chunk.is_literal && is_foreign_filler(&word.text) {
                is_changed = true;
                continue;
            }
            let translation = self.translations.iter().find(|found| found.span.contains(&(first + index)));
            if let Some(found) = translation {
                is_changed = true;
                said.extend((found.span.start == first + index).then(|| found.english[0].to_owned()));
                continue;
            }
            match self.sense(word, chunk.is_literal) {
                WordSense::Corrected(other) => {
                    is_changed = true;
                    said.push(other);
                    continue;
                }
                WordSense::Unknown => unknown.push(word.text.clone()),
                WordSense::Known => {}
            }
            said.push(word.text.clone());
        }
        let text = if is_changed { said.join(" ") } else { chunk.shown.clone() };
        (!text.is_empty()).then_some(text)
    }

    fn sense(&self, word: &TypedWord, is_literal: bool) -> WordSense {
        let text = word.text.as_str();
        let is_word = !text.is_empty() && text.chars().all(char::is_alphabetic);
        if !is_word || thesaurus().knows(&stem(text)) {
            return WordSense::Known;
        }
        let pieces = (self.pieces)(text);
        if pieces <= 1 {
            return WordSense::Known;
        }
        // Beside words of another language it is one that the tables lack.
        let correction = respelt(text).filter(|_| !is_literal && self.translations.is_empty());
        if let Some(correction) = correction {
            return WordSense::Corrected(correction);
        }
        let is_split_up = (text.chars().count() as f64) < LETTERS_A_PIECE * pieces as f64;
        if is_split_up && !self.is_imitation(text) { WordSense::Unknown } else { WordSense::Known }
    }

    /// Whether `word` imitates a sound: it is said twice ("wan wan") or has a letter held down.
    fn is_imitation(&self, word: &str) -> bool {
        let letters: Vec<char> = word.chars().collect();
        let held_down = letters.chunk_by(|one, other| one == other).any(|run| run.len() >= HELD_DOWN);
        held_down || self.all.iter().filter(|other| **other == word).count() > 1
    }
}

fn chunks(text: &str) -> Vec<PromptChunk> {
    let mut chunks = Vec::new();
    for (index, piece) in text.split(['"', '\u{201c}', '\u{201d}', '\u{201e}']).enumerate() {
        let is_literal = index % 2 == 1;
        for chunk in piece.split_whitespace() {
            let shown = chunk.trim_end_matches('*').to_owned();
            chunks.push(PromptChunk { words: typed_words(&shown), shown, is_literal });
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tokenizer that cuts every word into twos.
    fn twos(word: &str) -> usize {
        word.chars().count().div_ceil(2)
    }

    fn prompt(text: &str) -> String {
        Prompt::of(text, &|_| 1).text
    }

    #[test]
    fn words_of_other_languages_are_said_in_english() {
        for (text, expected) in [
            ("pluie", "rain"),
            ("Regen", "rain"),
            ("дождь", "rain"),
            ("雨", "rain"),
            ("puerta", "door"),
            ("Hund bellt", "dog bark"),
            ("der Regen", "rain"),
            ("rain on a tin roof", "rain on a tin roof"),
            ("Rain, far away!", "Rain, far away!"),
            ("vent", "vent"),
            ("vent pluie", "wind rain"),
            ("bo", "bo"),
            ("b\u{f6}", "gust"),
            ("", ""),
        ] {
            assert_eq!(prompt(text), expected, "{text}");
        }
    }

    #[test]
    fn quotes_and_asterisks_are_no_words_and_what_is_quoted_is_literal() {
        assert_eq!(prompt("\"kick drum\" hard*"), "kick drum hard");
        assert_eq!(prompt("\"pluie\" rain"), "pluie rain");
        assert_eq!(Prompt::of("\"hellicopter\"", &twos).text, "hellicopter");
    }

    #[test]
    fn a_misspelt_word_is_said_right_unless_the_model_has_it() {
        for text in ["hellicopter", "hellicopter take-off", "a thuderstorm"] {
            assert_eq!(prompt(text), text, "{text}");
        }
        assert_eq!(Prompt::of("hellicopter take-off", &twos).text, "helicopter take-off");
        assert_eq!(Prompt::of("a thuderstorm", &twos).text, "a thunderstorm");
        for text in ["rough", "faint", "narrow", "moo", "squeaky"] {
            assert_eq!(Prompt::of(text, &twos).text, text);
        }
    }

    #[test]
    fn a_word_in_small_pieces_is_unknown() {
        for (text, unknown) in [
            ("grxlfm", &["grxlfm"][..]),
            ("Grxlfm rain", &["grxlfm"]),
            ("\"grxlfm\"", &["grxlfm"]),
            ("ξγζ", &["ξγζ"]),
            ("rain rough thunderstorms", &[]),
            ("pluie", &[]),
            ("808 C#4 kick_808", &[]),
            ("grrr", &[]),
            ("tzk tzk", &[]),
            ("", &[]),
        ] {
            assert_eq!(Prompt::of(text, &twos).unknown, unknown, "{text}");
            assert!(Prompt::of(text, &|_| 1).unknown.is_empty(), "{text}");
        }
    }
}
