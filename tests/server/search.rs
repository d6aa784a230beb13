//! Searching over HTTP: as the command line answers, and all that can be asked for.

use serde_json::{Value, json};

use crate::client::{Server, serve_tones};
use crate::support::{Home, Run, checkpoint};

fn paths(answer: &Value) -> Vec<&str> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["path"].as_str().unwrap()).collect()
}

fn names(answer: &Value) -> Vec<&str> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap()).collect()
}

#[test]
fn words_are_answered_as_on_the_command_line() {
    let (home, server) = serve_tones(&[220, 440, 880], "");
    let here = home.run_with_model("search tone --all --json").expect(0).json();
    let there = server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json();
    assert_eq!(paths(&here), paths(&there));
    for (mut here, mut there) in
        here["hits"].as_array().unwrap().iter().cloned().zip(there["hits"].as_array().unwrap().iter().cloned())
    {
        for number in ["score", "cosine"] {
            let [a, b] = [&here, &there].map(|hit| hit[number].as_f64().unwrap());
            assert!((a - b).abs() < 1e-4, "{number}: {a} {b}");
        }
        for number in ["score", "cosine", "reasons"] {
            here.as_object_mut().unwrap().remove(number);
            there.as_object_mut().unwrap().remove(number);
        }
        assert_eq!(here, there);
    }
    assert_eq!(there["library"], "default");
    assert!(there["timing_ms"]["sound"].is_number());
    assert_eq!(there["query"]["wanted"], json!([{"text": "tone", "weight": 1.0}]));
}

#[test]
fn files_are_found_by_id_with_what_is_wanted_and_what_is_not() {
    let (_home, server) = serve_tones(&[220, 440, 880], "");
    let id = server.id_of("440.wav");
    let similar = server.get(&format!("/api/v1/similar?id={id}&all=true")).expect(200).json();
    assert_eq!(similar["hits"].as_array().unwrap().len(), 2);
    assert!(!names(&similar).contains(&"440.wav"));
    let itself = server.get(&format!("/api/v1/similar?id={id}&itself=true&limit=1")).expect(200).json();
    assert_eq!(names(&itself), ["440.wav"]);
    let part = server.get(&format!("/api/v1/similar?id={id}&start=0.2&end=0.6&all=true")).expect(200).json();
    assert_eq!(part["query"]["wanted"][0]["id"], id);
    let mixed = json!({
        "text": "a tone", "all": true, "limit": 2,
        "wanted": [{"id": id, "weight": 0.5}],
        "unwanted": [{"text": "speech"}],
        "filter": {"format": ["WAV"], "duration": [0.5, 2], "channels": [1, 1], "date": ["2000", null]},
    });
    let mixed = server.post("/api/v1/search", &mixed).expect(200).json();
    assert_eq!(mixed["hits"].as_array().unwrap().len(), 2);
    assert_eq!(mixed["query"]["unwanted"], json!([{"text": "speech", "weight": 1.0}]));
    let next = json!({"text": "tone", "all": true, "offset": 1, "limit": 10});
    let all = server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json();
    let next = server.post("/api/v1/search", &next).expect(200).json();
    assert_eq!(paths(&next), paths(&all)[1..]);
    let none = json!({"text": "tone", "filter": {"duration": [100, null]}});
    assert_eq!(server.post("/api/v1/search", &none).expect(200).json()["searched"]["files"], 0);
    let words = json!({"text": "440", "by": "words"});
    assert_eq!(names(&server.post("/api/v1/search", &words).expect(200).json()), ["440.wav"]);
}

#[test]
fn copies_are_one_hit_with_their_ids_unless_they_are_asked_for() {
    let home = Home::with_tones(&[440]);
    home.tone("sounds/copy.wav", 440, 1.0);
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "");
    let found = server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json();
    assert_eq!(found["hits"].as_array().unwrap().len(), 1);
    let copy = &found["hits"][0]["copies"][0];
    assert_eq!(copy["kind"], "same bytes");
    assert!([server.id_of("copy.wav"), server.id_of("440.wav")].contains(&copy["id"].as_i64().unwrap()));
    let all = server.post("/api/v1/search", &json!({"text": "tone", "all": true, "copies": true})).expect(200).json();
    assert_eq!(all["hits"].as_array().unwrap().len(), 2);
}

#[test]
fn a_text_says_what_it_does_not_want_and_a_word_that_nothing_knows_is_said_to_be_one() {
    let (home, server) = serve_tones(&[220, 440], "");
    let asked = json!({"text": "tones but not bells", "wanted": [{"text": "rain -wind"}], "all": true});
    let found = server.post("/api/v1/search", &asked).expect(200).json();
    let weighed = |text| json!({"text": text, "weight": 1.0});
    assert_eq!(found["query"]["wanted"], json!([weighed("tones"), weighed("rain")]));
    assert_eq!(found["query"]["unwanted"], json!([weighed("bells"), weighed("wind")]));
    assert_eq!(found["read_as"], "tones, not bells; rain, not wind");
    let here = ["search", "tones but not bells", "--text", "rain -wind", "--all", "--json"];
    let here: Run = home.command(here).env("AURICLE_MODEL", checkpoint("fused")).output().unwrap().into();
    assert_eq!(here.expect(0).json()["reading"], found["reading"]);
    let refused = server.post("/api/v1/search", &json!({"text": "-bells"})).expect(422).json();
    assert!(refused["detail"].as_str().unwrap().contains("the query only says what to avoid"), "{refused}");
    let strange = server.post("/api/v1/search", &json!({"text": "grxlfm", "all": true})).expect(200).json();
    assert_eq!(strange["reading"][0]["treatment"], "unknown", "{strange}");
    let foreign = server.post("/api/v1/search", &json!({"text": "pluie", "all": true})).expect(200).json();
    assert_eq!(foreign["reading"][0]["treatment"], "translated");
    let english = server.post("/api/v1/search", &json!({"text": "rain", "all": true})).expect(200).json();
    let cosine = |found: &Value| found["hits"][0]["cosine"].as_f64().unwrap();
    assert_eq!(cosine(&foreign), cosine(&english), "the model is asked in English");
}

#[test]
fn several_libraries_are_told_apart_and_an_empty_one_says_so() {
    let home = Home::with_tones(&[440]);
    home.tone("other/900.wav", 900, 1.0);
    home.run_with_model("index sounds --quiet --library one").expect(0);
    home.run_with_model("index other --quiet --library two").expect(0);
    let server = Server::start(&home, "--library one --library second=two --library new=three");
    let list = server.get("/api/v1/libraries").expect(200).json();
    let libraries: Vec<_> = list["libraries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["files"].as_u64().unwrap()))
        .collect();
    assert_eq!(libraries, [("one", 1), ("second", 1), ("new", 0)]);
    let ask = |library: &str| server.post("/api/v1/search", &json!({"text": "tone", "all": true, "library": library}));
    assert_eq!(names(&ask("second").expect(200).json()), ["900.wav"]);
    assert_eq!(
        names(&server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json()),
        ["440.wav"]
    );
    ask("new").expect(404);
    ask("two").expect(404);
}

#[test]
fn what_is_indexed_meanwhile_is_found() {
    let (home, server) = serve_tones(&[440], "");
    let count = || {
        server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json()["hits"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(), 1);
    home.tone("sounds/new.wav", 300, 1.0);
    home.run_with_model("index sounds --quiet").expect(0);
    assert_eq!(count(), 2);
    home.run_with_model("reindex --quiet").expect(0);
    assert_eq!(count(), 2);
}
