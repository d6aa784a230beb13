//! `auricle relocate`: paths change, and all else stays.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Home, Run};

fn indexed() -> Home {
    let home = Home::with_tones(&[440, 880]);
    home.tone("sounds/sub/300.wav", 300, 1.0);
    home.run_with_model("index sounds --exclude *.mp3").expect(0);
    home
}

fn paths(home: &Home) -> Vec<String> {
    let hits = home.run_with_model("search tone --all --json -k 9").expect(0).json();
    let name =
        |hit: &Value| hit["path"].as_str().unwrap().strip_prefix(home.path("").to_str().unwrap()).unwrap().to_owned();
    let mut paths: Vec<String> = hits["hits"].as_array().unwrap().iter().map(name).collect();
    paths.sort();
    paths
}

fn relocate(home: &Home, line: &str, code: i32) -> Value {
    home.run(&format!("relocate {line} --json")).expect(code).json()
}

#[test]
fn a_moved_folder_keeps_all_that_is_known_of_it() {
    let home = indexed();
    home.run("labels add siren sounds/440.wav").expect(0);
    home.run_with_model("teach low --positive sounds/440.wav sounds/sub/300.wav --negative sounds/880.wav").expect(0);
    let vectors = |home: &Home| {
        home.run_with_model("similar kept/880.wav --itself --all --json").json()["hits"][0]["cosine"].clone()
    };
    fs::rename(home.path("sounds"), home.path("kept")).unwrap();
    let before = paths(&home);
    let dry = relocate(&home, "sounds kept --dry-run", 0);
    assert_eq!((&dry["found"], &dry["missing"], &dry["dry_run"]), (&json!(3), &json!([]), &json!(true)));
    assert_eq!(paths(&home), before);
    let run = home.run("relocate sounds kept").expect(0);
    assert_eq!(run.out, "3 files found and now known in kept, 0 missing\n");
    assert_eq!(paths(&home), ["kept/440.wav", "kept/880.wav", "kept/sub/300.wav"]);
    assert!(vectors(&home).as_f64().unwrap() > 0.999);
    let labels = home.run("labels list --json").expect(0).json_lines();
    assert!(
        labels
            .iter()
            .any(|label| label["label"] == "siren" && label["path"] == home.path("kept/440.wav").to_str().unwrap())
    );
    let head = home.run("heads export low").expect(0).json();
    assert!(!head.to_string().contains("/sounds/") && head.to_string().contains("/kept/sub/300.wav"), "{head}");
    let roots = home.run("roots list --json").expect(0).json_lines();
    assert_eq!(
        (roots.len(), &roots[0]["path"], &roots[0]["exclude"]),
        (1, &json!(home.path("kept").to_str()), &json!(["*.mp3"]))
    );
    let run = home.run_with_model("index").expect(0);
    assert_eq!((run.count("unchanged"), run.count("vanished")), (3, 0), "{}", run.out);
    home.run("verify").expect(0);
}

#[test]
fn what_is_not_in_the_new_place_is_named_and_stays_known_in_the_old() {
    let home = indexed();
    fs::rename(home.path("sounds"), home.path("kept")).unwrap();
    fs::remove_file(home.path("kept/440.wav")).unwrap();
    home.run("relocate sounds kept --dry-run").expect(1).says(&["sounds/440.wav"]);
    let moved = relocate(&home, "sounds kept", 1);
    assert_eq!((&moved["found"], &moved["missing"]), (&json!(2), &json!([home.path("sounds/440.wav").to_str()])));
    let status = home.run("status --json").expect(0).json();
    assert_eq!((&status["files"], &status["vanished"]), (&json!(2), &json!(1)));
    // It turns up again, and is relocated then.
    home.tone("kept/440.wav", 440, 1.0);
    assert_eq!(relocate(&home, "sounds kept", 0)["found"], 1);
    let run = home.run_with_model("index").expect(0);
    assert_eq!(run.count("recognised") + run.count("unchanged"), 3, "{}", run.out);
}

#[test]
fn a_place_that_has_none_of_it_changes_nothing() {
    let home = indexed();
    fs::create_dir(home.path("empty")).unwrap();
    home.run("relocate sounds empty").expect(2).says(&["none of 3 files", "nothing was changed"]);
    home.run("relocate sounds nowhere").expect(2).says(&["nowhere"]);
    home.run("relocate nowhere sounds").expect(2).says(&["nowhere"]);
    assert_eq!(paths(&home).len(), 3);
}

#[test]
fn a_place_that_is_known_already_is_known_once() {
    let home = indexed();
    fs::rename(home.path("sounds"), home.path("kept")).unwrap();
    let run: Run = home.run_with_model("index kept").expect(0);
    assert_eq!(run.count("recognised"), 3);
    let moved = relocate(&home, "sounds kept", 0);
    assert_eq!((&moved["found"], &moved["known"]), (&json!(3), &json!(3)));
    let status = home.run("status --json").expect(0).json();
    assert_eq!(
        (&status["files"], &status["vanished"], &status["roots"].as_array().unwrap().len()),
        (&json!(3), &json!(0), &1)
    );
    assert_eq!(paths(&home), ["kept/440.wav", "kept/880.wav", "kept/sub/300.wav"]);
}

#[test]
fn a_single_file_and_a_folder_within_are_relocated_too() {
    let home = indexed();
    fs::rename(home.path("sounds/440.wav"), home.path("sounds/la.wav")).unwrap();
    fs::rename(home.path("sounds/sub"), home.path("sounds/low")).unwrap();
    assert_eq!(relocate(&home, "sounds/440.wav sounds/la.wav", 0)["found"], 1);
    assert_eq!(relocate(&home, "sounds/sub/ sounds/low", 0)["found"], 1);
    assert_eq!(paths(&home), ["sounds/880.wav", "sounds/la.wav", "sounds/low/300.wav"]);
}
