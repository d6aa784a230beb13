//! `auricle index`: brings the library up to date and says what was done.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use auricle::ingest::{self, Event, Failures, Job, Links, Selection, Summary};
use auricle::library::record::Moments;
use auricle::library::writer::Writer;
use clap::Args;
use indicatif::ProgressBar;

use super::context::{Context, default_jobs, identity};
use super::exit::{Exit, Failure, complain};
use super::output::{self, Align, clock, flush, stdout, written};

/// Bar, share of the bytes, time left; then files, rate and failures so far.
const TEMPLATE: &str = "{bar:24}  {percent}%  {eta} left  {msg}";

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
    /// Seconds between the moments of long sounds [default: the library's; half the model's window in a new one]
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_moments")]
    hop: Option<f64>,
    /// Make no vectors of moments: a long sound is found as a whole only
    #[arg(long)]
    no_moments: bool,
    /// How many files are decoded at once [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let encoder = context.start_library_encoder()?;
    // Only now: until here there is nothing to keep, and a signal may end the process as usual.
    let stop = stop_on_signal()?;
    let mut writer = Writer::open(context.library_folder(), &identity(&encoder))?;
    let bar = context.progress_bar(TEMPLATE, 0);
    let jobs = arguments.jobs.unwrap_or_else(default_jobs);
    let selection = arguments.selection();
    let job = Job {
        roots: &arguments.roots,
        encoder: &encoder,
        selection: &selection,
        failures: if arguments.retry { Failures::Retry } else { Failures::Keep },
        moments: arguments.moments(),
        jobs,
        stop: &stop,
    };
    let mut progress = Progress { bar: &bar, start: Instant::now(), files: 0, done: 0, failed: 0, sound_seconds: 0.0 };
    let summary = ingest::run(&job, &mut writer, &mut |event| progress.show(&event));
    bar.finish_and_clear();
    let summary = summary?;
    if !context.is_quiet() {
        print(&summary, context)?;
    }
    Ok(exit(&summary))
}

/// A flag that the first signal sets; the second ends the process at once, which loses no committed file either.
fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            process::exit(Exit::Interrupted as i32);
        }
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::new(Exit::Internal, error))?;
    Ok(stop)
}

impl Arguments {
    fn selection(&self) -> Selection {
        let links = if self.follow_links { Links::Follow } else { Links::Skip };
        Selection { exclude: self.exclude.clone(), links }
    }

    fn moments(&self) -> Option<Moments> {
        let none = self.no_moments.then_some(Moments::None);
        none.or(self.hop.map(|hop_seconds| Moments::Every { hop_seconds }))
    }
}

/// What the bar shows.
struct Progress<'a> {
    bar: &'a ProgressBar,
    start: Instant,
    files: u64,
    done: u64,
    failed: u64,
    sound_seconds: f64,
}

impl Progress<'_> {
    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Planned { files, bytes } => {
                (self.files, self.start) = (*files, Instant::now());
                self.bar.set_length(*bytes);
            }
            Event::Progress { bytes, sound_seconds } => {
                self.sound_seconds = *sound_seconds;
                self.bar.set_position(*bytes);
            }
            Event::Done { .. } => self.done += 1,
            Event::Failed { path, stage, reason } => {
                (self.done, self.failed) = (self.done + 1, self.failed + 1);
                self.bar.suspend(|| complain(&format_args!("{}: {stage}: {reason}", path.display())));
            }
            _ => {}
        }
        self.bar.set_message(self.message());
    }

    fn message(&self) -> String {
        let rate = self.sound_seconds / self.start.elapsed().as_secs_f64().max(f64::MIN_POSITIVE);
        let mut message = format!("{}/{} files  {rate:.0} s of sound a second", self.done, self.files);
        if self.failed > 0 {
            message += &format!("  {} failed", self.failed);
        }
        message
    }
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
    written(writeln!(out, "{sound} of sound embedded in {took}, {rate:.1} s of sound a second"))?;
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
