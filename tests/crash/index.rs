//! The real binary, killed while it indexes a folder that grows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use auricle::embedding::Embedding;
use auricle::library::Library;

use crate::support::{Home, Run, checkpoint};
use crate::{KILLS, Moments};

/// Sounds added before each run: enough for several commits' worth of work.
const SOUNDS_A_ROUND: usize = 6;

/// Every file in the library at `folder`, with its vector.
fn vectors(folder: &Path) -> BTreeMap<PathBuf, Embedding> {
    let library = Library::open(folder).unwrap();
    let paths = library.known_files().unwrap().into_keys();
    paths.map(|path| (path.clone(), library.clip_at(&path).unwrap().map(|clip| clip.vector).unwrap())).collect()
}

fn files(home: &Home) -> u64 {
    if !home.path("home/indexes/default/catalogue.sqlite").exists() {
        return 0;
    }
    let run = home.run("status --json");
    // Killed before it had made its tables, a catalogue is still empty, and says that there is no library.
    if run.code == Some(4) {
        assert!(run.err.contains("there is no library here"), "{}", run.err);
        return 0;
    }
    let status = run.expect(0).json();
    assert_eq!(status["failed"], 0, "{status}");
    status["files"].as_u64().unwrap()
}

fn index(home: &Home) -> Command {
    let mut command = home.command(["index", "sounds"]);
    command.env("AURICLE_MODEL", checkpoint("fused"));
    command
}

#[test]
fn a_killed_index_loses_nothing_that_was_committed_and_the_next_one_goes_on() {
    let home = Home::new();
    let mut moments = Moments::new();
    let mut added = 0;
    let mut add_sounds = || {
        for _ in 0..SOUNDS_A_ROUND {
            home.tone(format!("sounds/{added:04}.wav"), 100 + 3 * added, 0.5);
            added += 1;
        }
    };
    add_sounds();
    let start = Instant::now();
    Run::from(index(&home).output().unwrap()).expect(0);
    let whole_run = start.elapsed();
    let (mut kept, mut cut_short) = (files(&home), 0);
    for round in 0..KILLS {
        add_sounds();
        let mut child = index(&home).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(moments.wait(whole_run + Duration::from_millis(20)));
        cut_short += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let now = files(&home);
        assert!(now >= kept, "round {round}: {kept} files were committed, {now} are left");
        kept = now;
    }
    assert!(cut_short >= KILLS / 4, "only {cut_short} of {KILLS} runs were cut short: the test proves nothing");
    let run = Run::from(index(&home).output().unwrap()).expect(0);
    assert_eq!(run.count("unchanged"), kept, "{}", run.out);
    assert_eq!(run.count("new"), u64::from(added) - kept, "{}", run.out);
    home.run("verify").expect(0);
    index(&home).arg("--library").arg(home.path("undisturbed")).output().unwrap();
    assert_eq!(vectors(&home.path("home/indexes/default")), vectors(&home.path("undisturbed")));
}
