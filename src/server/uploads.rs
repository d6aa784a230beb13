//! Sounds that clients sent to ask about: each in a file, for a while, and [`MOST_UPLOADS`] at most, after which the one
//! that was not used for longest goes.

use std::collections::HashMap;
use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tempfile::{NamedTempFile, TempDir};

use crate::audio;
use crate::audio::metadata::Metadata;
use crate::error::{Error, Refusal, Result};
use crate::panics;
use crate::server::api::refusal::ApiRefusal;
use crate::server::http::problem::Problem;
use crate::wire::limits::MOST_UPLOADS;

/// Time that one is kept after it was last used.
const KEPT_FOR: Duration = Duration::from_secs(15 * 60);

/// Age from which on a folder has been locked if its server lives.
const SETTLED: Duration = Duration::from_secs(60);

/// Name of an upload in messages, where nobody is to see its path.
pub(super) const UPLOAD_NAME: &str = "the upload";

/// What the folders of uploads are called, before something random.
const FOLDER: &str = "auricle-uploads-";

/// The file in such a folder that is locked for as long as its server lives.
const LOCK: &str = "lock";

/// The uploads of one server. They go with it; what a server that was killed has left goes when the next one starts.
#[derive(Debug)]
pub(super) struct Uploads {
    folder: TempDir,
    _lock: File,
    kept: Mutex<HashMap<String, (Arc<Upload>, Instant)>>,
}

/// An upload.
#[derive(Debug)]
pub(super) struct Upload {
    file: NamedTempFile,
    /// What the file says of itself.
    pub(super) metadata: Metadata,
}

impl Upload {
    /// Where it is, for as long as it lives.
    pub(super) fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }
}

impl Uploads {
    /// None so far.
    ///
    /// # Errors
    /// [`Refusal::UploadsUnusable`].
    pub(super) fn new() -> Result<Self> {
        sweep(&env::temp_dir());
        let make = || {
            let folder = tempfile::Builder::new().prefix(FOLDER).tempdir()?;
            let lock = File::create(folder.path().join(LOCK))?;
            lock.lock()?;
            Ok(Uploads { folder, _lock: lock, kept: Mutex::default() })
        };
        make().map_err(|source: io::Error| Refusal::UploadsUnusable { path: env::temp_dir(), source }.into())
    }

    /// An empty file to receive one.
    ///
    /// # Errors
    /// If there can be none.
    pub(super) fn receive(&self) -> io::Result<IncomingUpload> {
        Ok(IncomingUpload { file: NamedTempFile::new_in(self.folder.path())?, len_bytes: 0 })
    }

    /// Keeps what was received, and says what it is called.
    ///
    /// # Errors
    /// [`Error::Data`] if it is no sound.
    pub(super) fn keep(&self, received: IncomingUpload) -> Result<(String, Arc<Upload>)> {
        let sound = audio::open(received.file.path()).map_err(|mut error| {
            if let Error::Data { input, .. } = &mut error {
                *input = UPLOAD_NAME.to_owned();
            }
            error
        })?;
        let upload = Arc::new(Upload { file: received.file, metadata: sound.metadata().clone() });
        let name = format!("{:032x}", rand::random::<u128>());
        let mut kept = self.lock();
        if kept.len() >= MOST_UPLOADS {
            let oldest = kept.iter().min_by_key(|(_, (_, used))| *used).map(|(name, _)| name.clone());
            oldest.and_then(|name| kept.remove(&name));
        }
        kept.insert(name.clone(), (Arc::clone(&upload), Instant::now()));
        Ok((name, upload))
    }

    /// The upload called `name`.
    ///
    /// # Errors
    /// A 404 if it is gone or never was.
    pub(super) fn find(&self, name: &str) -> Result<Arc<Upload>, Problem> {
        let mut kept = self.lock();
        let found = kept.get_mut(name).map(|(upload, used)| {
            *used = Instant::now();
            Arc::clone(upload)
        });
        Ok(found.ok_or(ApiRefusal::UploadUnknown)?)
    }

    /// Forgets the upload called `name`.
    ///
    /// # Errors
    /// A 404 if it is gone or never was.
    pub(super) fn forget(&self, name: &str) -> Result<(), Problem> {
        self.find(name)?;
        self.lock().remove(name);
        Ok(())
    }

    /// How many are kept.
    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    /// The uploads without those that were not used for long.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Arc<Upload>, Instant)>> {
        let mut kept = panics::lock(&self.kept);
        kept.retain(|_, (_, used)| used.elapsed() < KEPT_FOR);
        kept
    }
}

/// Deletes the folders of uploads in `folder` whose servers are no more. One that has just been made and not yet locked
/// is told by its age.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(FOLDER);
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if !is_ours || age().is_none_or(|age| age < SETTLED) {
            continue;
        }
        let is_held = File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
        if !is_held {
            tracing::debug!("deleting {}, which a server has left", path.display());
            // It may be another user's, or gone by now.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// An upload on its way in.
#[derive(Debug)]
pub(super) struct IncomingUpload {
    file: NamedTempFile,
    len_bytes: usize,
}

impl IncomingUpload {
    /// Bytes received so far.
    pub(super) fn len_bytes(&self) -> usize {
        self.len_bytes
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.len_bytes += bytes.len();
        let file: &mut File = self.file.as_file_mut();
        file.write_all(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_killed_server_left_is_deleted_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, age: Duration| {
            let made = folder.path().join(name);
            fs::create_dir(&made).unwrap();
            let lock = File::create(made.join(LOCK)).unwrap();
            fs::write(made.join("sound"), "bytes").unwrap();
            File::open(&made).unwrap().set_modified(SystemTime::now() - age).unwrap();
            lock
        };
        let old = 2 * SETTLED;
        drop(make("auricle-uploads-killed", old));
        let held = make("auricle-uploads-living", old);
        held.lock().unwrap();
        drop(make("auricle-uploads-young", Duration::ZERO));
        drop(make("something else", old));
        sweep(folder.path());
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["auricle-uploads-living", "auricle-uploads-young", "something else"]);
    }
}
