//! Heads in a library: taught from labels and examples, stored with both, read again.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::classify::head::Head;
use crate::classify::label::Label;
use crate::classify::lesson::{Lesson, LessonReport};
use crate::classify::logistic::TrainingExample;
use crate::classify::template::Templates;
use crate::classify::zero_shot::embed_labels;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::{Error, LibraryFailure, Refusal, Result, Stage};
use crate::library::Library;
use crate::library::heads::TaughtExample;
use crate::library::writer::Writer;

/// Version of the stored document.
const FORMAT: u32 = 1;

/// Sounds of the library that are taken for counterexamples where a class has none.
const PRESUMED: usize = 64;

/// A head with all that is stored of it but its examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredHead {
    format: u32,
    /// What its classes are called and asked by.
    pub labels: Vec<Label>,
    /// Fingerprint of the model whose vectors it judges.
    pub fingerprint: String,
    /// When it was taught, in seconds since the Unix epoch.
    pub taught_at: u64,
    /// What is known of it.
    pub report: LessonReport,
    /// What it learned.
    pub head: Head,
}

impl StoredHead {
    /// The head called `name` of `library`, ready to judge the library's vectors.
    ///
    /// # Errors
    /// [`Refusal::HeadUnknown`] if there is none, [`Refusal::HeadOfOtherModel`] if it was taught with another model's
    /// vectors; [`Error::Library`] if the catalogue cannot be read or what is stored is damaged.
    pub fn open(library: &Library, name: &str) -> Result<Self> {
        let taught = StoredHead::read(library, name)?;
        if taught.fingerprint != library.model().fingerprint {
            return Err(Refusal::HeadOfOtherModel { head: name.to_owned() }.into());
        }
        let dim = library.model().dim;
        if taught.head.classes().iter().all(|class| class.weights.len() == dim) {
            return Ok(taught);
        }
        let reason = format!("a class has another number of weights than {dim}");
        let failure = LibraryFailure::HeadDamaged { head: name.to_owned(), reason };
        Err(Error::library(library.folder(), failure))
    }

    /// The head called `name` of `library`, whatever model it is for.
    ///
    /// # Errors
    /// [`Refusal::HeadUnknown`] if there is none; [`Error::Library`] if the catalogue cannot be read or what is stored
    /// is damaged.
    pub fn read(library: &Library, name: &str) -> Result<Self> {
        let document = library.head(name)?;
        let damaged = |reason: String| {
            let failure = LibraryFailure::HeadDamaged { head: name.to_owned(), reason };
            Error::library(library.folder(), failure)
        };
        let taught: StoredHead = serde_json::from_str(&document).map_err(|error| damaged(error.to_string()))?;
        let is_whole = taught.labels.len() == taught.head.names().len();
        if taught.format == FORMAT && is_whole { Ok(taught) } else { Err(damaged("unknown format".to_owned())) }
    }

    /// Stores it as `name` with the `examples` it learned from, in place of what there is of that name.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub(crate) fn store(&self, writer: &mut Writer, name: &str, examples: &[TaughtExample]) -> Result<()> {
        let document = serde_json::to_string(self).map_err(|error| {
            Error::internal(Stage::Catalogue, "the head cannot be written as JSON").caused_by(error)
        })?;
        writer.put_head(name, &document, examples)
    }
}

/// Teaches a head `labels` by `examples`; those without a vector do not count. Where every example is of one class, sounds
/// of `library` are taken for counterexamples of it.
///
/// # Errors
/// [`Refusal`] if a class has no example or nothing to be told from; [`Error::Data`] for a prompt that cannot be
/// tokenized; [`Error::Internal`] if the model or the solver fails; [`Error::Library`] if the catalogue cannot be read.
pub(crate) fn teach(
    encoder: &Encoder,
    library: Option<&Library>,
    labels: Vec<Label>,
    examples: &[TaughtExample],
) -> Result<StoredHead> {
    let names: Vec<String> = labels.iter().map(|label| label.name.clone()).collect();
    let usable = examples.iter().filter_map(|example| Some((example.vector.as_ref()?, &example.classes)));
    let mut learned_from: Vec<TrainingExample<'_>> =
        usable.map(|(vector, classes)| example(vector, classes, &names)).collect();
    let lacks_others = |class: usize| learned_from.iter().all(|example| example.classes.contains(&class));
    let presumed = match library {
        Some(library) if (0..names.len()).any(lacks_others) => presumed(library, examples)?,
        _ => Vec::new(),
    };
    learned_from.extend(presumed.iter().map(|vector| example(vector, &[], &names)));
    let prompts = embed_labels(encoder, &labels, &Templates::default())?;
    let lesson = Lesson { names, prompts: &prompts, scale: encoder.audio_scale(), examples: learned_from };
    let (head, report) = lesson.learn()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Ok(StoredHead {
        format: FORMAT,
        labels,
        fingerprint: encoder.space().fingerprint.clone(),
        taught_at: now,
        report,
        head,
    })
}

fn example<'a>(vector: &'a Embedding, classes: &[String], names: &[String]) -> TrainingExample<'a> {
    let classes = (0..names.len()).filter(|class| classes.contains(&names[*class])).collect();
    TrainingExample { values: vector.as_slice(), classes }
}

/// Sounds of `library` that are none of the examples.
fn presumed(library: &Library, examples: &[TaughtExample]) -> Result<Vec<Embedding>> {
    let mut vectors = Vec::new();
    for segment in library.sample_clips(PRESUMED)? {
        let Some(place) = library.locate(segment)? else { continue };
        let hash = library.known_file(&place.path)?.and_then(|known| known.hash);
        if !examples.iter().any(|example| Some(example.hash) == hash) {
            vectors.extend(library.vector_of(segment)?);
        }
    }
    Ok(vectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::head::HeadClass;
    use crate::classify::lesson::Start;
    use crate::embedding::Space;

    #[test]
    fn a_head_with_weights_of_another_length_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let space = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
        let mut writer = Writer::open(folder.path(), &space).unwrap();
        let library = Library::open(folder.path()).unwrap();
        let report =
            LessonReport { examples: 0, folds: 0, start: Start::Nothing, strength: 1.0, seconds: 0.0, classes: vec![] };
        for (len, is_whole) in [(2, true), (1, false), (3, false)] {
            let class = HeadClass { name: "a".into(), weights: vec![1.0; len], bias: 0.0 };
            let (labels, fingerprint, report) = (vec![Label::named("a")], space.fingerprint.clone(), report.clone());
            let head =
                StoredHead { format: FORMAT, labels, fingerprint, taught_at: 0, report, head: Head::new(vec![class]) };
            head.store(&mut writer, "dogs", &[]).unwrap();
            match StoredHead::open(&library, "dogs") {
                Ok(opened) => assert!(is_whole && opened == head, "{len}"),
                Err(Error::Library { failure: LibraryFailure::HeadDamaged { .. }, .. }) => assert!(!is_whole, "{len}"),
                Err(other) => panic!("{len}: {other}"),
            }
        }
    }
}
