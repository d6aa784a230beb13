//! `auricle index`: brings the library up to date and says what was done.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use auricle::encoder::Encoder;
use auricle::ingest;
use auricle::ingest::{Failures, Job, Links, Selection, Summary};
use auricle::library::record::Moments;
use auricle::library::writer::Writer;
use clap::Args;

use crate::cli::context::{Context, default_jobs};
use crate::cli::refresh;
use crate::cli::refresh::Ended;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output;
use crate::cli::terminal::output::{Align, clock, flush, stdout, written};
use crate::cli::terminal::progress::{stop_on_signal, watch};

/// The command line of `index`.
#[derive(Debug, Args)]
#[command(after_help = "\
Only new and changed files are read; a file that was moved or copied keeps its vectors, and one that is gone is no \
longer found. Files are recognised by content; hidden ones and links are left out. A file that cannot be read is \
recorded (see `auricle status --failed`) and tried again when it changes, or with --retry. Ctrl-C stops the run; what \
was committed stays.

A sound longer than the model's window also gets a vector for each window in it, so that it is found by its moments. \
Their distance is fixed when a library is begun.

Examples:
  auricle index ~/sounds
  auricle index recordings/ samples/ --exclude '*.mp3' --exclude drafts/ --jobs 4
  auricle index field/ --hop 2.5 --library field.library")]
pub(crate) struct Arguments {
    /// Folders, or single files
    #[arg(required = true, value_name = "FOLDER")]
    roots: Vec<PathBuf>,
    /// Leave out what this matches below a folder, written as in a .gitignore file; may be repeated
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Follow symbolic links
    #[arg(long)]
    follow_links: bool,
    /// Try files again that could not be indexed, though they have not changed
    #[arg(long)]
    retry: bool,
    #[command(flatten)]
    moments: MomentOptions,
    /// How many files are decoded at once [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

/// Which moments of long sounds get vectors of their own.
#[derive(Debug, Args)]
pub(crate) struct MomentOptions {
    /// Seconds between the moments of long sounds [default: the library's; half the model's window in a new one]
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_moments")]
    hop: Option<f64>,
    /// Make no vectors of moments: a long sound is found as a whole only
    #[arg(long)]
    no_moments: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let summary = update(context, &context.start_library_encoder()?, arguments)?;
    if !context.is_quiet() {
        print(&summary, context)?;
    }
    Ok(exit(&summary))
}

impl Arguments {
    fn selection(&self) -> Selection {
        let links = if self.follow_links { Links::Follow } else { Links::Skip };
        Selection { exclude: self.exclude.clone(), links }
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
pub(crate) fn bring_up_to_date(context: &Context, encoder: &Encoder, roots: Vec<PathBuf>) -> Result<Exit, Failure> {
    let moments = MomentOptions { hop: None, no_moments: false };
    let arguments = Arguments { roots, exclude: Vec::new(), follow_links: false, retry: false, moments, jobs: None };
    Ok(exit(&update(context, encoder, &arguments)?))
}

fn update(context: &Context, encoder: &Encoder, arguments: &Arguments) -> Result<Summary, Failure> {
    // Only now that the model is loaded: until here there is nothing to keep, and a signal may end the process as usual.
    let stop = stop_on_signal()?;
    let mut writer = Writer::open(context.library_folder(), encoder.space())?;
    let jobs = arguments.jobs.unwrap_or_else(default_jobs);
    let selection = arguments.selection();
    let job = Job {
        roots: &arguments.roots,
        encoder,
        selection: &selection,
        failures: if arguments.retry { Failures::Retry } else { Failures::Keep },
        moments: arguments.moments.moments(),
        jobs,
        stop: &stop,
    };
    let mut summary = watch(context, |observe| ingest::run(&job, &mut writer, observe))?;
    summary.interrupted |= refresh::after_run(context, &mut writer, &stop)? == Ended::Stopped;
    Ok(summary)
}

fn print(summary: &Summary, context: &Context) -> Result<(), Failure> {
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
    written(writeln!(out, "library: {}", output::printable(&context.library_folder().display().to_string())))?;
    flush(out)?;
    if summary.interrupted {
        // Nothing is lost if nobody reads this.
        let _ = writeln!(io::stderr(), "auricle: interrupted; what was committed stays, index again to go on");
    }
    Ok(())
}

fn exit(summary: &Summary) -> Exit {
    match summary {
        Summary { interrupted: true, .. } => Exit::Interrupted,
        Summary { failed: 0, .. } => Exit::Done,
        _ => Exit::SomeFailed,
    }
}
