//! What a job does: indexing, pruning, reindexing, each as the command line does it.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result, Stage};
use crate::ingest;
use crate::ingest::{Event, Failures, Links, Selection, Summary};
use crate::library::record::State;
use crate::library::refresh;
use crate::library::replace::Replacement;
use crate::library::vectors::Building;
use crate::library::writer::Writer;
use crate::library::{Library, record};
use crate::server::http::problem::Problem;
use crate::server::jobs::Job;
use crate::server::served_library::Hosted;
use crate::wire::job::{JobKind, JobState};
use crate::wire::library::FailureEntry;
use crate::wire::text;

/// What else than the model decides a vector, as the command line has it.
const RECIPE: &str = env!("CARGO_PKG_VERSION");

/// Begins `job` on a thread of its own.
///
/// # Errors
/// If the system starts no more threads.
pub(super) fn start(job: Arc<Job>, hosted: Hosted, folders: Vec<PathBuf>) -> Result<(), Problem> {
    let kind = job.entry().kind;
    let work = move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&job, &hosted, kind, &folders)));
        match outcome {
            Ok(Ok(())) if job.is_cancelled() => job.end(JobState::Cancelled, None),
            Ok(Ok(())) => job.end(JobState::Done, None),
            Ok(Err(reason)) => job.end(JobState::Failed, Some(reason)),
            Err(_) => job.end(JobState::Failed, Some("something went wrong; the server's log says what".to_owned())),
        }
    };
    let thread = thread::Builder::new().name("job".into()).spawn(work);
    thread.map(drop).map_err(|error| Problem::internal(&error))
}

fn run(job: &Job, hosted: &Hosted, kind: JobKind, folders: &[PathBuf]) -> Result<(), String> {
    let _turn = hosted.turn(Duration::ZERO).map_err(|problem| problem.to_string())?;
    let done = match kind {
        JobKind::Index => index(job, hosted, folders),
        JobKind::Prune => prune(job, hosted),
        JobKind::Reindex => reindex(job, hosted),
    };
    done.map_err(|error| {
        tracing::warn!("job failed: {error}");
        error.to_string()
    })
}

fn index(job: &Job, hosted: &Hosted, folders: &[PathBuf]) -> Result<()> {
    let mut writer = Writer::open(hosted.folder(), hosted.encoder().space())?;
    ingest(job, hosted, &mut writer, folders, &Selection::default(), None)?;
    finish(job, &mut writer)
}

fn prune(job: &Job, hosted: &Hosted) -> Result<()> {
    let mut writer = Writer::open_existing(hosted.folder())?;
    let mut gone = writer.library().vanished_files()?;
    gone.retain(|path| path.symlink_metadata().is_err());
    job.update(|entry| entry.progress.of_files = gone.len() as u64);
    writer.forget(&gone)?;
    job.update(|entry| entry.progress.files = gone.len() as u64);
    writer.compact()?;
    refresh_indexes(job, writer.library())
}

/// Makes every vector again with the library's own model. The library is replaced only if no file that it finds is lost.
fn reindex(job: &Job, hosted: &Hosted) -> Result<()> {
    let replacement = Replacement::begin(hosted.folder())?;
    let model = hosted.encoder().space().clone();
    replacement.library().expect_model(&model)?;
    let kept = replacement.library().moments()?;
    let moments = kept.unwrap_or_else(|| ingest::default_moments(hosted.encoder().front_end()));
    let mut writer = replacement.writer(&model, &format!("{RECIPE}, {moments}"))?;
    let files = files(replacement.library())?;
    let selection = Selection { links: Links::Follow, ..Selection::default() };
    if ingest(job, hosted, &mut writer, &files, &selection, Some(moments))?.interrupted {
        return Ok(());
    }
    let shortfall = replacement.shortfall(&writer)?;
    if let Some(first) = shortfall.lost.first() {
        let problem =
            format!("{} files of the library are gone or unreadable, {} first", shortfall.lost.len(), first.display());
        return Err(Error::user(problem, "the library is as before; index first, which marks what is gone"));
    }
    writer.forget(&shortfall.left_over)?;
    replacement.finish(writer)?;
    finish(job, &mut Writer::open(hosted.folder(), &model)?)
}

/// The files of `library` that are to be embedded again, by path.
fn files(library: &Library) -> Result<Vec<PathBuf>> {
    let known = library.known_files()?.into_iter();
    let is_there =
        |path: &PathBuf, known: &record::Known| known.state != State::Vanished && path.symlink_metadata().is_ok();
    let mut files: Vec<PathBuf> = known.filter(|(path, known)| is_there(path, known)).map(|(path, _)| path).collect();
    files.sort_unstable();
    Ok(files)
}

fn ingest(
    job: &Job,
    hosted: &Hosted,
    writer: &mut Writer,
    roots: &[PathBuf],
    selection: &Selection,
    moments: Option<record::Moments>,
) -> Result<Summary> {
    let task = ingest::Job {
        roots,
        encoder: hosted.encoder(),
        selection,
        failures: Failures::Keep,
        moments,
        jobs: thread::available_parallelism().unwrap_or(std::num::NonZero::<usize>::MIN),
        stop: &job.stop,
    };
    let summary = ingest::run(&task, writer, &mut |event| note(job, &event))?;
    job.update(|entry| {
        entry.progress.seconds = summary.sound_seconds;
        if !summary.interrupted {
            entry.progress.bytes = entry.progress.of_bytes;
        }
    });
    Ok(summary)
}

fn note(job: &Job, event: &Event<'_>) {
    match event {
        Event::Planned { files, bytes } => {
            job.update(|entry| (entry.progress.of_files, entry.progress.of_bytes) = (*files, *bytes));
        }
        Event::Progress { bytes, sound_seconds } => {
            job.update(|entry| (entry.progress.bytes, entry.progress.seconds) = (*bytes, *sound_seconds));
        }
        Event::Done { .. } => job.update(|entry| entry.progress.files += 1),
        Event::Failed { path, stage, reason } => {
            job.note_failure(FailureEntry { path: text(path), stage: stage.to_string(), reason: (*reason).to_owned() });
        }
    }
}

/// Brings the indexes up to what was committed, and notes that the library is up to date.
fn finish(job: &Job, writer: &mut Writer) -> Result<()> {
    if job.is_cancelled() {
        return Ok(());
    }
    refresh_indexes(job, writer.library())?;
    if job.is_cancelled() { Ok(()) } else { writer.note_indexed() }
}

fn refresh_indexes(job: &Job, library: &Library) -> Result<()> {
    let watch = |Building { done, total }: Building| {
        job.update(|entry| {
            (entry.progress.vectors, entry.progress.of_vectors) = (done as u64, total as u64);
        });
        if job.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let report = refresh::refresh(library, &watch).map_err(|error| {
        Error::internal(Stage::Catalog, "the indexes could not be brought up to date").caused_by(error)
    })?;
    tracing::info!("indexes: {report:?}");
    Ok(())
}
