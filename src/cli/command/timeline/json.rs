//! A timeline as one object, in the words of the server's.

use std::io::Write;

use auricle::wire;
use auricle::wire::timeline::{EventEntry, Tracks};

use crate::cli::command::timeline::hear::Timeline;
use crate::cli::command::timeline::settings::Settings;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::json_line;
use auricle::wire::path::text;

/// Writes `timeline`, which was heard by `settings`, as a line.
pub(crate) fn write(
    out: &mut dyn Write,
    timeline: &Timeline,
    names: &[String],
    settings: &Settings,
) -> Result<(), Failure> {
    let line = wire::timeline::Timeline {
        path: text(&timeline.path),
        seconds: timeline.seconds,
        hop: settings.hop_seconds,
        window: settings.window_seconds,
        events: timeline.events.iter().map(|event| EventEntry::new(event, names)).collect(),
        tracks: timeline.tracks.as_deref().map(|steps| Tracks::new(steps, names)),
        partial: timeline.partial.clone(),
    };
    json_line(out, &line)
}
