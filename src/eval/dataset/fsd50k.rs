//! FSD50K (Fonseca 2022): `FSD50K.ground_truth/dev.csv` and `eval.csv`, several labels a clip, separated by commas, and
//! `FSD50K.dev_audio/`, `FSD50K.eval_audio/`. What is learned from is `dev`, what is tested on is `eval`.

use std::path::{Path, PathBuf};

use crate::classify::labelling::Labelling;
use crate::error::Result;
use crate::eval::dataset::Content;
use crate::eval::dataset::rows::{ListRow, clips};
use crate::eval::dataset::sounds::SoundFinder;
use crate::eval::dataset::table::CsvTable;

/// Folder of the lists.
const LISTS: &str = "FSD50K.ground_truth";

/// The two halves, which are its folds.
const HALVES: [&str; 2] = ["dev", "eval"];

pub(crate) fn recognise(path: &Path) -> bool {
    lists(path).next().is_some()
}

pub(crate) fn read(path: &Path) -> Result<Content> {
    let mut rows = Vec::new();
    for (half, list) in lists(path) {
        let table = CsvTable::read(&list)?;
        let (sound, labels) = (table.required(&["fname"])?, table.required(&["labels"])?);
        rows.extend(table.rows().map(|row| ListRow {
            sound: format!("FSD50K.{half}_audio/{}.wav", row.get(sound).unwrap_or_default()),
            labels: row.get(labels).unwrap_or_default().split(',').map(|label| label.trim().to_owned()).collect(),
            fold: Some(half.to_owned()),
            ..ListRow::default()
        }));
    }
    Ok(clips(rows, &SoundFinder::new(path, &[]), Labelling::Multiple))
}

fn lists(path: &Path) -> impl Iterator<Item = (&'static str, PathBuf)> {
    let list = |half| (half, path.join(LISTS).join(format!("{half}.csv")));
    HALVES.into_iter().map(list).filter(|(_, list)| list.is_file())
}
