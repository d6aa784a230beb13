//! What a block costs, in instructions: a guard against slowdowns that no other work on the machine can disturb.
//!
//! Instructions are counted by valgrind, which knows AVX2 but not AVX-512, and related to the fewest multiply-adds that
//! could do the work. Counting needs valgrind, so the test runs where it is asked for: `cargo test --lib cost -- --ignored`.

use std::process::Command;

use rayon::ThreadPoolBuilder;

use crate::model::config::AudioConfig;
use crate::model::htsat::block::{BlockShape, PlainBlock};
use crate::model::kernels;
use crate::model::kernels::{Level, Storage};
use crate::model::random;

/// The shape of a block of the second stage in the published models of 96 channels.
const SHAPE: BlockShape = BlockShape { width: 192, grid: 32, heads: 8, window: 8, shift: 4 };

/// f32 lanes of AVX2.
const LANES: usize = 8;

/// Instructions for each vector of multiply-adds, at most. Measured: 7.93 in a test build, which checks what a release
/// build does not; what a change adds to a kernel's work comes on top.
const MOST_INSTRUCTIONS: f64 = 8.5;

/// Set in the process that valgrind watches.
const WATCHED: &str = "AURICLE_COUNT_INSTRUCTIONS";

/// Multiply-adds of one view: four projections and an MLP of four times the width for each token, and the attention of
/// each over its window, scores and mix.
fn multiply_adds() -> usize {
    let (tokens, window) = (SHAPE.grid * SHAPE.grid, SHAPE.window * SHAPE.window);
    tokens * (12 * SHAPE.width * SHAPE.width + 2 * window * SHAPE.width)
}

/// What is counted; valgrind knows by this name when to count.
#[inline(never)]
fn counted_block(block: &kernels::PackedSwinBlock, tokens: &mut [f32]) {
    block.forward(tokens);
}

fn run_block() {
    let plain = PlainBlock::load(&AudioConfig::default(), SHAPE, random::weights()).unwrap();
    let avx2 = Level::available().into_iter().find(|level| level.name() == "avx2").expect("valgrind gives AVX2");
    let block = plain.pack(avx2, Storage::F32).unwrap();
    let mut tokens = random::values(SHAPE.grid * SHAPE.grid * SHAPE.width, 5, 1.0);
    // The first run fills each thread's scratch memory.
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| block.forward(&mut tokens));
    pool.install(|| counted_block(&block, &mut tokens));
}

fn count() -> f64 {
    let program = std::env::current_exe().unwrap();
    let test = "model::htsat::cost::a_block_costs_few_instructions_more_than_its_multiply_adds";
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted_block*"]);
    valgrind.arg(program).args(["--exact", test, "--ignored"]).env(WATCHED, "1");
    let run = valgrind.output().expect("valgrind is needed for this test; install it");
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}");
    let line = told.lines().find_map(|line| line.split_once("Collected : ")).expect("callgrind says what it collected");
    line.1.trim().parse().unwrap()
}

#[test]
#[ignore = "needs valgrind; .ci/run runs it"]
fn a_block_costs_few_instructions_more_than_its_multiply_adds() {
    if std::env::var_os(WATCHED).is_some() {
        return run_block();
    }
    let ratio = count() / (multiply_adds() / LANES) as f64;
    assert!(ratio > 1.0, "{ratio:.3} instructions a vector of multiply-adds: that is not the whole block");
    assert!(ratio < MOST_INSTRUCTIONS, "{ratio:.3} instructions a vector of multiply-adds");
}
