//! Work that would block a thread, a bounded amount at a time: so much runs, so much waits, and the rest is turned away
//! at once. A client that goes away while it waits frees its place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use actix_web::web;
use futures_util::future::try_join;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::panics;
use crate::server::http::problem::Problem;
use crate::server::http::refusal::HttpRefusal;

/// Bounds one kind of work.
#[derive(Debug, Clone)]
pub(crate) struct ConcurrencyLimit {
    /// What waits, in the plural, for people.
    what: &'static str,
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

/// A place in the queue.
struct QueuePlace(Arc<AtomicUsize>);

impl Drop for QueuePlace {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Work that somebody waits for. It is dropped with the request, be it answered or not.
struct WantedWork(Arc<AtomicBool>);

impl Drop for WantedWork {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl ConcurrencyLimit {
    /// Lets `running` through at a time and `most_waiting` wait.
    pub(crate) fn new(what: &'static str, running: usize, most_waiting: usize) -> Self {
        ConcurrencyLimit {
            what,
            slots: Arc::new(Semaphore::new(running.max(1))),
            waiting: Arc::default(),
            most_waiting,
        }
    }

    /// Number of requests that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Runs `work` on a thread that may block, as soon as there is room.
    ///
    /// # Errors
    /// The problem that `work` gives; a 429 if too many wait already; a 500 if `work` panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = self.enter().await?;
        self.work(permit, work).await
    }

    async fn work<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let work = move || {
            // Held by the work and not by the client, who may be gone before it ends.
            let _permit = permit;
            panics::contain(work).unwrap_or_else(|panic| Err(Problem::internal(&panic)))
        };
        web::block(work).await.map_err(|error| Problem::internal(&error))?
    }

    /// Runs `work` as [`ConcurrencyLimit::run`] does, and has it stop by the flag that it is given once the client is gone.
    ///
    /// # Errors
    /// As [`ConcurrencyLimit::run`].
    pub(crate) async fn run_while_wanted<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<AtomicBool>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let wanted = WantedWork(Arc::default());
        let stop = Arc::clone(&wanted.0);
        self.run(move || work(&stop)).await
    }

    /// Runs `work` as [`ConcurrencyLimit::run`] does, after `meanwhile` if it has to wait for its turn.
    ///
    /// # Errors
    /// As [`ConcurrencyLimit::run`].
    pub(crate) async fn run_after<T: Send + 'static>(
        &self,
        meanwhile: impl Future<Output = ()>,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = match Arc::clone(&self.slots).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let meanwhile = async {
                    meanwhile.await;
                    Ok(())
                };
                try_join(self.enter(), meanwhile).await?.0
            }
        };
        self.work(permit, work).await
    }

    /// Runs `work` as [`ConcurrencyLimit::run`] does if there is room for it at once, and else not at all.
    pub(crate) async fn run_if_idle(&self, work: impl FnOnce() + Send + 'static) {
        if let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            let work = || {
                work();
                Ok(())
            };
            // What fails here is done again by who needs it.
            let _ = self.work(permit, work).await;
        }
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(permit);
        }
        let place = QueuePlace(Arc::clone(&self.waiting));
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most_waiting {
            return Err(HttpRefusal::Busy { what: self.what }.into());
        }
        let permit = Arc::clone(&self.slots).acquire_owned().await;
        drop(place);
        permit.map_err(|error| Problem::internal(&error))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use actix_web::ResponseError;
    use actix_web::rt::System;
    use actix_web::rt::task::yield_now;

    use super::*;

    #[test]
    fn so_much_runs_so_much_waits_and_the_rest_is_turned_away() {
        System::new().block_on(async {
            let limit = ConcurrencyLimit::new("tests", 1, 1);
            let (release, released) = channel::<()>();
            let first = actix_web::rt::spawn({
                let limit = limit.clone();
                async move { limit.run(move || Ok(released.recv().is_ok())).await }
            });
            while limit.slots.available_permits() > 0 {
                yield_now().await;
            }
            let prepared = Arc::new(AtomicBool::new(false));
            let second = actix_web::rt::spawn({
                let (limit, prepared) = (limit.clone(), prepared.clone());
                async move { limit.run_after(async move { prepared.store(true, Ordering::Relaxed) }, || Ok(2)).await }
            });
            while limit.waiting() == 0 || !prepared.load(Ordering::Relaxed) {
                yield_now().await;
            }
            limit.run_if_idle(|| panic!("there is no room")).await;
            assert_eq!(limit.run(|| Ok(3)).await.unwrap_err().status_code().as_u16(), 429);
            second.abort();
            while limit.waiting() > 0 {
                yield_now().await;
            }
            release.send(()).unwrap();
            assert!(first.await.unwrap().unwrap());
            assert_eq!(limit.run(|| Ok(4)).await.unwrap(), 4);
            assert_eq!(limit.run_after(async { unreachable!("nobody has to wait") }, || Ok(5)).await.unwrap(), 5);
            let panicked = limit.run(|| -> Result<(), Problem> { panic!("on purpose") }).await;
            assert_eq!(panicked.unwrap_err().status, 500);
        });
    }
}
