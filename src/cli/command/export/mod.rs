//! `auricle export`: all vectors of the library with their metadata, for other programs.

mod parquet;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use auricle::embedding::Space;
use auricle::library::changes::Snapshot;
use auricle::library::entries::IndexedSegment;
use auricle::wire::label::StoredLabel;
use auricle::wire::path::{hex, text};
use auricle::wire::segment::SegmentLine;
use clap::{Args, ValueEnum};
use npyz::WriterBuilder;

use crate::cli::command::export::parquet::ParquetFile;
use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure, complain};
use crate::cli::terminal::output;
use crate::cli::terminal::output::json_line;
use crate::cli::terminal::text::{printable, short_path};

/// Ending of the names of files until they are complete.
const UNFINISHED: &str = ".unfinished";

/// Names of the two files of `--format npy`.
const NPY_FILES: [&str; 2] = ["vectors.npy", "segments.jsonl"];

/// The command line of `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
One row per segment: path, kind (clip for a whole file, moment for a part), start, end and duration_seconds in seconds, recorded and clock (of the file and of the start, ISO 8601, where known), \
rate_hz, channels, channel (that the segment is of, where channels are heard each by itself), container, codec, tags, labels (label, source, head, start, end and score of each, whoever gave it), hash (BLAKE3 of the file), model, fingerprint, and the vector, f32 of unit \
length. The export is a consistent snapshot, even if another process is writing.

Examples:
  auricle export vectors.parquet
  auricle export out/ --format npy        # out/vectors.npy [rows, values] and out/segments.jsonl, row by row")]
pub(crate) struct Arguments {
    /// File to write, or folder for npy
    #[arg(value_name = "OUT")]
    out: PathBuf,
    /// parquet: one file; npy: vectors.npy, one f32 array [rows, values], and segments.jsonl, one line per row
    #[arg(long, value_enum, default_value_t = ExportFormat::Parquet)]
    format: ExportFormat,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
}

/// The format of the vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    Parquet,
    Npy,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let finished = match arguments.format {
        ExportFormat::Parquet => vec![arguments.out.clone()],
        ExportFormat::Npy => NPY_FILES.map(|name| arguments.out.join(name)).to_vec(),
    };
    if let Some(there) = finished.iter().find(|path| path.symlink_metadata().is_ok()) {
        let is_file = there.is_file();
        if !arguments.force || !is_file {
            return Err(CliRefusal::OutputExists { path: there.clone(), is_file }.into());
        }
    }
    let unfinished: Vec<PathBuf> = finished.iter().map(|path| unfinished(path)).collect();
    let snapshot = library.snapshot()?;
    let written = match arguments.format {
        ExportFormat::Parquet => write_parquet(&snapshot, &unfinished[0]),
        ExportFormat::Npy => write_npy(&snapshot, &arguments.out, &unfinished),
    };
    let written = written.and_then(|counts| put_in_place(&unfinished, &finished).map(|()| counts));
    if written.is_err() {
        // The failure itself is told; what could not be removed either is in nobody's way.
        unfinished.iter().for_each(|path| drop(fs::remove_file(path)));
    }
    let (rows, damaged) = written?;
    if !context.is_quiet() {
        let mut out = output::stdout();
        let names: Vec<_> = finished.iter().map(|path| printable(&path.display().to_string())).collect();
        output::written(writeln!(out, "{rows} vectors of {} values: {}", library.model().dim, names.join(", ")))?;
        output::flush(out)?;
    }
    if damaged > 0 {
        complain(&format_args!("{damaged} damaged vectors were left out; `auricle verify` lists them"));
        return Ok(Exit::SomeFailed);
    }
    Ok(Exit::Done)
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}

/// Writes all to `path`; gives the numbers of rows and of damaged vectors.
fn write_parquet(snapshot: &Snapshot<'_>, path: &Path) -> Result<(u64, u64), Failure> {
    let fail = |error| failed(path, error);
    let mut file = ParquetFile::create(path, snapshot.library().model()).map_err(fail)?;
    let counts = each(snapshot, |_, entry, vector| file.put(entry, vector).map_err(fail))?;
    file.close().map_err(fail)?;
    Ok(counts)
}

/// Writes all to the two files `paths` in `folder`; gives the numbers of rows and of damaged vectors.
fn write_npy(snapshot: &Snapshot<'_>, folder: &Path, paths: &[PathBuf]) -> Result<(u64, u64), Failure> {
    let [array_path, lines_path] = paths else { unreachable!("npy is two files") };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let create = |path: &Path| File::create(path).map(BufWriter::new).map_err(|error| failed(path, error));
    let (array_file, mut lines) = (create(array_path)?, create(lines_path)?);
    // The array says first how long it is.
    let (rows, _) = each(snapshot, |_, _, _| Ok(()))?;
    let model = snapshot.library().model();
    let options = npyz::WriteOptions::new().default_dtype().shape(&[rows, model.dim as u64]);
    let fail = |error| failed(array_path, error);
    let mut array_file = array_file;
    let mut array = options.writer(&mut array_file).begin_nd().map_err(fail)?;
    let counts = each(snapshot, |row, entry, vector| {
        array.extend(vector.iter().copied()).map_err(fail)?;
        json_line(&mut lines, &line(row, entry, model))
    })?;
    array.finish().map_err(fail)?;
    for (file, path) in [(array_file, array_path), (lines, lines_path)] {
        let file = file.into_inner().map_err(|error| failed(path, error.into_error()))?;
        file.sync_all().map_err(|error| failed(path, error))?;
    }
    Ok(counts)
}

/// Calls `take` with each row: its number, what is known of it, and its vector. Gives the numbers of rows and of damaged
/// vectors.
fn each(
    snapshot: &Snapshot<'_>,
    mut take: impl FnMut(u64, &IndexedSegment, &[f32]) -> Result<(), Failure>,
) -> Result<(u64, u64), Failure> {
    let (mut rows, mut damaged) = (0, 0);
    snapshot.each_entry(|entry| {
        match &entry.vector {
            Some(vector) => {
                take(rows, entry, vector.as_slice())?;
                rows += 1;
            }
            None => damaged += 1,
        }
        Ok::<(), Failure>(())
    })?;
    Ok((rows, damaged))
}

fn line<'a>(row: u64, entry: &'a IndexedSegment, model: &'a Space) -> SegmentLine<'a> {
    SegmentLine {
        row,
        path: text(&entry.path),
        kind: entry.segment.kind.name(),
        start: entry.segment.start_seconds,
        end: entry.segment.end_seconds,
        channel: entry.segment.channel,
        duration_seconds: entry.duration_seconds,
        recorded: entry.recorded.map(|began| began.to_string()),
        clock: entry.clock().map(|clock| clock.to_string()),
        rate_hz: entry.rate_hz,
        channels: entry.channels,
        container: &entry.container,
        codec: &entry.codec,
        tags: entry.tags.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        labels: entry.labels.iter().map(|(by, labelled)| StoredLabel::new(by, labelled)).collect(),
        hash: entry.hash.as_ref().map(|hash| hex(&hash.0)),
        model: &model.name,
        fingerprint: &model.fingerprint,
    }
}

fn put_in_place(unfinished: &[PathBuf], finished: &[PathBuf]) -> Result<(), Failure> {
    for (from, to) in unfinished.iter().zip(finished) {
        fs::rename(from, to).map_err(|error| failed(to, error))?;
    }
    Ok(())
}

fn failed(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    let error = anyhow::Error::from(error).context(format!("{} could not be written", short_path(path)));
    Failure::new(Exit::Usage, error)
}
