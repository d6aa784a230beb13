//! Hits as people and programs read them: one file a form, and the flags that choose among them.

mod reasons;
mod table;
mod csv;
mod playlist;
pub(crate) mod audacity;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use auricle::library::Library;
use auricle::search::hit::{Answer, Hit};
use auricle::search::request::{Granularity, Request, WeakHits};
use auricle::wire::hits::HitList;
use auricle::wire::path::full_text;
use clap::Args;

use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::{json_line, put, stdout, unwritable, written};

/// The answer to a request, with the library that gave it.
#[derive(Debug)]
pub(crate) struct SearchResult<'a> {
    pub(crate) library: &'a Library,
    pub(crate) request: &'a Request,
    pub(crate) answer: &'a Answer,
}

/// The form and the destination of hits.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct HitOutput {
    #[command(flatten)]
    form: HitForm,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms beside the table, of which one can be chosen.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct HitForm {
    /// Print one JSON object: {"hits": [{"path", "start", "end", "score", "grade", "reasons", …}, …], "hidden", …}, best
    /// first; "path_bytes" (hex) is added to names that are not Unicode
    #[arg(long)]
    json: bool,
    /// Print comma-separated values with a header line
    #[arg(long)]
    csv: bool,
    /// Print only paths, each followed by a NUL, for xargs -0
    #[arg(long)]
    paths0: bool,
    /// Print an M3U playlist; hits within a file start playing there
    #[arg(long)]
    m3u: bool,
    /// Print moments (implies --moments) as an Audacity label track; for moments in several files, --output names a folder
    /// that gets one track per file
    #[arg(long)]
    audacity: bool,
}

impl HitOutput {
    /// `request` as this form needs it.
    pub(crate) fn adapt(&self, mut request: Request) -> Request {
        let HitForm { paths0, m3u, audacity, .. } = self.form;
        if audacity {
            request.granularity = Granularity::Moments;
        }
        // These cannot say which hits are weak.
        if (paths0 || m3u || audacity) && request.weak_hits == WeakHits::Few {
            request.weak_hits = WeakHits::LeftOut;
        }
        request
    }

    /// Writes `result`.
    pub(crate) fn write(&self, result: &SearchResult<'_>) -> Result<(), Failure> {
        if self.form.audacity {
            return audacity::write(result.request, &result.answer.hits, self.output.as_deref());
        }
        put(&self.render(result)?, self.output.as_deref())
    }

    /// Writes the results of several requests one after the other, each as soon as it is there.
    pub(crate) fn write_each(&self, results: impl Iterator<Item = Result<Vec<u8>, Failure>>) -> Result<(), Failure> {
        let mut out: Box<dyn Write> = match &self.output {
            Some(path) => Box::new(File::create(path).map_err(|error| unwritable(path, error))?),
            None => Box::new(stdout()),
        };
        for result in results {
            written(out.write_all(&result?).and_then(|()| out.flush()))?;
        }
        Ok(())
    }

    /// `result` in this form.
    pub(crate) fn render(&self, result: &SearchResult<'_>) -> Result<Vec<u8>, Failure> {
        let hits = &result.answer.hits;
        match &self.form {
            HitForm { json: true, .. } => json(result),
            HitForm { csv: true, .. } => written(csv::render(hits)),
            HitForm { paths0: true, .. } => Ok(paths(hits)),
            HitForm { m3u: true, .. } => Ok(playlist::render(hits).into_bytes()),
            _ => Ok(table::render(hits, self.paint()).into_bytes()),
        }
    }

    /// Only a terminal is painted, and only one that is not told otherwise (NO_COLOR and the like).
    fn paint(&self) -> table::Paint {
        let is_plain = anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never;
        if is_plain || self.output.is_some() { table::Paint::Plain } else { table::Paint::Styled }
    }
}

/// The object that a server answers with, on one line.
fn json(result: &SearchResult<'_>) -> Result<Vec<u8>, Failure> {
    let SearchResult { library, request, answer } = result;
    let mut out = Vec::new();
    json_line(&mut out, &HitList::new(full_text(library.folder()), library.model(), request, answer))?;
    Ok(out)
}

/// The paths of `hits` for pipes: the operating system's own bytes, each with a NUL after it, each file once.
fn paths(hits: &[Hit]) -> Vec<u8> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for hit in hits.iter().filter(|hit| seen.insert(&hit.file.path)) {
        out.extend(hit.file.path.as_os_str().as_encoded_bytes());
        out.push(0);
    }
    out
}
