//! How well a file's words answer a question, from which of them it has where.
//!
//! A word counts by how rare it is in the library (the inverse document frequency of BM25), by where it stands (in the
//! file's name, its tags, its category or its folders), and by how near it is to what was typed: a synonym counts less than
//! the word itself. The best counts, and once; and a word of the file answers one word that was typed, so that a door is no
//! answer to "knock" too where "door" was asked for. The score is the share of the question that is answered, less a little for
//! what else the name says, so that `rain.wav` comes before a long name with rain in it. It depends on what is indexed,
//! never on how the index came to be.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::library::record::file::FileId;
use crate::library::text::coverage::Coverage;
use crate::library::text::reading::{Alternative, MatchForm, Reading, WordReading};
use crate::library::text::stems::stem;

/// Number of places.
pub(super) const PLACES: usize = 4;

/// No sighting.
pub(super) const NOTHING: u16 = u16::MAX;

/// What a word counts in each place, in the order of [`TextField`]: a name is about one sound, a folder about many.
const PLACE_WEIGHTS: [f64; PLACES] = [1.0, 0.8, 0.5, 0.9];

/// What a word counts that says where something is, beside what is there: "insects at night" is about insects.
const PLACE_EMPHASIS: f64 = 0.5;

/// How much of the score depends on the name saying nothing else: enough to order equals.
const BREVITY: f64 = 0.1;

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
    coverage: Coverage,
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
    fn weight(&self) -> f64 {
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

/// The files that have something of what is looked for. Many have the same of it: they share a pattern.
#[derive(Debug, Default)]
pub(super) struct MarkedFiles {
    /// The best sighting of each word, by number; [`NOTHING`] for a word that is lacking.
    patterns: Vec<Box<[u16]>>,
    numbers: HashMap<Box<[u16]>, usize>,
    files: Vec<MarkedFile>,
}

/// A file that has something of what is looked for.
#[derive(Debug, Clone, Copy)]
struct MarkedFile {
    file: FileId,
    /// The number of its pattern.
    pattern: usize,
    /// Words in its name.
    name_len: u32,
}

impl MarkedFiles {
    /// Adds `file` with the best sighting in it of each word, and the number of words in its name.
    pub(super) fn push(&mut self, file: FileId, sightings: &[u16], name_len: u32) {
        let last = self.files.last().map(|last| last.pattern).filter(|last| *self.patterns[*last] == *sightings);
        let pattern = last.or_else(|| self.numbers.get(sightings).copied()).unwrap_or_else(|| {
            self.patterns.push(sightings.into());
            self.numbers.insert(sightings.into(), self.patterns.len() - 1);
            self.patterns.len() - 1
        });
        self.files.push(MarkedFile { file, pattern, name_len });
    }

    /// Leaves out the files that are not in `among`.
    pub(super) fn keep(&mut self, among: &HashSet<FileId>) {
        self.files.retain(|marked| among.contains(&marked.file));
    }
}

/// The best sighting of each word that `pattern` has.
fn seen<'a>(pattern: &[u16], sightings: &'a [Vec<Sighting>]) -> impl Iterator<Item = Option<&'a Sighting>> {
    pattern.iter().zip(sightings).map(|(number, of_word)| of_word.get(usize::from(*number)))
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
struct WeighedPattern<'a> {
    /// What answers each word.
    seen: Vec<Option<&'a Sighting>>,
    coverage: Coverage,
    /// The share of the question that is answered.
    answered: f64,
    /// What the word counts that counts most.
    most: f64,
}

impl<'a> WeighedPattern<'a> {
    /// What `pattern` has of the words of `question`.
    fn new(pattern: &[u16], question: &Question<'a>) -> Self {
        let mut seen: Vec<Option<&Sighting>> = seen(pattern, question.sightings).collect();
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

/// A file with how well it answers.
#[derive(Debug, Clone, Copy)]
struct ScoredFile {
    file: FileId,
    pattern: usize,
    coverage: Coverage,
    score: f64,
}

impl ScoredFile {
    fn new(MarkedFile { file, pattern, name_len }: MarkedFile, weighed: &WeighedPattern<'_>) -> Self {
        let brevity = 1.0 / f64::from(name_len.max(1));
        let score = weighed.answered * (1.0 - BREVITY + BREVITY * brevity);
        ScoredFile { file, pattern, coverage: weighed.coverage, score }
    }

    /// Best first: by coverage, then score, then id.
    fn order(&self, other: &Self) -> Ordering {
        let by_score = other.coverage.cmp(&self.coverage).then(other.score.total_cmp(&self.score));
        by_score.then(self.file.cmp(&other.file))
    }
}

/// What each word of `reading` counts in a library of `library_len` files of which `marked` have some: above 0. It counts by
/// how rare it is, and less where it says a place. A file counts as far as what it has is near the word.
pub(super) fn rarities(
    marked: &MarkedFiles,
    reading: &Reading,
    sightings: &[Vec<Sighting>],
    library_len: u64,
) -> Vec<f64> {
    let strength = |seen: Option<&Sighting>| seen.map_or(0.0, |sighting| sighting.strength);
    let strengths: Vec<Vec<f64>> =
        marked.patterns.iter().map(|pattern| seen(pattern, sightings).map(strength).collect()).collect();
    let mut counts = vec![0.0; sightings.len()];
    for file in &marked.files {
        counts.iter_mut().zip(&strengths[file.pattern]).for_each(|(count, strength)| *count += strength);
    }
    let emphasis = |word: &WordReading| if word.is_place { PLACE_EMPHASIS } else { 1.0 };
    let words = counts.into_iter().zip(&reading.words);
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
    /// The `limit` best of `marked`, best first: by coverage, then score, then id.
    pub(super) fn best(&self, marked: &MarkedFiles, limit: usize) -> Vec<TextHit> {
        let weighed: Vec<WeighedPattern<'_>> =
            marked.patterns.iter().map(|pattern| WeighedPattern::new(pattern, self)).collect();
        let most = marked.files.iter().map(|file| weighed[file.pattern].answered).fold(0.0, f64::max);
        let mut ranked: Vec<ScoredFile> =
            marked.files.iter().map(|file| ScoredFile::new(*file, &weighed[file.pattern])).collect();
        if limit < ranked.len() && limit > 0 {
            ranked.select_nth_unstable_by(limit - 1, ScoredFile::order);
        }
        ranked.truncate(limit);
        ranked.sort_unstable_by(ScoredFile::order);
        let mut matches = vec![None; weighed.len()];
        let hit = |scored: &ScoredFile| {
            let pattern = &weighed[scored.pattern];
            let matches = matches[scored.pattern].get_or_insert_with(|| self.matches(pattern).into());
            self.hit(scored, pattern, most, Arc::clone(matches))
        };
        ranked.iter().map(hit).collect()
    }

    /// The hit of `scored`, which has the words of `pattern`, where the best answers `most` of the question.
    fn hit(&self, scored: &ScoredFile, pattern: &WeighedPattern<'_>, most: f64, matches: Arc<[Match]>) -> TextHit {
        let rarest = pattern.most / rarity(1.0, self.library_len);
        TextHit {
            file: scored.file,
            score: scored.score as f32,
            answered: pattern.answered as f32,
            rarest: rarest.min(1.0) as f32,
            behind: (most - pattern.answered) as f32,
            coverage: pattern.coverage,
            matches,
        }
    }

    /// What a file of `pattern` has of each word, a phrase for several of them once.
    fn matches(&self, pattern: &WeighedPattern<'_>) -> Vec<Match> {
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
