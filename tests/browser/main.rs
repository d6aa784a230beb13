//! The page of `auricle serve` in a real browser: Chromium without a window, told what to do through chromedriver, on a
//! library of the demo's synthetic sounds and with the built-in model. Where there is no Chromium these tests say so and
//! pass, unless `AURICLE_BROWSER_TESTS` is set.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[allow(dead_code)] // Shared with the tests of the command line, which use all of it.
#[path = "../cli/support.rs"]
mod support;
mod driver;
mod sounds;
mod page;
mod address;
mod browse;
mod search;
mod carry;
mod take;
mod play;
mod label;
mod teach;
mod map;
mod library;
mod keyboard;
mod reach;
mod pictures;
