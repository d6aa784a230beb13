//! The right to write to a library: one process at a time, released by the operating system however that process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::Result;
use crate::library::failure;
use crate::library::failure::InLibrary;

/// Name of the lock's file. It stays behind when the lock is released, which means nothing.
pub(super) const LOCK: &str = "writer.lock";

/// Holds the right to write until it is dropped.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock on the library in `folder`, which must exist, without waiting.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).in_library(folder)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(failure::locked(folder, read_holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(error).in_library(folder),
        }
        write_holder(&mut file).in_library(folder)?;
        Ok(WriterLock { _file: file })
    }
}

/// Leaves this process's id for whoever finds the library locked.
fn write_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

/// Who holds the lock, as far as can be told: some systems do not let others read a locked file.
fn read_holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => format!("process {}", text.trim()),
        _ => "another process".to_owned(),
    }
}
