//! Samples → log-mel → views, the model's input: pure functions of the samples and `preprocessor_config.json`.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;

/// The front end of one model, as its `preprocessor_config.json` states it.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontEnd;

impl FrontEnd {
    /// Reads the text of a `preprocessor_config.json`.
    pub fn from_json(_text: &str) -> Result<Self> {
        unimplemented!()
    }

    /// Sample rate of the model's input, in Hz.
    pub fn rate_hz(&self) -> u32 {
        unimplemented!()
    }

    /// Length of the model's window, in samples.
    pub fn window_len_samples(&self) -> usize {
        unimplemented!()
    }

    /// Number of mel bins.
    pub fn mel_bins(&self) -> usize {
        unimplemented!()
    }
}

/// One input of the audio tower.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// 1 for a single mel, 4 for a fused model: shrunk, front, middle, back.
    pub channels: usize,
    /// Frames per channel (1001 for 10 s at hop 480).
    pub frames: usize,
    /// Mel bins per frame.
    pub bins: usize,
    /// Log-mel in dB, row-major `[channels, frames, bins]`.
    pub values: Vec<f32>,
    /// Whether the sound was longer than the window and channels 1–3 are crops of it.
    pub is_longer: bool,
    /// The part of the sound that this view stands for, in samples at the model's rate.
    pub span: Range<u64>,
    /// Weight in the mean over a sound's views: the share of a window that no earlier view has heard, 0..=1.
    pub weight: f32,
}

/// Which views of a sound are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The views whose weighted mean is the sound's clip vector: one fused view, or consecutive windows.
    Clip,
    /// One view per window, each as if that excerpt were a file of its own, every `hop_len_samples`.
    Windows {
        /// Distance between the starts of two windows, in samples; at least 1.
        hop_len_samples: usize,
    },
}

/// Turns a stream of samples into views.
#[derive(Debug)]
pub struct ViewStream;

impl ViewStream {
    /// A stream for one sound.
    pub fn new(_front_end: Arc<FrontEnd>, _plan: Plan) -> Self {
        unimplemented!()
    }

    /// Takes the next samples and returns the views they completed.
    pub fn push(&mut self, _samples: &[f32]) -> Vec<View> {
        unimplemented!()
    }

    /// Ends the sound and returns the views still due; an error if it had no samples.
    pub fn finish(self) -> Result<Vec<View>> {
        unimplemented!()
    }
}
