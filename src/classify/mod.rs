//! Labels for sounds that are known by their embeddings, from words or from examples; only [`eval`] decodes sounds.
//!
//! [`label`] reads labels as people write them, [`sets`] has lists of them, [`template`] makes prompts of names, [`zero_shot`] compares the prompts'
//! vectors with sounds and [`presence`] says how probable a label is by itself. [`head`] is what [`mod@fit`] learns
//! from examples. [`classifier`] is either of the two. [`eval`] measures how well all that does on labelled data.

pub mod label;

pub mod sets;

pub mod template;

pub mod presence;

pub mod zero_shot;

pub mod head;

pub mod fit;

pub mod classifier;

pub mod eval;
