//! Keeping a library up to date for as long as one likes: its folders are watched, and what changes is indexed once it has
//! been quiet for a while.
//!
//! What is heard of a folder only says *that* something is different there; the run that follows looks at all of it, so that
//! nothing is missed that was not heard of. Folders may go and come back: a drive is unmounted, a folder deleted and made
//! again. Where the system cannot watch one, it is looked at every minute.

pub mod news;
mod folders;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use crate::error::{Error, LibraryFailure, Refusal, Result};
use crate::ingest::request::{FailurePolicy, ReadPolicy};
use crate::ingest::settling::Settling;
use crate::operations::index::{IndexRequest, index_settled};
use crate::operations::observer::{Event, Observer};
use crate::operations::roots::remembered;
use crate::operations::watch::folders::WatchedFolders;
use crate::operations::watch::news::WatchNews;

/// Time without news after which a folder is looked at, and for which a file must stay as it is to be taken for whole.
const QUIET: Duration = Duration::from_secs(2);

/// Time after which a folder is looked at though the news go on.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether to stop.
const TICK: Duration = Duration::from_millis(200);

/// Keeps the library of `request` up to date until `observer` says stop. Every folder is looked at once in the beginning: what
/// changed while it was indexed before, nobody heard of.
///
/// # Errors
/// As [`index`](fn@crate::operations::index::index), but for a library that another process writes to, and folders that are
/// not there.
pub fn watch(request: &IndexRequest<'_>, observer: &Observer<'_>) -> Result<()> {
    let roots = match request.roots {
        [] => remembered(request.library)?.into_iter().map(|root| root.path).collect(),
        roots => roots.iter().map(|root| root.canonicalize().unwrap_or_else(|_| root.clone())).collect(),
    };
    let mut folders = WatchedFolders::new(roots, request.library);
    let settling = Mutex::new(Settling::new(QUIET));
    let mut vigil = Vigil { request, observer, settling, lost: BTreeSet::new(), is_waiting: false };
    folders.look().into_iter().for_each(|news| observer.tell(Event::Watch(news)));
    observer.tell(Event::Watch(WatchNews::Watching { folders: folders.len() }));
    let (mut first_news, mut last_news): (Option<Instant>, Option<Instant>) = (None, None);
    while !observer.is_stopped() {
        match folders.receive(TICK) {
            Ok(true) => {
                last_news = Some(Instant::now());
                first_news = first_news.or(last_news);
            }
            Ok(false) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        for news in folders.look_now_and_then() {
            observer.tell(Event::Watch(news));
            last_news = last_news.or(Some(Instant::now()));
        }
        let is_quiet = last_news.is_none_or(|news| news.elapsed() >= QUIET);
        if folders.is_any_due() && (is_quiet || first_news.is_some_and(|news| news.elapsed() >= PATIENCE)) {
            (first_news, last_news) = (None, Some(Instant::now()));
            let due = folders.take_due();
            if !vigil.run(&due)? {
                folders.put_back(&due);
            }
        }
    }
    Ok(())
}

struct Vigil<'a, 'b, 'c> {
    request: &'a IndexRequest<'b>,
    observer: &'a Observer<'c>,
    settling: Mutex<Settling>,
    /// Folders that are there without any of their sounds, as where a drive is not mounted.
    lost: BTreeSet<PathBuf>,
    /// Whether it was told that another process is writing.
    is_waiting: bool,
}

impl Vigil<'_, '_, '_> {
    /// Brings the library up to date with `roots`; whether nothing is left to be done.
    fn run(&mut self, roots: &[PathBuf]) -> Result<bool> {
        // What was to be read again or tried again has been, in the run before.
        let (reading, failures) = (ReadPolicy::Changed, FailurePolicy::Keep);
        let request = IndexRequest { roots, reading, failures, ..self.request.clone() };
        match index_settled(&request, Some(&self.settling), self.observer) {
            Ok(summary) => {
                self.is_waiting = false;
                let lost = summary.files.lost.iter().filter(|root| root.files > 0).map(|root| root.path.clone());
                self.tell_lost(roots, lost.collect());
                Ok(summary.files.unsettled == 0)
            }
            Err(Error::Library { failure: LibraryFailure::Locked { .. }, .. }) => {
                if !std::mem::replace(&mut self.is_waiting, true) {
                    self.observer.tell(Event::Watch(WatchNews::Waiting));
                }
                Ok(false)
            }
            // It went between two looks, which the next one says.
            Err(Error::Request(Refusal::RootUnusable { .. })) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Says which of `roots` are `lost` by now, or are no longer.
    fn tell_lost(&mut self, roots: &[PathBuf], lost: BTreeSet<PathBuf>) {
        for path in roots {
            let (was_lost, is_lost) = (self.lost.contains(path), lost.contains(path));
            match (was_lost, is_lost) {
                (false, true) => self.observer.tell(Event::Watch(WatchNews::Gone { path: path.clone() })),
                (true, false) => self.observer.tell(Event::Watch(WatchNews::Back { path: path.clone() })),
                _ => {}
            }
            if is_lost {
                self.lost.insert(path.clone())
            } else {
                self.lost.remove(path)
            };
        }
    }
}
