//! The same input gives the same bits: alone, in any batch, in any process, at any thread count.

use std::process::Command;

use crate::{clip_samples, data, embed_clip, load, views};

#[test]
fn trap_5_a_view_keeps_its_bits_in_any_batch() {
    let clap = load("fused");
    let all: Vec<_> = ["0.3s", "17s", "5s", "61s"].iter().flat_map(|clip| views(&clap, &clip_samples(clip))).collect();
    let together = clap.embed_audio(&all).unwrap();
    for (view, vector) in all.iter().zip(&together) {
        assert_eq!(&clap.embed_audio(std::slice::from_ref(view)).unwrap()[0], vector);
    }
}

#[test]
fn a_sound_keeps_its_bits_at_any_thread_count() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("clip.wav");
    write_wav(&wav, &clip_samples("17s"));
    let of = |model: &str, threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_auricle"))
            .args(["embed", "--model", data("checkpoints").join(model).to_str().unwrap(), wav.to_str().unwrap()])
            .args(["--text", "rain on a tin roof"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    for model in ["fused", "width128"] {
        let one = of(model, "1");
        assert!(one.len() > 500);
        for threads in ["2", "3", "8"] {
            assert_eq!(of(model, threads), one, "{model} differs at {threads} threads");
        }
    }
}

#[test]
fn a_sound_keeps_its_bits_from_load_to_load() {
    let samples = clip_samples("5s");
    let [first, second] = [(), ()].map(|()| {
        let clap = load("fused");
        (embed_clip(&clap, &views(&clap, &samples)), clap.fingerprint().to_string())
    });
    assert_eq!(first, second);
}

/// 16-bit mono at 48 kHz; the fixture's samples are `k / 32768`, so nothing is rounded.
fn write_wav(path: &std::path::Path, samples: &[f32]) {
    let data: Vec<u8> = samples.iter().flat_map(|v| ((v * 32_768.0) as i16).to_le_bytes()).collect();
    let mut bytes = Vec::with_capacity(44 + data.len());
    bytes.extend(b"RIFF");
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(48_000u32.to_le_bytes());
    bytes.extend(96_000u32.to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    std::fs::write(path, bytes).unwrap();
}
