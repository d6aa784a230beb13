//! The folders that a library remembers: what refreshes them, and what becomes of one that is gone as a whole.

use std::fs;

use serde_json::Value;

use crate::support::{Home, Run};

/// Paths of the hits of `line`, each with whether it is a ghost.
fn hits(home: &Home, line: &str) -> Vec<(String, bool)> {
    let hits = home.run_with_model(line).expect(0).json()["hits"].as_array().unwrap().clone();
    let short = |hit: &Value| {
        let path = hit["path"].as_str().unwrap().strip_prefix(home.path("").to_str().unwrap()).unwrap();
        (path.to_owned(), hit["ghost"] == true)
    };
    hits.iter().map(short).collect()
}

fn status(home: &Home) -> Value {
    home.run("status --json").expect(0).json()
}

/// The remembered folders of `home`, each with its patterns.
fn roots(home: &Home) -> Vec<(String, Vec<String>)> {
    let entry = |root: Value| {
        let path = root["path"].as_str().unwrap().strip_prefix(home.path("").to_str().unwrap()).unwrap().to_owned();
        (path, root["exclude"].as_array().unwrap().iter().map(|glob| glob.as_str().unwrap().to_owned()).collect())
    };
    home.run("roots list --json").expect(0).json_lines().into_iter().map(entry).collect()
}

#[track_caller]
fn check(run: &Run, expected: &[(&str, u64)]) {
    for name in ["new", "changed", "recognised", "unchanged", "failed", "vanished"] {
        let expected = expected.iter().find(|(key, _)| *key == name).map_or(0, |(_, count)| *count);
        assert_eq!(run.count(name), expected, "{name} in:\n{}{}", run.out, run.err);
    }
}

/// A home with two folders indexed, two sounds in the first and one in the second.
fn two_roots() -> Home {
    let home = Home::with_tones(&[440, 880]);
    home.tone("more/300.wav", 300, 1.0);
    home.run_with_model("index sounds more").expect(0);
    home
}

#[test]
fn folders_are_remembered_with_what_is_left_out_and_refreshed_alone() {
    let home = Home::with_tones(&[440]);
    home.tone("more/300.wav", 300, 1.0);
    home.run_with_model("index sounds --exclude *.mp3 --exclude drafts/").expect(0);
    home.run_with_model("index more").expect(0);
    home.run_with_model("index sounds/440.wav").expect(0);
    let excluded = ["*.mp3", "drafts/"].map(str::to_owned).to_vec();
    assert_eq!(roots(&home), [("more".to_owned(), vec![]), ("sounds".to_owned(), excluded.clone())]);
    for name in ["sounds/new.wav", "sounds/no.mp3", "sounds/drafts/no.wav", "more/new.wav"] {
        home.tone(name, 500 + name.len() as u32, 1.0);
    }
    check(&home.run_with_model("index").expect(0), &[("new", 2), ("unchanged", 2)]);
    // Named again, a folder keeps what is left out; a folder in it is none of its own.
    check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 2)]);
    home.run_with_model("index sounds/drafts").expect(0);
    assert_eq!(roots(&home).len(), 2);
    assert_eq!(status(&home)["roots"][1]["exclude"], serde_json::json!(excluded));
    assert!(home.run("status").expect(0).out.contains("sounds (3 files, without *.mp3 drafts/)"));
    home.run_with_model("index sounds --exclude *.ogg").expect(0);
    assert_eq!(roots(&home)[1], ("sounds".to_owned(), vec!["*.ogg".to_owned()]));
    home.run_with_model("reindex").expect(0);
    assert_eq!(roots(&home).len(), 2, "a library that is made again remembers them");
}

#[test]
fn without_a_folder_named_or_remembered_there_is_nothing_to_do() {
    let home = Home::with_tones(&[440]);
    home.run("index").expect(2).says(&["remembers none", "auricle index ~/sounds"]);
    assert!(!home.path("home/indexes").exists());
    home.run_with_model("index sounds/440.wav").expect(0);
    home.run("index").expect(2).says(&["remembers none"]);
    home.run_with_model("index sounds").expect(0);
    home.run("roots forget nowhere").expect(2).says(&["nowhere is no root", "sounds"]);
    home.run("roots forget sounds").expect(0).says(&["stay in the library"]);
    assert_eq!((roots(&home).len(), &status(&home)["files"]), (0, &Value::from(1)));
    home.run("index").expect(2);
}

#[test]
fn a_folder_that_is_not_there_is_named_and_nothing_of_it_is_forgotten() {
    let home = two_roots();
    fs::rename(home.path("more"), home.path("elsewhere")).unwrap();
    home.tone("sounds/500.wav", 500, 1.0);
    for line in ["index", "index more sounds"] {
        let run = home.run_with_model(line).expect(1).says(&["more", "auricle relocate OLD NEW", "--drop-missing"]);
        assert_eq!(run.count("vanished"), 0);
    }
    assert_eq!(
        (&status(&home)["files"], &status(&home)["roots"][0]["present"]),
        (&Value::from(4), &Value::from(false))
    );
    assert!(home.run("status").expect(0).out.contains("more (1 file, not there)"));
    fs::rename(home.path("elsewhere"), home.path("more")).unwrap();
    check(&home.run_with_model("index").expect(0), &[("unchanged", 4)]);
}

#[test]
fn what_is_gone_as_a_whole_is_only_forgotten_when_somebody_says_so() {
    let home = two_roots();
    // As where a drive is not mounted: the folder is there, and empty.
    fs::rename(home.path("sounds"), home.path("drive")).unwrap();
    fs::create_dir(home.path("sounds")).unwrap();
    home.run_with_model("index").expect(1).says(&["nothing is left of", "sounds", "2 of its files"]);
    assert_eq!(status(&home)["vanished"], 0);
    check(&home.run_with_model("index --yes").expect(0), &[("unchanged", 1), ("vanished", 2)]);
    home.run("prune").expect(2).says(&["nothing is left of", "sounds", "--drop-missing"]);
    let listed = home.run("prune --dry-run").expect(0).out;
    assert_eq!(listed, "sounds/440.wav\nsounds/880.wav\n");
    assert_eq!(status(&home)["vanished"], 2);
    fs::remove_dir(home.path("sounds")).unwrap();
    home.run("prune --json").expect(2);
    fs::rename(home.path("drive"), home.path("sounds")).unwrap();
    check(&home.run_with_model("index").expect(0), &[("unchanged", 3)]);
    assert_eq!(status(&home)["vanished"], 0);
    fs::remove_dir_all(home.path("sounds")).unwrap();
    home.run_with_model("index --drop-missing").expect(0);
    assert_eq!(home.run("prune --yes --json").expect(0).json()["removed"].as_array().unwrap().len(), 2);
    home.run_with_model("index").expect(0).says(&["nothing of it is known any more", "auricle roots forget"]);
}

#[test]
fn a_folder_that_still_has_sounds_loses_them_one_by_one() {
    let home = two_roots();
    fs::remove_file(home.path("sounds/440.wav")).unwrap();
    fs::rename(home.path("sounds/880.wav"), home.path("sounds/renamed.wav")).unwrap();
    check(&home.run_with_model("index").expect(0), &[("recognised", 1), ("vanished", 2), ("unchanged", 1)]);
    assert!(home.run("prune").expect(0).out.starts_with("2 files dropped"));
}

#[test]
fn removing_a_folder_forgets_it() {
    let home = two_roots();
    home.run("remove sounds/440.wav").expect(0);
    assert_eq!(roots(&home).len(), 2);
    home.run("remove sounds --dry-run").expect(0).says(&["would be refreshed no more"]);
    assert_eq!(roots(&home).len(), 2);
    home.run("remove sounds").expect(0).says(&["sounds is refreshed no more"]);
    assert_eq!(roots(&home), [("more".to_owned(), vec![])]);
    check(&home.run_with_model("index").expect(0), &[("unchanged", 1)]);
}

#[test]
fn a_moved_folder_that_is_indexed_anew_leaves_no_ghosts() {
    let home = two_roots();
    fs::rename(home.path("sounds"), home.path("moved")).unwrap();
    let run = home.run_with_model("index moved").expect(0);
    check(&run, &[("recognised", 2), ("vanished", 2)]);
    assert!(!run.out.contains("embedded"), "{}", run.out);
    let found = hits(&home, "similar moved/440.wav --itself --all --json -k 9");
    assert!(found.len() == 3 && found.iter().all(|(path, ghost)| !path.starts_with("sounds") && !ghost), "{found:?}");
}

#[test]
fn ghosts_come_after_what_is_there_and_living_copies_stand_for_them() {
    let home = two_roots();
    home.tone("copies/440.wav", 440, 1.0);
    home.run_with_model("index copies").expect(0);
    let before = hits(&home, "similar sounds/880.wav --itself --all --json -k 9");
    assert_eq!(before[0], ("sounds/880.wav".to_owned(), false));
    fs::copy(home.path("sounds/880.wav"), home.path("880.wav")).unwrap();
    fs::rename(home.path("sounds"), home.path("gone")).unwrap();
    for k in [1, 9] {
        let found = hits(&home, &format!("similar 880.wav --itself --all --json -k {k}"));
        assert!(!found[0].1 && !found[0].0.starts_with("sounds"), "{found:?}");
    }
    let found = hits(&home, "similar 880.wav --itself --all --json -k 9");
    assert_eq!(found.last().unwrap(), &("sounds/880.wav".to_owned(), true), "{found:?}");
    assert!(found.contains(&("copies/440.wav".to_owned(), false)), "{found:?}");
    assert!(!found.iter().any(|(path, _)| path == "sounds/440.wav"), "its copy stands for it: {found:?}");
    let unfolded = hits(&home, "similar 880.wav --itself --all --copies --json -k 9");
    assert_eq!(
        unfolded.iter().map(|(_, ghost)| *ghost).collect::<Vec<_>>(),
        [false, false, true, true],
        "{unfolded:?}"
    );
    assert!(home.run_with_model("similar 880.wav --itself --all").expect(0).out.contains("not there: moved"));
}

#[cfg(unix)]
#[test]
fn what_is_left_out_is_counted_and_listed_on_demand() {
    let home = Home::with_tones(&[440]);
    home.write("sounds/notes.txt", b"no sound");
    home.write("sounds/.hidden.wav", b"hidden");
    home.tone("sounds/drafts/a.wav", 300, 1.0);
    home.tone("far/away.wav", 500, 1.0);
    fs::create_dir(home.path("sounds/links")).unwrap();
    for name in ["one", "two"] {
        std::os::unix::fs::symlink(home.path("far/away.wav"), home.path(format!("sounds/links/{name}.wav"))).unwrap();
    }
    std::os::unix::fs::symlink(home.path("far"), home.path("sounds/far")).unwrap();
    let run = home.run_with_model("index sounds --exclude drafts/").expect(0);
    let line =
        "not looked at: 3 links (2 of them in sounds/links; --follow-links), 1 excluded, 1 hidden; -v lists each";
    assert!(run.out.contains(line) && run.err.is_empty(), "{}{}", run.out, run.err);
    let run = home.run_with_model("-v index").expect(0).says(&[
        "skipped sounds/notes.txt: not a sound",
        "skipped sounds/.hidden.wav: hidden",
        "skipped sounds/drafts: excluded by drafts/",
        "skipped sounds/links/one.wav: a symbolic link",
        "skipped sounds/far: a symbolic link",
    ]);
    assert_eq!(run.count("skipped"), 1);
}
