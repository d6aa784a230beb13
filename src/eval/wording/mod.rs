//! How the wording of labels moves their scores: wordings and sounds → three tables.
//!
//! [`prompts`] makes the wordings and has them embedded, [`evidence`] is the sounds they are tried on. [`phrasing`] says
//! what each wording of a label does, [`pairs`] which labels get in each other's way, and [`templates`] which template
//! serves best. Figures that need to know what the sounds are come only where that is known; the others say how sure
//! the model is, not how right.

pub mod evidence;
pub mod phrasing;
pub mod pairs;
pub mod templates;
mod measure;
pub mod prompts;
pub mod findings;
