//! Labels for sounds that are known by their embeddings, from words or from examples; nothing here decodes a sound.
//!
//! [`label`] reads labels as people write them, [`sets`] has lists of them, [`template`] makes prompts of names,
//! [`zero_shot`] compares the prompts' vectors with sounds and [`presence`] says how probable a label is by itself.
//! [`head`] is what [`mod@fit`] learns from examples. [`classifier`] is either of the two. [`lens`] shows what the
//! wording of labels does.

pub mod label;

pub mod sets;

pub mod template;

pub mod presence;

pub mod zero_shot;

pub mod head;

pub mod fit;

pub mod classifier;

pub mod lens;
