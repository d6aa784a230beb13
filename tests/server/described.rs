//! The server does what its description says: schemathesis makes requests of it, sound and unsound, and looks at the answers.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::client::serve_tones;

/// Where CI installs it; elsewhere the one on the path is taken.
const INSTALLED: &str = "target/schemathesis/bin/schemathesis";

/// Set where the test has to run, as in CI: then it is an error that there is no schemathesis.
const DEMANDED: &str = "AURICLE_SCHEMATHESIS_TESTS";

/// The settings: what else than success may be answered to a request that fits its schema.
const SETTINGS: &str = "tests/server/schemathesis.toml";

fn program() -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join(INSTALLED);
    let folders = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&folders).map(|folder| folder.join("schemathesis"));
    std::iter::once(installed).chain(on_path).find(|path| path.is_file())
}

#[test]
fn answers_are_as_described() {
    let Some(program) = program() else {
        assert!(env::var_os(DEMANDED).is_none(), "{DEMANDED} is set, but there is no {INSTALLED}");
        eprintln!("skipped: no schemathesis; python3 -m venv target/schemathesis, then pip install schemathesis there");
        return;
    };
    let (home, server) = serve_tones(&[220, 440, 880], "");
    let judgements = [("220.wav", true), ("880.wav", false)]
        .map(|(name, positive)| serde_json::json!({"id": server.id_of(name), "positive": positive}));
    let taught = serde_json::json!({"judgements": judgements, "prompt": "a low hum"});
    server.post("/api/v1/heads/low/teach", &taught).expect(200);
    let run = Command::new(program)
        .arg("--config-file")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(SETTINGS))
        .args(["run", &server.url("/openapi.json"), "--checks", "all"])
        .args(["--max-examples", "20", "--seed", "1", "--generation-deterministic", "--workers", "1", "--no-color"])
        // It keeps what it found where it runs.
        .current_dir(home.path(""))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}\n{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    server.get("/healthz").expect(200);
}
