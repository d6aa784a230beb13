//! Both towers, state by state, against what Python `transformers` computes with the fixtures' checkpoints.
//!
//! The vectors that leave the module are compared in `tests/parity.rs`; here it is what lies between.

use std::collections::BTreeMap;
use std::path::PathBuf;

use candle_core::{Device, Tensor};

use crate::model::checkpoint::Checkpoint;
use crate::model::kernels::Storage;
use crate::model::{Clap, Storages};

#[path = "../../tests/data/signal.rs"]
#[allow(dead_code, unreachable_pub, missing_docs)]
mod signal;

/// Every this many values of a hidden state are kept (`hidden_stride` in the fixtures' manifest).
const HIDDEN_STRIDE: usize = 97;

/// Largest difference allowed, in units of the expected state's root mean square.
const STATE_TOLERANCE: f32 = 2e-5;

type Expected = BTreeMap<String, Tensor>;

fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn load(name: &str) -> (Clap, Expected) {
    let checkpoint = Checkpoint::in_folder(name, &data("checkpoints").join(name)).unwrap();
    let expected = candle_core::safetensors::load(data("expected").join(format!("{name}.safetensors")), &Device::Cpu);
    let storages = Storages { audio: Storage::F32, text: Storage::F32 };
    (Clap::load_with(&checkpoint, &Device::Cpu, storages).unwrap(), expected.unwrap().into_iter().collect())
}

fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_dtype(candle_core::DType::F32).unwrap().to_vec1().unwrap()
}

fn check(expected: &Expected, name: &str, actual: &[f32]) {
    let wanted = values(expected.get(name).unwrap_or_else(|| panic!("no fixture {name}")));
    assert_eq!(actual.len(), wanted.len(), "{name}");
    let scale = (wanted.iter().map(|v| v * v).sum::<f32>() / wanted.len() as f32).sqrt();
    let worst = actual.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst <= STATE_TOLERANCE * scale, "{name}: off by {worst}, scale {scale}");
}

fn strided(tensor: &Tensor) -> Vec<f32> {
    values(tensor).into_iter().step_by(HIDDEN_STRIDE).collect()
}

fn check_audio_states(name: &str, cases: &[(&str, bool)]) {
    let (clap, expected) = load(name);
    let channels = clap.config.audio_config.channels();
    for seed in 0..2 {
        let mel = signal::synthetic_mel(channels, seed);
        let mel = Tensor::from_vec(mel, (1, channels, signal::WINDOW_FRAMES, signal::BINS), &Device::Cpu).unwrap();
        for (case, is_longer) in cases {
            let at = |state: &str| format!("mel/{seed}/{case}/{state}");
            let tower = &clap.audio_model;
            check(&expected, &at("image"), &strided(&tower.image.forward(&mel).unwrap()));
            let states = tower.hidden_states(&mel, &[*is_longer]).unwrap();
            check(&expected, &at("patch_embed"), &strided(&states[0]));
            for (stage, state) in states[1..].iter().enumerate() {
                check(&expected, &at(&format!("stage{stage}")), &strided(state));
            }
            check(&expected, &at("norm"), &strided(&tower.norm.forward(states.last().unwrap()).unwrap()));
            check(&expected, &at("pooled"), &values(&tower.forward(&mel, &[*is_longer]).unwrap()));
        }
    }
}

#[test]
fn the_fused_audio_tower_equals_the_reference_at_every_stage() {
    check_audio_states("fused", &[("longer", true), ("short", false)]);
}

#[test]
fn the_unfused_audio_tower_equals_the_reference_at_every_stage() {
    check_audio_states("unfused", &[("plain", false)]);
}

#[test]
fn an_audio_tower_of_width_128_equals_the_reference_at_every_stage() {
    check_audio_states("width128", &[("plain", false)]);
}

#[test]
fn a_batch_of_long_and_short_views_equals_each_alone() {
    let (clap, _) = load("fused");
    let shape = (1, 4, signal::WINDOW_FRAMES, signal::BINS);
    let mels = [0, 1].map(|seed| Tensor::from_vec(signal::synthetic_mel(4, seed), shape, &Device::Cpu).unwrap());
    let together = clap.audio_model.forward(&Tensor::cat(&mels, 0).unwrap(), &[true, false]).unwrap();
    for (i, (mel, is_longer)) in mels.iter().zip([true, false]).enumerate() {
        let alone = values(&clap.audio_model.forward(mel, &[is_longer]).unwrap());
        let shared = values(&together.get(i).unwrap());
        assert!(alone.iter().zip(&shared).all(|(a, b)| (a - b).abs() < 1e-5), "item {i}");
    }
}

#[test]
fn the_text_tower_equals_the_reference_alone_and_padded_in_a_batch() {
    for name in ["fused", "unfused", "width128"] {
        let (clap, expected) = load(name);
        let batch = token_ids(&expected, "text/batch");
        check_text_states(&clap, &expected, "text/batch", &batch);
        for (i, ids) in batch.into_iter().enumerate() {
            check_text_states(&clap, &expected, &format!("text/{i}"), &[ids]);
        }
    }
}

fn check_text_states(clap: &Clap, expected: &Expected, at: &str, prompts: &[Vec<u32>]) {
    let wanted = &expected[&format!("{at}/last_hidden_state")];
    let actual = clap.text_model.last_hidden_state(prompts).unwrap();
    let mut start = 0;
    for (i, ids) in prompts.iter().enumerate() {
        let ours = values(&actual.narrow(0, start, ids.len()).unwrap());
        start += ids.len();
        let theirs = values(&wanted.get(i).unwrap().narrow(0, 0, ids.len()).unwrap());
        let worst = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{at}, prompt {i}: off by {worst}");
    }
    check(expected, &format!("{at}/pooler_output"), &values(&clap.text_model.forward(prompts).unwrap()));
}

/// The reference's ids without their padding.
fn token_ids(expected: &Expected, at: &str) -> Vec<Vec<u32>> {
    let rows = |key: &str| -> Vec<Vec<i64>> { expected[&format!("{at}/{key}")].to_vec2().unwrap() };
    let keep = |(ids, mask): (Vec<i64>, Vec<i64>)| {
        ids.into_iter().zip(mask).filter(|(_, m)| *m == 1).map(|(id, _)| id as u32).collect()
    };
    rows("input_ids").into_iter().zip(rows("attention_mask")).map(keep).collect()
}

#[test]
fn prompts_become_the_token_ids_of_the_reference() {
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(data("expected/manifest.json")).unwrap()).unwrap();
    for name in ["fused", "unfused", "width128"] {
        let (clap, expected) = load(name);
        for (prompt, wanted) in manifest["prompts"].as_array().unwrap().iter().zip(token_ids(&expected, "text/batch")) {
            assert_eq!(clap.tokenizer.encode(prompt.as_str().unwrap()).unwrap(), wanted, "{name}: {prompt}");
        }
    }
}
