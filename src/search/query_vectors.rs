//! The queries of a request → their vectors: from the library where it has them, else from the model.

use std::collections::BTreeSet;
use std::path::Path;

use crate::audio;
use crate::audio::Sound;
use crate::disk_path::on_disk;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::encoder::sound::EncodedSound;
use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::lookup::Clip;
use crate::library::record::file::Stamp;
use crate::library::text::prompt::Prompt;
use crate::library::text::query::is_placing;
use crate::search::example::Example;
use crate::search::request::{Basis, Query, Request};

/// How much a thing counts beside the whole text that names it and its place. Tried on eight prompts with a place, over unheard
/// clips of ESC-50 and held-out sounds: as many right hits as without it, but three wrong ones more for "water dripping from
/// a tap". So little says that it helps, not how much.
const THING_WEIGHT: f32 = 0.5;

/// The vectors of a request's queries, as far as they are known.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryVectors {
    /// One a query: those wanted, then those unwanted. None at all where only words are compared.
    vectors: Vec<Option<Embedding>>,
    /// Words of the queries, folded, that the model cannot know.
    unknown: BTreeSet<String>,
}

impl QueryVectors {
    /// What `library` knows: the vectors of its files that have not changed since.
    ///
    /// # Errors
    /// [`Error::Request`] as [`Request::check`]; stage `catalogue` if the catalogue cannot be read.
    pub fn from_library(library: &Library, request: &Request) -> Result<Self> {
        request.check()?;
        let known = queries(request).map(|query| match query {
            Query::Like(Example { path, span: None }) => Ok(known_clip(library, path)?.map(|clip| clip.vector)),
            Query::Learned(learned) => Ok(Some(learned.direction.clone())),
            _ => Ok(None),
        });
        Ok(QueryVectors { vectors: known.collect::<Result<_>>()?, unknown: BTreeSet::new() })
    }

    /// The vectors `wanted` and `unwanted`, one a query of the request, made elsewhere.
    pub fn new(wanted: Vec<Embedding>, unwanted: Vec<Embedding>) -> Self {
        QueryVectors { vectors: wanted.into_iter().chain(unwanted).map(Some).collect(), unknown: BTreeSet::new() }
    }

    /// These vectors, of texts among whose words, folded, the model cannot know `words`.
    #[must_use]
    pub fn with_unknown(mut self, words: impl IntoIterator<Item = String>) -> Self {
        self.unknown.extend(words);
        self
    }

    /// Whether `word`, folded, is one that the model cannot know.
    pub(super) fn is_unknown(&self, word: &str) -> bool {
        self.unknown.contains(word)
    }

    /// Whether a vector is still unknown.
    pub fn needs_model(&self) -> bool {
        self.vectors.iter().any(Option::is_none)
    }

    /// Has `encoder` make what is still unknown of `request`, the one this was begun for; texts in one batch.
    ///
    /// # Errors
    /// [`Error::Data`] for a file that cannot be decoded; what the encoder reports.
    pub fn complete(&mut self, encoder: &Encoder, request: &Request) -> Result<()> {
        self.complete_from(encoder, request, &audio::open)
    }

    /// The same, with `open` to open the examples.
    ///
    /// # Errors
    /// [`Error::Data`] for a sound that cannot be opened or decoded; what the encoder reports.
    pub fn complete_from(
        &mut self,
        encoder: &Encoder,
        request: &Request,
        open: &dyn Fn(&Path) -> Result<Sound>,
    ) -> Result<()> {
        let (mut prompts, mut waiting) = (Vec::new(), Vec::new());
        for (vector, query) in self.vectors.iter_mut().zip(queries(request)).filter(|(vector, _)| vector.is_none()) {
            match query {
                Query::Words(words) => {
                    let Prompt { text, unknown } = prompt_of(encoder, words);
                    let texts = texts_of(&text);
                    waiting.push((vector, texts.len()));
                    prompts.extend(texts);
                    self.unknown.extend(unknown);
                }
                Query::Like(example) => *vector = Some(embed_example(encoder, example, open)?),
                Query::Learned(learned) => *vector = Some(learned.direction.clone()),
            }
        }
        if !prompts.is_empty() {
            let mut embedded = encoder.embed_text(&prompts)?.into_iter();
            for (vector, count) in waiting {
                *vector = Some(vector_of(embedded.by_ref().take(count))?);
            }
        }
        Ok(())
    }

    /// All vectors: those wanted, then those unwanted.
    pub(super) fn complete_vectors(&self) -> Result<Vec<Embedding>> {
        let missing = || Error::internal(Stage::Search, "a query was searched for before it had a vector");
        self.vectors.iter().map(|vector| vector.clone().ok_or_else(missing)).collect()
    }
}

/// The prompt that the model behind `encoder` gets for `words`.
pub(crate) fn prompt_of(encoder: &Encoder, words: &str) -> Prompt {
    Prompt::of(words, &|word| encoder.pieces(word))
}

/// What is embedded for the prompt `text`: itself and, where it says where something is, that thing alone. A place says
/// little about a sound, and is much of what a model makes of a text.
pub(crate) fn texts_of(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let place = words.iter().position(|word| is_placing(&word.to_lowercase()));
    let thing = place.filter(|at| *at > 0 && at + 1 < words.len()).map(|at| words[..at].join(" "));
    std::iter::once(text.to_owned()).chain(thing).collect()
}

/// The vector of a text from those of its [`texts_of`].
///
/// # Errors
/// [`Error::Internal`] if there is none, or they cancel out.
pub(crate) fn vector_of(vectors: impl IntoIterator<Item = Embedding>) -> Result<Embedding> {
    let weights = [1.0, THING_WEIGHT];
    Embedding::mean(&vectors.into_iter().zip(weights).collect::<Vec<_>>())
}

/// The queries of `request` that need a vector.
fn queries(request: &Request) -> impl Iterator<Item = &Query> {
    let compares_sound = request.by != Basis::Words;
    request.queries().filter(move |_| compares_sound)
}

/// What `library` knows of the sound in the file at `path`, if that has not changed since.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read.
pub fn known_clip(library: &Library, path: &Path) -> Result<Option<Clip>> {
    let Ok(path) = on_disk(path).canonicalize() else { return Ok(None) };
    let stamp = path.metadata().ok().map(|metadata| Stamp::of(&metadata));
    Ok(library.clip_at(&path)?.filter(|clip| stamp == Some(clip.stamp)))
}

fn embed_example(encoder: &Encoder, example: &Example, open: &dyn Fn(&Path) -> Result<Sound>) -> Result<Embedding> {
    let seconds = example.span.map_or(0.0..f64::INFINITY, |span| span.start_seconds()..span.end_seconds());
    let encoded = encoder.embed_span(open(&example.path)?, seconds);
    encoded.map(|encoded| encoded.clip).map_err(|error| error.about_file(&example.path))
}

/// Decodes and embeds the sound in the file at `path`.
///
/// # Errors
/// [`Error::Data`] naming the file as `path` does if it cannot be decoded; what the encoder reports.
pub fn embed_file(encoder: &Encoder, path: &Path) -> Result<EncodedSound> {
    audio::open(path).and_then(|sound| encoder.embed_sound(sound)).map_err(|error| error.about_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_embedded_alone_too_where_a_text_says_its_place() {
        for (text, thing) in [
            ("rain on a tin roof", Some("rain")),
            ("Footsteps in snow", Some("Footsteps")),
            ("a dog barking", None),
            ("in the rain", None),
            ("rain on", None),
        ] {
            let texts = texts_of(text);
            assert_eq!((texts[0].as_str(), texts.get(1).map(String::as_str)), (text, thing));
        }
    }

    #[test]
    fn the_whole_text_counts_more_than_the_thing() {
        let unit = |values: [f32; 2]| Embedding::normalized(values.to_vec()).unwrap();
        let (whole, thing) = (unit([1.0, 0.0]), unit([0.0, 1.0]));
        assert_eq!(vector_of([whole.clone()]).unwrap(), whole);
        let joined = vector_of([whole.clone(), thing.clone()]).unwrap();
        assert!(joined.cosine_in_space(&whole) > joined.cosine_in_space(&thing));
        assert!(vector_of([]).is_err());
    }
}
