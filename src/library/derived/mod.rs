//! The rules for every file that is made from the catalogue: how it is put down, found again and trusted.
//!
//! Each derived index has a [`Shelf`], the folder `derived/<name>` of the library. A generation of the index is a folder
//! on it that never changes once its name stands in the manifest `current`. A generation is written under another name,
//! synced and renamed; then the manifest is replaced by a rename, so that a reader finds the old generation or the new
//! one, whole. Files that stay as they are get a second name in the new generation and are not written again; large ones
//! are mapped, and checked where they are first read. Their owner knows what the files hold; nothing here reads the catalogue.

pub(crate) mod mapped;
pub(crate) mod block_sums;

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::library::Library;
use crate::library::changes::Revision;
use crate::library::failure;

/// Folder of a library that holds everything derived.
const DERIVED: &str = "derived";

/// Name of the manifest that says which generation counts.
const CURRENT: &str = "current";

/// Name of the file locked by the one process that writes a generation.
const LOCK: &str = "lock";

/// What the name of an unfinished generation ends with.
const UNFINISHED: &str = ".unfinished";

/// What every manifest says it is.
const MAGIC: &str = "auricle derived index";

/// How often a reader looks again when the generation it was sent to is replaced under its hands.
const ATTEMPTS: usize = 3;

/// The folder of `library` that holds everything derived.
pub(super) fn folder(library: &Library) -> PathBuf {
    library.folder().join(DERIVED)
}

/// The place of one derived index in one library.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    folder: PathBuf,
    name: &'static str,
    format: u32,
    model: String,
}

/// One finished generation of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Generation {
    folder: PathBuf,
    manifest: Manifest,
}

/// What `current` says, as one line of JSON; the line after it is its BLAKE3 in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    magic: String,
    index: String,
    format: u32,
    model: String,
    revision: Revision,
    generation: String,
    files: Vec<GenerationFile>,
}

/// One file of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct GenerationFile {
    name: String,
    len_bytes: u64,
    blake3: String,
}

impl Shelf {
    /// The place of the index `name` in `library`; `format` is the version of what its owner writes.
    pub(crate) fn new(library: &Library, name: &'static str, format: u32) -> Self {
        let folder = folder(library).join(name);
        Shelf { folder, name, format, model: library.model().fingerprint.clone() }
    }

    /// The folder, which may not exist.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The generation that counts, or `None` if none was ever finished. The manifest has been checked and each file has
    /// its length; their content is checked by [`Generation::read`] and [`Generation::check`].
    ///
    /// # Errors
    /// Stage `catalogue` if there is one and it is damaged, of another format or model, or cannot be read.
    pub(crate) fn current(&self) -> Result<Option<Generation>> {
        let mut last = self.read_current();
        for _ in 1..ATTEMPTS {
            match last {
                Err(_) => last = self.read_current(),
                Ok(_) => break,
            }
        }
        last
    }

    fn read_current(&self) -> Result<Option<Generation>> {
        let bytes = match fs::read(self.folder.join(CURRENT)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unusable("its manifest cannot be read").caused_by(error)),
        };
        let manifest = parse(&bytes).map_err(|reason| self.unusable(reason))?;
        if manifest.magic != MAGIC || manifest.index != self.name {
            return Err(self.unusable("its manifest is of something else"));
        }
        if manifest.format != self.format {
            return Err(self.unusable("it was made by another version of auricle"));
        }
        if manifest.model != self.model {
            return Err(self.unusable("it was made with another model"));
        }
        let generation = Generation { folder: self.folder.join(&manifest.generation), manifest };
        for entry in &generation.manifest.files {
            let len_bytes = fs::metadata(generation.path(&entry.name)).map(|metadata| metadata.len()).ok();
            if len_bytes != Some(entry.len_bytes) {
                return Err(self.unusable(&format!("its file {} is missing or cut short", entry.name)));
            }
        }
        Ok(Some(generation))
    }

    /// Writes a generation true for `revision` and makes it the one that counts: `fill` is given an empty folder and
    /// puts files, no folders, into it. Older generations are removed.
    ///
    /// # Errors
    /// Stage `catalogue` if another process is writing one, `fill` fails, or the folder cannot be written. What counted
    /// before then still does.
    pub(crate) fn write(&self, revision: Revision, fill: impl FnOnce(&Path) -> io::Result<()>) -> Result<Generation> {
        self.write_after(None, revision, |folder| fill(folder).map(|()| Vec::new()))
    }

    /// The same, where `fill` returns the names of files that the new generation has in common with the one `before` it.
    /// They are neither copied nor read, where the file system can give a file two names.
    ///
    /// # Errors
    /// As for [`Shelf::write`].
    pub(crate) fn write_after(
        &self,
        before: Option<&Generation>,
        revision: Revision,
        fill: impl FnOnce(&Path) -> io::Result<Vec<String>>,
    ) -> Result<Generation> {
        let lock = self.lock()?;
        let written = self.put_down(before, revision, fill);
        let generation = written.map_err(|error| failure::explained(&self.folder, error))?;
        self.remove_all_but(&generation.manifest.generation);
        drop(lock);
        Ok(generation)
    }

    /// Removes all that lies here.
    ///
    /// # Errors
    /// Stage `catalogue` if another process is writing here or the folder cannot be written.
    pub(super) fn clear(&self) -> Result<()> {
        let _lock = self.lock()?;
        // Without the manifest nothing counts any more; then the rest may go.
        let removed = fs::remove_file(self.folder.join(CURRENT));
        if let Err(error) = removed
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(failure::explained(&self.folder, error));
        }
        self.remove_all_but("");
        Ok(())
    }

    /// Takes the right to write here, making the folder; it ends with the file that is returned.
    fn lock(&self) -> Result<File> {
        let open = || {
            fs::create_dir_all(&self.folder)?;
            File::options().write(true).create(true).truncate(false).open(self.folder.join(LOCK))
        };
        let file = open().map_err(|error| failure::explained(&self.folder, error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(failure::locked(&self.folder, "another process")),
            Err(TryLockError::Error(error)) => Err(failure::explained(&self.folder, error)),
        }
    }

    fn put_down(
        &self,
        before: Option<&Generation>,
        revision: Revision,
        fill: impl FnOnce(&Path) -> io::Result<Vec<String>>,
    ) -> io::Result<Generation> {
        let generation = self.unused_name(revision);
        let unfinished = self.folder.join(format!("{generation}{UNFINISHED}"));
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir(&unfinished)?;
        let names = fill(&unfinished)?;
        let mut files = seal_files(&unfinished)?;
        for name in names {
            files.push(take_over(before, &name, &unfinished)?);
        }
        sync_folder(&unfinished)?;
        let folder = self.folder.join(&generation);
        fs::rename(&unfinished, &folder)?;
        let (magic, index, model) = (MAGIC.to_owned(), self.name.to_owned(), self.model.clone());
        let manifest = Manifest { magic, index, format: self.format, model, revision, generation, files };
        self.make_current(&manifest)?;
        Ok(Generation { folder, manifest })
    }

    /// A name that no folder has, for a generation true for `revision`.
    fn unused_name(&self, revision: Revision) -> String {
        let mut names = (0u32..).map(|turn| format!("{}-{turn}", revision.number));
        names.find(|name| !self.folder.join(name).exists()).expect("a folder does not hold 2^32 others")
    }

    fn make_current(&self, manifest: &Manifest) -> io::Result<()> {
        let line = serde_json::to_string(manifest)?;
        let unfinished = self.folder.join(format!("{CURRENT}{UNFINISHED}"));
        let mut file = File::create(&unfinished)?;
        writeln!(file, "{line}\n{}", blake3::hash(line.as_bytes()))?;
        file.sync_all()?;
        fs::rename(&unfinished, self.folder.join(CURRENT))?;
        sync_folder(&self.folder)
    }

    /// Removes the other generations, finished or not. Where a reader's open file cannot be removed it stays until the
    /// next time.
    fn remove_all_but(&self, generation: &str) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let other = entry.file_name() != generation && entry.file_type().is_ok_and(|kind| kind.is_dir());
            if other && let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::debug!("{} stays for now: {error}", entry.path().display());
            }
        }
    }

    /// An error that says why what lies here cannot be used.
    fn unusable(&self, reason: &str) -> Error {
        failure::unusable_index(&self.folder, reason)
    }
}

impl Generation {
    /// The revision of the catalogue that it is true for.
    pub(crate) fn revision(&self) -> Revision {
        self.manifest.revision
    }

    /// The folder with its files.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The names of its files, with their sizes in bytes.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.manifest.files.iter().map(|entry| (entry.name.as_str(), entry.len_bytes))
    }

    /// Size of its files in bytes.
    pub(crate) fn len_bytes(&self) -> u64 {
        self.manifest.files.iter().map(|entry| entry.len_bytes).sum()
    }

    /// The content of its file `name`, checked.
    ///
    /// # Errors
    /// Stage `catalogue` if there is no such file, it cannot be read, or it is not what was written.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.path(name);
        let entry = self.manifest.files.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| failure::unusable_index(&path, "there is no such file"))?;
        let bytes = fs::read(&path).map_err(|error| failure::explained(&path, error))?;
        entry.expect(&path, blake3::hash(&bytes))?;
        Ok(bytes)
    }

    /// Checks the content of every file.
    ///
    /// # Errors
    /// Stage `catalogue`, naming the first file that cannot be read or is not what was written.
    pub(crate) fn check(&self) -> Result<()> {
        for entry in &self.manifest.files {
            let path = self.path(&entry.name);
            let hash = File::open(&path).and_then(hash_of).map_err(|error| failure::explained(&path, error))?;
            entry.expect(&path, hash)?;
        }
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl GenerationFile {
    /// Refuses content with another hash than was written down.
    fn expect(&self, path: &Path, hash: blake3::Hash) -> Result<()> {
        if hash.to_hex().as_str() == self.blake3 {
            return Ok(());
        }
        Err(failure::unusable_index(path, "its content is damaged"))
    }
}

/// Checks the files of the index `name` of `library`, whatever its format.
///
/// # Errors
/// Stage `catalogue` if they are not what was written, or were made with another model.
pub(super) fn check_files(library: &Library, name: &'static str) -> Result<()> {
    let mut shelf = Shelf::new(library, name, 0);
    let text = fs::read(shelf.folder.join(CURRENT)).unwrap_or_default();
    if let Ok(manifest) = parse(&text) {
        shelf.format = manifest.format;
    }
    shelf.current()?.map_or(Ok(()), |generation| generation.check())
}

/// Removes the index `name` of `library`.
///
/// # Errors
/// [`Error::Library`] if the folder cannot be written.
pub(super) fn clear(library: &Library, name: &'static str) -> Result<()> {
    Shelf::new(library, name, 0).clear()
}

/// Reads a manifest, or says what is wrong with it.
pub(super) fn parse(bytes: &[u8]) -> std::result::Result<Manifest, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "its manifest is damaged")?;
    let (line, hash) = text.split_once('\n').ok_or("its manifest is cut short")?;
    if blake3::hash(line.as_bytes()).to_hex().as_str() != hash.trim_end() {
        return Err("its manifest is damaged");
    }
    serde_json::from_str(line).map_err(|_| "its manifest is of another version of auricle")
}

/// Puts file `name` of the generation `before` into `folder`, too.
fn take_over(before: Option<&Generation>, name: &str, folder: &Path) -> io::Result<GenerationFile> {
    let missing = || io::Error::from(io::ErrorKind::NotFound);
    let before = before.ok_or_else(missing)?;
    let entry = before.manifest.files.iter().find(|entry| entry.name == name).ok_or_else(missing)?;
    let (from, to) = (before.path(name), folder.join(name));
    if fs::hard_link(&from, &to).is_err() {
        fs::copy(&from, &to)?;
        File::open(&to)?.sync_all()?;
    }
    Ok(entry.clone())
}

/// Brings each file of `folder` to the disk and describes it.
fn seal_files(folder: &Path) -> io::Result<Vec<GenerationFile>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let seal = |entry: &fs::DirEntry| {
        let name = entry.file_name().into_string().map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let file = File::options().read(true).write(true).open(entry.path())?;
        file.sync_all()?;
        let len_bytes = file.metadata()?.len();
        Ok(GenerationFile { name, len_bytes, blake3: hash_of(file)?.to_hex().to_string() })
    };
    entries.iter().map(seal).collect()
}

fn hash_of(file: impl Read) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(hasher.finalize())
}

/// Brings the names in `folder` to the disk.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows writes names through and cannot open a folder as a file.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
