//! `auricle index`: brings the library up to date and says what was done.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use auricle::encoder::queue::Encoder;
use auricle::ingest::request::{FailurePolicy, FileSelection, LinkPolicy, ReadPolicy};
use auricle::ingest::run::IngestSummary;
use auricle::library::record::segment::Moments;
use auricle::operations::index::{IndexRequest, index};
use clap::Args;

use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, flush, say, stdout, written};
use crate::cli::terminal::progress::{stop_on_signal, tell_indexes, watch};
use crate::cli::terminal::text::{clock, printable};

/// The command line of `index`.
#[derive(Debug, Args)]
#[command(after_help = "\
Only new and changed files are read, those changed by a tagger that keeps their time too. Moved and copied files keep their vectors; deleted files no longer appear in \
searches. Files are identified by content; hidden files and links are skipped. A file that cannot be read is recorded \
(see `auricle status --failed`) and tried again when it changes, or with --retry. Ctrl-C stops the run; finished work is \
kept.

A sound longer than the model's window also gets a vector for each window in it, called a moment, so that searches can \
find parts of it. The distance between moments is fixed when the library is created.

Examples:
  auricle index ~/sounds
  auricle index recordings/ samples/ --exclude '*.mp3' --exclude drafts/ --jobs 4
  auricle index field/ --hop 2.5 --library field.library")]
pub(crate) struct Arguments {
    /// Folders or files
    #[arg(required = true, value_name = "FOLDER")]
    roots: Vec<PathBuf>,
    /// Skip files and folders that match this pattern, written as in a .gitignore file (repeatable)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Follow symbolic links
    #[arg(long)]
    follow_links: bool,
    /// Retry files that failed before, even if they have not changed
    #[arg(long)]
    retry: bool,
    /// Read every file again, changed or not: for file systems that hide changes, and to find words that earlier versions
    /// did not; sounds that are the same keep their vectors
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    moments: MomentOptions,
    /// Number of files to decode in parallel [default: one per core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    model: ModelOptions,
}

/// Which moments of long sounds get vectors of their own.
#[derive(Debug, Args)]
pub(crate) struct MomentOptions {
    /// Seconds between moments of long sounds [default: as in the library; in a new one, half the model's window]
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_moments")]
    hop: Option<f64>,
    /// Store no moments: long sounds are only found as a whole
    #[arg(long)]
    no_moments: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let encoder = context.start_library_encoder(&arguments.model)?;
    let summary = update(context, &arguments.request(context, &encoder))?;
    if !context.is_quiet() {
        print(&summary, context)?;
    }
    Ok(exit(&summary))
}

impl Arguments {
    fn request<'a>(&'a self, context: &'a Context, encoder: &'a Encoder) -> IndexRequest<'a> {
        let links = if self.follow_links { LinkPolicy::Follow } else { LinkPolicy::Skip };
        let request = IndexRequest::new(context.library_folder(), encoder, &self.roots);
        IndexRequest {
            selection: FileSelection { exclude: self.exclude.clone(), links },
            reading: if self.again { ReadPolicy::Everything } else { ReadPolicy::Changed },
            failures: if self.retry { FailurePolicy::Retry } else { FailurePolicy::Keep },
            moments: self.moments.moments(),
            threads: self.jobs.unwrap_or(request.threads),
            ..request
        }
    }
}

impl MomentOptions {
    /// The moments asked for, if any were.
    pub(crate) fn moments(&self) -> Option<Moments> {
        let none = self.no_moments.then_some(Moments::None);
        none.or(self.hop.map(|hop_seconds| Moments::Every { hop_seconds }))
    }
}

/// Brings the library of `context` up to date with `roots` as if no option were given, and tells nothing but failures.
pub(crate) fn bring_up_to_date(context: &Context, encoder: &Encoder, roots: &[PathBuf]) -> Result<Exit, Failure> {
    Ok(exit(&update(context, &IndexRequest::new(context.library_folder(), encoder, roots))?))
}

fn update(context: &Context, request: &IndexRequest<'_>) -> Result<IngestSummary, Failure> {
    // Only now that the model is loaded: until here there is nothing to keep, and a signal may end the process as usual.
    let stop = stop_on_signal()?;
    let summary = watch(context, &stop, |observer| index(request, observer))?;
    tell_indexes(context, &summary.indexes);
    Ok(summary.files)
}

fn print(summary: &IngestSummary, context: &Context) -> Result<(), Failure> {
    let mut out = stdout();
    let counts = [
        ("new", summary.new),
        ("changed", summary.changed),
        ("recognised", summary.recognised),
        ("unchanged", summary.unchanged),
        ("failed", summary.failed),
        ("vanished", summary.vanished),
        ("skipped", summary.skipped),
    ];
    let rows = counts.map(|(name, count)| [name.to_owned(), count.to_string()]);
    written(output::table(&mut out, [Align::Left, Align::Right], &rows))?;
    let elapsed = summary.elapsed.as_secs_f64();
    let (sound, took) = (clock(summary.sound_seconds), clock(elapsed));
    let rate = summary.sound_seconds / elapsed.max(f64::MIN_POSITIVE);
    if summary.sound_seconds > 0.0 {
        written(writeln!(out, "{sound} of sound embedded in {took}, {rate:.1} s of sound a second"))?;
    }
    written(writeln!(out, "library: {}", printable(&context.library_folder().display().to_string())))?;
    flush(out)?;
    if summary.interrupted {
        say("interrupted; what was committed stays, index again to go on");
    }
    Ok(())
}

fn exit(summary: &IngestSummary) -> Exit {
    match summary {
        IngestSummary { interrupted: true, .. } => Exit::Interrupted,
        IngestSummary { failed: 0, .. } => Exit::Done,
        _ => Exit::SomeFailed,
    }
}
