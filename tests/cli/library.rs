//! Libraries that cannot be used: each is refused with exit code 4 and the way out.

use std::fs;
use std::fs::File;

use crate::support::{Home, checkpoint};

const CATALOGUE: &str = "home/indexes/default/catalogue.sqlite";

fn indexed() -> Home {
    let home = Home::with_tones(&[440]);
    home.run_with_model("index sounds").expect(0);
    home
}

#[test]
fn without_a_library_there_is_nothing_to_search() {
    let home = Home::with_tones(&[440]);
    for line in ["status", "search rain", "similar sounds/440.wav"] {
        home.run_with_model(line).expect(4).says(&["auricle index", "indexes/default"]);
    }
    assert!(!home.path("home").exists(), "looking makes nothing");
}

#[test]
fn the_library_is_named_by_flag_or_environment() {
    let home = Home::with_tones(&[440]);
    home.run_with_model("index sounds --library here").expect(0);
    assert!(home.path("here/catalogue.sqlite").exists() && !home.path("home").exists());
    let named = home.command(["status"]).env("AURICLE_LIBRARY", home.path("here")).output().unwrap();
    assert_eq!(named.status.code(), Some(0));
}

#[test]
fn a_library_of_another_model_is_refused() {
    let home = indexed();
    let other = checkpoint("unfused");
    for line in ["index sounds", "search rain"] {
        let run = home.run(&format!("{line} --model {}", other.display()));
        run.expect(4).says(&["--model", "--library", checkpoint("fused").to_str().unwrap()]);
    }
}

#[test]
fn one_process_writes_at_a_time_and_others_read_meanwhile() {
    let home = indexed();
    let lock = File::options().write(true).open(home.path("home/indexes/default/writer.lock")).unwrap();
    lock.lock().unwrap();
    home.run_with_model("index sounds").expect(4).says(&["is writing to this library"]);
    home.run("status").expect(0);
    drop(lock);
    home.run_with_model("index sounds").expect(0);
}

#[test]
fn a_damaged_catalogue_is_refused() {
    let home = indexed();
    fs::write(home.path(CATALOGUE), "overwritten by something that is no database, and long enough").unwrap();
    for line in ["status", "search rain", "index sounds"] {
        home.run_with_model(line).expect(4).says(&["damaged"]);
    }
}

#[test]
fn a_truncated_catalogue_never_panics() {
    let home = indexed();
    let whole = fs::read(home.path(CATALOGUE)).unwrap();
    for len in [0, 1, 100, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(home.path(CATALOGUE), &whole[..len]).unwrap();
        for line in ["status", "search rain"] {
            let run = home.run_with_model(line);
            assert!(matches!(run.code, Some(0 | 4)), "{len}: {line}: {:?} {}", run.code, run.err);
            assert!(!run.err.contains("panicked"), "{}", run.err);
        }
    }
}

#[test]
fn a_library_that_is_a_file_is_refused() {
    let home = Home::with_tones(&[440]);
    home.run_with_model("index sounds --library sounds/440.wav").expect(4).says(&["sounds/440.wav"]);
    home.run_with_model("status --library sounds/440.wav").expect(4).says(&["sounds/440.wav"]);
}

#[test]
fn status_says_what_the_library_holds() {
    let home = indexed();
    let status = home.run("status --json").expect(0).json();
    for (key, expected) in [("files", 1), ("failed", 0), ("vanished", 0), ("segments", 1), ("vectors", 1)] {
        assert_eq!(status[key], expected, "{key} in {status}");
    }
    assert_eq!(status["model"], checkpoint("fused").to_str().unwrap());
    assert!(status["failures"].is_null());
    let table = home.run("status").expect(0);
    assert_eq!((table.count("files"), table.count("segments")), (1, 1));
}
