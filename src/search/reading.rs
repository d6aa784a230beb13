//! A request → what its words were read as, for people to see and to judge hits by.

use crate::error::Result;
use crate::library::text::query::{Ending, Words};
use crate::library::text::reading::{Treatment, WordReading};
use crate::library::text::{self, TextIndex};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{Query, Request, WeightedQuery};

/// What the words of a request were read as.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryReading {
    /// Each word or phrase that is wanted.
    pub wanted: Vec<WordReading>,
    /// Each that is not.
    pub unwanted: Vec<WordReading>,
    /// Whether something else than words is wanted too.
    has_examples: bool,
}

impl QueryReading {
    /// The wanted words that neither the library nor the thesaurus nor the model knows.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let unknown = self.wanted.iter().filter(|word| word.treatment == Treatment::Unknown);
        unknown.map(|word| word.typed.as_str())
    }

    /// Whether nothing that is wanted is understood: what sounds like it says nothing.
    pub fn is_unknown(&self) -> bool {
        !self.has_examples && !self.wanted.is_empty() && self.unknown().count() == self.wanted.len()
    }
}

/// Reads the words of `request`, with the words of its library where they are looked at.
pub(super) fn read(text: Option<&TextIndex>, request: &Request, vectors: &QueryVectors) -> Result<QueryReading> {
    let has_examples = request.wanted.iter().any(|wanted| !matches!(wanted.query, Query::Words(_)));
    let read = |queries: &[WeightedQuery], ending| {
        let mut words = Vec::new();
        for query in queries {
            if let Query::Words(typed) = &query.query {
                words.extend(words_of(text, &Words::parse(typed, ending), vectors)?);
            }
        }
        Ok::<_, crate::error::Error>(words)
    };
    let unwanted = read(&request.unwanted, Ending::Finished)?;
    Ok(QueryReading { wanted: read(&request.wanted, request.ending)?, unwanted, has_examples })
}

fn words_of(text: Option<&TextIndex>, words: &Words, vectors: &QueryVectors) -> Result<Vec<WordReading>> {
    let mut readings = match text {
        Some(index) => index.read_words(words)?.words.clone(),
        None => text::read_words(words).words,
    };
    for reading in readings.iter_mut().filter(|reading| reading.treatment == Treatment::Kept) {
        if is_unknown(&reading.typed, text, vectors)? {
            reading.treatment = Treatment::Unknown;
        }
    }
    Ok(readings)
}

/// Whether the model knows none of the words of `phrase`, and the library has none.
fn is_unknown(phrase: &str, text: Option<&TextIndex>, vectors: &QueryVectors) -> Result<bool> {
    for word in phrase.split(' ') {
        if !vectors.is_unknown(word) || text.map_or(Ok(false), |index| index.has(word))? {
            return Ok(false);
        }
    }
    Ok(true)
}
