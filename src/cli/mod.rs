//! The command line: its types and help here, one file a subcommand, and all that a terminal is ever shown.
//!
//! Results go to standard output; progress, warnings and errors go to standard error. Nothing below this module prints.

mod global;
mod model_options;
mod context;
mod standard_input;
mod sound_reader;
mod refusal;
mod query;
mod terminal;
mod command;
mod groups;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

#[cfg(feature = "server")]
use crate::cli::command::serve;
use crate::cli::command::{
    bench, clip, completions, demo, duplicates, embed, eval, export, heads, index, inspect, label, labels, man, models,
    prompts, prune, reindex, relocate, remove, roots, search, similar, status, suggest, teach, verify,
};
use crate::cli::context::Context;
use crate::cli::global::{GlobalOptions, start_logging};
use crate::cli::model_options::ModelOptions;
pub(crate) use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::exit::Failure;

/// Find, label and compare sounds by words or by example
#[derive(Debug, Parser)]
#[command(name = "auricle", version, about, after_help = AFTER_HELP, after_long_help = AFTER_HELP)]
#[command(propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

/// The subcommands, in the order of their groups in the help.
#[derive(Debug, Subcommand)]
enum Command {
    /// Add the sounds in folders to the library, or bring it up to date
    Index(index::Arguments),
    /// Show what is in the library
    Status(status::Arguments),
    /// Check the library for damage
    Verify(verify::Arguments),
    /// Drop files that are gone from disk
    Prune(prune::Arguments),
    /// Remove files from the library
    Remove(remove::Arguments),
    /// Tell the library that a folder was moved
    Relocate(relocate::Arguments),
    /// List and forget the folders that `index` refreshes
    #[command(alias = "root")]
    Roots(roots::Arguments),
    /// List sounds that are there more than once
    Duplicates(duplicates::Arguments),
    /// Rebuild all vectors, for example with another model
    Reindex(reindex::Arguments),
    /// Export all vectors to a file
    Export(export::Arguments),
    /// Find sounds by description
    Search(search::Arguments),
    /// Find sounds similar to a file
    Similar(similar::Arguments),
    /// Cut parts out of sounds, to the sample
    Clip(clip::Arguments),
    /// Serve the library to browsers and other programs
    #[cfg(feature = "server")]
    Serve(serve::Arguments),
    /// Label sounds
    Label(label::Arguments),
    /// List, add and remove labels
    Labels(labels::Arguments),
    /// Teach a head new classes from examples
    Teach(teach::Arguments),
    /// Suggest which sounds to judge next
    Suggest(suggest::Arguments),
    /// List, show, rename, delete and export heads
    #[command(alias = "head")]
    Heads(heads::Arguments),
    /// Compare wordings of labels
    Prompts(prompts::Arguments),
    /// List, show, choose and download models
    #[command(alias = "model")]
    Models(models::Arguments),
    /// Evaluate the model on a labelled dataset
    Eval(eval::Arguments),
    /// Measure the speed of each step from file to vector
    Bench(bench::Arguments),
    /// Print vectors of sounds and words
    Embed(embed::Arguments),
    /// Show how a sound file is decoded
    Inspect(inspect::Arguments),
    /// Try everything on synthetic sounds
    Demo(demo::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
    /// Write manual pages
    Man(man::Arguments),
}

const AFTER_HELP: &str = "\
Examples:
  auricle index ~/sounds
  auricle search \"rain on a tin roof\" -k 20
  auricle similar door.wav --json
  auricle label *.wav --labels \"dog,rain,engine\"
  auricle embed a.flac b.mp3 --text \"a dog barks\" > vectors.jsonl

Environment:
  AURICLE_HOME     folder for libraries and models [default: the platform's data folder]
  AURICLE_MODEL    same as --model
  AURICLE_LIBRARY  same as --library
  AURICLE_LOG      what to log to standard error, for example auricle=debug

Exit codes:
  0    success
  1    some inputs failed; the rest succeeded
  2    wrong usage, or a request that cannot be met
  3    the model is missing or cannot be used
  4    the library is missing, damaged, or locked by another process
  70   internal error
  130  interrupted; finished work is kept";

/// Reads the command line. Help and usage errors are printed here, and `Err` is the exit code.
pub(crate) fn parse() -> Result<Cli, Exit> {
    let mut command = groups::with_grouped_help(command_line());
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let parsed =
        matches.and_then(|matches| Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command)));
    parsed.map_err(|error| {
        // Nothing can be done, nor need be, if nobody reads the help.
        let _ = error.print();
        if error.use_stderr() { Exit::Usage } else { Exit::Done }
    })
}

/// The command line. The flags of the model are shown by the commands that load one, but may stand anywhere, as scripts
/// have them.
fn command_line() -> clap::Command {
    let anywhere = ModelOptions::augment_args(clap::Command::new("anywhere"));
    Cli::command().args(anywhere.get_arguments().map(|arg| arg.clone().global(true).hide(true)))
}

/// Does what `arguments` ask for, prints the error if there is one, and gives the exit code.
pub(crate) fn run(arguments: Cli) -> Exit {
    start_logging(&arguments.global);
    terminal::exit::guarded(|| dispatch(arguments)).unwrap_or_else(Failure::report)
}

fn dispatch(arguments: Cli) -> Result<Exit, Failure> {
    let context = Context::new(arguments.global)?;
    match arguments.command {
        Command::Index(arguments) => index::run(&context, &arguments),
        Command::Search(arguments) => search::run(&context, arguments),
        Command::Similar(arguments) => similar::run(&context, arguments),
        Command::Clip(arguments) => clip::run(&context, &arguments),
        Command::Embed(arguments) => embed::run(&context, &arguments),
        Command::Label(arguments) => label::run(&context, arguments),
        Command::Labels(arguments) => labels::run(&context, &arguments),
        Command::Teach(arguments) => teach::run(&context, &arguments),
        Command::Suggest(arguments) => suggest::run(&context, &arguments),
        Command::Heads(arguments) => heads::run(&context, &arguments),
        Command::Prompts(arguments) => prompts::run(&context, &arguments),
        Command::Eval(arguments) => eval::run(&context, &arguments),
        Command::Inspect(arguments) => inspect::run(&context, &arguments),
        Command::Status(arguments) => status::run(&context, &arguments),
        Command::Verify(arguments) => verify::run(&context, &arguments),
        Command::Prune(arguments) => prune::run(&context, &arguments),
        Command::Remove(arguments) => remove::run(&context, &arguments),
        Command::Relocate(arguments) => relocate::run(&context, &arguments),
        Command::Roots(arguments) => roots::run(&context, &arguments),
        Command::Duplicates(arguments) => duplicates::run(&context, &arguments),
        Command::Completions(arguments) => completions::run(&arguments, command_line()),
        Command::Man(arguments) => man::run(&context, &arguments, command_line()),
        Command::Reindex(arguments) => reindex::run(&context, &arguments),
        Command::Export(arguments) => export::run(&context, &arguments),
        Command::Models(arguments) => models::run(&context, &arguments),
        Command::Demo(arguments) => demo::run(&context, &arguments),
        #[cfg(feature = "server")]
        Command::Serve(arguments) => serve::run(&context, &arguments),
        Command::Bench(arguments) => bench::run(&context, &arguments),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command_line().debug_assert();
    }
}
