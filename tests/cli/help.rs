//! Help, usage errors, and a missing model.

use crate::support::{Home, checkpoint};

#[test]
fn help_has_examples_and_every_exit_code() {
    let run = Home::new().run("--help").expect(0);
    for part in ["Examples:", "Exit codes:", "70 ", "130 ", "AURICLE_HOME", "index", "inspect"] {
        assert!(run.out.contains(part), "{part} is missing in:\n{}", run.out);
    }
}

#[test]
fn every_subcommand_has_help_with_an_example() {
    for command in [
        "index", "search", "similar", "embed", "label", "labels", "teach", "suggest", "head", "prompts", "eval",
        "inspect", "status", "bench", "clip",
    ] {
        let run = Home::new().run(&format!("{command} --help")).expect(0);
        assert!(run.out.contains(&format!("auricle {command}")), "{}", run.out);
        assert!(run.out.contains("Examples:"), "{command}: {}", run.out);
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for line in [
        "",
        "frobnicate",
        "index",
        "search",
        "search a -k 0",
        "embed",
        "label a.wav",
        "status --no",
        "index . --jobs 0",
    ] {
        let run = Home::new().run(line).expect(2);
        assert!(run.out.is_empty(), "{line}: {}", run.out);
    }
}

#[test]
fn a_model_that_is_none_is_exit_code_3() {
    let home = Home::with_tones(&[440]);
    for model in ["sounds", "no/such/folder/here", "some-owner/no-such-model"] {
        home.run(&format!("embed --text rain --model {model}")).expect(3).says(&["auricle: error: ", model]);
    }
}

#[test]
fn a_model_is_named_by_flag_or_environment() {
    let home = Home::new();
    let flag = format!("embed --text rain --model {}", checkpoint("fused").display());
    assert_eq!(home.run(&flag).expect(0).out, home.run_with_model("embed --text rain").expect(0).out);
}

#[test]
fn verbosity_goes_to_standard_error_only() {
    let home = Home::new();
    let plain = home.run_with_model("embed --text rain").expect(0);
    let verbose = home.run_with_model("-vvv embed --text rain").expect(0);
    assert_eq!(plain.out, verbose.out);
    assert_eq!(plain.err, "");
    home.run("-q -v status").expect(2);
}

#[test]
fn numbers_that_cannot_be_are_refused_in_plain_words() {
    let home = Home::new();
    for (line, words) in [
        ("search rain -k 0", "give a whole number, 1 or more"),
        ("search rain -k ten", "give a whole number, 1 or more"),
        ("similar a.wav --limit=-1", "give a whole number, 1 or more"),
        ("search rain -k 99999999999999999999999999", "give a smaller number, 4294967295 at most"),
        ("index sounds --jobs 0", "give a whole number, 1 or more"),
        ("index sounds --channel 0", "give a whole number, 1 or more"),
        ("eval sounds --make-folds 1", "give a whole number from 2 to 100"),
    ] {
        home.run(line).expect(2).says(&[words]);
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_once() {
    let home = Home::with_tones(&[440]);
    home.run_with_model("index sounds").expect(0);
    home.write("bad.flac", b"fLaC\x80\0\0\x22\x10\0\x10\0");
    for line in ["label bad.flac --labels rain", "similar bad.flac", "embed bad.flac", "inspect bad.flac"] {
        let said = home.run_with_model(line);
        assert_ne!(said.code, Some(0), "{line}");
        let cause = said.err.split_once("cannot be opened (").and_then(|(_, rest)| rest.split_once(')'));
        let cause = cause.unwrap_or_else(|| panic!("{line}: {}", said.err)).0;
        assert_eq!(said.err.matches(cause).count(), 1, "{line}: {}", said.err);
    }
}
