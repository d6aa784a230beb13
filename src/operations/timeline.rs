//! Following a sound along time: its windows, judged one after the other, → from when to when it has which labels.

use std::num::NonZeroUsize;
use std::ops::{Range, RangeInclusive};

use crate::audio::Sound;
use crate::classify::classifier::Classifier;
use crate::classify::timeline::events::{EventRules, Events, SoundEvent};
use crate::classify::timeline::steps::{Steps, TimeStep};
use crate::classify::timeline::{
    BRIDGE_SECONDS, HOLD, HOP_WINDOWS, LEAST_SECONDS, SHORTEST_SECONDS, WINDOW_SECONDS, around,
};
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::encoder::stream::{StreamEnd, StreamEvent, WindowPace};
use crate::error::{Error, Quantity, Result};
use crate::features::config::FrontEnd;
use crate::operations::observer::{Event, Observer};

/// How labels along time are found.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineSettings {
    /// Length of a window in seconds; `None` for the usual one, or the model's if that is shorter.
    pub window_seconds: Option<f64>,
    /// Seconds from one window to the next; `None` for the usual part of a window.
    pub hop_seconds: Option<f64>,
    /// Windows over which the median is taken; `None` for those that hear the same moment.
    pub smooth: Option<usize>,
    /// The presence that an event of a label without a threshold of its own reaches; `None` for the usual one.
    pub threshold: Option<f32>,
    /// The share of its threshold, 0..=1, below which an event is over.
    pub hold: f32,
    /// The longest gap between two events that become one, in seconds.
    pub bridge_seconds: f64,
    /// The shortest event, in seconds.
    pub shortest_seconds: f64,
}

impl Default for TimelineSettings {
    fn default() -> Self {
        TimelineSettings {
            window_seconds: None,
            hop_seconds: None,
            smooth: None,
            threshold: None,
            hold: HOLD,
            bridge_seconds: BRIDGE_SECONDS,
            shortest_seconds: SHORTEST_SECONDS,
        }
    }
}

/// Windows laid over a sound, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowGrid {
    /// Length of a window.
    pub window_seconds: f64,
    /// From one window to the next.
    pub hop_seconds: f64,
}

/// Labels of one sound along time.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundTimeline {
    /// Length of what was decoded, in seconds.
    pub seconds: f64,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// What was lost or mended while decoding; `None` for a sound read whole.
    pub partial: Option<String>,
    /// Whether it was stopped before the end of the sound.
    pub interrupted: bool,
    /// In the order of their beginnings, then of the labels.
    pub events: Vec<SoundEvent>,
}

/// The settings of a timeline, squared with a model and labels; follows any number of sounds.
pub struct TimelineFinder<'a> {
    encoder: &'a Encoder,
    classifier: &'a Classifier,
    grid: WindowGrid,
    smooth: usize,
    rules: EventRules,
}

impl TimelineSettings {
    /// The windows that are laid over a sound for the model behind `front_end`.
    ///
    /// # Errors
    /// [`Error::Request`] for a window that the model cannot hear, or a hop that leaves parts of a sound unheard.
    pub fn grid(&self, front_end: &FrontEnd) -> Result<WindowGrid> {
        let longest = front_end.window_len_samples() as f64 / f64::from(front_end.rate_hz());
        let window_seconds = self.window_seconds.unwrap_or(WINDOW_SECONDS.min(longest));
        let hop_seconds = self.hop_seconds.unwrap_or(HOP_WINDOWS * window_seconds);
        let window_limit = format!("{LEAST_SECONDS} to {longest} s, the model's window");
        check(Quantity::Window, window_seconds, LEAST_SECONDS..=longest, &window_limit)?;
        let hop_limit = format!("{LEAST_SECONDS} to {window_seconds} s, the window, or parts would go unheard");
        check(Quantity::WindowHop, hop_seconds, LEAST_SECONDS..=window_seconds, &hop_limit)?;
        Ok(WindowGrid { window_seconds, hop_seconds })
    }

    fn check_rules(&self) -> Result<()> {
        check(Quantity::Bridge, self.bridge_seconds, 0.0..=f64::MAX, "0 s or more")?;
        check(Quantity::ShortestEvent, self.shortest_seconds, 0.0..=f64::MAX, "0 s or more")?;
        check(Quantity::Hold, f64::from(self.hold), 0.0..=1.0, "0 to 1, the threshold itself")
    }

    fn smooth(&self, grid: WindowGrid) -> Result<usize> {
        let smooth = self.smooth.unwrap_or_else(|| around(grid.window_seconds, grid.hop_seconds));
        if smooth.is_multiple_of(2) {
            let allowed = "an odd number of windows, which has one in the middle; 1 is none";
            return Err(Error::invalid(Quantity::Smoothing, format_args!("{smooth} windows"), allowed));
        }
        Ok(smooth)
    }
}

/// Refuses a `value` of `quantity` outside of `range`, which is what is `allowed`.
fn check(quantity: Quantity, value: f64, range: RangeInclusive<f64>, allowed: &str) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    let unit = if quantity == Quantity::Hold { "" } else { " s" };
    Err(Error::invalid(quantity, format_args!("{value}{unit}"), allowed))
}

impl<'a> TimelineFinder<'a> {
    /// One that finds the labels of `classifier` as `settings` have it.
    ///
    /// # Errors
    /// [`Error::Request`] for a setting that is out of its range, or labels of another model.
    pub fn new(encoder: &'a Encoder, classifier: &'a Classifier, settings: &TimelineSettings) -> Result<Self> {
        classifier.expect_dim(encoder.space().dim)?;
        let grid = settings.grid(encoder.front_end())?;
        settings.check_rules()?;
        let rules = EventRules {
            thresholds: classifier.thresholds(settings.threshold),
            hold: settings.hold,
            bridge_seconds: settings.bridge_seconds,
            least_seconds: settings.shortest_seconds,
        };
        Ok(TimelineFinder { encoder, classifier, grid, smooth: settings.smooth(grid)?, rules })
    }

    /// The windows that are laid over a sound.
    pub fn grid(&self) -> WindowGrid {
        self.grid
    }

    /// The names of the labels that are found, to which events refer.
    pub fn labels(&self) -> &[String] {
        self.classifier.names()
    }

    /// Follows `sound` to its end, and tells `observer` what is heard on the way ([`Event::Samples`], [`Event::Step`]). Keeps no more than
    /// the events. Stopped, it gives what was heard until then.
    ///
    /// # Errors
    /// [`Error::Data`] if the sound cannot be decoded or the model finds no direction for it;
    /// [`Error::Internal`] if the model fails.
    pub fn follow(&self, sound: Sound, observer: &Observer<'_>) -> Result<SoundTimeline> {
        let rate_hz = sound.metadata().rate_hz;
        let mut track = EventTrack { events: Events::new(self.rules.clone()), found: Vec::new() };
        let mut steps = Steps::new(self.smooth);
        let end = self.encoder.stream(sound, self.pace(), &mut |event| {
            match event {
                StreamEvent::Samples(block) => observer.tell(Event::Samples(block)),
                StreamEvent::Window(window) => {
                    if let Some(step) = steps.push(window.seconds, self.classifier.presences(&window.vector)) {
                        track.take(&step, observer);
                    }
                }
            }
            observer.flow()
        })?;
        let StreamEnd { seconds, partial, interrupted } = end;
        steps.finish(seconds).iter().for_each(|step| track.take(step, observer));
        Ok(SoundTimeline { seconds, rate_hz, partial, interrupted, events: track.finish() })
    }

    /// The timeline that windows give whose vectors are known, in the order of time, in a sound of `seconds`: nothing is decoded, and
    /// nothing is smoothed, for they are far apart. `observer` is told of each step.
    pub fn recall(
        &self,
        moments: impl IntoIterator<Item = (Range<f64>, Embedding)>,
        seconds: f64,
        rate_hz: u32,
        observer: &Observer<'_>,
    ) -> SoundTimeline {
        let mut track = EventTrack { events: Events::new(self.rules.clone()), found: Vec::new() };
        let mut steps = Steps::new(1);
        for (place, vector) in moments {
            if let Some(step) = steps.push(place, self.classifier.presences(&vector)) {
                track.take(&step, observer);
            }
        }
        steps.finish(seconds).iter().for_each(|step| track.take(step, observer));
        SoundTimeline { seconds, rate_hz, partial: None, interrupted: false, events: track.finish() }
    }

    fn pace(&self) -> WindowPace {
        let rate_hz = f64::from(self.encoder.front_end().rate_hz());
        let len = |seconds: f64| NonZeroUsize::new((seconds * rate_hz).round() as usize).unwrap_or(NonZeroUsize::MIN);
        WindowPace { window_len_samples: len(self.grid.window_seconds), hop_len_samples: len(self.grid.hop_seconds) }
    }
}

/// The events of a sound that is being followed.
struct EventTrack {
    events: Events,
    found: Vec<SoundEvent>,
}

impl EventTrack {
    fn take(&mut self, step: &TimeStep, observer: &Observer<'_>) {
        self.found.extend(self.events.push(step));
        observer.tell(Event::Step(step));
    }

    fn finish(mut self) -> Vec<SoundEvent> {
        self.found.extend(self.events.finish());
        self.found.sort_by(|a, b| a.seconds.start.total_cmp(&b.seconds.start).then(a.label.cmp(&b.label)));
        self.found
    }
}
