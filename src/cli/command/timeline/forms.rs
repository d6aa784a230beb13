//! The forms of a timeline: a table for people, JSON in the words of the server's, comma-separated values (RFC 4180), a
//! label track for Audacity and a selection table for Raven.

use std::io::{self, Write};

use auricle::classify::timeline::events::SoundEvent;
use auricle::features::config::FrontEnd;
use auricle::operations::timeline::WindowGrid;
use auricle::recording_time::RecordingTime;
use auricle::wire::path::{full_text, text};
use auricle::wire::timeline::{EventEntry, Timeline, Tracks};

use crate::cli::command::timeline::follow::FileTimeline;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, json_line};
use crate::cli::terminal::text::{clock, date_and_time, printable};

/// The columns of the table: indent, span, label, score.
const COLUMNS: [Align; 4] = [Align::Left, Align::Right, Align::Left, Align::Right];

/// The same with the time by the recorder's clock behind the span.
const DATED_COLUMNS: [Align; 5] = [Align::Left, Align::Right, Align::Left, Align::Left, Align::Right];

/// The columns of comma-separated values. Other people's scripts rely on these names: columns may be added at the end, none
/// renamed.
const CSV_HEADINGS: [&str; 7] = ["path", "start", "end", "label", "score", "clock", "clock_end"];

/// What the names of selection tables end with, as Raven's own do.
pub(crate) const RAVEN_ENDING: &str = ".selections.txt";

/// The columns that Raven needs to draw a selection, those by which it finds the sound, and ours, which it shows.
const RAVEN_HEADINGS: [&str; 12] = [
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
    "Clock",
];

/// Writes the file's name and a line for each of its events.
pub(crate) fn write_table(out: &mut dyn Write, timeline: &FileTimeline, names: &[String]) -> io::Result<()> {
    let heard = timeline.channel.map_or_else(String::new, |channel| format!("  (channel {channel})"));
    writeln!(out, "{}{heard}", printable(&text(&timeline.path)))?;
    let row = |event: &SoundEvent| {
        let span = format!("{}-{}", clock(event.seconds.start), clock(event.seconds.end));
        [String::new(), span, names[event.label].clone(), format!("{:.3}", event.score)]
    };
    let rows = timeline.sound.events.iter().map(row);
    if clock_of(timeline, 0.0).is_none() {
        return output::table(out, COLUMNS, &rows.collect::<Vec<_>>());
    }
    let rows = rows.zip(&timeline.sound.events).map(|([indent, span, label, score], event)| {
        let recorded =
            clock_of(timeline, event.seconds.start.floor()).map_or_else(String::new, |at| date_and_time(&at));
        [indent, span, recorded, label, score]
    });
    output::table(out, DATED_COLUMNS, &rows.collect::<Vec<_>>())
}

/// What the recorder's clock showed `seconds` into the sound.
fn clock_of(timeline: &FileTimeline, seconds: f64) -> Option<RecordingTime> {
    timeline.recorded.and_then(|began| began.clock_at(seconds))
}

fn clock_text(timeline: &FileTimeline, seconds: f64) -> String {
    clock_of(timeline, seconds).map_or_else(String::new, |clock| clock.to_string())
}

/// Writes `timeline`, found in windows of `grid`, as a line of JSON.
pub(crate) fn write_json(
    out: &mut dyn Write,
    timeline: &FileTimeline,
    names: &[String],
    grid: WindowGrid,
) -> Result<(), Failure> {
    let line = Timeline {
        path: full_text(&timeline.path),
        seconds: timeline.sound.seconds,
        recorded: timeline.recorded.map(|began| began.to_string()),
        channel: timeline.channel,
        hop: grid.hop_seconds,
        window: grid.window_seconds,
        events: timeline.sound.events.iter().map(|event| EventEntry::new(event, names, timeline.recorded)).collect(),
        tracks: timeline.tracks.as_deref().map(|steps| Tracks::new(steps, names)),
        partial: timeline.sound.partial.clone(),
    };
    json_line(out, &line)
}

/// Writes the line of headings of comma-separated values.
pub(crate) fn begin_csv(out: &mut dyn Write) -> io::Result<()> {
    write_record(out, CSV_HEADINGS.map(str::to_owned))
}

/// Writes a line of comma-separated values for each event.
pub(crate) fn write_csv(out: &mut dyn Write, timeline: &FileTimeline, names: &[String]) -> io::Result<()> {
    timeline.sound.events.iter().try_for_each(|event| {
        let [start, end] = [event.seconds.start, event.seconds.end].map(|seconds| seconds.to_string());
        let [clock, clock_end] = [event.seconds.start, event.seconds.end].map(|seconds| clock_text(timeline, seconds));
        let (path, label, score) = (full_text(&timeline.path), names[event.label].clone(), event.score.to_string());
        write_record(out, [path, start, end, label, score, clock, clock_end])
    })
}

fn write_record(out: &mut dyn Write, fields: [String; CSV_HEADINGS.len()]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(fields)?;
    writer.flush()
}

/// The label track of `timeline` for Audacity: lines of start, end and label.
pub(crate) fn audacity_track(timeline: &FileTimeline, names: &[String]) -> String {
    let line = |event: &SoundEvent| {
        let label = names[event.label].replace(char::is_control, " ");
        format!("{:.6}\t{:.6}\t{label} {:.3}\n", event.seconds.start, event.seconds.end, event.score)
    };
    timeline.sound.events.iter().map(line).collect()
}

/// The selections of `timeline` for Raven, as high and low as the model behind `front_end` hears: values separated by tabs,
/// under headings that Raven knows, and three of ours.
pub(crate) fn raven_table(timeline: &FileTimeline, names: &[String], front_end: &FrontEnd) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').quote_style(csv::QuoteStyle::Never).from_writer(vec![]);
    writer.write_record(RAVEN_HEADINGS)?;
    // A selection cannot be higher than the file's sound.
    let high_hz = front_end.max_hz().min(f64::from(timeline.sound.rate_hz) / 2.0);
    let low_hz = front_end.min_hz().min(high_hz);
    for (index, event) in timeline.sound.events.iter().enumerate() {
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
            full_text(&timeline.path).replace(char::is_control, " "),
            start,
            names[event.label].replace(char::is_control, " "),
            format!("{:.4}", event.score),
            clock_text(timeline, event.seconds.start),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}
