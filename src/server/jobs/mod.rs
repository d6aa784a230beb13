//! Jobs: work on a library that takes its time, on a thread of its own, watched and stopped from outside.
//!
//! A library has one at a time. [`Jobs`] remembers those that have ended for a while; `work` does them, `handlers` answers
//! for them, `events` tells how they get on as it happens.

mod work;
mod events;
pub(super) mod handlers;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use crate::server::http::problem::Problem;
use crate::wire::job::{JobEntry, JobKind, JobState, Progress};
use crate::wire::library::FailureEntry;

/// Jobs that are remembered.
const REMEMBERED: usize = 100;

/// Failures that are remembered of a job; the library knows all.
const FAILURES: usize = 200;

/// The jobs of a server.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: Mutex<BTreeMap<u64, Arc<Job>>>,
}

/// A job.
#[derive(Debug)]
pub(super) struct Job {
    entry: Mutex<JobEntry>,
    stop: Arc<AtomicBool>,
    /// Counts changes of the entry, for those who wait for one.
    version: watch::Sender<u64>,
}

impl Jobs {
    /// A job that begins now.
    ///
    /// # Errors
    /// A 409 if the library has one already.
    pub(super) fn begin(&self, kind: JobKind, library: &str) -> Result<Arc<Job>, Problem> {
        let mut jobs = self.lock();
        let is_at_work = |job: &Arc<Job>| {
            let entry = job.entry();
            entry.library == library && entry.state == JobState::Running
        };
        if let Some((id, _)) = jobs.iter().find(|(_, job)| is_at_work(job)) {
            let detail = format!("job {id} is at work on the library {library:?}; wait for it or cancel it");
            return Err(Problem::conflict(detail));
        }
        let id = jobs.last_key_value().map_or(1, |(last, _)| last + 1);
        while jobs.len() >= REMEMBERED {
            let ended = jobs.iter().find(|(_, job)| job.entry().state != JobState::Running).map(|(id, _)| *id);
            let Some(ended) = ended else { break };
            jobs.remove(&ended);
        }
        let job = Arc::new(Job::new(id, kind, library));
        jobs.insert(id, Arc::clone(&job));
        Ok(job)
    }

    /// The job called `id`.
    ///
    /// # Errors
    /// A 404 if there is none.
    pub(super) fn find(&self, id: u64) -> Result<Arc<Job>, Problem> {
        self.lock().get(&id).cloned().ok_or_else(|| Problem::not_found(format!("there is no job {id}, or no longer")))
    }

    /// All jobs, the newest first.
    pub(super) fn list(&self) -> Vec<JobEntry> {
        self.lock().values().rev().map(|job| job.entry().clone()).collect()
    }

    /// Tells all jobs to stop, for a server that ends.
    pub(super) fn stop_all(&self) {
        self.lock().values().for_each(|job| job.cancel());
    }

    /// Whether one is at work.
    pub(super) fn is_any_running(&self) -> bool {
        self.lock().values().any(|job| job.entry().state == JobState::Running)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Job>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn new(id: u64, kind: JobKind, library: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let entry = JobEntry {
            job: id,
            kind,
            library: library.to_owned(),
            state: JobState::Running,
            progress: Progress::default(),
            failed: 0,
            failures: Vec::new(),
            reason: None,
            started_at: now,
        };
        Job { entry: Mutex::new(entry), stop: Arc::default(), version: watch::Sender::new(0) }
    }

    /// How it gets on.
    pub(super) fn entry(&self) -> MutexGuard<'_, JobEntry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells it to stop, which takes a second or so.
    pub(super) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Notes how far it is.
    fn update(&self, change: impl FnOnce(&mut JobEntry)) {
        change(&mut self.entry());
        self.version.send_modify(|version| *version += 1);
    }

    fn note_failure(&self, failure: FailureEntry) {
        self.update(|entry| {
            entry.failed += 1;
            entry.progress.files += 1;
            if entry.failures.len() < FAILURES {
                entry.failures.push(failure);
            }
        });
    }

    /// Notes that it has ended.
    fn end(&self, state: JobState, reason: Option<String>) {
        self.update(|entry| (entry.state, entry.reason) = (state, reason));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_has_one_job_at_a_time_and_old_ones_are_forgotten() {
        let jobs = Jobs::default();
        let first = jobs.begin(JobKind::Index, "a").unwrap();
        assert!(jobs.begin(JobKind::Prune, "a").is_err());
        jobs.begin(JobKind::Prune, "b").unwrap().end(JobState::Done, None);
        first.end(JobState::Done, None);
        for _ in 0..REMEMBERED {
            jobs.begin(JobKind::Index, "a").unwrap().end(JobState::Done, None);
        }
        let list = jobs.list();
        assert_eq!((list.len(), list[0].job), (REMEMBERED, REMEMBERED as u64 + 2));
        assert!(jobs.find(1).is_err() && jobs.find(REMEMBERED as u64).is_ok());
    }
}
