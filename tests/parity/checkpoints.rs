//! Checkpoints: every file format, and every way in which one can be wrong.

use std::fs;
use std::path::Path;

use auricle::error::{Error, Stage};
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;

use crate::{AUDIO_COSINE, check, clip_samples, data, embed_clip, expected, load, views};

#[test]
fn every_file_format_gives_the_vectors_of_the_reference() {
    for name in ["tiny-sharded", "tiny-bin", "tiny-f16", "tiny-bf16"] {
        let (clap, expected) = (load(name), expected(name));
        for clip in ["5s", "61s"] {
            let actual = embed_clip(&clap, &views(&clap, &clip_samples(clip)));
            let wanted = &expected[&format!("clip/{clip}/embedding")];
            check(&format!("{name} {clip}"), AUDIO_COSINE, actual.as_slice(), wanted);
        }
    }
}

#[test]
fn a_fingerprint_follows_the_weights_not_the_file_format() {
    let [sharded, bin, f16] = ["tiny-sharded", "tiny-bin", "tiny-f16"].map(|name| load(name).fingerprint().to_string());
    assert_eq!(sharded, bin);
    assert_ne!(sharded, f16, "rounded weights make other vectors");
    assert_eq!(sharded.len(), 64);
}

#[test]
fn a_fingerprint_follows_the_front_end_and_the_tokenizer() {
    let changed = |file: &str, from: &str, to: &str| {
        let folder = copy_of("unfused");
        edit(folder.path(), file, from, to);
        load_folder(folder.path()).unwrap().fingerprint().to_string()
    };
    let original = load("unfused").fingerprint().to_string();
    assert_ne!(changed("preprocessor_config.json", "14000", "15000"), original);
    assert_ne!(changed("tokenizer.json", "\"version\": ", "\"version\":  "), original);
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "preprocessor_config.json", "tokenizer.json", "model.safetensors"] {
        let folder = copy_of("unfused");
        fs::remove_file(folder.path().join(file)).unwrap();
        check_refused(folder.path(), file);
    }
}

#[test]
fn a_missing_shard_is_named() {
    let folder = copy_of("tiny-sharded");
    fs::remove_file(folder.path().join("model-00002-of-00004.safetensors")).unwrap();
    check_refused(folder.path(), "model-00002-of-00004.safetensors");
}

#[test]
fn an_index_cannot_lead_out_of_the_folder() {
    let folder = copy_of("tiny-sharded");
    edit(folder.path(), "model.safetensors.index.json", "model-00002-of-00004", "../model-00002-of-00004");
    check_refused(folder.path(), "not a plain file name");
}

#[test]
fn a_truncated_weights_file_is_named() {
    for (name, file) in [("unfused", "model.safetensors"), ("tiny-bin", "pytorch_model.bin")] {
        let whole = fs::read(data("checkpoints").join(name).join(file)).unwrap();
        for keep in [0, 5, 100, whole.len() / 2, whole.len() - 1] {
            let folder = copy_of(name);
            fs::write(folder.path().join(file), &whole[..keep]).unwrap();
            check_refused(folder.path(), file);
        }
    }
}

#[test]
fn missing_unexpected_and_misshapen_tensors_are_named() {
    // Renaming within the header keeps its length, so that only the name is wrong.
    let cases = [
        ("text_projection.linear1.bias", "text_projection.linear1.bios", "text_projection.linear1.bias is missing"),
        (
            "audio_projection.linear2.weight",
            "audio_projection.linear2.wxight",
            "audio_projection.linear2.weight is missing",
        ),
    ];
    for (from, to, message) in cases {
        let folder = copy_of("unfused");
        edit_bytes(folder.path(), "model.safetensors", from.as_bytes(), to.as_bytes());
        check_refused(folder.path(), message);
    }
    let folder = copy_of("unfused");
    edit(folder.path(), "config.json", "\"enable_patch_layer_norm\": true", "\"enable_patch_layer_norm\": false");
    check_refused(folder.path(), "patch_embed.norm.bias is unexpected");
    let folder = copy_of("unfused");
    edit(folder.path(), "config.json", "\"vocab_size\": ", "\"vocab_size\": 1");
    check_refused(folder.path(), "word_embeddings.weight has shape");
}

#[test]
fn a_tensor_that_is_not_finite_is_named() {
    let folder = copy_of("unfused");
    let path = folder.path().join("model.safetensors");
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    check_refused(folder.path(), "not finite");
}

#[test]
fn a_model_that_is_not_there_is_named() {
    let home = tempfile::tempdir().unwrap();
    let error = Clap::load(Some("no such model"), home.path()).unwrap_err();
    assert!(matches!(error, Error::ModelMissing { .. }) && error.to_string().contains("no such model"), "{error}");
}

fn copy_of(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(data("checkpoints").join(name)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn load_folder(folder: &Path) -> Result<Clap, Error> {
    Clap::load_checkpoint(&Checkpoint::in_folder("copy", folder)?)
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} does not contain {from}");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

fn edit_bytes(folder: &Path, file: &str, from: &[u8], to: &[u8]) {
    let path = folder.join(file);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(from.len()).position(|w| w == from).unwrap();
    bytes.splice(at..at + from.len(), to.iter().copied());
    fs::write(&path, bytes).unwrap();
}

fn check_refused(folder: &Path, message: &str) {
    let error = load_folder(folder).unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Model), "{error}");
    assert!(error.to_string().contains(message), "{error:?} does not say {message:?}");
}
