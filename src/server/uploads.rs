//! Sounds that were sent to be asked about: kept for a while in files of their own, a bounded number of them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::{NamedTempFile, TempDir};

use super::problem::Problem;
use crate::audio::{self, Metadata};
use crate::error::{Error, Result, Stage};

/// How many are kept; then the one that was not used for longest goes.
const KEPT: usize = 32;

/// How long one is kept that is not used.
const KEPT_FOR: Duration = Duration::from_secs(15 * 60);

/// What uploads are called in messages.
const NAME: &str = "the upload";

/// The uploads of one server. They go with it.
#[derive(Debug)]
pub(super) struct Uploads {
    folder: TempDir,
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
    /// [`Error::Internal`] if there can be no folder for them.
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("auricle-uploads-").tempdir();
        let folder = folder.map_err(|error| {
            Error::internal(Stage::Open, "no folder for uploads can be made; check TMPDIR").caused_by(error)
        })?;
        Ok(Uploads { folder, kept: Mutex::default() })
    }

    /// An empty file to receive one.
    ///
    /// # Errors
    /// If there can be none.
    pub(super) fn receive(&self) -> io::Result<Receiving> {
        Ok(Receiving { file: NamedTempFile::new_in(self.folder.path())?, len_bytes: 0 })
    }

    /// Keeps what was received, and says what it is called.
    ///
    /// # Errors
    /// [`Error::Data`] if it is no sound.
    pub(super) fn keep(&self, received: Receiving) -> Result<(String, Arc<Upload>)> {
        let sound = audio::open(received.file.path()).map_err(|mut error| {
            if let Error::Data { input, .. } = &mut error {
                *input = NAME.to_owned();
            }
            error
        })?;
        let upload = Arc::new(Upload { file: received.file, metadata: sound.metadata().clone() });
        let name = format!("{:032x}", rand::random::<u128>());
        let mut kept = self.lock();
        if kept.len() >= KEPT {
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
        found.ok_or_else(|| Problem::not_found("there is no such upload, or no longer; send the sound again"))
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
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, used)| used.elapsed() < KEPT_FOR);
        kept
    }
}

/// An upload on its way in.
#[derive(Debug)]
pub(super) struct Receiving {
    file: NamedTempFile,
    len_bytes: usize,
}

impl Receiving {
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
