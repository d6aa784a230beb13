//! Labels in the library and beside the sounds: `auricle label --write`, `--sidecar` and `auricle labels`.

use std::fs;

use serde_json::Value;

use crate::support::Home;

fn indexed(pitches_hz: &[u32]) -> Home {
    let home = Home::with_tones(pitches_hz);
    home.run_with_model("index sounds").expect(0);
    home
}

/// What is listed, as (file name, label, source).
fn listed(home: &Home, options: &str) -> Vec<(String, String, String)> {
    let lines = home.run(&format!("labels list --json {options}")).expect(0).json_lines();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    let name = |line: &Value| text(line, "path").rsplit('/').next().unwrap().to_owned();
    lines.iter().map(|line| (name(line), text(line, "label"), text(line, "source"))).collect()
}

fn row(name: &str, label: &str, source: &str) -> (String, String, String) {
    (name.into(), label.into(), source.into())
}

#[test]
fn what_is_found_is_stored_and_replaced_by_the_next_run() {
    let home = indexed(&[440, 880]);
    home.run_with_model("label --labels dog,rain --multi --threshold 0 --write").expect(0).says(&["2 sounds"]);
    assert_eq!(listed(&home, "").len(), 4);
    home.run_with_model("label sounds/440.wav --labels cat --multi --threshold 0 --write").expect(0);
    assert_eq!(listed(&home, "--label CAT"), [row("440.wav", "cat", "zero-shot")]);
    assert_eq!(listed(&home, "").len(), 3, "one sound has two labels, the other its new one");
    let found = home.run_with_model("search tone --label dog --all --json").expect(0).json();
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
}

#[test]
fn what_is_said_by_hand_is_kept_apart_and_found_by_words() {
    let home = indexed(&[440, 880]);
    home.run("labels add puppy sounds/440.wav none.wav").expect(1).says(&["none.wav is not in the library"]);
    home.run_with_model("label --labels puppy --multi --threshold 0 --write").expect(0);
    assert_eq!(listed(&home, "--source hand"), [row("440.wav", "puppy", "hand")]);
    let found = home.run("search puppy --by words --json").expect(0).json();
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
    assert!(found["hits"][0]["path"].as_str().unwrap().ends_with("440.wav"));
    let filtered = home.run("search wav --by words --label hand:puppy --json").expect(0).json();
    assert_eq!(filtered["hits"].as_array().unwrap().len(), 1, "{filtered}");
    // A file that is moved keeps what was said of it.
    fs::rename(home.path("sounds/440.wav"), home.path("sounds/moved.wav")).unwrap();
    home.run_with_model("index sounds").expect(0);
    assert_eq!(listed(&home, "--source hand"), [row("moved.wav", "puppy", "hand")]);
    home.run("labels remove puppy sounds/moved.wav").expect(0);
    assert!(listed(&home, "--source hand").is_empty());
    assert_eq!(listed(&home, "--source zero-shot").len(), 2, "the model's say stays");
}

#[test]
fn sidecars_are_written_and_no_sound_is_touched() {
    let home = indexed(&[440]);
    let before = fs::read(home.path("sounds/440.wav")).unwrap();
    home.run_with_model("label sounds --labels dog --multi --threshold 0 --sidecar").expect(0);
    home.run("labels add puppy sounds/440.wav").expect(0);
    home.run("labels sidecars").expect(0);
    let sidecar: Value = serde_json::from_slice(&fs::read(home.path("sounds/440.wav.labels.json")).unwrap()).unwrap();
    let labels: Vec<_> = sidecar["labels"].as_array().unwrap().iter().map(|entry| entry["label"].clone()).collect();
    assert_eq!(labels, ["dog", "puppy"]);
    assert_eq!(fs::read(home.path("sounds/440.wav")).unwrap(), before);
    home.write("sounds/440.wav.labels.json", b"mine");
    home.run_with_model("label sounds --labels dog --sidecar").expect(1).says(&["440.wav", "not a label file"]);
    assert_eq!(fs::read(home.path("sounds/440.wav.labels.json")).unwrap(), b"mine");
}

#[test]
fn only_sounds_of_the_library_can_be_stored_and_the_rest_is_told() {
    let home = indexed(&[440]);
    home.tone("new/660.wav", 660, 1.0);
    let run = home.run_with_model("label sounds new --labels dog --multi --threshold 0 --write").expect(1);
    run.says(&["labels of 1 sound not stored: not in the library", "stored the labels of 1 sound"]);
    home.run_with_model("label new --labels dog --write --library none").expect(4).says(&["there is no library"]);
}

/// A home with labels by hand, of words (for sounds as a whole and for spans of one) and of the head low.
fn labelled_home() -> Home {
    let home = indexed(&[440, 880, 1760, 3520]);
    home.run("labels add puppy sounds/440.wav").expect(0);
    let examples = "--positive sounds/440.wav sounds/880.wav --negative sounds/1760.wav sounds/3520.wav";
    home.run_with_model(&format!("teach low {examples}")).expect(0);
    home.run_with_model("label --with low --multi --threshold 0 --write").expect(0);
    home.run_with_model("label --labels dog,rain --multi --threshold 0 --write").expect(0);
    let along_time = "label sounds/880.wav --labels owl --timeline --window 0.5 --threshold 0 --write";
    home.run_with_model(along_time).expect(0);
    home
}

#[test]
fn all_labels_outlive_a_reindexing_with_the_same_model() {
    let home = labelled_home();
    let before = home.run("labels list --csv").expect(0).out;
    for (kind, count) in [("hand", 1), ("head", 4), ("zero-shot", 7)] {
        assert_eq!(listed(&home, &format!("--source {kind}")).len(), count, "{kind} in {before}");
    }
    let run = home.run("reindex").expect(0).says(&["11 labels of words and heads kept"]);
    assert!(!run.err.contains("will go"), "{}", run.err);
    assert_eq!(home.run("labels list --csv").expect(0).out, before);
    home.run("reindex --hop 0.25").expect(0);
    assert_eq!(home.run("labels list --csv").expect(0).out, before, "other moments are no other model");
    home.run("label --with low").expect(0);
    // Cut short by a file that cannot be read, and gone on with.
    let good = fs::read(home.path("sounds/1760.wav")).unwrap();
    home.write("sounds/1760.wav", b"RIFF but no more");
    home.run("reindex").expect(2);
    assert_eq!(home.run("labels list --csv").expect(0).out, before);
    home.write("sounds/1760.wav", &good);
    home.run("reindex").expect(0).says(&["3 of them were done before", "11 labels"]);
    assert_eq!(home.run("labels list --csv").expect(0).out, before);
}

#[test]
fn another_model_says_which_labels_go_and_how_to_make_them_again() {
    let home = labelled_home();
    let other = crate::support::checkpoint("unfused").display().to_string();
    let lost = "4 labels of the head low and 7 labels of words";
    let run = home.run(&format!("reindex --model {other}")).expect(0);
    let run = run.says(&[&format!("{lost} will go"), &format!("{lost} went"), "auricle labels list --csv"]);
    run.says(&["`auricle teach low` and `auricle label --with low --write`", "auricle label --labels"]);
    assert_eq!(listed(&home, ""), [row("440.wav", "puppy", "hand")]);
    home.run("teach low").expect(0);
    home.run("label --with low --multi --threshold 0 --write").expect(0);
    assert_eq!(listed(&home, "--source head").len(), 4);
}

#[test]
fn labels_by_hand_and_heads_outlive_a_reindexing() {
    let home = indexed(&[440, 880, 1760, 3520]);
    home.run("labels add puppy sounds/440.wav").expect(0);
    home.run_with_model(
        "teach low --positive sounds/440.wav sounds/880.wav --negative sounds/1760.wav sounds/3520.wav",
    )
    .expect(0);
    let other = crate::support::checkpoint("unfused").display().to_string();
    home.run(&format!("reindex --model {other}")).expect(0);
    assert_eq!(listed(&home, ""), [row("440.wav", "puppy", "hand")]);
    home.run("label --with low").expect(2).says(&["another model", "auricle teach low"]);
    home.run("teach low").expect(0);
    home.run("label --with low").expect(0);
}
