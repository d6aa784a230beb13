//! Any CSV file with a header that has a column for the sound and one for its label, perhaps others for its fold and its
//! source; or a folder with one such file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::classify::labelling::Labelling;
use crate::error::Result;
use crate::eval::dataset::Content;
use crate::eval::dataset::rows::{ListRow, clips};
use crate::eval::dataset::sounds::{SoundFinder, root_of_list};
use crate::eval::dataset::table::{CsvTable, cell, column};

/// What the column of the sounds may be called, here and in lists of captions.
pub(crate) const SOUND: [&str; 11] = [
    "path",
    "file",
    "filename",
    "file_name",
    "fname",
    "filepath",
    "file_path",
    "audio",
    "slice_file_name",
    "wav",
    "clip",
];

/// What the column of the labels may be called.
const LABEL: [&str; 11] =
    ["label", "labels", "category", "class", "class_name", "classes", "target", "tag", "tags", "genre", "species"];

/// What the column of the folds may be called.
pub(crate) const FOLD: [&str; 4] = ["fold", "split", "set", "subset"];

/// What the column of the sources may be called.
const SOURCE: [&str; 9] =
    ["source", "group", "src_file", "freesound_id", "fsid", "speaker", "recording", "artist", "session"];

/// What the column of the titles may be called.
pub(crate) const TITLE: [&str; 1] = ["title"];

/// Stand between several labels of one clip.
const BETWEEN: [char; 2] = [';', '|'];

/// Folders that hold lists, beside those that hold sounds.
pub(crate) const LIST_FOLDERS: [&str; 4] = ["meta", "metadata", "labels", "annotations"];

/// Folders that sounds often lie in.
pub(crate) const SOUND_FOLDERS: [&str; 6] = ["audio", "sounds", "wav", "wavs", "clips", "data"];

pub(crate) fn recognise(path: &Path) -> bool {
    only_list(path, |header| column(header, &LABEL).is_some()).is_some()
}

pub(crate) fn read(path: &Path) -> Result<Content> {
    let list = only_list(path, |header| column(header, &LABEL).is_some()).unwrap_or_else(|| path.to_owned());
    let table = CsvTable::read(&list)?;
    let (sound, label) = (table.required(&SOUND)?, table.required(&LABEL)?);
    let (fold, source, title) = (table.column(&FOLD), table.column(&SOURCE), table.column(&TITLE));
    let row = |row: &csv::StringRecord| ListRow {
        sound: row.get(sound).unwrap_or_default().to_owned(),
        labels: labels(row.get(label).unwrap_or_default()),
        fold: cell(row, fold).map(str::to_owned),
        source: cell(row, source).map(str::to_owned),
        title: cell(row, title).map(str::to_owned),
    };
    let sounds = SoundFinder::new(&root_of_list(&list, &LIST_FOLDERS), &SOUND_FOLDERS);
    Ok(clips(table.rows().map(row).collect(), &sounds, Labelling::Single))
}

/// The CSV file at `path` if it names sounds and its header is as `is_wanted` says, or the only such file in the folder.
pub(crate) fn only_list(path: &Path, is_wanted: impl Fn(&[String]) -> bool) -> Option<PathBuf> {
    let folders = [path.to_owned()].into_iter().chain(LIST_FOLDERS.map(|folder| path.join(folder)));
    let inside = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let candidates = [path.to_owned()].into_iter().chain(inside.map(|entry| entry.path()));
    let mut fitting = candidates.filter(|list| {
        let header = CsvTable::header_of(list);
        column(&header, &SOUND).is_some() && is_wanted(&header)
    });
    fitting.next().filter(|_| fitting.next().is_none())
}

fn labels(text: &str) -> Vec<String> {
    text.split(BETWEEN).map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect()
}
