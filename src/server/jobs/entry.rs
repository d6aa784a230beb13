//! One job: how it gets on, and whether it was told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use crate::panics;
use crate::server::http::problem::Problem;
use crate::wire::file::FailureEntry;
use crate::wire::job::{JobEntry, JobKind, JobProgress, JobState};

/// Failures that are remembered of a job; the library knows all.
const FAILURES: usize = 200;

/// A job.
#[derive(Debug)]
pub(crate) struct Job {
    entry: Mutex<JobEntry>,
    stop: Arc<AtomicBool>,
    /// Counts changes of the entry, for those who wait for one.
    version: watch::Sender<u64>,
}

impl Job {
    /// A job that begins now.
    pub(crate) fn new(id: u64, kind: JobKind, library: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let entry = JobEntry {
            job: id,
            kind,
            library: library.to_owned(),
            state: JobState::Running,
            progress: JobProgress::default(),
            failed: 0,
            failures: Vec::new(),
            reason: None,
            problem: None,
            missing: None,
            reindex: None,
            started_at: now,
        };
        Job { entry: Mutex::new(entry), stop: Arc::default(), version: watch::Sender::new(0) }
    }

    /// How it gets on.
    pub(crate) fn entry(&self) -> MutexGuard<'_, JobEntry> {
        panics::lock(&self.entry)
    }

    /// Tells it to stop, which takes a second or so.
    pub(crate) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The flag that stops it.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// A receiver that hears of each change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Notes how far it is.
    pub(crate) fn update(&self, change: impl FnOnce(&mut JobEntry)) {
        change(&mut self.entry());
        self.version.send_modify(|version| *version += 1);
    }

    /// Notes that a file failed.
    pub(crate) fn note_failure(&self, failure: FailureEntry) {
        self.update(|entry| {
            entry.failed += 1;
            entry.progress.files += 1;
            if entry.failures.len() < FAILURES {
                entry.failures.push(failure);
            }
        });
    }

    /// Notes that it has ended in `state`, without a problem.
    pub(crate) fn end(&self, state: JobState) {
        self.update(|entry| entry.state = state);
    }

    /// Notes that it could not be done because of `problem`.
    pub(crate) fn fail(&self, problem: Problem) {
        self.update(|entry| {
            entry.state = JobState::Failed;
            entry.reason = Some(problem.detail.clone());
            entry.problem = Some(problem);
        });
    }
}
