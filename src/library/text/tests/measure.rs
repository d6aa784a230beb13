//! What the text index takes with a hundred thousand files, and with a million; nothing is asserted.

use std::fs;
use std::time::Instant;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::{indexed, library_of};
use crate::library::record::change::Change;
use crate::library::text::query::{Ending, Words};
use crate::library::text::{TextIndex, shelf};

/// Words for sounds, the commonest first.
const SOUNDS: [&str; 40] = [
    "rain",
    "wind",
    "door",
    "dog",
    "kick",
    "snare",
    "engine",
    "bell",
    "footsteps",
    "crowd",
    "water",
    "glass",
    "bird",
    "car",
    "thunder",
    "whoosh",
    "impact",
    "metal",
    "wood",
    "fire",
    "train",
    "hat",
    "clap",
    "synth",
    "bass",
    "pad",
    "vocal",
    "explosion",
    "gun",
    "sword",
    "horse",
    "cat",
    "baby",
    "laugh",
    "phone",
    "keyboard",
    "drone",
    "ambience",
    "forest",
    "ocean",
];

/// Words beside them, the commonest first.
const KINDS: [&str; 24] = [
    "soft", "hard", "distant", "close", "wet", "dry", "heavy", "light", "old", "wooden", "small", "big", "slow",
    "fast", "long", "short", "loop", "hit", "interior", "exterior", "night", "morning", "creak", "slam",
];

/// What people ask for: one word, several, one in nearly every name, one in none, misspelt, beginnings, phrases.
const QUERIES: [&str; 30] = [
    "rain",
    "kick",
    "door",
    "wav",
    "ambience",
    "footsteps",
    "xylophone",
    "whoosh",
    "rain soft",
    "kick hard",
    "door slam",
    "wind forest",
    "dog barking",
    "car interior",
    "heavy wooden door",
    "rain on a tin roof",
    "kick drum 808 hard",
    "distant crowd night wav",
    "hellicopter",
    "thuderstorm",
    "xqzvbnmtr",
    "doorr creek",
    "ra*",
    "w*",
    "footst*",
    "\"soft rain\"",
    "\"recorded with\"",
    "field recording wav",
    "pluie",
    "rain_soft-000084.wav",
];

const ROUNDS: usize = 11;

/// What names are made up of.
struct MadeUpNames {
    words: Vec<&'static str>,
    /// Codes of categories, the category and what of it.
    categories: Vec<[&'static str; 3]>,
}

impl MadeUpNames {
    fn new() -> Self {
        let categories = include_str!("../thesaurus/ucs_catids.csv").lines().skip(1).map(|line| {
            let mut cells = line.split(',');
            [(); 3].map(|()| cells.next().unwrap())
        });
        let words = include_str!("../thesaurus/words.txt").lines();
        MadeUpNames { words: words.collect(), categories: categories.collect() }
    }

    /// A word, capitalised, the commonest about as often as in a text.
    fn word(&self, random: &mut SmallRng) -> String {
        let word = self.words[common(random, self.words.len()) * 40_503 % self.words.len()];
        word[..1].to_uppercase() + &word[1..]
    }

    /// File `number`: half of the files are named as the Universal Category System has it, the others as people do.
    fn file(&self, number: usize) -> Change {
        let (mut random, mut of_pack) =
            (SmallRng::seed_from_u64(number as u64), SmallRng::seed_from_u64(1 << 32 | (number / 400) as u64));
        let (random, pack) = (&mut random, number / 400);
        let (sound, kind) = (SOUNDS[common(random, SOUNDS.len())], KINDS[common(random, KINDS.len())]);
        let (maker, year) = (self.word(&mut of_pack), 2010 + pack % 15);
        let (one, other) = (self.word(random), self.word(random));
        match number % 10 {
            0..=4 => {
                let [code, category, part] =
                    self.categories[common(random, self.categories.len()) * 7919 % self.categories.len()];
                let take = random.random_range(0..40);
                let path = format!(
                    "/s/Pro/{maker} {pack}/{category}/{code}_{one} {sound} {kind} {other} {take:02}_JSM_{year}.wav"
                );
                let comment = format!("{kind} {sound} recorded with {} in {}", self.word(random), self.word(random));
                indexed(&path, &[("comment", &comment), ("title", &format!("{category} {part} {sound}"))])
            }
            5 | 6 => indexed(&format!("/s/Drums/{maker} {pack}/{sound}_{kind}-{number:06}.wav"), &[("genre", "drums")]),
            7 => indexed(&format!("/s/Music/{maker}/{:02} - {one} {other}.mp3", number % 20), &[("artist", &maker)]),
            8 => {
                let (month, hour) = (random.random_range(1..13), random.random_range(0..24));
                indexed(&format!("/s/Recordings/{year}/Recording {year}-{month:02}-11 {hour:02}h30 {sound}.wav"), &[])
            }
            _ => {
                let take = random.random_range(0..100_000);
                indexed(
                    &format!("/s/Samples/{maker}/{sound}{take:05}{kind}.flac"),
                    &[("title", &format!("{kind} {sound}"))],
                )
            }
        }
    }
}

/// One of `len` things, of which the first is the commonest, the second half as common, and so on.
fn common(random: &mut SmallRng, len: usize) -> usize {
    ((len as f64 + 1.0).powf(random.random::<f64>()) - 1.0) as usize % len
}

/// Resident memory of this process in MiB, where the system says.
fn resident_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).map_or(f64::NAN, |kib| kib / 1024.0)
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e3
}

fn measure(len: usize) {
    let names = MadeUpNames::new();
    let (_folder, mut writer) = library_of(&[]);
    for start in (0..len).step_by(10_000) {
        writer.commit(&(start..start + 10_000).map(|number| names.file(number)).collect::<Vec<_>>()).unwrap();
    }
    let making = milliseconds(|| drop(TextIndex::open(writer.library()).unwrap()));
    let stored = shelf(writer.library()).current().unwrap().unwrap();
    eprintln!("{len} files: made and stored in {:.1} s, {} bytes on disk", making / 1e3, stored.len_bytes());
    let (words, before) = (|text| Words::parse(text, Ending::Finished), resident_mib());
    let mut index = None;
    let opening = milliseconds(|| index = Some(TextIndex::open(writer.library()).unwrap()));
    let mut index = index.unwrap();
    let first = milliseconds(|| drop(index.find(&words("rain soft"), None, 500).unwrap()));
    eprintln!("opened in {opening:.2} ms, first answer after {first:.1} ms more");
    let mut all = Vec::new();
    for text in QUERIES {
        let words = words(text);
        let once = |_| milliseconds(|| drop(index.find(&words, None, 500).unwrap()));
        let mut times: Vec<f64> = (0..ROUNDS).map(once).collect();
        times.sort_by(f64::total_cmp);
        eprintln!("{text:<28} median {:6.2} ms, worst of {ROUNDS} {:6.2} ms", times[ROUNDS / 2], times[ROUNDS - 1]);
        all.extend(times);
    }
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    eprintln!("all: p50 {:.2} ms, p99 {:.2} ms, {:.0} MiB more resident", at(0.5), at(0.99), resident_mib() - before);
    for (what, range) in [("2,000 new files", len..len + 2000), ("one", len + 2000..len + 2001)] {
        writer.commit(&range.map(|number| names.file(number)).collect::<Vec<_>>()).unwrap();
        let taking = milliseconds(|| index.refresh(writer.library()).unwrap());
        eprintln!("{what}: taken in and stored in {taking:.0} ms");
    }
}

/// Run by hand, optimised.
#[test]
#[ignore = "a measurement, not a test"]
fn measure_a_hundred_thousand_files() {
    measure(100_000);
}

/// The same; it takes some minutes.
#[test]
#[ignore = "a measurement, not a test"]
fn measure_a_million_files() {
    measure(1_000_000);
}
