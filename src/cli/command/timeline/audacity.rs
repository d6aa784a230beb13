//! A timeline as a label track for Audacity: lines of start, end and label.

use auricle::classify::timeline::events::Event;

use crate::cli::command::timeline::hear::Timeline;
pub(crate) use crate::cli::terminal::hits::LABEL_TRACK_ENDING as ENDING;

/// The label track of `timeline`.
pub(crate) fn track(timeline: &Timeline, names: &[String]) -> String {
    let line = |event: &Event| {
        let label = names[event.label].replace(char::is_control, " ");
        format!("{:.6}\t{:.6}\t{label} {:.3}\n", event.seconds.start, event.seconds.end, event.score)
    };
    timeline.events.iter().map(line).collect()
}
