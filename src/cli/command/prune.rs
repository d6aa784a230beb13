//! `auricle prune`: drops what has vanished and gives the space back.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use auricle::error::{Error, Refusal};
use auricle::ingest::request::LostRoots;
use auricle::operations::removal::{RemovalMode, RemovalSummary, prune};
use auricle::wire::path::text;
use auricle::wire::removal::Removal;
use clap::Args;
use indicatif::DecimalBytes;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{ask, flush, json_line, say, stdout, written};
use crate::cli::terminal::progress::{tell_indexes, watch};
use crate::cli::terminal::text::{counted, printable, short_path};

/// The command line of `prune`.
#[derive(Debug, Args)]
#[command(after_help = "\
`auricle index` marks deleted files and keeps their vectors in case the files come back. `prune` removes these vectors for \
good and frees the space. A marked file that is back on disk is kept. Where all of an indexed folder is gone, as with a drive \
that is not mounted, it asks first, and in a pipe refuses. It is safe to interrupt.

Examples:
  auricle prune --dry-run
  auricle prune")]
pub(crate) struct Arguments {
    /// List the files that would be dropped, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Without asking, drop the files of folders that are gone as a whole
    #[arg(long, visible_alias = "yes")]
    drop_missing: bool,
    /// Print one JSON object: {"removed": […], "freed_bytes", …}
    #[arg(long)]
    json: bool,
}

/// How a removal is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RemovalView {
    /// Whether nothing was removed.
    pub(crate) is_dry_run: bool,
    /// Whether it is shown as JSON.
    pub(crate) is_json: bool,
    /// What was done with the files, in a word or two.
    pub(crate) done: &'static str,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let view = RemovalView { is_dry_run: arguments.dry_run, is_json: arguments.json, done: "dropped" };
    let folder = context.library_folder();
    let drop = |lost| watch(context, &Arc::default(), |observer| prune(folder, lost, view.mode(), observer));
    let summary = match drop(if arguments.drop_missing { LostRoots::Forget } else { LostRoots::Keep }) {
        Err(Error::Request(lost @ Refusal::RootsLost { .. })) => match ask(&format!("{lost}. Forget them?")) {
            Some(true) => drop(LostRoots::Forget)?,
            Some(false) => return Ok(Exit::Done),
            None => return Err(Error::from(lost).into()),
        },
        dropped => dropped?,
    };
    if !summary.back.is_empty() && !context.is_quiet() {
        let (kept, first) = (counted(summary.back.len(), "file"), short_path(&summary.back[0]));
        say(&format!("{kept} kept, being back on disk, {first} first; `auricle index` makes it found again"));
    }
    view.show(context, &summary)?;
    Ok(Exit::Done)
}

impl RemovalView {
    /// The mode of the removal that is shown.
    pub(crate) fn mode(self) -> RemovalMode {
        if self.is_dry_run { RemovalMode::List } else { RemovalMode::Remove }
    }

    /// Prints `summary`.
    pub(crate) fn show(self, context: &Context, summary: &RemovalSummary) -> Result<(), Failure> {
        summary.indexes.iter().for_each(|indexes| tell_indexes(context, indexes));
        let (mut out, freed) = (stdout(), summary.freed);
        if self.is_json {
            let removed = summary.files.iter().map(|path| text(path)).collect();
            let roots = summary.roots.iter().map(|path| text(path)).collect();
            let removal = Removal { removed, roots, dry_run: self.is_dry_run, freed_bytes: freed.bytes() };
            json_line(&mut out, &removal)?;
        } else if self.is_dry_run {
            written(list(&mut out, &summary.files))?;
        } else if !context.is_quiet() {
            let (bytes, left) = (DecimalBytes(freed.bytes()), DecimalBytes(freed.after_bytes));
            let (files, done) = (counted(summary.files.len(), "file"), self.done);
            written(writeln!(out, "{files} {done}, {bytes} given back; the catalogue is {left} now"))?;
        }
        flush(out)
    }
}

fn list(out: &mut dyn Write, files: &[PathBuf]) -> io::Result<()> {
    files.iter().try_for_each(|path| writeln!(out, "{}", printable(&short_path(path))))
}
