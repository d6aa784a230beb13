//! One file of a checkpoint: on disk, or compiled into the program.
//!
//! Comes in: where it is. Goes out: its bytes, whole or in part, and what to call it in a message. What is in it is not
//! looked at here.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::error::{Error, ModelFailure, Result};

/// The weights files a checkpoint may have, best first, each with its list of shards.
pub(super) const WEIGHT_FILES: [&str; 4] =
    ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

/// A file of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelFile {
    /// At this path.
    Disk(PathBuf),
    /// In the program itself; the path is where the repository keeps it, for messages.
    BuiltIn(&'static str, &'static [u8]),
}

impl ModelFile {
    /// What to call it in a message.
    pub fn path(&self) -> &Path {
        match self {
            ModelFile::Disk(path) => path,
            ModelFile::BuiltIn(path, _) => Path::new(path),
        }
    }

    /// Its text.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] if it cannot be read or is not UTF-8.
    pub fn read_text(&self) -> Result<Cow<'static, str>> {
        let unreadable = |e| Error::model_file(self.path(), ModelFailure::Unreadable).caused_by(e);
        match self {
            ModelFile::Disk(path) => fs::read_to_string(path).map(Cow::Owned).map_err(unreadable),
            ModelFile::BuiltIn(_, bytes) => {
                std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| unreadable(io::Error::other(e)))
            }
        }
    }

    /// Its length.
    ///
    /// # Errors
    /// If the file is not there or may not be looked at.
    pub fn len_bytes(&self) -> io::Result<u64> {
        match self {
            ModelFile::Disk(path) => Ok(fs::metadata(path)?.len()),
            ModelFile::BuiltIn(_, bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Fills `out` from the byte at `start` on.
    ///
    /// # Errors
    /// If the file cannot be read or ends too early.
    pub(super) fn read_at(&self, start: u64, out: &mut [u8]) -> io::Result<()> {
        match self {
            ModelFile::Disk(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                file.read_exact(out)
            }
            ModelFile::BuiltIn(_, bytes) => {
                let rest = usize::try_from(start).ok().and_then(|start| bytes.get(start..start + out.len()));
                out.copy_from_slice(rest.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}
