//! `auricle reindex`: makes every vector of the library again, with another model or with this one.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use auricle::embedding::Space;
use auricle::error::Error;
use auricle::ingest;
use auricle::ingest::{Failures, Job, Links, Selection, Summary};
use auricle::library::Library;
use auricle::library::record::State;
use auricle::library::replace::Replacement;
use auricle::library::writer::Writer;
use clap::Args;

use crate::cli::command::index::MomentOptions;
use crate::cli::context::{Context, default_jobs};
use crate::cli::refresh;
use crate::cli::refresh::{Ended, say};
use crate::cli::terminal::exit::{Exit, Failure, complain};
use crate::cli::terminal::output;
use crate::cli::terminal::output::short_path;
use crate::cli::terminal::progress::{stop_on_signal, watch};

/// What else than the model decides a vector. Vectors that another version has made are not mixed with this one's.
const RECIPE: &str = env!("CARGO_PKG_VERSION");

/// The command line of `reindex`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every file of the library is embedded again, with the model that is named, or else with the library's own; --hop \
and --no-moments change its moments. The library \
stays as it is, and can be searched, until all is done; then the new vectors take the place of the old ones at once. \
Ctrl-C, or worse, loses nothing: the same command goes on. Meanwhile the disk holds both. Files that `auricle index` has \
marked as gone are left out.

Examples:
  auricle reindex --model laion/larger_clap_general
  auricle reindex --hop 2.5")]
pub(crate) struct Arguments {
    /// How many files are decoded at once [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    moments: MomentOptions,
    /// Leave out files that are gone or can no longer be read, instead of keeping the library as it is
    #[arg(long)]
    drop_missing: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let replacement = Replacement::begin(context.library_folder())?;
    let (there, missing) = files(replacement.library())?;
    if !missing.is_empty() && !arguments.drop_missing {
        return Err(refuse(&missing, "gone"));
    }
    let encoder = context.start_library_encoder()?;
    let model = encoder.space().clone();
    let stop = stop_on_signal()?;
    let kept = replacement.library().moments()?.unwrap_or_else(|| ingest::default_moments(encoder.front_end()));
    let moments = arguments.moments.moments().unwrap_or(kept);
    let mut writer = replacement.writer(&model, &format!("{RECIPE}, {moments}"))?;
    say_plan(context, &replacement, &writer, &model, there.len())?;
    try_again(&replacement, &mut writer)?;
    let jobs = arguments.jobs.unwrap_or_else(default_jobs);
    let job = Job {
        roots: &there,
        encoder: &encoder,
        // Files are where the catalogue says, also behind links.
        selection: &Selection { links: Links::Follow, ..Selection::default() },
        failures: Failures::Keep,
        moments: Some(moments),
        jobs,
        stop: &stop,
    };
    let summary = watch(context, |observe| ingest::run(&job, &mut writer, observe))?;
    if summary.interrupted {
        say("interrupted; the library is as before, `auricle reindex` with the same options goes on from here");
        return Ok(Exit::Interrupted);
    }
    let shortfall = replacement.shortfall(&writer)?;
    let unreadable: Vec<_> = shortfall.lost.iter().filter(|path| !missing.contains(path)).cloned().collect();
    if !unreadable.is_empty() && !arguments.drop_missing {
        return Err(refuse(&unreadable, "no longer readable"));
    }
    writer.forget(&shortfall.left_over)?;
    replacement.finish(writer)?;
    finish(context, &model, &stop, &summary, shortfall.lost.len())
}

/// The files that are embedded again, and those of them that are found now and would not be any more.
fn files(library: &Library) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Failure> {
    let known = library.known_files()?.into_iter().filter(|(_, known)| known.state != State::Vanished);
    let (there, gone): (Vec<_>, Vec<_>) = known.partition(|(path, _)| path.symlink_metadata().is_ok());
    let mut there: Vec<PathBuf> = there.into_iter().map(|(path, _)| path).collect();
    let found = gone.into_iter().filter(|(_, known)| known.state == State::Indexed);
    let mut missing: Vec<PathBuf> = found.map(|(path, _)| path).collect();
    there.sort_unstable();
    missing.sort_unstable();
    Ok((there, missing))
}

fn refuse(lost: &[PathBuf], what: &str) -> Failure {
    for path in lost.iter().take(5) {
        complain(&format_args!("{} is in the library, but cannot be embedded again", short_path(path)));
    }
    let problem = format!("{what}: {} of the library", output::counted(lost.len(), "file"));
    let advice = "the library is as before; bring back what is missing, or leave it out with --drop-missing";
    Failure::new(Exit::Usage, Error::user(problem, advice))
}

/// Says what is about to be done, and how much of it is done.
fn say_plan(
    context: &Context,
    replacement: &Replacement,
    writer: &Writer,
    model: &Space,
    files: usize,
) -> Result<(), Failure> {
    if context.is_quiet() {
        return Ok(());
    }
    let old = replacement.library().model();
    let change = if old == model { "again with".to_owned() } else { format!("with {} instead of", model.name) };
    say(&format!("embedding {} {change} {}", output::counted(files, "file"), old.name));
    let done = writer.library().totals()?.files;
    if done > 0 {
        say(&format!("{done} of them were done before"));
    }
    Ok(())
}

/// Forgets the failures of an earlier attempt where the library has the file: what could not be read then may be now.
fn try_again(replacement: &Replacement, writer: &mut Writer) -> Result<(), Failure> {
    let new = writer.library().known_files()?;
    let mut lost = replacement.shortfall(writer)?.lost;
    lost.retain(|path| new.contains_key(path));
    Ok(writer.forget(&lost)?)
}

/// The new catalogue is in place: makes its indexes and says how it went.
fn finish(
    context: &Context,
    model: &Space,
    stop: &Arc<AtomicBool>,
    summary: &Summary,
    lost: usize,
) -> Result<Exit, Failure> {
    let mut writer = Writer::open(context.library_folder(), model)?;
    let ended = refresh::after_run(context, &mut writer, stop)?;
    let totals = writer.library().totals()?;
    if !context.is_quiet() {
        let mut out = output::stdout();
        let (files, segments, failed) = (totals.files, totals.segments, totals.failed);
        let line = format!("{files} files with {segments} vectors of {}, {failed} failed, {lost} left out", model.name);
        let took = output::clock(summary.elapsed.as_secs_f64());
        output::written(std::io::Write::write_fmt(&mut out, format_args!("{line}, in {took}\n")))?;
        output::flush(out)?;
    }
    Ok(match ended {
        Ended::Stopped => Exit::Interrupted,
        Ended::Done => Exit::Done,
    })
}
