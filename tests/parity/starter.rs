//! The model that is built in: the same as the folder it was built from, and as Python `transformers` reads that.

use std::path::Path;

use auricle::embedding::Embedding;
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use auricle::model::device::Device;
use auricle::model::execution::{Execution, Precision};

use crate::signal::signal;
use crate::{AUDIO_COSINE, check, embed_clip, expected, manifest, views};

/// What int8 must keep.
const INT8_COSINE: f64 = 0.999;

/// As in `make_starter.py`.
const CLIPS: [usize; 6] = [1_000, 30_000, 160_000, 160_001, 200_000, 1_000_000];

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
fn in_int8_the_starter_stays_close_to_the_reference_and_a_clip_does_not_depend_on_its_batch() {
    let expected = expected("starter");
    let checkpoint = Checkpoint::find(None, Path::new("/nonexistent"), &mut ()).unwrap();
    let clap =
        Clap::load_for(&checkpoint, Execution { device: Some(Device::Cpu), precision: Precision::Int8 }).unwrap();
    let clips = CLIPS.map(|len_samples| views(&clap, &signal(len_samples, len_samples as u64)));
    let together = clap.embed_audio(&clips.concat()).unwrap();
    let mut at = 0;
    for (len_samples, views) in CLIPS.into_iter().zip(&clips) {
        let actual = embed_clip(&clap, views);
        check(&format!("{len_samples}"), INT8_COSINE, actual.as_slice(), &expected[&format!("clip/{len_samples}")]);
        assert_eq!(clap.embed_audio(views).unwrap(), together[at..at + views.len()], "{len_samples}");
        at += views.len();
    }
}

#[test]
fn the_starter_is_what_its_folder_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/starter");
    let from_folder = Clap::load_checkpoint(&Checkpoint::in_folder("folder", &folder).unwrap()).unwrap();
    assert_eq!(built_in().fingerprint(), from_folder.fingerprint(), "build again: the program holds older files");
}
