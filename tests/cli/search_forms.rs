//! How hits are written: each form read back.

use std::collections::HashMap;
use std::fs;

use serde_json::{Value, json};

use crate::made::{Sound, library_of};
use crate::support::{Home, Run};

/// A query, a long file with moments, and a short one.
fn sounds() -> Home {
    library_of(&[
        Sound::new("query.wav", 0.0),
        Sound::new("long.wav", 60.0).with_moments(&[70.0, 5.0, 30.0, 50.0, 90.0]),
        Sound::new("short.wav", 20.0),
    ])
}

#[cfg(target_os = "linux")]
fn odd_names() -> (Home, Vec<std::path::PathBuf>) {
    use std::os::unix::ffi::OsStrExt;
    let names = [&b"kick \"quoted\", 'single'.wav"[..], b"kick new\nline.wav", b"kick caf\xe9 \x1b[31m.wav"];
    let names = names.map(|name| std::path::PathBuf::from(std::ffi::OsStr::from_bytes(name)));
    let home = library_of(&names.each_ref().map(|name| Sound::new(name.as_path(), 0.0)));
    let paths = names.iter().map(|name| home.path(name)).collect();
    (home, paths)
}

#[test]
fn the_table_shows_events_below_their_hit() {
    let home = sounds();
    let run = home.run("similar query.wav --all").expect(0);
    let expected = "   score  grade            time  why       file
1  0.638  likely  0:10.0-0:30.0  sound #1  long.wav
   0.086          0:30.0-0:40.0
   0.008          0:00.0-0:10.0
2  0.525  likely  0:00.0-0:05.0  sound #2  short.wav
";
    assert_eq!(run.out, expected);
    let run = home.run("similar query.wav --all --moments -k 4").expect(0);
    let expected = "   score  grade            time  why       file
1  0.638  likely  0:10.0-0:30.0  sound #1  long.wav
2  0.525  likely  0:00.0-0:05.0  sound #2  short.wav
weaker
3  0.086  weak    0:30.0-0:40.0  sound #1  long.wav
4  0.008  weak    0:00.0-0:10.0  sound #1  long.wav
";
    assert_eq!(run.out, expected);
}

#[test]
fn the_table_is_painted_only_where_that_is_wanted() {
    let home = sounds();
    let table = |variable: &str| -> String {
        let mut command = home.command(["similar", "query.wav"]);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env(variable, "1");
        Run::from(command.output().unwrap()).expect(0).out
    };
    assert!(!table("NO_COLOR").contains('\u{1b}') && !table("UNRELATED").contains('\u{1b}'));
    assert!(table("CLICOLOR_FORCE").starts_with("\u{1b}[1m"));
}

#[test]
fn json_says_all_there_is_to_a_hit() {
    let home = sounds();
    let found = home.run("similar query.wav --all --json").expect(0).json();
    let hit = &found["hits"][0];
    let expected = json!({
        "path": home.path("long.wav"), "start": 10.0, "end": 30.0, "grade": "likely",
        "container": "wav", "codec": "pcm_s16le", "rate_hz": 44100, "channels": 1, "duration_seconds": 50.0, "copies": [],
    });
    for (key, expected) in expected.as_object().unwrap() {
        assert_eq!(&hit[key], expected, "{key}");
    }
    let near = |value: &Value, degrees: f64| (value.as_f64().unwrap() - degrees.to_radians().cos()).abs() < 1e-6;
    assert!(near(&hit["cosine"], 5.0) && hit.get("standing").is_none() && hit.get("chance").is_none(), "{hit}");
    assert!((hit["score"].as_f64().unwrap() - 0.6384).abs() < 1e-3, "{hit}");
    assert_eq!(hit["reasons"], json!([{"kind": "sound", "rank": 1, "cosine": hit["cosine"]}]));
    let starts: Vec<_> =
        hit["moments"].as_array().unwrap().iter().map(|moment| moment["start"].as_f64().unwrap()).collect();
    assert_eq!(starts, [10.0, 30.0, 0.0]);
    assert_eq!(hit["peak"], json!({"start": 10.0, "end": 20.0, "score": hit["score"]}));
    assert!(hit.get("path_bytes").is_none());
    assert_eq!(found["searched"], json!({"files": 3, "vectors": 8, "with_words": 0}));
    assert_eq!((&found["hidden"], &found["identical"]), (&json!(0), &json!([])));
}

#[test]
fn csv_is_read_back_by_its_headings() {
    let home = library_of(&[Sound::new("kick, \"soft\".wav", 0.0), Sound::new("kick\nhard.wav", 0.0)]);
    let run = home.run("search kick --by words --csv").expect(0);
    let mut reader = csv::Reader::from_reader(&run.raw[..]);
    let rows: Vec<HashMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let json = home.run("search kick --by words --json").expect(0).json();
    assert_eq!(rows.len(), 2);
    for (index, row) in rows.iter().enumerate() {
        let hit = &json["hits"][index];
        assert_eq!(row["rank"], (index + 1).to_string());
        assert_eq!(row["path"], hit["path"].as_str().unwrap());
        assert_eq!(row["score"].parse::<f32>().unwrap(), hit["score"].as_f64().unwrap() as f32);
        for (name, expected) in [
            ("cosine", ""),
            ("start", "0"),
            ("end", "5"),
            ("duration_seconds", "5"),
            ("rate_hz", "44100"),
            ("grade", "strong"),
            ("reasons", "kick in name"),
            ("path_bytes", ""),
            ("peak_start", "0"),
            ("copies", "0"),
        ] {
            assert_eq!(row[name], expected, "{name}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn paths_are_raw_bytes_with_a_nul_after_each() {
    use std::os::unix::ffi::OsStrExt;
    let (home, mut paths) = odd_names();
    let run = home.run("search kick --by words --paths0").expect(0);
    assert!(run.raw.ends_with(b"\0"));
    let mut found: Vec<&[u8]> = run.raw[..run.raw.len() - 1].split(|byte| *byte == 0).collect();
    found.sort_unstable();
    paths.sort();
    assert_eq!(found, paths.iter().map(|path| path.as_os_str().as_bytes()).collect::<Vec<_>>());
    let run = sounds().run("similar query.wav --all --moments --paths0").expect(0);
    assert_eq!(run.raw.iter().filter(|byte| **byte == 0).count(), 2, "each file once");
}

#[cfg(target_os = "linux")]
#[test]
fn odd_names_break_no_form() {
    use std::os::unix::ffi::OsStrExt;
    let (home, paths) = odd_names();
    let table = home.run("search kick --by words").expect(0).out;
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains("new\\nline") && !table.contains('\u{1b}'), "{table}");
    let found = home.run("search kick --by words --json").expect(0).json();
    let odd: Vec<_> = found["hits"].as_array().unwrap().iter().filter_map(|hit| hit["path_bytes"].as_str()).collect();
    let expected: String = paths[2].as_os_str().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(odd, [expected.as_str()]);
    let csv = home.run("search kick --by words --csv").expect(0);
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(&csv.raw[..]).records().map(Result::unwrap).collect();
    assert!(rows.iter().any(|row| row.iter().any(|cell| cell == expected)), "{}", csv.out);
    let list = home.run("search kick --by words --m3u").expect(0).out;
    assert_eq!(list.lines().count(), 1 + 3 * 2, "{list}");
    for part in ["/kick%20new%0Aline.wav", "/kick%20caf%E9%20%1B%5B31m.wav", "/kick \"quoted\", 'single'.wav"] {
        assert!(list.contains(part), "{part} in {list}");
    }
    let labels = home.run("search kick --by words --audacity --output tracks").expect(0);
    assert_eq!((labels.out.as_str(), fs::read_dir(home.path("tracks")).unwrap().count()), ("", 3));
}

#[test]
fn a_playlist_plays_each_hit_and_begins_where_it_is() {
    let home = sounds();
    let list = home.run("similar query.wav --all --m3u").expect(0).out;
    let (long, short) = (home.path("long.wav"), home.path("short.wav"));
    let expected = format!(
        "#EXTM3U\n#EXTINF:20,long.wav\n#EXTVLCOPT:start-time=10.000\n#EXTVLCOPT:stop-time=30.000\n{}\n#EXTINF:5,short.wav\n{}\n",
        long.display(),
        short.display(),
    );
    assert_eq!(list, expected);
}

#[test]
fn labels_are_the_moments_of_one_file_in_the_order_of_time() {
    let home = sounds();
    let labels = home.run("similar query.wav --all --audacity --duration 10.. -k 3").expect(0).out;
    let expected = "0.000000\t10.000000\tquery.wav 0.008\n10.000000\t30.000000\tquery.wav 0.638\n\
                    30.000000\t40.000000\tquery.wav 0.086\n";
    assert_eq!(labels, expected);
    home.run("similar query.wav --all --audacity --duration 10.. -k 3 --output labels.txt").expect(0);
    assert_eq!(fs::read_to_string(home.path("labels.txt")).unwrap(), expected);
    let refused = home.run("similar query.wav --all --audacity").expect(2);
    assert_eq!(refused.says(&["2 files", "--output"]).out, "");
    home.run("similar query.wav --all --audacity --output labels.txt").expect(2).says(&["2 files"]);
    home.run("similar query.wav --all --audacity --output tracks").expect(0);
    assert_eq!(fs::read_to_string(home.path("tracks/short.wav.txt")).unwrap(), "0.000000\t5.000000\tquery.wav 0.525\n");
    assert_eq!(fs::read_to_string(home.path("tracks/long.wav.txt")).unwrap().lines().count(), 4);
}

#[test]
fn files_of_the_same_name_get_label_tracks_of_their_own() {
    let home = library_of(&[Sound::new("q.wav", 0.0), Sound::new("a/x.wav", 1.0), Sound::new("b/X.wav", 2.0)]);
    fs::create_dir(home.path("tracks")).unwrap();
    home.run("similar q.wav --all --audacity --output tracks").expect(0);
    for name in ["tracks/x.wav.txt", "tracks/X.wav 2.txt"] {
        assert_eq!(fs::read_to_string(home.path(name)).unwrap().lines().count(), 1);
    }
}

#[test]
fn every_form_can_go_into_a_file() {
    let home = sounds();
    for form in ["", "--json", "--csv", "--paths0", "--m3u"] {
        let printed = home.run(&format!("similar query.wav --all {form}")).expect(0).raw;
        let run = home.run(&format!("similar query.wav --all {form} --output out")).expect(0);
        assert_eq!((run.out.as_str(), fs::read(home.path("out")).unwrap()), ("", printed), "{form}");
    }
    home.run("similar query.wav --json --output no/such/out").expect(2).says(&["no/such/out"]);
}
