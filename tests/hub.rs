//! Models by hub id: the real binary against a small stand-in for the hub on this machine.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

/// Serves `folder` as `auricle/tiny` the way the hub does: ranges, ETag, commit; keeps the request lines it saw.
struct Hub {
    endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    fn start(folder: PathBuf, token: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &folder, token, &seen);
            }
        });
        Hub { endpoint, requests }
    }

    fn request_count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

fn serve(mut stream: TcpStream, folder: &Path, token: Option<&str>, seen: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(request)) = lines.next() else { return };
    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| {
        let of = |line: &String| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_string())
        };
        headers.iter().find_map(of)
    };
    seen.lock().unwrap().push(request.clone());
    let file = request.split(' ').nth(1).unwrap().strip_prefix("/auricle/tiny/resolve/main/").map(|f| folder.join(f));
    let allowed = token.is_none_or(|t| header("authorization") == Some(format!("Bearer {t}")));
    let body = file.filter(|f| f.is_file()).map(|f| std::fs::read(f).unwrap());
    let response = match (allowed, body) {
        (false, _) => b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        (true, None) => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        (true, Some(body)) => partial_content(&body, &header("range").unwrap()),
    };
    let _ = stream.write_all(&response);
}

fn partial_content(body: &[u8], range: &str) -> Vec<u8> {
    let (start, end) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let start: usize = start.parse().unwrap();
    let end = end.parse().map_or(body.len(), |end: usize| (end + 1).min(body.len()));
    let mut response = format!(
        "HTTP/1.1 206 Partial Content\r\nx-repo-commit: 0123456789abcdef0123456789abcdef01234567\r\netag: \"{}\"\r\n\
         content-range: bytes {start}-{}/{}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        blake3::hash(body).to_hex(),
        end.saturating_sub(1),
        body.len(),
        end - start
    )
    .into_bytes();
    response.extend(&body[start..end]);
    response
}

fn checkpoint(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/checkpoints").join(name)
}

fn embed(hub: &Hub, home: &Path, model: &str, env: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_auricle"))
        .args(["embed", "--model", model, "--text", "rain"])
        .env_remove("HF_TOKEN")
        .env_remove("HF_HUB_CACHE")
        .env_remove("HF_HUB_OFFLINE")
        .env("HF_HOME", home)
        .env("HF_ENDPOINT", &hub.endpoint)
        .env("AURICLE_HOME", home)
        .envs(env.iter().copied())
        .output()
        .unwrap()
}

/// The vector in the one line of JSON that `embed` prints.
fn vector(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    line["vector"].clone()
}

fn message(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_hub_model_is_downloaded_once_then_used_from_the_cache() {
    for name in ["unfused", "tiny-sharded", "tiny-bin"] {
        let (home, hub) = (tempfile::tempdir().unwrap(), Hub::start(checkpoint(name), None));
        let first = vector(&embed(&hub, home.path(), "auricle/tiny", &[]));
        let local = vector(&embed(&hub, home.path(), checkpoint(name).to_str().unwrap(), &[]));
        assert_eq!(first, local, "{name}");
        let requests = hub.request_count();
        assert!(requests > 0);
        let offline = vector(&embed(&hub, home.path(), "auricle/tiny", &[("HF_HUB_OFFLINE", "1")]));
        assert_eq!((offline, hub.request_count()), (first, requests), "{name}: offline asks nothing of the hub");
    }
}

#[test]
fn another_cache_folder_is_honoured() {
    let (home, cache, hub) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), Hub::start(checkpoint("unfused"), None));
    vector(&embed(&hub, home.path(), "auricle/tiny", &[("HF_HUB_CACHE", cache.path().to_str().unwrap())]));
    assert!(cache.path().join("models--auricle--tiny").is_dir());
    assert!(!home.path().join("hub").exists());
}

#[test]
fn offline_without_a_cached_model_says_so() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Hub::start(checkpoint("unfused"), None));
    let said = message(&embed(&hub, home.path(), "auricle/tiny", &[("HF_HUB_OFFLINE", "1")]));
    assert!(said.contains("HF_HUB_OFFLINE is set"), "{said}");
    assert_eq!(hub.request_count(), 0);
}

#[test]
fn a_model_the_hub_does_not_have_is_named() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Hub::start(checkpoint("unfused"), None));
    let said = message(&embed(&hub, home.path(), "auricle/other", &[]));
    assert!(said.contains("auricle/other") && said.contains("check the model's id"), "{said}");
}

#[test]
fn a_closed_model_asks_for_a_token_and_opens_with_it() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Hub::start(checkpoint("unfused"), Some("hf_secret")));
    let said = message(&embed(&hub, home.path(), "auricle/tiny", &[]));
    assert!(said.contains("set HF_TOKEN"), "{said}");
    vector(&embed(&hub, home.path(), "auricle/tiny", &[("HF_TOKEN", "hf_secret")]));
}

#[test]
fn an_unreachable_hub_is_explained() {
    let home = tempfile::tempdir().unwrap();
    let hub = Hub { endpoint: "http://127.0.0.1:9".into(), requests: Arc::default() };
    let said = message(&embed(&hub, home.path(), "auricle/tiny", &[]));
    assert!(said.contains("check the network"), "{said}");
}
