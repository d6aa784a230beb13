//! `auricle search` and `auricle similar`.

use serde_json::Value;

use crate::support::Home;

fn indexed(pitches_hz: &[u32]) -> Home {
    let home = Home::with_tones(pitches_hz);
    home.run_with_model("index sounds").expect(0);
    home
}

fn hits(found: &Value) -> Vec<Value> {
    found["hits"].as_array().unwrap().clone()
}

#[test]
fn search_gives_one_object_with_hits_best_first() {
    let home = indexed(&[220, 440, 880]);
    let mut command = home.command(["search", "rain on a tin roof", "--all", "--json"]);
    command.env("AURICLE_MODEL", crate::support::checkpoint("fused"));
    let found = crate::support::Run::from(command.output().unwrap()).expect(0).json();
    assert_eq!(found["query"]["text"], "rain on a tin roof");
    let hits = hits(&found);
    assert_eq!(hits.len(), 3);
    assert!(hits.is_sorted_by(|a, b| a["score"].as_f64() >= b["score"].as_f64()), "{found}");
    for hit in &hits {
        assert!(hit["path"].as_str().unwrap().starts_with(home.path("sounds").to_str().unwrap()));
        assert_eq!((hit["start"].as_f64(), hit["end"].as_f64()), (Some(0.0), Some(1.0)));
        assert!(hit["cosine"].as_f64().unwrap().abs() <= 1.0);
        assert_eq!(hit["reasons"][0]["kind"], "sound");
    }
}

#[test]
fn a_library_remembers_the_model_that_made_it() {
    let home = indexed(&[220, 440]);
    let named = home.run_with_model("search rain --all --json").expect(0).json();
    assert_eq!(home.run("search rain --all --json").expect(0).json()["hits"], named["hits"]);
    home.run("index sounds").expect(0);
}

#[test]
fn the_cosine_of_a_hit_is_that_of_the_embedded_vectors() {
    let home = indexed(&[220, 440]);
    let found = home.run_with_model("search rain -k 1 --all --json").expect(0).json();
    let path = found["hits"][0]["path"].as_str().unwrap();
    let lines = home.run_with_model(&format!("embed {path} --text rain")).expect(0).json_lines();
    let vector = |line: &Value| -> Vec<f64> {
        line["vector"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    let cosine: f64 = vector(&lines[0]).iter().zip(vector(&lines[1])).map(|(a, b)| a * b).sum();
    assert!((found["hits"][0]["cosine"].as_f64().unwrap() - cosine).abs() < 1e-5);
}

#[test]
fn a_file_of_the_library_is_most_like_itself_and_needs_no_model() {
    let home = indexed(&[220, 440, 880]);
    let found = home.run("similar sounds/440.wav --itself --all --json -k 2").expect(0).json();
    let hits = hits(&found);
    assert_eq!(hits.len(), 2);
    assert_eq!(hits[0]["path"], home.path("sounds/440.wav").to_str().unwrap());
    assert!(hits[0]["cosine"].as_f64().unwrap() > 0.999_99, "{found}");
}

#[test]
fn a_file_from_elsewhere_is_embedded_first() {
    let home = indexed(&[220, 440, 880]);
    home.tone("query.wav", 440, 1.0);
    let found = home.run("similar query.wav --json").expect(0).json();
    assert_eq!(hits(&found)[0]["path"], home.path("sounds/440.wav").to_str().unwrap());
    home.write("bad.wav", b"no");
    home.run_with_model("similar bad.wav").expect(1).says(&["bad.wav"]);
}

#[test]
fn people_get_a_table_with_short_names() {
    let home = indexed(&[220, 440]);
    let run = home.run_with_model("search rain --all").expect(0);
    // The heading, the line "weaker" and two hits: to this model no tone is rain.
    assert_eq!(run.out.lines().count(), 4, "{}", run.out);
    let first = run.out.lines().find(|line| line.starts_with("1  ")).unwrap();
    assert!(first.starts_with("1  ") && first.contains("  0:00.0-0:01.0  sound #1"), "{}", run.out);
    assert!(first.contains("  sounds/"), "{}", run.out);
}

#[test]
fn a_vanished_file_is_not_found() {
    let home = indexed(&[220, 440]);
    std::fs::remove_file(home.path("sounds/220.wav")).unwrap();
    home.run_with_model("index sounds").expect(0);
    let found = home.run_with_model("search rain --all --json").expect(0).json();
    assert_eq!(hits(&found).len(), 1);
}

#[test]
fn blank_words_are_refused_and_an_empty_library_has_no_hits() {
    let home = Home::new();
    std::fs::create_dir(home.path("sounds")).unwrap();
    home.run_with_model("index sounds").expect(0);
    let run = home.run_with_model("search rain --all --json").expect(0).says(&["the library is empty"]);
    assert_eq!(hits(&run.json()), [] as [Value; 0]);
    let mut command = home.command(["search", " "]);
    command.env("AURICLE_MODEL", crate::support::checkpoint("fused"));
    crate::support::Run::from(command.output().unwrap()).expect(2);
}
