//! UrbanSound8K (Salamon 2014): `metadata/UrbanSound8K.csv` and `audio/fold1/` to `fold10/`; several clips are cut from one
//! Freesound recording, `fsID`.

use std::path::{Path, PathBuf};

use crate::classify::labelling::Labelling;
use crate::error::Result;
use crate::eval::dataset::Content;
use crate::eval::dataset::rows::{ListRow, clips};
use crate::eval::dataset::sounds::{SoundFinder, root_of_list};
use crate::eval::dataset::table::{CsvTable, cell};

/// The list's name.
const LIST: &str = "UrbanSound8K.csv";

pub(crate) fn recognise(path: &Path) -> bool {
    list(path).is_file()
}

pub(crate) fn read(path: &Path) -> Result<Content> {
    let list = list(path);
    let table = CsvTable::read(&list)?;
    let (sound, class) = (table.required(&["slice_file_name"])?, table.required(&["class"])?);
    let (fold, source) = (table.required(&["fold"])?, table.column(&["fsid"]));
    let row = |row: &csv::StringRecord| {
        let cell = |column| cell(row, Some(column)).unwrap_or_default();
        ListRow {
            sound: format!("audio/fold{}/{}", cell(fold), cell(sound)),
            labels: vec![cell(class).to_owned()],
            fold: Some(cell(fold).to_owned()),
            source: source.map(|source| cell(source).to_owned()),
            title: None,
        }
    };
    let sounds = SoundFinder::new(&root_of_list(&list, &["metadata"]), &[]);
    Ok(clips(table.rows().map(row).collect(), &sounds, Labelling::Single))
}

fn list(path: &Path) -> PathBuf {
    let is_itself = path.file_name().is_some_and(|name| name == LIST) && path.is_file();
    if is_itself { path.to_owned() } else { path.join("metadata").join(LIST) }
}
