//! What was found, as people and programs read it: one file a form, and the flags that choose among them.

mod table;
mod json;
mod csv;
mod paths;
mod playlist;
mod audacity;
mod words;

use std::io;
use std::path::PathBuf;

use auricle::library::Library;
use auricle::search::hit::Answer;
use auricle::search::request::{Granularity, Request};
use clap::Args;

use crate::cli::terminal::exit::Failure;
pub(crate) use crate::cli::terminal::hits::audacity::LABEL_TRACK_ENDING;
use crate::cli::terminal::output::{put, written};

/// An answer with what it answers and where it is from.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) library: &'a Library,
    pub(crate) request: &'a Request,
    pub(crate) answer: &'a Answer,
}

/// How and where hits are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    #[command(flatten)]
    form: Form,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms beside the table, of which one can be chosen.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Form {
    /// Print one object: {"hits": [{"path", "start", "end", "score", "cosine", "reasons", …}, …], "below_cut", …}, best
    /// first; a name that is not Unicode also has "path_bytes", in hex
    #[arg(long)]
    json: bool,
    /// Print comma-separated values with a line of headings
    #[arg(long)]
    csv: bool,
    /// Print paths alone, each with a NUL after it, for xargs -0
    #[arg(long)]
    paths0: bool,
    /// Print an M3U playlist; a hit within a file starts playing there
    #[arg(long)]
    m3u: bool,
    /// Print the moments (--moments is implied) as a label track for Audacity; if they are in several files, --output has
    /// to name a folder, which gets a track for each
    #[arg(long)]
    audacity: bool,
}

impl Output {
    /// `request` as this form needs it.
    pub(crate) fn adapt(&self, request: Request) -> Request {
        if self.form.audacity { Request { granularity: Granularity::Moments, ..request } } else { request }
    }

    /// Writes `found`.
    pub(crate) fn write(&self, found: &Found<'_>) -> Result<(), Failure> {
        if self.form.audacity {
            return audacity::write(found, self.output.as_deref());
        }
        put(&self.render(found)?, self.output.as_deref())
    }

    fn render(&self, found: &Found<'_>) -> Result<Vec<u8>, Failure> {
        let hits = &found.answer.hits;
        match &self.form {
            Form { json: true, .. } => json::render(found),
            Form { csv: true, .. } => written(csv::render(hits)),
            Form { paths0: true, .. } => Ok(paths::render(hits)),
            Form { m3u: true, .. } => Ok(playlist::render(hits).into_bytes()),
            _ => Ok(table::render(hits, self.paint()).into_bytes()),
        }
    }

    /// Only a terminal is painted, and only one that is not told otherwise (NO_COLOR and the like).
    fn paint(&self) -> table::Paint {
        let is_plain = anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never;
        if is_plain || self.output.is_some() { table::Paint::Plain } else { table::Paint::Styled }
    }
}
