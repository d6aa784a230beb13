//! Measures a whole library: opening it, whole searches of every kind, and indexing a tree in which nothing changed.
//!
//! `cargo bench --bench library -- MODEL [files=100000] [queries=200] [tree=10000]`, where MODEL is a checkpoint's folder:
//! its text tower embeds the queries, and the files' vectors, which are synthetic, have its dimension. Every figure is
//! printed as one line, `name value unit`.

#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod synthetic;

mod tree;

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use auricle::encoder::queue::Encoder;
use auricle::library::Library;
use auricle::library::lookup::{Bounds, FileFilter, TagFilter};
use auricle::library::text::TextIndex;
use auricle::library::vectors::VectorIndex;
use auricle::model::Clap;
use auricle::model::checkpoint::Checkpoint;
use auricle::search::Searcher;
use auricle::search::query_vectors::QueryVectors;
use auricle::search::request::{Basis, Query, Request, WeightedQuery};

/// What is asked for in turn, so that no two searches in a row are the same.
const QUERIES: [&str; 5] =
    ["rain on a tin roof", "kick drum 808 hard", "a door slams", "wind in the trees", "dog barking far away"];

pub(crate) fn report(name: &str, value: f64, unit: &str) {
    println!("{name:<48} {value:>12.3} {unit}");
}

pub(crate) fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    report(name, start.elapsed().as_secs_f64(), "s");
    result
}

/// Median and 99th percentile of `times`.
pub(crate) fn report_times(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    report(&format!("{name}: p50"), at(0.5), "ms");
    report(&format!("{name}: p99"), at(0.99), "ms");
}

/// Resident memory of this process in MiB, where the system says.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).map_or(f64::NAN, |kib| kib / 1024.0)
}

/// The number after `name=` among `options`.
fn number(options: &[String], name: &str, default: usize) -> usize {
    let value = options.iter().find_map(|option| option.strip_prefix(name)?.strip_prefix('='));
    value.map_or(default, |value| value.parse().expect("an option is a number"))
}

/// A search with the model warm, from the words to the hits.
fn search(searcher: &mut Searcher, encoder: &Encoder, request: &Request) -> usize {
    let mut meaning = QueryVectors::from_library(searcher.library(), request).expect("the request is sound");
    if meaning.needs_model() {
        meaning.complete(encoder, request).expect("the model answers");
        searcher.prepare(encoder, request).expect("the model answers");
    }
    searcher.search(request, &meaning).expect("the library is sound").hits.len()
}

/// A request of each kind for `words`, by the kind's name.
fn requests(words: &str) -> [(&'static str, Request); 6] {
    let plain = || Request::new(Query::Words(words.into()));
    let narrow = || FileFilter {
        formats: vec!["flac".into()],
        duration_seconds: Bounds { least: Some(1.0), most: Some(2.0) },
        tags: vec![TagFilter { name: Some("genre".into()), text: "field".into() }],
        ..FileFilter::default()
    };
    let unwanted = vec![WeightedQuery::from(Query::Words("speech".into()))];
    [
        ("words and sound", plain()),
        ("sound alone", Request { by: Basis::Sound, ..plain() }),
        ("words alone", Request { by: Basis::Words, ..plain() }),
        ("words alone, filtered", Request { by: Basis::Words, filter: narrow(), ..plain() }),
        ("words and sound, filtered", Request { filter: narrow(), ..plain() }),
        ("words and sound, not speech", Request { unwanted, ..plain() }),
    ]
}

fn measure_searches(folder: &Path, encoder: &Encoder, queries: usize) {
    let before = resident_mib();
    let library = timed("open the catalogue", || Library::open(folder).expect("it was just written"));
    let mut searcher = Searcher::new(library);
    let first = Request::new(Query::Words(QUERIES[0].into()));
    timed("first search: indexes opened, chance measured", || search(&mut searcher, encoder, &first));
    report("memory of the open library", resident_mib() - before, "MiB");
    drop(searcher);
    let mut searcher = timed("open the library and answer, as the next process", || {
        let mut searcher = Searcher::new(Library::open(folder).expect("it was just written"));
        search(&mut searcher, encoder, &first);
        searcher
    });
    for kind in 0..requests("").len() {
        let time = |turn: usize| {
            let (_, request) = &requests(QUERIES[turn % QUERIES.len()])[kind];
            let start = Instant::now();
            search(&mut searcher, encoder, request);
            start.elapsed()
        };
        report_times(requests("")[kind].0, (0..queries).map(time).collect());
    }
}

fn main() {
    let options: Vec<String> = std::env::args().skip(1).filter(|option| !option.starts_with("--")).collect();
    let Some(model) = options.iter().find(|option| !option.contains('=')) else {
        println!("cargo bench --bench library -- MODEL [files=100000] [queries=200] [tree=10000]");
        return;
    };
    let (files, queries) = (number(&options, "files", 100_000), number(&options, "queries", 200));
    let checkpoint = Checkpoint::in_folder(model, Path::new(model)).expect("a checkpoint's folder");
    let encoder = Clap::load_checkpoint(&checkpoint).and_then(Encoder::spawn).expect("a model that loads");
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    println!("{files} files, {} values a vector, {} threads", encoder.space().dim, rayon::current_num_threads());
    timed("write the catalogue", || synthetic::write_library(folder.path(), files, encoder.space()));
    let library = Library::open(folder.path()).expect("it was just written");
    timed("make the text index", || TextIndex::open(&library).expect("it can be made").len());
    let mut vectors = VectorIndex::open(&library).expect("the catalogue is sound");
    timed("make the vector index", || vectors.refresh(&|_| ControlFlow::Continue(()))).expect("it can be built");
    drop((vectors, library));
    measure_searches(folder.path(), &encoder, queries);
    tree::measure(number(&options, "tree", 10_000));
}
