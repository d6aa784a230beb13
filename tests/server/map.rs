//! The map, its colours, and what is there more than once.

use base64::Engine;
use serde_json::Value;

use crate::client::{Server, serve_tones};
use crate::support::{Home, tone, wav};

fn floats(value: &Value) -> Vec<f32> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap()).unwrap();
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

#[test]
fn every_sound_has_a_point_and_words_colour_it() {
    let pitches: Vec<u32> = (0..16).map(|step| 200 + 100 * step).collect();
    let (_home, server) = serve_tones(&pitches, "");
    let map = server.get("/api/v1/map").expect(200).json();
    let points = floats(&map["points"]);
    assert_eq!((map["ids"].as_array().unwrap().len(), points.len()), (16, 32));
    assert!(points.iter().all(|value| (-1.0..=1.0).contains(value)), "{points:?}");
    let scores = server.get("/api/v1/map/scores?text=a%20tone").expect(200).json();
    let cosines = floats(&scores["scores"]);
    assert_eq!(cosines.len(), 16);
    let most = cosines.iter().copied().fold(-1.0, f32::max);
    assert!((f64::from(most) - scores["most"].as_f64().unwrap()).abs() < 1e-6);
    let best = cosines.iter().position(|cosine| *cosine == most).unwrap();
    let asked = serde_json::json!({"text": "a tone", "by": "sound", "all": true, "limit": 1});
    let found = server.post("/api/v1/search", &asked).expect(200).json();
    assert_eq!(found["hits"][0]["id"], map["ids"][best]);
    server.get("/api/v1/map/scores?text=").expect(422);
    server.get("/api/v1/map/scores").expect(422);
}

#[test]
fn what_is_there_more_than_once_is_told_by_kind() {
    let home = Home::with_tones(&[440]);
    home.tone("sounds/copy.wav", 440, 1.0);
    // The same samples with a note behind them: other bytes, the same sound.
    let mut noted = wav(&tone(440, 1.0));
    noted.extend(b"note\x04\0\0\0mine");
    let riff_len = noted.len() as u32 - 8;
    noted[4..8].copy_from_slice(&riff_len.to_le_bytes());
    home.write("sounds/again.wav", &noted);
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "");
    let found = server.get("/api/v1/duplicates").expect(200).json();
    let groups = found["groups"].as_array().unwrap();
    assert_eq!((groups[0]["kind"].as_str(), groups[0]["files"].as_array().unwrap().len()), (Some("same bytes"), 2));
    assert_eq!(groups[1]["kind"], "same recording", "{found}");
    assert!(groups[1]["cosine"].as_f64().unwrap() >= 0.999);
    assert_eq!(found["total"], groups.len());
    assert_eq!(server.get("/api/v1/duplicates?offset=1&limit=1").expect(200).json()["groups"][0], groups[1]);
    server.get("/api/v1/duplicates?limit=0").expect(422);
}
