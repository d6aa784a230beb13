//! The views of a sound, made as its samples come.
//!
//! In: the samples of one sound in blocks. Out: [`View`]s, each as soon as it is complete. This file only chooses: `fusion`
//! makes the one view of a fused model, `windows` cuts a sound into windows.

use std::sync::Arc;

use crate::error::Result;

use crate::features::config::{FrontEnd, Truncation};
use crate::features::fusion::FusedStream;
use crate::features::view::View;
use crate::features::windows::WindowStream;

/// Which views of a sound are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewPlan {
    /// The views whose weighted mean is the sound's clip vector: one fused view, or consecutive windows.
    Clip,
    /// One view per window, each as if it were a whole file, every `hop_len_samples`.
    Windows {
        /// Distance between the starts of two windows, in samples; at least 1 (0 is taken as 1).
        hop_len_samples: usize,
    },
    /// The same for windows shorter than the model's, each of which fills it as a short sound does.
    ShortWindows {
        /// Length of a window, in samples; from 1 to the window's length, to which other lengths are moved.
        len_samples: usize,
        /// As for [`ViewPlan::Windows`].
        hop_len_samples: usize,
    },
}

/// Turns a stream of samples into views.
///
/// Memory: windows keep two windows of samples at most. The fused view of a sound longer than the window needs its whole
/// log-mel: 92 MB an hour for CLAP's 100 frames a second of 64 bins.
#[derive(Debug)]
pub struct ViewStream {
    stream: Stream,
}

/// How the sound is listened to.
#[derive(Debug)]
enum Stream {
    Fused(FusedStream),
    Windows(WindowStream),
}

impl ViewStream {
    /// A stream for one sound.
    ///
    /// A clip of a fused model is one view; a clip of any other model is consecutive windows, the last one aligned to the end
    /// of the sound and weighted by what it alone has heard.
    pub fn new(front_end: Arc<FrontEnd>, plan: ViewPlan) -> Self {
        let window_len = front_end.window_len_samples();
        let windows = |len: usize, hop: usize| {
            Stream::Windows(WindowStream::new(front_end.clone(), len.clamp(1, window_len), hop.max(1)))
        };
        let stream = match (plan, front_end.truncation()) {
            (ViewPlan::Clip, Truncation::Fusion) => Stream::Fused(FusedStream::new(front_end)),
            (ViewPlan::Clip, Truncation::RandTrunc) => windows(window_len, window_len),
            (ViewPlan::Windows { hop_len_samples }, _) => windows(window_len, hop_len_samples),
            (ViewPlan::ShortWindows { len_samples, hop_len_samples }, _) => windows(len_samples, hop_len_samples),
        };
        ViewStream { stream }
    }

    /// Takes the next samples and returns the views they completed.
    pub fn push(&mut self, samples: &[f32]) -> Vec<View> {
        match &mut self.stream {
            Stream::Fused(stream) => {
                stream.push(samples);
                Vec::new()
            }
            Stream::Windows(stream) => stream.push(samples),
        }
    }

    /// Ends the sound and returns the views still due.
    ///
    /// # Errors
    /// [`Data`](crate::error::Error::Data) if the sound had no samples; its input is only "the sound", as no file name is
    /// known here.
    pub fn finish(self) -> Result<Vec<View>> {
        match self.stream {
            Stream::Fused(stream) => Ok(vec![stream.finish()?]),
            Stream::Windows(stream) => stream.finish(),
        }
    }

    /// [`Self::finish`], with the frames at which the front, middle and back crop of a fused view start, so that the draws of
    /// another implementation can be repeated. Views without crops are not affected.
    ///
    /// # Errors
    /// As [`Self::finish`], and [`Refusal`](crate::error::Refusal) if a crop would reach beyond the end of the sound.
    pub fn finish_with_starts(self, starts: [usize; 3]) -> Result<Vec<View>> {
        match self.stream {
            Stream::Fused(stream) => Ok(vec![stream.finish_with_starts(starts)?]),
            Stream::Windows(stream) => stream.finish(),
        }
    }
}
