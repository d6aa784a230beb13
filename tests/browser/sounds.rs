//! The library that the page shows: the demo's synthetic sounds under names of their own, a walk through all of them, one
//! sound twice, and a file that is broken.

use std::fs;
use std::path::{Path, PathBuf};
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

/// Made once for all tests of a run; each then works on a copy of the index.
static MADE: OnceLock<Home> = OnceLock::new();

/// A home of its own whose index is that of the sounds; they themselves are shared, and nobody writes to them.
pub(crate) fn home() -> Home {
    let made = MADE.get_or_init(make);
    let home = Home::new();
    copy(&made.path("home/indexes/default"), &home.path("home/indexes/default"));
    home
}

/// The file called `name`, for example `weather/rain.wav`.
pub(crate) fn file(name: &str) -> PathBuf {
    MADE.get_or_init(make).path("sounds").join(name)
}

fn make() -> Home {
    let home = Home::new();
    run(&home, &["demo", "--quiet"]);
    let mut walk = Vec::new();
    for (at, name) in NAMES.iter().enumerate() {
        let content = fs::read(home.path(format!("home/indexes/demo.sounds/sound-{:02}.wav", at + 1))).unwrap();
        home.write(format!("sounds/{name}.wav"), &content);
        walk.extend_from_slice(if walk.is_empty() { &content } else { &content[HEADER_LEN..] });
    }
    let data_len = walk.len() - HEADER_LEN;
    walk[4..8].copy_from_slice(&u32::try_from(data_len + HEADER_LEN - 8).unwrap().to_le_bytes());
    walk[40..44].copy_from_slice(&u32::try_from(data_len).unwrap().to_le_bytes());
    home.write("sounds/long/a walk.wav", &walk);
    home.write("sounds/backup/rain (1).wav", &fs::read(home.path("sounds/weather/rain.wav")).unwrap());
    home.write("sounds/backup/tape 7.wav", b"RIFF....WAVEfmt nonsense");
    // One file fails, which is what the screen of failures is for; the run says so in its exit code.
    let _ = home.command(["index", "sounds", "--quiet"]).output().unwrap();
    home
}

fn run(home: &Home, words: &[&str]) {
    let run = home.command(words).output().unwrap();
    assert!(run.status.success(), "{words:?}: {}", String::from_utf8_lossy(&run.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { fs::copy(from, to).map(drop).unwrap() }
    }
}
