//! The tables that are compiled in: CSV with a header, `|` between the values of a cell.

use csv::{ReaderBuilder, StringRecord};

/// The rows of `csv` without its header.
pub(super) fn rows(csv: &str) -> impl Iterator<Item = StringRecord> + '_ {
    let reader = ReaderBuilder::new().from_reader(csv.as_bytes());
    reader.into_records().map(|row| row.expect("the tables are whole, as a test makes sure"))
}

/// The values of a cell.
pub(super) fn values(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').filter(|value| !value.is_empty())
}
