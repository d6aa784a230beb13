//! The request of a run: which files, with which model, and how failures and long sounds are treated.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::encoder::queue::Encoder;
use crate::library::record::segment::Moments;

/// Which files are to be brought into a library, and how.
#[derive(Clone)]
pub(crate) struct IngestRequest<'a> {
    /// Folders to walk, or single files.
    pub(crate) roots: &'a [PathBuf],
    /// Makes the vectors.
    pub(crate) encoder: &'a Encoder,
    /// Which files below the roots are looked at.
    pub(crate) selection: &'a FileSelection,
    /// The treatment of files that failed before and have not changed.
    pub(crate) failures: FailurePolicy,
    /// Which files are read.
    pub(crate) reading: ReadPolicy,
    /// The moments of long sounds that get vectors; `None` for those the library has, or a new one's default of half a
    /// window.
    pub(crate) moments: Option<Moments>,
    /// Number of files decoded at once.
    pub(crate) threads: NonZeroUsize,
    /// Once true, the run ends within a second or so.
    pub(crate) stop: &'a Arc<AtomicBool>,
}

/// Which files below the roots are looked at.
#[derive(Debug, Clone, Default)]
pub struct FileSelection {
    /// Patterns of files to leave out, each a line as in a `.gitignore` file at the root.
    pub exclude: Vec<String>,
    /// The treatment of symbolic links.
    pub links: LinkPolicy,
}

/// What a walk does with symbolic links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkPolicy {
    /// They are left out.
    #[default]
    Skip,
    /// They are walked as if their targets were there.
    Follow,
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
