//! The model that is used when none is named, as the home folder remembers it.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::error::{Error, ModelFailure, Result};
use crate::model::starter;

/// File under `models/` that holds the name of the default model.
const DEFAULT_FILE: &str = "default";

/// The model that is used when none is named: the one last given to [`set_default`], or else the starter.
///
/// # Errors
/// [`Error::ModelUnusable`] if the choice is kept but cannot be read.
pub fn default_name(home: &Path) -> Result<String> {
    let path = home.join("models").join(DEFAULT_FILE);
    match fs::read_to_string(&path) {
        Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_string()),
        Ok(_) => Ok(starter::STARTER.to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(starter::STARTER.to_string()),
        Err(error) => Err(Error::model_file(&path, ModelFailure::DefaultUnreadable).caused_by(error)),
    }
}

/// Makes `name` the default from now on.
///
/// # Errors
/// [`Error::ModelUnusable`] if the choice cannot be written.
pub fn set_default(home: &Path, name: &str) -> Result<()> {
    let folder = home.join("models");
    let path = folder.join(DEFAULT_FILE);
    write_whole(&folder, &path, name).map_err(|e| Error::model_file(&path, ModelFailure::DefaultUnsaved).caused_by(e))
}

fn write_whole(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_is_the_default_until_another_is_chosen() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(default_name(home.path()).unwrap(), "starter");
        set_default(home.path(), "laion/clap-htsat-fused").unwrap();
        assert_eq!(default_name(home.path()).unwrap(), "laion/clap-htsat-fused");
        set_default(home.path(), "starter").unwrap();
        assert_eq!(default_name(home.path()).unwrap(), "starter");
    }
}
