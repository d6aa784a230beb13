//! What clients do to the server, each until it is told to stop.

use std::io::{Cursor, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

use crate::report;

const PLACES: [&str; 6] = ["in a hall", "on gravel", "at night", "far away", "under water", "behind a wall"];
const SOUNDS: [&str; 8] =
    ["a dog barks", "rain falls", "a door slams", "wind blows", "a bell rings", "footsteps", "a siren", "birds"];

/// Sounds that are uploaded: seconds at this rate.
const SOUND_SECONDS: u32 = 5;
const RATE_HZ: u32 = 16_000;

/// How searches went.
#[derive(Debug, Default)]
pub(crate) struct Searches {
    times: Vec<Duration>,
    busy: usize,
    failed: usize,
}

impl Searches {
    pub(crate) fn join(&mut self, other: Searches) {
        self.times.extend(other.times);
        self.busy += other.busy;
        self.failed += other.failed;
    }

    pub(crate) fn report(&mut self, name: &str, took: Duration) {
        self.times.sort_unstable();
        let at = |share: f64| {
            let place = (self.times.len().saturating_sub(1) as f64 * share) as usize;
            self.times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
        };
        report(&format!("{name}: answered"), self.times.len() as f64 / took.as_secs_f64(), "a second");
        report(&format!("{name}: p50"), at(0.5), "ms");
        report(&format!("{name}: p99"), at(0.99), "ms");
        report(&format!("{name}: told to come back (429)"), self.busy as f64, "");
        report(&format!("{name}: failed otherwise"), self.failed as f64, "");
    }
}

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60))).build().into()
}

fn post(agent: &Agent, address: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let request = agent.post(format!("http://{address}{path}")).header("Content-Type", "application/json");
    let mut answer = request.send(body.to_string()).ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    Some((answer.status().as_u16(), serde_json::from_str(&text).ok()?))
}

/// Words that nobody has asked for yet.
fn words(client: usize, turn: usize) -> String {
    let (sound, place) = (SOUNDS[(client + turn) % SOUNDS.len()], PLACES[turn % PLACES.len()]);
    format!("{sound} {place}, take {client} {turn}")
}

/// Searches by words, a search at a time.
pub(crate) fn search(address: &str, client: usize, stop: &AtomicBool) -> Searches {
    let (agent, mut searches, mut turn) = (agent(), Searches::default(), 0);
    while !stop.load(Ordering::Relaxed) {
        turn += 1;
        let start = Instant::now();
        match post(&agent, address, "/api/v1/search", &json!({ "text": words(client, turn), "limit": 20 })) {
            Some((200, _)) => searches.times.push(start.elapsed()),
            Some((429, _)) => {
                searches.busy += 1;
                thread::sleep(Duration::from_secs(1));
            }
            _ => searches.failed += 1,
        }
    }
    searches
}

/// Searches by words, once.
pub(crate) fn search_once(address: &str) {
    let answer = post(&agent(), address, "/api/v1/search", &json!({ "text": words(0, 0), "limit": 20 }));
    assert_eq!(answer.map(|(status, _)| status), Some(200), "the first search is answered");
}

/// Uploads a sound and asks what is like it, again and again; how often.
pub(crate) fn upload(address: &str, stop: &AtomicBool) -> usize {
    let (agent, mut done) = (agent(), 0);
    while !stop.load(Ordering::Relaxed) {
        let sent = agent.post(format!("http://{address}/api/v1/uploads")).header("Content-Type", "audio/wav");
        let Ok(mut answer) = sent.send(&noise(done as u32)[..]) else { continue };
        let facts: Option<Value> =
            answer.body_mut().read_to_string().ok().and_then(|text| serde_json::from_str(&text).ok());
        let Some(name) = facts.and_then(|facts| facts["upload"].as_str().map(str::to_owned)) else { continue };
        let body = json!({ "wanted": [{ "upload": name }], "limit": 20 });
        done += usize::from(matches!(post(&agent, address, "/api/v1/search", &body), Some((200, _))));
    }
    done
}

/// Holds `count` connections on each of which a byte of a request goes out each second; how many the server has closed.
pub(crate) fn dawdle(address: &str, count: usize, stop: &AtomicBool) -> usize {
    let request = b"POST /api/v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{";
    let mut connections: Vec<TcpStream> = (0..count).filter_map(|_| TcpStream::connect(address).ok()).collect();
    let (mut closed, mut at) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        let byte = [request.get(at).copied().unwrap_or(b' ')];
        at += 1;
        let before = connections.len();
        connections.retain_mut(|connection| connection.write_all(&byte).is_ok());
        closed += before - connections.len();
        thread::sleep(Duration::from_secs(1));
    }
    closed
}

/// Asks and leaves before the answer, again and again; how often.
pub(crate) fn go_away(address: &str, stop: &AtomicBool) -> usize {
    let mut done = 0;
    while !stop.load(Ordering::Relaxed) {
        let body = json!({ "text": words(999, done) }).to_string();
        let head =
            "POST /api/v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length:";
        if let Ok(mut connection) = TcpStream::connect(address) {
            let _ = write!(connection, "{head} {}\r\n\r\n{body}", body.len());
            thread::sleep(Duration::from_millis(20));
            let _ = connection.shutdown(std::net::Shutdown::Both);
            let _ = connection.read(&mut [0]);
            done += 1;
        }
        thread::sleep(Duration::from_millis(200));
    }
    done
}

/// Labels the whole library thrice and reports how long it took: the first time all sounds are compared with the
/// vocabulary.
pub(crate) fn label(address: &str) {
    let agent = agent();
    for (name, labels) in
        [("first", "rain,dog"), ("another label", "rain,dog,siren"), ("and one more", "rain,dog,siren,bell")]
    {
        let start = Instant::now();
        let labels: Vec<&str> = labels.split(',').collect();
        let answer = post(&agent, address, "/api/v1/label", &json!({ "labels": labels, "best": 100 }));
        let judged = answer.map_or(f64::NAN, |(_, answer)| answer["total"].as_f64().unwrap_or(f64::NAN));
        report(&format!("label the library, {name}"), start.elapsed().as_secs_f64(), &format!("s for {judged} sounds"));
    }
}

/// Some noise as a mono 16-bit WAV file.
fn noise(seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 18) as i16
    };
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).expect("memory can be written");
    (0..SOUND_SECONDS * RATE_HZ).for_each(|_| writer.write_sample(next()).expect("memory can be written"));
    writer.finalize().expect("memory can be written");
    file.into_inner()
}
