//! A timeline as a table for people.

use std::io::{self, Write};

use auricle::classify::timeline::events::Event;

use crate::cli::command::timeline::hear::Timeline;
use crate::cli::terminal::output::{Align, clock, printable, table};
use auricle::wire::path::text;

/// Indent, place, label, score.
const COLUMNS: [Align; 4] = [Align::Left, Align::Right, Align::Left, Align::Right];

/// Writes the file's name and a line for each of its events.
pub(crate) fn write(out: &mut dyn Write, timeline: &Timeline, names: &[String]) -> io::Result<()> {
    writeln!(out, "{}", printable(&text(&timeline.path)))?;
    let row = |event: &Event| {
        let place = format!("{}-{}", clock(event.seconds.start), clock(event.seconds.end));
        [String::new(), place, names[event.label].clone(), format!("{:.3}", event.score)]
    };
    table(out, COLUMNS, &timeline.events.iter().map(row).collect::<Vec<_>>())
}
