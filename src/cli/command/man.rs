//! `auricle man`: the help of every command as manual pages.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::say;
use crate::cli::terminal::text::short_path;

/// The command line of `man`.
#[derive(Debug, Args)]
#[command(after_help = "\
One page for auricle and one for each command: auricle.1, auricle-index.1, auricle-labels-add.1. Pages of the same names are \
overwritten.

Examples:
  auricle man ~/.local/share/man/man1
  man auricle-search")]
pub(crate) struct Arguments {
    /// Folder to write the pages to; it is made where it is missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command for the whole `command_line`.
pub(crate) fn run(context: &Context, arguments: &Arguments, command_line: Command) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let write = || {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(command_line, folder)
    };
    let unwritable = || format!("{} could not be written", folder.display());
    write().with_context(unwritable).map_err(|error| Failure::new(Exit::Usage, error))?;
    if !context.is_quiet() {
        say(&format!("the pages are in {}", short_path(folder)));
    }
    Ok(Exit::Done)
}
