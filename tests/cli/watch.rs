//! `auricle index --watch`: what is done with files that come, grow, change and go while it runs.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Home, checkpoint, tone, wav};

/// Time that a machine under load may take for anything.
const PATIENCE: Duration = Duration::from_secs(40);

/// A watch that runs, with the lines of both its outputs as they come.
pub(crate) struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command([&["index", "--watch"], arguments].concat());
        command.env("AURICLE_MODEL", checkpoint("fused")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let sender = sender.clone();
            thread::spawn(move || BufReader::new(output).lines().for_each(|line| drop(sender.send(line.unwrap()))));
        }
        let watch = Watch { child, lines };
        watch.expect("watching");
        watch
    }

    /// Waits for a line that holds `part`, and gives those before it.
    #[track_caller]
    pub(crate) fn expect(&self, part: &str) -> Vec<String> {
        let (start, mut before) = (Instant::now(), Vec::new());
        while let Ok(line) = self.lines.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if line.contains(part) {
                return before;
            }
            before.push(line);
        }
        panic!("no {part:?} in {before:#?}");
    }

    /// Ends it as Ctrl-C does, and checks that it ends well; gives what it still said.
    pub(crate) fn stop(mut self) -> Vec<String> {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        let asked = Instant::now();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        self.lines.iter().collect()
    }
}

#[test]
fn what_comes_changes_and_goes_is_told_a_line_each() {
    let home = Home::with_tones(&[440]);
    let watch = Watch::start(&home, &["sounds"]);
    home.tone("sounds/sub/new.wav", 600, 1.0);
    watch.expect("new         sounds/sub/new.wav");
    home.tone("sounds/sub/new.wav", 700, 1.5);
    watch.expect("changed     sounds/sub/new.wav");
    fs::rename(home.path("sounds/sub"), home.path("sounds/other")).unwrap();
    watch.expect("recognised  sounds/other/new.wav");
    fs::remove_file(home.path("sounds/440.wav")).unwrap();
    watch.expect("vanished    sounds/440.wav");
    home.write("sounds/bad.wav", b"RIFF but no more");
    watch.expect("sounds/bad.wav: ");
    assert_eq!(watch.stop(), [""; 0]);
    let status = home.run("status --json").expect(0).json();
    assert_eq!((status["files"].as_u64(), status["failed"].as_u64()), (Some(1), Some(1)), "{status}");
    home.run("verify").expect(0);
}

#[test]
fn what_comes_while_the_first_run_is_at_work_is_not_missed() {
    let home = Home::with_tones(&[440]);
    let (is_watching, written) = (AtomicBool::new(false), AtomicU64::new(1));
    let watch = thread::scope(|scope| {
        scope.spawn(|| {
            while !is_watching.load(Ordering::Relaxed) && written.load(Ordering::Relaxed) < 100 {
                let name = format!("sounds/{}.wav", written.fetch_add(1, Ordering::Relaxed));
                home.tone(&name, 300, 0.3);
                thread::sleep(Duration::from_millis(100));
            }
        });
        let watch = Watch::start(&home, &["sounds"]);
        is_watching.store(true, Ordering::Relaxed);
        watch
    });
    let (start, written) = (Instant::now(), written.load(Ordering::Relaxed));
    let known = || home.run("status --json").expect(0).json()["files"].as_u64().unwrap();
    while known() < written && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(known(), written);
    watch.stop();
}

#[test]
fn a_file_that_grows_is_read_once_it_is_whole() {
    let home = Home::with_tones(&[440]);
    let watch = Watch::start(&home, &["sounds"]);
    let content = wav(&tone(300, 8.0));
    let mut file = File::create(home.path("sounds/large.wav")).unwrap();
    for part in content.chunks(content.len() / 12 + 1) {
        file.write_all(part).unwrap();
        file.flush().unwrap();
        thread::sleep(Duration::from_millis(500));
    }
    drop(file);
    watch.expect("new         sounds/large.wav");
    thread::sleep(Duration::from_secs(5));
    assert_eq!(watch.stop(), [""; 0]);
    let found = home.run_with_model("search tone --all --json --duration 7.9..8.1").expect(0).json();
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
}

#[test]
fn a_folder_may_go_and_come_back_and_so_may_an_empty_one_in_its_place() {
    let home = Home::with_tones(&[440]);
    home.tone("more/500.wav", 500, 1.0);
    let watch = Watch::start(&home, &["sounds", "more"]);
    fs::rename(home.path("more"), home.path("away")).unwrap();
    watch.expect("more is gone; nothing of it is forgotten");
    home.tone("sounds/600.wav", 600, 1.0);
    watch.expect("new         sounds/600.wav");
    fs::rename(home.path("away"), home.path("more")).unwrap();
    watch.expect("more is back");
    home.tone("more/700.wav", 700, 1.0);
    watch.expect("new         more/700.wav");
    // As where a drive is unmounted: another folder is there, an empty one.
    fs::rename(home.path("more"), home.path("away")).unwrap();
    fs::create_dir(home.path("more")).unwrap();
    watch.expect("more is gone; nothing of it is forgotten");
    fs::remove_dir(home.path("more")).unwrap();
    fs::rename(home.path("away"), home.path("more")).unwrap();
    watch.expect("more is back");
    home.tone("more/800.wav", 800, 1.0);
    watch.expect("new         more/800.wav");
    watch.stop();
    let status = home.run("status --json").expect(0).json();
    assert_eq!((status["files"].as_u64(), status["vanished"].as_u64()), (Some(5), Some(0)), "{status}");
}

#[test]
fn a_library_within_a_watched_folder_is_no_news_and_another_writer_is_waited_for() {
    let home = Home::with_tones(&[440]);
    let watch = Watch::start(&home, &[".", "--exclude", "home"]);
    thread::sleep(Duration::from_secs(5));
    let lock = File::options().write(true).open(home.path("home/indexes/default/writer.lock")).unwrap();
    lock.lock().unwrap();
    home.tone("sounds/500.wav", 500, 1.0);
    let before = watch.expect("another process is writing");
    assert_eq!(before, [""; 0]);
    lock.unlock().unwrap();
    watch.expect("new         sounds/500.wav");
    assert_eq!(watch.stop(), [""; 0]);
}
