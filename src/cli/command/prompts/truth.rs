//! What sounds are known to be: a table of paths and labels, or the names of folders → the label of a sound.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use auricle::classify::label::Label;
use auricle::error::Result;
use auricle::eval::dataset::{Content, DataSet, DataSetLayout};

use crate::cli::refusal::CliRefusal;

/// Which label sounds have.
#[derive(Debug)]
pub(crate) struct Truth {
    /// Places of the labels by their folded names.
    labels: HashMap<String, usize>,
    source: TruthSource,
}

#[derive(Debug)]
enum TruthSource {
    /// The file that was read, and the places of labels by full path.
    Table(PathBuf, HashMap<PathBuf, usize>),
    Folders,
}

impl Truth {
    /// What the CSV file at `table` or the folders say of sounds; `None` if neither is wanted.
    ///
    /// # Errors
    /// [`Error::Data`](auricle::error::Error) naming the file if it cannot be read or lacks a column;
    /// [`Error::Request`](auricle::error::Error) if it names no sounds.
    pub(crate) fn read(table: Option<&Path>, folders: bool, labels: &[Label]) -> Result<Option<Self>> {
        let labels = labels.iter().enumerate().map(|(place, label)| (folded(&label.name), place)).collect();
        let source = match table {
            Some(path) => TruthSource::Table(path.to_path_buf(), read_table(path, &labels)?),
            None if folders => TruthSource::Folders,
            None => return Ok(None),
        };
        Ok(Some(Truth { labels, source }))
    }

    /// The place of the label that the sound at `path` has among the labels; `None` if it is not known or is none of them.
    pub(crate) fn label_of(&self, path: &Path) -> Option<usize> {
        match &self.source {
            TruthSource::Table(_, places) => places.get(&path.canonicalize().unwrap_or_else(|_| path.into())).copied(),
            TruthSource::Folders => {
                let full = path.canonicalize().unwrap_or_else(|_| path.into());
                let folder = full.parent()?.file_name()?.to_string_lossy();
                self.labels.get(&folded(&folder)).copied()
            }
        }
    }

    /// The error that no sound was known.
    pub(crate) fn says_nothing(&self) -> CliRefusal {
        match &self.source {
            TruthSource::Table(path, _) => CliRefusal::TableWithoutTruth { path: path.clone() },
            TruthSource::Folders => CliRefusal::FoldersWithoutTruth,
        }
    }
}

/// Labels by full path, from a dataset in the layout of tables.
fn read_table(table: &Path, labels: &HashMap<String, usize>) -> Result<HashMap<PathBuf, usize>> {
    let Content::Labelled(data) = DataSet::read(table, Some(DataSetLayout::find("csv")?))?.content else {
        return Ok(HashMap::new());
    };
    let mut places = HashMap::new();
    for item in data.items {
        let place = item.classes.iter().find_map(|class| labels.get(&folded(&data.classes[*class])));
        if let Some(place) = place {
            places.insert(item.path.canonicalize().unwrap_or(item.path), *place);
        }
    }
    Ok(places)
}

/// Names that differ in case or underscores only are the same.
fn folded(name: &str) -> String {
    name.trim().replace('_', " ").to_lowercase()
}
