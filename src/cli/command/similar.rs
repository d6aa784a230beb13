//! `auricle similar`: the sounds of the library that are like the one in a file.

use std::ffi::OsString;

use clap::Args;

use crate::cli::command::search::answer;
use crate::cli::context::Context;
use crate::cli::query::{Asked, First};
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::hits::Output;

/// The command line of `similar`.
#[derive(Debug, Args)]
#[command(after_help = "\
This is `auricle search --like FILE`. The file need not be in the library. If it is and has not changed, no model is \
needed; it is then left out of the hits together with the files identical to it, which are named below them, unless \
--itself is given. Of a part of a file only the moments that overlap it are left out. START and END are seconds or \
minutes:seconds.

Examples:
  auricle similar door.wav
  auricle similar interview.wav@1:05-1:12 --moments
  auricle similar kick.wav --not \"a snare drum\" --duration ..1
  auricle similar ~/sounds/rain.flac -k 100 --paths0 | xargs -0 cp -t picked")]
pub(crate) struct Arguments {
    /// The sound to compare with, or a part of it
    #[arg(value_name = "FILE[@START-END]")]
    file: OsString,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    output: Output,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { file, asked, output } = arguments;
    let library = context.open_library()?;
    let request = asked.request(First::Sound(file), &library)?;
    answer(context, library, request, &output)
}
