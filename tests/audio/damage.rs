//! Damaged files give what decodes and a note, or an error with file, stage and reason; they never panic or hang.

use std::time::{Duration, Instant};

use auricle::error::{Error, Stage};

use crate::media::{Folder, Noise, Signal, float_wav, wav};
use crate::read_bytes;

/// The longest a second of damaged sound may take; generous, because the machine may be busy.
const LONGEST: Duration = Duration::from_secs(20);

/// Ogg pages of 0.1 s, because what is left of a damaged page cannot be trusted and is not decoded.
const FILES: [(&str, &str); 11] = [
    ("d.wav", "-c:a pcm_s16le"),
    ("d.aiff", "-c:a pcm_s16be"),
    ("d.flac", "-c:a flac"),
    ("d.mp3", "-c:a libmp3lame -b:a 128k"),
    ("d.ogg", "-c:a libvorbis -page_duration 100000"),
    ("d.opus", "-c:a libopus -page_duration 100000"),
    ("d.webm", "-c:a libopus"),
    ("d.m4a", "-c:a aac -movflags +faststart"),
    ("d.caf", "-c:a pcm_s16be"),
    ("alac.caf", "-c:a alac"),
    ("d.mkv", "-c:a flac"),
];

const SECONDS: f64 = 2.0;

fn whole_files() -> Vec<(&'static str, Vec<u8>)> {
    let (folder, sound) = (Folder::new(), Signal::lively(48_000, 2, SECONDS));
    let encode = |(name, arguments)| (name, std::fs::read(folder.encode(&sound, name, arguments)).unwrap());
    FILES.map(encode).to_vec()
}

/// Reads `bytes`; an error must name the input, the stage and a reason.
fn read_damaged(what: &str, bytes: Vec<u8>) -> Option<(Vec<f32>, Option<String>)> {
    let begun = Instant::now();
    let outcome = read_bytes(bytes, 48_000);
    assert!(begun.elapsed() < LONGEST, "{what} took {:?}", begun.elapsed());
    match outcome {
        Ok((samples, note)) => {
            assert!(samples.iter().all(|v| v.is_finite()), "{what}");
            Some((samples, note))
        }
        Err(Error::Data { input, stage, reason, .. }) => {
            assert!(input == "upload" && reason.len() > 15, "{what}: {reason}");
            assert!(matches!(stage, Stage::Open | Stage::Probe | Stage::Decode), "{what}: {stage}");
            None
        }
        Err(other) => panic!("{what}: {other}"),
    }
}

#[test]
fn a_truncated_file_gives_its_beginning_and_a_note() {
    // The table of an ALAC file's packets stands at the end of CAF: without it they cannot be told apart.
    for (name, whole) in whole_files().into_iter().filter(|(name, _)| *name != "alac.caf") {
        for share in [30, 60, 90] {
            let what = format!("{name} cut to {share} %");
            let cut = whole[..whole.len() * share / 100].to_vec();
            let (samples, note) = read_damaged(&what, cut).unwrap_or_else(|| panic!("{what} gives nothing"));
            let heard = samples.len() as f64 / 48_000.0 / SECONDS * 100.0;
            assert!(heard > share as f64 * 0.5 && heard < 100.0, "{what}: {heard:.0} % was heard");
            // A bare MPEG stream ends wherever it ends.
            assert!(note.is_some() || name == "d.mp3", "{what} has no note");
        }
    }
}

#[test]
fn a_file_cut_anywhere_never_panics() {
    for (name, whole) in whole_files() {
        for len in (0..200).chain((200..whole.len()).step_by(whole.len() / 40)) {
            read_damaged(&format!("{name} cut to {len} bytes"), whole[..len].to_vec());
        }
    }
}

#[test]
fn flipped_bits_never_panic_or_hang() {
    let mut noise = Noise(20_260);
    for (name, whole) in whole_files() {
        for round in 0..25 {
            let mut bytes = whole.clone();
            for _ in 0..1 + round {
                let at = noise.next_bits() as usize % bytes.len();
                bytes[at] ^= 1 << (noise.next_bits() % 8);
            }
            read_damaged(&format!("{name}, round {round}"), bytes);
        }
    }
}

#[test]
fn headers_full_of_noise_never_panic() {
    let mut noise = Noise(4_711);
    for (name, whole) in whole_files() {
        for round in 0..25 {
            let mut bytes = whole.clone();
            for _ in 0..4 {
                let at = 4 + noise.next_bits() as usize % 120;
                bytes[at] = noise.next_bits() as u8;
            }
            read_damaged(&format!("{name}, header round {round}"), bytes);
        }
    }
}

#[test]
fn a_hole_in_the_middle_leaves_both_sides() {
    for (name, whole) in whole_files() {
        let mut bytes = whole.clone();
        let (start, end) = (whole.len() * 45 / 100, whole.len() * 55 / 100);
        bytes[start..end].fill(0x5A);
        let Some((samples, _)) = read_damaged(name, bytes) else { panic!("{name} gives nothing") };
        let heard = samples.len() as f64 / 48_000.0;
        assert!(heard > 0.7, "{name}: only {heard:.2} s were heard");
    }
}

#[test]
fn samples_that_are_not_finite_become_silence_with_a_note() {
    let mut samples = vec![0.5f32; 1_000];
    samples[10] = f32::NAN;
    samples[20] = f32::INFINITY;
    samples[30] = f32::NEG_INFINITY;
    let (read, note) = read_bytes(float_wav(48_000, &samples), 48_000).unwrap();
    assert!([10, 20, 30].iter().all(|at| read[*at] == 0.0) && read[11] == 0.5);
    assert!(note.as_deref().is_some_and(|n| n.starts_with("3 samples were not finite")), "{note:?}");
    let (read, note) = read_bytes(float_wav(44_100, &[f32::NAN; 500]), 48_000).unwrap();
    assert!(read.iter().all(|v| *v == 0.0) && note.is_some());
}

#[test]
fn huge_samples_stay_finite() {
    let (samples, _) = read_bytes(float_wav(44_100, &[f32::MAX; 2_000]), 48_000).unwrap();
    assert!(samples.iter().all(|v| v.is_finite()));
}

#[test]
fn a_file_without_samples_says_so() {
    for channels in [1, 2] {
        let error = read_bytes(wav(1, 16, channels, 48_000, &[]), 48_000).unwrap_err();
        assert_eq!(error.stage(), Some(Stage::Decode));
        assert!(error.to_string().contains("holds no audio samples"), "{error}");
    }
}

#[test]
fn absurd_headers_are_refused() {
    let data = [0u8; 400];
    let cases = [
        ("a rate of 0", wav(1, 16, 1, 0, &data)),
        ("a rate of 1 Hz", wav(1, 16, 1, 1, &data)),
        ("a rate of 2 GHz", wav(1, 16, 1, 2_000_000_000, &data)),
        ("no channels", wav(1, 16, 0, 48_000, &data)),
        ("0 bits", wav(1, 0, 1, 48_000, &data)),
        ("300 bits", wav(1, 300, 1, 48_000, &data)),
        ("an unknown codec", wav(0x4242, 16, 1, 48_000, &data)),
    ];
    for (what, bytes) in cases {
        assert!(read_damaged(what, bytes).is_none(), "{what} was accepted");
    }
}
