//! `auricle reindex`: the library moves to another model whole, or stays as it is.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Home, Run, checkpoint};

/// How often a run is killed.
const ROUNDS: u32 = 16;

const LIBRARY: &str = "home/indexes/default";

fn with_other_model(home: &Home, line: &str) -> Run {
    home.command(line.split_whitespace()).env("AURICLE_MODEL", checkpoint("unfused")).output().unwrap().into()
}

fn status(home: &Home) -> Value {
    home.run("status --json").expect(0).json()
}

/// The exported rows by path, with their vectors, without the number of the row: files are indexed in any order.
fn rows(home: &Home, library: &str) -> Vec<(Value, Vec<f32>)> {
    let out = home.path(format!("export-{}", library.replace('/', "-")));
    home.run(&format!("export {} --format npy --force --library {library}", out.display())).expect(0);
    let array = npyz::NpyFile::new(fs::File::open(out.join("vectors.npy")).unwrap()).unwrap();
    let dim = array.shape()[1] as usize;
    let vectors: Vec<f32> = array.into_vec().unwrap();
    let lines = fs::read_to_string(out.join("segments.jsonl")).unwrap();
    let rows = lines.lines().zip(vectors.chunks(dim)).map(|(line, vector)| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("row").unwrap();
        (line, vector.to_vec())
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(line, _)| line["path"].to_string());
    rows
}

/// Checks that two exports hold the same, but for rounding in the vectors.
#[track_caller]
fn check_same(left: &[(Value, Vec<f32>)], right: &[(Value, Vec<f32>)]) {
    assert_eq!(left.len(), right.len());
    for ((left, left_vector), (right, right_vector)) in left.iter().zip(right) {
        assert_eq!(left, right);
        let is_near = left_vector.iter().zip(right_vector).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(is_near && left_vector.len() == right_vector.len(), "{left}");
    }
}

#[test]
fn a_library_moves_to_another_model_and_is_as_if_made_with_it() {
    let home = Home::with_tones(&[220, 440, 880]);
    fs::copy(home.path("sounds/220.wav"), home.path("sounds/copy.wav")).unwrap();
    home.write("sounds/bad.wav", b"RIFF but no more");
    home.tone("sounds/gone.wav", 330, 1.0);
    home.run_with_model("index sounds").expect(1);
    fs::remove_file(home.path("sounds/gone.wav")).unwrap();
    home.run_with_model("index sounds").expect(0);
    with_other_model(&home, "index sounds").expect(4).says(&["auricle reindex --model"]);
    let run = with_other_model(&home, "reindex").expect(0);
    assert!(run.out.starts_with("4 files with 4 vectors of "), "{}", run.out);
    let status = status(&home);
    assert_eq!(status["model"], checkpoint("unfused").to_str().unwrap());
    for (key, expected) in [("files", 4), ("failed", 1), ("vanished", 0), ("vectors", 4), ("dim", 40)] {
        assert_eq!(status[key], expected, "{key} in {status}");
    }
    home.run("verify").expect(0);
    let again = home.run("index sounds").expect(0);
    assert_eq!((again.count("unchanged"), again.count("new")), (5, 0));
    with_other_model(&home, "index sounds --library fresh").expect(1);
    check_same(&rows(&home, LIBRARY), &rows(&home, "fresh"));
    let names = fs::read_dir(home.path(LIBRARY)).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    let expected = |name: &String| name.starts_with("catalogue-2.sqlite") || name == "derived" || name == "writer.lock";
    assert!(names.iter().all(expected), "something is left of the old one: {names:?}");
}

#[test]
fn the_same_model_can_make_all_again() {
    let home = Home::with_tones(&[220, 440]);
    home.run_with_model("index sounds").expect(0);
    let before = rows(&home, LIBRARY);
    for _ in 0..2 {
        home.run("reindex").expect(0);
        check_same(&rows(&home, LIBRARY), &before);
    }
    assert!(home.path(LIBRARY).join("catalogue-3.sqlite").exists());
}

#[test]
fn files_that_would_be_lost_keep_the_library_as_it_is() {
    let home = Home::with_tones(&[220, 440, 880]);
    home.run_with_model("index sounds").expect(0);
    fs::remove_file(home.path("sounds/220.wav")).unwrap();
    with_other_model(&home, "reindex").expect(2).says(&["sounds/220.wav", "--drop-missing"]);
    assert_eq!((&status(&home)["files"], &status(&home)["dim"]), (&Value::from(3), &Value::from(48)));
    home.tone("sounds/220.wav", 220, 1.0);
    home.write("sounds/440.wav", b"RIFF but no more");
    with_other_model(&home, "reindex").expect(2).says(&["sounds/440.wav", "no longer readable", "--drop-missing"]);
    assert_eq!((&status(&home)["files"], &status(&home)["dim"]), (&Value::from(3), &Value::from(48)));
    assert_eq!(status(&home)["unfinished"]["files"], 2);
    home.tone("sounds/440.wav", 440, 1.0);
    let run = with_other_model(&home, "reindex").expect(0).says(&["2 of them were done before"]);
    assert!(run.out.starts_with("3 files with 3 vectors of "), "{}", run.out);
    fs::remove_file(home.path("sounds/880.wav")).unwrap();
    let run = home.run("reindex --drop-missing").expect(0);
    assert!(run.out.starts_with("2 files with 2 vectors of ") && run.out.contains("1 left out"), "{}", run.out);
}

#[test]
fn what_the_library_forgot_since_is_not_brought_back_by_going_on() {
    let home = Home::with_tones(&[220, 440, 880]);
    home.run_with_model("index sounds").expect(0);
    home.write("sounds/440.wav", b"RIFF but no more");
    with_other_model(&home, "reindex").expect(2);
    home.run("remove sounds/880.wav").expect(0);
    home.tone("sounds/440.wav", 440, 1.0);
    with_other_model(&home, "reindex").expect(0);
    assert_eq!(status(&home)["files"], 2);
    home.run("verify").expect(0);
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_library_is_the_old_one_or_the_new_one() {
    const FILES: u32 = 100;
    let home = Home::new();
    for index in 0..FILES {
        home.tone(format!("sounds/{index}.wav"), 100 + index * 7, 0.2);
    }
    home.run_with_model("index sounds").expect(0);
    let start = Instant::now();
    home.run("reindex --quiet").expect(0);
    let whole = start.elapsed();
    let models = [checkpoint("fused"), checkpoint("unfused")];
    let (mut swapped, mut kept) = (0, 0);
    for round in 0..ROUNDS {
        let old = status(&home)["dim"].as_u64().unwrap();
        let mut command = home.command(["reindex", "--quiet"]);
        command.env("AURICLE_MODEL", &models[usize::from(old == 48)]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // Spread over the whole run and a little more, in no order.
        thread::sleep(whole * (round * 7 % ROUNDS) * 11 / 10 / ROUNDS);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = status(&home);
        assert_eq!((&now["files"], &now["vectors"]), (&Value::from(FILES), &Value::from(FILES)), "round {round}");
        *(if now["dim"] == old { &mut kept } else { &mut swapped }) += 1;
        home.run("similar sounds/10.wav --json").expect(0);
        let verified = home.run("verify --json");
        assert_eq!(verified.json()["checks"][0]["ok"], true, "round {round}: {}", verified.out);
    }
    assert!(kept > 0 && swapped > 0, "{kept} rounds were cut short, {swapped} were not");
    home.command(["reindex"]).env("AURICLE_MODEL", &models[1]).output().unwrap();
    home.run("index sounds").expect(0);
    home.run("verify").expect(0);
    with_other_model(&home, "index sounds --library fresh").expect(0);
    check_same(&rows(&home, LIBRARY), &rows(&home, "fresh"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_the_library_and_the_work() {
    use std::process::Command;
    let pitches: Vec<u32> = (0..150).map(|index| 100 + index * 7).collect();
    let home = Home::with_tones(&pitches);
    home.run_with_model("index sounds").expect(0);
    let mut command = home.command(["reindex", "--jobs", "1"]);
    command.env("AURICLE_MODEL", checkpoint("unfused")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    while !home.path(LIBRARY).join("reindex/writer.lock").exists() {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(50));
    home.run("status").expect(0);
    home.run_with_model("index sounds").expect(4).says(&["is writing"]);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let run = Run::from(child.wait_with_output().unwrap());
    // A machine may be so fast that it was done by then.
    if run.code == Some(130) {
        run.says(&["the library is as before"]);
        let now = status(&home);
        assert_eq!((&now["files"], &now["dim"]), (&Value::from(150), &Value::from(48)));
    }
    with_other_model(&home, "reindex").expect(0);
    assert_eq!((&status(&home)["files"], &status(&home)["dim"]), (&Value::from(150), &Value::from(40)));
}

/// Copies the small checkpoint called `from` to where a model called `name` is installed.
fn install(home: &Home, name: &str, from: &str) {
    for entry in fs::read_dir(checkpoint(from)).unwrap().map(Result::unwrap) {
        let content = fs::read(entry.path()).unwrap();
        home.write(format!("home/models/{name}/{}", entry.file_name().to_str().unwrap()), &content);
    }
}

#[test]
fn a_library_of_an_earlier_version_of_its_model_says_so_and_is_moved_by_reindex_alone() {
    let home = Home::with_tones(&[220, 440]);
    install(&home, "house", "fused");
    home.run("index sounds --model house").expect(0);
    home.run("labels add deep sounds/220.wav").expect(0);
    install(&home, "house", "unfused");
    // What needs no model goes on.
    let by_words = home.run("search 440 --by words --json").expect(0).json();
    assert_eq!(by_words["hits"].as_array().unwrap().len(), 1);
    assert_eq!(home.run("similar sounds/220.wav --all --json").expect(0).json()["hits"].as_array().unwrap().len(), 1);
    for line in ["labels list", "verify", "export v.parquet", "status", "prune --dry-run"] {
        home.run(line).expect(0);
    }
    assert_eq!(status(&home)["model"], "house");
    home.tone("sounds/880.wav", 880, 1.0);
    for line in [
        "search rain",
        "search rain --by sound",
        "similar sounds/880.wav",
        "label --labels dog,rain",
        "label sounds --labels dog,rain --write",
        "teach low --positive sounds/220.wav --negative sounds/440.wav",
        "index sounds",
    ] {
        let said = home.run(line).expect(4).says(&[
            "another version of the model house (",
            "`auricle reindex`",
            "`--by words`",
        ]);
        assert!(!said.err.contains("--model"), "`{line}` sends in a circle: {}", said.err);
    }
    home.run("reindex").expect(0).says(&["with the house that is here instead of another version of it"]);
    home.run("search rain --by sound --all").expect(0);
    home.run("index sounds").expect(0);
    assert_eq!(home.run("labels list --json").expect(0).json_lines().len(), 1, "labels by hand stay");
}
