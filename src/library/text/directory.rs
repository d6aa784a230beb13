//! Where the index's files are: those that are stored, mapped into memory, and above them, in memory, what has been written
//! since. tantivy sees one directory.
//!
//! A generation has tantivy's files of segments under their own names, which never change once they are written; its list
//! of segments as `meta`; and as `sums` the checksums of all blocks of the others, in the order of their names.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, FileHandle, OwnedBytes, RamDirectory, WatchCallback, WatchHandle, WritePtr};

use crate::error::Result;
use crate::library::derived::Generation;
use crate::library::derived::block_sums::{BlockSum, BlockSums};
use crate::library::derived::mapped::MappedFile;
use crate::library::failure;

/// Name of the stored list of segments.
const META: &str = "meta";

/// Name of the stored checksums.
const SUMS: &str = "sums";

/// tantivy's name of the list of segments.
const META_PATH: &str = "meta.json";

/// tantivy's name of the list of files that it may delete.
const MANAGED_PATH: &str = ".managed.json";

/// A file of a generation. Nothing of it is believed before it has been checked.
struct StoredFile {
    bytes: OwnedBytes,
    sums: BlockSums,
}

impl StoredFile {
    /// The file at `path`, of which `sums` are to be expected.
    fn open(path: &Path, sums: &[BlockSum]) -> io::Result<Self> {
        let file =
            StoredFile { bytes: OwnedBytes::new(MappedFile::open(path)?.into_map()), sums: BlockSums::new(sums) };
        let fits = BlockSums::blocks(file.bytes.len() as u64) == sums.len();
        if fits { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

impl FileHandle for StoredFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.end > self.bytes.len() || !self.sums.hold(&self.bytes, range.clone()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its content is damaged"));
        }
        Ok(self.bytes.slice(range))
    }
}

impl HasLen for StoredFile {
    fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFile").field("len", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Files by name.
type StoredFiles = HashMap<PathBuf, Arc<StoredFile>>;

/// Stored files, and above them those in memory. Clones are the same directory.
#[derive(Debug, Clone, Default)]
pub(super) struct LayeredDirectory {
    stored: Arc<RwLock<StoredFiles>>,
    written: RamDirectory,
}

impl LayeredDirectory {
    /// The files of `generation`. Those that `before` has too are taken from there, with what has been checked of them.
    ///
    /// # Errors
    /// Stage `catalogue` if a file is missing or does not fit the others, or the list of segments or the checksums are damaged.
    pub(super) fn open(generation: &Generation, before: Option<&LayeredDirectory>) -> Result<Self> {
        let (meta, sums) = (generation.read(META)?, generation.read(SUMS)?);
        let refuse = |error: io::Error| failure::unusable_index(generation.folder(), error.to_string());
        let files: BTreeMap<&str, u64> = generation.files().filter(|(name, _)| ![META, SUMS].contains(name)).collect();
        let mut stored = StoredFiles::new();
        let mut sums: &[BlockSum] = sums.as_chunks().0;
        for (name, len_bytes) in &files {
            let of_file = sums.split_off(..BlockSums::blocks(*len_bytes));
            let of_file = of_file.ok_or_else(|| refuse(io::ErrorKind::UnexpectedEof.into()))?;
            let known = before.and_then(|before| before.stored_file(Path::new(name)));
            let known = known.filter(|known| known.sums.sums() == of_file);
            let file = match known {
                Some(known) => known,
                None => Arc::new(StoredFile::open(&generation.folder().join(name), of_file).map_err(refuse)?),
            };
            stored.insert(PathBuf::from(name), file);
        }
        let directory = LayeredDirectory { stored: Arc::new(RwLock::new(stored)), written: RamDirectory::create() };
        let managed = serde_json::to_vec(&files.keys().collect::<Vec<_>>()).map_err(|error| refuse(error.into()))?;
        directory.written.atomic_write(Path::new(MANAGED_PATH), &managed).map_err(refuse)?;
        directory.written.atomic_write(Path::new(META_PATH), &meta).map_err(refuse)?;
        Ok(directory)
    }

    /// Writes into `folder` what a generation of the files `names` needs beside those that are stored already, whose names are
    /// returned. Where `anew` is set all are written.
    ///
    /// # Errors
    /// If a file is damaged or cannot be written.
    pub(super) fn write(&self, names: &[PathBuf], folder: &Path, anew: bool) -> io::Result<Vec<String>> {
        let mut names: Vec<&str> = names.iter().filter_map(|name| name.to_str()).collect();
        names.sort_unstable();
        let (mut kept, mut sums) = (Vec::new(), Vec::<BlockSum>::new());
        for name in names {
            if let Some(file) = self.stored_file(Path::new(name)).filter(|_| !anew) {
                sums.extend(file.sums.sums());
                kept.push(name.to_owned());
                continue;
            }
            let handle = self.get_file_handle(Path::new(name)).map_err(io::Error::other)?;
            let bytes = handle.read_bytes(0..handle.len())?;
            sums.extend(BlockSums::of(&bytes));
            fs::write(folder.join(name), bytes.as_slice())?;
        }
        fs::write(folder.join(SUMS), sums.as_flattened())?;
        let meta = self.written.atomic_read(Path::new(META_PATH)).map_err(io::Error::other)?;
        fs::write(folder.join(META), meta)?;
        Ok(kept)
    }

    /// Whether all stored files are what was written. Every byte is read.
    pub(super) fn is_sound(&self) -> bool {
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        stored.values().all(|file| file.sums.fit(&file.bytes))
    }

    /// Bytes in memory that are not of stored files.
    #[cfg(test)]
    pub(super) fn written_bytes(&self) -> usize {
        self.written.total_mem_usage()
    }

    fn stored_file(&self, path: &Path) -> Option<Arc<StoredFile>> {
        self.stored.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }
}

impl Directory for LayeredDirectory {
    fn get_file_handle(&self, path: &Path) -> std::result::Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.stored_file(path) {
            Some(file) => Ok(file),
            None => self.written.get_file_handle(path),
        }
    }

    fn delete(&self, path: &Path) -> std::result::Result<(), DeleteError> {
        match self.stored.write().unwrap_or_else(PoisonError::into_inner).remove(path) {
            Some(_) => Ok(()),
            None => self.written.delete(path),
        }
    }

    fn exists(&self, path: &Path) -> std::result::Result<bool, OpenReadError> {
        Ok(self.stored_file(path).is_some() || self.written.exists(path)?)
    }

    fn open_write(&self, path: &Path) -> std::result::Result<WritePtr, OpenWriteError> {
        match self.stored_file(path) {
            Some(_) => Err(OpenWriteError::FileAlreadyExists(path.to_owned())),
            None => self.written.open_write(path),
        }
    }

    fn atomic_read(&self, path: &Path) -> std::result::Result<Vec<u8>, OpenReadError> {
        self.written.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.written.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.written.watch(watch_callback)
    }
}
