//! The description of the interface, the page to try it, and what operators look at.

use std::net::TcpListener;

use serde_json::Value;

use crate::client::serve_tones;
use crate::support::Home;

#[test]
fn every_route_is_described_and_answers() {
    let (_home, server) = serve_tones(&[440], "");
    let described = server.get("/openapi.json").expect(200).json();
    let paths = described["paths"].as_object().unwrap();
    for path in [
        "/healthz",
        "/metrics",
        "/api/v1/libraries",
        "/api/v1/models",
        "/api/v1/search",
        "/api/v1/similar",
        "/api/v1/browse",
        "/api/v1/groups",
        "/api/v1/files",
        "/api/v1/files/{id}",
        "/api/v1/files/{id}/audio",
        "/api/v1/files/{id}/waveform",
        "/api/v1/files/{id}/spectrogram.png",
        "/api/v1/uploads",
        "/api/v1/label",
        "/api/v1/labels",
        "/api/v1/timeline",
        "/api/v1/timeline/counts",
        "/api/v1/heads",
        "/api/v1/heads/{name}/teach",
        "/api/v1/jobs",
        "/api/v1/jobs/{id}/events",
    ] {
        assert!(paths.contains_key(path), "{path} is not described");
    }
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let filled = path.replace("{id}", "1").replace("{name}", "x").replace("{upload}", "x");
            let answer = match method.as_str() {
                "get" => server.get(&filled),
                "delete" => server.delete(&filled),
                _ => server.post(&filled, &Value::Null),
            };
            assert!(![404, 405].contains(&answer.status) || answer.json()["detail"].as_str().unwrap().contains(' '));
            assert_ne!(answer.status, 405, "{method} {path}");
            assert_ne!(answer.status, 500, "{method} {path}");
        }
    }
}

#[test]
fn other_methods_are_refused_and_the_right_ones_named() {
    let (_home, server) = serve_tones(&[440], "");
    for (path, methods) in [("/api/v1/jobs", "GET, POST"), ("/api/v1/files/1", "GET"), ("/docs", "GET")] {
        let refused = server.delete(path).expect(405);
        assert_eq!(refused.header("allow"), methods, "{path}");
    }
}

#[test]
fn the_page_to_try_it_loads_nothing_from_elsewhere() {
    let (_home, server) = serve_tones(&[440], "");
    for path in ["/docs", "/docs/docs.js", "/docs/docs.css", "/"] {
        let text = String::from_utf8(server.get(path).expect(200).body).unwrap();
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}: {text}");
    }
}

#[test]
fn operators_see_that_it_lives_and_what_it_does() {
    let (_home, server) = serve_tones(&[440], "");
    assert_eq!(server.get("/healthz").expect(200).body, b"ok");
    server.get("/api/v1/files/1").expect(200);
    server.get("/api/v1/files/999").expect(404);
    let metrics = String::from_utf8(server.get("/metrics").expect(200).body).unwrap();
    for line in [
        "auricle_http_requests_total{method=\"GET\",path=\"/api/v1/files/{id}\",status=\"200\"} 1",
        "auricle_http_requests_total{method=\"GET\",path=\"/api/v1/files/{id}\",status=\"404\"} 1",
        "auricle_http_request_seconds_count{path=\"/healthz\"} 1",
        "auricle_waiting_requests 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    let models = server.get("/api/v1/models").expect(200).json();
    assert_eq!(
        (models["models"][0]["name"].as_str(), models["models"][0]["default"].as_bool()),
        (Some("starter"), Some(true))
    );
}

#[test]
fn a_library_that_is_not_there_yet_and_a_port_that_is_taken_are_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let line = format!("serve --listen {} --library new", taken.local_addr().unwrap());
    Home::new().run_with_model(&line).expect(2).says(&["new is empty", "cannot be listened on"]);
}
