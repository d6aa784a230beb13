//! The vocabulary that labels are judged against: what else a sound might be. It is the names of AudioSet's classes, each
//! cut at its first comma, as prompts. Their vectors are made once a model and kept in a file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::classify::sets::LabelCollection;
use crate::classify::template::Templates;
use crate::embedding::{Embedding, from_bytes, to_bytes};
use crate::encoder::queue::Encoder;
use crate::error::Result;

/// The built-in list that the vocabulary is made of.
const COLLECTION: &str = "audioset";

/// Version of the vocabulary, part of its file's name. It changes with the list and the template.
const FORMAT: u32 = 1;

/// How much of a model's fingerprint names its file.
const FINGERPRINT_CHARS: usize = 16;

/// The vectors of the vocabulary by one model; clones share them.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    vectors: Arc<[Embedding]>,
}

impl Vocabulary {
    /// A vocabulary of `vectors`, which are of one dimension.
    pub(crate) fn new(vectors: Vec<Embedding>) -> Self {
        Vocabulary { vectors: vectors.into() }
    }

    /// The vocabulary by the model behind `encoder`, from `folder` if it is there; otherwise it is made and put there, or,
    /// where that cannot be, made each time.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::error::Error::Internal) if the model fails.
    pub fn open(encoder: &Encoder, folder: &Path) -> Result<Self> {
        let prompts = prompts()?;
        let fingerprint: String = encoder.space().fingerprint.chars().take(FINGERPRINT_CHARS).collect();
        let path = folder.join(format!("vocabulary-{FORMAT}-{fingerprint}.f32"));
        let stored = fs::read(&path).ok().and_then(|bytes| from_bytes(&bytes, prompts.len(), encoder.space().dim));
        if let Some(vectors) = stored {
            return Ok(Vocabulary::new(vectors));
        }
        tracing::info!("embedding {} prompts to judge labels by, once for this model", prompts.len());
        let vectors = encoder.embed_text(&prompts)?;
        if let Err(error) = store(&path, &vectors) {
            tracing::info!("{}: the vocabulary is not kept: {error}", path.display());
        }
        Ok(Vocabulary::new(vectors))
    }

    /// The vectors, each of unit length.
    pub(crate) fn vectors(&self) -> &[Embedding] {
        &self.vectors
    }
}

fn prompts() -> Result<Vec<String>> {
    let templates = Templates::default();
    let labels = LabelCollection::find(COLLECTION)?.labels()?;
    let words = labels.iter().map(|label| label.name.split(',').next().unwrap_or_default().to_lowercase());
    Ok(words.flat_map(|words| templates.prompts(&words)).collect())
}

/// Puts the file in place whole, so that no other process reads half of it.
fn store(path: &Path, vectors: &[Embedding]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let file = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(file.path(), to_bytes(vectors))?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again_and_the_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/vocabulary");
        let vectors = [Embedding::normalized(vec![1.0, 2.0]).unwrap(), Embedding::normalized(vec![3.0, -1.0]).unwrap()];
        store(&path, &vectors).unwrap();
        assert_eq!(from_bytes(&fs::read(&path).unwrap(), 2, 2).as_deref(), Some(&vectors[..]));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left there");
    }

    #[test]
    fn the_prompts_are_the_first_of_each_classs_names() {
        let prompts = prompts().unwrap();
        assert_eq!(prompts.len(), 527);
        assert_eq!(prompts[1], "This is a sound of male speech.");
    }
}
