//! One sound file, followed: its timeline, with a part of the bar, and what a picture is drawn from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use auricle::classify::timeline::steps::TimeStep;
use auricle::error::Result;
use auricle::features::config::FrontEnd;
use auricle::library::record::hearing::Hearing;
use auricle::operations::hearing::{ChosenSound, choose};
use auricle::operations::observer::{Event, Observer};
use auricle::operations::timeline::{SoundTimeline, TimelineFinder};
use auricle::recording_time::RecordingTime;
use indicatif::ProgressBar;

use crate::cli::command::timeline::sketch::Sketch;
use crate::cli::standard_input::{about, open_sound};

/// Steps that a progress bar has for each sound, whatever its length.
pub(crate) const STEPS_A_SOUND: u64 = 1000;

/// The timeline of one file.
#[derive(Debug)]
pub(crate) struct FileTimeline {
    pub(crate) path: PathBuf,
    pub(crate) sound: SoundTimeline,
    /// When it was begun to be recorded.
    pub(crate) recorded: Option<RecordingTime>,
    /// The channel that was heard alone.
    pub(crate) channel: Option<u32>,
    /// The scores of all windows, if they were asked for.
    pub(crate) tracks: Option<Vec<TimeStep>>,
    /// What a picture is drawn from, if one was asked for.
    pub(crate) sketch: Option<Sketch>,
}

/// Follows files, and keeps what their forms need.
pub(crate) struct Follower<'a> {
    pub(crate) finder: &'a TimelineFinder<'a>,
    pub(crate) front_end: &'a FrontEnd,
    /// What is heard of the sound at a path.
    pub(crate) hearing_of: &'a (dyn Fn(&Path) -> Result<Hearing> + Sync),
    /// Whether the scores of all windows are kept.
    pub(crate) with_tracks: bool,
    /// Whether a picture will be drawn.
    pub(crate) with_sketch: bool,
    pub(crate) bar: &'a ProgressBar,
    /// Stops it.
    pub(crate) stop: &'a Arc<AtomicBool>,
}

impl Follower<'_> {
    /// The timeline of the sound at `path`; `None` if it was stopped before that sound's turn.
    ///
    /// # Errors
    /// [`auricle::error::Error::Data`] naming the file if it cannot be read or has no samples.
    pub(crate) fn follow(&self, path: &Path) -> Result<Option<FileTimeline>> {
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut part = BarPart { bar: self.bar, shown: 0 };
        let timeline = self.follow_file(path, &mut part).map_err(|error| about(error, path));
        part.show(1.0);
        timeline.map(Some)
    }

    fn follow_file(&self, path: &Path, part: &mut BarPart<'_>) -> Result<FileTimeline> {
        let ChosenSound { sound, channel, note } = choose(open_sound(path)?, (self.hearing_of)(path)?)?;
        let recorded = sound.metadata().tags.recorded(path);
        let stated = sound.metadata().duration_seconds.unwrap_or(f64::INFINITY);
        let mut tracks = self.with_tracks.then(Vec::new);
        let mut sketch = self.with_sketch.then(|| Sketch::new(self.front_end, self.finder.labels().len()));
        let (mut samples, rate_hz) = (0, f64::from(self.front_end.rate_hz()));
        let mut tell = |event: Event<'_>| match event {
            Event::Samples(block) => {
                samples += block.len();
                part.show(samples as f64 / rate_hz / stated);
                sketch.iter_mut().for_each(|sketch| sketch.hear(block));
            }
            Event::Step(step) => {
                sketch.iter_mut().for_each(|sketch| sketch.score(step));
                tracks.iter_mut().for_each(|tracks| tracks.push(step.clone()));
            }
            _ => {}
        };
        let mut sound = self.finder.follow(sound, &Observer::new(&mut tell, self.stop))?;
        let notes: Vec<String> = note.into_iter().chain(sound.partial.take()).collect();
        sound.partial = (!notes.is_empty()).then(|| notes.join("; "));
        sketch.iter_mut().for_each(Sketch::finish);
        Ok(FileTimeline { path: path.to_owned(), sound, recorded, channel, tracks, sketch })
    }
}

/// A sound's part of the bar.
struct BarPart<'a> {
    bar: &'a ProgressBar,
    shown: u64,
}

impl BarPart<'_> {
    /// `share` of the sound, 0..=1, has been heard; more than was stated counts as all.
    fn show(&mut self, share: f64) {
        let reached = (share.clamp(0.0, 1.0) * STEPS_A_SOUND as f64) as u64;
        self.bar.inc(reached.saturating_sub(self.shown));
        self.shown = reached.max(self.shown);
    }
}
