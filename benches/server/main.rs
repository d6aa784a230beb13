//! Measures the server under load: the real binary over a made-up library, and clients that search, upload, dawdle and go
//! away.
//!
//! `cargo bench --bench server -- [files=100000] [clients=32] [seconds=600] [kept=FOLDER]`. The built-in model embeds the
//! words, which are new in every request. The library is written anew, or once into `kept` and used again from there. Every
//! figure is printed as one line, `name value unit`.

#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod clients;

#[path = "../library/synthetic.rs"]
mod synthetic;

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use auricle::encoder::queue::Encoder;
use auricle::library::Library;
use auricle::library::vectors::VectorIndex;
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use auricle::model::starter::STARTER;
use clients::{Searches, dawdle, go_away, search, upload};

/// Clients that upload sounds and ask what is like them.
const UPLOADERS: usize = 2;

/// Clients that send a byte a second.
const DAWDLERS: usize = 200;

/// Clients that leave without hearing the answer, one after the other.
const LEAVERS: usize = 8;

/// How often memory is looked at in a phase.
const LOOKS: u32 = 20;

fn report(name: &str, value: f64, unit: &str) {
    println!("{name:<56} {value:>12.3} {unit}");
}

/// What else is done to the server at an address until it is to stop; how often it was done.
type Client<'a> = &'a (dyn Fn(&str, &AtomicBool) -> usize + Sync);

/// A server that ends with the value.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it and asks it one thing at once.
    fn start(library: &Path, home: &Path) -> Self {
        let started = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_auricle"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--library"]).arg(library).env("AURICLE_HOME", home);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary was built");
        let said = child.stdout.take().expect("it is piped");
        let line = BufReader::new(said).lines().map_while(Result::ok).find(|line| line.contains("http://"));
        let line = line.expect("the server says where it is");
        let start = line.find("http://").expect("it was looked for");
        let address = line[start + 7..].split(['/', ' ']).next().expect("an address follows").to_owned();
        report("start, until it says where it is", started.elapsed().as_secs_f64() * 1e3, "ms");
        let asked = Instant::now();
        clients::search_once(&address);
        report("first search after that", asked.elapsed().as_secs_f64() * 1e3, "ms");
        Server { child, address }
    }

    /// Resident memory in MiB, where the system says.
    fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok())
            .map_or(f64::NAN, |kib| kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Searches with `clients` for `duration`, beside what `others` do until they are told to stop, and reports.
fn phase(name: &str, server: &Server, clients: usize, duration: Duration, others: &[Client<'_>]) {
    let stop = AtomicBool::new(false);
    let started = Instant::now();
    thread::scope(|scope| {
        let searching: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn({
                    let stop = &stop;
                    move || search(&server.address, client, stop)
                })
            })
            .collect();
        let beside: Vec<_> = others.iter().map(|other| scope.spawn(|| other(&server.address, &stop))).collect();
        let mut memory = Vec::new();
        for _ in 0..LOOKS {
            thread::sleep(duration / LOOKS);
            memory.push(server.resident_mib());
        }
        stop.store(true, Ordering::Relaxed);
        let took = started.elapsed();
        let mut all = Searches::default();
        searching.into_iter().for_each(|client| all.join(client.join().expect("a client does not panic")));
        all.report(name, took);
        let done: usize = beside.into_iter().map(|other| other.join().expect("a client does not panic")).sum();
        if !others.is_empty() {
            report(&format!("{name}: what the others did"), done as f64 / took.as_secs_f64(), "a second");
        }
        report(&format!("{name}: memory after the first twentieth"), memory[0], "MiB");
        report(&format!("{name}: memory at half time"), memory[memory.len() / 2], "MiB");
        report(&format!("{name}: memory at the end"), memory[memory.len() - 1], "MiB");
    });
}

/// The number after `name=` among `options`.
fn number(options: &[String], name: &str, default: usize) -> usize {
    let value = options.iter().find_map(|option| option.strip_prefix(name)?.strip_prefix('='));
    value.map_or(default, |value| value.parse().expect("an option is a number"))
}

/// Writes a library of `files` files to `path`, with its index.
fn write_library(path: &Path, files: usize, home: &Path) {
    let checkpoint = Checkpoint::find(Some(STARTER), home, &mut ()).expect("it is built in");
    let encoder = Clap::load_checkpoint(&checkpoint).and_then(Encoder::spawn).expect("the built-in model loads");
    synthetic::write_library(path, files, encoder.space());
    let library = Library::open(path).expect("it was just written");
    let mut vectors = VectorIndex::open(&library).expect("the catalogue is sound");
    vectors.refresh(&|_| ControlFlow::Continue(())).expect("it can be built");
}

fn main() {
    let options: Vec<String> = std::env::args().skip(1).filter(|option| !option.starts_with("--")).collect();
    let (files, clients) = (number(&options, "files", 100_000), number(&options, "clients", 32));
    let long = Duration::from_secs(number(&options, "seconds", 600) as u64);
    let short = Duration::from_secs(60).min(long);
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let kept = options.iter().find_map(|option| option.strip_prefix("kept=")).map(PathBuf::from);
    let path = kept.unwrap_or_else(|| folder.path().join("library"));
    if !path.exists() {
        write_library(&path, files, folder.path());
    }
    let server = Server::start(&path, folder.path());
    println!("{files} files, {clients} clients, {} threads", rayon::current_num_threads());
    phase("one client, alone", &server, 1, short / 4, &[]);
    phase("searches", &server, clients, long, &[]);
    let uploaders = [&upload as Client<'_>; UPLOADERS];
    phase("searches beside uploads", &server, clients, short, &uploaders);
    let dawdlers = |address: &str, stop: &AtomicBool| dawdle(address, DAWDLERS, stop);
    let mut others: Vec<Client<'_>> = vec![&dawdlers];
    others.extend([&go_away as Client<'_>; LEAVERS]);
    phase("searches beside clients that dawdle or leave", &server, clients, short, &others);
    phase("one client, alone, after all that", &server, 1, short / 4, &[]);
    clients::label(&server.address);
}
