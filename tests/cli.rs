//! The real binary, on temporary folders of generated sounds and a small seeded checkpoint: what it prints, which exit
//! codes it gives, and what a library holds after each step. How good the model's answers are is not its business.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

#[path = "cli/support.rs"]
mod support;

#[path = "cli/help.rs"]
mod help;

#[path = "cli/embed.rs"]
mod embed;

#[path = "cli/label.rs"]
mod label;

#[path = "cli/inspect.rs"]
mod inspect;

#[path = "cli/index.rs"]
mod index;

#[path = "cli/search.rs"]
mod search;

#[path = "cli/library.rs"]
mod library;

#[path = "cli/bench.rs"]
mod bench;
