//! How an operation is watched and stopped while it works.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::classify::timeline::steps::TimeStep;
use crate::ingest::run::IngestEvent;
use crate::library::vectors::build::BuildProgress;
use crate::operations::reindex::plan::ReindexPlan;
use crate::operations::watch::news::WatchNews;
use crate::search::map::SurveyProgress;

/// Progress of an operation, told on the thread that called it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A reindexing is about to begin.
    Reindexing(&'a ReindexPlan),
    /// Files are being looked into.
    Files(IngestEvent<'a>),
    /// Files are being removed from the library.
    Removing {
        /// Files removed so far.
        done: u64,
        /// Files to remove.
        total: u64,
    },
    /// Sounds are being labelled.
    Labelling {
        /// Sounds judged so far.
        done: u64,
        /// Sounds to judge.
        total: u64,
    },
    /// A watch met something.
    Watch(WatchNews),
    /// A sound is being followed: its next samples, mono at the model's rate.
    Samples(&'a [f32]),
    /// A sound is being followed: its next step in time, whose presences are smoothed.
    Step(&'a TimeStep),
    /// Examples that the model has not heard are being listened to.
    Examples {
        /// Examples listened to so far.
        done: u64,
        /// Examples to listen to.
        total: u64,
    },
    /// Sounds are being compared with each other.
    Comparing(SurveyProgress),
    /// The index of vectors is being made.
    Vectors(BuildProgress),
}

/// Where an operation says how far it is, and what tells it to stop.
pub struct Observer<'a> {
    tell: RefCell<&'a mut dyn FnMut(Event<'_>)>,
    stop: Arc<AtomicBool>,
}

impl<'a> Observer<'a> {
    /// One that hands events to `tell`. Once `stop` is true the operation ends within a second or so.
    pub fn new(tell: &'a mut dyn FnMut(Event<'_>), stop: &Arc<AtomicBool>) -> Self {
        Observer { tell: RefCell::new(tell), stop: Arc::clone(stop) }
    }

    /// Whether the operation is to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The flag that stops the operation, for the threads that work for it.
    pub(super) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// Tells what happens.
    pub(super) fn tell(&self, event: Event<'_>) {
        (self.tell.borrow_mut())(event);
    }

    /// Whether work goes on.
    pub(super) fn flow(&self) -> ControlFlow<()> {
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
