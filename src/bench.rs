//! Where the time goes from file to vector: each step of the way by itself, on files of the user's own.
//!
//! In: files, the encoder, a library to write to. Out: seconds a step, one figure a round. Decoding, resampling and the mel
//! run on the calling thread, so that their figures are those of one core; the audio tower runs all views as one batch on
//! as many threads as the model has. Indexing does these steps side by side, so their sum is what one file after the other
//! would take. This module will not choose files, print, or judge a figure.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::audio;
use crate::audio::{HIGHEST_ASKED_RATE_HZ, LOWEST_ASKED_RATE_HZ};
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::{Error, Need, Refusal, Result, Stage};
use crate::features::view::View;
use crate::features::views::{ViewPlan, ViewStream};
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::writer::Writer;

/// No more of a file is read than this, in seconds: enough for steady figures, and an hour's recording costs no more.
pub(crate) const LONGEST_SECONDS: f64 = 60.0;

/// A step from file to vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Bytes → mono samples at the file's own rate.
    Decode,
    /// → samples at the model's rate.
    Resample,
    /// → log-mel views.
    Mel,
    /// → vectors.
    AudioTower,
    /// → the library's catalogue, on disk.
    Store,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 5] = [Step::Decode, Step::Resample, Step::Mel, Step::AudioTower, Step::Store];

    /// The step's name as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Step::Decode => "decode",
            Step::Resample => "resample",
            Step::Mel => "mel",
            Step::AudioTower => "audio tower",
            Step::Store => "store",
        }
    }
}

/// A file that can be read, of which every round reads the same stretch from its start.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchSound {
    path: PathBuf,
    rate_hz: u32,
    /// Length of the stretch, in seconds.
    pub seconds: f64,
}

impl BenchSound {
    /// Decodes the file at `path` once: a file that cannot be read is told before anything is timed, and what is timed
    /// later comes from the system's cache.
    ///
    /// # Errors
    /// [`Error::Data`] if the file cannot be opened, recognised or decoded.
    pub fn open(path: &Path) -> Result<Self> {
        let rate_hz = audio::open(path)?.metadata().rate_hz.clamp(LOWEST_ASKED_RATE_HZ, HIGHEST_ASKED_RATE_HZ);
        let mut clip = BenchSound { path: path.to_path_buf(), rate_hz, seconds: LONGEST_SECONDS };
        clip.seconds = clip.decode()?.len() as f64 / f64::from(rate_hz);
        Ok(clip)
    }

    fn decode(&self) -> Result<Vec<f32>> {
        let wanted = (LONGEST_SECONDS * f64::from(self.rate_hz)) as usize;
        let mut blocks = audio::open(&self.path)?.into_blocks(self.rate_hz)?;
        let mut samples = Vec::new();
        while samples.len() < wanted
            && let Some(block) = blocks.next_block()?
        {
            samples.extend_from_slice(&block[..block.len().min(wanted - samples.len())]);
        }
        Ok(samples)
    }

    fn record(&self, clip: Embedding) -> Change {
        let file = FileFacts {
            path: self.path.clone(),
            stamp: Stamp { size_bytes: 0, modified_ns: 0 },
            hash: None,
            hearing: Hearing::Mix,
        };
        let sound =
            SoundFacts { rate_hz: self.rate_hz, channels: 1, duration_seconds: self.seconds, ..SoundFacts::default() };
        let segment = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: self.seconds, channel: None };
        Change::Indexed { file, sound, segments: vec![(segment, clip)] }
    }
}

/// What the rounds took.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Views that the clips gave.
    pub views: usize,
    /// Seconds that each step took for all clips, one array a round, in the order of [`Step::ALL`].
    pub rounds: Vec<[f64; Step::ALL.len()]>,
}

impl Report {
    /// The median over the rounds of what `step` took, in seconds; 0 where there are no rounds.
    pub fn median_seconds(&self, step: Step) -> f64 {
        let mut seconds: Vec<f64> = self.rounds.iter().map(|round| round[step as usize]).collect();
        seconds.sort_by(f64::total_cmp);
        match seconds.len() {
            0 => 0.0,
            len if len % 2 == 1 => seconds[len / 2],
            len => (seconds[len / 2 - 1] + seconds[len / 2]) / 2.0,
        }
    }
}

/// Takes `clips` from file to vector `rounds` times, after one round that is not counted. Their vectors are written with
/// `writer`, whose library should be one that nobody needs.
///
/// # Errors
/// [`Refusal::Lacking`] if there are no clips; what the steps report.
pub fn run(clips: &[BenchSound], encoder: &Encoder, writer: &mut Writer, rounds: NonZeroUsize) -> Result<Report> {
    if clips.is_empty() {
        return Err(Refusal::Lacking(Need::BenchSounds).into());
    }
    let mut report = Report::default();
    for round in 0..=rounds.get() {
        let mut clock = Clock::default();
        report.views = run_once(clips, encoder, writer, &mut clock)?;
        if round > 0 {
            report.rounds.push(clock.0.map(|took| took.as_secs_f64()));
        }
    }
    Ok(report)
}

/// Time taken by each step so far.
#[derive(Default)]
struct Clock([Duration; Step::ALL.len()]);

impl Clock {
    fn time<T>(&mut self, step: Step, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.0[step as usize] += start.elapsed();
        result
    }
}

/// One round; returns the number of views.
fn run_once(clips: &[BenchSound], encoder: &Encoder, writer: &mut Writer, clock: &mut Clock) -> Result<usize> {
    let rate_hz = encoder.front_end().rate_hz();
    let (mut views, mut parts) = (Vec::new(), Vec::new());
    for clip in clips {
        let samples = clock.time(Step::Decode, || clip.decode())?;
        let samples = clock.time(Step::Resample, || audio::resample(&samples, clip.rate_hz, rate_hz))?;
        let of_clip = clock.time(Step::Mel, || make_views(encoder, &samples))?;
        parts.push(of_clip.iter().map(|view| view.weight).collect::<Vec<_>>());
        views.extend(of_clip);
    }
    let count = views.len();
    let vectors = clock.time(Step::AudioTower, || encoder.embed_views(views))?;
    if vectors.len() != count {
        return Err(Error::internal(Stage::Encode, format!("{count} views became {} vectors", vectors.len())));
    }
    let mut vectors = vectors.into_iter();
    let mut changes = Vec::new();
    for (clip, weights) in clips.iter().zip(parts) {
        let weighted: Vec<(Embedding, f32)> = vectors.by_ref().zip(weights).collect();
        changes.push(clip.record(Embedding::mean(&weighted)?));
    }
    clock.time(Step::Store, || writer.commit(&changes))?;
    Ok(count)
}

fn make_views(encoder: &Encoder, samples: &[f32]) -> Result<Vec<View>> {
    let mut stream = ViewStream::new(encoder.front_end().clone(), ViewPlan::Clip);
    let mut views = stream.push(samples);
    views.extend(stream.finish()?);
    Ok(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_in_order() {
        for (index, step) in Step::ALL.into_iter().enumerate() {
            assert_eq!(step as usize, index, "{}", step.name());
        }
    }

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_in_the_middle() {
        let report = |figures: &[f64]| Report { views: 1, rounds: figures.iter().map(|it| [*it; 5]).collect() };
        for (figures, expected) in
            [(&[][..], 0.0), (&[3.0], 3.0), (&[9.0, 1.0, 2.0], 2.0), (&[4.0, 1.0, 2.0, 9.0], 3.0)]
        {
            assert_eq!(report(figures).median_seconds(Step::Mel), expected, "{figures:?}");
        }
    }
}
