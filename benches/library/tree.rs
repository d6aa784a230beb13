//! The real binary on a tree of sound files, again and again with nothing changed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{report_times, timed};

/// How many of the files are different; the others are copies, which saves the first run work and the others none.
const DIFFERENT: usize = 100;
const RUNS: usize = 7;
const RATE_HZ: u32 = 16_000;

/// Makes a tree of `files` files, indexes it once, and measures indexing it again.
pub(crate) fn measure(files: usize) {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    for number in 0..files {
        let parent = folder.path().join(format!("sounds/{:03}", number / 100));
        fs::create_dir_all(&parent).expect("the folder is ours");
        fs::write(parent.join(format!("{number:05}.wav")), tone(number % DIFFERENT)).expect("there is room");
    }
    timed(&format!("index a tree of {files} files"), || index(folder.path()));
    let run = |_| {
        let start = Instant::now();
        index(folder.path());
        start.elapsed()
    };
    report_times("index it again, nothing changed", (0..RUNS).map(run).collect());
}

fn index(folder: &Path) {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/checkpoints/fused");
    let mut command = Command::new(env!("CARGO_BIN_EXE_auricle"));
    command
        .arg("index")
        .arg(folder.join("sounds"))
        .arg("--model")
        .arg(model)
        .arg("--library")
        .arg(folder.join("library"));
    let status = command.stdout(Stdio::null()).status().expect("the binary was built");
    assert!(status.success(), "indexing failed: {status}");
}

/// A short tone as a mono 16-bit WAV file.
fn tone(pitch: usize) -> Vec<u8> {
    let samples: Vec<i16> =
        (0..1600).map(|i| ((i as f32 * (0.05 + pitch as f32 * 0.003)).sin() * 9000.0) as i16).collect();
    let len_bytes = 2 * samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + len_bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend([1u16, 1].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([RATE_HZ, 2 * RATE_HZ].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([2u16, 16].iter().flat_map(|word| word.to_le_bytes()));
    file.extend(b"data");
    file.extend(len_bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}
