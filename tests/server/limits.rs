//! What is too much, too slow or makes no sense.

use std::io::{Read, Write};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::serve_tones;

#[test]
fn requests_that_make_no_sense_are_refused_with_a_problem() {
    let (_home, server) = serve_tones(&[440], "");
    for (body, status) in [
        (json!({}), 422),
        (json!({"text": " "}), 422),
        (json!({"text": "x".repeat(1001)}), 422),
        (json!({"text": "x\u{0}"}), 422),
        (json!({"text": "x", "limit": 0}), 422),
        (json!({"text": "x", "limit": 201}), 422),
        (json!({"text": "x", "offset": 1001}), 422),
        (json!({"text": "x", "unknown": 1}), 422),
        (json!({"text": 7}), 422),
        (json!([]), 422),
        (json!({"text": "x", "library": "nobody"}), 404),
        (json!({"wanted": [{"id": 999}]}), 404),
        (json!({"wanted": [{"id": 1, "text": "x"}]}), 422),
        (json!({"wanted": [{"text": "x", "start": 1}]}), 422),
        (json!({"wanted": [{"id": 1, "start": 2, "end": 1}]}), 422),
        (json!({"wanted": [{"text": "x", "weight": 0}]}), 422),
        (json!({"wanted": [{"text": "x", "weight": -1e39}]}), 422),
        (json!({"wanted": [{"upload": "nothing"}]}), 404),
        (json!({"wanted": [{"with": "nothing"}]}), 404),
        (json!({"wanted": vec![json!({"text": "x"}); 17]}), 422),
        (json!({"text": "x", "filter": {"date": ["yesterday", null]}}), 422),
        (json!({"text": "x", "filter": {"duration": [2, 1]}}), 422),
        (json!({"text": "x", "filter": {"tag": [{"name": "singer", "text": "a"}]}}), 422),
        (json!({"text": "x", "filter": {"label": [{"label": "a", "source": "b"}]}}), 422),
    ] {
        let answer = server.post("/api/v1/search", &body);
        assert_eq!(answer.status, status, "{body}: {}", String::from_utf8_lossy(&answer.body));
        let problem = answer.expect(status).json();
        let advice = problem["advice"].as_str().unwrap_or_else(|| panic!("{body}: {problem}"));
        assert!(problem["detail"].as_str().unwrap().ends_with(advice), "{problem}");
    }
    let json = [("Content-Type", "application/json")];
    server.post_bytes("/api/v1/search", &json, b"{\"text\": ").expect(400);
    server.post_bytes("/api/v1/search", &[("Content-Type", "text/plain")], b"{\"text\": \"x\"}").expect(415);
    server.post_bytes("/api/v1/search", &json, &vec![b' '; (2 << 20) + 1]).expect(413);
    server.get("/api/v1/search").expect(405);
    server.get("/api/v1/nothing").expect(404);
    server.get("/api/v1/files?limit=0").expect(422);
    server.get("/api/v1/files?limit=x").expect(422);
    server.get("/api/v1/files/x").expect(404);
    server.get("/api/v1/files/9223372036854775808").expect(404);
    server.get("/api/v1/files/1/waveform?points=4001").expect(422);
    server.get("/api/v1/files/1/spectrogram.png?width=99999").expect(422);
}

#[test]
fn a_refusal_says_what_is_wrong_and_what_to_do() {
    let (_home, server) = serve_tones(&[440], "");
    for (body, detail) in [
        (json!({"text": "x", "limit": 201}), "invalid limit: 201; give 1 to 200"),
        (json!({"text": "x".repeat(1001)}), "the words are 1001 characters long; give 1000 at most"),
        (json!({"wanted": vec![json!({"text": "x"}); 17]}), "17 things to ask for are too many; give 16 at most"),
        (
            json!({"wanted": [{"id": 1, "start": 2, "end": 1}]}),
            "invalid span: 2 s to 1 s; give a start and a later end in seconds",
        ),
        (
            json!({"text": "x", "filter": {"duration": [2, 1]}}),
            "the duration of the filter ends before it begins; give the lower value first",
        ),
        (json!({"text": "x", "unknown": 1}), "the body is not what is asked for here: unknown field `unknown`"),
    ] {
        let problem = server.post("/api/v1/search", &body).expect(422).json();
        assert!(problem["detail"].as_str().unwrap().starts_with(detail), "{problem}");
        assert!(["urn:auricle:request", "about:blank"].contains(&problem["type"].as_str().unwrap()), "{problem}");
    }
    let problem = server.get("/api/v1/files?limit=x").expect(422).json();
    let detail = "the query string cannot be read: invalid digit found in string; the interface is described at /docs";
    assert_eq!(problem["detail"], detail);
    let folders = json!({"kind": "index", "folders": vec!["/x"; 65]});
    let problem = server.post("/api/v1/jobs", &folders).expect(422).json();
    assert_eq!(problem["detail"], "65 folders are too many; give 64 at most");
}

#[test]
fn more_than_can_wait_is_turned_away_at_once() {
    let (_home, server) = serve_tones(&[440, 880], "--searches 1 --waiting 0");
    let turned_away: usize = std::thread::scope(|scope| {
        let ask = |client: usize| {
            let server = &server;
            scope.spawn(move || {
                let ask =
                    |turn: usize| server.post("/api/v1/search", &json!({"text": format!("tone {client} {turn}")}));
                let answers: Vec<_> = (0..10).map(ask).collect();
                for answer in answers.iter().filter(|answer| answer.status != 200) {
                    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"));
                }
                answers.iter().filter(|answer| answer.status == 429).count()
            })
        };
        let clients: Vec<_> = (0..8).map(ask).collect();
        clients.into_iter().map(|client| client.join().unwrap()).sum()
    });
    assert!(turned_away > 0);
    server.post("/api/v1/search", &json!({"text": "tone"})).expect(200);
}

#[test]
fn clients_that_are_slow_or_gone_hold_nothing() {
    let (_home, server) = serve_tones(&[440], "--searches 1 --waiting 4 --patience 1");
    let mut slow: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for (index, stream) in slow.iter_mut().enumerate() {
        let head = format!("POST /api/v1/search HTTP/1.1\r\nHost: {}\r\n", server.address);
        let rest = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
        // Some stop within the head, some within the body.
        let text = if index % 2 == 0 { head } else { head + rest };
        stream.write_all(text.as_bytes()).unwrap();
    }
    let start = Instant::now();
    server.post("/api/v1/search", &json!({"text": "tone"})).expect(200);
    assert!(start.elapsed() < Duration::from_secs(30));
    sleep(Duration::from_millis(1500));
    for (index, stream) in slow.iter_mut().enumerate() {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.contains(" 408 "), "{index}: {answer}");
    }
    // Asks and goes away before the answer, many times.
    for _ in 0..20 {
        let body = "{\"text\": \"gone\"}";
        let head =
            format!("POST /api/v1/search HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n", server.address);
        let mut stream = server.connect();
        stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        drop(stream);
    }
    let start = Instant::now();
    while server.post("/api/v1/search", &json!({"text": "tone"})).status != 200 {
        assert!(start.elapsed() < Duration::from_secs(20));
        sleep(Duration::from_millis(50));
    }
}
