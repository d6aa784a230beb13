//! What somebody asks for: words and sounds wanted and not wanted, how to look for them, and how much to show.

use crate::embedding::Embedding;
use crate::error::{Error, Need, Quantity, Refusal, Result};
use crate::library::lookup::FileFilter;
use crate::library::text::query::Ending;
use crate::library::vectors::search::Mode;
use crate::search::clauses::Clauses;
use crate::search::example::Example;

/// One thing that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Sounds that these words describe, and files that have them in their name, tags or folders.
    Words(String),
    /// Sounds like this one.
    Like(Example),
    /// Sounds of a class that was learned from examples.
    Learned(LearnedClass),
}

/// A class that was learned from examples, as a direction among vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedClass {
    /// What it is called, for people: HEAD or HEAD:CLASS.
    pub name: String,
    /// Where its weights point.
    pub direction: Embedding,
    /// Cosine with that from which on a sound is of the class rather than not.
    pub boundary: f32,
    /// How much more cosine makes it more probable by the factor e in odds, above 0.
    pub log_odds_unit: f32,
}

/// A query and how much it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedQuery {
    /// What is or is not wanted.
    pub query: Query,
    /// How much it counts beside the others, above 0; 1 where nothing was said.
    pub weight: f32,
}

impl From<Query> for WeightedQuery {
    fn from(query: Query) -> Self {
        WeightedQuery { query, weight: 1.0 }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// Sounds and words.
    #[default]
    Both,
    /// Sounds alone.
    Sound,
    /// Words alone; needs no model.
    Words,
}

impl Basis {
    /// The basis's name as it is printed: `both`, `sound` or `words`.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Both => "both",
            Basis::Sound => "sound",
            Basis::Words => "words",
        }
    }
}

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Granularity {
    /// A file with its best events inside.
    #[default]
    Files,
    /// An event in a file, or a whole file that has no moments.
    Moments,
}

/// What becomes of weak hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WeakHits {
    /// They are counted and left out.
    LeftOut,
    /// The best fill the list up to ten hits, where fewer are better; the others are counted and left out.
    #[default]
    Few,
    /// They are listed with the others.
    Listed,
}

/// What becomes of the sounds that were given as wanted examples, if the library has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Examples {
    /// They are no hits, nor are copies of them; of an example that is a span, the moments that overlap it.
    #[default]
    LeftOut,
    /// They are hits like all others.
    Listed,
}

/// What becomes of files with the recording of a better hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CopyPolicy {
    /// They are listed with that hit, as its copies.
    #[default]
    Folded,
    /// They are separate hits.
    Listed,
}

/// A request to a library.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is wanted; at least one.
    pub wanted: Vec<WeightedQuery>,
    /// What is not: it pushes hits down and never up.
    pub unwanted: Vec<WeightedQuery>,
    /// Texts that say themselves what is not wanted, as they were read into `wanted` and `unwanted`.
    pub clauses: Vec<Clauses>,
    /// What is compared.
    pub by: Basis,
    /// Which files may be found.
    pub filter: FileFilter,
    /// What becomes of the examples themselves.
    pub examples: Examples,
    /// What becomes of copies.
    pub copies: CopyPolicy,
    /// What a hit is.
    pub granularity: Granularity,
    /// How many hits at most.
    pub limit: usize,
    /// What becomes of weak hits.
    pub weak_hits: WeakHits,
    /// Whether the last word may be unfinished.
    pub ending: Ending,
    /// How vectors are searched.
    pub mode: Mode,
}

/// How many hits are given where nothing was said.
pub(crate) const DEFAULT_LIMIT: usize = 10;

impl Request {
    /// The plain request for `query`.
    pub fn new(query: Query) -> Self {
        Request {
            wanted: vec![query.into()],
            unwanted: Vec::new(),
            clauses: Vec::new(),
            by: Basis::default(),
            filter: FileFilter::default(),
            examples: Examples::default(),
            copies: CopyPolicy::default(),
            granularity: Granularity::default(),
            limit: DEFAULT_LIMIT,
            weak_hits: WeakHits::default(),
            ending: Ending::default(),
            mode: Mode::Auto,
        }
    }

    /// All queries, those wanted first.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &Query> {
        self.wanted.iter().chain(&self.unwanted).map(|weighted| &weighted.query)
    }

    /// Refuses what cannot be asked.
    ///
    /// # Errors
    /// [`Error::Request`] if nothing is wanted, words are empty, or a weight is not above 0.
    pub fn check(&self) -> Result<()> {
        if self.wanted.is_empty() {
            return Err(Refusal::Lacking(if self.unwanted.is_empty() { Need::Query } else { Need::Wanted }).into());
        }
        self.wanted.iter().chain(&self.unwanted).try_for_each(WeightedQuery::check)
    }
}

impl WeightedQuery {
    fn check(&self) -> Result<()> {
        if !(self.weight > 0.0 && self.weight.is_finite()) {
            return Err(Error::invalid(Quantity::Weight, self.weight, "a number above 0"));
        }
        match &self.query {
            Query::Words(words) if words.trim().is_empty() => Err(Refusal::Lacking(Need::Words).into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_asked_is_refused_with_advice() {
        let rain = || Request::new(Query::Words("rain".into()));
        let weighing = |weight| WeightedQuery { query: Query::Words("x".into()), weight };
        let refused = [
            Request { wanted: Vec::new(), ..rain() },
            Request { wanted: Vec::new(), unwanted: rain().wanted, ..rain() },
            Request::new(Query::Words(" ".into())),
            Request { unwanted: vec![weighing(0.0)], ..rain() },
            Request { unwanted: vec![weighing(f32::NAN)], ..rain() },
            Request { unwanted: vec![weighing(-1.0)], ..rain() },
        ];
        for request in refused {
            assert!(matches!(request.check(), Err(Error::Request(_))), "{request:?}");
        }
        rain().check().unwrap();
    }
}
