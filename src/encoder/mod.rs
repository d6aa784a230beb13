//! One thread owns the model behind a bounded queue, and everybody else asks it.
//!
//! In: sounds and prompts, from any number of threads. Out: embeddings. Callers decode and make views on their own threads
//! and wait here for the model. `queue` is that thread and its queue, `sound` turns one sound into its vectors, `stream`
//! hands them over one by one. Libraries and the file system are none of its concern.

pub mod queue;
pub mod sound;
pub(crate) mod stream;
