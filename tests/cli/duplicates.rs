//! `auricle duplicates`: which files hold one sound, which to keep, and what the others take.

use std::fs;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::made::{Sound, library_of};
use crate::support::{Home, tone, wav};

/// The kinds of what is in [`home`].
const KINDS: &str = "--kind same-bytes --kind near-identical";

/// Three copies of one file, one of them older; two sounds that are all but the same; a sound that is there once.
fn home() -> Home {
    let wav = Sound::new("takes/long name.wav", 90.0).with_content("the content of a longer file");
    let mut ogg = Sound::new("takes/a.ogg", 90.5).with_content("a shorter file");
    ogg.facts.codec = "vorbis".into();
    let sounds = [
        Sound::new("b/rain.wav", 0.0).with_content("0123456789"),
        Sound::new("a/rain copy.wav", 0.0).with_content("0123456789"),
        Sound::new("c/old.wav", 0.0).with_content("0123456789"),
        wav,
        ogg,
        Sound::new("once.wav", 180.0),
    ];
    let home = library_of(&sounds);
    let old = fs::File::options().append(true).open(home.path("c/old.wav")).unwrap();
    old.set_modified(SystemTime::now() - Duration::from_secs(100_000)).unwrap();
    home
}

/// Name of the file to keep and names of the others, of each group of `line`.
fn groups(home: &Home, line: &str) -> Vec<(String, Vec<String>)> {
    let list = home.run(&format!("duplicates --json {line}")).expect(0).json();
    let name = |file: &Value| {
        let path = file["path"].as_str().unwrap();
        path.strip_prefix(home.path("").to_str().unwrap()).unwrap().to_owned()
    };
    let group = |group: &Value| {
        let files = group["files"].as_array().unwrap();
        let kept: Vec<bool> = files.iter().map(|file| file["keep"] == true).collect();
        assert!(kept[0] && !kept[1..].contains(&true), "{group}");
        (name(&files[0]), files[1..].iter().map(name).collect())
    };
    list["groups"].as_array().unwrap().iter().map(group).collect()
}

#[test]
fn groups_say_what_the_spare_copies_take() {
    let home = home();
    let list = home.run(&format!("duplicates --json {KINDS}")).expect(0).json();
    let facts: Vec<_> =
        list["groups"].as_array().unwrap().iter().map(|group| (&group["kind"], &group["reclaimable_bytes"])).collect();
    let long = json!(fs::metadata(home.path("takes/long name.wav")).unwrap().len());
    assert_eq!(facts, [(&json!("near-identical"), &long), (&json!("same bytes"), &json!(20))], "{list}");
    assert_eq!(list["reclaimable_bytes"].as_u64(), Some(20 + long.as_u64().unwrap()));
    let run =
        home.run(&format!("duplicates {KINDS}")).expect(0).says(&["2 sounds there more than once; 3 files to spare"]);
    for part in ["same bytes: 3 files, 20 B to spare\n", "keep", "b/rain.wav"] {
        assert!(run.out.contains(part), "{part:?} is missing in:\n{}", run.out);
    }
    assert_eq!(groups(&home, "").len(), 1, "near-identical sounds only where they are asked for");
    assert!(home.path("a/rain copy.wav").exists());
}

#[test]
fn the_rule_says_which_file_is_kept() {
    let home = home();
    for (rule, bytes, recording) in [
        ("", "c/old.wav", "takes/a.ogg"),
        ("--keep shortest-path", "c/old.wav", "takes/a.ogg"),
        ("--keep oldest", "c/old.wav", ""),
        ("--keep largest", "c/old.wav", "takes/long name.wav"),
        ("--keep best-quality", "c/old.wav", "takes/long name.wav"),
    ] {
        let groups = groups(&home, &format!("{KINDS} {rule}"));
        let kept: Vec<&str> = groups.iter().map(|(kept, _)| kept.as_str()).collect();
        assert!(recording.is_empty() || kept.contains(&recording), "{rule}: {kept:?}");
        assert!(kept.contains(&bytes), "{rule}: {kept:?}");
    }
    let newest = groups(&home, "--keep newest --kind same-bytes");
    assert_ne!(newest[0].0, "c/old.wav");
    assert_eq!(newest[0].1.len(), 2);
    home.run("duplicates --keep fattest").expect(2);
}

#[test]
fn the_others_are_listed_for_pipes() {
    let home = home();
    let expected: Vec<String> = groups(&home, KINDS).into_iter().flat_map(|(_, others)| others).collect();
    let full: Vec<String> = expected.iter().map(|name| home.path(name).to_str().unwrap().to_owned()).collect();
    let lines = home.run(&format!("duplicates --paths -q {KINDS}")).expect(0);
    assert_eq!(lines.out.lines().collect::<Vec<_>>(), full);
    assert_eq!(lines.err, "");
    let run = home.run(&format!("duplicates --paths0 {KINDS}")).expect(0);
    assert_eq!(run.out.split_terminator('\0').collect::<Vec<_>>(), full);
    let csv = home.run(&format!("duplicates --csv {KINDS}")).expect(0).out;
    assert!(csv.starts_with("group,kind,keep,path,bytes,modified,"), "{csv}");
    assert_eq!(
        (csv.lines().count(), csv.matches(",true,").count(), csv.matches(",false,").count()),
        (6, 2, 3),
        "{csv}"
    );
    home.run("duplicates --csv --json").expect(2);
}

#[test]
fn what_is_not_there_is_no_copy_and_names_of_one_file_take_nothing() {
    let home = home();
    fs::remove_file(home.path("takes/a.ogg")).unwrap();
    fs::remove_file(home.path("c/old.wav")).unwrap();
    assert_eq!(groups(&home, KINDS).len(), 1);
    #[cfg(unix)]
    {
        fs::remove_file(home.path("a/rain copy.wav")).unwrap();
        fs::hard_link(home.path("b/rain.wav"), home.path("a/rain copy.wav")).unwrap();
        let list = home.run("duplicates --json").expect(0).json();
        assert_eq!((list["groups"].as_array().unwrap().len(), &list["reclaimable_bytes"]), (1, &json!(0)));
    }
    fs::remove_file(home.path("b/rain.wav")).unwrap();
    let run = home.run("duplicates").expect(0).says(&["no sound is there more than once"]);
    assert_eq!(run.out, "");
}

#[test]
fn a_recording_in_other_bytes_is_a_copy_too() {
    let home = Home::with_tones(&[440]);
    let quieter: Vec<i16> = tone(440, 1.0).into_iter().map(|sample| sample / 2).collect();
    home.write("sounds/quiet.wav", &wav(&quieter));
    home.run_with_model("index sounds").expect(0);
    let expected = ("sounds/440.wav".to_owned(), vec!["sounds/quiet.wav".to_owned()]);
    assert_eq!(groups(&home, ""), [expected]);
    assert!(groups(&home, "--kind same-bytes").is_empty());
}
