//! Pictures of sounds, drawn alike for the terminal and the page: spectrograms, waveforms, and the canvas of anything else.
//!
//! Sounds and log-mels come in, pixels and PNGs go out. Nothing is cached here and nothing is written to a file.

pub mod canvas;
pub mod shade;
pub mod strip;
pub mod spectrogram;
pub mod waveform;
mod part;
mod png;
