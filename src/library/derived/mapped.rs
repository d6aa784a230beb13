//! A file of a generation as memory: only what is touched is read, and the system may drop it again.

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of a file that nobody changes any more.
#[derive(Debug)]
pub(crate) struct MappedFile(Mmap);

impl MappedFile {
    /// The file at `path`.
    ///
    /// # Errors
    /// If it cannot be opened or mapped.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        MappedFile::of(&File::open(path)?)
    }

    /// All of `file`, which is one of a generation or has no name.
    ///
    /// # Errors
    /// If it cannot be mapped.
    #[expect(unsafe_code, reason = "the system offers no safe way to map a file")]
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        // SAFETY: a file of a generation is written once, under another name, and only ever removed afterwards, which leaves
        // what is mapped in place; of a file without a name nobody else knows. Bytes that change all the same are noticed by
        // their checksums, or read as other numbers, which every reader of them bears.
        unsafe { Mmap::map(file) }.map(MappedFile)
    }

    /// Its bytes, for those who hold on to them by themselves.
    pub(crate) fn into_map(self) -> Mmap {
        self.0
    }

    /// Its bytes. The first begins a page.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
