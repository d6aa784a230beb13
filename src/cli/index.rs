//! `auricle index`: brings the library up to date and says what was done.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use auricle::ingest::{self, Event, Job, Summary};
use auricle::library::writer::Writer;
use clap::Args;
use indicatif::ProgressBar;

use super::context::{Context, default_jobs, identity};
use super::exit::{Exit, Failure, complain};
use super::output::{self, Align, clock, flush, stdout, written};

/// Bar, files, rate, time left and failures so far.
const TEMPLATE: &str = "{bar:30}  {pos}/{len} files  {per_sec}  {eta} left  {msg}";

/// The command line of `index`.
#[derive(Debug, Args)]
#[command(after_help = "\
Only new and changed files are read; a file that was moved or copied keeps its vectors, and one that is gone is no \
longer found. Files are recognised by content; hidden ones and links are left out. A file that cannot be read is \
recorded (see `auricle status --failed`) and tried again when it changes. Ctrl-C stops the run; what was committed \
stays.

Examples:
  auricle index ~/sounds
  auricle index recordings/ samples/ --jobs 4 --library field.library")]
pub(crate) struct Arguments {
    /// Folders, or single files
    #[arg(required = true, value_name = "FOLDER")]
    roots: Vec<PathBuf>,
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
    let job = Job { roots: &arguments.roots, encoder: &encoder, jobs, stop: &stop };
    let mut failed = 0;
    let summary = ingest::run(&job, &mut writer, &mut |event| show(&bar, &mut failed, &event));
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

fn show(bar: &ProgressBar, failed: &mut u64, event: &Event<'_>) {
    match event {
        Event::Planned { files } => bar.set_length(*files),
        Event::Done { .. } => bar.inc(1),
        Event::Failed { path, stage, reason } => {
            *failed += 1;
            bar.set_message(format!("{failed} failed"));
            bar.inc(1);
            bar.suspend(|| complain(&format_args!("{}: {stage}: {reason}", path.display())));
        }
        _ => {}
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
