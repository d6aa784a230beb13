//! `auricle verify`: checks the library for damage and rebuilds what can be rebuilt.

use std::io::{self, Write};
use std::sync::Arc;

use auricle::library::check;
use auricle::library::check::{Finding, LibraryCheck, RECALL_LIMIT};
use auricle::operations::indexes::repair_indexes;
use auricle::wire::verification::Verification;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, json_line, say, stdout, written};
use crate::cli::terminal::progress::{tell_indexes, watch};
use crate::cli::terminal::text::printable;

/// Searches that are compared with exact ones: enough for recall to be within one in a hundred.
const SAMPLES: usize = 100;

/// Recall that the index is tuned for; searches that reach less are reported.
const WANTED_RECALL: f64 = 0.95;

/// The command line of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads the whole catalogue and its indexes: SQLite's own checks, every vector, every checksum, and whether the indexes \
match the catalogue. recall@10 is the share of the ten nearest sounds that a search finds. The exit code is 0 if all is \
well and 4 if not. Indexes can always be rebuilt, with --repair or the next `auricle index`; a damaged catalogue cannot, \
and a note says what to do.

Examples:
  auricle verify
  auricle verify --repair
  auricle verify --json | jq .agrees")]
pub(crate) struct Arguments {
    /// Rebuild missing or damaged indexes, then check again
    #[arg(long)]
    repair: bool,
    /// Print one JSON object: {"agrees", "checks": [{"name", "ok", "detail", "problems"}, …], "recall", …}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let mut verdict = check::check(&library, SAMPLES)?;
    if arguments.repair && !verdict.agrees() {
        drop(library);
        let refresh = watch(context, &Arc::default(), |observer| repair_indexes(context.library_folder(), observer))?;
        tell_indexes(context, &refresh);
        verdict = check::check(&context.open_library()?, SAMPLES)?;
    }
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &Verification::new(context.library_folder(), &verdict))?;
    } else if !context.is_quiet() || !verdict.agrees() {
        written(print(&mut out, &verdict))?;
    }
    flush(out)?;
    if !arguments.json {
        advise(&verdict);
    }
    Ok(if verdict.agrees() { Exit::Done } else { Exit::Library })
}

fn print(out: &mut dyn Write, verdict: &LibraryCheck) -> io::Result<()> {
    let row = |finding: &Finding| {
        let (state, detail) = match finding.problems.first() {
            None => ("ok", finding.detail.clone()),
            Some(problem) => ("bad", problem.clone()),
        };
        [finding.part.name().to_owned(), state.to_owned(), detail]
    };
    let mut rows: Vec<_> = verdict.findings.iter().map(row).collect();
    if let Some(audit) = &verdict.audit {
        let detail = format!("{:.3} over {} searches", audit.recall, audit.queries);
        let state = if audit.recall >= WANTED_RECALL { "ok" } else { "low" };
        rows.push([format!("recall@{RECALL_LIMIT}"), state.to_owned(), detail]);
    }
    output::table(out, [Align::Left; 3], &rows)?;
    for finding in &verdict.findings {
        for problem in finding.problems.iter().skip(1) {
            writeln!(out, "{}: {}", finding.part.name(), printable(problem))?;
        }
    }
    Ok(())
}

fn advise(verdict: &LibraryCheck) {
    if !verdict.is_catalogue_sound() {
        say("the catalogue is damaged: restore the library from a backup, remove the files named above with `auricle \
             remove` and index them again, or rebuild all vectors with `auricle reindex`");
    } else if !verdict.agrees() {
        say("no data is lost: `auricle verify --repair` rebuilds the indexes from the catalogue");
    }
}
