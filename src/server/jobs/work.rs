//! Doing a job: the operation it asks for, on a thread of its own, with its progress put into the job's entry.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::ingest::run::{IngestEvent, IngestSummary};
use crate::library::vectors::Building;
use crate::operations::defaults;
use crate::operations::index::{IndexRequest, index};
use crate::operations::observer::{Event, Observer};
use crate::operations::reindex::{MissingFiles, Reindex, ReindexError, ReindexRequest};
use crate::operations::removal::{RemovalMode, prune};
use crate::server::http::advice::explained;
use crate::server::http::problem::Problem;
use crate::server::jobs::entry::Job;
use crate::server::served_library::ServedLibrary;
use crate::wire::file::FailureEntry;
use crate::wire::job::{JobState, ReindexEntry};
use crate::wire::path::text;

/// What a job does.
#[derive(Debug, Clone)]
pub(super) enum JobWork {
    /// Brings the library up to date with these folders.
    Index(Vec<PathBuf>),
    /// Drops files that have vanished.
    Prune,
    /// Makes every vector again.
    Reindex(MissingFiles),
}

/// Begins `job` on a thread of its own.
///
/// # Errors
/// If the system starts no more threads.
pub(super) fn start(job: Arc<Job>, served: ServedLibrary, work: JobWork) -> Result<(), Problem> {
    let work = move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&job, &served, &work)));
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

fn run(job: &Job, served: &ServedLibrary, work: &JobWork) -> Result<(), String> {
    let _turn = served.turn(Duration::ZERO).map_err(|problem| problem.to_string())?;
    let mut tell = |event: Event<'_>| note(job, &event);
    let observer = Observer::new(&mut tell, job.stop());
    let done = match work {
        JobWork::Index(folders) => {
            let request = IndexRequest::new(served.folder(), served.encoder(), folders);
            index(&request, &observer).map(|summary| note_files(job, &summary.files)).map_err(ReindexError::from)
        }
        JobWork::Prune => prune(served.folder(), RemovalMode::Remove, &observer).map(drop).map_err(ReindexError::from),
        JobWork::Reindex(missing) => reindex(job, served, *missing, &observer),
    };
    done.map_err(|error| {
        tracing::warn!("job failed: {error}");
        reason(error)
    })
}

/// Makes every vector again with the library's own model.
fn reindex(
    job: &Job,
    served: &ServedLibrary,
    missing: MissingFiles,
    observer: &Observer<'_>,
) -> Result<(), ReindexError> {
    let reindex = Reindex::begin(served.folder(), missing)?;
    reindex.library().expect_model(served.encoder().space())?;
    let request = ReindexRequest { encoder: served.encoder(), moments: None, threads: defaults::threads() };
    if let Some(summary) = reindex.run(&request, observer)? {
        note_files(job, &summary.files);
        job.update(|entry| entry.reindex = Some(ReindexEntry::from(&summary)));
    }
    Ok(())
}

/// Why a job failed, for those who see it in a browser.
fn reason(error: ReindexError) -> String {
    match error {
        ReindexError::Failed(error) => explained(&error),
        ReindexError::Lost { ref files, .. } => {
            let first = files.first().map_or_else(String::new, |path| format!(", {} first", path.display()));
            let advice = "the library is as before; bring back what is missing, or begin again with drop_missing";
            format!("{error}{first}; {advice}")
        }
    }
}

fn note(job: &Job, event: &Event<'_>) {
    match event {
        Event::Files(event) => note_file(job, event),
        Event::Removing { done, total } => {
            job.update(|entry| (entry.progress.files, entry.progress.of_files) = (*done, *total));
        }
        Event::Vectors(Building { done, total }) => {
            let (done, total) = (*done as u64, *total as u64);
            job.update(|entry| (entry.progress.vectors, entry.progress.of_vectors) = (done, total));
        }
        Event::Reindexing(_) => {}
    }
}

fn note_file(job: &Job, event: &IngestEvent<'_>) {
    match event {
        IngestEvent::Planned { files, bytes } => {
            job.update(|entry| (entry.progress.of_files, entry.progress.of_bytes) = (*files, *bytes));
        }
        IngestEvent::Progress { bytes, sound_seconds } => {
            job.update(|entry| (entry.progress.bytes, entry.progress.seconds) = (*bytes, *sound_seconds));
        }
        IngestEvent::Done { .. } => job.update(|entry| entry.progress.files += 1),
        IngestEvent::Failed { path, stage, reason } => {
            job.note_failure(FailureEntry { path: text(path), stage: stage.to_string(), reason: (*reason).to_owned() });
        }
    }
}

/// Notes what came of the files once all are dealt with.
fn note_files(job: &Job, summary: &IngestSummary) {
    job.update(|entry| {
        entry.progress.seconds = summary.sound_seconds;
        if !summary.interrupted {
            entry.progress.bytes = entry.progress.of_bytes;
        }
    });
}
