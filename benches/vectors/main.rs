//! Measures the vector index on a synthetic library: `cargo bench --bench vectors -- [VECTORS] [folder=FOLDER]
//! [OPTION=NUMBER…]`. A library that an earlier run left in FOLDER is measured as it is.
//!
//! The vectors have the structure of real ones: clusters of differing size around centres, and queries that, like the
//! vectors of texts, all lie off to one side. Every figure is printed as one line, `name value unit`.

#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use auricle::embedding::{Embedding, Space};
use auricle::library::Library;
use auricle::library::record::change::Change;
use auricle::library::record::file::{FileFacts, Stamp};
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::{Segment, SegmentKind};
use auricle::library::record::sound::SoundFacts;
use auricle::library::vectors::VectorIndex;
use auricle::library::vectors::filter::Filter;
use auricle::library::vectors::search::Mode;
use auricle::library::vectors::settings::Settings;
use auricle::library::writer::Writer;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

const DIM: usize = 512;
const CLUSTERS: usize = 2000;
const QUERIES: usize = 1000;
const EXACT_QUERIES: usize = 100;
const NEAREST: usize = 10;
const FILES_A_COMMIT: usize = 2000;

/// How far a vector is from its centre, both of length 1: cosines of about 0.8 within a cluster.
const SPREAD: f32 = 0.7;

/// How far a query is pushed to the side that all queries lie on, next to 1 for the sound it is about.
const GAP: f32 = 1.0;

/// The random vectors of one run.
struct Synthetic {
    centres: Vec<Vec<f32>>,
    side: Vec<f32>,
    random: SmallRng,
}

impl Synthetic {
    fn new() -> Self {
        let mut random = SmallRng::seed_from_u64(20_240_607);
        let centres = (0..CLUSTERS).map(|_| direction(&mut random)).collect();
        let side = direction(&mut random);
        Synthetic { centres, side, random }
    }

    /// A vector of a cluster; squaring makes some clusters many times as large as others.
    fn sound(&mut self) -> Vec<f32> {
        let cluster = (self.random.random::<f32>().powi(2) * CLUSTERS as f32) as usize % CLUSTERS;
        let noise = direction(&mut self.random);
        self.centres[cluster].iter().zip(&noise).map(|(centre, noise)| centre + SPREAD * noise).collect()
    }

    fn stored(&mut self) -> Embedding {
        Embedding::normalized(self.sound()).expect("noise has a direction")
    }

    /// A query about a sound that is not in the library, across the gap between texts and sounds.
    fn query(&mut self) -> Embedding {
        let sound = self.stored();
        let values = sound.as_slice().iter().zip(&self.side).map(|(value, side)| value + GAP * side).collect();
        Embedding::normalized(values).expect("noise has a direction")
    }
}

/// A random direction of about unit length: sums of uniform numbers are near enough to Gaussian ones.
fn direction(random: &mut SmallRng) -> Vec<f32> {
    let gaussian = |_| (0..4).map(|_| random.random_range(-1.0f32..1.0)).sum::<f32>();
    let values: Vec<f32> = (0..DIM).map(gaussian).collect();
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter().map(|value| value / length).collect()
}

/// A library of `vectors` clips in `folder`, written as `auricle index` writes it.
fn write_library(folder: &Path, vectors: usize, synthetic: &mut Synthetic) -> Library {
    let model = Space { name: "synthetic".into(), fingerprint: "synthetic".into(), dim: DIM };
    let mut writer = Writer::open(folder, &model).expect("the folder is new");
    let clip = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 5.0, channel: None };
    let mut change = |number: usize| {
        let path = PathBuf::from(format!("/sounds/{:03}/recording-{number}.wav", number % 1000));
        let file =
            FileFacts { path, stamp: Stamp { size_bytes: 1, modified_ns: 0 }, hash: None, hearing: Hearing::Mix };
        Change::Indexed { file, sound: SoundFacts::default(), segments: vec![(clip, synthetic.stored())] }
    };
    for start in (0..vectors).step_by(FILES_A_COMMIT) {
        let changes: Vec<_> = (start..vectors.min(start + FILES_A_COMMIT)).map(&mut change).collect();
        writer.commit(&changes).expect("the batch is sound");
    }
    Library::open(folder).expect("it was just written")
}

fn report(name: &str, value: f64, unit: &str) {
    println!("{name:<34} {value:>12.3} {unit}");
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    report(name, start.elapsed().as_secs_f64(), "s");
    result
}

/// Reports how long searches take, and the share of the exact nearest that they find.
fn measure(index: &VectorIndex, name: &str, mode: Mode, queries: &[Embedding], exact: &[f32]) {
    let (mut times, mut found) = (Vec::new(), 0);
    for (at, query) in queries.iter().enumerate() {
        let start = Instant::now();
        let nearest = index.nearest(query, NEAREST, &Filter::default(), mode).expect("the catalogue is there");
        times.push(start.elapsed());
        if let Some(last) = exact.get(at) {
            found += nearest.iter().filter(|neighbour| neighbour.cosine >= last - 1e-6).count();
        }
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    report(&format!("{name}: p50"), milliseconds(at(0.5)), "ms");
    report(&format!("{name}: p99"), milliseconds(at(0.99)), "ms");
    if !exact.is_empty() {
        report(&format!("{name}: recall@{NEAREST}"), found as f64 / (exact.len() * NEAREST) as f64, "");
    }
}

/// Resident memory of this process, where the system says.
fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).map_or(f64::NAN, |kib| kib * 1024.0)
}

/// The settings and the number of queries that `options` ask for.
fn settings_from(options: &[String]) -> (Settings, usize) {
    let (mut settings, mut queries) = (Settings::default(), QUERIES);
    for option in options {
        let Some((name, number)) = option.split_once('=').filter(|(name, _)| *name != "folder") else { continue };
        let number: usize = number.parse().expect("an option is a number");
        match name {
            "connections" => settings.connections = number,
            "construction" => settings.construction = number,
            "breadth" => settings.breadth = number,
            "scanned" => settings.scanned_len = number,
            "graphed" => settings.graphed_len = number,
            "most" => settings.graphed_most = number,
            "queries" => queries = number,
            _ => panic!("unknown option {name}"),
        }
    }
    (settings, queries)
}

fn main() {
    let options: Vec<String> = std::env::args().skip(1).filter(|option| !option.starts_with("--")).collect();
    let vectors: usize = options.iter().find_map(|option| option.parse().ok()).unwrap_or(100_000);
    let (settings, queries) = settings_from(&options);
    println!("{vectors} vectors of {DIM} values, {settings:?}, {} threads", rayon::current_num_threads());
    let temporary = tempfile::tempdir().expect("there is room for temporary files");
    let kept = options.iter().find_map(|option| option.strip_prefix("folder=").map(Path::new));
    let folder = kept.unwrap_or(temporary.path());
    let mut synthetic = Synthetic::new();
    let library = match Library::open(folder) {
        Ok(library) => {
            (0..vectors).for_each(|_| drop(synthetic.sound()));
            library
        }
        Err(_) => timed("write the catalogue", || write_library(folder, vectors, &mut synthetic)),
    };
    let texts: Vec<Embedding> = (0..queries).map(|_| synthetic.query()).collect();
    let sounds: Vec<Embedding> = (0..queries).map(|_| synthetic.stored()).collect();

    let open = || VectorIndex::open_with(&library, settings).expect("the library is sound");
    let mut index = timed("open as it is", open);
    measure(&index, "as opened, texts", Mode::Auto, &texts[..queries.min(EXACT_QUERIES)], &[]);
    timed("build and store the index", || index.refresh(&|_| ControlFlow::Continue(()))).expect("it can be built");
    drop(index);

    let before = resident_bytes();
    let index = timed("open with the index", open);
    let stats = index.stats().expect("the catalogue is there");
    println!("{stats:?}");
    report("memory a vector, counted", stats.memory_bytes as f64 / vectors as f64, "B");
    report("memory a vector, resident", (resident_bytes() - before) / vectors as f64, "B");
    report("stored a vector", stats.stored_bytes as f64 / vectors as f64, "B");

    let farthest = |index: &VectorIndex, query: &Embedding| {
        let exact = index.nearest(query, NEAREST, &Filter::default(), Mode::Exact).expect("the catalogue is there");
        exact.last().map_or(1.0, |neighbour| neighbour.cosine)
    };
    let exact_index = open();
    timed("first exact search", || farthest(&exact_index, &texts[0]));
    for (name, queries) in [("texts", &texts), ("sounds", &sounds)] {
        let exact: Vec<f32> = queries.iter().map(|query| farthest(&exact_index, query)).collect();
        measure(&index, &format!("default, {name}"), Mode::Auto, queries, &exact);
        for breadth in [64, 256, 512] {
            let wider = VectorIndex::open_with(&library, Settings { breadth, ..settings }).expect("it is sound");
            measure(&wider, &format!("breadth {breadth}, {name}"), Mode::Auto, queries, &exact);
        }
    }
    measure(&exact_index, "exact scan, texts", Mode::Exact, &texts[..queries.min(EXACT_QUERIES)], &[]);
    let every = |query| index.every(query, &Filter::default(), Mode::Auto).expect("the library can be read").len();
    timed("cosine of every vector, 10 queries", || texts.iter().take(10).map(every).sum::<usize>());
}
