//! The request of a run: which files, with which model, and how failures and long sounds are treated.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use crate::encoder::queue::Encoder;
use crate::ingest::settling::Settling;
use crate::library::record::root::Root;
use crate::library::record::segment::Moments;

/// Which files are to be brought into a library, and how.
#[derive(Clone)]
pub(crate) struct IngestRequest<'a> {
    /// Folders to walk, or single files.
    pub(crate) roots: &'a [WalkRoot],
    /// Folders that are to be walked and are not there.
    pub(crate) absent: &'a [PathBuf],
    /// What is done about files of a folder that is gone as a whole.
    pub(crate) lost: LostRoots,
    /// Makes the vectors.
    pub(crate) encoder: &'a Encoder,
    /// The treatment of files that failed before and have not changed.
    pub(crate) failures: FailurePolicy,
    /// Which files are read.
    pub(crate) reading: ReadPolicy,
    /// The moments of long sounds that get vectors; `None` for those the library has, or a new one's default of half a
    /// window.
    pub(crate) moments: Option<Moments>,
    /// Leaves files for later that are being written; `None` to read them as they are.
    pub(crate) settling: Option<&'a Mutex<Settling>>,
    /// Number of files decoded at once.
    pub(crate) threads: NonZeroUsize,
    /// Once true, the run ends within a second or so.
    pub(crate) stop: &'a Arc<AtomicBool>,
}

/// A place to walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WalkRoot {
    /// A folder or file, and which files below it are looked at.
    pub(crate) root: Root,
    /// The folder that the patterns of its selection are written for: itself, or one above it.
    pub(crate) anchor: PathBuf,
}

impl From<Root> for WalkRoot {
    fn from(root: Root) -> Self {
        WalkRoot { anchor: root.path.clone(), root }
    }
}

/// What a run does with files that failed before and have not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailurePolicy {
    /// They stay recorded as they are.
    #[default]
    Keep,
    /// They are tried again.
    Retry,
}

/// Which files a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadPolicy {
    /// Those that the file system says are new or have changed.
    #[default]
    Changed,
    /// All of them. One whose content is as it was keeps its vectors.
    Everything,
}

/// What a run does about files of a root that is gone as a whole: the folder is not there, or has no sound in it any more.
/// Most often that is a drive that is not mounted, or a folder that was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LostRoots {
    /// They stay as they are, and the root is named in the result.
    #[default]
    Keep,
    /// They have vanished.
    Forget,
}
