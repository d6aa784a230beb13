//! One decoded sound → the vectors of its windows, handed over in order of time as they are made.
//!
//! Unlike `listen` it keeps nothing: a sound of any length is heard in the same memory. There is no vector of the whole.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;

use crate::audio::Sound;
use crate::encoder::queue::Encoder;
use crate::encoder::sound::{EncodedMoment, GATHERED_VIEWS};
use crate::error::{Error, Result};
use crate::features::view::View;
use crate::features::views::{ViewPlan, ViewStream};

/// How a sound is gone through, in samples at the model's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowPace {
    /// Length of a window; the model's window at most, to which a longer one is cut.
    pub(crate) window_len_samples: NonZeroUsize,
    /// Distance between the starts of two windows.
    pub(crate) hop_len_samples: NonZeroUsize,
}

/// What comes out of a sound.
#[derive(Debug)]
pub(crate) enum StreamEvent<'a> {
    /// Its next samples, mono at the model's rate.
    Samples(&'a [f32]),
    /// Its next window; the samples of it were there before.
    Window(EncodedMoment),
}

/// What became of a sound that was followed to its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StreamEnd {
    /// Length of what was decoded, in seconds.
    pub(crate) seconds: f64,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub(crate) partial: Option<String>,
    /// Whether it was stopped before the end of the sound.
    pub(crate) interrupted: bool,
}

impl Encoder {
    /// Decodes `sound` and gives `take` its samples and windows, both in order of time. A sound that fits one window is one
    /// window; otherwise there is one every hop, and where the last would end before the sound does, one that ends with it.
    /// Where `take` breaks off after some samples, the sound ends with these.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound cannot be decoded, has no samples there, or the model finds
    /// no direction for it; [`Error::Internal`] if the model or its device fails.
    pub(crate) fn stream(
        &self,
        sound: Sound,
        pace: WindowPace,
        take: &mut dyn FnMut(StreamEvent<'_>) -> ControlFlow<()>,
    ) -> Result<StreamEnd> {
        let WindowPace { window_len_samples, hop_len_samples } = pace;
        let plan =
            ViewPlan::ShortWindows { len_samples: window_len_samples.get(), hop_len_samples: hop_len_samples.get() };
        let mut views = ViewStream::new(self.front_end().clone(), plan);
        let mut blocks = sound.into_blocks(self.front_end().rate_hz())?;
        let name = blocks.name().to_owned();
        let about = |error: Error| error.about_file(Path::new(&name));
        let (mut waiting, mut len_samples, mut interrupted) = (Vec::new(), 0u64, false);
        while !interrupted && let Some(block) = blocks.next_block()? {
            len_samples += block.len() as u64;
            waiting.extend(views.push(block));
            interrupted = take(StreamEvent::Samples(block)).is_break();
            while waiting.len() >= GATHERED_VIEWS {
                self.hand_over(waiting.drain(..GATHERED_VIEWS).collect(), take).map_err(about)?;
            }
        }
        waiting.extend(views.finish()?);
        if !waiting.is_empty() {
            self.hand_over(waiting, take).map_err(about)?;
        }
        let seconds = len_samples as f64 / f64::from(self.front_end().rate_hz());
        Ok(StreamEnd { seconds, partial: blocks.partial().map(str::to_string), interrupted })
    }

    /// Windows that have been heard are told all, whether or not `take` breaks off.
    fn hand_over(&self, views: Vec<View>, take: &mut dyn FnMut(StreamEvent<'_>) -> ControlFlow<()>) -> Result<()> {
        let rate_hz = f64::from(self.front_end().rate_hz());
        let times: Vec<_> =
            views.iter().map(|view| view.span.start as f64 / rate_hz..view.span.end as f64 / rate_hz).collect();
        for (seconds, vector) in times.into_iter().zip(self.embed_views(views)?) {
            let _ = take(StreamEvent::Window(EncodedMoment { seconds, vector }));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::sound::tests::{RATE_HZ, encoder, sound};

    fn pace(window_seconds: f64, hop_seconds: f64) -> WindowPace {
        let len = |seconds: f64| NonZeroUsize::new((seconds * f64::from(RATE_HZ)) as usize).unwrap();
        WindowPace { window_len_samples: len(window_seconds), hop_len_samples: len(hop_seconds) }
    }

    /// The windows of a sound of `seconds`, after a look at the samples and the length.
    fn windows(encoder: &Encoder, seconds: f64, pace: WindowPace) -> Vec<EncodedMoment> {
        let (mut windows, mut samples) = (Vec::new(), 0);
        let followed = encoder.stream(sound(seconds), pace, &mut |heard| {
            match heard {
                StreamEvent::Samples(block) => samples += block.len(),
                StreamEvent::Window(window) => windows.push(window),
            }
            ControlFlow::Continue(())
        });
        let expected = StreamEnd { seconds, partial: None, interrupted: false };
        assert_eq!((followed.unwrap(), samples), (expected, (seconds * f64::from(RATE_HZ)) as usize));
        windows
    }

    #[test]
    fn windows_are_the_moments_of_the_sound() {
        for name in ["fused", "unfused"] {
            let encoder = encoder(name);
            for (seconds, hop_seconds) in [(20.5, 5.0), (33.0, 10.0), (24.0, 2.0)] {
                let pace = pace(10.0, hop_seconds);
                let moments = encoder.embed_moments(sound(seconds), Some(pace.hop_len_samples), &mut |_| {}).unwrap();
                let windows = windows(&encoder, seconds, pace);
                let kept = moments.moments.len();
                assert!(kept > 2 && windows.len() - kept <= 1, "{name}, {seconds} s: {} windows", windows.len());
                assert_eq!(windows[..kept], moments.moments, "{name}, {seconds} s every {hop_seconds} s");
                assert_eq!(windows.last().unwrap().seconds.end, seconds);
            }
        }
    }

    #[test]
    fn shorter_windows_are_heard_as_sounds_of_their_own() {
        let encoder = encoder("fused");
        let windows = windows(&encoder, 5.5, pace(2.0, 1.5));
        let spans: Vec<_> = windows.iter().map(|window| (window.seconds.start, window.seconds.end)).collect();
        assert_eq!(spans, [(0.0, 2.0), (1.5, 3.5), (3.0, 5.0), (3.5, 5.5)]);
        for window in windows {
            let alone = encoder.embed_span(sound(5.5), window.seconds.clone()).unwrap();
            assert_eq!(window.vector, alone.clip, "{:?}", window.seconds);
        }
    }

    #[test]
    fn a_sound_that_fits_a_window_is_one() {
        let encoder = encoder("unfused");
        for seconds in [0.5, 10.0] {
            let windows = windows(&encoder, seconds, pace(10.0, 1.0));
            assert_eq!(windows.len(), 1);
            assert_eq!(windows[0].seconds, 0.0..seconds);
            assert_eq!(windows[0].vector, encoder.embed_sound(sound(seconds)).unwrap().clip);
        }
    }
}
