//! `auricle search`: the sounds of the library that some words describe.

use std::io::{self, Write};
use std::num::NonZeroUsize;

use auricle::search::Searcher;
use auricle::search::hit::Hit;
use auricle::search::meaning::Meaning;
use auricle::search::request::{Query, Request, Shown};
use clap::Args;

use super::context::{Context, identity};
use super::exit::{Exit, Failure};
use super::output::{self, Align, clock, flush, json_line, short_path, stdout, written};
use super::wire::HitList;

/// The command line of `search`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  auricle search \"rain on a tin roof\"
  auricle search \"a door slams\" -k 3 --json | jq -r '.hits[].path'")]
pub(crate) struct Arguments {
    /// What the sound is
    #[arg(value_name = "WORDS")]
    words: String,
    #[command(flatten)]
    answer: Answer,
}

/// How the answer to a query is given.
#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// How many sounds to show at most
    #[arg(short = 'k', long, value_name = "N", default_value = "10")]
    limit: NonZeroUsize,
    /// Print one object: {"hits": [{"path", "start", "end", "score", "cosine", "reasons"}, …], …}, best first
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: Arguments) -> Result<Exit, Failure> {
    answer(context, &Query::Words(arguments.words), &arguments.answer)
}

/// Answers `query` from the library.
pub(crate) fn answer(context: &Context, query: &Query, answer: &Answer) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    let request = Request { limit: answer.limit.get(), shown: Shown::All, ..Request::new(query.clone()) };
    let mut meaning = Meaning::from_library(&library, &request)?;
    if meaning.needs_model() {
        let encoder = context.start_library_encoder()?;
        library.expect_model(&identity(&encoder))?;
        meaning.complete(&encoder, &request)?;
    }
    let mut searcher = Searcher::new(library);
    let hits = searcher.search(&request, &meaning)?.hits;
    let mut out = stdout();
    if answer.json {
        json_line(&mut out, &HitList::new(query, searcher.library(), &hits))?;
    } else {
        written(print(&mut out, &hits))?;
    }
    flush(out)?;
    if hits.is_empty() && !context.is_quiet() {
        // Nothing is lost if nobody reads this.
        let _ = writeln!(io::stderr(), "auricle: the library holds no sounds yet");
    }
    Ok(Exit::Done)
}

fn print(out: &mut dyn Write, hits: &[Hit]) -> io::Result<()> {
    let row = |(index, hit): (usize, &Hit)| {
        let place = format!("{}-{}", clock(hit.start_seconds), clock(hit.end_seconds));
        [(index + 1).to_string(), format!("{:.3}", hit.score), place, short_path(&hit.file.path)]
    };
    let rows: Vec<_> = hits.iter().enumerate().map(row).collect();
    output::table(out, [Align::Right, Align::Right, Align::Right, Align::Left], &rows)
}
