//! The JSON that the command line prints with `--json` and the server speaks, one file a subject. Values come in and JSON
//! goes out, or the other way round; nothing is looked up and nothing is decided here. Other people's programs rely on the
//! names: fields may be added, none renamed.

pub mod path;
#[cfg(feature = "server")]
pub(crate) mod problem;
#[cfg(feature = "server")]
pub(crate) mod limits;
#[cfg(feature = "server")]
pub(crate) mod search;
pub mod hits;
pub mod file;
#[cfg(feature = "server")]
pub(crate) mod library;
#[cfg(feature = "server")]
pub(crate) mod browse;
pub mod model;
pub mod label;
pub mod head;
pub mod timeline;
pub mod counts;
pub mod cue;
#[cfg(feature = "server")]
pub(crate) mod sound;
#[cfg(feature = "server")]
pub(crate) mod map;
#[cfg(feature = "server")]
pub(crate) mod job;
pub mod embed;
pub mod segment;
pub mod inspection;
pub mod status;
pub mod verification;
pub mod removal;
pub mod spares;
pub mod root;
pub mod eval;
pub mod eval_search;
pub mod prompts;
