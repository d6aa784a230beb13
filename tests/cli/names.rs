//! Names that are written in another Unicode form than they are on disk, or that look like patterns.

use std::fs;

use serde_json::Value;

use crate::support::{Home, Run, checkpoint};

const COMPOSED: &str = "caf\u{e9}";
const DECOMPOSED: &str = "cafe\u{301}";

/// Runs the binary with `arguments` and the small fused model.
fn run(home: &Home, arguments: &[&str]) -> Run {
    home.command(arguments).env("AURICLE_MODEL", checkpoint("fused")).output().unwrap().into()
}

fn hits(home: &Home, arguments: &[&str]) -> Vec<String> {
    let hits = run(home, &[arguments, &["--all", "--json"]].concat()).expect(0).json()["hits"].clone();
    hits.as_array().unwrap().iter().map(|hit: &Value| hit["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_reads_the_same_is_the_same_file() {
    for (there, typed) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)] {
        let home = Home::with_tones(&[880]);
        let file = home.tone(format!("{there}/{there} 440.wav"), 440, 1.0);
        home.tone(format!("{there}/drafts/a.wav"), 500, 1.0);
        let other = home.tone(format!("{there}/b.wav"), 600, 1.0);
        let (file, other) = (file.to_str().unwrap().to_owned(), other.to_str().unwrap().to_owned());
        let typed_file = format!("{typed}/{typed} 440.wav");
        let indexed = run(&home, &["index", typed, "sounds", "--exclude", &format!("{typed}/drafts/")]).expect(0);
        assert_eq!(indexed.count("new"), 4, "an anchored pattern is meant from the root: {}", indexed.out);
        let indexed = run(&home, &["index", typed, "--exclude", &format!("{typed} *")]).expect(0);
        assert_eq!(indexed.count("unchanged"), 2, "{}", indexed.out);
        let mut found = hits(&home, &["search", "tone", "--folder", typed]);
        found.sort();
        assert_eq!((found.len(), found.contains(&file)), (3, true), "{found:?}");
        assert_eq!(hits(&home, &["similar", &typed_file, "--itself", "-k", "1"]), [file.as_str()]);
        assert!(run(&home, &["inspect", &typed_file]).expect(0).out.contains("wav"));
        run(&home, &["label", &typed_file, "--labels", "dog,rain"]).expect(0);
        run(&home, &["label", typed, "--labels", "dog,rain"]).expect(0);
        run(&home, &["remove", &typed_file]).expect(0);
        fs::rename(home.path(there), home.path(format!("{there} 2"))).unwrap();
        run(&home, &["relocate", typed, &format!("{typed} 2")]).expect(0);
        fs::remove_dir_all(home.path(format!("{there} 2"))).unwrap();
        assert!(run(&home, &["search", "tone", "--folder", &format!("{typed} 2")]).expect(0).out.contains("not there"));
        run(&home, &["remove", &format!("{typed} 2")]).expect(0);
        assert_eq!(home.run("status --json").expect(0).json()["files"], 1);
        assert!(!other.is_empty());
    }
}

#[test]
fn a_folder_with_brackets_in_its_name_is_a_folder() {
    let home = Home::with_tones(&[880]);
    let file = home.tone("[SFX] rain/440.wav", 440, 1.0);
    home.tone("S rain/500.wav", 500, 1.0);
    let file = file.to_str().unwrap();
    run(&home, &["index", "[SFX] rain", "sounds"]).expect(0);
    assert_eq!(hits(&home, &["search", "tone", "--folder", "[SFX] rain"]), [file]);
    assert_eq!(hits(&home, &["similar", "[SFX] rain/440.wav", "--itself", "-k", "1"]), [file]);
    run(&home, &["remove", "[SFX] rain"]).expect(0);
    let indexed = run(&home, &["index", ".", "--exclude", "[SFX] rain/", "--exclude", "home"]).expect(0);
    assert_eq!((indexed.count("new"), indexed.count("unchanged")), (0, 1), "{}", indexed.out);
    let indexed = run(&home, &["index", ".", "--exclude", "[SFX rain", "--exclude", "home"]).expect(0);
    assert_eq!(indexed.count("new"), 2, "{}", indexed.out);
    run(&home, &["search", "tone", "--folder", "[S] rain"]).expect(2).says(&["[S] rain"]);
    run(&home, &["remove", "[S]*"]).expect(2).says(&["[S]*"]);
}
