//! What a library records: plain values. Reading them from the catalogue and writing them to it is elsewhere.

pub mod file;
pub mod cue;
pub mod hearing;
pub mod root;
pub mod sound;
pub mod segment;
pub mod label;
pub mod change;
pub mod totals;
