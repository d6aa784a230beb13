//! The one view of a fused model: the whole sound shrunk to the window, and three crops of it.
//!
//! In: the samples of one sound in blocks. Out: `[shrunk, front, middle, back]`, or four copies of the same mel where the sound
//! fits the window (`ClapFeatureExtractor._get_input_mel` and `_random_mel_fusion`). Until a sound proves longer than the
//! window its samples are kept, after that only its log-mel, that of hours in a temporary file. The reference draws the
//! crops at random, one from each third of
//! the possible starts; ours lie in the middle of each third, so that a sound has one vector.

use std::sync::Arc;

use crate::error::{Refusal, Result};
use crate::features::config::FrontEnd;
use crate::features::long_mel::{LongMel, LongMelStream};
use crate::features::mel::{LogMel, MelPlan};
use crate::features::resize::resize_frames;
use crate::features::view::{FUSED_CHANNELS, View, no_samples, uncropped_view, window_view};

/// Crops of a fused view: front, middle, back.
const CROPS: usize = FUSED_CHANNELS - 1;

/// The view of one sound in the making.
#[derive(Debug)]
pub(super) struct FusedStream {
    front_end: Arc<FrontEnd>,
    plan: MelPlan,
    len_samples: u64,
    input: Input,
}

/// What is kept of the sound so far.
#[derive(Debug)]
enum Input {
    /// All samples, as the sound may still turn out to be short and in need of padding.
    Samples(Vec<f32>),
    /// The log-mel of a sound longer than the window.
    Mel(Box<LongMelStream>),
}

impl FusedStream {
    /// A stream for one sound.
    pub(super) fn new(front_end: Arc<FrontEnd>) -> Self {
        let plan = MelPlan::new(&front_end);
        FusedStream { front_end, plan, len_samples: 0, input: Input::Samples(Vec::new()) }
    }

    /// Takes the next samples.
    pub(super) fn push(&mut self, samples: &[f32]) {
        self.len_samples += samples.len() as u64;
        match &mut self.input {
            Input::Mel(stream) => stream.push(samples),
            Input::Samples(kept) if kept.len() + samples.len() <= self.front_end.window_len_samples() => {
                kept.extend_from_slice(samples);
            }
            Input::Samples(kept) => {
                let mut stream = Box::new(LongMelStream::new(&self.plan));
                stream.push(kept);
                stream.push(samples);
                self.input = Input::Mel(stream);
            }
        }
    }

    /// Ends the sound; its crops start where [`middle_starts`] says.
    pub(super) fn finish(self) -> Result<View> {
        self.finish_with(middle_starts)
    }

    /// Ends the sound; its crops, if it has any, start at the frames `starts`.
    pub(super) fn finish_with_starts(self, starts: [usize; CROPS]) -> Result<View> {
        self.finish_with(|_| starts)
    }

    /// Ends the sound; `starts` turns the number of possible starts into the crops' starts.
    fn finish_with(self, starts: impl FnOnce(usize) -> [usize; CROPS]) -> Result<View> {
        let window_frames = self.front_end.window_frames();
        let mel = match self.input {
            Input::Samples(samples) if samples.is_empty() => return Err(no_samples()),
            Input::Samples(samples) => return Ok(window_view(&self.front_end, &self.plan, &samples)),
            Input::Mel(stream) => stream.finish()?,
        };
        if mel.frames() == window_frames {
            // Longer than the window by less than one hop: nothing to crop.
            let mel = LogMel { bins: mel.bins(), values: mel.crop(0, window_frames)? };
            return Ok(uncropped_view(&self.front_end, &mel, self.len_samples));
        }
        let possible_starts = mel.frames() - window_frames + 1;
        let starts = starts(possible_starts);
        if let Some(start) = starts.iter().find(|start| **start >= possible_starts) {
            return Err(Refusal::CropBeyondEnd { start: *start, limit: possible_starts }.into());
        }
        fuse(&mel, window_frames, starts, self.len_samples)
    }
}

/// The element at index `len / 2` of each third of `0..possible_starts`, split as `numpy.array_split` does: the first thirds are
/// the longer ones, and one that is empty stands for frame 0.
fn middle_starts(possible_starts: usize) -> [usize; CROPS] {
    let (len, longer) = (possible_starts / CROPS, possible_starts % CROPS);
    std::array::from_fn(|third| {
        let start = third * len + third.min(longer);
        let len = len + usize::from(third < longer);
        if len == 0 { 0 } else { start + len / 2 }
    })
}

/// `[shrunk, front, middle, back]` of `mel`, each `frames` long.
fn fuse(mel: &LongMel, frames: usize, starts: [usize; CROPS], len_samples: u64) -> Result<View> {
    let mut values = resize_frames(mel, frames)?;
    values.reserve_exact(CROPS * frames * mel.bins());
    for start in starts {
        values.extend(mel.crop(start, frames)?);
    }
    Ok(View {
        channels: FUSED_CHANNELS,
        frames,
        bins: mel.bins(),
        values,
        is_longer: true,
        span: 0..len_samples,
        weight: 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_lie_in_the_middle_of_each_third() {
        // [t[len(t) // 2] if len(t) else 0 for t in numpy.array_split(range(n), 3)]
        let cases = [
            (1, [0, 0, 0]),
            (2, [0, 1, 0]),
            (3, [0, 1, 2]),
            (4, [1, 2, 3]),
            (5, [1, 3, 4]),
            (6, [1, 3, 5]),
            (7, [1, 4, 6]),
            (701, [117, 351, 584]),
        ];
        for (possible_starts, expected) in cases {
            assert_eq!(middle_starts(possible_starts), expected, "{possible_starts}");
        }
    }

    #[test]
    fn channels_are_shrunk_front_middle_back() {
        let mel = LongMel::new(1, (0..8).map(|v| v as f32).collect());
        let view = fuse(&mel, 2, [1, 3, 6], 99).unwrap();
        assert_eq!(view.values, [1.5, 5.5, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0]);
        assert_eq!((view.channels, view.frames, view.bins), (4, 2, 1));
        assert_eq!((view.span, view.weight, view.is_longer), (0..99, 1.0, true));
    }
}
