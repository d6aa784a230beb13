//! Folders → a library that knows every sound in them, doing only what has changed since the last time.
//!
//! The walk finds the files, the plan compares them with the catalogue, worker threads decode and embed, and the calling
//! thread commits what they finish in small batches, so that an interrupted run keeps all but the last few files. A bad
//! file is recorded and the run goes on. Nothing is printed: an observer is told what happens.

mod request;
mod walk;
mod moments;
mod plan;
mod worker;
mod run;

pub use crate::ingest::moments::default_moments;
pub use crate::ingest::request::{FailurePolicy, FileSelection, IngestRequest, LinkPolicy};
pub use crate::ingest::run::{IngestEvent, IngestSummary, run};
pub use crate::ingest::walk::sound_files;
pub use crate::ingest::worker::hash_file;
