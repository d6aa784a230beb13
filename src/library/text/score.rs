//! How well a file's words answer a question, from which terms it has where.
//!
//! A term counts by how rare it is in the library (the inverse document frequency of BM25) and by where it stands: in
//! the file's name, its tags or its folders. The score is the share of the question that is answered, less a little for
//! what else the name says, so that `rain.wav` comes before a long name with rain in it. It depends on what is indexed,
//! never on how the index came to be.

use std::cmp::Ordering;

use crate::library::record::FileId;
use crate::library::text::query::Words;

/// Number of fields.
pub(super) const FIELDS: usize = 3;

/// What a term counts in each field, in the order of [`Place`]: a name is about one sound, a folder about many.
const FIELD_WEIGHTS: [f64; FIELDS] = [1.0, 0.8, 0.5];

/// How much of the score depends on the name saying nothing else: enough to order equals.
const BREVITY: f64 = 0.1;

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the file's name.
    Name,
    /// In the tags inside the file.
    Tags,
    /// In the names of the folders it is in.
    Folder,
}

impl Place {
    const ALL: [Place; FIELDS] = [Place::Name, Place::Tags, Place::Folder];

    /// The place's name as it is printed, for example `name`.
    pub fn name(self) -> &'static str {
        match self {
            Place::Name => "name",
            Place::Tags => "tags",
            Place::Folder => "folder",
        }
    }
}

/// How much of the question a file answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// It has some of the words.
    Some,
    /// It has all of them, some only in its folders' names.
    All,
    /// It has all of them in its name or tags.
    Exact,
}

/// Words of the question and where a file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The word or phrase as it was looked for; a beginning ends with `*`.
    pub words: String,
    /// Where it is, the weightiest place if there are several.
    pub place: Place,
}

/// A file that has words of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The file.
    pub file: FileId,
    /// How well it answers, above 0 and up to 1.
    pub score: f32,
    /// How much of the question it answers.
    pub coverage: Coverage,
    /// Which words it has, in the question's order.
    pub matches: Vec<Match>,
}

/// A file and the terms that each of its fields has, as bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marked {
    pub(super) file: FileId,
    pub(super) terms: [u32; FIELDS],
    /// Words in its name.
    pub(super) name_len: u32,
}

impl Marked {
    fn place_of(&self, term: usize) -> Option<Place> {
        Place::ALL.into_iter().find(|place| self.terms[*place as usize] & (1 << term) != 0)
    }

    fn coverage(&self, terms_len: usize) -> Coverage {
        let every = u32::MAX.checked_shr(u32::BITS - terms_len as u32).unwrap_or(0);
        let [name, tags, folder] = self.terms;
        if name | tags == every {
            Coverage::Exact
        } else if name | tags | folder == every {
            Coverage::All
        } else {
            Coverage::Some
        }
    }

    fn score(&self, rarities: &[f64]) -> f64 {
        let weight = |term| self.place_of(term).map_or(0.0, |place| FIELD_WEIGHTS[place as usize]);
        let answered: f64 = rarities.iter().enumerate().map(|(term, rarity)| rarity * weight(term)).sum();
        let brevity = 1.0 / f64::from(self.name_len.max(1));
        answered / rarities.iter().sum::<f64>() * (1.0 - BREVITY + BREVITY * brevity)
    }
}

/// What each of `terms_len` terms counts in a library of `library_len` files of which `marked` have some: above 0.
pub(super) fn rarities(marked: &[Marked], terms_len: usize, library_len: u64) -> Vec<f64> {
    let mut counts = vec![0u64; terms_len];
    for file in marked {
        let mut terms = file.terms.iter().fold(0, |all, terms| all | terms);
        while terms != 0 {
            counts[terms.trailing_zeros() as usize] += 1;
            terms &= terms - 1;
        }
    }
    let rarity = |count: u64| {
        let (count, len) = (count as f64, library_len as f64);
        (1.0 + (len - count + 0.5).max(0.0) / (count + 0.5)).ln().max(f64::MIN_POSITIVE)
    };
    counts.into_iter().map(rarity).collect()
}

/// The `limit` best of `marked`, best first: by coverage, then score, then id.
pub(super) fn best(mut marked: Vec<Marked>, words: &Words, rarities: &[f64], limit: usize) -> Vec<Found> {
    let terms_len = words.terms().len();
    let mut ranked: Vec<_> =
        marked.drain(..).map(|file| (file.coverage(terms_len), file.score(rarities), file)).collect();
    let order = |a: &(Coverage, f64, Marked), b: &(Coverage, f64, Marked)| -> Ordering {
        b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.file.cmp(&b.2.file))
    };
    if limit < ranked.len() && limit > 0 {
        ranked.select_nth_unstable_by(limit - 1, order);
    }
    ranked.truncate(limit);
    ranked.sort_unstable_by(order);
    let found = |(coverage, score, file): (Coverage, f64, Marked)| {
        let matches =
            words.terms().iter().enumerate().filter_map(|(number, term)| {
                file.place_of(number).map(|place| Match { words: term.shown.clone(), place })
            });
        Found { file: file.file, score: score as f32, coverage, matches: matches.collect() }
    };
    ranked.into_iter().map(found).collect()
}
