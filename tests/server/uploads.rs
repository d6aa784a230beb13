//! Sounds that are sent to be asked about.

use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::client::serve_tones;
use crate::support::{tone, wav};

#[test]
fn an_upload_is_asked_about_heard_and_forgotten() {
    let (_home, server) = serve_tones(&[220, 440, 880], "");
    let bytes = wav(&tone(440, 1.0));
    let sent = server.post_bytes("/api/v1/uploads", &[], &bytes).expect(201).json();
    let name = sent["upload"].as_str().unwrap();
    assert_eq!((sent["seconds"].as_f64(), sent["container"].as_str()), (Some(1.0), Some("wav")));
    let found = server.post("/api/v1/search", &json!({"wanted": [{"upload": name}], "all": true})).expect(200).json();
    assert_eq!(found["hits"][0]["name"], "440.wav", "{found}");
    assert!(found["hits"][0]["cosine"].as_f64().unwrap() > 0.999);
    assert_eq!(found["query"]["wanted"], json!([{"upload": name, "weight": 1.0}]));
    assert!(!found.to_string().contains("auricle-uploads"), "where it is kept is nobody's business");
    let audio = server.get_with(&format!("/api/v1/uploads/{name}/audio"), &[("Range", "bytes=0-3")]).expect(206);
    assert_eq!(audio.body, b"RIFF");
    let waveform = server.get(&format!("/api/v1/uploads/{name}/waveform?points=5")).expect(200).json();
    assert_eq!(waveform["peaks"].as_array().unwrap().len(), 5);
    let labels = json!({"uploads": [name], "labels": ["a tone", "a dog"], "multi": true});
    let labels = server.post("/api/v1/label", &labels).expect(200).json();
    assert_eq!(labels["results"][0]["path"], name);
    let gone = server.delete(&format!("/api/v1/uploads/{name}"));
    assert_eq!(gone.status, 204);
    server.get(&format!("/api/v1/uploads/{name}/audio")).expect(404);
}

#[test]
fn what_is_no_sound_or_too_large_is_refused() {
    let (_home, server) = serve_tones(&[440], "--upload 1");
    server.post_bytes("/api/v1/uploads", &[], b"").expect(400);
    let refused = server.post_bytes("/api/v1/uploads", &[], b"not a sound at all, but some words").expect(415);
    assert!(!String::from_utf8_lossy(&refused.body).contains("/tmp"));
    server.post_bytes("/api/v1/uploads", &[], &vec![0; (1 << 20) + 1]).expect(413);
}

#[test]
fn no_more_than_thirty_two_are_kept() {
    let (_home, server) = serve_tones(&[440], "");
    let send = |pitch_hz| {
        let sent = server.post_bytes("/api/v1/uploads", &[], &wav(&tone(pitch_hz, 0.1))).expect(201).json();
        sent["upload"].as_str().unwrap().to_owned()
    };
    let names: Vec<String> = (0..33).map(|turn| send(200 + turn)).collect();
    server.get(&format!("/api/v1/uploads/{}/audio", names[0])).expect(404);
    server.get(&format!("/api/v1/uploads/{}/audio", names[32])).expect(200);
}

#[test]
fn an_upload_that_stops_halfway_leaves_nothing() {
    let (_home, server) = serve_tones(&[440], "--patience 1");
    let mut stream = server.connect();
    let head = format!("POST /api/v1/uploads HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\n", server.address);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&[0; 1000]).unwrap();
    sleep(Duration::from_millis(1500));
    let metrics = server.get("/metrics").expect(200);
    assert!(String::from_utf8_lossy(&metrics.body).contains("auricle_uploads 0"));
    server.post_bytes("/api/v1/uploads", &[], &wav(&tone(440, 0.1))).expect(201);
}
