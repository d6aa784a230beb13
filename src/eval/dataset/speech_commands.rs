//! Speech Commands (Warden 2018): a folder a word, `testing_list.txt` and `validation_list.txt` for the split, and the
//! speaker in each file's name, `SPEAKER_nohash_0.wav`. `_background_noise_` is no word.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::classify::labelling::Labelling;
use crate::error::{Error, Result, Stage};
use crate::eval::dataset::Content;
use crate::eval::dataset::folders::class_folders;
use crate::eval::dataset::rows::{ListRow, clips};
use crate::eval::dataset::sounds::SoundFinder;
use crate::ingest::walk::sound_files;

/// The lists and the folds that they make; all else is for training.
const LISTS: [(&str, &str); 2] = [("testing_list.txt", "testing"), ("validation_list.txt", "validation")];

/// Stands behind the speaker in a file's name.
const AFTER_SPEAKER: &str = "_nohash_";

pub(crate) fn recognise(path: &Path) -> bool {
    LISTS.iter().all(|(list, _)| path.join(list).is_file())
}

pub(crate) fn read(path: &Path) -> Result<Content> {
    let mut folds = HashMap::new();
    for (list, fold) in LISTS {
        let list = path.join(list);
        let text = fs::read_to_string(&list)
            .map_err(|error| Error::file(&list, Stage::Open, "the list cannot be read").caused_by(error))?;
        folds.extend(text.lines().map(|line| (line.trim().to_owned(), fold)));
    }
    let mut rows = Vec::new();
    for (word, folder) in class_folders(path).into_iter().filter(|(word, _)| !word.starts_with('_')) {
        for file in sound_files(&[folder]) {
            let Some(name) = file.file_name().and_then(|name| name.to_str()) else { continue };
            let sound = format!("{word}/{name}");
            let fold = folds.get(&sound).copied().unwrap_or("training");
            let source = name.split_once(AFTER_SPEAKER).map(|(speaker, _)| speaker.to_owned());
            let (labels, fold) = (vec![word.clone()], Some(fold.to_owned()));
            rows.push(ListRow { sound, labels, fold, source, title: None });
        }
    }
    Ok(clips(rows, &SoundFinder::new(path, &[]), Labelling::Single))
}
