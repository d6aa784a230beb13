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
use crate::library::Library;
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
    folders.look().into_iter().for_each(|news| vigil.tell(news));
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
            vigil.tell(news);
            last_news = last_news.or(Some(Instant::now()));
        }
        let is_quiet = last_news.is_none_or(|news| news.elapsed() >= QUIET);
        if folders.is_any_due() && (is_quiet || first_news.is_some_and(|news| news.elapsed() >= PATIENCE)) {
            (first_news, last_news) = (None, Some(Instant::now()));
            let due = folders.take_due();
            if !vigil.run(&due)? {
                folders.put_back(&due);
            }
            // A library that is in use otherwise tells after the next run.
            folders.add(Library::open(request.library).and_then(|library| library.mounts()).unwrap_or_default());
        }
    }
    Ok(())
}

struct Vigil<'a, 'b, 'c> {
    request: &'a IndexRequest<'b>,
    observer: &'a Observer<'c>,
    settling: Mutex<Settling>,
    /// Folders without any of their sounds that were told to be gone, as where a drive is not mounted.
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

    /// Says what of `roots`, and of the drives in them, is `lost` by now, or is no longer.
    fn tell_lost(&mut self, roots: &[PathBuf], lost: BTreeSet<PathBuf>) {
        let is_in_roots = |path: &&PathBuf| roots.iter().any(|root| path.starts_with(root));
        let back: Vec<PathBuf> = self.lost.difference(&lost).filter(is_in_roots).cloned().collect();
        lost.into_iter().for_each(|path| self.tell(WatchNews::Gone { path }));
        back.into_iter().for_each(|path| self.tell(WatchNews::Back { path }));
    }

    /// Says `news`, but not a second time that a folder is gone.
    fn tell(&mut self, news: WatchNews) {
        let is_new = match &news {
            WatchNews::Gone { path } => self.lost.insert(path.clone()),
            WatchNews::Back { path } => {
                self.lost.remove(path);
                true
            }
            _ => true,
        };
        if is_new {
            self.observer.tell(Event::Watch(news));
        }
    }
}
