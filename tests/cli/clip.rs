//! `auricle clip` and `search --clips`: parts of sounds as files of their own.

use std::fs;

use crate::support::Home;

/// The samples of a WAV file, and where they begin in the spec.
fn samples(path: &std::path::Path) -> Vec<i32> {
    hound::WavReader::open(path).unwrap().into_samples::<i32>().map(Result::unwrap).collect()
}

#[test]
fn a_part_is_cut_to_the_sample_and_named_after_its_place() {
    let home = Home::new();
    let whole = samples(&home.tone("beep.wav", 440, 3.0));
    let printed = home.run("clip beep.wav@0.5-1.25 --to clips").expect(0);
    assert!(printed.out.trim().ends_with("clips/beep 0.500-1.250.wav"), "{}", printed.out);
    assert_eq!(samples(&home.path("clips/beep 0.500-1.250.wav")), whole[8_000..20_000]);
    home.run("clip beep.wav@1-2 --handles 0.5 --to clips").expect(0);
    assert_eq!(samples(&home.path("clips/beep 1.000-2.000.wav")), whole[8_000..40_000]);
}

#[test]
fn nothing_is_written_over_and_what_cannot_be_cut_leaves_nothing() {
    let home = Home::new();
    home.tone("beep.wav", 440, 1.0);
    home.run("clip beep.wav@0-0.5 beep.wav@0-0.5 --clip-format flac --to clips").expect(0);
    let names = || {
        let mut names: Vec<String> = fs::read_dir(home.path("clips"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let both = ["beep 0.000-0.500 (2).flac", "beep 0.000-0.500.flac"];
    assert_eq!(names(), both);
    let refused = home.run("clip beep.wav@5-6 missing.wav --to clips").expect(1);
    refused.says(&["1.000 s long", "missing.wav"]);
    assert_eq!(names(), both);
    home.run("clip beep.wav --handles 61").expect(2);
}

#[test]
fn what_a_search_finds_is_cut_out() {
    let home = Home::with_tones(&[440, 880]);
    home.run_with_model("index sounds --quiet").expect(0);
    home.run_with_model("search rain --all --clips picked --json").expect(0);
    let mut names: Vec<String> = fs::read_dir(home.path("picked"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["440.wav", "880.wav"]);
    assert_eq!(samples(&home.path("picked/440.wav")), samples(&home.path("sounds/440.wav")));
    home.run_with_model("search rain --handles 1").expect(2);
}
