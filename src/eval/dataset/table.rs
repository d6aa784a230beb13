//! CSV files with a header, whose columns are found by any of several names.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, Stage};

/// What separates columns, commonest first.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// A CSV file, read whole.
#[derive(Debug)]
pub(crate) struct CsvTable {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl CsvTable {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Error::Data`] naming the file if it is no CSV file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let failed = |error: csv::Error| {
            Error::file(path, Stage::Open, format!("cannot be read as CSV ({error})")).caused_by(error)
        };
        let bytes = fs::read(path)
            .map_err(|error| Error::file(path, Stage::Open, format!("cannot be read ({error})")).caused_by(error))?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = reader(bytes);
        let header = reader.headers().map_err(failed)?.iter().map(str::to_lowercase).collect();
        let rows = reader.records().collect::<csv::Result<_>>().map_err(failed)?;
        Ok(CsvTable { path: path.to_owned(), header, rows })
    }

    /// The header of the file at `path`, in lower case; empty if it is no CSV file.
    pub(crate) fn header_of(path: &Path) -> Vec<String> {
        let is_csv = path.extension().is_some_and(|extension| ["csv", "tsv"].iter().any(|it| extension == *it));
        if !(is_csv && path.is_file()) {
            return Vec::new();
        }
        CsvTable::read(path).map(|table| table.header).unwrap_or_default()
    }

    /// The column that has one of `names`, earlier names first.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        column(&self.header, names)
    }

    /// The same for a column that has to be there.
    ///
    /// # Errors
    /// [`Error::Data`] naming the file and the columns that would do.
    pub(crate) fn required(&self, names: &[&str]) -> Result<usize> {
        self.column(names).ok_or_else(|| {
            let reason =
                format!("has no column called {}; its header is {}", names.join(" or "), self.header.join(","));
            Error::file(&self.path, Stage::Open, reason)
        })
    }

    /// The header, in lower case.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows below it.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &csv::StringRecord> {
        self.rows.iter()
    }
}

/// The place in `header` of the first of `names` that it has.
pub(crate) fn column(header: &[String], names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| header.iter().position(|column| column == name))
}

/// The cell in `column` of `row`, if there is one and it is not blank.
pub(crate) fn cell(row: &csv::StringRecord, column: Option<usize>) -> Option<&str> {
    row.get(column?).filter(|cell| !cell.is_empty())
}

fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let separator = SEPARATORS.into_iter().find(|separator| first.contains(separator)).unwrap_or(SEPARATORS[0]);
    csv::ReaderBuilder::new().delimiter(separator).flexible(true).trim(csv::Trim::All).from_reader(bytes)
}
