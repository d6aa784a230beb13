//! `kill -9` at random moments: whatever was committed stays, the library opens, and the next run goes on from there.
//!
//! One test kills the real binary while it indexes, the other a child that commits and makes its indexes in turn, so
//! that kills fall between the catalogue's commit and the index's write as well.
#![cfg(unix)]
// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code, reason = "shared with the tests of the command line, which use more of it")]
#[path = "../cli/support.rs"]
mod support;
mod index;
mod derived;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// How often each kind of process is killed.
const KILLS: usize = 50;

/// Random moments, other ones in each run; the seed is printed if the test fails.
struct Moments(SmallRng);

impl Moments {
    fn new() -> Self {
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
        println!("the seed of the moments is {seed}");
        Moments(SmallRng::seed_from_u64(seed))
    }

    /// A time between none and `longest`.
    fn wait(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.0.random::<f64>())
    }
}
