//! Labels, heads and timelines over HTTP.

use serde_json::{Value, json};

use crate::client::{Server, serve_tones};
use crate::support::Home;

fn labels_of(answer: &Value) -> Vec<&str> {
    answer["results"][0]["labels"].as_array().unwrap().iter().map(|label| label["label"].as_str().unwrap()).collect()
}

#[test]
fn labels_are_those_of_the_command_line() {
    let (home, server) = serve_tones(&[440], "");
    let here = home.run_with_model("label sounds/440.wav --labels dog_bark,rain,engine --json").expect(0).json();
    let asked = json!({"labels": ["dog_bark", "rain", "engine"], "ids": [server.id_of("440.wav")]});
    let there = server.post("/api/v1/label", &asked).expect(200).json();
    let order: Vec<_> =
        here["labels"].as_array().unwrap().iter().map(|label| label["label"].as_str().unwrap()).collect();
    assert_eq!(labels_of(&there), order);
    for (here, there) in
        here["labels"].as_array().unwrap().iter().zip(there["results"][0]["labels"].as_array().unwrap())
    {
        for number in ["presence", "share"] {
            assert!((here[number].as_f64().unwrap() - there[number].as_f64().unwrap()).abs() < 1e-3, "{here} {there}");
        }
    }
}

#[test]
fn a_library_is_labelled_part_by_part_and_labels_can_be_kept() {
    let (home, server) = serve_tones(&[220, 440, 880], "");
    let whole = json!({"labels": ["rain @0", "dog @1"], "multi": true, "limit": 2, "offset": 2, "write": true});
    let whole = server.post("/api/v1/label", &whole).expect(200).json();
    assert_eq!(whole["results"].as_array().unwrap().len(), 1, "a part is listed");
    assert_eq!((&whole["total"], &whole["none"], &whole["counts"]), (&json!(3), &json!(0), &json!({"rain": 3})));
    let stored = home.run_with_model("labels list --json").expect(0).json_lines();
    assert_eq!(stored.len(), 3, "all of it is stored");
    assert_eq!(server.get("/api/v1/files?label=RAIN").expect(200).json()["total"], 3);
    for body in [
        json!({"ids": [1]}),
        json!({"labels": [" "]}),
        json!({"labels": ["a"], "threshold": 2}),
        json!({"labels": ["a"], "with": "b"}),
        json!({"labels": ["a"], "limit": 5000}),
        json!({"labels": ["a"], "best": 0}),
    ] {
        server.post("/api/v1/label", &body).expect(422);
    }
    for body in [json!({"labels": ["a"], "ids": [999]}), json!({"set": "nobody"}), json!({"with": "nobody"})] {
        server.post("/api/v1/label", &body).expect(404);
    }
}

#[test]
fn the_best_of_each_label_are_listed_and_a_whole_library_is_judged_as_each_of_its_sounds() {
    let (home, server) = serve_tones(&[110, 220, 440, 880, 1760], "");
    let labels = ["a low hum", "a high whistle", "noise"];
    for multi in [false, true] {
        let asked = |more: Value| {
            let mut asked = json!({"labels": labels, "multi": multi, "threshold": 0.02});
            asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            server.post("/api/v1/label", &asked).expect(200).json()
        };
        let ids: Vec<i64> = (1..=5).collect();
        let (each, whole, best) = (asked(json!({"ids": ids})), asked(json!({})), asked(json!({"best": 1})));
        for name in ["counts", "none", "total", "results"] {
            assert_eq!(each[name], whole[name], "{name}");
        }
        let results = |answer: &Value| answer["results"].as_array().unwrap().clone();
        let presence = |sound: &Value, label: &str| {
            let labels = sound["labels"].as_array().unwrap();
            labels.iter().find(|each| each["label"] == label).unwrap()["presence"].as_f64().unwrap()
        };
        let has = |sound: &&Value, label: &str| sound["found"].as_array().unwrap().contains(&json!(label));
        for (label, count) in whole["counts"].as_object().unwrap() {
            let all: Vec<Value> = results(&whole);
            let presences: Vec<f64> =
                all.iter().filter(|sound| has(sound, label)).map(|sound| presence(sound, label)).collect();
            assert_eq!(presences.len() as u64, count.as_u64().unwrap());
            let first = presences.iter().copied().fold(0.0, f64::max);
            let listed = results(&best);
            assert!(listed.iter().any(|sound| has(&sound, label) && (presence(sound, label) - first).abs() < 1e-6));
        }
        assert!(results(&best).len() <= labels.len() + 1);
    }
    drop(home);
}

#[test]
fn labels_by_hand_are_given_found_and_taken_off() {
    let (_home, server) = serve_tones(&[220, 440], "");
    let id = server.id_of("440.wav");
    let given = json!({"label": "hum", "ids": [id], "add": true});
    assert_eq!(server.post("/api/v1/labels", &given).expect(200).json()["changed"], 1);
    let facts = server.get(&format!("/api/v1/files/{id}")).expect(200).json();
    assert_eq!(
        (facts["labels"][0]["label"].as_str(), facts["labels"][0]["source"].as_str()),
        (Some("hum"), Some("hand"))
    );
    let found = json!({"text": "hum", "by": "words"});
    assert_eq!(server.post("/api/v1/search", &found).expect(200).json()["hits"][0]["id"], id);
    server.post("/api/v1/labels", &json!({"label": "hum", "ids": [id], "add": false})).expect(200);
    let facts = server.get(&format!("/api/v1/files/{id}")).expect(200).json();
    assert_eq!(facts["labels"], json!([]));
    server.post("/api/v1/labels", &json!({"label": " ", "ids": [id], "add": true})).expect(422);
    server.post("/api/v1/labels", &json!({"label": "x", "ids": [999], "add": true})).expect(404);
}

#[test]
fn a_head_is_taught_asked_renamed_and_deleted() {
    let (_home, server) = serve_tones(&[200, 210, 220, 2000, 2100, 2200], "");
    let ids = ["200.wav", "210.wav", "2000.wav", "2100.wav"].map(|name| server.id_of(name));
    let judge = |id: i64, positive: bool| json!({"id": id, "positive": positive});
    let judgements = json!([judge(ids[0], true), judge(ids[1], true), judge(ids[2], false), judge(ids[3], false)]);
    let taught = json!({"judgements": judgements, "prompt": "a low hum"});
    let head = server.post("/api/v1/heads/low/teach", &taught).expect(200).json();
    assert_eq!((head["name"].as_str(), head["examples"].as_u64()), (Some("low"), Some(4)));
    assert_eq!(head["classes"][0]["positives"], 2);
    let suggested = server.get("/api/v1/heads/low/suggest?limit=5").expect(200).json();
    let names: Vec<_> =
        suggested["suggestions"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2, "{suggested}");
    assert!(names.contains(&"220.wav") && names.contains(&"2200.wav"));
    let labelled = json!({"with": "low", "ids": [server.id_of("220.wav"), server.id_of("2200.wav")]});
    let labelled = server.post("/api/v1/label", &labelled).expect(200).json();
    let presence = |at: usize| labelled["results"][at]["labels"][0]["presence"].as_f64().unwrap();
    assert!(presence(0) > presence(1), "{labelled}");
    server.post("/api/v1/search", &json!({"wanted": [{"with": "low"}], "all": true})).expect(200);
    server.post("/api/v1/heads/low/rename", &json!({"to": "deep"})).expect(200);
    server.get("/api/v1/heads/low").expect(404);
    let refusal = server.post("/api/v1/heads/deep/rename", &json!({"to": "a:b"})).expect(422).json();
    assert_eq!(refusal["advice"], "give it a printable name of 1 to 200 characters without a colon, for example siren");
    let nameless = json!({"judgements": [{"id": ids[0], "positive": true, "class": " "}]});
    let refusal = server.post("/api/v1/heads/deep/teach", &nameless).expect(422).json();
    assert!(refusal["detail"].as_str().unwrap().starts_with("a class cannot be called \" \""), "{refusal}");
    assert_eq!(server.get("/api/v1/heads").expect(200).json()[0]["name"], "deep");
    assert_eq!(server.delete("/api/v1/heads/deep").status, 204);
    server.delete("/api/v1/heads/deep").expect(404);
    server.post("/api/v1/heads/none/teach", &json!({})).expect(422);
    server.post("/api/v1/heads/a:b/teach", &taught).expect(422);
}

#[test]
fn a_timeline_says_from_when_to_when() {
    let (home, server) = serve_tones(&[440], "");
    let asked = json!({"id": server.id_of("440.wav"), "labels": ["tone @0"], "window": 0.5, "hop": 0.25});
    let timeline = server.post("/api/v1/timeline", &asked).expect(200).json();
    let line = "label sounds/440.wav --labels tone@0 --timeline --window 0.5 --hop 0.25 --json";
    let here = home.run_with_model(line).expect(0).json();
    assert_eq!(timeline["events"].as_array().unwrap().len(), here["events"].as_array().unwrap().len());
    assert_eq!((timeline["seconds"].as_f64(), timeline["events"][0]["start"].as_f64()), (Some(1.0), Some(0.0)));
    let here = home.run_with_model(&format!("{line} --tracks")).expect(0).json();
    assert_eq!(timeline["tracks"]["start"], here["tracks"]["start"]);
    assert_eq!(timeline["tracks"]["scores"][0]["label"], "tone");
    let len = |timeline: &Value| timeline["tracks"]["scores"][0]["score"].as_array().unwrap().len();
    assert_eq!(len(&timeline), len(&here));
    server.post("/api/v1/timeline", &json!({"labels": ["x"]})).expect(422);
    server.post("/api/v1/timeline", &json!({"id": 1, "labels": ["x"], "hop": 0.01})).expect(422);
    server.post("/api/v1/timeline", &json!({"id": 999, "labels": ["x"]})).expect(404);
}

#[test]
fn labels_are_counted_by_the_hour_and_the_day_as_on_the_command_line() {
    let home = Home::new();
    for (name, pitch_hz) in [("A_20210420_235959.wav", 440), ("A_20210421_050000.wav", 660), ("ZOOM0001.wav", 880)] {
        home.tone(format!("sounds/{name}"), pitch_hz, 2.0);
    }
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "");
    let ids: Vec<i64> = server.get("/api/v1/files").expect(200).json()["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["id"].as_i64().unwrap())
        .collect();
    for per in ["hour", "day", "hour-of-day"] {
        let asked = json!({"ids": ids, "labels": ["tone @0", "rain @1"], "per": per, "window": 0.5, "hop": 0.25});
        let counts = server.post("/api/v1/timeline/counts", &asked).expect(200).json();
        let line = format!("label sounds --labels tone@0,rain@1 --timeline --window 0.5 --hop 0.25 --per {per} --json");
        assert_eq!(counts, home.run_with_model(&line).expect(0).json());
        // A sound over midnight has a part in either day, and one without a time comes last.
        let periods = counts["periods"].as_array().unwrap();
        assert_eq!((periods.len(), &periods.last().unwrap()["period"]), (4 - usize::from(per == "day"), &Value::Null));
    }
    let refused = |body: Value, status| drop(server.post("/api/v1/timeline/counts", &body).expect(status));
    refused(json!({"ids": [], "labels": ["x"], "per": "day"}), 422);
    refused(json!({"ids": ids, "labels": ["x"], "per": "week"}), 422);
    refused(json!({"ids": ids, "labels": ["x"]}), 422);
    refused(json!({"ids": vec![ids[0]; 1000], "labels": ["x"], "per": "day"}), 422);
    refused(json!({"ids": [999], "labels": ["x"], "per": "day"}), 404);
}

#[test]
fn a_timeline_is_drawn_at_once_from_what_the_library_remembers() {
    let home = Home::new();
    home.tone("sounds/long.wav", 440, 30.0);
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "");
    let asked = json!({"id": server.id_of("long.wav"), "labels": ["tone @0"], "stored": true});
    let timeline = server.post("/api/v1/timeline", &asked).expect(200).json();
    let start = timeline["tracks"]["start"].as_array().unwrap();
    assert!(start.len() > 3, "{timeline}");
    assert_eq!((start[0].as_f64(), timeline["seconds"].as_f64()), (Some(0.0), Some(30.0)));
    assert_eq!(timeline["events"][0]["end"].as_f64(), Some(30.0));
    server.post("/api/v1/timeline", &json!({"labels": ["x"], "stored": true})).expect(422);
}
