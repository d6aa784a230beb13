//! How right that is which a search shows: clips with known classes → libraries of them, searched as a user would → figures.
//!
//! One library has all clips; for each class there is one without it, as what is likely depends on what else a library
//! holds. Each class is asked for in words ([`prompts`]) by sound, by words and by both, and each clip is asked for its like
//! (`measure`). Everything goes through [`Searcher`](crate::search::Searcher), as a user's searches do. Clips are heard
//! once, before ([`trial`]); here vectors are put into libraries (`trial_library`), each sound under its title, or else its
//! file's name (`names`), as a whole. [`figures`] counts.

pub mod prompts;
pub mod trial;
pub mod figures;
mod names;
mod trial_library;
mod measure;
