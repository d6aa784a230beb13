//! The little of the WebDriver protocol that the tests speak: JSON over HTTP to a chromedriver of their own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// What WebDriver calls an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Names under which systems have the two programs; Debian's come first.
const CHROMIUMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];

/// Set where the tests have to run, as in CI: then it is an error that there is no Chromium.
const DEMANDED: &str = "AURICLE_BROWSER_TESTS";

/// How large the window is, and what it pretends to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// A wide window with a mouse.
    Wide,
    /// A phone, held upright.
    Phone,
}

/// A browser that ends with the test.
pub(crate) struct Driver {
    child: Child,
    agent: Agent,
    session: String,
    /// The browser keeps its profile here and leaves it behind.
    _folder: TempDir,
}

impl Driver {
    /// Starts a browser; `None` where there is none and none is demanded.
    pub(crate) fn start(screen: Screen) -> Option<Self> {
        let Some((chromium, driver)) = first_on_path(&CHROMIUMS).zip(first_on_path(&DRIVERS)) else {
            assert!(std::env::var_os(DEMANDED).is_none(), "{DEMANDED} is set, but chromium or chromedriver is missing");
            eprintln!("skipped: the browser tests need chromium and chromedriver (Debian: chromium chromium-driver)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(driver);
        let mut child = command.arg("--port=0").env("TMPDIR", folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let port = port_of(&mut child);
        let config = Agent::config_builder().timeout_global(Some(Duration::from_secs(120))).http_status_as_error(false);
        let mut driver = Driver {
            child,
            agent: config.build().into(),
            session: format!("http://127.0.0.1:{port}/session"),
            _folder: folder,
        };
        let begun = driver.post("", &capabilities(&chromium, screen));
        let id = begun["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {begun}"));
        driver.session = format!("{}/{id}", driver.session);
        driver.post("/timeouts", &json!({ "script": 60_000, "pageLoad": 60_000 }));
        Some(driver)
    }

    /// Goes to an address.
    pub(crate) fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// The step back that the browser's button makes.
    pub(crate) fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// Runs the body of a function; what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs the body of a function that calls its last argument with what it gives back.
    pub(crate) fn run_later(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Chooses a file in the field for files that `selector` means.
    pub(crate) fn choose_file(&self, selector: &str, path: &Path) {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let element = found[ELEMENT].as_str().unwrap();
        self.post(&format!("/element/{element}/value"), &json!({ "text": path.to_str().unwrap() }));
    }

    /// Presses keys one after the other; special ones are WebDriver's private code points.
    pub(crate) fn press(&self, keys: &str) {
        let each = |key: char| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        let actions: Vec<Value> = keys.chars().flat_map(each).collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    /// Presses keys one after the other while `held` is down.
    pub(crate) fn hold(&self, held: char, keys: &str) {
        let event = |kind: &str, key: char| json!({ "type": kind, "value": key });
        let mut actions = vec![event("keyDown", held)];
        actions.extend(keys.chars().flat_map(|key| [event("keyDown", key), event("keyUp", key)]));
        actions.push(event("keyUp", held));
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    /// Moves the mouse through places with its button held.
    pub(crate) fn drag(&self, places: &[(i32, i32)]) {
        let to = |&(x, y): &(i32, i32)| json!({ "type": "pointerMove", "duration": 20, "origin": "viewport", "x": x, "y": y });
        let mut actions: Vec<Value> = places.iter().map(to).collect();
        actions.insert(1, json!({ "type": "pointerDown", "button": 0 }));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        self.post("/actions", &json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": actions }] }));
    }

    /// A picture of the window, as PNG in base64.
    pub(crate) fn picture(&self) -> String {
        self.get("/screenshot").as_str().unwrap().to_owned()
    }

    /// What the console has said since the last call, at the level of errors.
    pub(crate) fn console_errors(&self) -> Vec<String> {
        let lines = self.post("/se/log", &json!({ "type": "browser" }));
        let lines = lines.as_array().unwrap().iter().filter(|line| line["level"] == "SEVERE");
        lines.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.session)).header("Content-Type", "application/json");
        value(request.send(body.to_string()).unwrap().body_mut().read_to_string().unwrap())
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        let mut answer = self.agent.get(format!("{}{path}", self.session)).call().unwrap();
        value(answer.body_mut().read_to_string().unwrap())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browser goes with its session; chromedriver on its own would leave it behind.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn value(answer: String) -> Value {
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let value = answer["value"].clone();
    assert!(value.get("error").is_none_or(Value::is_null), "the browser says: {}", value["message"]);
    value
}

/// chromedriver says on its standard output where it listens.
fn port_of(child: &mut Child) -> u16 {
    let said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = said.inspect(|line| eprintln!("chromedriver: {line}"));
    let line = said.find(|line| line.contains("started successfully on port")).expect("chromedriver has not started");
    line.trim_end_matches('.').rsplit(' ').next().unwrap().parse().unwrap()
}

fn capabilities(chromium: &str, screen: Screen) -> Value {
    let mut options = json!({
        "binary": chromium,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1440,900",
            "--force-device-scale-factor=1", "--autoplay-policy=no-user-gesture-required", "--enable-unsafe-swiftshader",
            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--lang=en"
        ],
    });
    if screen == Screen::Phone {
        let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 1.0, "touch": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    let always = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
    json!({ "capabilities": { "alwaysMatch": always } })
}

/// The first of `names` that is a program here.
fn first_on_path(names: &[&str]) -> Option<String> {
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let found =
        names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()));
    found.map(|file| file.to_string_lossy().into_owned())
}
