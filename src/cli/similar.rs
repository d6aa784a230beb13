//! `auricle similar`: the sounds of the library that are like the one in a file.

use std::path::PathBuf;

use auricle::search::request::{Example, Query};
use clap::Args;

use super::context::Context;
use super::exit::{Exit, Failure};
use super::search::{Answer, answer};

/// The command line of `similar`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file need not be in the library. If it is and has not changed, no model is needed, and it comes first itself.

Examples:
  auricle similar door.wav
  auricle similar ~/sounds/rain.flac -k 3 --json")]
pub(crate) struct Arguments {
    /// The sound to compare with
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    answer: Answer,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    answer(context, &Query::Like(Example { path: arguments.file, stretch: None }), &arguments.answer)
}
