//! Text as file names and tags have it → the words it can be found by, each with its place.
//!
//! Names and queries go through here alike, so that they meet. Words end at anything that is no letter or digit, at the
//! border between letters and digits and at the humps of camelCase; case, accents and compatibility forms are folded
//! away. The sharp of a note stays with it, so that `C#4` is not `C4`. Scripts written without spaces give one word a
//! character, which phrases put together again. Nothing is stemmed and no word is left out.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut: no one types them, and an index should not grow with the noise in a tag.
pub(super) const WORD_CHARS: usize = 64;

/// A word and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Folded text, never empty.
    pub(super) text: String,
    /// Counts the words before it; a run and the first of its parts share a place.
    pub(super) place: usize,
}

/// Letters and digits with nothing between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Run {
    /// The words in it, folded, at least one.
    pub(super) parts: Vec<String>,
    /// All of it as one word where it has several parts and they are not characters of a script without spaces.
    pub(super) whole: Option<String>,
}

impl Run {
    /// All of it as one word.
    pub(super) fn text(&self) -> String {
        self.whole.clone().unwrap_or_else(|| self.parts.concat())
    }
}

/// What a character does to the word it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    /// A word by itself.
    Ideograph,
    /// Belongs to the character before it.
    Mark,
    Border,
}

/// The words of `text` in order, runs of several parts also as a whole, so that `youtube` finds `YouTube`.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut place = 0;
    for run in runs(text) {
        if let Some(whole) = run.whole {
            words.push(Word { text: whole, place });
        }
        for part in run.parts {
            words.push(Word { text: part, place });
            place += 1;
        }
    }
    words
}

/// The runs of `text` in order.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let classified = |c| (c, classify(c));
    let mut folded: Vec<(char, Class)> = match text.is_ascii() {
        // It has no other forms.
        true => text.chars().map(classified).collect(),
        false => text.nfkd().filter(|c| !is_accent(*c)).nfc().map(classified).collect(),
    };
    keep_accidentals(&mut folded);
    let is_border = |item: &(char, Class)| item.1 == Class::Border;
    folded.split(is_border).filter(|run| !run.is_empty()).flat_map(split_scripts).filter_map(run).collect()
}

/// Whether `text` has letters with accents, or others that [`runs`] writes in ASCII.
pub(super) fn has_accents(text: &str) -> bool {
    text.nfkd().any(|c| is_accent(c) || "ßæœþøłđðħı".contains(c.to_ascii_lowercase()))
}

/// Makes the sharps and flats of notes letters: `C#4`, `F♯m`, `B♭`.
fn keep_accidentals(characters: &mut [(char, Class)]) {
    for index in 1..characters.len() {
        let letter = match characters[index].0 {
            '#' | '♯' => '#',
            '♭' => 'b',
            _ => continue,
        };
        let begins = index < 2 || matches!(characters[index - 2].1, Class::Border | Class::Digit);
        if begins && matches!(characters[index - 1].0, 'a'..='g' | 'A'..='G') {
            characters[index] = (letter, Class::Lower);
        }
    }
}

/// `stretch` cut where a script without spaces begins or ends.
fn split_scripts(stretch: &[(char, Class)]) -> impl Iterator<Item = &[(char, Class)]> {
    let is_ideograph = |item: &(char, Class)| item.1 == Class::Ideograph;
    stretch.chunk_by(move |a, b| is_ideograph(a) == is_ideograph(b) || b.1 == Class::Mark)
}

fn run(stretch: &[(char, Class)]) -> Option<Run> {
    let mut parts = Vec::new();
    let mut start = 0;
    for end in 1..=stretch.len() {
        if end == stretch.len() || is_new_word(stretch, end) {
            parts.push(fold(&stretch[start..end]));
            start = end;
        }
    }
    parts.retain(|part| !part.is_empty());
    let is_spaced = stretch.first().is_some_and(|(_, class)| *class != Class::Ideograph);
    let whole = (parts.len() > 1 && is_spaced).then(|| fold(stretch));
    (!parts.is_empty()).then_some(Run { parts, whole })
}

/// Whether a word begins at `index`, which is not the first.
fn is_new_word(stretch: &[(char, Class)], index: usize) -> bool {
    let (before, here) = (stretch[index - 1].1, stretch[index].1);
    let next = stretch.get(index + 1).map(|(_, class)| *class);
    match (before, here) {
        (_, Class::Mark) => false,
        (Class::Mark, _) => here == Class::Ideograph,
        (Class::Ideograph, _) | (_, Class::Ideograph) => true,
        (Class::Digit, _) | (_, Class::Digit) => before != here,
        (Class::Lower, Class::Upper) => true,
        // The last capital of `XMLFile` begins the next word.
        (Class::Upper, Class::Upper) => next == Some(Class::Lower),
        _ => false,
    }
}

fn classify(character: char) -> Class {
    if character.is_ascii_lowercase() {
        Class::Lower
    } else if is_combining_mark(character) {
        Class::Mark
    } else if !character.is_alphanumeric() {
        Class::Border
    } else if is_unspaced(character) {
        Class::Ideograph
    } else if character.is_numeric() {
        Class::Digit
    } else if character.is_uppercase() {
        Class::Upper
    } else {
        Class::Lower
    }
}

/// Whether `character` is of a script that puts no spaces between words (Unicode's blocks): Thai, Lao, Myanmar, Khmer,
/// kana, Han.
fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3005..=0x3007 | 0x3041..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Whether `character` is a mark that people leave out when they type (Unicode's blocks of combining diacritics); the
/// vowel signs of other scripts stay.
fn is_accent(character: char) -> bool {
    matches!(u32::from(character), 0x0300..=0x036F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF)
}

/// Lower case, with the letters that Unicode does not take apart written in ASCII.
fn fold(characters: &[(char, Class)]) -> String {
    let lower = characters.iter().flat_map(|(character, _)| character.to_lowercase()).take(WORD_CHARS);
    let mut text = String::with_capacity(characters.len());
    for character in lower {
        match character {
            'ß' => text.push_str("ss"),
            'æ' => text.push_str("ae"),
            'œ' => text.push_str("oe"),
            'þ' => text.push_str("th"),
            'ø' => text.push('o'),
            'ł' => text.push('l'),
            'đ' | 'ð' => text.push('d'),
            'ħ' => text.push('h'),
            'ı' => text.push('i'),
            'ς' => text.push('σ'),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    /// `expected`: words in order, `a|b` where both are at one place.
    fn check(text: &str, expected: &str) {
        let mut found = String::new();
        let mut last = None;
        for word in words(text) {
            let gap = if last == Some(word.place) { "|" } else { " " };
            found += &format!("{gap}{}", word.text);
            last = Some(word.place);
        }
        assert_eq!(found.trim_start(), expected, "{text:?}");
    }

    #[test]
    fn names_are_split_where_people_see_words() {
        for (text, expected) in [
            ("kick_808-Hard.wav", "kick 808 hard wav"),
            ("", ""),
            (" -_.", ""),
            ("kick808.wav", "kick808|kick 808 wav"),
            ("DoorSlam", "doorslam|door slam"),
            ("XMLFile", "xmlfile|xml file"),
            ("ABC", "abc"),
            ("iPhone", "iphone|i phone"),
            ("01 - Rain (take 2)", "01 rain take 2"),
            ("don't", "don t"),
            ("a1b22", "a1b22|a 1 b 22"),
            ("C#4 C4", "c#4|c# 4 c4|c 4"),
            ("F#m Fm f♯m", "f#m fm f#m"),
            ("bass_C#min.wav", "bass c#min wav"),
            ("B♭ A#", "bb a#"),
            ("Track #4 Take#2", "track 4 take 2"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn accents_case_and_forms_are_folded() {
        for (text, expected) in [
            ("Café", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("STRASSE Straße", "strasse strasse"),
            ("Ærø Łódź", "aero lodz"),
            ("ﬁre ＫＩＣＫ", "fire kick"),
            ("İstanbul ısı", "istanbul isi"),
            ("Ёлка Ёлка", "елка елка"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn scripts_without_spaces_give_a_word_a_character() {
        for (text, expected) in [
            ("雨音.wav", "雨 音 wav"),
            ("雨の音2", "雨 の 音 2"),
            ("ｶﾞラス", "ガ ラ ス"),
            ("비소리", "비소리"),
            ("हिन्दी", "हिन्दी"),
            ("ฝนตก", "ฝ น ต ก"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn an_endless_word_is_cut() {
        assert_eq!(words(&"x".repeat(100_000))[0].text.len(), WORD_CHARS);
    }

    proptest! {
        #[test]
        fn words_are_never_empty_and_a_word_finds_itself(text in any::<String>()) {
            for word in words(&text) {
                assert!(!word.text.is_empty());
                assert!(words(&word.text).iter().any(|again| again.text == word.text) || word.text.chars().count() >= WORD_CHARS, "{word:?}");
            }
        }
    }
}
