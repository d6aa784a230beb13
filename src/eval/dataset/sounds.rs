//! Names of sounds, as lists write them → files: relative to one of several folders, or wherever a file of that name lies.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::ingest::walk::sound_files;

/// Where the sounds of a dataset may lie.
#[derive(Debug)]
pub(crate) struct SoundFinder {
    root: PathBuf,
    folders: Vec<PathBuf>,
    /// All sounds below the root, by name and by name without extension; `None` where two have it.
    by_name: OnceCell<HashMap<String, Option<PathBuf>>>,
}

impl SoundFinder {
    /// The sounds below `root`, first looked for in `folders` of it.
    pub(crate) fn new(root: &Path, folders: &[&str]) -> Self {
        let folders = folders.iter().map(|folder| root.join(folder)).collect();
        SoundFinder { root: root.to_owned(), folders, by_name: OnceCell::new() }
    }

    /// The file that `name` means: a path, a file's name, or that without its extension.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        let nearby = [&self.root].into_iter().chain(&self.folders).map(|folder| folder.join(name));
        nearby.into_iter().find(|path| path.is_file()).or_else(|| {
            let last = Path::new(name).file_name()?.to_str()?;
            self.by_name.get_or_init(|| listed(&self.root)).get(last).cloned().flatten()
        })
    }
}

fn listed(root: &Path) -> HashMap<String, Option<PathBuf>> {
    let mut by_name = HashMap::new();
    for path in sound_files(&[root.to_owned()]) {
        for name in [path.file_name(), path.file_stem()].into_iter().flatten().filter_map(|name| name.to_str()) {
            by_name.entry(name.to_owned()).and_modify(|earlier| *earlier = None).or_insert_with(|| Some(path.clone()));
        }
    }
    by_name
}

/// The folder that the list at `path` belongs to: the one it lies in, or the one above if that is only for lists.
pub(crate) fn root_of_list(path: &Path, list_folders: &[&str]) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_for_lists = folder.file_name().is_some_and(|name| list_folders.iter().any(|it| name == *it));
    let above = folder.parent().filter(|_| is_for_lists);
    match above.map(Path::as_os_str) {
        Some(above) if above.is_empty() => PathBuf::from("."),
        Some(above) => above.into(),
        None => folder.to_owned(),
    }
}
