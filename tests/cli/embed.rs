//! `auricle embed`.

use std::process::Stdio;

use npyz::NpyFile;
use serde_json::Value;

use crate::support::{Home, Run, checkpoint};

fn vector(line: &Value) -> Vec<f64> {
    line["vector"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

#[test]
fn each_input_is_one_object_a_line_in_order_with_a_unit_vector() {
    let home = Home::with_tones(&[440, 880]);
    let run = home.run_with_model("embed sounds/880.wav sounds/440.wav --text rain --text dog").expect(0);
    let lines = run.json_lines();
    let inputs: Vec<_> = lines.iter().map(|line| line["input"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["sounds/880.wav", "sounds/440.wav", "rain", "dog"]);
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["audio", "audio", "text", "text"]);
    for line in &lines {
        let norm: f64 = vector(line).iter().map(|value| value * value).sum();
        assert!((norm - 1.0).abs() < 1e-5, "{norm}");
        assert_eq!(line["model"], checkpoint("fused").to_str().unwrap());
    }
    assert_ne!(vector(&lines[0]), vector(&lines[1]));
    assert_eq!(lines[0]["seconds"], 1.0);
}

#[test]
fn a_bad_file_is_named_and_the_rest_is_done() {
    let home = Home::with_tones(&[440, 880]);
    home.write("bad.wav", b"RIFF but not really");
    home.write("notes.txt", b"words");
    let run = home.run_with_model("embed sounds/440.wav bad.wav none.wav sounds notes.txt sounds/880.wav").expect(1);
    let inputs: Vec<_> = run.json_lines().iter().map(|line| line["input"].as_str().unwrap().to_owned()).collect();
    assert_eq!(inputs, ["sounds/440.wav", "sounds/880.wav"]);
    let run = run.says(&["error: bad.wav: ", "error: none.wav: ", "error: sounds: ", "error: notes.txt: "]);
    assert_eq!(run.err.lines().count(), 4, "{}", run.err);
}

#[test]
fn a_sound_without_samples_is_named() {
    let home = Home::new();
    home.write("empty.wav", &crate::support::wav(&[]));
    let run = home.run_with_model("embed empty.wav").expect(1).says(&["error: empty.wav: "]);
    assert!(run.out.is_empty());
}

#[test]
fn the_same_input_gives_the_same_bits_alone_and_among_others() {
    let home = Home::with_tones(&[220, 440, 880]);
    let alone = home.run_with_model("embed sounds/440.wav").expect(0).out;
    let among = home.run_with_model("embed sounds/220.wav sounds/440.wav sounds/880.wav").expect(0).out;
    assert_eq!(among.lines().nth(1), alone.lines().next());
}

#[test]
fn npy_has_a_row_for_each_input_and_nan_for_a_bad_one() {
    let home = Home::with_tones(&[440]);
    home.write("bad.wav", b"no");
    let lines = home.run_with_model("embed sounds/440.wav --text rain").expect(0).json_lines();
    let arguments = "embed bad.wav sounds/440.wav --text rain --format npy";
    home.run_with_model(&format!("{arguments} --output out.npy")).expect(1);
    let written = std::fs::read(home.path("out.npy")).unwrap();
    assert_eq!(home.run_with_model(arguments).expect(1).raw, written);
    let array = NpyFile::new(&written[..]).unwrap();
    let dim = vector(&lines[0]).len();
    assert_eq!(array.shape(), [3, dim as u64]);
    let values: Vec<f32> = array.into_vec().unwrap();
    assert!(values[..dim].iter().all(|value| value.is_nan()));
    for (row, line) in values[dim..].chunks(dim).zip(&lines) {
        let expected: Vec<f32> = vector(line).into_iter().map(|value| value as f32).collect();
        assert_eq!(row, expected);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_exit_code_2() {
    let home = Home::new();
    home.run_with_model("embed --text rain --output no/such/folder/out.jsonl").expect(2).says(&["no/such/folder"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    let texts = (0..200).flat_map(|index| ["--text".to_owned(), format!("sound {index}")]);
    let mut command = home.command(["embed".to_owned()].into_iter().chain(texts));
    command.env("AURICLE_MODEL", checkpoint("fused")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(run.err, "");
}
