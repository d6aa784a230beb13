//! Folders → a library that knows every sound in them, doing only what has changed since the last time.
//!
//! The walk finds the files, the plan compares them with the catalogue, worker threads decode and embed, and the calling
//! thread commits what they finish in small batches, so that an interrupted run keeps all but the last few files. A bad
//! file is recorded and the run goes on. Nothing is printed: an observer is told what happens.

pub mod request;
pub mod skipped;
pub mod walk;
pub mod moments;
mod marks;
pub mod missing;
pub(crate) mod mounts;
pub(crate) mod listening;
mod plan;
pub(crate) mod settling;
pub mod worker;
pub mod run;
