//! How well a file's words answer a question, from which of them it has where.
//!
//! A word counts by how rare it is in the library (the inverse document frequency of BM25), by where it stands (in the
//! file's name, its tags, its category or its folders), and by how near it is to what was typed: a synonym counts less than
//! the word itself. The best counts, and once; and a word of the file answers one word that was typed, so that a door is no
//! answer to "knock" too where "door" was asked for. The score is the share of the question that is answered, less a little for
//! what else the name says, so that `rain.wav` comes before a long name with rain in it. It depends on what is indexed,
//! never on how the index came to be. `ranking` finds the best.

use std::ops::Range;
use std::sync::Arc;

use crate::library::record::file::FileId;
use crate::library::text::coverage::Coverage;
use crate::library::text::marked::{NOTHING, Patterns};
use crate::library::text::reading::{Alternative, MatchForm, Reading, WordReading};
use crate::library::text::stems::stem;

/// Number of places.
pub(super) const PLACES: usize = 4;

/// What a word counts in each place, in the order of [`TextField`]: a name is about one sound, a folder about many.
const PLACE_WEIGHTS: [f64; PLACES] = [1.0, 0.8, 0.5, 0.9];

/// What a word counts that says where something is, beside what is there: "insects at night" is about insects.
const PLACE_EMPHASIS: f64 = 0.5;

/// How much of the score depends on the name saying nothing else: enough to order equals.
pub(super) const BREVITY: f64 = 0.1;

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextField {
    /// In the file's name.
    Name,
    /// In the tags inside the file.
    Tags,
    /// In the names of the folders it is in.
    Folder,
    /// In what the category is called whose code (of the Universal Category System) its name begins with.
    Category,
}

impl TextField {
    const TEXTS: [TextField; PLACES - 1] = [TextField::Name, TextField::Tags, TextField::Folder];

    /// The place's name as it is printed, for example `name`.
    pub fn name(self) -> &'static str {
        match self {
            TextField::Name => "name",
            TextField::Tags => "tags",
            TextField::Folder => "folder",
            TextField::Category => "category",
        }
    }
}

/// Words of the question and where a file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The word or phrase as it was looked for; a beginning ends with `*`.
    pub words: String,
    /// Where it is, the weightiest place if there are several.
    pub place: TextField,
    /// The word that the file has instead, if it is another.
    pub instead: Option<String>,
}

/// A file that has words of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct TextHit {
    /// The file.
    pub file: FileId,
    /// How well it answers, above 0 and up to 1.
    pub(crate) score: f32,
    /// The share of the question that is answered, each word by how rare it is and by how near it is to what was typed,
    /// above 0 and up to 1.
    pub(crate) answered: f32,
    /// How rare the rarest of its words is, where one that a single file has counts 1; above 0 and up to 1.
    pub(crate) rarest: f32,
    /// By how much more of the question another file answers, of those that were looked at; 0..1.
    pub(crate) behind: f32,
    /// How much of the question it answers.
    pub(crate) coverage: Coverage,
    /// Which words it has, in the question's order; shared by all that have the same.
    pub(crate) matches: Arc<[Match]>,
}

/// Something that is looked for in the place of a word, at one of the places where it may be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sighting {
    pub(super) form: MatchForm,
    pub(super) sequence: Vec<String>,
    /// The stems of those words.
    stems: Vec<String>,
    /// The typed words in whose place it stands, by number.
    stands_for: Range<usize>,
    pub(super) place: TextField,
    pub(super) coverage: Coverage,
    strength: f64,
    instead: Option<String>,
}

impl Sighting {
    fn new(alternative: &Alternative, place: TextField) -> Self {
        let most = if matches!(place, TextField::Name | TextField::Tags) { Coverage::Exact } else { Coverage::All };
        Sighting {
            form: alternative.form,
            sequence: alternative.sequence.clone(),
            stems: alternative.sequence.iter().map(|word| stem(word)).collect(),
            stands_for: alternative.stands_for.clone(),
            place,
            coverage: alternative.coverage.min(most),
            strength: alternative.strength,
            instead: alternative.shown.clone(),
        }
    }

    /// What the word counts with it.
    pub(super) fn weight(&self) -> f64 {
        self.strength * PLACE_WEIGHTS[self.place as usize]
    }

    /// Whether it is another word than the typed one.
    fn is_another_word(&self) -> bool {
        self.instead.is_some() || self.form == MatchForm::Category
    }

    /// Whether both are the same phrase for the same words.
    fn is_one_phrase_with(&self, other: &Sighting) -> bool {
        self.stands_for == other.stands_for && self.sequence == other.sequence && self.place == other.place
    }

    /// Whether nothing of a file is seen in it that is not seen in `other` too, which answers another word: not where both are
    /// one phrase for both words. A file has one category.
    fn repeats(&self, other: &Sighting) -> bool {
        let both_categories = self.form == MatchForm::Category && other.form == MatchForm::Category;
        !self.is_one_phrase_with(other) && (both_categories || self.stems.iter().all(|stem| other.stems.contains(stem)))
    }
}

/// Everything that answers each word of `reading`, best first.
pub(super) fn sightings(reading: &Reading) -> Vec<Vec<Sighting>> {
    let of_alternative = |alternative: &Alternative| -> Vec<Sighting> {
        let places =
            if alternative.form == MatchForm::Category { &[TextField::Category][..] } else { &TextField::TEXTS };
        places.iter().map(|place| Sighting::new(alternative, *place)).collect()
    };
    let best_first = |one: &Sighting, other: &Sighting| {
        other.coverage.cmp(&one.coverage).then(other.weight().total_cmp(&one.weight()))
    };
    let of_word = |word: &WordReading| {
        let mut sightings: Vec<Sighting> = word.alternatives.iter().flat_map(of_alternative).collect();
        sightings.sort_by(best_first);
        sightings.truncate(usize::from(NOTHING));
        sightings
    };
    reading.words.iter().map(of_word).collect()
}

/// Whether what answers word number `index` is another word than the typed one, and answers another typed word as well:
/// as that itself, or for more. `counts` is what each counts.
fn is_answered_elsewhere(index: usize, seen: &[Option<&Sighting>], counts: &[f64]) -> bool {
    let Some(sighting) = seen[index].filter(|sighting| sighting.is_another_word()) else { return false };
    let takes = |(other, other_sighting): (usize, &Option<&Sighting>)| {
        let comes_first = |rival: &Sighting| {
            !rival.is_another_word()
                || counts[other] > counts[index]
                || (counts[other] == counts[index] && other < index)
        };
        other_sighting.is_some_and(|rival| other != index && sighting.repeats(rival) && comes_first(rival))
    };
    seen.iter().enumerate().any(takes)
}

/// What files of one pattern have of the words of a question.
#[derive(Debug)]
pub(super) struct WeighedPattern<'a> {
    /// What answers each word.
    seen: Vec<Option<&'a Sighting>>,
    pub(super) coverage: Coverage,
    /// The share of the question that is answered.
    pub(super) answered: f64,
    /// What the word counts that counts most.
    most: f64,
}

impl<'a> WeighedPattern<'a> {
    /// What a pattern in which `seen` is the best sighting of each word has of the words of `question`.
    pub(super) fn new(mut seen: Vec<Option<&'a Sighting>>, question: &Question<'a>) -> Self {
        let of_word = |seen: &Option<&Sighting>| seen.map_or(Coverage::Some, |sighting| sighting.coverage);
        let coverage = seen.iter().map(of_word).min().unwrap_or(Coverage::Some);
        let count = |seen: Option<&Sighting>, rarity: &f64| seen.map_or(0.0, |sighting| sighting.weight() * rarity);
        let counts = |seen: &[Option<&Sighting>]| -> Vec<f64> {
            seen.iter().zip(question.rarities).map(|(seen, rarity)| count(*seen, rarity)).collect()
        };
        let all = counts(&seen);
        seen =
            (0..seen.len()).map(|index| seen[index].filter(|_| !is_answered_elsewhere(index, &seen, &all))).collect();
        let counts = counts(&seen);
        let answered = counts.iter().sum::<f64>() / question.rarities.iter().sum::<f64>();
        WeighedPattern { answered, most: counts.into_iter().fold(0.0, f64::max), coverage, seen }
    }
}

/// What each word of `reading` counts in a library of `library_len` files of which those of `patterns` have some: above 0. It
/// counts by how rare it is, and less where it says a place. A file counts as far as what it has is near the word.
pub(super) fn rarities(
    patterns: &Patterns,
    reading: &Reading,
    sightings: &[Vec<Sighting>],
    library_len: u64,
) -> Vec<f64> {
    let mut files: Vec<Vec<u64>> = sightings.iter().map(|of_word| vec![0; of_word.len()]).collect();
    for (pattern, count) in patterns.with_counts() {
        patterns.sighted(pattern).for_each(|(word, number)| files[word][number] += u64::from(count));
    }
    let counted = |(files, sightings): (&Vec<u64>, &Vec<Sighting>)| -> f64 {
        files.iter().zip(sightings).map(|(files, sighting)| *files as f64 * sighting.strength).sum()
    };
    let counts = files.iter().zip(sightings).map(counted);
    let emphasis = |word: &WordReading| if word.is_place { PLACE_EMPHASIS } else { 1.0 };
    let words = counts.zip(&reading.words);
    words.map(|(count, word)| emphasis(word) * rarity(count, library_len)).collect()
}

/// What a word counts that `count` of `library_len` files have: the inverse document frequency of BM25.
fn rarity(count: f64, library_len: u64) -> f64 {
    (1.0 + (library_len as f64 - count + 0.5).max(0.0) / (count + 0.5)).ln().max(f64::MIN_POSITIVE)
}

/// The words of a query with what answers each and how rare that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) reading: &'a Reading,
    pub(super) sightings: &'a [Vec<Sighting>],
    /// What each word counts.
    pub(super) rarities: &'a [f64],
    /// Files in the library.
    pub(super) library_len: u64,
}

impl Question<'_> {
    /// The hit of `file`, which has the words of `pattern` and `score`, where the best answers `most` of the question.
    pub(super) fn hit(
        &self,
        (file, score): (FileId, f64),
        pattern: &WeighedPattern<'_>,
        most: f64,
        matches: Arc<[Match]>,
    ) -> TextHit {
        let rarest = pattern.most / rarity(1.0, self.library_len);
        TextHit {
            file,
            score: score as f32,
            answered: pattern.answered as f32,
            rarest: rarest.min(1.0) as f32,
            behind: (most - pattern.answered) as f32,
            coverage: pattern.coverage,
            matches,
        }
    }

    /// What a file of `pattern` has of each word, a phrase for several of them once.
    pub(super) fn matches(&self, pattern: &WeighedPattern<'_>) -> Vec<Match> {
        let mut matches: Vec<(Match, &Sighting)> = Vec::new();
        for (word, seen) in self.reading.words.iter().zip(&pattern.seen) {
            let Some(sighting) = *seen else { continue };
            match matches.last_mut().filter(|(_, last)| last.is_one_phrase_with(sighting)) {
                Some((joined, _)) => joined.words = format!("{} {}", joined.words, word.typed),
                None => {
                    let (words, instead) = (word.typed.clone(), sighting.instead.clone());
                    matches.push((Match { words, place: sighting.place, instead }, sighting));
                }
            }
        }
        matches.into_iter().map(|(found, _)| found).collect()
    }
}
