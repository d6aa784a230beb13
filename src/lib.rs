//! Zero-shot audio search. The modules below are listed in the order in which data flows through them:
//!
//! path → [`audio`] (decode, resample to mono f32) → [`features`] (log-mel, views) → [`model`] (CLAP: HTSAT and
//! RoBERTa) behind the [`encoder`] (one thread owns the model) → [`embedding`] → [`library`] (SQLite is the source of
//! truth, everything else is derived). [`ingest`] drives that chain for folders and [`mod@bench`] times its steps;
//! [`search`] and [`classify`] answer questions with the same encoder, and [`server`] asks all of them on behalf of the
//! web. The binary's `cli` is the only code that prints.
//!
//! Dependencies run one way: cli → server → ingest, bench, search, classify → encoder, library; encoder → model → features
//! → audio; library → embedding; every module may use [`error`]. `classify::eval` hears sounds itself and asks `ingest`
//! what is called like one, and `search` reads the classes that `classify` has taught. `library` never imports `audio` or
//! `model`, nor the reverse. candle tensors stay inside `model`; symphonia, rubato, tantivy, rusqlite and actix each stay
//! inside the folder that owns them.

pub mod error;
mod panics;
pub mod time_span;
pub mod embedding;
pub mod audio;
pub mod features;
pub mod model;
pub mod encoder;
pub mod library;
pub mod ingest;
pub mod bench;
pub mod search;
pub mod classify;
pub mod eval;
pub mod operations;
#[cfg(feature = "pictures")]
pub mod picture;
pub mod wire;
#[cfg(feature = "server")]
pub mod server;
