//! Results on their way out: lines of JSON, aligned tables, files; and remarks on standard error.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::text::printable;

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
    table_lines(&columns, rows).into_iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// The lines of [`table`], without their ends.
pub(crate) fn table_lines<R: AsRef<[String]>>(columns: &[Align], rows: &[R]) -> Vec<String> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.as_ref().iter().map(|cell| printable(cell)).collect()).collect();
    let mut widths = vec![0; columns.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let line = |row: &Vec<String>| {
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

/// Asks `question` on the terminal; `None` where nobody can answer. Anything but a yes is a no.
pub(crate) fn ask(question: &str) -> Option<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return None;
    }
    let mut answer = String::new();
    write!(io::stderr(), "auricle: {} [y/N] ", printable(question)).ok()?;
    io::stdin().read_line(&mut answer).ok()?;
    Some(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
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
}
