//! Words → their stems, by which `creak` and `creaking` are one word: English ones by Snowball's rules, others as they
//! are.
//!
//! What is indexed and what is asked for go through here alike, so that it does no harm if a rule is applied to a word
//! of another language.

use std::cell::RefCell;
use std::collections::HashMap;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, TokenStream};

use crate::library::text::words::{WORD_CHARS, words};

/// Stems that are remembered; a library's names repeat their words.
const REMEMBERED: usize = 1 << 16;

thread_local! {
    static STEMS: RefCell<Stems> = RefCell::new(Stems::new());
}

/// tantivy's stemmer with what it has done already.
struct Stems {
    analyzer: TextAnalyzer,
    known: HashMap<String, String>,
}

impl Stems {
    fn new() -> Self {
        let analyzer = TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(Language::English)).build();
        Stems { analyzer, known: HashMap::new() }
    }

    fn stem(&mut self, word: &str) -> String {
        if let Some(stem) = self.known.get(word) {
            return stem.clone();
        }
        let mut stream = self.analyzer.token_stream(word);
        let stem = if stream.advance() { stream.token().text.clone() } else { word.to_owned() };
        if self.known.len() == REMEMBERED {
            self.known.clear();
        }
        self.known.insert(word.to_owned(), stem.clone());
        stem
    }
}

/// The stem of `word`, which is folded.
pub(super) fn stem(word: &str) -> String {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.to_owned();
    }
    STEMS.with_borrow_mut(|stems| stems.stem(word))
}

/// Whether `text` is one word as it stands.
fn is_plain_word(text: &str) -> bool {
    (1..=WORD_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The stems of the words of `text`, those of a run one by one.
pub(super) fn stems(text: &str) -> Vec<String> {
    if is_plain_word(text) {
        return vec![stem(text)];
    }
    let mut stems: Vec<(usize, String)> = Vec::new();
    for word in words(text) {
        // A run comes before its parts and has the place of the first.
        if stems.last().is_some_and(|(place, _)| *place == word.place) {
            stems.pop();
        }
        stems.push((word.place, stem(&word.text)));
    }
    stems.into_iter().map(|(_, stem)| stem).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_plain_word_is_the_only_one_of_its_text(text in "[a-z]{1,70}|[a-zA-Z0-9 #-]{1,5}") {
            let found = words(&text);
            let is_alone = found.len() == 1 && found[0].text == text;
            prop_assert_eq!(is_plain_word(&text), is_alone && text.bytes().all(|byte| byte.is_ascii_lowercase()));
        }
    }

    #[test]
    fn inflections_of_english_words_have_one_stem() {
        for (one, other) in [("barking", "bark"), ("creaks", "creaking"), ("doors", "door"), ("splashes", "splash")] {
            assert_eq!(stem(one), stem(other));
        }
        for word in ["c#", "808", "雨", "дождь", ""] {
            assert_eq!(stem(word), word);
        }
        assert_eq!(stems("DoorCreaks opening"), ["door", "creak", "open"]);
    }
}
