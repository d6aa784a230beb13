//! The page of `auricle serve` in a real browser: Chromium without a window, told what to do through chromedriver, on a
//! library of the demo's synthetic sounds and with the built-in model. Where there is no Chromium these tests say so and
//! pass, unless `AURICLE_BROWSER_TESTS` is set.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[allow(dead_code)] // Shared with the tests of the command line, which use all of it.
#[path = "cli/support.rs"]
mod support;

#[path = "browser/driver.rs"]
mod driver;

#[path = "browser/sounds.rs"]
mod sounds;

#[path = "browser/page.rs"]
mod page;

#[path = "browser/search.rs"]
mod search;

#[path = "browser/carry.rs"]
mod carry;

#[path = "browser/play.rs"]
mod play;

#[path = "browser/label.rs"]
mod label;

#[path = "browser/teach.rs"]
mod teach;

#[path = "browser/map.rs"]
mod map;

#[path = "browser/library.rs"]
mod library;

#[path = "browser/keyboard.rs"]
mod keyboard;

#[path = "browser/reach.rs"]
mod reach;

#[path = "browser/pictures.rs"]
mod pictures;
