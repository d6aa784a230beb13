//! The library that the page shows: the demo's synthetic sounds under names of their own, a walk through all of them, one
//! sound twice, and a file that is broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use crate::support::Home;

/// What the demo's sounds are made as, in the order of their numbers.
const NAMES: [&str; 16] = [
    "weather/rain",
    "weather/wind",
    "shore/waves",
    "weather/thunder",
    "street/siren",
    "street/church bell",
    "home/alarm clock",
    "street/engine",
    "street/helicopter",
    "garden/birds",
    "garden/crickets",
    "street/footsteps",
    "home/clock",
    "home/door knock",
    "people/applause",
    "home/vacuum cleaner",
];

/// Bytes before the samples of a WAV file as the demo writes it.
const HEADER_LEN: usize = 44;

/// The folder of the sounds and of their index, made once for all tests of a run.
static MADE: OnceLock<PathBuf> = OnceLock::new();

/// A home of its own with a copy of the index; the sounds themselves are shared, and nobody writes to them.
pub(crate) fn home() -> Home {
    let made = MADE.get_or_init(make);
    let home = Home::new();
    copy(&made.join("home/indexes/default"), &home.path("home/indexes/default"));
    home
}

/// The file called `name`, for example `weather/rain.wav`.
pub(crate) fn file(name: &str) -> PathBuf {
    MADE.get_or_init(make).join("sounds").join(name)
}

fn make() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    // That of the last run, if there was one.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let demo = run(&folder, &["demo", "--quiet"]);
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let mut walk = Vec::new();
    for (at, name) in NAMES.iter().enumerate() {
        let content = fs::read(folder.join(format!("home/indexes/demo.sounds/sound-{:02}.wav", at + 1))).unwrap();
        walk.extend_from_slice(if walk.is_empty() { &content } else { &content[HEADER_LEN..] });
        write(&folder, &format!("{name}.wav"), &content);
    }
    let data_len = u32::try_from(walk.len() - HEADER_LEN).unwrap();
    walk[4..8].copy_from_slice(&(data_len + HEADER_LEN as u32 - 8).to_le_bytes());
    walk[40..44].copy_from_slice(&data_len.to_le_bytes());
    write(&folder, "long/a walk.wav", &walk);
    write(&folder, "backup/rain (1).wav", &fs::read(folder.join("sounds/weather/rain.wav")).unwrap());
    write(&folder, "backup/tape 7.wav", b"RIFF....WAVEfmt nonsense");
    // One file fails, which is what the list of failures is for, and the exit code says so.
    run(&folder, &["index", "sounds", "--quiet"]);
    folder
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join("sounds").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Runs the binary in `folder`, with the libraries that are there.
fn run(folder: &Path, words: &[&str]) -> Output {
    let home = Home::new();
    home.command(words).env("AURICLE_HOME", folder.join("home")).current_dir(folder).output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { fs::copy(from, to).map(drop).unwrap() }
    }
}
