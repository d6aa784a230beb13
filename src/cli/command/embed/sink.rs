//! The destination of vectors: lines of JSON, or an array that says first how many rows it has.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use auricle::error::Error;
use auricle::wire::embed::EmbedLine;
use clap::ValueEnum;
use npyz::WriterBuilder;

use crate::cli::terminal::exit::{Failure, complain_about};
use crate::cli::terminal::output::{flush, json_line, stdout, unwritable, written};

/// The format of the vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmbedFormat {
    Jsonl,
    Npy,
}

/// The destination of the vectors.
pub(crate) enum VectorSink {
    Lines(Box<dyn Write>),
    Array(VectorArray),
}

/// Rows of `dim` values on their way into a NumPy array.
pub(crate) struct VectorArray {
    dim: usize,
    rows: ArrayRows,
}

/// The rows of an array.
enum ArrayRows {
    /// Their number is known, and they are written one after the other.
    Known(npyz::NpyWriter<f32, Box<dyn Write>>),
    /// Their values are kept until the last one is there.
    Gathered(Vec<f32>, Box<dyn Write>),
}

impl VectorSink {
    /// The file at `output`, or else standard output, for `rows` vectors of `dim` values, or for any number.
    pub(crate) fn open(
        output: Option<&Path>,
        format: EmbedFormat,
        rows: Option<usize>,
        dim: usize,
    ) -> Result<Self, Failure> {
        let out: Box<dyn Write> = match output {
            Some(path) => Box::new(BufWriter::new(File::create(path).map_err(|error| unwritable(path, error))?)),
            None => Box::new(stdout()),
        };
        let rows = match (format, rows) {
            (EmbedFormat::Jsonl, _) => return Ok(VectorSink::Lines(out)),
            (EmbedFormat::Npy, Some(rows)) => ArrayRows::Known(begin(out, rows, dim)?),
            (EmbedFormat::Npy, None) => ArrayRows::Gathered(Vec::new(), out),
        };
        Ok(VectorSink::Array(VectorArray { dim, rows }))
    }

    /// Writes `line`.
    pub(crate) fn put(&mut self, line: &EmbedLine<'_>) -> Result<(), Failure> {
        match self {
            VectorSink::Lines(out) => json_line(out, line),
            VectorSink::Array(array) => array.put(line.vector.iter().copied()),
        }
    }

    /// Reports `error` of one input, and leaves a gap in its place.
    pub(crate) fn skip(&mut self, error: Error) -> Result<(), Failure> {
        if let Error::Internal { .. } = error {
            return Err(error.into());
        }
        complain_about(error);
        match self {
            VectorSink::Lines(_) => Ok(()),
            VectorSink::Array(array) => array.put(std::iter::repeat_n(f32::NAN, array.dim)),
        }
    }

    /// Writes what is not written yet.
    pub(crate) fn close(self) -> Result<(), Failure> {
        match self {
            VectorSink::Lines(out) => flush(out),
            VectorSink::Array(array) => array.close(),
        }
    }
}

impl VectorArray {
    fn put(&mut self, row: impl Iterator<Item = f32>) -> Result<(), Failure> {
        match &mut self.rows {
            ArrayRows::Known(array) => written(array.extend(row)),
            ArrayRows::Gathered(values, _) => {
                values.extend(row);
                Ok(())
            }
        }
    }

    fn close(self) -> Result<(), Failure> {
        let array = match self.rows {
            ArrayRows::Known(array) => array,
            ArrayRows::Gathered(values, out) => {
                let mut array = begin(out, values.len() / self.dim, self.dim)?;
                written(array.extend(values))?;
                array
            }
        };
        written(array.finish())
    }
}

fn begin(out: Box<dyn Write>, rows: usize, dim: usize) -> Result<npyz::NpyWriter<f32, Box<dyn Write>>, Failure> {
    let shape = [rows as u64, dim as u64];
    written(npyz::WriteOptions::new().default_dtype().shape(&shape).writer(out).begin_nd())
}
