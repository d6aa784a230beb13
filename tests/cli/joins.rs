//! What programs read joins: a file has one path, the one that the library has, in whatever a command prints.

use serde_json::Value;

use crate::support::{Home, wav};

/// Fields whose values are paths or lists of such.
const PATHS: [&str; 6] = ["path", "input", "like", "library", "removed", "png"];

#[track_caller]
fn check_paths(line: &str, value: &Value, found: &mut usize) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let texts: Vec<&Value> = match value {
                    Value::Array(values) => values.iter().collect(),
                    value => vec![value],
                };
                if PATHS.contains(&name.as_str()) {
                    for text in texts.iter().filter_map(|text| text.as_str()) {
                        assert!(text.starts_with('/'), "`{line}` prints {name} {text:?}");
                        *found += 1;
                    }
                }
                check_paths(line, value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| check_paths(line, value, found)),
        _ => {}
    }
}

/// A library of five tones that were indexed by a relative path, with a head and labels, and a dataset.
fn home() -> Home {
    let home = Home::with_tones(&[220, 440, 880, 1760, 3520]);
    home.run_with_model("index sounds --library lib").expect(0);
    home.run("labels add deep sounds/220.wav sounds/440.wav --library lib").expect(0);
    let line = "teach pitch --positive sounds/220.wav sounds/440.wav --negative sounds/880.wav sounds/1760.wav";
    home.run_with_model(&format!("{line} --library lib")).expect(0);
    home.write(
        "set.csv",
        b"path,label\nsounds/220.wav,deep\nsounds/440.wav,deep\nsounds/880.wav,high\nsounds/1760.wav,high\n",
    );
    home
}

#[test]
fn every_object_of_json_has_full_paths() {
    let home = home();
    for line in [
        "embed sounds/220.wav",
        "embed ./sounds/../sounds/220.wav --windows",
        "label sounds --labels dog,rain --json",
        "label sounds/220.wav --labels dog,rain --timeline --threshold 0 --json",
        "label --labels dog,rain --json",
        "inspect sounds/220.wav --png out.png --json",
        "search tone --like sounds/220.wav --all --json",
        "similar sounds/220.wav --all --json",
        "labels list --json",
        "suggest pitch --json",
        "heads export pitch",
        "status --json",
        "verify --json",
        "remove sounds/1760.wav --dry-run --json",
        "eval set.csv --make-folds 2 --rungs prior --json",
    ] {
        let run = home.run_with_model(&format!("{line} --library lib"));
        let mut found = 0;
        serde_json::Deserializer::from_str(&run.out).into_iter::<Value>().for_each(|value| {
            check_paths(
                line,
                &value.unwrap_or_else(|error| panic!("`{line}`: {error}\n{}{}", run.out, run.err)),
                &mut found,
            );
        });
        assert!(found > 0, "`{line}` prints no path:\n{}{}", run.out, run.err);
    }
}

#[test]
fn every_table_for_programs_has_full_paths() {
    let home = home();
    for line in [
        "label sounds --labels dog,rain --csv",
        "label sounds/220.wav --labels dog,rain --timeline --threshold 0 --csv",
        "label sounds/220.wav --labels dog,rain --timeline --threshold 0 --raven",
        "search tone --all --csv",
        "similar sounds/220.wav --all --csv",
        "labels list --csv",
    ] {
        let run = home.run_with_model(&format!("{line} --library lib")).expect(0);
        let separator = if line.ends_with("--raven") { b'\t' } else { b',' };
        let mut table = csv::ReaderBuilder::new().delimiter(separator).from_reader(run.out.as_bytes());
        let headings = table.headers().unwrap().clone();
        let column = headings.iter().position(|name| name == "path" || name == "Begin Path").unwrap();
        let paths: Vec<String> = table.records().map(|row| row.unwrap()[column].to_owned()).collect();
        assert!(!paths.is_empty() && paths.iter().all(|path| path.starts_with('/')), "`{line}`: {paths:?}");
    }
}

#[test]
fn a_file_is_called_the_same_by_every_command() {
    let home = home();
    let [path] = home.full(["sounds/220.wav"]);
    let field = |line: &str, name: &str| {
        let lines = home.run_with_model(&format!("{line} --library lib")).expect(0).json_lines();
        lines[0][name].as_str().unwrap().to_owned()
    };
    assert_eq!(field("embed sounds/220.wav", "input"), path);
    assert_eq!(field("label sounds/220.wav --labels dog,rain --json", "path"), path);
    assert_eq!(field("inspect sounds/../sounds/220.wav --json", "path"), path);
    assert_eq!(field("labels list --label deep --json", "path"), path);
}

#[test]
fn a_sound_on_standard_input_is_labelled_compared_and_looked_at() {
    let home = home();
    let content = std::fs::read(home.path("sounds/220.wav")).unwrap();
    let piped = |line: &str| home.run_with_input(&format!("{line} --library lib"), &content).expect(0).json();
    let named = home.run_with_model("label sounds/220.wav --labels dog,rain --json --library lib").expect(0).json();
    let labelled = piped("label - --labels dog,rain --json");
    assert_eq!((&labelled["path"], &labelled["found"]), (&"-".into(), &named["found"]));
    let similar = piped("similar - --all --json");
    assert_eq!(similar["query"]["like"], "-");
    assert!(similar["hits"][0]["path"].as_str().unwrap().ends_with("220.wav"), "{similar}");
    let part = piped("search tone --by sound --like -@0.2-0.8 --all --json");
    assert_eq!(part["query"]["wanted"][1]["end"], 0.8);
    let inspected = piped("inspect - --png out.png --json");
    assert_eq!((&inspected["path"], &inspected["seconds"]), (&"-".into(), &1.0.into()));
    let timeline = piped("label - --labels dog,rain --timeline --json");
    assert_eq!(timeline["path"], "-");
    for line in ["label - --labels dog", "similar -", "inspect -", "label - --labels dog --timeline"] {
        let line = format!("{line} --library lib");
        home.run_with_input(&line, b"").expect(1).says(&["standard input: open: there is nothing on it"]);
        home.run_with_input(&line, b"no sound").expect(1).says(&["standard input: probe: "]);
    }
    let silent = wav(&[]);
    home.run_with_input("label - --labels dog --library lib", &silent).expect(1).says(&["standard input: "]);
    home.run_with_input("label - --labels dog --sidecar --library lib", &content)
        .expect(1)
        .says(&["standard input: output: its labels cannot be written beside it"]);
}

#[test]
fn each_prompt_of_a_list_gets_the_line_that_it_gets_alone() {
    let home = home();
    home.write("prompts.txt", b"rain\n\n880\na dog barks\n");
    let all = "--all --json --library lib";
    let lines = home.run_with_model(&format!("search --prompts prompts.txt {all}")).expect(0).json_lines();
    assert_eq!(
        lines.iter().map(|line| line["query"]["text"].as_str().unwrap()).collect::<Vec<_>>(),
        ["rain", "880", "a dog barks"]
    );
    for (line, prompt) in lines.iter().zip(["rain", "880"]) {
        assert_eq!(*line, home.run_with_model(&format!("search {prompt} {all}")).expect(0).json());
    }
    let piped = home.run_with_input(&format!("search --prompts - -k 1 {all}"), b"rain\n880").expect(0).json_lines();
    assert_eq!(piped.iter().map(|line| line["hits"].as_array().unwrap().len()).collect::<Vec<_>>(), [1, 1]);
    home.run_with_model(&format!("search --prompts prompts.txt {all} --output hits.jsonl")).expect(0);
    let written = std::fs::read_to_string(home.path("hits.jsonl")).unwrap();
    assert_eq!(written.lines().count(), 3);
    home.run_with_model("search --prompts prompts.txt --library lib").expect(2).says(&["--json"]);
    home.run_with_model("search rain --prompts prompts.txt --json --library lib").expect(2).says(&["--prompts"]);
    home.run_with_input("search --prompts - --json --library lib", b"").expect(2).says(&["is empty"]);
}
