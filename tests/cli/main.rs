//! The real binary, on temporary folders of generated sounds and a small seeded checkpoint: what it prints, which exit
//! codes it gives, and what a library holds after each step. How good the model's answers are is not its business.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

mod support;
mod made;
mod help;
mod embed;
mod label;
mod labels;
mod teach;
mod suggest;
mod prompts;
mod timeline;
mod recorded;
mod eval;
mod eval_search;
mod inspect;
mod clip;
mod joins;
mod model;
mod index;
mod channels;
mod cues;
mod roots;
mod mounts;
mod duplicates;
mod watch;
mod completions;
mod relocate;
mod names;
mod moments;
mod search;
mod search_questions;
mod search_forms;
mod library;
mod library_upkeep;
mod library_reindex;
mod library_export;
mod library_hardship;
mod bench;
