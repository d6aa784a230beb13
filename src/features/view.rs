//! One input of the audio tower, and how a sound that fits the window becomes one.

use std::ops::Range;

use crate::error::{Error, Stage};
use crate::features::config::{FrontEnd, Truncation};
use crate::features::mel::{LogMel, MelPlan};
use crate::features::pad::fill_window;

/// Channels of a fused model's view: shrunk, front, middle, back.
pub(super) const FUSED_CHANNELS: usize = 4;

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

/// The view of a span that fits the window, as if it were a file of its own.
pub(super) fn window_view(front_end: &FrontEnd, plan: &MelPlan, samples: &[f32]) -> View {
    let mel = if samples.len() < front_end.window_len_samples() {
        plan.log_mel(&fill_window(front_end, samples))
    } else {
        plan.log_mel(samples)
    };
    uncropped_view(front_end, &mel, samples.len() as u64)
}

/// The view of a mel that has exactly the window's frames, of a sound of `len_samples`: a fused model gets four copies of it.
pub(super) fn uncropped_view(front_end: &FrontEnd, mel: &LogMel, len_samples: u64) -> View {
    let channels = match front_end.truncation() {
        Truncation::Fusion => FUSED_CHANNELS,
        Truncation::RandTrunc => 1,
    };
    View {
        channels,
        frames: mel.frames(),
        bins: mel.bins,
        values: mel.values.repeat(channels),
        is_longer: false,
        span: 0..len_samples,
        weight: 1.0,
    }
}

/// What a sound without samples is answered with.
pub(super) fn no_samples() -> Error {
    Error::data("the sound", Stage::Features, "it has no samples, so there is nothing to listen to")
}
