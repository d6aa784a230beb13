//! `auricle remove`: takes files and folders out of the library, not off the disk.

use std::path::PathBuf;
use std::sync::Arc;

use auricle::operations::observer::Observer;
use auricle::operations::removal::remove;
use clap::Args;

use crate::cli::command::prune::RemovalView;
use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::say;
use crate::cli::terminal::progress::watch;
use crate::cli::terminal::text::short_path;

/// The command line of `remove`.
#[derive(Debug, Args)]
#[command(after_help = "\
The sound files themselves are never touched; indexing their folder again adds them back. If any of the paths is not in \
the library, nothing is removed.

Examples:
  auricle remove ~/sounds/drafts --dry-run
  auricle remove ~/sounds/drafts old.wav")]
pub(crate) struct Arguments {
    /// Files, or folders with everything in them; they need not exist on disk
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// List the files that would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object: {"removed": […], "freed_bytes", …}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let done = "removed from the library";
    let view = RemovalView { is_dry_run: arguments.dry_run, is_json: arguments.json, done };
    let folder = context.library_folder();
    let removal = |observer: &Observer<'_>| remove(folder, &arguments.paths, view.mode(), observer);
    let summary = watch(context, &Arc::default(), removal)?;
    view.show(context, &summary)?;
    for root in summary.roots.iter().filter(|_| !context.is_quiet()) {
        let forgotten = if arguments.dry_run { "would be refreshed no more" } else { "is refreshed no more" };
        say(&format!("{} {forgotten} by `auricle index` alone", short_path(root)));
    }
    if !arguments.dry_run && !context.is_quiet() {
        say("the sound files are untouched; `auricle index` over their folder adds them again");
    }
    Ok(Exit::Done)
}
