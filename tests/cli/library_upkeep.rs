//! `auricle verify`, `prune` and `remove`, and what `index` and `status` say of the indexes.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Home, Run, checkpoint};

const LIBRARY: &str = "home/indexes/default";

fn indexed(pitches_hz: &[u32]) -> Home {
    let home = Home::with_tones(pitches_hz);
    home.run_with_model("index sounds").expect(0);
    home
}

/// A file of the text index.
fn text_index(home: &Home) -> PathBuf {
    let files = walkdir::WalkDir::new(home.path(LIBRARY).join("derived/text")).into_iter();
    let mut files = files.map(|entry| entry.unwrap().into_path());
    files.find(|path| path.extension().is_some_and(|kind| kind == "idx")).expect("a generation of the text index")
}

fn problems(verified: &Value) -> Vec<String> {
    let checks = verified["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["ok"] == false).map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_sound_library_agrees_and_says_its_recall() {
    let home = indexed(&[220, 440, 880]);
    let verified = home.run("verify").expect(0);
    for part in ["catalogue  ok  3 files", "text       ok", "vectors    ok", "recall@10  ok  1.000"] {
        assert!(verified.out.contains(part), "{part} is missing in:\n{}", verified.out);
    }
    home.run_with_model("search rain").expect(0);
    let verified = home.run("verify --json").expect(0).json();
    assert_eq!((&verified["agrees"], &verified["recall"]), (&Value::from(true), &Value::from(1.0)), "{verified}");
    assert_eq!(home.run("verify --quiet").expect(0).out, "");
}

#[test]
fn damage_to_an_index_is_exit_code_4_and_mended_by_repair_and_by_index() {
    type Damage = fn(&Home);
    let damages: [(&str, Damage); 4] = [
        ("removed", |home| fs::remove_dir_all(home.path(LIBRARY).join("derived")).unwrap()),
        ("cut short", |home| fs::write(text_index(home), "short").unwrap()),
        ("a byte changed", |home| {
            let path = text_index(home);
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        ("manifest", |home| fs::write(home.path(LIBRARY).join("derived/text/current"), "{}").unwrap()),
    ];
    for (name, damage) in damages {
        for mend in ["verify --repair", "index sounds"] {
            let home = indexed(&[220, 440]);
            damage(&home);
            let verified = home.run("verify --json").expect(4).json();
            assert_eq!(
                (&verified["agrees"], problems(&verified)),
                (&Value::from(false), vec!["text".to_owned()]),
                "{name}"
            );
            home.run("verify").expect(4).says(&["auricle verify --repair"]);
            home.run(mend).expect(0).says(&["the text index", "made again"]);
            home.run("verify").expect(0);
        }
    }
}

#[test]
fn a_large_library_is_searched_by_an_index_that_verify_checks() {
    use auricle::embedding::{Embedding, Space};
    use auricle::library::Library;
    use auricle::library::record::change::Change;
    use auricle::library::record::file::{FileFacts, Hash, Stamp};
    use auricle::library::record::hearing::Hearing;
    use auricle::library::record::segment::{Segment, SegmentKind};
    use auricle::library::record::sound::SoundFacts;
    use auricle::library::writer::Writer;
    const FILES: u32 = 17_000;
    let home = Home::new();
    let model = Space { name: "synthetic".into(), fingerprint: "00".into(), dim: 8 };
    let mut writer = Writer::open(&home.path(LIBRARY), &model).unwrap();
    let mut state = 1u64;
    let mut changes = (0..FILES).map(|number| {
        let mut value = || {
            // Knuth's MMIX generator: any spread of values will do.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        };
        let vector = Embedding::normalized((0..8).map(|_| value()).collect()).unwrap();
        let segment = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 1.0, channel: None };
        let hash = Some(Hash(*blake3::hash(&number.to_le_bytes()).as_bytes()));
        let stamp = Stamp { size_bytes: 1, modified_ns: 1 };
        let file = FileFacts { path: format!("/s/{number}.wav").into(), stamp, hash, hearing: Hearing::Mix };
        Change::Indexed { file, sound: SoundFacts::default(), segments: vec![(segment, vector)] }
    });
    while let Some(change) = changes.next() {
        let batch: Vec<Change> = std::iter::once(change).chain(changes.by_ref().take(9999)).collect();
        writer.commit(&batch).unwrap();
    }
    drop(writer);
    let missing = home.run("verify --json").expect(4).json();
    assert_eq!(problems(&missing), ["text", "vectors"]);
    home.run("verify --repair").expect(0);
    let status = home.run("status --json").expect(0).json();
    assert_eq!((&status["way"], &status["vector_index"]["state"]), (&Value::from("lists"), &Value::from("stored")));
    let verified = home.run("verify --json").expect(0).json();
    assert!(verified["recall"].as_f64().unwrap() >= 0.95, "{verified}");
    let generations = fs::read_dir(home.path(LIBRARY).join("derived/vectors")).unwrap();
    let part = generations.map(|entry| entry.unwrap().path().join("part-0")).find(|path| path.exists()).unwrap();
    let mut bytes = fs::read(&part).unwrap();
    bytes[1000] ^= 4;
    fs::write(&part, bytes).unwrap();
    assert_eq!(problems(&home.run("verify --json").expect(4).json()), ["vectors"]);
    assert_eq!(Library::open(&home.path(LIBRARY)).unwrap().totals().unwrap().files, u64::from(FILES));
}

#[test]
fn prune_drops_what_vanished_and_gives_the_space_back() {
    let pitches: Vec<u32> = (0..60).map(|index| 200 + 20 * index).collect();
    let home = indexed(&pitches);
    for pitch in &pitches[10..] {
        fs::remove_file(home.path(format!("sounds/{pitch}.wav"))).unwrap();
    }
    home.run("index sounds").expect(0);
    home.tone("sounds/400.wav", 400, 1.0);
    let listed = home.run("prune --dry-run").expect(0).says(&["1 file kept", "sounds/400.wav"]);
    assert_eq!(listed.out.lines().count(), 49, "{}", listed.out);
    assert_eq!(home.run("status --json").expect(0).json()["vanished"], 50);
    let pruned = home.run("prune --json").expect(0).json();
    assert_eq!(pruned["removed"].as_array().unwrap().len(), 49);
    assert!(pruned["freed_bytes"].as_u64().unwrap() >= 4096, "{pruned}");
    let status = home.run("status --json").expect(0).json();
    for (key, expected) in [("files", 10), ("vanished", 1), ("segments", 10), ("vectors", 11)] {
        assert_eq!(status[key], expected, "{key} in {status}");
    }
    home.run("verify").expect(0);
    assert!(home.run("prune").expect(0).out.contains("0 files dropped, 0 B given back"));
    home.run("index sounds").expect(0);
    assert_eq!(home.run("status --json").expect(0).json()["files"], 11);
}

#[test]
fn remove_takes_files_and_folders_out_and_leaves_the_disk_alone() {
    let home = Home::with_tones(&[220, 440]);
    for name in ["sounds/sub/a.wav", "sounds/sub/deep/b.wav", "sounds/subtle.wav"] {
        home.tone(name, 700 + name.len() as u32, 1.0);
    }
    home.run_with_model("index sounds").expect(0);
    let listed = home.run("remove sounds/sub --dry-run").expect(0);
    assert_eq!(listed.out, "sounds/sub/a.wav\nsounds/sub/deep/b.wav\n");
    home.run("remove sounds/sub nowhere").expect(2).says(&["nowhere", "nothing was removed"]);
    assert_eq!(home.run("status --json").expect(0).json()["files"], 5);
    fs::remove_file(home.path("sounds/220.wav")).unwrap();
    let run = home.run("remove sounds/sub/ sounds/220.wav").expect(0).says(&["untouched", "auricle index"]);
    assert!(run.out.starts_with("3 files removed"), "{}", run.out);
    assert!(home.path("sounds/sub/deep/b.wav").exists());
    home.run("verify").expect(0);
    let hits = home.run("similar sounds/440.wav --json").expect(0).json();
    assert_eq!(home.run("status --json").expect(0).json()["files"], 2, "{hits}");
    let again: Run = home.run("index sounds").expect(0);
    assert_eq!((again.count("new"), again.count("unchanged")), (2, 2), "{}", again.out);
}

#[test]
fn upkeep_waits_for_no_writer_but_says_that_there_is_one() {
    let home = indexed(&[220, 440]);
    let lock = fs::File::options().write(true).open(home.path(LIBRARY).join("writer.lock")).unwrap();
    lock.lock().unwrap();
    let model = checkpoint("unfused");
    for line in ["prune", "remove sounds/220.wav", "reindex", &format!("reindex --model {}", model.display())] {
        home.run(line).expect(4).says(&["is writing to this library"]);
    }
    home.run("verify").expect(0);
}

#[test]
fn upkeep_of_no_library_is_refused_and_makes_nothing() {
    let home = Home::new();
    for line in ["verify", "verify --repair", "prune", "remove x", "reindex", "export out.parquet"] {
        home.run_with_model(line).expect(4).says(&["auricle index"]);
    }
    assert!(!home.path("home").exists() && !home.path("out.parquet").exists());
}

#[test]
fn status_says_what_is_on_disk_and_how_searches_go() {
    let home = indexed(&[220, 440]);
    home.write("sounds/bad.wav", b"RIFF but no more");
    home.run("index sounds").expect(1);
    let status = home.run("status --json").expect(0).json();
    for (key, expected) in [("clips", 2), ("moments", 0), ("failed", 1)] {
        assert_eq!(status[key], expected, "{key} in {status}");
    }
    let on_disk = fs::metadata(home.path(LIBRARY).join("catalogue.sqlite")).unwrap().len();
    assert_eq!(status["catalogue_bytes"], on_disk);
    assert!(status["derived_bytes"].as_u64().unwrap() > 0 && status["last_indexed"].as_u64().unwrap() > 1_700_000_000);
    assert_eq!((&status["way"], &status["text_index"]["state"]), (&Value::from("scan"), &Value::from("stored")));
    assert_eq!(status["failed_by_stage"].as_object().unwrap().values().cloned().collect::<Vec<_>>(), [1]);
    let table = home.run("status").expect(0);
    assert!(table.out.contains("just now") && table.out.contains("2 (2 clips, 0 moments)"), "{}", table.out);
}
