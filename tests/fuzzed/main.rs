//! What `fuzz/` tries for hours, for seconds: seeds of every kind that a reader must bear, and what some thousand mistakes make
//! of them. Other people's decoders may panic where auricle contains it; auricle itself may not.
//!
//! With AURICLE_FUZZ_SEEDS=FOLDER the seeds are written there instead, a folder a target, where cargo-fuzz begins with them.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used)]

mod seeds;
mod mistakes;

// Other tests need the rest of it.
#[allow(dead_code)]
#[path = "../common/media.rs"]
mod media;

use std::cell::{Cell, RefCell};
use std::fs;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use auricle::fuzzing;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// How long one target is tried, beyond its seeds.
const TRIED: Duration = Duration::from_secs(6);

/// How long a finding is made smaller.
const SHRUNK: Duration = Duration::from_secs(5);

/// What the paths of other people's code have in them.
const FOREIGN: [&str; 3] = [".cargo/registry", ".cargo/git", "/rustc/"];

thread_local! {
    /// Whether this thread is in a target.
    static IS_TRYING: Cell<bool> = const { Cell::new(false) };
    /// The last panic of auricle's own in this thread.
    static OWN_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

#[test]
fn sounds() {
    let seeds = seeds::sounds();
    for (index, seed) in seeds.iter().enumerate() {
        assert!(auricle::audio::open_bytes("seed", seed.clone()).is_ok(), "seed {index} is no sound");
    }
    check("sound", fuzzing::sound, &seeds);
}

#[test]
fn words() {
    check("words", fuzzing::words, &seeds::words());
}

#[test]
fn times() {
    check("times", fuzzing::times, &seeds::times());
}

#[test]
fn queries() {
    check("query", fuzzing::query, &seeds::queries());
}

#[test]
fn indexes() {
    check("index", fuzzing::index, &seeds::indexes());
}

#[test]
fn imprints() {
    check("imprint", fuzzing::imprint, &seeds::imprints());
}

#[test]
fn heads() {
    check("head", fuzzing::head, &seeds::heads());
}

/// Runs `target` on `seeds` and on what mistakes make of them, always the same ones.
fn check(name: &str, target: fn(&[u8]), seeds: &[Vec<u8>]) {
    if let Some(folder) = std::env::var_os("AURICLE_FUZZ_SEEDS") {
        return write(&Path::new(&folder).join(name), seeds);
    }
    watch();
    for (index, seed) in seeds.iter().enumerate() {
        assert_eq!(finding(target, seed), None, "seed {index}");
    }
    let (mut runner, strategy, start) = (TestRunner::deterministic(), mistakes::of(seeds.to_vec()), Instant::now());
    while start.elapsed() < TRIED {
        let mut tree = strategy.new_tree(&mut runner).unwrap();
        if finding(target, &tree.current()).is_some() {
            panic!("{}", smallest(target, &mut tree));
        }
    }
}

/// The finding that a smaller input still makes.
fn smallest(target: fn(&[u8]), tree: &mut impl ValueTree<Value = Vec<u8>>) -> String {
    let (mut worst, start) = (tree.current(), Instant::now());
    while start.elapsed() < SHRUNK {
        let is_found = finding(target, &tree.current()).is_some();
        if is_found {
            worst = tree.current();
        }
        if !(if is_found { tree.simplify() } else { tree.complicate() }) {
            break;
        }
    }
    format!("{}\nby {:?}", finding(target, &worst).unwrap_or_default(), String::from_utf8_lossy(&worst))
}

/// How `target` panics on `bytes`; `None` if it does not, or only in what is not ours and is contained.
fn finding(target: fn(&[u8]), bytes: &[u8]) -> Option<String> {
    OWN_PANIC.take();
    IS_TRYING.set(true);
    let left = catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err();
    IS_TRYING.set(false);
    OWN_PANIC.take().or_else(|| left.then(|| "a panic left the target".to_owned()))
}

/// Has panics of auricle's own noted, whether or not they are contained.
fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // auricle's own hook is set once, when it is first needed; from then on this one stands.
        drop(auricle::panics::contain(|| ()));
        let previous = take_hook();
        set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            let is_foreign = panic.location().is_some_and(|at| FOREIGN.iter().any(|part| at.file().contains(part)));
            if !IS_TRYING.get() {
                previous(panic);
            } else if !is_foreign {
                OWN_PANIC.set(Some(panic.to_string()));
            }
        }));
    });
}

fn write(folder: &Path, seeds: &[Vec<u8>]) {
    fs::create_dir_all(folder).unwrap();
    for seed in seeds {
        fs::write(folder.join(blake3::hash(seed).to_hex().as_str()), seed).unwrap();
    }
}
