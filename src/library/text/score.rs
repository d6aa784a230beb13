//! How well a file's words answer a question, from which of them it has where.
//!
//! A word counts by how rare it is in the library (the inverse document frequency of BM25), by where it stands (in the
//! file's name, its tags, its category or its folders), and by how near it is to what was typed: a synonym counts less than
//! the word itself. The best counts, and once. The score is the share of the question that is answered, less a little for
//! what else the name says, so that `rain.wav` comes before a long name with rain in it. It depends on what is indexed,
//! never on how the index came to be.

use std::cmp::Ordering;

use crate::library::record::file::FileId;
use crate::library::text::coverage::Coverage;
use crate::library::text::reading::{Alternative, MatchForm, Reading, WordReading};

/// Number of places.
pub(super) const PLACES: usize = 4;

/// No sighting.
pub(super) const NOTHING: u16 = u16::MAX;

/// What a word counts in each place, in the order of [`TextField`]: a name is about one sound, a folder about many.
const PLACE_WEIGHTS: [f64; PLACES] = [1.0, 0.8, 0.5, 0.9];

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
    /// Which words it has, in the question's order.
    pub(crate) matches: Vec<Match>,
}

/// Something that is looked for in the place of a word, at one of the places where it may be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sighting {
    pub(super) form: MatchForm,
    pub(super) sequence: Vec<String>,
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
    let of_word = |alternatives: &[Alternative]| {
        let mut sightings: Vec<Sighting> = alternatives.iter().flat_map(of_alternative).collect();
        sightings.sort_by(best_first);
        sightings.truncate(usize::from(NOTHING));
        sightings
    };
    reading.words.iter().map(|word| of_word(&word.alternatives)).collect()
}

/// A file and the best sighting in it of each word, by number; [`NOTHING`] for a word that it lacks.
#[derive(Debug, Clone)]
pub(super) struct FileSightings {
    pub(super) file: FileId,
    pub(super) sightings: Box<[u16]>,
    /// Words in its name.
    pub(super) name_len: u32,
}

impl FileSightings {
    /// The best sighting of each word.
    fn seen<'a>(&self, sightings: &'a [Vec<Sighting>]) -> impl Iterator<Item = Option<&'a Sighting>> {
        self.sightings.iter().zip(sightings).map(|(number, of_word)| of_word.get(usize::from(*number)))
    }

    fn coverage(&self, sightings: &[Vec<Sighting>]) -> Coverage {
        let of_word = |seen: Option<&Sighting>| seen.map_or(Coverage::Some, |sighting| sighting.coverage);
        self.seen(sightings).map(of_word).min().unwrap_or(Coverage::Some)
    }

    /// What each word counts, by how rare it is and by what the file has of it.
    fn counts<'a>(&'a self, question: &'a Question<'_>) -> impl Iterator<Item = f64> {
        let weights = self.seen(question.sightings).map(|seen| seen.map_or(0.0, Sighting::weight));
        weights.zip(question.rarities).map(|(weight, rarity)| rarity * weight)
    }

    fn answered(&self, question: &Question<'_>) -> f64 {
        self.counts(question).sum::<f64>() / question.rarities.iter().sum::<f64>()
    }

    fn score(&self, question: &Question<'_>) -> f64 {
        let brevity = 1.0 / f64::from(self.name_len.max(1));
        self.answered(question) * (1.0 - BREVITY + BREVITY * brevity)
    }
}

/// What each word counts in a library of `library_len` files of which `marked` have some: above 0. A file counts as far
/// as what it has is near the word.
pub(super) fn rarities(marked: &[FileSightings], sightings: &[Vec<Sighting>], library_len: u64) -> Vec<f64> {
    let mut counts = vec![0.0; sightings.len()];
    for file in marked {
        for (count, seen) in counts.iter_mut().zip(file.seen(sightings)) {
            *count += seen.map_or(0.0, |sighting| sighting.strength);
        }
    }
    counts.into_iter().map(|count| rarity(count, library_len)).collect()
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
    pub(super) rarities: &'a [f64],
    /// Files in the library.
    pub(super) library_len: u64,
}

impl Question<'_> {
    /// The `limit` best of `marked`, best first: by coverage, then score, then id.
    pub(super) fn best(&self, marked: Vec<FileSightings>, limit: usize) -> Vec<TextHit> {
        let most = marked.iter().map(|file| file.answered(self)).fold(0.0, f64::max);
        let rank = |file: FileSightings| (file.coverage(self.sightings), file.score(self), file);
        let mut ranked: Vec<_> = marked.into_iter().map(rank).collect();
        let order = |a: &(Coverage, f64, FileSightings), b: &(Coverage, f64, FileSightings)| -> Ordering {
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.file.cmp(&b.2.file))
        };
        if limit < ranked.len() && limit > 0 {
            ranked.select_nth_unstable_by(limit - 1, order);
        }
        ranked.truncate(limit);
        ranked.sort_unstable_by(order);
        let found = |(coverage, score, file): (Coverage, f64, FileSightings)| {
            let answered = file.answered(self);
            let rarest = file.counts(self).fold(0.0, f64::max) / rarity(1.0, self.library_len);
            TextHit {
                file: file.file,
                score: score as f32,
                answered: answered as f32,
                rarest: rarest.min(1.0) as f32,
                behind: (most - answered) as f32,
                coverage,
                matches: self.matches(&file),
            }
        };
        ranked.into_iter().map(found).collect()
    }

    fn matches(&self, file: &FileSightings) -> Vec<Match> {
        let found = |(word, seen): (&WordReading, Option<&Sighting>)| {
            let (words, instead) = (word.typed.clone(), seen?.instead.clone());
            Some(Match { words, place: seen?.place, instead })
        };
        self.reading.words.iter().zip(file.seen(self.sightings)).filter_map(found).collect()
    }
}
