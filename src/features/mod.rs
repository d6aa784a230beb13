//! Samples → log-mel → views, the model's input: pure functions of the samples and `preprocessor_config.json`, but for a
//! temporary file in which the log-mel of hours waits for its end (`long_mel`).
//!
//! In: mono f32 at the model's rate, in blocks of any size. Out: [`view::View`]s. Read in this order:
//! [`config::FrontEnd`] says what the model was trained on, `stft` makes power spectra, `bank` sums them into mel bins,
//! `mel` puts the two together, `pad` and `resize` fit a sound to the model's window, `fusion` and `windows` are the two
//! ways of listening to a sound longer than that, and [`views::ViewStream`] chooses between them. Nothing here decodes,
//! resamples or knows of tensors.
//!
//! A result never depends on how the samples were cut into blocks, and nothing is random: where the reference draws crops
//! at random, ours lie at fixed places.

pub(crate) mod bank;
pub mod config;
mod fusion;
pub(crate) mod imprint;
pub mod mel;
mod long_mel;
mod pad;
mod resize;
mod stft;
pub mod view;
pub mod views;
mod windows;
