//! One sound file → its timeline.

use std::ops::Range;
use std::path::{Path, PathBuf};

use auricle::audio;
use auricle::classify::timeline::events::{Event, Events};
use auricle::classify::timeline::steps::{Step, Steps};
use auricle::encoder::{StreamEnd, StreamEvent};
use auricle::error::Result;
use indicatif::ProgressBar;

use crate::cli::command::timeline::Request;
use crate::cli::command::timeline::settings::Settings;
use crate::cli::command::timeline::sketch::Sketch;

/// Steps that a progress bar has for each sound, whatever its length.
pub(crate) const STEPS_A_SOUND: u64 = 1000;

/// What was found in one sound.
#[derive(Debug)]
pub(crate) struct Timeline {
    pub(crate) path: PathBuf,
    /// Length of what was decoded.
    pub(crate) seconds: f64,
    /// Sample rate of the file, in Hz.
    pub(crate) rate_hz: u32,
    /// What was lost or mended while decoding.
    pub(crate) partial: Option<String>,
    /// In the order of their beginnings, then of the labels.
    pub(crate) events: Vec<Event>,
    /// The scores of all windows, if they were asked for.
    pub(crate) tracks: Option<Vec<Step>>,
    /// What a picture is drawn from, if one was asked for.
    pub(crate) sketch: Option<Sketch>,
}

/// What listens to sounds for their timelines.
pub(crate) struct Ear<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) bar: &'a ProgressBar,
}

impl Ear<'_> {
    /// The timeline of the sound at `path`.
    ///
    /// # Errors
    /// [`auricle::error::Error::Data`] naming the file if it cannot be read or has no samples.
    pub(crate) fn hear(&self, path: &Path) -> Result<Timeline> {
        let mut progress = Progress { bar: self.bar, shown: 0 };
        let heard = self.follow(path, &mut progress).map_err(|error| error.about_file(path));
        progress.show(1.0);
        heard
    }

    fn follow(&self, path: &Path, progress: &mut Progress<'_>) -> Result<Timeline> {
        let Request { encoder, classifier, .. } = self.request;
        let sound = audio::open(path)?;
        let (rate_hz, stated) = (sound.metadata().rate_hz, sound.metadata().duration_seconds);
        let mut score = Score::new(self);
        let (mut samples, model_rate_hz) = (0, f64::from(encoder.front_end().rate_hz()));
        let StreamEnd { seconds, partial } = encoder.stream(sound, self.settings.pace, &mut |heard| match heard {
            StreamEvent::Samples(block) => {
                samples += block.len();
                progress.show(samples as f64 / model_rate_hz / stated.unwrap_or(f64::INFINITY));
                score.kept.sketch.iter_mut().for_each(|sketch| sketch.hear(block));
            }
            StreamEvent::Window(window) => score.hear(window.seconds, classifier.presences(&window.vector)),
        })?;
        let Kept { mut events, tracks, sketch } = score.finish(seconds);
        events.sort_by(|a, b| a.seconds.start.total_cmp(&b.seconds.start).then(a.label.cmp(&b.label)));
        Ok(Timeline { path: path.to_owned(), seconds, rate_hz, partial, events, tracks, sketch })
    }
}

/// A sound on its way from windows to events.
struct Score {
    steps: Steps,
    events: Events,
    kept: Kept,
}

/// What is kept of a sound.
struct Kept {
    events: Vec<Event>,
    tracks: Option<Vec<Step>>,
    sketch: Option<Sketch>,
}

impl Score {
    fn new(ear: &Ear<'_>) -> Self {
        let Settings { smooth, rules, with_tracks, with_sketch, .. } = ear.settings;
        let sketch = || Sketch::new(ear.request.encoder.front_end(), rules.thresholds.len());
        let kept = Kept { events: Vec::new(), tracks: with_tracks.then(Vec::new), sketch: with_sketch.then(sketch) };
        Score { steps: Steps::new(*smooth), events: Events::new(rules.clone()), kept }
    }

    fn hear(&mut self, seconds: Range<f64>, presences: Vec<f32>) {
        if let Some(step) = self.steps.push(seconds, presences) {
            self.kept.take(step, &mut self.events);
        }
    }

    fn finish(self, seconds: f64) -> Kept {
        let Score { steps, mut events, mut kept } = self;
        for step in steps.finish(seconds) {
            kept.take(step, &mut events);
        }
        kept.events.extend(events.finish());
        kept.sketch.iter_mut().for_each(Sketch::finish);
        kept
    }
}

impl Kept {
    fn take(&mut self, step: Step, events: &mut Events) {
        self.events.extend(events.push(&step));
        self.sketch.iter_mut().for_each(|sketch| sketch.score(&step));
        self.tracks.iter_mut().for_each(|tracks| tracks.push(step.clone()));
    }
}

/// A sound's part of the bar.
struct Progress<'a> {
    bar: &'a ProgressBar,
    shown: u64,
}

impl Progress<'_> {
    /// `share` of the sound, 0..=1, has been heard; more than was stated counts as all.
    fn show(&mut self, share: f64) {
        let reached = (share.clamp(0.0, 1.0) * STEPS_A_SOUND as f64) as u64;
        self.bar.inc(reached.saturating_sub(self.shown));
        self.shown = reached.max(self.shown);
    }
}
