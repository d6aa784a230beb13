//! Labels for sounds that are known by their embeddings, from words or from examples; only [`eval`] decodes sounds.
//!
//! [`label`] reads labels as people write them, [`sets`] has lists of them, [`template`] makes prompts of names, [`zero_shot`]
//! compares the prompts' vectors with sounds and [`presence`] says how probable a label is by itself, against a
//! [`vocabulary`] of what else there is. [`head`] is what [`mod@fit`] learns
//! from examples ([`teach`], [`taught`]). [`classifier`] is either of the two, and [`timeline`] says from when to when a
//! long sound has a label. [`lens`] shows what the wording of labels does, [`eval`] how well all this does on known sounds.

pub mod label;
pub mod sets;
pub mod template;
pub mod vocabulary;
mod cosines;
pub mod presence;
pub mod zero_shot;
pub mod metrics;
pub mod logistic;
mod cross_validation;
pub mod lesson;
pub mod head;
pub mod stored_head;
pub mod suggest;
pub mod classifier;
pub mod labelling;
pub mod timeline;
