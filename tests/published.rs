//! LAION's published checkpoints against the figures in `transformers`' own integration tests.
//!
//! Needs the network (about 2 GB) and a Python with `datasets` and `soundfile`, which fetches the speech clips those
//! figures were taken on: `cargo test --test published -- --ignored`. The figures are means over an embedding's values,
//! from `tests/models/clap/test_modeling_clap.py`, with that file's tolerance.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use auricle::audio;
use auricle::features::config::FrontEnd;
use auricle::features::view::View;
use auricle::features::views::{ViewPlan, ViewStream};
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;

const TOLERANCE: f64 = 1e-3;

/// The clips as f32 WAV files named by their place in the dataset, stated to be at 48 kHz as the reference takes them.
fn fetch_clips(folder: &Path) {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/fetch_published_clips.py");
    let status = Command::new("python3").arg(script).arg(folder).status().expect("python3 is installed");
    assert!(status.success(), "the clips could not be fetched");
}

fn mean_of_embedding(clap: &Clap, front_end: &Arc<FrontEnd>, clip: &Path, is_longer: bool) -> f64 {
    let samples = audio::open(clip).unwrap().into_blocks(front_end.rate_hz()).unwrap().read_all().unwrap();
    let mut stream = ViewStream::new(front_end.clone(), ViewPlan::Clip);
    let mut views = stream.push(&samples);
    views.extend(stream.finish().unwrap());
    let views: Vec<View> = views.into_iter().map(|view| View { is_longer, ..view }).collect();
    let vector = clap.embed_audio(&views).unwrap().remove(0);
    vector.as_slice().iter().map(|v| f64::from(*v)).sum::<f64>() / vector.dim() as f64
}

fn check(id: &str, is_longer: bool, clips: &[&str], figures: &[(&str, f64)]) {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fetch_clips(folder.path());
    let checkpoint = Checkpoint::find(Some(id), home.path(), &mut ()).unwrap();
    let clap = Clap::load_checkpoint(&checkpoint).unwrap();
    let config: serde_json::Value = serde_json::from_str(&checkpoint.preprocessor.read_text().unwrap()).unwrap();
    for (padding, wanted) in figures {
        let mut config = config.clone();
        config["padding"] = (*padding).into();
        let front_end = Arc::new(FrontEnd::from_json(&config.to_string()).unwrap());
        let mean = |clip: &&str| mean_of_embedding(&clap, &front_end, &folder.path().join(clip), is_longer);
        let actual = clips.iter().map(mean).sum::<f64>() / clips.len() as f64;
        let bar = TOLERANCE + TOLERANCE * wanted.abs();
        assert!((actual - wanted).abs() <= bar, "{id}, {padding}: {actual} instead of {wanted}");
    }
}

#[test]
#[ignore = "downloads published checkpoints and clips"]
fn the_unfused_checkpoint_gives_the_published_figures() {
    let id = "laion/clap-htsat-unfused";
    check(id, false, &["last.wav"], &[("repeatpad", 0.0024), ("pad", 0.0020), ("repeat", 0.0023)]);
    let four = ["0.wav", "1.wav", "2.wav", "3.wav"];
    check(id, false, &four, &[("repeatpad", 0.0016), ("pad", 0.0019), ("repeat", 0.0019)]);
}

/// The reference marks a lone short clip as longer than the window; so does this test.
#[test]
#[ignore = "downloads published checkpoints and clips"]
fn the_fused_checkpoint_gives_the_published_figures() {
    let figures = [("repeatpad", 0.00069), ("pad", -0.000379), ("repeat", 0.00196)];
    check("laion/clap-htsat-fused", true, &["last.wav"], &figures);
}

#[test]
#[ignore = "downloads a published checkpoint"]
fn the_larger_checkpoint_loads_and_tells_prompts_apart() {
    let home = tempfile::tempdir().unwrap();
    let clap = Clap::load(Some("laion/larger_clap_general"), home.path()).unwrap();
    let vectors = clap.embed_text(&["a dog barking", "a barking dog", "rain on a roof"]).unwrap();
    assert!(vectors[0].cosine(&vectors[1]).unwrap() > vectors[0].cosine(&vectors[2]).unwrap() + 0.1);
}
