//! Which views of a sound there are, and the stream that makes them.
//!
//! In: the samples of one sound in blocks. Out: [`View`]s, each as soon as it is complete. This file only chooses: `fusion`
//! makes the one view of a fused model, `windows` cuts a sound into excerpts.

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result, Stage};

use crate::features::config::{FrontEnd, Truncation};
use crate::features::fusion::FusedStream;
use crate::features::mel::{LogMel, MelPlan};
use crate::features::pad::fill_window;
use crate::features::windows::WindowStream;

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

/// Which views of a sound are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The views whose weighted mean is the sound's clip vector: one fused view, or consecutive windows.
    Clip,
    /// One view per window, each as if that excerpt were a file of its own, every `hop_len_samples`.
    Windows {
        /// Distance between the starts of two windows, in samples; at least 1 (0 is taken as 1).
        hop_len_samples: usize,
    },
    /// The same for excerpts that are shorter than the window, each of which fills it as a short sound does.
    Excerpts {
        /// Length of an excerpt, in samples; from 1 to the window's length, to which other lengths are moved.
        len_samples: usize,
        /// As for [`Plan::Windows`].
        hop_len_samples: usize,
    },
}

/// Turns a stream of samples into views.
///
/// Memory: windows keep two windows of samples at most. The fused view of a sound longer than the window needs its whole
/// log-mel: 92 MB an hour for CLAP's 100 frames a second of 64 bins.
#[derive(Debug)]
pub struct ViewStream {
    way: Way,
}

/// How the sound is listened to.
#[derive(Debug)]
enum Way {
    Fused(FusedStream),
    Windows(WindowStream),
}

impl ViewStream {
    /// A stream for one sound.
    ///
    /// A clip of a fused model is one view; a clip of any other model is consecutive windows, the last one aligned to the end
    /// of the sound and weighted by what it alone has heard.
    pub fn new(front_end: Arc<FrontEnd>, plan: Plan) -> Self {
        let window_len = front_end.window_len_samples();
        let windows = |len: usize, hop: usize| {
            Way::Windows(WindowStream::new(front_end.clone(), len.clamp(1, window_len), hop.max(1)))
        };
        let way = match (plan, front_end.truncation()) {
            (Plan::Clip, Truncation::Fusion) => Way::Fused(FusedStream::new(front_end)),
            (Plan::Clip, Truncation::RandTrunc) => windows(window_len, window_len),
            (Plan::Windows { hop_len_samples }, _) => windows(window_len, hop_len_samples),
            (Plan::Excerpts { len_samples, hop_len_samples }, _) => windows(len_samples, hop_len_samples),
        };
        ViewStream { way }
    }

    /// Takes the next samples and returns the views they completed.
    pub fn push(&mut self, samples: &[f32]) -> Vec<View> {
        match &mut self.way {
            Way::Fused(stream) => {
                stream.push(samples);
                Vec::new()
            }
            Way::Windows(stream) => stream.push(samples),
        }
    }

    /// Ends the sound and returns the views still due.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound had no samples; its input is only "the sound", as no file name is known here.
    pub fn finish(self) -> Result<Vec<View>> {
        match self.way {
            Way::Fused(stream) => Ok(vec![stream.finish()?]),
            Way::Windows(stream) => stream.finish(),
        }
    }

    /// [`Self::finish`], with the frames at which the front, middle and back crop of a fused view start, so that the draws of
    /// another implementation can be repeated. Views without crops are not affected.
    ///
    /// # Errors
    /// As [`Self::finish`], and [`Error::User`] if a crop would reach beyond the end of the sound.
    pub fn finish_with_starts(self, starts: [usize; 3]) -> Result<Vec<View>> {
        match self.way {
            Way::Fused(stream) => Ok(vec![stream.finish_with_starts(starts)?]),
            Way::Windows(stream) => stream.finish(),
        }
    }
}

/// The view of an excerpt that fits the window, as if it were a file of its own.
pub(super) fn excerpt_view(front_end: &FrontEnd, plan: &MelPlan, samples: &[f32]) -> View {
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
