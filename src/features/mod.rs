//! Samples → log-mel → views, the model's input: pure functions of the samples and `preprocessor_config.json`.
//!
//! In: mono f32 at the model's rate, in blocks of any size. Out: [`View`]s. Read in this order: [`FrontEnd`] says what the
//! model was trained on, `stft` makes power spectra, `bank` sums them into mel bins, `mel` puts the two together, `pad`
//! and `resize` fit a sound to the model's window, `fusion` and `windows` are the two ways of listening to a sound longer
//! than that, and [`ViewStream`] chooses between them. Nothing here decodes, resamples or knows of tensors.
//!
//! A result never depends on how the samples were cut into blocks, and nothing is random: where the reference draws crops
//! at random, ours lie at fixed places.

mod bank;
mod config;
mod fusion;
mod mel;
mod pad;
mod resize;
mod stft;
mod view;
mod views;
mod windows;

pub use crate::features::bank::mel_edges_hz;
pub use crate::features::config::{FrontEnd, Padding, Truncation};
pub use crate::features::mel::{LogMel, MelBlocks, MelPlan, MelStream, log_mel};
pub use crate::features::view::View;
pub use crate::features::views::{Plan, ViewStream};
