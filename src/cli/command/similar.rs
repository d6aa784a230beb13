//! `auricle similar`: the sounds of the library that are like a given file.

use std::ffi::OsString;

use clap::Args;

use crate::cli::command::clip::HitClips;
use crate::cli::command::search::Search;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::{FirstTerm, QueryOptions};
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::hits::HitOutput;

/// The command line of `similar`.
#[derive(Debug, Args)]
#[command(after_help = "\
Same as `auricle search --like FILE`. The file need not be in the library. If it is, and has not changed, no model is \
needed, and the file and its copies are left out of the hits (--itself includes them). If a part of a file is \
given, only moments that overlap it are left out. START and END are in seconds or minutes:seconds.

Examples:
  auricle similar door.wav
  auricle similar interview.wav@1:05-1:12 --moments
  auricle similar kick.wav --not \"a snare drum\" --duration ..1
  auricle similar ~/sounds/rain.flac -k 100 --paths0 | xargs -0 cp -t picked")]
pub(crate) struct Arguments {
    /// Sound to compare with, or a part of it
    #[arg(value_name = "FILE[@START-END]")]
    file: OsString,
    #[command(flatten)]
    query: QueryOptions,
    #[command(flatten)]
    output: HitOutput,
    #[command(flatten)]
    clips: HitClips,
    #[command(flatten)]
    model: ModelOptions,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { file, query, output, clips, model } = arguments;
    let library = context.open_library()?;
    let request = query.request(FirstTerm::Sound(file), &library)?;
    Search { library, request, output, clips, model }.run(context)
}
