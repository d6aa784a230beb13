//! A running server and a small client of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

use crate::support::{Home, checkpoint};

/// A server that ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    agent: Agent,
    token: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Server {
    /// Serves the default library of `home` with the words of `flags`.
    pub(crate) fn start(home: &Home, flags: &str) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0"].into_iter().chain(flags.split_whitespace());
        let mut command = home.command(words);
        command.env("AURICLE_MODEL", checkpoint("fused")).env_remove("AURICLE_TOKEN");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("auricle is at http://").unwrap_or_else(|| panic!("{line:?}"));
        let address = address.trim_end_matches('/').to_owned();
        let config = Agent::config_builder().timeout_global(Some(Duration::from_secs(60)));
        let agent = config.http_status_as_error(false).max_redirects(0).build().into();
        Server { child, address, agent, token: None }
    }

    /// Sends `token` with every request.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn send<B: ureq::AsSendBody>(&self, method: &str, path: &str, headers: &[(&str, &str)], body: B) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        answer(self.agent.run(request.body(body).unwrap()).unwrap())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], ())
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, ())
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], ())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], body.to_string())
    }

    pub(crate) fn post_bytes(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send("POST", path, headers, body)
    }

    /// A connection for bytes as they are.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// What is answered to the bytes of `request`, which asks for the connection to be closed.
    pub(crate) fn raw(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A connection that is reset has said what it had to say.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The ids of the library's files, by the pitch they are named after.
    pub(crate) fn id_of(&self, name: &str) -> i64 {
        let list = self.get("/api/v1/files?limit=1000").expect(200).json();
        let files = list["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["name"] == name).unwrap_or_else(|| panic!("{name} is not in {list}"));
        file["id"].as_i64().unwrap()
    }

    /// Tells it to end, and says how it did.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(mut response: Response<ureq::Body>) -> Answer {
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    Answer {
        status: response.status().as_u16(),
        headers,
        body: response.body_mut().with_config().limit(256 << 20).read_to_vec().unwrap(),
    }
}

impl Answer {
    /// Checks the status; a refusal has to be a problem that says so.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        if status >= 400 {
            assert_eq!(self.header("content-type"), "application/problem+json");
            let problem = self.json();
            assert_eq!(problem["status"], status, "{problem}");
            assert!(problem["title"].is_string() && problem["type"].is_string(), "{problem}");
            assert!(problem["detail"].as_str().unwrap().len() > 10, "{problem}");
        }
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// A home whose library has tones, and a server of it.
pub(crate) fn serve_tones(pitches_hz: &[u32], flags: &str) -> (Home, Server) {
    let home = Home::with_tones(pitches_hz);
    home.run_with_model("index sounds --quiet").expect(0);
    let server = Server::start(&home, flags);
    (home, server)
}
