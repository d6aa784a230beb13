//! Words and numbers as they are printed: lines of JSON, aligned tables, names, lengths of time.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::terminal::exit::{Exit, Failure};
pub(crate) use crate::cli::terminal::printable::printable;

/// Space between two columns of a table.
const GAP: &str = "  ";

/// Standard output, buffered; [`flush`] it at the end, where a failure can still be told.
pub(crate) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Turns a failure to write results into one of the command.
pub(crate) fn written<T>(result: io::Result<T>) -> Result<T, Failure> {
    result.context("the results could not be written").map_err(|error| Failure::new(Exit::Usage, error))
}

/// Writes `value` as one line of JSON.
pub(crate) fn json_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|error| Failure::new(Exit::Internal, error))?;
    written(writeln!(out, "{line}"))
}

/// Writes what is still buffered.
pub(crate) fn flush(mut out: impl Write) -> Result<(), Failure> {
    written(out.flush())
}

/// Writes `content` to the file at `path`, or else to standard output.
pub(crate) fn put(content: &[u8], path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else {
        let mut out = stdout();
        written(out.write_all(content))?;
        return flush(out);
    };
    fs::write(path, content).map_err(|error| unwritable(path, error))
}

/// Says that a result cannot be written to `path`.
pub(crate) fn unwritable(path: &Path, error: impl Into<anyhow::Error>) -> Failure {
    Failure::new(Exit::Usage, error.into().context(format!("{} could not be written", path.display())))
}

/// Which edge a column's cells share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Writes `rows` in columns as wide as their widest cell; each row has a cell for each of `columns`.
pub(crate) fn table<const N: usize>(out: &mut dyn Write, columns: [Align; N], rows: &[[String; N]]) -> io::Result<()> {
    table_lines(columns, rows).into_iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// The lines of [`table`], without their ends.
pub(crate) fn table_lines<const N: usize>(columns: [Align; N], rows: &[[String; N]]) -> Vec<String> {
    let rows: Vec<_> = rows.iter().map(|row| row.each_ref().map(|cell| printable(cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.width());
            let gap = if column == 0 { "" } else { GAP };
            match columns[column] {
                Align::Left => line.extend([gap, cell.as_str(), padding.as_str()]),
                Align::Right => line.extend([gap, padding.as_str(), cell.as_str()]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    };
    rows.iter().map(line).collect()
}

/// Tells something on standard error that is no error.
pub(crate) fn say(text: &str) {
    // A note that nobody can read is no reason to fail.
    let _ = writeln!(io::stderr(), "auricle: {}", printable(text));
}

/// `path` as it is printed for people: relative where it lies below the current folder.
pub(crate) fn short_path(path: &Path) -> String {
    let current = env::current_dir().and_then(|current| current.canonicalize());
    let relative = current.ok().and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf));
    relative.as_deref().filter(|path| !path.as_os_str().is_empty()).unwrap_or(path).display().to_string()
}

/// `count` of what `noun` names, for example `1 file` or `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `seconds` as minutes and seconds, or hours, minutes and seconds: `0:02.5`, `1:00:00.0`.
pub(crate) fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    let (minutes, tenths) = (tenths / 600, tenths % 600);
    let mut text = String::new();
    if minutes >= 60 {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}:{:02}", minutes / 60, minutes % 60);
    } else {
        let _ = write!(text, "{minutes}");
    }
    let _ = write!(text, ":{:02}.{}", tenths / 10, tenths % 10);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_also_for_wide_letters() {
        let rows = [["1", "雨", "x"], ["20", "rain", "y"]].map(|row| row.map(str::to_owned));
        let mut out = Vec::new();
        table(&mut out, [Align::Right, Align::Left, Align::Left], &rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), " 1  雨    x\n20  rain  y\n");
    }

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(printable("a\n\u{1b}[31mé"), "a\\n\\u{1b}[31mé");
    }

    #[test]
    fn lengths_of_time_read_like_a_clock() {
        for (seconds, expected) in
            [(0.0, "0:00.0"), (2.54, "0:02.5"), (59.96, "1:00.0"), (3600.0, "1:00:00.0"), (-1.0, "0:00.0")]
        {
            assert_eq!(clock(seconds), expected);
        }
    }
}
