//! The real binary, on temporary folders of generated sounds and a small seeded checkpoint: what it prints, which exit
//! codes it gives, and what a library holds after each step. How good the model's answers are is not its business.

// Helpers are tests too: they fail by panicking.
#![allow(clippy::unwrap_used)]

#[path = "cli/support.rs"]
mod support;

#[path = "cli/made.rs"]
mod made;

#[path = "cli/help.rs"]
mod help;

#[path = "cli/embed.rs"]
mod embed;

#[path = "cli/label.rs"]
mod label;

#[path = "cli/labels.rs"]
mod labels;

#[path = "cli/teach.rs"]
mod teach;

#[path = "cli/prompts.rs"]
mod prompts;

#[path = "cli/timeline.rs"]
mod timeline;

#[path = "cli/eval.rs"]
mod eval;

#[path = "cli/inspect.rs"]
mod inspect;

#[path = "cli/model.rs"]
mod model;

#[path = "cli/index.rs"]
mod index;

#[path = "cli/moments.rs"]
mod moments;

#[path = "cli/search.rs"]
mod search;

#[path = "cli/search_questions.rs"]
mod search_questions;

#[path = "cli/search_forms.rs"]
mod search_forms;

#[path = "cli/library.rs"]
mod library;

#[path = "cli/library_upkeep.rs"]
mod library_upkeep;

#[path = "cli/library_reindex.rs"]
mod library_reindex;

#[path = "cli/library_export.rs"]
mod library_export;

#[path = "cli/library_hardship.rs"]
mod library_hardship;

#[path = "cli/bench.rs"]
mod bench;
