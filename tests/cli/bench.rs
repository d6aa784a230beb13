//! `auricle bench`: its table, its JSON, and what it leaves behind.

use std::fs;

use crate::support::Home;

const STEPS: [&str; 5] = ["decode", "resample", "mel", "audio tower", "store"];

#[test]
fn every_step_of_a_folders_sounds_is_timed_and_nothing_is_left_behind() {
    let home = Home::with_tones(&[440, 880]);
    home.write("sounds/notes.txt", b"no sound");
    let run = home.run_with_model("bench sounds --rounds 2 --json").expect(0);
    let told = run.json();
    assert_eq!((&told["files"], &told["views"], &told["rounds"]), (&2.into(), &2.into(), &2.into()), "{}", run.out);
    assert!((told["seconds"].as_f64().unwrap() - 2.0).abs() < 1e-9, "{}", run.out);
    let steps = told["steps"].as_array().unwrap();
    assert_eq!(steps.iter().map(|step| step["step"].as_str().unwrap()).collect::<Vec<_>>(), STEPS);
    for step in steps {
        let (seconds, rate) = (step["seconds"].as_f64().unwrap(), step["sound_per_second"].as_f64().unwrap());
        assert!(seconds > 0.0 && (rate * seconds - 2.0).abs() < 1e-6, "{step}");
    }
    let left = fs::read_dir(home.path("home/indexes")).unwrap().count();
    assert_eq!(left, 0, "the library made for the measurement is gone");
}

#[test]
fn the_table_names_every_step() {
    let home = Home::with_tones(&[440]);
    let run = home.run_with_model("bench sounds/440.wav --rounds 1").expect(0);
    for part in STEPS.iter().chain(&["one after the other", "1 files, 0:01.0 of sound", "threads"]) {
        assert!(run.out.contains(part), "{part} is missing in:\n{}", run.out);
    }
}

#[test]
fn without_files_the_librarys_own_are_measured() {
    let home = Home::with_tones(&[440, 880]);
    home.run_with_model("bench").expect(4).says(&["auricle: error: "]);
    home.run_with_model("index sounds").expect(0);
    let run = home.run_with_model("bench --rounds 1 --json").expect(0);
    assert!(run.out.contains("\"files\":2"), "{}", run.out);
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_rest_is_measured() {
    let home = Home::with_tones(&[440]);
    home.write("bad.wav", b"RIFF");
    home.run_with_model("bench bad.wav sounds/440.wav --rounds 1").expect(1).says(&["bad.wav"]);
    home.run_with_model("bench bad.wav --rounds 1").expect(2).says(&["bad.wav", "no sound to measure"]);
}

#[test]
fn the_precision_that_was_used_is_told_and_an_unknown_one_is_refused() {
    let home = Home::with_tones(&[440]);
    let precision_of = |flags: &str| {
        let run = home.run_with_model(&format!("bench sounds/440.wav --rounds 1 --json {flags}")).expect(0);
        run.json()["precision"].as_str().unwrap().to_owned()
    };
    assert_eq!(precision_of(""), "f32");
    assert_eq!(precision_of("--precision f32"), "f32");
    let told = home.run_with_model("bench sounds/440.wav --rounds 1 --json --precision int8").expect(0);
    match told.json()["precision"].as_str().unwrap() {
        "int8" => {}
        "f32" => drop(told.says(&["int8 is not faster", "f32 is used"])),
        other => panic!("{other} is no precision"),
    }
    home.run_with_model("bench sounds --precision f16").expect(2).says(&["int8"]);
}

#[test]
fn in_int8_the_same_sounds_are_found() {
    let home = Home::with_tones(&[220, 440, 880, 3000]);
    home.run_with_model("index sounds --precision int8").expect(0);
    for tone in [220, 440, 880, 3000] {
        let run = home.run_with_model(&format!("similar sounds/{tone}.wav --itself --json -k 1")).expect(0);
        let hits = run.json()["hits"].clone();
        assert!(hits[0]["path"].as_str().unwrap().ends_with(&format!("{tone}.wav")), "{hits}");
        assert!(hits[0]["cosine"].as_f64().unwrap() > 0.999, "{hits}");
    }
}

#[test]
fn a_device_that_the_build_lacks_is_refused_and_the_cpu_is_not() {
    let home = Home::new();
    home.run_with_model("embed --text rain --device cpu").expect(0);
    home.run_with_model("embed --text rain --device tpu").expect(2);
    if cfg!(not(any(feature = "cuda", feature = "metal"))) {
        for device in ["cuda", "metal"] {
            let run = home.run_with_model(&format!("embed --text rain --device {device}"));
            run.expect(2).says(&[device, "feature", "cpu"]);
        }
    }
}
