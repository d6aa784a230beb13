//! A folder a class; so does GTZAN lie (Tzanetakis 2002), below `genres/` or `genres_original/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::slice;

use crate::classify::labelling::Labelling;
use crate::error::Result;
use crate::eval::dataset::Content;
use crate::eval::dataset::rows::{ListRow, clips};
use crate::eval::dataset::sounds::SoundFinder;
use crate::ingest::walk::sound_files;

/// Where GTZAN's genres are, in the archive and in a common copy of it.
const GENRES: [&str; 3] = ["genres", "genres_original", "Data/genres_original"];

pub(crate) fn recognise(path: &Path) -> bool {
    let has_sounds = |(_, folder): &(String, PathBuf)| !sound_files(slice::from_ref(folder)).is_empty();
    class_folders(path).iter().filter(|folder| has_sounds(folder)).take(2).count() == 2
}

pub(crate) fn recognise_gtzan(path: &Path) -> bool {
    genres(path).is_some_and(|genres| recognise(&genres))
}

pub(crate) fn read_gtzan(path: &Path) -> Result<Content> {
    read(&genres(path).unwrap_or_else(|| path.to_owned()))
}

pub(crate) fn read(path: &Path) -> Result<Content> {
    let mut rows = Vec::new();
    for (class, folder) in class_folders(path) {
        rows.extend(sound_files(&[folder]).iter().filter_map(|file| {
            let sound = file.strip_prefix(path).ok()?.to_str()?.to_owned();
            Some(ListRow { sound, labels: vec![class.clone()], ..ListRow::default() })
        }));
    }
    Ok(clips(rows, &SoundFinder::new(path, &[]), Labelling::Single))
}

/// The folders in `path` that are not hidden, by name, with their names.
pub(crate) fn class_folders(path: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let named = folders.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())));
    let mut folders: Vec<_> = named.filter(|(name, _)| !name.starts_with('.')).collect();
    folders.sort();
    folders
}

fn genres(path: &Path) -> Option<PathBuf> {
    let inside = GENRES.into_iter().map(|folder| path.join(folder)).find(|folder| folder.is_dir());
    let itself = path.file_name().is_some_and(|name| GENRES.iter().any(|genres| name == *genres));
    inside.or_else(|| itself.then(|| path.to_owned()))
}
