//! The jobs of a server: one at a time for a library, and those that have ended for a while.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::panics;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::server::jobs::entry::Job;
use crate::wire::job::{JobEntry, JobKind, JobState};

/// Jobs that are remembered.
const REMEMBERED: usize = 100;

/// The jobs of a server.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    jobs: Mutex<BTreeMap<u64, Arc<Job>>>,
}

impl Jobs {
    /// A job that begins now.
    ///
    /// # Errors
    /// A 409 if the library has one already.
    pub(crate) fn begin(&self, kind: JobKind, library: &str) -> Result<Arc<Job>, Problem> {
        let mut jobs = self.lock();
        let is_at_work = |job: &Arc<Job>| {
            let entry = job.entry();
            entry.library == library && entry.state == JobState::Running
        };
        if let Some((id, _)) = jobs.iter().find(|(_, job)| is_at_work(job)) {
            return Err(ApiRefusal::JobAtWork { job: *id, library: library.to_owned() }.into());
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
    pub(crate) fn find(&self, id: u64) -> Result<Arc<Job>, Problem> {
        Ok(self.lock().get(&id).cloned().ok_or(ApiRefusal::JobUnknown { job: id })?)
    }

    /// All jobs, the newest first.
    pub(crate) fn list(&self) -> Vec<JobEntry> {
        self.lock().values().rev().map(|job| job.entry().clone()).collect()
    }

    /// Tells all jobs to stop, for a server that ends.
    pub(crate) fn stop_all(&self) {
        self.lock().values().for_each(|job| job.cancel());
    }

    /// Whether one is at work.
    pub(crate) fn is_any_running(&self) -> bool {
        self.lock().values().any(|job| job.entry().state == JobState::Running)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Job>>> {
        panics::lock(&self.jobs)
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
        jobs.begin(JobKind::Prune, "b").unwrap().end(JobState::Done);
        first.end(JobState::Done);
        for _ in 0..REMEMBERED {
            jobs.begin(JobKind::Index, "a").unwrap().end(JobState::Done);
        }
        let list = jobs.list();
        assert_eq!((list.len(), list[0].job), (REMEMBERED, REMEMBERED as u64 + 2));
        assert!(jobs.find(1).is_err() && jobs.find(REMEMBERED as u64).is_ok());
    }
}
