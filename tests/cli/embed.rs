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
    let [high, low] = home.full(["sounds/880.wav", "sounds/440.wav"]);
    assert_eq!(inputs, [&high, &low, "rain", "dog"]);
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
    assert_eq!(inputs, home.full(["sounds/440.wav", "sounds/880.wav"]));
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

#[test]
fn json_is_what_is_printed_anyway() {
    let home = Home::with_tones(&[440]);
    let plain = home.run_with_model("embed sounds/440.wav").expect(0).out;
    assert_eq!(home.run_with_model("embed sounds/440.wav --json").expect(0).out, plain);
    home.run_with_model("embed sounds/440.wav --json --format npy").expect(2).says(&["--json", "--format"]);
}

#[test]
fn windows_are_embedded_one_by_one_with_their_times() {
    let home = Home::with_tones(&[440]);
    home.tone("long.wav", 880, 27.0);
    let times = |line: &serde_json::Value| ["start", "end"].map(|name| line[name].as_f64().unwrap());
    let lines = home.run_with_model("embed sounds/440.wav long.wav --windows --hop 5").expect(0).json_lines();
    let [short, long] = home.full(["sounds/440.wav", "long.wav"]);
    assert_eq!((&lines[0]["input"], times(&lines[0])), (&short.into(), [0.0, 1.0]));
    let expected = [[0.0, 10.0], [5.0, 15.0], [10.0, 20.0], [15.0, 25.0], [17.0, 27.0]];
    assert_eq!(lines[1..].iter().map(times).collect::<Vec<_>>(), expected);
    assert!(lines[1..].iter().all(|line| line["input"] == long.as_str() && line["seconds"] == 27.0));
    // The library has the same moments.
    home.run_with_model("index long.wav --hop 5").expect(0);
    home.run("export out --format npy").expect(0);
    let kept =
        NpyFile::new(&std::fs::read(home.path("out/vectors.npy")).unwrap()[..]).unwrap().into_vec::<f32>().unwrap();
    let rows: Vec<Vec<f64>> = kept.chunks(48).map(|row| row.iter().map(|v| f64::from(*v)).collect()).collect();
    for line in &lines[1..] {
        let near = |row: &&Vec<f64>| row.iter().zip(vector(line)).all(|(a, b)| (a - b).abs() < 1e-6);
        assert_eq!(rows.iter().filter(near).count(), 1, "{line}");
    }
    home.run_with_model("embed sounds/440.wav long.wav --windows --hop 5 --format npy --output w.npy").expect(0);
    let array = NpyFile::new(&std::fs::read(home.path("w.npy")).unwrap()[..]).unwrap().into_vec::<f32>().unwrap();
    let flat: Vec<f32> = lines.iter().flat_map(vector).map(|value| value as f32).collect();
    assert_eq!(array, flat);
    home.run_with_model("embed long.wav --hop 0").expect(2).says(&["0.1"]);
}

#[test]
fn a_sound_and_lists_come_from_standard_input() {
    let home = Home::with_tones(&[440, 880]);
    let content = std::fs::read(home.path("sounds/440.wav")).unwrap();
    let named = home.run_with_model("embed sounds/440.wav").expect(0).json_lines();
    let piped = home.run_with_input("embed -", &content).expect(0).json_lines();
    assert_eq!((&piped[0]["vector"], &piped[0]["input"]), (&named[0]["vector"], &"-".into()));
    let paths =
        home.run_with_input("embed --files-from -", b"sounds/440.wav\n\nsounds/880.wav\r\n").expect(0).json_lines();
    assert_eq!((paths.len(), &paths[0]["vector"]), (2, &named[0]["vector"]));
    let paths = home.run_with_input("embed --files-from -", b"sounds/880.wav\0sounds/440.wav\0").expect(0).json_lines();
    assert_eq!((paths.len(), &paths[1]["vector"]), (2, &named[0]["vector"]));
    let texts = home.run_with_input("embed --prompts -", b"rain\n a dog \n").expect(0).json_lines();
    assert_eq!(texts.iter().map(|line| line["input"].as_str().unwrap()).collect::<Vec<_>>(), ["rain", "a dog"]);
    home.run_with_input("embed -", b"").expect(1).says(&["standard input: open: there is nothing on it"]);
    home.run_with_input("embed -", b"words").expect(1).says(&["standard input: probe: "]);
    home.run_with_input("embed --prompts -", b"\n").expect(2).says(&["the list in standard input is empty"]);
    home.run_with_input("embed --prompts none.txt", b"").expect(2).says(&["the list in none.txt cannot be read"]);
}
