//! Folders that are watched by the system → which of them have something new, are gone or are back.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::operations::watch::news::WatchNews;

/// How often it is looked whether folders are there.
const LOOK: Duration = Duration::from_secs(2);

/// How often a folder is looked at that the system cannot watch.
const POLL: Duration = Duration::from_secs(60);

/// Folders, and what was heard of them.
pub(super) struct WatchedFolders {
    folders: Vec<WatchedFolder>,
    /// The library's own folder, whose changes are this program's.
    library: PathBuf,
    /// `None` where the system cannot watch at all.
    watcher: Option<RecommendedWatcher>,
    heard: Receiver<notify::Result<notify::Event>>,
    /// Keeps the channel open where there is no watcher.
    _sender: Sender<notify::Result<notify::Event>>,
    /// `None` until the first look.
    last_look: Option<Instant>,
}

struct WatchedFolder {
    path: PathBuf,
    /// The folder that is to be looked at for its sake: itself, or the one that it is a part of.
    root: PathBuf,
    /// What tells the folder from another that takes its place, as a drive does that is mounted; `None` while it is not there.
    identity: Option<Identity>,
    is_due: bool,
    /// When to look at it next, if the system cannot watch it.
    poll_at: Option<Instant>,
}

/// Device and inode, where there are such.
type Identity = (u64, u64);

impl WatchedFolders {
    /// Watches `paths`, but for what is in the folder `library`.
    pub(super) fn new(paths: Vec<PathBuf>, library: &Path) -> Self {
        let (sender, heard) = channel();
        let tell = sender.clone();
        let watcher = notify::recommended_watcher(move |event| {
            // Nobody hears any more only when the watch is over.
            let _ = tell.send(event);
        });
        let folder = |path: PathBuf| {
            let root = path.clone();
            WatchedFolder { path, root, identity: None, is_due: false, poll_at: None }
        };
        WatchedFolders {
            folders: paths.into_iter().map(folder).collect(),
            library: library.canonicalize().unwrap_or_else(|_| library.to_path_buf()),
            watcher: watcher.ok(),
            heard,
            _sender: sender,
            last_look: None,
        }
    }

    /// Watches `places` within the folders too, at which drives are mounted or were: what is mounted over a folder is no news of it.
    pub(super) fn add(&mut self, places: Vec<PathBuf>) {
        for path in places {
            let around = self.folders.iter().find(|folder| path.starts_with(&folder.path));
            let Some(root) = around.map(|folder| folder.root.clone()) else { continue };
            if self.folders.iter().all(|folder| folder.path != path) {
                let identity = path.metadata().ok().map(|metadata| identity(&metadata));
                self.folders.push(WatchedFolder { path, root, identity, is_due: false, poll_at: None });
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.folders.len()
    }

    /// Waits for something to be heard, up to `patience`; whether it makes a folder due.
    pub(super) fn receive(&mut self, patience: Duration) -> Result<bool, RecvTimeoutError> {
        let mut is_news = self.hear(self.heard.recv_timeout(patience)?);
        while let Ok(event) = self.heard.try_recv() {
            is_news |= self.hear(event);
        }
        Ok(is_news)
    }

    fn hear(&mut self, event: notify::Result<notify::Event>) -> bool {
        let Ok(event) = event else { return self.all_due() };
        if event.need_rescan() {
            return self.all_due();
        }
        let is_change = match event.kind {
            // Reading a file is none, or every run would lead to another.
            EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
            _ => true,
        };
        let mut is_news = false;
        for path in event.paths.iter().filter(|path| is_change && !path.starts_with(&self.library)) {
            for folder in self.folders.iter_mut().filter(|folder| is_visible_below(path, &folder.path)) {
                folder.is_due = true;
                is_news = true;
            }
        }
        is_news
    }

    fn all_due(&mut self) -> bool {
        self.folders.iter_mut().for_each(|folder| folder.is_due = true);
        !self.folders.is_empty()
    }

    /// [`WatchedFolders::look`], if the last look is some time ago.
    pub(super) fn look_now_and_then(&mut self) -> Vec<WatchNews> {
        if self.last_look.is_some_and(|look| look.elapsed() < LOOK) { Vec::new() } else { self.look() }
    }

    /// Looks whether folders are there, and watches those that have come; what is different.
    pub(super) fn look(&mut self) -> Vec<WatchNews> {
        let is_first = self.last_look.replace(Instant::now()).is_none();
        let mut news = Vec::new();
        for folder in &mut self.folders {
            let identity = folder.path.metadata().ok().map(|metadata| identity(&metadata));
            if identity != folder.identity {
                let was_there = std::mem::replace(&mut folder.identity, identity).is_some();
                news.extend(folder.turn(was_there, is_first, self.watcher.as_mut()));
            }
            if folder.poll_at.is_some_and(|at| at <= Instant::now()) && folder.identity.is_some() {
                (folder.is_due, folder.poll_at) = (true, Some(Instant::now() + POLL));
            }
        }
        news
    }

    /// Whether a folder that is there has something new.
    pub(super) fn is_any_due(&self) -> bool {
        self.folders.iter().any(|folder| folder.is_due && folder.identity.is_some())
    }

    /// The folders that have something new, or of which a part has, each once; it then counts as seen.
    pub(super) fn take_due(&mut self) -> Vec<PathBuf> {
        let mut taken = Vec::new();
        for folder in self.folders.iter_mut().filter(|folder| folder.is_due && folder.identity.is_some()) {
            folder.is_due = false;
            if !taken.contains(&folder.root) {
                taken.push(folder.root.clone());
            }
        }
        taken
    }

    /// The folders at `paths` have something new still.
    pub(super) fn put_back(&mut self, paths: &[PathBuf]) {
        self.folders.iter_mut().filter(|folder| paths.contains(&folder.path)).for_each(|folder| folder.is_due = true);
    }
}

impl WatchedFolder {
    /// Takes in that it has come, gone, or that another has taken its place.
    fn turn(&mut self, was_there: bool, is_first: bool, watcher: Option<&mut RecommendedWatcher>) -> Vec<WatchNews> {
        let path = self.path.clone();
        if self.identity.is_none() {
            self.is_due = false;
            return vec![WatchNews::Gone { path }];
        }
        let mut news = Vec::new();
        // At first, too: nothing was heard of it while what was there was indexed.
        self.is_due = true;
        if !was_there && !is_first {
            news.push(WatchNews::Back { path: path.clone() });
        }
        let watched = match watcher {
            Some(watcher) => {
                // What was watched under this name before is not there any more.
                let _ = watcher.unwatch(&self.path);
                watcher.watch(&self.path, RecursiveMode::Recursive).map_err(|error| error.to_string())
            }
            None => Err("this system tells of no changes".to_owned()),
        };
        self.poll_at = watched.as_ref().err().map(|_| Instant::now() + POLL);
        news.extend(watched.err().map(|reason| WatchNews::Unwatched { path, reason }));
        news
    }
}

/// Whether `path` lies below `folder`, and nothing between them is hidden.
fn is_visible_below(path: &Path, folder: &Path) -> bool {
    let is_hidden = |rest: &Path| rest.iter().any(|part| part.as_encoded_bytes().starts_with(b"."));
    path.strip_prefix(folder).is_ok_and(|rest| !is_hidden(rest))
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Where there are no inodes, only coming and going is noticed.
#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_that_is_there_is_due_once_it_is_watched_for_it_may_have_changed_before() {
        let home = tempfile::tempdir().unwrap();
        let there = home.path().join("there");
        std::fs::create_dir(&there).unwrap();
        let mut folders =
            WatchedFolders::new(vec![there.clone(), home.path().join("gone")], &home.path().join("library"));
        folders.look();
        assert_eq!(folders.take_due(), [there]);
        folders.look();
        assert!(!folders.is_any_due());
    }

    #[test]
    fn a_drive_within_a_folder_that_comes_or_goes_makes_the_folder_due() {
        let home = tempfile::tempdir().unwrap();
        let [root, drive] = ["sounds", "sounds/drive"].map(|name| home.path().join(name));
        std::fs::create_dir_all(&drive).unwrap();
        let mut folders = WatchedFolders::new(vec![root.clone()], &home.path().join("library"));
        folders.look();
        folders.take_due();
        folders.add(vec![drive.clone(), drive.clone(), home.path().join("elsewhere")]);
        assert_eq!((folders.len(), folders.look().len(), folders.is_any_due()), (2, 0, false));
        // Another folder in its place, as where a drive is mounted.
        std::fs::create_dir(home.path().join("other")).unwrap();
        std::fs::rename(home.path().join("other"), &drive).unwrap();
        folders.look();
        assert_eq!(folders.take_due(), [root.as_path()]);
        std::fs::remove_dir(&drive).unwrap();
        assert_eq!(folders.look(), [WatchNews::Gone { path: drive }]);
        // No such place is watched as a folder of its own.
        assert!(folders.take_due().iter().all(|due| *due == root));
    }

    #[test]
    fn what_is_hidden_or_elsewhere_is_no_news() {
        for (path, expected) in
            [("/s/a.wav", true), ("/s", true), ("/s/.a.wav", false), ("/s/.git/a", false), ("/s-2/a.wav", false)]
        {
            assert_eq!(is_visible_below(Path::new(path), Path::new("/s")), expected, "{path}");
        }
        assert!(is_visible_below(Path::new("/home/.sounds/a.wav"), Path::new("/home/.sounds")));
    }
}
