//! `auricle index`: what each kind of change on disk does to the library.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::support::{Home, Run, checkpoint, tone, wav};

#[track_caller]
fn check(run: &Run, expected: &[(&str, u64)]) {
    for name in ["new", "changed", "recognised", "unchanged", "failed", "vanished", "skipped"] {
        let expected = expected.iter().find(|(key, _)| *key == name).map_or(0, |(_, count)| *count);
        assert_eq!(run.count(name), expected, "{name} in:\n{}{}", run.out, run.err);
    }
}

#[track_caller]
fn status(home: &Home) -> (u64, u64, u64) {
    let status = home.run("status --json").expect(0).json();
    let number = |key: &str| status[key].as_u64().unwrap();
    (number("files"), number("failed"), number("segments"))
}

#[test]
fn the_first_run_embeds_and_the_second_does_nothing() {
    let home = Home::with_tones(&[440, 880]);
    let run = home.run_with_model("index sounds").expect(0);
    check(&run, &[("new", 2)]);
    assert!(run.out.contains("0:02.0 of sound embedded"), "{}", run.out);
    assert!(run.err.is_empty(), "a pipe gets no progress bar: {}", run.err);
    assert_eq!(status(&home), (2, 0, 2));
    check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 2)]);
}

#[test]
fn changed_moved_copied_touched_and_deleted_files_are_told_apart() {
    let home = Home::with_tones(&[220, 440, 880, 1760]);
    home.run_with_model("index sounds").expect(0);
    home.tone("sounds/220.wav", 300, 1.5);
    fs::rename(home.path("sounds/440.wav"), home.path("sounds/moved.wav")).unwrap();
    fs::copy(home.path("sounds/880.wav"), home.path("sounds/copied.wav")).unwrap();
    let touched = fs::File::options().append(true).open(home.path("sounds/880.wav")).unwrap();
    touched.set_modified(SystemTime::now() - Duration::from_secs(1000)).unwrap();
    fs::remove_file(home.path("sounds/1760.wav")).unwrap();
    let run = home.run_with_model("index sounds").expect(0);
    check(&run, &[("changed", 1), ("recognised", 3), ("vanished", 2)]);
    assert_eq!(status(&home), (4, 0, 4));
    home.tone("sounds/1760.wav", 1760, 1.0);
    let run = home.run_with_model("index sounds").expect(0);
    check(&run, &[("recognised", 1), ("unchanged", 4)]);
    assert_eq!(status(&home), (5, 0, 5));
}

/// Writes `content` to the file at `path` and gives it back its time.
fn write_keeping_time(path: &Path, content: &[u8]) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, content).unwrap();
    fs::File::options().append(true).open(path).unwrap().set_modified(modified).unwrap();
}

/// Runs `sql` on the catalogue of `home`.
fn in_catalogue(home: &Home, sql: &str) {
    let connection = rusqlite::Connection::open(home.path("home/indexes/default/catalogue.sqlite")).unwrap();
    connection.execute_batch(sql).unwrap();
}

#[cfg(unix)]
#[test]
fn a_change_that_keeps_size_and_time_is_seen() {
    let in_place = |path: &Path| write_keeping_time(path, &wav(&tone(700, 1.0)));
    let by_renaming = |path: &Path| {
        let other = path.with_extension("new");
        fs::copy(path, &other).unwrap();
        let modified = fs::metadata(path).unwrap().modified().unwrap();
        fs::write(&other, wav(&tone(800, 1.0))).unwrap();
        fs::File::options().append(true).open(&other).unwrap().set_modified(modified).unwrap();
        fs::rename(&other, path).unwrap();
    };
    for (name, change) in [("in place", &in_place as &dyn Fn(&Path)), ("by renaming", &by_renaming)] {
        let home = Home::with_tones(&[440, 880]);
        home.run_with_model("index sounds").expect(0);
        let before = fs::metadata(home.path("sounds/440.wav")).unwrap();
        change(&home.path("sounds/440.wav"));
        let after = fs::metadata(home.path("sounds/440.wav")).unwrap();
        assert_eq!((before.len(), before.modified().unwrap()), (after.len(), after.modified().unwrap()), "{name}");
        check(&home.run_with_model("index sounds").expect(0), &[("changed", 1), ("unchanged", 1)]);
        check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 2)]);
    }
}

#[cfg(unix)]
#[test]
fn another_name_or_other_permissions_cost_no_embedding() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::with_tones(&[440, 880, 1200]);
    home.run_with_model("index sounds").expect(0);
    fs::set_permissions(home.path("sounds/440.wav"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::hard_link(home.path("sounds/880.wav"), home.path("link.wav")).unwrap();
    let run = home.run_with_model("index sounds").expect(0);
    check(&run, &[("recognised", 2), ("unchanged", 1)]);
    assert!(!run.out.contains("embedded"), "{}", run.out);
    check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 3)]);
}

#[cfg(unix)]
#[test]
fn a_library_without_marks_is_not_read_again_and_has_them_afterwards() {
    for without in [
        "UPDATE files SET inode = NULL, inode_changed_ns = NULL",
        "ALTER TABLE files DROP COLUMN inode; ALTER TABLE files DROP COLUMN inode_changed_ns; DROP TABLE roots;
         DROP TABLE recordings; ALTER TABLE files DROP COLUMN hearing;
         ALTER TABLE segments DROP COLUMN channel; DROP TABLE cues; DROP TABLE mounts;
         PRAGMA user_version = 3",
    ] {
        let home = Home::with_tones(&[440, 880]);
        home.run_with_model("index sounds").expect(0);
        in_catalogue(&home, without);
        assert_eq!(status(&home), (2, 0, 2));
        check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 2)]);
        write_keeping_time(&home.path("sounds/440.wav"), &wav(&tone(700, 1.0)));
        check(&home.run_with_model("index sounds").expect(0), &[("changed", 1), ("unchanged", 1)]);
    }
}

#[test]
fn again_reads_what_the_file_system_says_is_unchanged() {
    let home = Home::with_tones(&[440, 880]);
    home.write("sounds/bad.wav", b"RIFF but no more");
    home.run_with_model("index sounds").expect(1);
    write_keeping_time(&home.path("sounds/440.wav"), &wav(&tone(700, 1.0)));
    // As on a file system that keeps no other time.
    in_catalogue(&home, "UPDATE files SET inode = NULL, inode_changed_ns = NULL");
    check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 3)]);
    let run = home.run_with_model("index sounds --again").expect(1);
    check(&run, &[("changed", 1), ("recognised", 1), ("failed", 1)]);
    assert!(run.out.contains("0:01.0 of sound embedded"), "{}", run.out);
}

#[test]
fn again_finds_words_that_were_not_found_before() {
    let home = Home::new();
    let mut sound = wav(&tone(440, 1.0));
    sound.extend(b"LIST\x14\0\0\0INFOINAM\x08\0\0\0cow bell");
    let riff_len = (sound.len() as u32 - 8).to_le_bytes();
    sound[4..8].copy_from_slice(&riff_len);
    home.write("sounds/a.wav", &sound);
    home.run_with_model("index sounds").expect(0);
    in_catalogue(&home, "INSERT INTO revisions DEFAULT VALUES; DELETE FROM tags");
    home.run("search cow --by words --tag cow --json").expect(0);
    let hits =
        |home: &Home| home.run("search cow --by words --json").expect(0).json()["hits"].as_array().unwrap().len();
    assert_eq!(hits(&home), 0);
    let run = home.run_with_model("index sounds --again").expect(0);
    check(&run, &[("recognised", 1)]);
    assert_eq!(hits(&home), 1);
}

#[test]
fn names_that_change_places_keep_their_sounds_apart() {
    let home = Home::with_tones(&[440]);
    home.run_with_model("index sounds").expect(0);
    fs::rename(home.path("sounds/440.wav"), home.path("sounds/old.wav")).unwrap();
    home.tone("sounds/440.wav", 900, 1.3);
    // One job: the new sound takes its place in the catalogue before the moved one is looked at.
    home.run_with_model("index sounds --jobs 1").expect(0);
    let found = home.run_with_model("embed sounds/old.wav sounds/440.wav").expect(0).json_lines();
    assert_ne!(found[0]["vector"], found[1]["vector"]);
    for name in ["old", "440"] {
        let hits = home.run(&format!("similar sounds/{name}.wav --itself -k 1 --json")).expect(0).json();
        assert_eq!(hits["hits"][0]["path"], home.path(format!("sounds/{name}.wav")).to_str().unwrap());
    }
    assert_eq!(status(&home), (2, 0, 2));
}

#[test]
fn the_same_bytes_twice_are_embedded_once() {
    let home = Home::with_tones(&[440]);
    for name in ["sounds/a.wav", "sounds/b/c.wav"] {
        home.tone(name, 440, 1.0);
    }
    let run = home.run_with_model("index sounds").expect(0);
    check(&run, &[("new", 1), ("recognised", 2)]);
    assert!(run.out.contains("0:01.0 of sound embedded"), "{}", run.out);
    assert_eq!(status(&home), (3, 0, 3));
}

#[test]
fn a_bad_file_is_recorded_and_tried_again_only_when_it_changes() {
    let home = Home::with_tones(&[440]);
    home.write("sounds/bad.wav", b"RIFF but no more");
    home.write("sounds/empty.mp3", b"");
    home.write("sounds/notes.txt", b"not a sound, and does not look like one");
    home.write("sounds/.hidden.wav", b"not looked at");
    let run = home.run_with_model("index sounds").expect(1);
    check(&run, &[("new", 1), ("failed", 2), ("skipped", 1)]);
    run.says(&["auricle: error: ", "sounds/bad.wav: ", "sounds/empty.mp3: "]);
    assert_eq!(status(&home), (1, 2, 1));
    let listed = home.run("status --failed").expect(0).out;
    assert!(listed.lines().count() == 2 && listed.starts_with("sounds/bad.wav  "), "{listed}");
    let failures = home.run("status --failed --json").expect(0).json();
    for key in ["path", "stage", "reason"] {
        assert!(failures["failures"][0][key].as_str().is_some_and(|text| !text.is_empty()), "{failures}");
    }
    check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 3), ("skipped", 1)]);
    home.tone("sounds/bad.wav", 500, 1.0);
    check(&home.run_with_model("index sounds").expect(0), &[("changed", 1), ("unchanged", 2), ("skipped", 1)]);
    assert_eq!(status(&home), (2, 1, 2));
}

#[test]
fn sound_is_recognised_by_content_not_by_extension() {
    let home = Home::new();
    home.tone("sounds/untitled", 440, 1.0);
    home.tone("sounds/notes.txt", 880, 1.0);
    check(&home.run_with_model("index sounds").expect(0), &[("new", 2)]);
}

#[test]
fn indexing_one_folder_leaves_the_others_alone() {
    let home = Home::with_tones(&[440]);
    home.tone("more/880.wav", 880, 1.0);
    home.run_with_model("index sounds").expect(0);
    check(&home.run_with_model("index more").expect(0), &[("new", 1)]);
    assert_eq!(status(&home), (2, 0, 2));
    let run = home.run_with_model("index more sounds/440.wav sounds .").expect(0);
    // The library's own files are no sounds, however many they are.
    check(&run, &[("unchanged", 2), ("skipped", run.count("skipped"))]);
}

#[test]
fn a_folder_that_does_not_exist_is_exit_code_2() {
    Home::new().run_with_model("index nowhere").expect(2).says(&["nowhere"]);
}

#[test]
fn quiet_prints_nothing() {
    let home = Home::with_tones(&[440]);
    let run = home.run_with_model("index sounds --quiet").expect(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_indexed_and_found() {
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let name = std::ffi::OsStr::from_bytes(b"sounds/caf\xe9.wav");
    home.tone(std::path::Path::new(name), 440, 1.0);
    check(&home.run_with_model("index sounds").expect(0), &[("new", 1)]);
    check(&home.run_with_model("index sounds").expect(0), &[("unchanged", 1)]);
    let hits = home.run_with_model("search tone --all --json").expect(0).json();
    assert!(hits["hits"][0]["path"].as_str().unwrap().ends_with("caf\u{fffd}.wav"), "{hits}");
    let found: Run =
        home.command([std::ffi::OsStr::new("similar"), name, "--itself".as_ref()]).output().unwrap().into();
    assert!(found.expect(0).out.contains("sounds/caf"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_was_committed_and_the_next_run_goes_on() {
    use std::process::{Command, Stdio};
    let pitches: Vec<u32> = (0..80).map(|index| 100 + index * 7).collect();
    let home = Home::with_tones(&pitches);
    let mut command = home.command(["index", "sounds"]);
    command.env("AURICLE_MODEL", checkpoint("fused")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let lock = home.path("home/indexes/default/writer.lock");
    while !lock.exists() {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let asked = std::time::Instant::now();
    let run = Run::from(child.wait_with_output().unwrap()).expect(130).says(&["interrupted"]);
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    let (kept, failed, _) = status(&home);
    assert_eq!((kept, failed), (run.count("new"), 0));
    assert!(kept < 80);
    check(&home.run_with_model("index sounds").expect(0), &[("new", 80 - kept), ("unchanged", kept)]);
}
