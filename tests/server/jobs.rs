//! Jobs: begun, watched and cancelled, and only where the operator allows it.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Server, serve_tones};
use crate::support::Home;

/// Waits for the end of a job.
fn finished(server: &Server, job: &Value) -> Value {
    let (start, path) = (Instant::now(), format!("/api/v1/jobs/{job}"));
    loop {
        let entry = server.get(&path).expect(200).json();
        if entry["state"] != "running" {
            return entry;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{entry}");
        sleep(Duration::from_millis(50));
    }
}

fn begin(server: &Server, body: &Value) -> Value {
    server.post("/api/v1/jobs", body).expect(202).json()["job"].clone()
}

#[test]
fn indexing_is_watched_and_what_it_finds_is_found() {
    let (home, server) = serve_tones(&[440], "");
    home.tone("sounds/new.wav", 600, 1.0);
    home.write("sounds/bad.wav", b"RIFF....WAVEnothing");
    let job = begin(&server, &json!({"kind": "index"}));
    let events = server.get(&format!("/api/v1/jobs/{job}/events"));
    assert_eq!((events.status, events.header("content-type")), (200, "text/event-stream"));
    let events = String::from_utf8(events.body).unwrap();
    for name in ["event: progress", "event: failure", "event: done"] {
        assert!(events.contains(name), "{events}");
    }
    let ended = finished(&server, &job);
    assert_eq!((ended["state"].as_str(), ended["failed"].as_u64()), (Some("done"), Some(1)), "{ended}");
    assert_eq!(ended["progress"]["files"], ended["progress"]["of_files"]);
    server.id_of("new.wav");
    assert_eq!(server.get("/api/v1/jobs").expect(200).json()["jobs"].as_array().unwrap().len(), 1);
}

#[test]
fn only_folders_that_the_operator_allows_are_indexed() {
    let home = Home::with_tones(&[440]);
    home.tone("more/500.wav", 500, 1.0);
    home.tone("elsewhere/600.wav", 600, 1.0);
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, "--root more");
    let folder = |name: &str| home.path(name).display().to_string();
    for name in ["elsewhere", "", "more/..", "nowhere"] {
        server.post("/api/v1/jobs", &json!({"kind": "index", "folders": [folder(name)]})).expect(403);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(home.path("elsewhere"), home.path("more/link")).unwrap();
        server.post("/api/v1/jobs", &json!({"kind": "index", "folders": [folder("more/link")]})).expect(403);
    }
    let job = begin(&server, &json!({"kind": "index", "folders": [folder("more")]}));
    assert_eq!(finished(&server, &job)["state"], "done");
    server.id_of("500.wav");
    server.post("/api/v1/jobs", &json!({"kind": "prune", "folders": [folder("more")]})).expect(422);
    server.post("/api/v1/jobs", &json!({"kind": "explode"})).expect(422);
}

#[test]
fn a_library_begins_with_a_job() {
    let home = Home::with_tones(&[440]);
    let server = Server::start(&home, "--root sounds");
    assert_eq!(server.get("/api/v1/libraries").expect(200).json()["libraries"][0]["files"], 0);
    server.post("/api/v1/search", &json!({"text": "tone"})).expect(404);
    let job = begin(&server, &json!({"kind": "index"}));
    assert_eq!(finished(&server, &job)["state"], "done");
    assert_eq!(
        server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json()["hits"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_is_gone_is_pruned_and_all_is_made_again() {
    let (home, server) = serve_tones(&[440, 880], "");
    fs::remove_file(home.path("sounds/880.wav")).unwrap();
    let refused = finished(&server, &begin(&server, &json!({"kind": "reindex"})));
    assert_eq!(refused["state"], "failed", "{refused}");
    assert_eq!(finished(&server, &begin(&server, &json!({"kind": "index"})))["state"], "done");
    assert_eq!(server.get("/api/v1/libraries").expect(200).json()["libraries"][0]["vanished"], 1);
    assert_eq!(finished(&server, &begin(&server, &json!({"kind": "prune"})))["state"], "done");
    assert_eq!(server.get("/api/v1/libraries").expect(200).json()["libraries"][0]["vanished"], 0);
    assert_eq!(finished(&server, &begin(&server, &json!({"kind": "reindex"})))["state"], "done");
    assert_eq!(
        server.post("/api/v1/search", &json!({"text": "tone", "all": true})).expect(200).json()["hits"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_file_that_could_not_be_read_once_does_not_spoil_the_next_reindex() {
    let (home, server) = serve_tones(&[440, 880], "");
    let path = home.path("sounds/440.wav");
    let good = fs::read(&path).unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let put = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    };
    put(&vec![0; good.len()]);
    let refused = finished(&server, &begin(&server, &json!({"kind": "reindex"})));
    assert_eq!((refused["state"].as_str(), refused["failed"].as_u64()), (Some("failed"), Some(1)), "{refused}");
    put(&good);
    for _ in 0..2 {
        let done = finished(&server, &begin(&server, &json!({"kind": "reindex"})));
        assert_eq!((done["state"].as_str(), done["failed"].as_u64()), (Some("done"), Some(0)), "{done}");
    }
    assert_eq!(server.get("/api/v1/libraries").expect(200).json()["libraries"][0]["files"], 2);
}

#[test]
fn files_that_are_missing_stop_a_reindex_before_it_begins_and_can_be_dropped() {
    let (home, server) = serve_tones(&[440, 880], "");
    let label = json!({"labels": ["dog", "rain"], "multi": true, "threshold": 0.0, "write": true});
    server.post("/api/v1/label", &label).expect(200);
    fs::remove_file(home.path("sounds/880.wav")).unwrap();
    let refused = finished(&server, &begin(&server, &json!({"kind": "reindex"})));
    assert_eq!((refused["state"].as_str(), refused["progress"]["of_files"].as_u64()), (Some("failed"), Some(0)));
    let reason = refused["reason"].as_str().unwrap();
    let told = home.run_with_model("reindex").expect(2);
    for part in ["gone: 1 file of the library", "the library is as before; bring back what is missing"] {
        assert!(reason.contains(part) && told.err.contains(part), "{reason}\n{}", told.err);
    }
    assert!(reason.contains("880.wav") && reason.contains("drop_missing"), "{reason}");
    let problem = &refused["problem"];
    assert_eq!((problem["status"].as_u64(), problem["type"].as_str()), (Some(409), Some("urn:auricle:request")));
    assert_eq!(problem["detail"], refused["reason"]);
    assert!(reason.ends_with(problem["advice"].as_str().unwrap()), "{problem}");
    assert_eq!(refused["missing"]["files"], 1, "{refused}");
    assert!(refused["missing"]["first"].as_str().unwrap().ends_with("880.wav"), "{refused}");
    let done = finished(&server, &begin(&server, &json!({"kind": "reindex", "drop_missing": true})));
    assert_eq!(done["state"], "done", "{done}");
    let expected = json!({"files": 1, "vectors": 1, "dropped": 1, "kept_labels": 4, "lost_labels": 0});
    assert_eq!((&done["reindex"], done.get("missing")), (&expected, None), "{done}");
}

#[test]
fn a_job_is_cancelled_and_another_waits_its_turn() {
    let home = Home::new();
    for number in 0..200 {
        home.tone(format!("sounds/{number}.wav"), 200 + number, 3.0);
    }
    let server = Server::start(&home, "--root sounds");
    let job = begin(&server, &json!({"kind": "index"}));
    server.post("/api/v1/jobs", &json!({"kind": "prune"})).expect(409);
    assert_eq!(server.delete(&format!("/api/v1/jobs/{job}")).status, 202);
    let ended = finished(&server, &job);
    assert_eq!(ended["state"], "cancelled", "{ended}");
    server.get("/api/v1/jobs/999").expect(404);
    server.delete("/api/v1/jobs/999").expect(404);
}

#[test]
fn the_folders_that_a_library_remembers_are_offered_and_no_others() {
    let home = Home::with_tones(&[440]);
    home.tone("more/500.wav", 500, 1.0);
    home.tone("single/600.wav", 600, 1.0);
    home.run_with_model("index sounds --exclude *.mp3 --quiet").expect(0);
    home.run_with_model("index single/600.wav --quiet").expect(0);
    let server = Server::start(&home, "");
    let folders =
        |server: &Server| server.get("/api/v1/libraries").expect(200).json()["libraries"][0]["folders"].clone();
    let folder = |name: &str| home.path(name).display().to_string();
    assert_eq!(folders(&server), json!([folder("sounds")]));
    for name in ["single", "more"] {
        server.post("/api/v1/jobs", &json!({"kind": "index", "folders": [folder(name)]})).expect(403);
    }
    home.tone("sounds/new.mp3", 700, 1.0);
    home.tone("sounds/sub/new.wav", 800, 1.0);
    for body in [json!({"kind": "index", "folders": [folder("sounds/sub")]}), json!({"kind": "index"})] {
        assert_eq!(finished(&server, &begin(&server, &body))["state"], "done");
    }
    assert_eq!(server.get("/api/v1/libraries").expect(200).json()["libraries"][0]["files"], 3);
    assert_eq!(folders(&server), json!([folder("sounds")]));
}

#[test]
fn a_folder_that_is_gone_as_a_whole_is_only_forgotten_when_the_request_says_so() {
    let (home, server) = serve_tones(&[440, 880], "");
    fs::rename(home.path("sounds"), home.path("drive")).unwrap();
    let count = |name: &str| server.get("/api/v1/libraries").expect(200).json()["libraries"][0][name].clone();
    let refused = finished(&server, &begin(&server, &json!({"kind": "index"})));
    assert_eq!((&refused["state"], &refused["problem"]["status"]), (&json!("failed"), &json!(409)), "{refused}");
    assert_eq!(refused["missing"], json!({"files": 2, "first": home.path("sounds").to_str()}), "{refused}");
    assert!(refused["reason"].as_str().unwrap().contains("drop_missing"), "{refused}");
    assert_eq!((count("files"), count("vanished")), (json!(2), json!(0)));
    let done = finished(&server, &begin(&server, &json!({"kind": "index", "drop_missing": true})));
    assert_eq!((&done["state"], count("vanished")), (&json!("done"), json!(2)), "{done}");
    let refused = finished(&server, &begin(&server, &json!({"kind": "prune"})));
    assert_eq!((&refused["state"], &refused["missing"]["files"]), (&json!("failed"), &json!(2)), "{refused}");
    let done = finished(&server, &begin(&server, &json!({"kind": "prune", "drop_missing": true})));
    assert_eq!((&done["state"], count("vanished")), (&json!("done"), json!(0)), "{done}");
}

#[test]
fn a_job_may_choose_the_channels_that_are_heard_and_remembered() {
    let (home, server) = serve_tones(&[440], "");
    let channels = || home.run("roots list --json").expect(0).json_lines()[0]["channels"].clone();
    for name in ["split", "2", "mix"] {
        let ended = finished(&server, &begin(&server, &json!({"kind": "index", "channels": name})));
        assert_eq!((ended["state"].as_str(), channels().as_str()), (Some("done"), Some(name)), "{ended}");
    }
    finished(&server, &begin(&server, &json!({"kind": "index"})));
    assert_eq!(channels(), "mix");
    for body in [
        json!({"kind": "index", "channels": "both"}),
        json!({"kind": "index", "channels": "0"}),
        json!({"kind": "index", "channels": 2}),
        json!({"kind": "prune", "channels": "mix"}),
    ] {
        server.post("/api/v1/jobs", &body).expect(422);
    }
}
