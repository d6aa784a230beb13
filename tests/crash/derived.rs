//! A child that commits vectors and words and makes its indexes of them, over and over, killed while it does.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use auricle::embedding::{Embedding, Space};
use auricle::library::Library;
use auricle::library::record::change::Change;
use auricle::library::record::file::{FileFacts, Stamp};
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::{Segment, SegmentKind};
use auricle::library::record::sound::SoundFacts;
use auricle::library::text::TextIndex;
use auricle::library::text::query::{Ending, Words};
use auricle::library::vectors::VectorIndex;
use auricle::library::vectors::filter::Filter;
use auricle::library::vectors::search::Mode;
use auricle::library::vectors::settings::Settings;
use auricle::library::vectors::stats::Way;
use auricle::library::writer::Writer;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::{KILLS, Moments};

/// Names the library's folder to the child.
const FOLDER_VARIABLE: &str = "AURICLE_CRASH_TEST_FOLDER";

/// What the child says when a commit is done, with the number of files that it made.
const COMMITTED: &str = "committed";

/// What the child says when its indexes are made and stored.
const STORED: &str = "stored";

const FILES_A_COMMIT: usize = 60;
const DIM: usize = 32;

/// Sounds that are looked for by their own vectors.
const SAMPLED: usize = 50;

/// Settings with which the child's small library has lists, which grow at nearly each commit.
fn settings() -> Settings {
    Settings { scanned_len: 20, listed_len: 100, list_len: 16, newer_len: 50, ..Settings::default() }
}

fn change(number: usize) -> Change {
    let mut random = SmallRng::seed_from_u64(number as u64);
    let values = (0..DIM).map(|_| random.random::<f32>() - 0.5).collect();
    let segment = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 1.0, channel: None };
    let stamp = Stamp { size_bytes: 1, modified_ns: 0 };
    Change::Indexed {
        file: FileFacts {
            path: PathBuf::from(format!("/sounds/take_{number}.wav")),
            stamp,
            hash: None,
            hearing: Hearing::Mix,
        },
        sound: SoundFacts { duration_seconds: 1.0, ..SoundFacts::default() },
        segments: vec![(segment, Embedding::normalized(values).unwrap())],
    }
}

/// Run by the other test as a process of its own, which never ends by itself.
#[test]
#[ignore = "a process for the other test to kill"]
fn the_child() {
    let folder = PathBuf::from(env::var_os(FOLDER_VARIABLE).unwrap());
    let model = Space { name: "m".into(), fingerprint: "f".into(), dim: DIM };
    let mut writer = Writer::open(&folder, &model).unwrap();
    let mut text = TextIndex::open(writer.library()).unwrap();
    let mut vectors = VectorIndex::open_with(writer.library(), settings()).unwrap();
    loop {
        let first = writer.library().totals().unwrap().files as usize;
        let changes: Vec<Change> = (first..first + FILES_A_COMMIT).map(change).collect();
        writer.commit(&changes).unwrap();
        println!("\n{COMMITTED} {}", first + FILES_A_COMMIT);
        vectors.refresh(&|_| ControlFlow::Continue(())).unwrap();
        text.refresh(writer.library()).unwrap();
        println!("\n{STORED}");
    }
}

/// Starts the child, kills it some time after it first said `said`, and gives the number of files it reported committed.
fn kill_a_child(folder: &Path, said: &str, wait: Duration) -> u64 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "derived::the_child", "--nocapture", "--test-threads", "1"])
        .env(FOLDER_VARIABLE, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut heard = Vec::new();
    while !heard.last().is_some_and(|line: &String| line.starts_with(said)) {
        heard.push(lines.next().expect("the child goes on until it is killed"));
    }
    thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
    heard.extend(lines);
    heard.iter().filter_map(|line| line.strip_prefix(COMMITTED)?.trim().parse().ok()).next_back().unwrap()
}

fn check(folder: &Path, committed: u64) -> VectorIndex {
    let library = Library::open(folder).unwrap();
    let totals = library.totals().unwrap();
    assert!(totals.files >= committed, "{committed} files were committed, {} are left", totals.files);
    assert_eq!((totals.files % FILES_A_COMMIT as u64, totals.vectors), (0, totals.files), "a commit is whole or not");
    let index = VectorIndex::open_with(&library, settings()).unwrap();
    assert_eq!(index.len() as u64, totals.files);
    let text = TextIndex::open(&library).unwrap();
    assert_eq!(text.len(), totals.files);
    let last = totals.files as usize - 1;
    let itself = |number: usize, mode| {
        let Change::Indexed { segments, .. } = change(number) else { unreachable!() };
        index.nearest(&segments[0].1, 1, &Filter::default(), mode).unwrap()[0].cosine > 0.99999
    };
    for number in [0, last / 2, last] {
        assert!(itself(number, Mode::Exact), "sound {number} of {} is lost", totals.files);
        let found = text.find(&Words::parse(&format!("take {number}"), Ending::Finished), None, 1).unwrap();
        let cards = library.cards(&[found[0].file]).unwrap();
        let names: BTreeSet<_> = cards.values().map(|card| card.path.clone()).collect();
        assert_eq!(names, BTreeSet::from([PathBuf::from(format!("/sounds/take_{number}.wav"))]));
    }
    // So few lists miss one now and then.
    let found = (0..SAMPLED).filter(|sample| itself(sample * last / (SAMPLED - 1), Mode::Auto)).count();
    assert!(10 * found >= 9 * SAMPLED, "of {SAMPLED} sounds among {} {found} are found", totals.files);
    index
}

#[test]
fn indexes_killed_while_they_are_made_are_found_whole_or_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut moments = Moments::new();
    let (mut behind, mut stored) = (0, 0);
    for round in 0..KILLS {
        let said = if round % 2 == 0 { COMMITTED } else { STORED };
        let committed = kill_a_child(folder.path(), said, moments.wait(Duration::from_millis(60)));
        let stats = check(folder.path(), committed).stats().unwrap();
        behind += usize::from(stats.delta > 0 || stats.way != Way::Lists);
        stored += usize::from(stats.way == Way::Lists);
    }
    assert!(behind > 0 && stored > 0, "of {KILLS} kills {behind} fell between commit and index, {stored} left lists");
    let library = Library::open(folder.path()).unwrap();
    let mut index = VectorIndex::open_with(&library, settings()).unwrap();
    index.refresh(&|_| ControlFlow::Continue(())).unwrap();
    check(folder.path(), library.totals().unwrap().files);
}
