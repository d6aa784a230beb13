//! How well a model does on sounds whose labels or captions are known: dataset → figures, with what makes them doubtful.
//!
//! [`dataset`] reads what there is, [`mod@split`] says what is learned from and what is tested on, [`analysis`] listens to each
//! clip once, [`ladder`] climbs from a spectral baseline to a trained head on the same folds, [`captions`] asks captions
//! for clips and clips for captions, [`mod@approximate`] compares the library's index with exact search,
//! [`mod@search`] asks libraries with and without each class for it, and [`mod@warnings`] tells what invalidates a
//! comparison. `metrics`, `spectral` and `neighbours` are what they reckon with.

mod fold_names;
pub mod dataset;
pub mod split;
pub mod analysis;
mod spectral;
pub mod neighbours;
pub mod ladder;
pub mod captions;
pub mod approximate;
mod recording_id;
pub mod warnings;
pub mod search;
pub mod evaluation;
pub mod wording;

#[cfg(test)]
mod tests;
