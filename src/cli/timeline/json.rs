//! A timeline as one object. Other people's scripts rely on these names: fields may be added, none renamed.

use std::io::Write;

use auricle::classify::timeline::steps::Step;
use serde::Serialize;

use super::hear::Timeline;
use super::settings::Settings;
use crate::cli::exit::Failure;
use crate::cli::output::json_line;
use crate::cli::wire::text;

#[derive(Debug, Serialize)]
struct TimelineLine<'a> {
    path: String,
    seconds: f64,
    hop: f64,
    window: f64,
    events: Vec<EventEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracks: Option<Tracks<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct EventEntry<'a> {
    label: &'a str,
    start: f64,
    end: f64,
    score: f32,
}

/// The smoothed scores; all lists of numbers are as long as there are windows.
#[derive(Debug, Serialize)]
struct Tracks<'a> {
    start: Vec<f64>,
    end: Vec<f64>,
    scores: Vec<Track<'a>>,
}

#[derive(Debug, Serialize)]
struct Track<'a> {
    label: &'a str,
    score: Vec<f32>,
}

/// Writes `timeline`, which was heard by `settings`, as a line.
pub(super) fn write(
    out: &mut dyn Write,
    timeline: &Timeline,
    names: &[String],
    settings: &Settings,
) -> Result<(), Failure> {
    let events = timeline.events.iter().map(|event| EventEntry {
        label: &names[event.label],
        start: event.seconds.start,
        end: event.seconds.end,
        score: event.score,
    });
    let line = TimelineLine {
        path: text(&timeline.path),
        seconds: timeline.seconds,
        hop: settings.hop_seconds,
        window: settings.window_seconds,
        events: events.collect(),
        tracks: timeline.tracks.as_deref().map(|steps| tracks(steps, names)),
        partial: timeline.partial.as_deref(),
    };
    json_line(out, &line)
}

fn tracks<'a>(steps: &[Step], names: &'a [String]) -> Tracks<'a> {
    let track = |(index, label): (usize, &'a String)| Track {
        label,
        score: steps.iter().map(|step| step.presences[index]).collect(),
    };
    Tracks {
        start: steps.iter().map(|step| step.seconds.start).collect(),
        end: steps.iter().map(|step| step.seconds.end).collect(),
        scores: names.iter().enumerate().map(track).collect(),
    }
}
