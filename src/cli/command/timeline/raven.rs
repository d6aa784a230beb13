//! A timeline as a selection table for Raven: values separated by tabs, under headings that Raven knows, and two of ours.

use std::io;

use auricle::features::FrontEnd;

use crate::cli::command::timeline::hear::Timeline;
use auricle::wire::path::text;

/// What the names of selection tables end with, as Raven's own do.
pub(crate) const ENDING: &str = ".selections.txt";

/// The columns that Raven needs to draw a selection, those by which it finds the sound, and ours, which it shows.
const HEADINGS: [&str; 11] = [
    "Selection",
    "View",
    "Channel",
    "Begin Time (s)",
    "End Time (s)",
    "Low Freq (Hz)",
    "High Freq (Hz)",
    "Begin Path",
    "File Offset (s)",
    "Label",
    "Score",
];

/// The selections of `timeline`, as high and low as the model behind `front_end` hears.
pub(crate) fn table(timeline: &Timeline, names: &[String], front_end: &FrontEnd) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').quote_style(csv::QuoteStyle::Never).from_writer(vec![]);
    writer.write_record(HEADINGS)?;
    // A selection cannot be higher than the file's sound.
    let high_hz = front_end.max_hz().min(f64::from(timeline.rate_hz) / 2.0);
    let low_hz = front_end.min_hz().min(high_hz);
    for (index, event) in timeline.events.iter().enumerate() {
        let [start, end] = [event.seconds.start, event.seconds.end].map(|seconds| format!("{seconds:.6}"));
        writer.write_record([
            (index + 1).to_string(),
            "Spectrogram 1".to_owned(),
            "1".to_owned(),
            start.clone(),
            end,
            format!("{low_hz:.1}"),
            format!("{high_hz:.1}"),
            // Raven has no quotes: what would end a cell becomes a space.
            text(&timeline.path).replace(char::is_control, " "),
            start,
            names[event.label].replace(char::is_control, " "),
            format!("{:.4}", event.score),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}
