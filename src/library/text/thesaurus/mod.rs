//! What else people call a sound: a thesaurus of sound words, compiled in.
//!
//! A group holds words that mean the same, or siblings under one word; links are weaker. A word with several senses
//! (bark, bat) leads nowhere by itself, though others may lead to it. Keys are the stems of a word or phrase with spaces
//! between. `category` knows the category codes of file names, `languages` the words of other languages.

mod table;
pub(super) mod category;
pub(crate) mod languages;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use csv::StringRecord;

use crate::library::text::query::FILLERS;
use crate::library::text::stems::stems;
use crate::library::text::thesaurus::table::{rows, values};

/// Common English words beside those of the tables, so that none is taken for another one misspelt: those among the
/// 12,000 commonest whole words of GPT-2's vocabulary (MIT), or five times in AudioCaps' captions (MIT), or twice in the
/// lexicon that the starter model learned from, that a dictionary has (the npm package an-array-of-english-words, MIT), less
/// some twenty taken out by hand. Without them 9.5 % of the words in Clotho's captions were "corrected" in a library that
/// lacks them; with them, before the dictionary and the hand took some away, 0.9 %.
const WORDS: &str = include_str!("words.txt");

static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(Thesaurus::read);

/// Stems of English words that lead to no others.
static PLAIN_STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| WORDS.lines().flat_map(stems).collect());

/// The groups and links of all words.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    groups: Vec<WordGroup>,
    /// The group that a key calls up.
    group_of: HashMap<String, usize>,
    links: HashMap<String, Vec<Relative>>,
    /// Keys with several senses.
    ambiguous: HashSet<String>,
    /// Stems of all words in it.
    stems: HashSet<String>,
    /// All words in it, in order.
    spellings: Vec<String>,
    longest: usize,
}

#[derive(Debug)]
struct WordGroup {
    kinship: Kinship,
    words: Vec<String>,
    /// Category codes, in lower case, that mean the same.
    codes: Vec<String>,
    /// Codes, in lower case, of wider categories that it is in.
    wider_codes: Vec<String>,
}

/// How much another word has to do with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kinship {
    /// It means the same.
    Same,
    /// It is a kind of it.
    Narrower,
    /// It is a sibling, or what makes or goes with it.
    Related,
    /// It is of a kind with it.
    Broader,
}

/// Another word for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relative {
    pub(super) phrase: String,
    pub(super) kinship: Kinship,
}

/// The thesaurus.
pub(super) fn thesaurus() -> &'static Thesaurus {
    &THESAURUS
}

/// The key of a word or phrase; of a phrase without small words, as queries come without them.
fn key_of(phrase: &str) -> String {
    content_stems(phrase).join(" ")
}

/// The stems of `phrase` but for the small words in it.
pub(super) fn content_stems(phrase: &str) -> Vec<String> {
    let stems = stems(phrase);
    let has_content = stems.iter().any(|stem| !FILLERS.contains(&stem.as_str()));
    stems.into_iter().filter(|stem| !has_content || !FILLERS.contains(&stem.as_str())).collect()
}

/// Whether a single word is left of `phrase` without its small words, some of which mean something: "car by" is no car.
pub(super) fn hangs_on_small_words(phrase: &str) -> bool {
    let is_small = |stem: &str| FILLERS.contains(&stem);
    let means_something = |stem: &str| is_small(stem) && !["a", "an", "the"].contains(&stem);
    let stems = stems(phrase);
    let left = stems.iter().filter(|stem| !is_small(stem)).count();
    left == 1 && stems.iter().any(|stem| means_something(stem))
}

impl Thesaurus {
    fn read() -> Self {
        let mut thesaurus = Thesaurus { longest: 1, ..Thesaurus::default() };
        rows(include_str!("thesaurus.csv")).for_each(|row| thesaurus.add_group(&row));
        rows(include_str!("related.csv")).for_each(|row| thesaurus.add_links(&row));
        rows(include_str!("abbreviations.csv")).for_each(|row| thesaurus.add_abbreviation(&row));
        for row in rows(include_str!("ambiguous.csv")) {
            thesaurus.learn(&row[0]);
            if &row[2] == "no" {
                thesaurus.ambiguous.insert(key_of(&row[0]));
            }
        }
        category::phrases().for_each(|phrase| thesaurus.learn(phrase));
        thesaurus.spellings.sort_unstable();
        thesaurus.spellings.dedup();
        thesaurus
    }

    fn add_group(&mut self, row: &StringRecord) {
        let kinship = if &row[1] == "same" { Kinship::Same } else { Kinship::Related };
        let mut words = Vec::new();
        for word in values(&row[5]) {
            let plain = word.trim_end_matches('*');
            self.learn(plain);
            if plain == word {
                let stems = content_stems(plain);
                self.longest = self.longest.max(stems.len());
                self.group_of.entry(stems.join(" ")).or_insert(self.groups.len());
            }
            words.push(plain.to_owned());
        }
        let [codes, wider_codes] = [3, 4].map(|column| values(&row[column]).map(str::to_lowercase).collect());
        self.groups.push(WordGroup { kinship, words, codes, wider_codes });
    }

    fn add_links(&mut self, row: &StringRecord) {
        let (kinship, back) = match &row[0] {
            "narrower" => (Kinship::Narrower, Kinship::Broader),
            _ => (Kinship::Related, Kinship::Related),
        };
        for other in values(&row[2]) {
            self.link(&row[1], other, kinship);
            self.link(other, &row[1], back);
        }
    }

    fn add_abbreviation(&mut self, row: &StringRecord) {
        for word in values(&row[1]) {
            self.link(word, &row[0], Kinship::Same);
            if &row[2] == "both" {
                self.link(&row[0], word, Kinship::Same);
            }
        }
    }

    fn link(&mut self, from: &str, to: &str, kinship: Kinship) {
        self.learn(to);
        self.links.entry(key_of(from)).or_default().push(Relative { phrase: to.to_owned(), kinship });
    }

    fn learn(&mut self, phrase: &str) {
        for word in phrase.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            self.stems.extend(stems(word));
            self.spellings.push(word.to_owned());
        }
    }

    /// Words of the longest phrase in it.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether `key` is a word or phrase that leads to others.
    pub(super) fn has(&self, key: &str) -> bool {
        self.group_of.contains_key(key) || self.links.contains_key(key)
    }

    /// Whether a word with this stem is in it, alone or in a phrase, or is a common English word.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.stems.contains(stem) || PLAIN_STEMS.contains(stem)
    }

    /// All words in it, in order.
    pub(super) fn spellings(&self) -> &[String] {
        &self.spellings
    }

    /// Other words for `key`, the nearest first, without what is said twice.
    pub(super) fn relatives(&self, key: &str) -> Vec<Relative> {
        if self.ambiguous.contains(key) {
            return Vec::new();
        }
        let mut relatives = self.links.get(key).cloned().unwrap_or_default();
        if let Some(group) = self.group(key) {
            let relative = |phrase: &String| Relative { phrase: phrase.clone(), kinship: group.kinship };
            relatives.extend(group.words.iter().map(relative));
            if group.kinship == Kinship::Same {
                let of_words = group.words.iter().filter_map(|word| self.links.get(&key_of(word)));
                relatives.extend(of_words.flatten().cloned());
            }
        }
        relatives.sort_by_key(|relative| relative.kinship);
        let mut seen = HashSet::from([key.to_owned()]);
        relatives.retain(|relative| seen.insert(key_of(&relative.phrase)));
        relatives
    }

    /// The category codes, in lower case, that mean what `key` does.
    pub(super) fn codes(&self, key: &str) -> &[String] {
        self.same(key).map_or(&[], |group| &group.codes)
    }

    /// The codes, in lower case, of wider categories that what `key` means is in.
    pub(super) fn wider_codes(&self, key: &str) -> &[String] {
        self.same(key).map_or(&[], |group| &group.wider_codes)
    }

    /// The words that mean the same as `key`, unless that has several senses.
    fn same(&self, key: &str) -> Option<&WordGroup> {
        let group = self.group(key).filter(|_| !self.ambiguous.contains(key));
        group.filter(|group| group.kinship == Kinship::Same)
    }

    fn group(&self, key: &str) -> Option<&WordGroup> {
        self.group_of.get(key).map(|group| &self.groups[*group])
    }
}

#[cfg(test)]
mod tests;
