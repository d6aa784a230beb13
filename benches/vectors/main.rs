//! Measures the vector index of a library: `cargo bench --bench vectors -- [VECTORS] [OPTION=VALUE…]`; see README.md.
//! Every figure is printed as one line, `name value unit`.

#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod exact;
mod store;
mod synthetic;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use auricle::embedding::Embedding;
use auricle::library::Library;
use auricle::library::record::segment::SegmentId;
use auricle::library::vectors::VectorIndex;
use auricle::library::vectors::filter::Filter;
use auricle::library::vectors::promising::PromiseQuestion;
use auricle::library::vectors::refresh::VectorRefresh;
use auricle::library::vectors::search::Mode;
use auricle::library::vectors::settings::Settings;

use crate::exact::{NEAREST, Truth};
use crate::store::Source;
use crate::synthetic::{Kind, Synthetic};

/// Files that are added at the end, to see what that costs.
const ADDED: usize = 1000;

/// As many as a search with something unwanted judges, and the cosine from which on the other query takes away.
const PROMISING: usize = 750;
const UNWANTED: f32 = 0.1;

/// Shares of the vectors that filters let through.
const SHARES: [f64; 4] = [0.5, 0.1, 0.01, 0.001];

/// What is measured.
struct Options {
    vectors: usize,
    dim: usize,
    seed: u64,
    queries: usize,
    kind: String,
    /// Where the library lies; one that an earlier run left there is measured as it is.
    folder: Option<PathBuf>,
    /// Where the vectors are written as bare f32, for other programs.
    dump: Option<PathBuf>,
    settings: Settings,
}

impl Options {
    fn parse(arguments: impl Iterator<Item = String>) -> Self {
        let (mut options, settings) = (Options::default(), Settings::default());
        options.settings = settings;
        for argument in arguments.filter(|argument| !argument.starts_with("--")) {
            let Some((name, value)) = argument.split_once('=') else {
                options.vectors = argument.parse().expect("the number of vectors is a number");
                continue;
            };
            let number = || value.parse().expect("an option is a number");
            match name {
                "dim" => options.dim = number(),
                "seed" => options.seed = number() as u64,
                "queries" => options.queries = number(),
                "kind" => options.kind = value.to_owned(),
                "folder" => options.folder = Some(value.into()),
                "dump" => options.dump = Some(value.into()),
                "list" => options.settings.list_len = number(),
                "listed" => options.settings.listed_len = number(),
                "scanned" => options.settings.scanned_len = number(),
                "selected" => options.settings.selected_len = number(),
                _ => panic!("unknown option {name}"),
            }
        }
        options
    }

    /// The vectors: made up, or those of a file of bare f32.
    fn source(&self) -> Source {
        match self.kind.as_str() {
            "clusters" => Source::Synthetic(Synthetic::new(Kind::Clusters, self.dim, self.seed)),
            "manifold" => Source::Synthetic(Synthetic::new(Kind::Manifold, self.dim, self.seed)),
            path => Source::mixed(Path::new(path), self.dim, self.seed),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        let settings = Settings::default();
        let kind = "manifold".into();
        Options { vectors: 100_000, dim: 512, seed: 20_240_607, queries: 500, kind, folder: None, dump: None, settings }
    }
}

fn report(name: &str, value: f64, unit: &str) {
    println!("{name:<44} {value:>12.3} {unit}");
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    report(name, start.elapsed().as_secs_f64(), "s");
    result
}

/// Reports how long searches take, and the share of the exact nearest that they find.
fn measure(index: &VectorIndex, name: &str, queries: &[Embedding], truth: Option<&Truth>, filter: &Filter<'_>) {
    let (mut times, mut found) = (Vec::new(), 0);
    for (at, query) in queries.iter().enumerate() {
        let start = Instant::now();
        let nearest = index.nearest(query, NEAREST, filter, Mode::Auto).expect("the catalogue is there");
        times.push(start.elapsed());
        found += truth.map_or(0, |truth| truth.found(at, &nearest));
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    report(&format!("{name}: p50"), milliseconds(at(0.5)), "ms");
    report(&format!("{name}: p99"), milliseconds(at(0.99)), "ms");
    if let Some(truth) = truth {
        report(&format!("{name}: recall@{NEAREST}"), found as f64 / truth.len() as f64, "");
    }
}

/// Resident memory of this process, as far as the line `name` of what Linux says counts it.
fn resident_bytes(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).map_or(f64::NAN, |kib| kib * 1024.0)
}

fn refresh(index: &mut VectorIndex) -> VectorRefresh {
    index.refresh(&|_| ControlFlow::Continue(())).expect("the catalogue is there")
}

fn main() {
    let options = Options::parse(std::env::args().skip(1));
    let Options { vectors, dim, settings, .. } = options;
    println!(
        "{vectors} vectors of {dim} values, {}, seed {}, {settings:?}, {} threads",
        options.kind,
        options.seed,
        rayon::current_num_threads()
    );
    let temporary = tempfile::tempdir().expect("there is room for temporary files");
    let folder = options.folder.clone().unwrap_or(temporary.path().into());
    let source = options.source();
    let queries =
        source.queries(options.queries).map(|queries| queries.into_iter().map(store::embedding).collect::<Vec<_>>());
    if let Some(dump) = &options.dump {
        timed("write vectors for others", || store::dump(&source, vectors, &queries, dump));
    }
    let library = Library::open(&folder)
        .unwrap_or_else(|_| timed("write the catalogue", || store::write_library(&folder, 0..vectors, &source)));
    let truths =
        timed("find the exact nearest", || queries.each_ref().map(|queries| Truth::of(&source, vectors, queries)));
    let open = || VectorIndex::open_with(&library, settings).expect("the library is sound");
    let mut index = timed("open as it is", open);
    timed("build and store the index", || refresh(&mut index));
    drop(index);
    measure_index(&open, vectors, &queries, &truths);
    measure_filters(&open(), &source, vectors, &queries);
    measure_growth(&folder, &open, vectors, &source);
}

/// Reports memory, and searches through the index as it is opened.
fn measure_index(open: &dyn Fn() -> VectorIndex, vectors: usize, queries: &[Vec<Embedding>; 2], truths: &[Truth; 2]) {
    let bytes = || ["RssAnon:", "RssFile:"].map(resident_bytes).iter().sum::<f64>();
    let before = bytes();
    let index = timed("open with the index", open);
    println!("{:?}", index.stats().expect("the catalogue is there"));
    let resident = || bytes() - before;
    report("resident a vector, just opened", resident() / vectors as f64, "B");
    let start = Instant::now();
    index.nearest(&queries[0][0], NEAREST, &Filter::default(), Mode::Auto).expect("the catalogue is there");
    report("first search", start.elapsed().as_secs_f64() * 1e3, "ms");
    for (name, (queries, truth)) in ["sounds", "texts"].iter().zip(queries.iter().zip(truths)) {
        for round in ["cold", "warm"] {
            measure(&index, &format!("{round}, {name}"), queries, Some(truth), &Filter::default());
        }
    }
    let touched = resident() / vectors as f64;
    measure_promising(&index, &queries[1]);
    timed("cosine of every vector, 10 queries", || {
        let every = |query| index.every(query, &Filter::default(), Mode::Auto).expect("the library can be read").len();
        queries[1].iter().take(10).map(every).sum::<usize>()
    });
    report("resident a vector, after these searches", touched, "B");
    report("resident a vector, all touched", resident() / vectors as f64, "B");
}

/// Reports how long it takes to find what is near to one query and not to another.
fn measure_promising(index: &VectorIndex, queries: &[Embedding]) {
    let mut times = Vec::new();
    for pair in queries.windows(2) {
        let promise = |cosines: &[f32]| cosines[0] - (cosines[1] - UNWANTED).max(0.0);
        let queries = pair.iter().collect();
        let question = PromiseQuestion { queries, promise: &promise, bound: pair[0].clone(), scale: 1.0 };
        let start = Instant::now();
        index.most_promising(&question, PROMISING, &Filter::default()).expect("the catalogue is there");
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_unstable_by(f64::total_cmp);
    report(&format!("{PROMISING} near to one text and not to another: p50"), times[times.len() / 2], "ms");
    report(&format!("{PROMISING} near to one text and not to another: p99"), times[times.len() * 99 / 100], "ms");
}

fn measure_filters(index: &VectorIndex, source: &Source, vectors: usize, queries: &[Vec<Embedding>; 2]) {
    for share in SHARES {
        let step = (1.0 / share) as usize;
        // Segments are numbered from 1, in the order they were written.
        let passing = |number: usize| number.is_multiple_of(step);
        let among: HashSet<SegmentId> =
            (0..vectors).filter(|number| passing(*number)).map(|number| SegmentId(number as i64 + 1)).collect();
        let filter = Filter { kind: None, among: Some(&among) };
        let truth = Truth::among(source, vectors, &queries[1], &passing);
        measure(index, &format!("{}% let through, texts", share * 100.0), &queries[1], Some(&truth), &filter);
    }
}

fn measure_growth(folder: &Path, open: &dyn Fn() -> VectorIndex, vectors: usize, source: &Source) {
    drop(store::write_library(folder, vectors..vectors + ADDED + 1000, source));
    let mut index = timed("open with newer vectors", open);
    timed(&format!("put {} newer vectors into lists", ADDED + 1000), || refresh(&mut index));
}
