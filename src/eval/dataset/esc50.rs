//! ESC-50 (Piczak 2015): `meta/esc50.csv`, or `esc50.csv` beside `audio/`; five folds, and the Freesound clip that each was
//! cut from, stated in a column or by the file's name, `FOLD-ID-TAKE-CLASS.wav`.

use std::path::{Path, PathBuf};

use crate::classify::labelling::Labelling;
use crate::error::Result;
use crate::eval::dataset::Content;
use crate::eval::dataset::labelled_csv::TITLE;
use crate::eval::dataset::rows::{ListRow, clips};
use crate::eval::dataset::sounds::{SoundFinder, root_of_list};
use crate::eval::dataset::table::{CsvTable, cell};

/// The list's name.
const LIST: &str = "esc50.csv";

pub(crate) fn recognise(path: &Path) -> bool {
    list(path).is_file()
}

pub(crate) fn read(path: &Path) -> Result<Content> {
    let list = list(path);
    let table = CsvTable::read(&list)?;
    let sound = table.required(&["filename", "file"])?;
    let class = table.required(&["category"])?;
    let (fold, source) = (table.column(&["fold"]), table.column(&["src_file", "freesound_id"]));
    let title = table.column(&TITLE);
    let row = |row: &csv::StringRecord| {
        let sound = row.get(sound).unwrap_or_default().to_owned();
        let source = cell(row, source).or_else(|| named_source(&sound)).map(str::to_owned);
        let labels = row.get(class).into_iter().map(str::to_owned).collect();
        let [fold, title] = [fold, title].map(|column| cell(row, column).map(str::to_owned));
        ListRow { labels, fold, source, title, sound }
    };
    let sounds = SoundFinder::new(&root_of_list(&list, &["meta"]), &["audio"]);
    Ok(clips(table.rows().map(row).collect(), &sounds, Labelling::Single))
}

fn list(path: &Path) -> PathBuf {
    let inside = [path.join("meta").join(LIST), path.join(LIST)].into_iter().find(|list| list.is_file());
    let itself = path.file_name().is_some_and(|name| name == LIST).then(|| path.to_owned());
    itself.or(inside).unwrap_or_else(|| path.join(LIST))
}

/// The Freesound id in `FOLD-ID-TAKE-CLASS`.
fn named_source(sound: &str) -> Option<&str> {
    let name = Path::new(sound).file_stem()?.to_str()?;
    let [_, id, _, _] = name.split('-').collect::<Vec<_>>()[..] else { return None };
    Some(id)
}
