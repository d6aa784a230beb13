//! `auricle head`: the heads of a library, listed, shown, renamed, deleted and exported.

use std::path::PathBuf;

use auricle::classify::stored_head::StoredHead;
use auricle::library::Library;
use auricle::library::writer::Writer;
use auricle::wire::head::HeadExport;
use auricle::wire::head::HeadFacts;
use clap::{Args, Subcommand};

use crate::cli::command::teach::report;
use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::say;
use crate::cli::terminal::output::{Align, flush, json_line, put, stdout, written};

/// The command line of `head`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  auricle heads list
  auricle heads rename siren sirens
  auricle heads export siren --output siren.json       # weights, biases, examples: for other programs")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: HeadAction,
}

#[derive(Debug, Subcommand)]
enum HeadAction {
    /// List the heads in the library
    List {
        /// Print one JSON object per line
        #[arg(long)]
        json: bool,
    },
    /// Show the details of a head
    Info {
        /// The head
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Rename a head
    Rename {
        /// Current name
        from: String,
        /// New name
        to: String,
    },
    /// Delete a head, its examples and the labels it gave; sounds are not touched
    Delete {
        /// The head
        name: String,
    },
    /// Export a head as JSON: classes with weights and biases, model, metrics and examples
    Export {
        /// The head
        name: String,
        /// Write to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    match &arguments.action {
        HeadAction::List { json } => list(context, &library, *json)?,
        HeadAction::Info { name, json } => info(&library, name, *json)?,
        HeadAction::Rename { from, to } => {
            drop(library);
            Writer::open_existing(context.library_folder())?.rename_head(from, to)?;
        }
        HeadAction::Delete { name } => {
            drop(library);
            Writer::open_existing(context.library_folder())?.delete_head(name)?;
        }
        HeadAction::Export { name, output } => {
            let (taught, examples) = (StoredHead::read(&library, name)?, library.taught_examples(name)?);
            let exported = HeadExport::new(name, &taught, &examples);
            let mut text =
                serde_json::to_string_pretty(&exported).map_err(|error| Failure::new(Exit::Internal, error))?;
            text.push('\n');
            put(text.as_bytes(), output.as_deref())?;
        }
    }
    Ok(Exit::Done)
}

fn list(context: &Context, library: &Library, json: bool) -> Result<(), Failure> {
    let mut out = stdout();
    let mut rows = Vec::new();
    for (name, _) in library.heads()? {
        let taught = StoredHead::read(library, &name)?;
        if json {
            json_line(&mut out, &HeadFacts::new(&name, &taught))?;
            continue;
        }
        let is_current = taught.fingerprint == library.model().fingerprint;
        let note = if is_current { "" } else { "of another model; teach it again" };
        let classes = taught.head.names().join(", ");
        rows.push([name, format!("{} examples", taught.report.examples), classes, note.to_owned()]);
    }
    if rows.is_empty() && !json && !context.is_quiet() {
        say("the library has no heads yet; `auricle teach` makes one");
    }
    written(output::table(&mut out, [Align::Left, Align::Right, Align::Left, Align::Left], &rows))?;
    flush(out)
}

fn info(library: &Library, name: &str, json: bool) -> Result<(), Failure> {
    let (taught, mut out) = (StoredHead::read(library, name)?, stdout());
    if json {
        json_line(&mut out, &HeadFacts::new(name, &taught))?;
    } else {
        written(report::print(&mut out, name, &taught))?;
    }
    flush(out)
}
