//! Zero-shot audio search: sounds and words in one space, libraries that find sounds by them, and labels made up a second ago.
//!
//! The modules stand in the order in which data flows: a path becomes samples ([`audio`]), a log-mel and views ([`features`]),
//! and a vector ([`model`], behind the [`encoder`]). The [`library`] keeps it, [`search`] and [`classify`] answer questions with
//! it, and [`operations`] are what a user can ask for. `ARCHITECTURE.md` has the whole map and the glossary; `examples/` has
//! programs that do one thing each.
//!
//! # The door
//!
//! A program begins with the ten names that stand here, and goes on to the modules of what they take and give:
//!
//! - [`operations`]: index, reindex, remove, label all of a library, teach, follow a sound along time, find duplicates; each
//!   with a request, an [observer](operations::observer) and a result. [`ingest::request`] and [`ingest::run`] have the
//!   choices and the progress of indexing.
//! - [`search::request`], [`search::example`] and [`library::lookup`]: questions and filters; [`search::hit`]: answers.
//! - [`classify`]: labels, as they are written, asked for, judged, taught and suggested.
//! - [`library`], [`library::writer`] and [`library::record`]: what is stored, and opening it to change it.
//! - [`audio`], [`encoder::sound`], [`embedding`], [`time_span`] and [`recording_time`]: sounds, their vectors, spans of
//!   them, and when they were recorded.
//! - [`error`]: what can fail, as data.
//!
//! What else is public serves the command line, the tests and the benchmarks of this package, and changes as they do;
//! `tests/door.rs` is a program that needs none of it.
//!
//! Index a folder with the built-in model, and search it:
//!
//! ```
//! use std::sync::Arc;
//!
//! use auricle::operations::index::{IndexRequest, index};
//! use auricle::operations::observer::{Event, Observer};
//! use auricle::search::request::Query;
//! use auricle::{Clap, Encoder, Library, Request, Searcher};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (sounds, library) = (folder.path().join("sounds"), folder.path().join("library"));
//! # std::fs::create_dir(&sounds)?;
//! # let spec = hound::WavSpec { channels: 1, sample_rate: 16_000, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
//! # let mut wav = hound::WavWriter::create(sounds.join("beep.wav"), spec)?;
//! # (0..16_000).try_for_each(|i| wav.write_sample(((i as f32 * 0.4).sin() * 9000.0) as i16))?;
//! # wav.finalize()?;
//! let encoder = Encoder::spawn(Clap::starter()?)?;
//! let mut ignore = |_: Event<'_>| {};
//! index(&IndexRequest::new(&library, &encoder, &[sounds]), &Observer::new(&mut ignore, &Arc::default()))?;
//!
//! let mut searcher = Searcher::new(Library::open(&library)?);
//! let answer = searcher.ask(&encoder, &Request::new(Query::Words("a beep".into())))?;
//! assert_eq!(answer.searched.files, 1);
//! # Ok(())
//! # }
//! ```

pub mod error;
mod cores;
pub mod panics;
pub mod time_span;
pub mod disk_path;
pub mod recording_time;
pub mod embedding;
pub mod imprint;
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

#[doc(hidden)]
pub mod fuzzing;

pub use crate::classify::classifier::Classifier;
pub use crate::embedding::{Embedding, Space};
pub use crate::encoder::queue::Encoder;
pub use crate::error::{Error, Result};
pub use crate::library::Library;
pub use crate::model::Clap;
pub use crate::search::Searcher;
pub use crate::search::request::Request;
