//! `auricle label`.

use serde_json::Value;

use crate::support::{Home, Run, checkpoint};

/// The labels of a line with their shares.
fn labels(line: &Value) -> Vec<(String, f64)> {
    let entry = |entry: &Value| (entry["label"].as_str().unwrap().to_owned(), entry["share"].as_f64().unwrap());
    line["labels"].as_array().unwrap().iter().map(entry).collect()
}

fn paths(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["path"].as_str().unwrap()).collect()
}

#[test]
fn each_file_is_one_object_a_line_with_the_most_probable_label_first() {
    let home = Home::with_tones(&[440, 880]);
    home.write("bad.wav", b"no");
    let line = "label sounds/880.wav bad.wav sounds/440.wav --labels dog_bark,rain,engine,Rain --json";
    let run = home.run_with_model(line).expect(1).says(&["error: bad.wav: "]);
    let lines = run.json_lines();
    assert_eq!(paths(&lines), home.full(["sounds/880.wav", "sounds/440.wav"]));
    for line in &lines {
        let scored = labels(line);
        assert!((scored.iter().map(|(_, score)| score).sum::<f64>() - 1.0).abs() < 1e-5, "{scored:?}");
        let presences = line["labels"].as_array().unwrap().iter().map(|each| each["presence"].as_f64().unwrap());
        assert!(presences.is_sorted_by(|a, b| a >= b), "{line}");
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
        command.env("AURICLE_MODEL", checkpoint("fused"));
        let lines = Run::from(command.output().unwrap()).expect(0).json_lines();
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
fn people_get_the_best_labels_of_one_sound_and_a_line_for_each_of_several() {
    let home = Home::with_tones(&[440, 880]);
    let run = home.run_with_model("label sounds/440.wav --labels dog,rain --threshold 0").expect(0);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "sounds/440.wav"));
    assert_eq!(lines[1].split_whitespace().collect::<Vec<_>>(), ["presence", "share"]);
    assert!(lines[2].starts_with("  *  ") && lines[2].matches('%').count() == 2, "{}", run.out);
    let run = home.run_with_model("label sounds --labels dog,rain --threshold 1").expect(0);
    assert_eq!(run.out, "sounds/440.wav  none of these\nsounds/880.wav  none of these\n");
    let run = home.run_with_model("label sounds --labels dog,rain --multi --threshold 0").expect(0);
    assert!(run.out.lines().all(|line| line.contains("dog ") && line.contains("rain ")), "{}", run.out);
}

#[test]
fn several_labels_are_judged_each_by_itself_and_by_its_own_threshold() {
    let home = Home::with_tones(&[440]);
    home.write("mine.txt", b"# my own\ndog @0 = a dog barks | a puppy whines\nrain @1\n\nengine\n");
    let line = "label sounds/440.wav --labels-from mine.txt --multi --json";
    let run = home.run_with_model(line).expect(0);
    let line = &run.json_lines()[0];
    let entry =
        |name: &str| line["labels"].as_array().unwrap().iter().find(|entry| entry["label"] == name).unwrap().clone();
    assert_eq!((&entry("dog")["present"], &entry("rain")["present"]), (&Value::Bool(true), &Value::Bool(false)));
    assert!(line["found"].as_array().unwrap().contains(&"dog".into()), "{line}");
    let alone = home.run_with_model("label sounds/440.wav --labels engine --multi --json").expect(0).json_lines();
    assert_eq!(alone[0]["labels"][0]["presence"], entry("engine")["presence"], "rivals have no say");
}

#[test]
fn a_table_has_a_row_for_each_sound_and_label() {
    let home = Home::with_tones(&[440, 880]);
    let run = home.run_with_model("label sounds --labels dog,rain --top 2 --csv").expect(0);
    let mut rows = run.out.lines();
    assert_eq!(rows.next(), Some("path,label,presence,share,present"));
    assert_eq!(rows.count(), 4);
    let run = home.run_with_model("label sounds --labels dog,rain --threshold 1 --csv").expect(0);
    let [path] = home.full(["sounds/440.wav"]);
    assert_eq!(run.out.lines().nth(1), Some(format!("{path},,,,false").as_str()));
}

#[test]
fn labels_and_templates_that_say_nothing_are_refused() {
    let home = Home::with_tones(&[440]);
    for (line, part) in [
        ("label sounds/440.wav --labels dog,,rain", "blank"),
        ("label sounds/440.wav --labels dog --template sound", "{}"),
        ("label sounds/440.wav", "--labels"),
        ("label sounds/440.wav --labels dog --threshold 2", "from 0 to 1"),
        ("label sounds/440.wav --labels dog,dog=x", "twice"),
        ("label sounds/440.wav --set nonsense", "esc50"),
        ("label nowhere/ sounds/nothing/ --labels-from none.txt", "none.txt"),
    ] {
        let run = home.run_with_model(line);
        assert_ne!(run.code, Some(0), "{line}");
        assert_ne!(run.code, Some(70), "{line}");
        run.says(&["error: ", part]);
    }
}

#[test]
fn a_long_sound_points_to_its_timeline() {
    let home = Home::new();
    home.tone("sounds/short.wav", 440, 1.0);
    home.tone("sounds/long.wav", 440, 40.0);
    let run = home.run("label sounds --labels dog,rain").expect(0);
    let pointer = "auricle: 1 sound is long; --timeline says from when to when each has which label\n";
    assert!(run.err.contains(pointer), "{}", run.err);
    for short in ["label sounds/short.wav --labels dog,rain", "label sounds --labels dog,rain --quiet"] {
        let run = home.run(short).expect(0);
        assert!(!run.err.contains("--timeline"), "{short}: {}", run.err);
    }
}

#[test]
fn if_every_file_fails_nothing_is_printed_and_the_exit_code_is_1() {
    let home = Home::new();
    let run = home.run_with_model("label none.wav nothing.wav --labels dog,rain --json").expect(1);
    assert!(run.out.is_empty(), "{}", run.out);
    run.says(&["none.wav", "nothing.wav"]);
}

#[test]
fn the_whole_library_is_labelled_from_its_vectors() {
    let home = Home::with_tones(&[440, 880]);
    home.run_with_model("index sounds").expect(0);
    let of_files = home.run_with_model("label sounds --labels dog,rain --json").expect(0).json_lines();
    std::fs::remove_dir_all(home.path("sounds")).unwrap();
    let of_library = home.run_with_model("label --labels dog,rain --json").expect(0).json_lines();
    assert_eq!(of_library.len(), 2);
    for file in &of_files {
        let is_same = |known: &&Value| known["path"] == file["path"];
        let known = of_library.iter().find(is_same).unwrap();
        assert_eq!(known["found"], file["found"]);
        // A library is judged many sounds at a time, whose products of matrices round otherwise.
        for (known, file) in labels(known).iter().zip(labels(file)) {
            assert!(known.0 == file.0 && (known.1 - file.1).abs() < 1e-5, "{known:?} {file:?}");
        }
    }
    home.run_with_model("label --labels dog --library elsewhere").expect(4).says(&["there is no library"]);
}
