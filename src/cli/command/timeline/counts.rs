//! Counts of events an hour or a day: a table for people with a column for each label that was heard, JSON, and comma-separated
//! values (RFC 4180) with a line for each period and label.

use std::io::{self, Write};

use auricle::classify::timeline::counts::{EventCounts, PeriodCount};
use auricle::wire::counts::TimelineCounts;

use crate::cli::command::timeline::flags::TextForm;
use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::{Align, json_line, table_lines, written};
use crate::cli::terminal::text::clock;

/// The columns of comma-separated values. Other people's scripts rely on these names: columns may be added at the end, none
/// renamed.
const CSV_HEADINGS: [&str; 5] = ["period", "label", "events", "event_seconds", "sound_seconds"];

/// What stands for the period of recordings that have no time.
const NO_DATE: &str = "no date";

/// Writes `counts` of the labels `names` in the form chosen.
pub(crate) fn write(
    out: &mut dyn Write,
    form: TextForm,
    counts: &EventCounts,
    names: &[String],
) -> Result<(), Failure> {
    match form {
        TextForm::Json => json_line(out, &TimelineCounts::new(counts, names)),
        TextForm::Csv => written(write_csv(out, counts, names)),
        _ => written(write_table(out, counts, names)),
    }
}

/// The periods with what was heard in them, and what was heard nobody knows when.
fn rows(counts: &EventCounts) -> impl Iterator<Item = (Option<String>, &PeriodCount)> {
    let dated = counts.counts().iter().map(|(start, count)| (Some(start.to_string()), count));
    dated.chain(counts.undated().map(|count| (None, count)))
}

fn write_csv(out: &mut dyn Write, counts: &EventCounts, names: &[String]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(CSV_HEADINGS)?;
    for (period, count) in rows(counts) {
        for (index, label) in names.iter().enumerate() {
            writer.write_record([
                period.clone().unwrap_or_default(),
                label.clone(),
                count.events[index].to_string(),
                count.event_seconds[index].to_string(),
                count.sound_seconds.to_string(),
            ])?;
        }
    }
    writer.flush()
}

/// Labels that were never heard have no column: of many labels few are there, and a line has an end.
fn write_table(out: &mut dyn Write, counts: &EventCounts, names: &[String]) -> io::Result<()> {
    let is_heard = |index: &usize| rows(counts).any(|(_, count)| count.events[*index] > 0);
    let heard: Vec<usize> = (0..names.len()).filter(is_heard).collect();
    let labels = heard.iter().map(|index| names[*index].clone());
    let mut lines = vec![["from", "sound"].map(str::to_owned).into_iter().chain(labels).collect::<Vec<_>>()];
    for (period, count) in rows(counts) {
        let period = period.map_or_else(|| NO_DATE.to_owned(), |period| period.replace('T', " "));
        let events = heard.iter().map(|index| count.events[*index].to_string());
        lines.push([period, clock(count.sound_seconds)].into_iter().chain(events).collect());
    }
    let columns: Vec<Align> =
        std::iter::once(Align::Left).chain(std::iter::repeat_n(Align::Right, heard.len() + 1)).collect();
    table_lines(&columns, &lines).into_iter().try_for_each(|line| writeln!(out, "{line}"))
}
