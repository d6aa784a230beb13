//! The models that load without the network: the starter that is built in, the folders under `models/` of the home folder,
//! and the hub's cache. Nothing is loaded.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::{Error, ModelFailure, Result};
use crate::model::checkpoint::Checkpoint;
use crate::model::hub;
use crate::model::starter;

/// A model that loads without the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledModel {
    /// What to call it: `starter`, a folder's name, or a hub id.
    pub name: String,
    /// Where it came from.
    pub(crate) source: ModelLocation,
}

/// Where a model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ModelLocation {
    /// In the program.
    BuiltIn,
    /// In this folder under `models/`.
    Folder(PathBuf),
    /// In the hub's cache.
    Hub,
}

impl fmt::Display for ModelLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelLocation::BuiltIn => f.write_str("built in"),
            ModelLocation::Folder(path) => write!(f, "{}", path.display()),
            ModelLocation::Hub => f.write_str("hub cache"),
        }
    }
}

impl InstalledModel {
    /// Its files, without a look at the network.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] naming the file that is missing.
    pub(crate) fn checkpoint(&self) -> Result<Checkpoint> {
        match &self.source {
            ModelLocation::BuiltIn => Checkpoint::built_in(),
            ModelLocation::Folder(folder) => Checkpoint::in_folder(&self.name, folder),
            ModelLocation::Hub => Checkpoint::in_cache(&self.name),
        }
    }

    /// Size of its files in bytes; 0 if they cannot be read.
    pub(crate) fn len_bytes(&self) -> u64 {
        let files = |found: Checkpoint| found.files().map(|file| file.len_bytes()).sum::<io::Result<u64>>();
        self.checkpoint().ok().and_then(|found| files(found).ok()).unwrap_or_default()
    }
}

/// Every model that is here, the starter first, then folders and hub ids by name.
///
/// # Errors
/// [`Error::ModelUnusable`] if `models/` is there but cannot be listed.
pub fn list(home: &Path) -> Result<Vec<InstalledModel>> {
    let mut found = vec![InstalledModel { name: starter::STARTER.to_string(), source: ModelLocation::BuiltIn }];
    let folder = home.join("models");
    let mut folders = match fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>(),
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::model_file(&folder, ModelFailure::Unreadable).caused_by(error)),
    };
    folders.retain(|folder| folder.join("config.json").is_file());
    folders.sort();
    for path in folders {
        let name = path.file_name().expect("an entry of a folder has a name").to_string_lossy().into_owned();
        if name != starter::STARTER {
            found.push(InstalledModel { name, source: ModelLocation::Folder(path) });
        }
    }
    found.extend(hub::cached().into_iter().map(|name| InstalledModel { name, source: ModelLocation::Hub }));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_hold_a_model_are_listed_after_the_starter() {
        let home = tempfile::tempdir().unwrap();
        for (folder, file) in [("zebra", "config.json"), ("ant", "config.json"), ("notes", "readme.txt")] {
            fs::create_dir_all(home.path().join("models").join(folder)).unwrap();
            fs::write(home.path().join("models").join(folder).join(file), "{}").unwrap();
        }
        let names: Vec<_> = list(home.path()).unwrap().into_iter().filter(|m| m.source != ModelLocation::Hub).collect();
        let names: Vec<_> = names.iter().map(|model| model.name.as_str()).collect();
        assert_eq!(names, ["starter", "ant", "zebra"]);
    }
}
