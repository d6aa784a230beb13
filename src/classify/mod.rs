//! Labels for sounds that are known by their embeddings, from words or from examples. No sound is decoded here.
//!
//! [`label`] reads labels as people write them, [`sets`] has lists of them, [`template`] makes prompts of names, and
//! [`zero_shot`] compares the prompts' vectors with sounds. [`presence`] says how probable a label is by itself, against
//! a [`vocabulary`] of what else there is. A [`head`] is fitted to examples (`logistic`); a [`lesson`] chooses how, and
//! [`stored_head`] keeps it in a library. [`classifier`] is either of the two, and [`timeline`] says from when to when a
//! long sound has a label. [`suggest`] chooses sounds to judge next.

pub mod label;
pub mod sets;
pub mod template;
pub mod vocabulary;
pub mod presence;
pub mod zero_shot;
pub mod metrics;
pub(crate) mod logistic;
mod cross_validation;
mod calibration;
pub mod lesson;
pub mod head;
pub mod stored_head;
pub mod suggest;
pub mod classifier;
pub mod labelling;
pub mod timeline;
