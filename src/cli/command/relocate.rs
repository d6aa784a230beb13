//! `auricle relocate`: tells the library that a folder is elsewhere now.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use auricle::operations::relocate::{Relocation, relocate};
use auricle::operations::removal::RemovalMode;
use auricle::wire::path::text;
use auricle::wire::removal::RelocationEntry;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{flush, json_line, say, stdout, written};
use crate::cli::terminal::progress::{tell_indexes, watch};
use crate::cli::terminal::text::{counted, short_path};

/// Missing files that are named without -v.
const SHOWN: usize = 5;

/// The command line of `relocate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Use it after a folder was moved or renamed, or a drive is mounted elsewhere: paths change, and vectors, labels, tags and the \
examples of heads stay, without a sound being read. Each file must be in the new place; those that are not stay known in the \
old one and are named. No sound file is moved.

Examples:
  auricle relocate /Volumes/Old/sounds /Volumes/New/sounds --dry-run
  auricle relocate ~/sounds/rian ~/sounds/rain")]
pub(crate) struct Arguments {
    /// Where the library knows the folder or file; it need not be there any more
    old: PathBuf,
    /// Where it is now
    new: PathBuf,
    /// Say how many files are found and missing, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object: {"found", "known", "missing": […], "roots": […], "dry_run"}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let Arguments { old, new, dry_run, json } = arguments;
    let mode = if *dry_run { RemovalMode::List } else { RemovalMode::Remove };
    let folder = context.library_folder();
    let relocation = watch(context, &Arc::default(), |observer| relocate(folder, old, new, mode, observer))?;
    relocation.indexes.iter().for_each(|indexes| tell_indexes(context, indexes));
    let mut out = stdout();
    if *json {
        json_line(&mut out, &entry(&relocation, *dry_run))?;
    } else if !context.is_quiet() {
        let (found, missing) = (counted(relocation.found.len(), "file"), relocation.missing.len());
        let done = if *dry_run { "would be known" } else { "now known" };
        written(writeln!(out, "{found} found and {done} in {}, {missing} missing", short_path(new)))?;
    }
    flush(out)?;
    tell_missing(context, &relocation);
    Ok(if relocation.missing.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

fn entry(relocation: &Relocation, dry_run: bool) -> RelocationEntry {
    RelocationEntry {
        found: relocation.found.len() as u64,
        known: relocation.known,
        missing: relocation.missing.iter().map(|path| text(path)).collect(),
        roots: relocation.roots.iter().map(|path| text(path)).collect(),
        dry_run,
    }
}

fn tell_missing(context: &Context, relocation: &Relocation) {
    if context.is_quiet() {
        return;
    }
    let most = if context.is_verbose() { usize::MAX } else { SHOWN };
    for path in relocation.missing.iter().take(most) {
        say(&format!("not in the new place: {}", short_path(path)));
    }
    if let Some(more) = relocation.missing.len().checked_sub(most).filter(|more| *more > 0) {
        say(&format!("and {more} more, which -v lists"));
    }
}
