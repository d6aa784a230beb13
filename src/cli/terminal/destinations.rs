//! Destinations of results that belong to one sound each: one place, or a folder that gets a file for each sound.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use auricle::wire::path::file_name;

use crate::cli::terminal::exit::Failure;
use crate::cli::terminal::output::unwritable;

/// The destinations of the results.
#[derive(Debug)]
pub(crate) enum Destinations {
    /// This file, or else standard output.
    One(Option<PathBuf>),
    /// A file for each sound.
    Each(ResultFolder),
}

/// A folder of results, each named after its sound.
#[derive(Debug)]
pub(crate) struct ResultFolder {
    path: PathBuf,
    taken: HashSet<String>,
}

impl Destinations {
    /// The destinations of the results of `count` sounds at `named`; `None` if there are several sounds and it cannot be a
    /// folder.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub(crate) fn open(named: Option<&Path>, count: usize) -> Result<Option<Self>, Failure> {
        match named {
            Some(path) if path.is_dir() || (count > 1 && !path.exists()) => {
                fs::create_dir_all(path).map_err(|error| unwritable(path, error))?;
                Ok(Some(Destinations::Each(ResultFolder { path: path.to_owned(), taken: HashSet::new() })))
            }
            _ if count > 1 => Ok(None),
            _ => Ok(Some(Destinations::One(named.map(Path::to_owned)))),
        }
    }

    /// The file for the result of `sound`, which ends with `ending` if the name is ours to choose; `None` for standard output.
    pub(crate) fn place(&mut self, sound: &Path, ending: &str) -> Option<PathBuf> {
        match self {
            Destinations::One(path) => path.clone(),
            Destinations::Each(folder) => Some(folder.place(sound, ending)),
        }
    }
}

impl ResultFolder {
    /// The file for the result of `sound`: its name and `ending`, with a number if that is taken.
    pub(crate) fn place(&mut self, sound: &Path, ending: &str) -> PathBuf {
        let name = file_name(sound);
        let candidates = (1..)
            .map(|number| if number == 1 { format!("{name}{ending}") } else { format!("{name} {number}{ending}") });
        // Some file systems take names of different case for the same.
        let free = candidates.into_iter().find(|candidate| self.taken.insert(candidate.to_lowercase()));
        self.path.join(free.expect("numbers do not run out"))
    }
}
