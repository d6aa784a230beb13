//! The model that is built in: the same as the folder it was built from, and as Python `transformers` reads that.

use std::path::Path;

use auricle::embedding::Embedding;
use auricle::model::{Checkpoint, Clap};

use super::super::{AUDIO_COSINE, check, embed_clip, expected, manifest, views};
use crate::signal::signal;

/// As in `make_starter.py`.
const CLIPS: [usize; 6] = [1_000, 30_000, 80_000, 80_001, 100_000, 500_000];

fn built_in() -> Clap {
    let nowhere = Path::new("/nonexistent");
    Clap::load_checkpoint(&Checkpoint::find(None, nowhere, &mut ()).unwrap()).unwrap()
}

#[test]
fn the_starter_gives_the_vectors_of_the_reference() {
    let (clap, expected) = (built_in(), expected("starter"));
    for len_samples in CLIPS {
        let actual: Embedding = embed_clip(&clap, &views(&clap, &signal(len_samples, len_samples as u64)));
        check(&format!("{len_samples}"), AUDIO_COSINE, actual.as_slice(), &expected[&format!("clip/{len_samples}")]);
    }
    for (place, prompt) in manifest()["prompts"].as_array().unwrap().iter().enumerate() {
        let actual = clap.embed_text(&[prompt.as_str().unwrap()]).unwrap();
        check(&format!("prompt {place}"), AUDIO_COSINE, actual[0].as_slice(), &expected[&format!("prompt/{place}")]);
    }
}

#[test]
fn the_starter_is_what_its_folder_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter");
    let from_folder = Clap::load_checkpoint(&Checkpoint::in_folder("folder", &folder).unwrap()).unwrap();
    assert_eq!(built_in().fingerprint(), from_folder.fingerprint(), "build again: the program holds older files");
}
