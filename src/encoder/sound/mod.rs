//! One decoded sound → the vector of the whole and, for a sound longer than the model's window, those of its moments.
//!
//! The calling thread decodes and makes views; only the views go through the encoder's queue. Memory does not grow with the
//! sound's length, but for the mel that a fused model needs whole and the vectors themselves.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;

use crate::audio::Sound;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::{Error, Result};
use crate::features::view::View;
use crate::features::views::{ViewPlan, ViewStream};

/// Views of one long sound that are gathered before the model is asked.
pub(super) const GATHERED_VIEWS: usize = 8;

/// A last window that begins this share of a window after the one before it, or less, says nothing new.
const LEAST_STEP: f64 = 0.1;

/// What became of one sound.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedSound {
    /// The vector of the whole sound.
    pub clip: Embedding,
    /// The vectors of its windows in order of time; none were asked for, or the sound fits one window, within a tenth of
    /// that, if it is empty.
    pub moments: Vec<EncodedMoment>,
    /// Length of what was decoded, in seconds.
    pub seconds: f64,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub partial: Option<String>,
}

/// One window of a sound, heard as if it were a file of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedMoment {
    /// Where it lies, in seconds from the beginning of the sound.
    pub seconds: Range<f64>,
    /// Its vector.
    pub vector: Embedding,
}

impl Encoder {
    /// Decodes `sound` and embeds it as one clip: the mean of its views.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound cannot be decoded, has no samples, or the model finds no direction for it;
    /// [`Error::Internal`] if the model or its device fails.
    pub fn embed_sound(&self, sound: Sound) -> Result<EncodedSound> {
        self.embed_span(sound, 0.0..f64::INFINITY)
    }

    /// The same for the part of `sound` between two times in seconds, as if there were nothing else in the file.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound cannot be decoded, has no samples there, or the model finds
    /// no direction for it; [`Error::Internal`] if the model or its device fails.
    pub(crate) fn embed_span(&self, sound: Sound, seconds: Range<f64>) -> Result<EncodedSound> {
        self.listen(sound, seconds, None, &mut |_| {})
    }

    /// As [`Encoder::embed_sound`], with `heard` called with the samples as they go by: mono, at the model's rate, in blocks.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound cannot be decoded, has no samples there, or the model finds
    /// no direction for it; [`Error::Internal`] if the model or its device fails.
    pub(crate) fn embed_with_samples(&self, sound: Sound, heard: &mut dyn FnMut(&[f32])) -> Result<EncodedSound> {
        self.listen(sound, 0.0..f64::INFINITY, None, heard)
    }

    /// Embeds `sound` as one clip and, if it is longer than the model's window, a window every `hop_len_samples` (at the
    /// model's rate) too; the last one ends with the sound, unless that adds next to nothing. `heard` is called with the
    /// samples as they go by: mono, at the model's rate, in blocks.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound cannot be decoded, has no samples there, or the model finds
    /// no direction for it; [`Error::Internal`] if the model or its device fails.
    pub fn embed_moments(
        &self,
        sound: Sound,
        hop_len_samples: Option<NonZeroUsize>,
        heard: &mut dyn FnMut(&[f32]),
    ) -> Result<EncodedSound> {
        self.listen(sound, 0.0..f64::INFINITY, hop_len_samples, heard)
    }

    fn listen(
        &self,
        sound: Sound,
        seconds: Range<f64>,
        hop_len_samples: Option<NonZeroUsize>,
        heard: &mut dyn FnMut(&[f32]),
    ) -> Result<EncodedSound> {
        let rate_hz = f64::from(self.front_end().rate_hz());
        // Casting saturates: no end is the largest number.
        let wanted = [seconds.start, seconds.end].map(|time| (time * rate_hz).round() as u64);
        let mut blocks = sound.into_blocks(self.front_end().rate_hz())?;
        let mut streams = ViewStreams::new(self, hop_len_samples);
        let mut gathered =
            ViewBatcher { encoder: self, waiting: Queue::default(), clip_parts: Vec::new(), moments: Vec::new() };
        let name = blocks.name().to_owned();
        let about = |error: Error| error.about_file(Path::new(&name));
        let (mut position, mut len_samples) = (0u64, 0u64);
        while position < wanted[1]
            && let Some(block) = blocks.next_block()?
        {
            let block_len = block.len() as u64;
            let [start, end] = wanted.map(|wanted| wanted.saturating_sub(position).min(block_len) as usize);
            position += block_len;
            if start < end {
                len_samples += (end - start) as u64;
                gathered.add(streams.push(&block[start..end])).map_err(about)?;
            }
            heard(block);
        }
        gathered.waiting.add(streams.finish()?);
        gathered.waiting.settle(self.least_step(hop_len_samples));
        gathered.flush().map_err(about)?;
        Ok(EncodedSound {
            clip: Embedding::mean(&gathered.clip_parts)?,
            moments: gathered.moments,
            seconds: len_samples as f64 / rate_hz,
            partial: blocks.partial().map(str::to_string),
        })
    }

    /// A last moment that begins fewer samples after the one before it says nothing new.
    fn least_step(&self, hop_len_samples: Option<NonZeroUsize>) -> u64 {
        let window_share = LEAST_STEP * self.front_end().window_len_samples() as f64;
        let half_hop = hop_len_samples.map_or(f64::INFINITY, |hop| hop.get() as f64 / 2.0);
        window_share.min(half_hop).ceil() as u64
    }
}

/// A view and what its vector is for.
struct PendingView {
    view: View,
    /// Its weight in the clip's mean, if it is part of that.
    clip_weight: Option<f32>,
    is_moment: bool,
}

/// The views that one sound is cut into.
struct ViewStreams {
    clip: ViewStream,
    moments: Option<MomentStream>,
}

impl ViewStreams {
    fn new(encoder: &Encoder, hop_len_samples: Option<NonZeroUsize>) -> Self {
        let clip = ViewStream::new(encoder.front_end().clone(), ViewPlan::Clip);
        ViewStreams { clip, moments: hop_len_samples.map(|hop| MomentStream::new(encoder, hop)) }
    }

    fn push(&mut self, samples: &[f32]) -> Vec<PendingView> {
        let moments = self.moments.as_mut().map(|stream| stream.push(samples)).unwrap_or_default();
        uses(self.clip.push(samples), moments)
    }

    fn finish(self) -> Result<Vec<PendingView>> {
        let moments = self.moments.map(MomentStream::finish).transpose()?.unwrap_or_default();
        Ok(uses(self.clip.finish()?, moments))
    }
}

/// The views of a sound's moments. A sound that fits the model's window, or nearly, has none, as the clip stands for it: so
/// no mel is made before there are more samples than that.
struct MomentStream {
    views: ViewStream,
    /// Samples from which on a sound has moments.
    least_len_samples: usize,
    /// The samples so far, while they are fewer; `None` from then on.
    held: Option<Vec<f32>>,
}

impl MomentStream {
    fn new(encoder: &Encoder, hop_len_samples: NonZeroUsize) -> Self {
        let plan = ViewPlan::Windows { hop_len_samples: hop_len_samples.get() };
        MomentStream {
            views: ViewStream::new(encoder.front_end().clone(), plan),
            least_len_samples: encoder.front_end().window_len_samples()
                + encoder.least_step(Some(hop_len_samples)) as usize,
            held: Some(Vec::new()),
        }
    }

    fn push(&mut self, samples: &[f32]) -> Vec<View> {
        let Some(held) = &mut self.held else { return self.views.push(samples) };
        held.extend_from_slice(samples);
        if held.len() < self.least_len_samples {
            return Vec::new();
        }
        let held = self.held.take().unwrap_or_default();
        self.views.push(&held)
    }

    /// The views that remain; none of a sound that has no moments.
    fn finish(self) -> Result<Vec<View>> {
        if self.held.is_some() { Ok(Vec::new()) } else { self.views.finish() }
    }
}

/// What each view is for.
fn uses(clip: Vec<View>, moments: Vec<View>) -> Vec<PendingView> {
    let moments = moments.into_iter().map(|view| PendingView { view, clip_weight: None, is_moment: true });
    let parts = clip.into_iter().map(|view| PendingView { clip_weight: Some(view.weight), view, is_moment: false });
    moments.chain(parts).collect()
}

/// The views of one sound that the model has not been asked for yet, in order of time for each use.
#[derive(Default)]
struct Queue {
    views: Vec<PendingView>,
    /// The sample at which the last moment starts that has left, if any has.
    last_start: Option<u64>,
}

impl Queue {
    /// Adds `views`. A view that serves both uses waits, and is embedded, once.
    fn add(&mut self, views: Vec<PendingView>) {
        for new in views {
            let is_same = |old: &&mut PendingView| {
                let is_other_use = old.clip_weight.is_none() && new.clip_weight.is_some();
                is_other_use && old.view.span == new.view.span && old.view.is_longer == new.view.is_longer
            };
            match self.views.iter_mut().find(is_same) {
                Some(same) => same.clip_weight = new.clip_weight,
                None => self.views.push(new),
            }
        }
    }

    /// At the end of the sound: a last moment that starts less than `least_step` samples after the one before it is none, nor
    /// is an only one, for which the clip stands. Views that are for nothing are dropped.
    fn settle(&mut self, least_step: u64) {
        let mut moments: Vec<&mut PendingView> = self.views.iter_mut().filter(|waiting| waiting.is_moment).collect();
        let before = moments.iter().rev().nth(1).map(|waiting| waiting.view.span.start).or(self.last_start);
        if let (Some(last), Some(before)) = (moments.last_mut(), before)
            && last.view.span.start - before < least_step
        {
            last.is_moment = false;
            moments.pop();
        }
        if let ([only], None) = (moments.as_mut_slice(), self.last_start) {
            only.is_moment = false;
        }
        self.views.retain(|waiting| waiting.is_moment || waiting.clip_weight.is_some());
    }

    /// Everything that waits.
    fn take(&mut self) -> Vec<PendingView> {
        let last = self.views.iter().rfind(|waiting| waiting.is_moment);
        self.last_start = last.map(|waiting| waiting.view.span.start).or(self.last_start);
        std::mem::take(&mut self.views)
    }
}

/// The views of one sound on their way to the model, and the vectors that have come back.
struct ViewBatcher<'a> {
    encoder: &'a Encoder,
    waiting: Queue,
    clip_parts: Vec<(Embedding, f32)>,
    moments: Vec<EncodedMoment>,
}

impl ViewBatcher<'_> {
    fn add(&mut self, views: Vec<PendingView>) -> Result<()> {
        self.waiting.add(views);
        if self.waiting.views.len() >= GATHERED_VIEWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let waiting = self.waiting.take();
        if waiting.is_empty() {
            return Ok(());
        }
        let rate_hz = f64::from(self.encoder.front_end().rate_hz());
        let (mut views, mut uses) = (Vec::new(), Vec::new());
        for PendingView { view, clip_weight, is_moment } in waiting {
            uses.push((view.span.clone(), clip_weight, is_moment));
            views.push(view);
        }
        for (vector, (span, clip_weight, is_moment)) in self.encoder.embed_views(views)?.into_iter().zip(uses) {
            self.clip_parts.extend(clip_weight.map(|weight| (vector.clone(), weight)));
            if is_moment {
                let seconds = span.start as f64 / rate_hz..span.end as f64 / rate_hz;
                self.moments.push(EncodedMoment { seconds, vector });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests;
