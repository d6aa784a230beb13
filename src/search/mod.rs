//! A question in words or by example → the sounds of a library that answer it, best first.
//!
//! A question becomes a vector and the library's vectors are compared with it. What comes out is places in files with
//! their scores and the reasons for them; how they are shown is the caller's affair.

use std::path::{Path, PathBuf};

use crate::audio;
use crate::embedding::Embedding;
use crate::encoder::{EncodedSound, Encoder};
use crate::error::{Error, Result, Stage};
use crate::library::Library;
use crate::library::record::{SegmentKind, Stamp};
use crate::library::vectors::{Filter, Mode, VectorIndex};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Sounds that these words describe.
    Words(String),
    /// Sounds like the one in this file, which need not be in the library.
    Like(PathBuf),
}

/// A place that answers a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// Start in seconds from the beginning of the file.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the file.
    pub end_seconds: f64,
    /// What hits are ordered by, highest first.
    pub score: f32,
    /// Cosine between the query and the place, −1..=1.
    pub cosine: f32,
    /// Why it is a hit.
    pub reasons: Vec<Reason>,
}

/// Why something is a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It sounds like the query.
    Sound {
        /// Its rank among all sounds, from 1.
        rank: usize,
    },
}

/// The vector of `query` if the library already has it: that of an indexed file that has not changed since.
///
/// # Errors
/// Stage `catalog` if the catalogue cannot be read.
pub fn embed_from_library(library: &Library, query: &Query) -> Result<Option<Embedding>> {
    let Query::Like(path) = query else { return Ok(None) };
    let Ok(path) = path.canonicalize() else { return Ok(None) };
    let known = library.known_file(&path)?;
    let stamp = path.metadata().ok().map(|metadata| Stamp::of(&metadata));
    if known.is_none_or(|known| stamp != Some(known.stamp)) {
        return Ok(None);
    }
    library.clip_vector(&path)
}

/// The vector of `query`, made by the model.
///
/// # Errors
/// [`Error::User`] for empty words; [`Error::Data`] for a file that cannot be decoded; what the encoder reports.
pub fn embed(encoder: &Encoder, query: &Query) -> Result<Embedding> {
    match query {
        Query::Words(words) if words.trim().is_empty() => {
            Err(Error::user("there are no words to search for", "say what the sound is, for example \"rain\""))
        }
        Query::Words(words) => {
            let mut vectors = encoder.embed_text(std::slice::from_ref(words))?;
            vectors.pop().ok_or_else(|| Error::internal(Stage::Encode, "the model gave no vector for the words"))
        }
        Query::Like(path) => Ok(embed_file(encoder, path)?.clip),
    }
}

/// Decodes and embeds the sound in the file at `path`.
///
/// # Errors
/// [`Error::Data`] naming the file as `path` does if it cannot be decoded; what the encoder reports.
pub fn embed_file(encoder: &Encoder, path: &Path) -> Result<EncodedSound> {
    audio::open(path).and_then(|sound| encoder.embed_sound(sound)).map_err(|mut error| {
        // The steps after opening need not know the file's name.
        if let Error::Data { input, .. } = &mut error {
            *input = path.display().to_string();
        }
        error
    })
}

/// The `limit` places of `library` nearest to `query`, best first.
///
/// # Errors
/// Stage `catalog` if the catalogue cannot be read.
pub fn find(library: &Library, query: &Embedding, limit: usize) -> Result<Vec<Hit>> {
    let clips = Filter { kind: Some(SegmentKind::Clip), ..Filter::default() };
    let nearest = VectorIndex::open(library)?.nearest(query, limit, &clips, Mode::Auto)?;
    let mut hits = Vec::with_capacity(nearest.len());
    for neighbour in nearest {
        // A writer may have dropped the file since the vectors were read.
        let Some(place) = library.place(neighbour.segment)? else { continue };
        hits.push(Hit {
            path: place.path,
            start_seconds: place.segment.start_seconds,
            end_seconds: place.segment.end_seconds,
            score: neighbour.cosine,
            cosine: neighbour.cosine,
            reasons: vec![Reason::Sound { rank: hits.len() + 1 }],
        });
    }
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::{Change, FileFacts, Hash, ModelIdentity, Segment, SegmentKind, SoundFacts};
    use crate::library::writer::Writer;

    fn vector(angle: f32) -> Embedding {
        Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap()
    }

    fn indexed(path: &Path, angle: f32) -> Change {
        let stamp = Stamp::of(&path.metadata().unwrap());
        let file = FileFacts { path: path.to_path_buf(), stamp, hash: Some(Hash([0; 32])) };
        let clip = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 1.0 };
        Change::Indexed { file, sound: SoundFacts::default(), segments: vec![(clip, vector(angle))] }
    }

    /// A library of files whose vectors point at `angles` (radians), named by their place in the list.
    fn library(angles: &[f32]) -> (tempfile::TempDir, PathBuf, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let sounds = folder.path().canonicalize().unwrap();
        let model = ModelIdentity { name: "m".into(), fingerprint: "f".into(), dim: 2 };
        let mut writer = Writer::open(&folder.path().join("library"), &model).unwrap();
        let file = |index: usize| sounds.join(index.to_string());
        for (index, angle) in angles.iter().enumerate() {
            std::fs::write(file(index), "content").unwrap();
            writer.commit(&[indexed(&file(index), *angle)]).unwrap();
        }
        (folder, sounds, writer)
    }

    #[test]
    fn hits_come_nearest_first_with_their_cosine_and_rank() {
        let (_folder, sounds, writer) = library(&[1.0, 0.1, -0.5, 3.0]);
        let hits = find(writer.library(), &vector(0.0), 3).unwrap();
        let names: Vec<_> = hits.iter().map(|hit| hit.path.clone()).collect();
        assert_eq!(names, [sounds.join("1"), sounds.join("2"), sounds.join("0")]);
        assert!((hits[1].cosine - 0.5f32.cos()).abs() < 1e-6);
        assert_eq!(hits[2].reasons, [Reason::Sound { rank: 3 }]);
    }

    #[test]
    fn an_unchanged_file_of_the_library_needs_no_model() {
        let (_folder, sounds, writer) = library(&[1.0]);
        let query = Query::Like(sounds.join("0"));
        assert_eq!(embed_from_library(writer.library(), &query).unwrap(), Some(vector(1.0)));
        std::fs::write(sounds.join("0"), "other content").unwrap();
        assert_eq!(embed_from_library(writer.library(), &query).unwrap(), None);
        assert_eq!(embed_from_library(writer.library(), &Query::Like(sounds.join("none"))).unwrap(), None);
    }
}
