//! `auricle status`: what the library holds, and what it could not take in.

use std::io::{self, Write};

use auricle::library::Library;
use auricle::library::record::{Failure as Failed, Totals};
use clap::Args;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::output::{self, Align, clock, flush, json_line, short_path, stdout, written};
use super::wire::{Status, text};

/// The command line of `status`.
#[derive(Debug, Args)]
#[command(after_help = "\
Files are those that are found; failed and vanished ones are counted apart.

Examples:
  auricle status
  auricle status --failed
  auricle status --json | jq .files")]
pub(crate) struct Arguments {
    /// List the files that could not be indexed, with the stage and the reason
    #[arg(long)]
    failed: bool,
    /// Print one object: {"files", "failed", "segments", …}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let totals = library.totals()?;
    let failures = if arguments.failed { Some(library.failures()?) } else { None };
    let mut out = stdout();
    match (arguments.json, failures) {
        (true, failures) => json_line(&mut out, &status(&library, &totals, failures))?,
        (false, Some(failures)) => written(print_failures(&mut out, &failures))?,
        (false, None) => written(print(&mut out, &library, &totals))?,
    }
    flush(out)?;
    Ok(Exit::Done)
}

fn status(library: &Library, totals: &Totals, failures: Option<Vec<Failed>>) -> Status {
    let model = library.model();
    Status {
        library: text(library.folder()),
        files: totals.files,
        failed: totals.failed,
        vanished: totals.vanished,
        segments: totals.segments,
        vectors: totals.vectors,
        seconds: totals.sound_seconds,
        model: model.name.clone(),
        fingerprint: model.fingerprint.clone(),
        dim: model.dim,
        format: library.schema_version(),
        failures: failures.map(|failures| failures.into_iter().map(Into::into).collect()),
    }
}

fn print(out: &mut dyn Write, library: &Library, totals: &Totals) -> io::Result<()> {
    let model = library.model();
    let rows = [
        ("library", library.folder().display().to_string()),
        ("files", totals.files.to_string()),
        ("failed", totals.failed.to_string()),
        ("vanished", totals.vanished.to_string()),
        ("segments", totals.segments.to_string()),
        ("sound", clock(totals.sound_seconds)),
        ("model", model.name.clone()),
        ("fingerprint", model.fingerprint.clone()),
        ("vector", format!("{} values", model.dim)),
        ("format", library.schema_version().to_string()),
    ];
    output::table(out, [Align::Left, Align::Left], &rows.map(|(name, value)| [name.to_owned(), value]))
}

fn print_failures(out: &mut dyn Write, failures: &[Failed]) -> io::Result<()> {
    let row = |failed: &Failed| [short_path(&failed.path), failed.stage.clone(), failed.reason.clone()];
    let rows: Vec<_> = failures.iter().map(row).collect();
    output::table(out, [Align::Left, Align::Left, Align::Left], &rows)
}
