//! What else a sound might be: 626 phrases about everyday sounds, as vectors of the library's model.
//!
//! A cosine says little by itself: one model gives 0.6 where another gives 0.2, and some sounds are near to all words. So a
//! description competes with these phrases for each sound ([`crate::search::judgement::description`]), which needs nothing
//! of a model but that it embeds words. They are embedded once for a library and kept on its shelf `background`; those of the
//! starter are compiled in.

use std::fs;
use std::path::Path;

use crate::embedding::matrix::EmbeddingMatrix;
use crate::embedding::{Embedding, Space, from_bytes, to_bytes};
use crate::encoder::queue::Encoder;
use crate::error::Result;
use crate::library::Library;
use crate::library::derived::{Generation, Shelf};
use crate::search::judgement::centre::{apart, mean};
use crate::search::judgement::constants::{SAME_MEANING, SAME_MEANING_UNIT};
use crate::search::judgement::odds::logistic;

/// The phrases, one a line. Changing them changes [`FORMAT`].
pub(super) const PHRASES: &str = include_str!("background.txt");

/// Name of the shelf.
const NAME: &str = "background";

/// Version of what is stored, and of [`PHRASES`].
const FORMAT: u32 = 2;

/// Name of the file with the phrases' vectors, f32, little-endian, row-major `[phrases, dim]`.
const VECTORS: &str = "vectors";

/// The starter's vectors: the fingerprint of the model, then what a shelf has.
const OF_STARTER: &[u8] = include_bytes!("../../../models/starter/background");

/// Characters of a fingerprint.
const FINGERPRINT_LEN: usize = 64;

/// The phrases' vectors; none at all where nothing is known of them.
#[derive(Debug, Default)]
pub(in crate::search) struct Background {
    phrases: Vec<Embedding>,
    mean: Vec<f32>,
    /// The phrases as seen from their mean; `None` for one that lies there.
    apart: Vec<Option<Embedding>>,
    rows: Option<EmbeddingMatrix>,
}

impl Background {
    /// The background with these vectors.
    pub(super) fn new(phrases: Vec<Embedding>) -> Self {
        let mean = mean(&phrases);
        let apart = phrases.iter().map(|phrase| apart(phrase, &mean)).collect();
        let rows = (!phrases.is_empty()).then(|| EmbeddingMatrix::new(&phrases));
        Background { phrases, mean, apart, rows }
    }

    /// What `library` has on its shelf, or the starter's if that made it; nothing if there is nothing that can be used.
    pub(in crate::search) fn open(library: &Library) -> Self {
        if let Some(vectors) = of_starter(library.model()) {
            return Background::new(vectors);
        }
        let read = |generation: Generation| -> Result<Vec<Embedding>> {
            let vectors = from_bytes(&generation.read(VECTORS)?, PHRASES.lines().count(), library.model().dim);
            Ok(vectors.unwrap_or_default())
        };
        let stored = shelf(library).current().and_then(|current| current.map(read).transpose());
        let vectors = stored.unwrap_or_else(|error| {
            tracing::warn!("{error}");
            None
        });
        Background::new(vectors.unwrap_or_default())
    }

    /// The background of `library`, embedded by `encoder`.
    ///
    /// # Errors
    /// What the encoder reports; stage `catalogue` if the catalogue cannot be read.
    pub(in crate::search) fn make(library: &Library, encoder: &Encoder) -> Result<Self> {
        tracing::info!("embedding {} phrases to judge hits by, once for this library", PHRASES.lines().count());
        let phrases: Vec<String> = PHRASES.lines().map(str::to_owned).collect();
        Background::keep(library, encoder.embed_text(&phrases)?)
    }

    /// The background with the vectors `phrases`, put on the shelf of `library` if that can be.
    pub(super) fn keep(library: &Library, phrases: Vec<Embedding>) -> Result<Self> {
        let write = |folder: &Path| fs::write(folder.join(VECTORS), to_bytes(&phrases));
        if let Err(error) = shelf(library).write(library.revision()?, write) {
            tracing::warn!("what hits are judged by is kept in memory and not stored: {error}");
        }
        Ok(Background::new(phrases))
    }

    /// Number of phrases whose vectors are known.
    pub(super) fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether nothing is known of the phrases.
    pub(in crate::search) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// `query` as seen from the mean of the phrases: what sets it apart from other texts. A text near to everything loses
    /// what it is near to everything by.
    pub(super) fn direction(&self, query: &Embedding) -> Embedding {
        apart(query, &self.mean).unwrap_or_else(|| query.clone())
    }

    /// How far each phrase means what `query` does, 0..=1.
    pub(super) fn sameness(&self, query: &Embedding) -> Vec<f64> {
        let direction = self.direction(query);
        let sameness = |phrase: &Option<Embedding>| {
            let cosine = phrase.as_ref().map_or(-1.0, |phrase| phrase.cosine_in_space(&direction));
            logistic((f64::from(cosine) - SAME_MEANING) / SAME_MEANING_UNIT)
        };
        self.apart.iter().map(sameness).collect()
    }

    /// The cosines of each of `sounds` with all phrases; none where nothing is known of the phrases.
    pub(super) fn cosines(&self, sounds: &[Embedding]) -> Vec<Vec<f32>> {
        match &self.rows {
            Some(rows) if !sounds.is_empty() => {
                let cosines = EmbeddingMatrix::new(sounds).cosines(rows);
                cosines.outer_iter().map(|of_sound| of_sound.to_vec()).collect()
            }
            _ => vec![Vec::new(); sounds.len()],
        }
    }
}

/// The vectors that are compiled in, if `model` is the starter that made them.
fn of_starter(model: &Space) -> Option<Vec<Embedding>> {
    let (fingerprint, vectors) = OF_STARTER.split_at_checked(FINGERPRINT_LEN)?;
    let is_same = fingerprint == model.fingerprint.as_bytes();
    is_same.then(|| from_bytes(vectors, PHRASES.lines().count(), model.dim)).flatten()
}

fn shelf(library: &Library) -> Shelf {
    Shelf::new(library, NAME, FORMAT)
}

#[cfg(test)]
mod tests {
    use crate::encoder::queue::Encoder;
    use crate::model::Clap;

    use super::*;

    /// Where this fails, the starter or the phrases have changed: the file then has to be written anew, from the fingerprint
    /// and what a library made without it has on its shelf.
    #[test]
    fn what_is_compiled_in_is_what_the_starter_makes_of_the_phrases() {
        let encoder = Encoder::spawn(Clap::starter().unwrap()).unwrap();
        let compiled_in = of_starter(encoder.space()).unwrap();
        assert_eq!(compiled_in.len(), PHRASES.lines().count());
        for (index, phrase) in PHRASES.lines().enumerate().step_by(25) {
            let made = encoder.embed_text(&[phrase.to_owned()]).unwrap().remove(0);
            assert!(made.cosine_in_space(&compiled_in[index]) > 0.9999, "{phrase}");
        }
    }

    #[test]
    fn another_model_has_none_of_the_starters_vectors() {
        let other = Space { name: "starter".into(), fingerprint: "0".repeat(FINGERPRINT_LEN), dim: 384 };
        assert!(of_starter(&other).is_none());
    }
}
