//! How a job gets on, told as it happens (server-sent events): `progress` now and then, `failure` for each file that
//! failed, `done` at the end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::{sleep, timeout};
use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream;
use serde::Serialize;
use tokio::sync::watch;

use crate::server::http::problem::Problem;
use crate::server::jobs::entry::Job;
use crate::wire::job::{JobEvent, JobState};

/// Time between two tellings at least.
const PAUSE: Duration = Duration::from_millis(200);

/// Time after which something is said though nothing happened, so that a connection is known to live.
const SILENCE: Duration = Duration::from_secs(15);

/// One who follows a job.
struct JobSubscriber {
    job: Arc<Job>,
    changes: watch::Receiver<u64>,
    /// Failures told so far.
    told: usize,
    waiting: VecDeque<Bytes>,
    is_over: bool,
    is_first: bool,
}

/// The events of `job`, from how it is now to its end.
pub(super) fn events(job: Arc<Job>) -> impl Stream<Item = Result<Bytes, Problem>> {
    let changes = job.changes();
    let subscriber = JobSubscriber { job, changes, told: 0, waiting: VecDeque::new(), is_over: false, is_first: true };
    stream::unfold(subscriber, |mut subscriber| async {
        loop {
            if let Some(event) = subscriber.waiting.pop_front() {
                return Some((Ok(event), subscriber));
            }
            if subscriber.is_over {
                return None;
            }
            subscriber.listen().await;
        }
    })
}

impl JobSubscriber {
    /// Waits for something to tell.
    async fn listen(&mut self) {
        if std::mem::take(&mut self.is_first) {
            return self.look();
        }
        sleep(PAUSE).await;
        match timeout(SILENCE, self.changes.changed()).await {
            Err(_) => self.waiting.push_back(Bytes::from_static(b": still there\n\n")),
            Ok(_) => self.look(),
        }
    }

    /// Looks at how the job is.
    fn look(&mut self) {
        self.changes.borrow_and_update();
        let entry = self.job.entry().clone();
        for failure in entry.failures.iter().skip(self.told) {
            self.waiting.push_back(event("failure", failure));
        }
        self.told = entry.failures.len();
        self.waiting.push_back(event("progress", &entry.progress));
        if entry.state != JobState::Running {
            self.waiting.push_back(event("done", &entry));
            self.is_over = true;
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> Bytes {
    // Plain values, which JSON has no trouble with; their text has no line breaks.
    let event = JobEvent { event: name.to_owned(), data: serde_json::to_string(data).unwrap_or_default() };
    Bytes::from(format!("event: {}\ndata: {}\n\n", event.event, event.data))
}
