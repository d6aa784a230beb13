//! Timelines as comma-separated values (RFC 4180), one line an event.

use std::io::{self, Write};

use crate::cli::command::timeline::hear::Timeline;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::written;
use auricle::wire::path::text;

/// The columns. Other people's scripts rely on these names: columns may be added at the end, none renamed.
const HEADINGS: [&str; 5] = ["path", "start", "end", "label", "score"];

/// Writes the line of headings to `out` and gives it back.
pub(crate) fn begin(mut out: Box<dyn Write>) -> Result<Box<dyn Write>, Failure> {
    written(record(&mut out, HEADINGS.map(str::to_owned)))?;
    Ok(out)
}

/// Writes a line for each event.
pub(crate) fn write(out: &mut dyn Write, timeline: &Timeline, names: &[String]) -> io::Result<()> {
    timeline.events.iter().try_for_each(|event| {
        let [start, end] = [event.seconds.start, event.seconds.end].map(|seconds| seconds.to_string());
        record(out, [text(&timeline.path), start, end, names[event.label].clone(), event.score.to_string()])
    })
}

fn record(out: &mut dyn Write, fields: [String; HEADINGS.len()]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(fields)?;
    writer.flush()
}
