//! `auricle label`.

use serde_json::Value;

use crate::support::Home;

fn labels(line: &Value) -> Vec<(String, f64)> {
    let entry = |entry: &Value| (entry["label"].as_str().unwrap().to_owned(), entry["score"].as_f64().unwrap());
    line["labels"].as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn each_file_is_one_object_a_line_with_shares_best_first() {
    let home = Home::with_tones(&[440, 880]);
    home.write("bad.wav", b"no");
    let line = "label sounds/880.wav bad.wav sounds/440.wav --labels dog_bark,rain,engine,rain --json";
    let run = home.run_with_model(line).expect(1).says(&["error: bad.wav: "]);
    let lines = run.json_lines();
    let paths: Vec<_> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["sounds/880.wav", "sounds/440.wav"]);
    for line in &lines {
        let scored = labels(line);
        assert!((scored.iter().map(|(_, score)| score).sum::<f64>() - 1.0).abs() < 1e-5, "{scored:?}");
        assert!(scored.is_sorted_by(|a, b| a.1 >= b.1), "{scored:?}");
        let mut names: Vec<_> = scored.iter().map(|(label, _)| label.as_str()).collect();
        names.sort();
        assert_eq!(names, ["dog_bark", "engine", "rain"]);
    }
}

#[test]
fn the_scores_are_the_softmax_over_the_templates_cosines() {
    let home = Home::with_tones(&[440]);
    let embed = "embed sounds/440.wav --text";
    let prompts = ["This is a sound of dog bark.", "This is a sound of rain."];
    let mut cosines = Vec::new();
    for prompt in prompts {
        let arguments = embed.split_whitespace().chain([prompt]);
        let mut command = home.command(arguments);
        command.env("AURICLE_MODEL", crate::support::checkpoint("fused"));
        let lines = crate::support::Run::from(command.output().unwrap()).expect(0).json_lines();
        let vector = |line: &Value| line["vector"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        let (sound, text): (Vec<f64>, Vec<f64>) = (vector(&lines[0]), vector(&lines[1]));
        cosines.push(sound.iter().zip(text).map(|(a, b)| a * b).sum::<f64>());
    }
    let run = home.run_with_model("label sounds/440.wav --labels dog_bark,rain --json").expect(0);
    let scored = labels(&run.json_lines()[0]);
    let score = |name: &str| scored.iter().find(|(label, _)| label == name).unwrap().1;
    // The ratio of two shares is the exponential of the scaled difference, whatever the scale is: it is positive.
    let log_ratio = (score("dog_bark") / score("rain")).ln();
    assert_eq!(log_ratio > 0.0, cosines[0] > cosines[1], "{log_ratio} {cosines:?}");
    let scale = log_ratio / (cosines[0] - cosines[1]);
    assert!(scale > 1.0, "{scale}");
}

#[test]
fn people_get_a_table() {
    let home = Home::with_tones(&[440]);
    let run = home.run_with_model("label sounds/440.wav --labels dog,rain").expect(0);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "sounds/440.wav"));
    assert!(lines[1].starts_with("  ") && lines[1].ends_with('%'), "{}", run.out);
}

#[test]
fn labels_and_templates_that_say_nothing_are_refused() {
    let home = Home::with_tones(&[440]);
    for (line, part) in [
        ("label sounds/440.wav --labels dog,,rain", "blank"),
        ("label sounds/440.wav --labels dog --template sound", "{}"),
    ] {
        home.run_with_model(line).expect(2).says(&["auricle: error: ", part]);
    }
}

#[test]
fn if_every_file_fails_nothing_is_printed_and_the_exit_code_is_1() {
    let home = Home::new();
    let run = home.run_with_model("label none.wav nothing.wav --labels dog,rain --json").expect(1);
    assert!(run.out.is_empty(), "{}", run.out);
    run.says(&["none.wav", "nothing.wav"]);
}
