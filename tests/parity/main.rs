//! The vectors that leave the library, against what Python `transformers` computes with the fixtures' checkpoints.
//!
//! Bars: cosine ≥ 0.999999 from a given mel, ≥ 0.99999 from audio. The traps of other engines are tested by name.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

mod audio;
mod checkpoints;
mod determinism;
mod kernels;
mod starter;
mod text;

#[path = "../data/signal.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with other test binaries")]
mod signal;

use std::collections::BTreeMap;
use std::path::PathBuf;

use auricle::embedding::Embedding;
use auricle::features::view::View;
use auricle::features::views::{ViewPlan, ViewStream};
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use safetensors::SafeTensors;

/// From a mel handed in.
const MEL_COSINE: f64 = 0.999_999;

/// From samples, through our own front end.
const AUDIO_COSINE: f64 = 0.999_99;

const CLIPS: [&str; 7] = ["0.3s", "5s", "10s", "10.005s", "10.02s", "17s", "61s"];

fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn manifest() -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(data("expected/manifest.json")).unwrap()).unwrap()
}

fn load(name: &str) -> Clap {
    Clap::load_checkpoint(&Checkpoint::in_folder(name, &data("checkpoints").join(name)).unwrap()).unwrap()
}

/// The f32 tensors the reference left for one checkpoint, flattened.
fn expected(name: &str) -> BTreeMap<String, Vec<f32>> {
    let bytes = std::fs::read(data("expected").join(format!("{name}.safetensors"))).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let floats = tensors.iter().filter(|(_, view)| view.dtype() == safetensors::Dtype::F32);
    let read = |data: &[u8]| data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    floats.map(|(name, view)| (name.to_string(), read(view.data()))).collect()
}

fn clip_samples(clip: &str) -> Vec<f32> {
    let facts = &manifest()["clips"][clip];
    let len_samples = facts["len_samples"].as_u64().unwrap() as usize;
    signal::signal(len_samples, facts["seed"].as_u64().unwrap())
}

fn views(clap: &Clap, samples: &[f32]) -> Vec<View> {
    let mut stream = ViewStream::new(clap.front_end().clone(), ViewPlan::Clip);
    let mut views = stream.push(samples);
    views.extend(stream.finish().unwrap());
    views
}

fn embed_clip(clap: &Clap, views: &[View]) -> Embedding {
    let parts = clap.embed_audio(views).unwrap().into_iter().zip(views.iter().map(|view| view.weight));
    Embedding::mean(&parts.collect::<Vec<_>>()).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn check(what: &str, bar: f64, actual: &[f32], wanted: &[f32]) {
    let cosine = cosine(actual, wanted);
    assert!(cosine >= bar, "{what}: cosine {cosine:.8} is below {bar}");
}
