//! `auricle eval`, on tones: what the small model makes of them is anyone's guess, but their spectra tell them apart.

use serde_json::Value;

use crate::support::{Home, tone, wav};

/// Pitches of three classes, in Hz.
const CLASSES: [(&str, [u32; 6]); 3] = [
    ("low_hum", [180, 200, 220, 240, 260, 280]),
    ("middle", [900, 950, 1000, 1050, 1100, 1150]),
    ("high", [4000, 4200, 4400, 4600, 4800, 5000]),
];

/// A home with a folder a class in `data/`.
fn classes() -> Home {
    let home = Home::new();
    for (class, pitches) in CLASSES {
        for pitch in pitches {
            home.tone(format!("data/{class}/{pitch}.wav"), pitch, 3.0);
        }
    }
    home
}

fn rung<'a>(evaluation: &'a Value, name: &str) -> &'a Value {
    evaluation["rungs"].as_array().unwrap().iter().find(|rung| rung["rung"] == name).unwrap()
}

/// How many clips the warning called `name` is about; 0 without one.
fn warned(evaluation: &Value, name: &str) -> u64 {
    let warnings = evaluation["warnings"].as_array().unwrap();
    warnings.iter().find(|warning| warning["warning"] == name).map_or(0, |warning| warning["clips"].as_u64().unwrap())
}

#[test]
fn the_ladder_is_climbed_on_the_same_folds() {
    let home = classes();
    let evaluation = home.run_with_model("eval data --make-folds 3 --json --png pictures").expect(0).json();
    assert_eq!((evaluation["layout"].as_str(), evaluation["clips"].as_u64()), (Some("folders"), Some(18)));
    assert_eq!(evaluation["classes"], serde_json::json!(["high", "low_hum", "middle"]));
    let names: Vec<_> =
        evaluation["rungs"].as_array().unwrap().iter().map(|rung| rung["rung"].as_str().unwrap()).collect();
    assert_eq!(names, ["prior", "spectral", "zero-shot", "nearest", "linear", "prompted"]);
    for name in names {
        let rung = rung(&evaluation, name);
        let accuracy = &rung["accuracy"];
        let [share, low, high] = ["share", "low", "high"].map(|it| accuracy[it].as_f64().unwrap());
        assert!(0.0 <= low && low <= share && share <= high && high <= 1.0, "{accuracy}");
        assert_eq!(accuracy["total"], 18);
        let counts = rung["confusion"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
        assert_eq!(counts.map(|count| count.as_u64().unwrap()).sum::<u64>(), 18);
        let right: u64 = (0..3).map(|class| rung["confusion"][class][class].as_u64().unwrap()).sum();
        assert_eq!(accuracy["right"], right);
        assert_eq!(rung["folds"].as_array().unwrap().len(), 3);
        let picture = std::fs::read(home.path(format!("pictures/confusion-{name}.png"))).unwrap();
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
    }
    assert_eq!(rung(&evaluation, "prior")["accuracy"]["right"], 6, "folds hold as many clips of each class");
    let share = |name| rung(&evaluation, name)["accuracy"]["share"].as_f64().unwrap();
    assert!(share("spectral") > 0.9, "{evaluation}");
    let nearest = evaluation["neighbours"]["nearest"]["share"].as_f64().unwrap();
    assert_eq!(nearest, share("nearest"));
    for approximate in evaluation["approximate"].as_array().unwrap() {
        assert!(approximate["recall_at_10"].as_f64().unwrap() > 0.8, "{approximate}");
    }
    assert_eq!(warned(&evaluation, "band-limited"), 18, "the files' rate is a third of the model's");
    assert_eq!(warned(&evaluation, "silent") + warned(&evaluation, "clipped") + warned(&evaluation, "short"), 0);
    let again = home.run_with_model("eval data --make-folds 3 --json").expect(0).json();
    assert_eq!(again, evaluation);
}

#[test]
fn people_get_tables_and_one_rung_in_detail() {
    let home = classes();
    let line = "eval data --rungs prior,spectral --detail spectral --full --make-folds 2 --sample 12 --png matrix.png";
    let run = home.run_with_model(line).expect(0);
    for part in
        ["2 folds, random", "spectral  ", "95 %", "mAP@10", "Warnings", "band-limited", "low_hum", "Confusion matrix"]
    {
        assert!(run.out.contains(part), "{part:?} is missing in:\n{}", run.out);
    }
    assert!(run.out.contains("12 clips") && !run.out.contains("zero-shot"), "{}", run.out);
    assert!(home.path("matrix.png").is_file());
}

#[test]
fn what_invalidates_a_comparison_is_warned_about() {
    let home = classes();
    home.write("data/middle/silent.wav", &wav(&[0; 48_000]));
    let clipped: Vec<i16> = tone(1000, 3.0).iter().map(|sample| sample.saturating_mul(4)).collect();
    home.write("data/middle/clipped.wav", &wav(&clipped));
    home.tone("data/high/short.wav", 4000, 0.5);
    let copy = std::fs::read(home.path("data/high/4000.wav")).unwrap();
    home.write("data/high/copy.wav", &copy);
    let mut list = "path,label,fold,source\n".to_owned();
    for (class, pitches) in CLASSES {
        for (place, pitch) in pitches.iter().enumerate() {
            let source = if class == "low_hum" && place < 4 { "tape" } else { "" };
            list.push_str(&format!("{class}/{pitch}.wav,{class},{},{source}\n", place % 2));
        }
    }
    list.push_str("middle/silent.wav,middle,0,\nmiddle/clipped.wav,middle,1,\n");
    list.push_str("high/short.wav,high,0,\nhigh/copy.wav,high,1,\ngone.wav,high,1,\n");
    home.write("data/list.csv", list.as_bytes());
    let evaluation = home.run_with_model("eval data/list.csv --rungs prior --json").expect(0).json();
    for (name, clips) in [("silent", 1), ("clipped", 1), ("short", 1), ("same source across folds", 4)] {
        assert_eq!(warned(&evaluation, name), clips, "{name}: {evaluation}");
    }
    // Both of the pair are tested on, each when the other is learned from.
    assert_eq!(warned(&evaluation, "same sound across folds"), 2, "{evaluation}");
    assert_eq!((evaluation["missing"].as_u64(), evaluation["folds"]["origin"].as_str()), (Some(1), Some("given")));
    let tested = home.run_with_model("eval data/list.csv --rungs prior --json --test-folds 1").expect(0).json();
    assert_eq!(tested["folds"]["tested"], serde_json::json!(["1"]));
    assert_eq!(warned(&tested, "same source across folds"), 2, "{tested}");
}

#[test]
fn one_fold_is_enough_where_nothing_is_learned() {
    let home = classes();
    let mut list = "path,label,fold\n".to_owned();
    for (class, pitches) in CLASSES {
        pitches.iter().for_each(|pitch| list.push_str(&format!("{class}/{pitch}.wav,{class},5\n")));
    }
    home.write("data/list.csv", list.as_bytes());
    let evaluation = home.run_with_model("eval data/list.csv --json").expect(0).json();
    let rungs = evaluation["rungs"].as_array().unwrap();
    assert_eq!((rungs.len(), rungs[0]["rung"].as_str()), (1, Some("zero-shot")), "{evaluation}");
    assert_eq!((rungs[0]["accuracy"]["total"].as_u64(), &evaluation["neighbours"]), (Some(18), &Value::Null));
    let run = home.run_with_model("eval data/list.csv").expect(0);
    assert!(run.out.contains("nothing to train on") && !run.out.contains("Neighbours"), "{}", run.out);
    home.run_with_model("eval data/list.csv --rungs linear").expect(2).says(&["nothing to learn from"]);
}

#[test]
fn recordings_that_the_model_heard_are_told() {
    let home = Home::new();
    // The first is in the list that the built-in model carries; there is no recording of the other number.
    for (class, name) in [("dog", "1-100032-A-0"), ("rain", "1-99999999-A-0")] {
        home.tone(format!("data/{class}/{name}.wav"), 440, 1.0);
    }
    let evaluation = home.run("eval data --rungs zero-shot --make-folds 2 --json").expect(0).json();
    assert_eq!(warned(&evaluation, "heard by the model"), 1, "{evaluation}");
    assert!(evaluation["warnings"].to_string().contains("Freesound 100032"), "{evaluation}");
    let other = home.run_with_model("eval data --rungs zero-shot --make-folds 2 --json").expect(0).json();
    assert_eq!(warned(&other, "heard by the model"), 0, "another model says nothing of what it heard");
}

#[test]
fn captions_ask_for_clips_and_clips_for_captions() {
    let home = Home::new();
    let mut list = "file_name,caption_1,caption_2,caption_3,caption_4,caption_5\n".to_owned();
    for pitch in [300, 1000, 4000] {
        home.tone(format!("clotho/evaluation/{pitch}.wav"), pitch, 2.0);
        list.push_str(&format!("{pitch}.wav,a tone,a tone of {pitch},a beep,\"a hum, steady\",{pitch} hertz\n"));
    }
    home.write("clotho/clotho_captions_evaluation.csv", list.as_bytes());
    let evaluation = home.run_with_model("eval clotho --json").expect(0).json();
    assert_eq!((evaluation["layout"].as_str(), evaluation["captions"].as_u64()), (Some("clotho"), Some(15)));
    for (way, queries, candidates) in [("text_to_audio", 15, 3), ("audio_to_text", 3, 15)] {
        let figures = &evaluation[way];
        assert_eq!((figures["queries"].as_u64(), figures["candidates"].as_u64()), (Some(queries), Some(candidates)));
        let recall = ["recall_at_1", "recall_at_5", "recall_at_10"].map(|name| figures[name].as_f64().unwrap());
        assert!(recall.is_sorted() && recall[0] >= 0.0 && recall[2] <= 1.0, "{figures}");
    }
    // Three clips are all among the first five.
    assert_eq!(evaluation["text_to_audio"]["recall_at_5"], 1.0);
    let run = home.run_with_model("eval clotho").expect(0);
    assert!(run.out.contains("R@1") && run.out.contains("text → audio"), "{}", run.out);
    home.run_with_model("eval clotho --png a.png").expect(2).says(&["confusion"]);
}

#[test]
fn bad_sounds_are_left_out_and_bad_requests_refused() {
    let home = classes();
    home.write("data/high/bad.wav", b"no");
    let run = home.run_with_model("eval data --rungs prior --json").expect(1).says(&["bad.wav"]);
    let evaluation = run.json();
    assert_eq!((evaluation["clips"].as_u64(), evaluation["failed"].as_u64()), (Some(18), Some(1)));
    home.write("labels.txt", b"whistle = somebody whistles\n");
    home.write("empty/notes.txt", b"nothing");
    for (line, part) in [
        ("eval nowhere", "does not exist"),
        ("eval empty", "speech-commands"),
        ("eval data --folds 7", "no fold"),
        ("eval data --test-folds 7", "there are 1, 2, 3, 4, 5"),
        ("eval data --layout urbansound8k", "UrbanSound8K.csv"),
        ("eval data --labels-from labels.txt", "whistle"),
        ("eval data --rungs ladder", "possible values"),
    ] {
        home.run_with_model(line).expect(2).says(&[part]);
    }
}
