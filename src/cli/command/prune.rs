//! `auricle prune`: drops what has vanished and gives the space back.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use auricle::library::prune::Freed;
use auricle::library::writer::Writer;
use clap::Args;
use indicatif::DecimalBytes;

use crate::cli::context::Context;
use crate::cli::refresh;
use crate::cli::refresh::say;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{counted, flush, json_line, printable, short_path, stdout, written};
use auricle::wire::command::{Removal, text};

/// The command line of `prune`.
#[derive(Debug, Args)]
#[command(after_help = "\
`auricle index` marks files that are gone and keeps their vectors, in case they come back. This drops them for good and \
gives the space back. A marked file that is back on disk is kept. It can be cut short at any moment.

Examples:
  auricle prune --dry-run
  auricle prune")]
pub(crate) struct Arguments {
    /// Only list the files that would be dropped
    #[arg(long)]
    dry_run: bool,
    /// Print one object: {"removed": […], "freed_bytes", …}
    #[arg(long)]
    json: bool,
}

/// What is done with the files that are to go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Going {
    /// Only list them.
    pub(crate) dry_run: bool,
    /// As JSON.
    pub(crate) json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let vanished = context.open_library()?.vanished_files()?;
    let (back, gone): (Vec<_>, Vec<_>) = vanished.into_iter().partition(|path| path.symlink_metadata().is_ok());
    if !back.is_empty() && !context.is_quiet() {
        let first = short_path(&back[0]);
        let kept = counted(back.len(), "file");
        say(&format!("{kept} kept, being back on disk, {first} first; `auricle index` makes it found again"));
    }
    let going = Going { dry_run: arguments.dry_run, json: arguments.json };
    take_out(context, &gone, going, "dropped")
}

/// Takes `files` out of the library, compacts it, and prints what was `done` with them.
pub(crate) fn take_out(context: &Context, files: &[PathBuf], going: Going, done: &str) -> Result<Exit, Failure> {
    let mut out = stdout();
    if going.dry_run {
        if going.json {
            json_line(&mut out, &removal(files, going, Freed::default()))?;
        } else {
            written(list(&mut out, files))?;
        }
        flush(out)?;
        return Ok(Exit::Done);
    }
    let mut writer = Writer::open_existing(context.library_folder())?;
    writer.forget(files)?;
    let freed = writer.compact()?;
    refresh::indexes(context, writer.library(), &AtomicBool::new(false))?;
    if going.json {
        json_line(&mut out, &removal(files, going, freed))?;
    } else if !context.is_quiet() {
        let (bytes, left) = (DecimalBytes(freed.bytes()), DecimalBytes(freed.after_bytes));
        written(writeln!(
            out,
            "{} {done}, {bytes} given back; the catalogue is {left} now",
            counted(files.len(), "file")
        ))?;
    }
    flush(out)?;
    Ok(Exit::Done)
}

fn removal(files: &[PathBuf], going: Going, freed: Freed) -> Removal {
    let removed = files.iter().map(|path| text(path)).collect();
    Removal { removed, dry_run: going.dry_run, freed_bytes: freed.bytes() }
}

fn list(out: &mut dyn Write, files: &[PathBuf]) -> io::Result<()> {
    files.iter().try_for_each(|path| writeln!(out, "{}", printable(&short_path(path))))
}
