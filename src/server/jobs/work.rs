//! Doing a job: the operation it asks for, on a thread of its own, with its progress put into the job's entry.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::ingest::request::LostRoots;
use crate::ingest::run::{IngestEvent, IngestSummary};
use crate::library::record::hearing::Hearing;
use crate::library::vectors::build::BuildProgress;
use crate::operations::defaults;
use crate::operations::index::{IndexRequest, index};
use crate::operations::observer::{Event, Observer};
use crate::operations::reindex::{MissingFiles, Reindex, ReindexRequest};
use crate::operations::removal::{RemovalMode, prune, refuse_lost};
use crate::panics;
use crate::server::http::problem::Problem;
use crate::server::jobs::entry::Job;
use crate::server::served_library::ServedLibrary;
use crate::wire::file::FailureEntry;
use crate::wire::job::{JobState, MissingEntry, ReindexEntry};
use crate::wire::path::text;

/// What a job does.
#[derive(Debug, Clone)]
pub(super) enum JobWork {
    /// Brings the library up to date with these folders, of which other channels may be heard from now on.
    Index(Vec<PathBuf>, Option<Hearing>, LostRoots),
    /// Drops files that have vanished.
    Prune(LostRoots),
    /// Makes every vector again.
    Reindex(MissingFiles),
}

/// Begins `job` on a thread of its own.
///
/// # Errors
/// A 500 if the system starts no more threads.
pub(super) fn start(job: Arc<Job>, served: ServedLibrary, work: JobWork) -> Result<(), Problem> {
    let work = move || {
        let outcome = panics::contain(|| run(&job, &served, &work));
        match outcome.unwrap_or_else(|panic| Err(Problem::internal(&panic))) {
            Ok(()) if job.is_cancelled() => job.end(JobState::Cancelled),
            Ok(()) => job.end(JobState::Done),
            Err(problem) => job.fail(problem),
        }
    };
    let thread = thread::Builder::new().name("job".into()).spawn(work);
    thread.map(drop).map_err(|error| Problem::internal(&error))
}

fn run(job: &Job, served: &ServedLibrary, work: &JobWork) -> Result<(), Problem> {
    let _turn = served.turn(Duration::ZERO)?;
    let mut tell = |event: Event<'_>| note(job, &event);
    let observer = Observer::new(&mut tell, job.stop());
    let done = match work {
        JobWork::Index(folders, hearing, lost) => {
            let request = IndexRequest::new(served.folder(), served.encoder(), folders);
            index(&IndexRequest { hearing: *hearing, lost: *lost, ..request }, &observer).and_then(|summary| {
                note_files(job, &summary.files);
                refuse_lost(&summary.files.lost)
            })
        }
        JobWork::Prune(lost) => prune(served.folder(), *lost, RemovalMode::Remove, &observer).map(drop),
        JobWork::Reindex(missing) => reindex(job, served, *missing, &observer),
    };
    done.map_err(|error| {
        tracing::warn!("job failed: {error}");
        if let Error::Request(refusal) = &error {
            job.update(|entry| entry.missing = MissingEntry::of(refusal));
        }
        error.into()
    })
}

/// Makes every vector again with the library's own model.
fn reindex(job: &Job, served: &ServedLibrary, missing: MissingFiles, observer: &Observer<'_>) -> Result<(), Error> {
    let reindex = Reindex::begin(served.folder(), missing)?;
    reindex.library().expect_model(served.encoder().space())?;
    let request = ReindexRequest { encoder: served.encoder(), moments: None, threads: defaults::threads() };
    if let Some(summary) = reindex.run(&request, observer)? {
        note_files(job, &summary.files);
        job.update(|entry| entry.reindex = Some(ReindexEntry::from(&summary)));
    }
    Ok(())
}

fn note(job: &Job, event: &Event<'_>) {
    match event {
        Event::Files(event) => note_file(job, event),
        Event::Removing { done, total } => {
            job.update(|entry| (entry.progress.files, entry.progress.of_files) = (*done, *total));
        }
        Event::Vectors(BuildProgress { done, total }) => {
            let (done, total) = (*done as u64, *total as u64);
            job.update(|entry| (entry.progress.vectors, entry.progress.of_vectors) = (done, total));
        }
        // No job does these; a reindexing is told at its end.
        Event::Reindexing(_)
        | Event::Labelling { .. }
        | Event::Watch(_)
        | Event::Samples(_)
        | Event::Step(_)
        | Event::Examples { .. }
        | Event::Comparing(_) => {}
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
        IngestEvent::Vanished { .. } | IngestEvent::Skipped { .. } | IngestEvent::Noted { .. } => {}
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
