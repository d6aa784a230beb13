//! The command line: its types and help here, one file a subcommand, and all that a terminal is ever shown.
//!
//! Results go to standard output; progress, warnings and errors go to standard error. Nothing below this module prints.

mod global;
mod context;
mod listener;
mod query;
mod terminal;
mod command;

use clap::{Parser, Subcommand};

#[cfg(feature = "server")]
use crate::cli::command::serve;
use crate::cli::command::{
    bench, demo, embed, eval, export, head, index, inspect, label, labels, model, prompts, prune, reindex, remove,
    search, similar, status, suggest, teach, verify,
};
use crate::cli::context::Context;
use crate::cli::global::{GlobalFlags, start_logging};
pub(crate) use crate::cli::terminal::exit::Exit;
use crate::cli::terminal::exit::Failure;

/// Find, label and compare sounds by words or by example
#[derive(Debug, Parser)]
#[command(name = "auricle", version, about, after_help = AFTER_HELP, after_long_help = AFTER_HELP)]
#[command(propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: GlobalFlags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the library up to date with the sounds in some folders
    Index(index::Arguments),
    /// Find sounds by words
    Search(search::Arguments),
    /// Find sounds like the one in a file
    Similar(similar::Arguments),
    /// Print the vectors of sounds and of words
    Embed(embed::Arguments),
    /// Say which of some labels fit each sound
    Label(label::Arguments),
    /// List, add and remove labels
    Labels(labels::Arguments),
    /// Learn classes from examples
    Teach(teach::Arguments),
    /// Suggest which sounds to judge next
    Suggest(suggest::Arguments),
    /// Show, rename, delete and export heads
    Head(head::Arguments),
    /// Show how the wording of labels moves their scores
    Prompts(prompts::Arguments),
    /// Measure how well the model tells labelled sounds, beside simpler ways
    Eval(eval::Arguments),
    /// Show what is decoded from a sound file
    Inspect(inspect::Arguments),
    /// Show what the library holds
    Status(status::Arguments),
    /// Check that the library is sound
    Verify(verify::Arguments),
    /// Drop files that have vanished, and give the space back
    Prune(prune::Arguments),
    /// Take files out of the library
    Remove(remove::Arguments),
    /// Make every vector again, for example with another model
    Reindex(reindex::Arguments),
    /// Write all vectors with what is known of them into a file
    Export(export::Arguments),
    /// Show, choose and download models
    Model(model::Arguments),
    /// Try it all on sounds that the program makes itself
    Demo(demo::Arguments),
    /// Serve libraries to browsers and other programs
    #[cfg(feature = "server")]
    Serve(serve::Arguments),
    /// Measure where the time goes from file to vector
    Bench(bench::Arguments),
}

const AFTER_HELP: &str = "\
Examples:
  auricle index ~/sounds
  auricle search \"rain on a tin roof\" -k 20
  auricle similar door.wav --json
  auricle label *.wav --labels \"dog,rain,engine\"
  auricle embed a.flac b.mp3 --text \"a dog barks\" > vectors.jsonl

Environment:
  AURICLE_HOME     folder of libraries and models [default: the platform's data folder]
  AURICLE_MODEL    the same as --model
  AURICLE_LIBRARY  the same as --library
  AURICLE_LOG      what is logged to standard error, for example auricle=debug

Exit codes:
  0    done
  1    some inputs failed, the rest was done
  2    wrong usage, or the request cannot be met
  3    no model, or one that cannot be used
  4    the library cannot be used or is not sound, or another process is writing to it
  70   internal error
  130  interrupted; what was committed stays";

/// Reads the command line. Help and usage errors are printed here, and `Err` says how to end.
pub(crate) fn parse() -> Result<Cli, Exit> {
    Cli::try_parse().map_err(|error| {
        // Nothing can be done, nor need be, if nobody reads the help.
        let _ = error.print();
        if error.use_stderr() { Exit::Usage } else { Exit::Done }
    })
}

/// Does what `arguments` ask for, prints the error if there is one, and says how to end.
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
        Command::Embed(arguments) => embed::run(&context, &arguments),
        Command::Label(arguments) => label::run(&context, &arguments),
        Command::Labels(arguments) => labels::run(&context, &arguments),
        Command::Teach(arguments) => teach::run(&context, &arguments),
        Command::Suggest(arguments) => suggest::run(&context, &arguments),
        Command::Head(arguments) => head::run(&context, &arguments),
        Command::Prompts(arguments) => prompts::run(&context, &arguments),
        Command::Eval(arguments) => eval::run(&context, &arguments),
        Command::Inspect(arguments) => inspect::run(&context, &arguments),
        Command::Status(arguments) => status::run(&context, &arguments),
        Command::Verify(arguments) => verify::run(&context, &arguments),
        Command::Prune(arguments) => prune::run(&context, &arguments),
        Command::Remove(arguments) => remove::run(&context, &arguments),
        Command::Reindex(arguments) => reindex::run(&context, &arguments),
        Command::Export(arguments) => export::run(&context, &arguments),
        Command::Model(arguments) => model::run(&context, &arguments),
        Command::Demo(arguments) => demo::run(&context, &arguments),
        #[cfg(feature = "server")]
        Command::Serve(arguments) => serve::run(&context, &arguments),
        Command::Bench(arguments) => bench::run(&context, &arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
