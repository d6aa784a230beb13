//! Rows of a list, each a sound's name with its labels, and the files that are there → the clips.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::classify::labelling::Labelling;
use crate::eval::dataset::sounds::SoundFinder;
use crate::eval::dataset::{Content, LabelledClip, LabelledClips};

/// A sound as a list has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListRow {
    pub(crate) sound: String,
    pub(crate) labels: Vec<String>,
    pub(crate) fold: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) title: Option<String>,
}

/// The clips of `rows`, which are in `sounds`; several rows of one file are one clip with all their labels. A clip has
/// several classes if `labelling` says so or any has other than one.
pub(crate) fn clips(rows: Vec<ListRow>, sounds: &SoundFinder, labelling: Labelling) -> Content {
    let names: BTreeSet<String> = rows.iter().flat_map(|row| row.labels.iter().cloned()).collect();
    let classes: Vec<String> = names.into_iter().collect();
    let (mut items, mut missing): (Vec<LabelledClip>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    let mut by_path: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for row in rows {
        let Some(path) = sounds.find(&row.sound) else {
            missing.push(row.sound.into());
            continue;
        };
        let labels = row.labels.iter().filter_map(|label| classes.binary_search(label).ok());
        let place = *by_path.entry(path.clone()).or_insert(items.len());
        match items.get_mut(place) {
            Some(item) => item.classes.extend(labels),
            None => {
                let classes = labels.collect();
                let ListRow { fold, source, title, .. } = row;
                items.push(LabelledClip { path, classes, fold, source, title });
            }
        }
    }
    for item in &mut items {
        item.classes.sort_unstable();
        item.classes.dedup();
    }
    let is_single = labelling == Labelling::Single && items.iter().all(|item| item.classes.len() == 1);
    let labelling = if is_single { Labelling::Single } else { Labelling::Multiple };
    let mut labelled = LabelledClips { classes, items, labelling, missing };
    // A class all of whose sounds are missing cannot be told.
    labelled.keep_items(|_| true);
    Content::Labelled(labelled)
}
