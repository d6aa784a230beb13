//! Heads: `auricle teach`, `suggest`, `head`, and labelling and searching with what was taught.

use serde_json::Value;

use crate::support::{Home, Run};

/// Eight low tones and eight high ones, indexed.
fn home() -> Home {
    let home = Home::new();
    for number in 0..8 {
        home.tone(format!("low/{number}.wav"), 200 + 10 * number, 1.0);
        home.tone(format!("high/{number}.wav"), 3000 + 150 * number, 1.0);
    }
    home.run_with_model("index low high").expect(0);
    home
}

const TEACH: &str = "teach deep --positive low/0.wav low/1.wav low/2.wav low/3.wav \
                     --negative high/0.wav high/1.wav high/2.wav high/3.wav";

fn names(run: &Run, field: &str) -> Vec<String> {
    let lines = run.json_lines();
    lines.iter().map(|line| line[field].as_str().unwrap().to_owned()).collect()
}

fn short(path: &str) -> &str {
    let start = path.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    &path[start..]
}

#[test]
fn a_class_is_learned_from_examples_and_found_in_what_was_not_heard() {
    let home = home();
    let run = home.run_with_model(&format!("{TEACH} --json")).expect(0);
    let head = run.json();
    assert_eq!((head["name"].as_str(), head["examples"].as_u64()), (Some("deep"), Some(8)));
    assert_eq!(head["classes"][0]["positives"], 4);
    assert!(head["classes"][0]["average_precision"].as_f64().unwrap() > 0.9, "{head}");
    let run =
        home.run_with_model("label low/6.wav low/7.wav high/6.wav high/7.wav --with deep --multi --json").expect(0);
    let lines = run.json_lines();
    let presences: Vec<_> = lines.iter().map(|line| line["labels"][0]["presence"].as_f64().unwrap()).collect();
    assert!(presences[..2].iter().all(|low| *low > 0.5 && presences[2..].iter().all(|high| low > high)), "{}", run.out);
    assert!(lines[..2].iter().all(|line| line["found"][0] == "deep"), "{}", run.out);
    let run = home.run("search --with deep -k 20 --json").expect(0);
    let answer = run.json();
    let hits = answer["hits"].as_array().unwrap();
    let found: Vec<_> = hits.iter().map(|hit| short(hit["path"].as_str().unwrap())).collect();
    assert!(found.len() >= 7 && found[..7].iter().all(|path| path.starts_with("low/")), "{found:?}");
}

#[test]
fn examples_add_up_and_the_last_judgement_counts() {
    let home = home();
    home.run_with_model(TEACH).expect(0);
    let head = home.run_with_model("teach deep --positive low/4.wav --json").expect(0).json();
    assert_eq!(head["examples"], 9);
    let head = home.run_with_model("teach deep --negative low/4.wav --json").expect(0).json();
    assert_eq!((&head["examples"], &head["classes"][0]["positives"]), (&Value::from(9), &Value::from(4)));
    let head = home.run_with_model("teach deep --forget low/4.wav high/0.wav --json").expect(0).json();
    assert_eq!(head["examples"], 7);
}

#[test]
fn suggestions_are_sounds_that_nobody_has_judged() {
    let home = home();
    home.run_with_model(TEACH).expect(0);
    let run = home.run("suggest deep -k 3 --json").expect(0);
    let suggested = names(&run, "path");
    assert_eq!(suggested.len(), 3);
    for path in &suggested {
        let number: u32 = path.trim_end_matches(".wav").chars().last().unwrap().to_digit(10).unwrap();
        assert!(number >= 4, "{path} has been judged");
    }
    let run = home.run("suggest deep -k 100 --paths0").expect(0);
    assert_eq!(run.raw.iter().filter(|byte| **byte == 0).count(), 8);
}

#[test]
fn several_classes_are_learned_at_once_from_a_table_or_by_name() {
    let home = home();
    let mut table = "path,label\n".to_owned();
    for number in 0..4 {
        table += &format!("low/{number}.wav,deep\nhigh/{number}.wav,shrill\n");
    }
    home.write("table.csv", table.as_bytes());
    let head = home.run_with_model("teach pitch --from table.csv --json").expect(0).json();
    let classes: Vec<_> = head["classes"].as_array().unwrap().iter().map(|class| class["name"].clone()).collect();
    assert_eq!(classes, ["deep", "shrill"]);
    let run = home.run_with_model("label low/6.wav high/6.wav --with pitch --json").expect(0);
    let best: Vec<_> = run.json_lines().iter().map(|line| line["labels"][0]["label"].clone()).collect();
    assert_eq!(best, ["deep", "shrill"]);
    home.run("search --with pitch").expect(2).says(&["pitch:deep", "pitch:shrill"]);
    home.run("search --with pitch:shrill").expect(0);
    home.run_with_model("teach pitch --positive low/5.wav").expect(2).says(&["several classes"]);
    home.run_with_model("teach pitch --class deep=low/5.wav").expect(0);
}

#[test]
fn heads_are_listed_renamed_exported_and_deleted() {
    let home = home();
    home.run("head list").expect(0).says(&["no heads yet"]);
    home.run_with_model(TEACH).expect(0);
    home.run("head rename deep a:b").expect(2).says(&["a head cannot be called \"a:b\"", "without a colon"]);
    home.run("head rename deep low").expect(0);
    assert_eq!(names(&home.run("head list --json").expect(0), "name"), ["low"]);
    let exported = home.run("head export low").expect(0).json();
    let dim = exported["weights"][0]["weights"].as_array().unwrap().len();
    assert!(dim > 8 && exported["examples"].as_array().unwrap().len() == 8, "{exported}");
    home.run("head delete deep").expect(2).says(&["there are low"]);
    home.run("head delete low").expect(0);
    assert!(home.run("head list --json").expect(0).out.is_empty());
}

#[test]
fn without_counterexamples_the_library_gives_some() {
    let home = home();
    let head = home.run_with_model("teach deep --positive low/0.wav low/1.wav low/2.wav --json").expect(0).json();
    assert!(head["examples"].as_u64().unwrap() > 3, "{head}");
    let empty = Home::with_tones(&[440, 880]);
    let alone = "teach deep --positive sounds/440.wav";
    empty.run_with_model(alone).expect(2).says(&["nothing to tell it from", "--negative"]);
    empty.run_with_model("teach deep").expect(2).says(&["nothing to learn it from"]);
    empty.run_with_model("teach deep --positive none.wav --negative sounds/440.wav").expect(2).says(&["none.wav"]);
}
