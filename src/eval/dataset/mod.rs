//! A folder or a CSV file → clips with their labels, or with their captions. Each layout that is known has a file here that
//! recognises it by what is there and reads it; nothing here listens to a sound.
//!
//! `table` reads CSV files, `sounds` finds the files that they name, `rows` puts both together. Sounds that are named but
//! not there are listed and left out.

mod table;
mod sounds;
mod rows;
mod esc50;
mod urbansound8k;
mod fsd50k;
mod speech_commands;
mod folders;
mod labelled_csv;
mod captions;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::classify::labelling::Labelling;
use crate::error::{Error, Refusal, Result, Stage};

/// A way in which datasets lie on disk.
#[derive(Debug, Clone, Copy)]
pub struct DataSetLayout {
    /// What it is called.
    pub name: &'static str,
    /// What it looks like, in words.
    pub(crate) looks: &'static str,
    recognise: fn(&Path) -> bool,
    read: fn(&Path) -> Result<Content>,
}

/// All of them; the first that recognises a path reads it.
const LAYOUTS: [DataSetLayout; 10] = [
    DataSetLayout { name: "esc50", looks: "meta/esc50.csv, audio/", recognise: esc50::recognise, read: esc50::read },
    DataSetLayout {
        name: "urbansound8k",
        looks: "metadata/UrbanSound8K.csv, audio/fold1/ …",
        recognise: urbansound8k::recognise,
        read: urbansound8k::read,
    },
    DataSetLayout {
        name: "fsd50k",
        looks: "FSD50K.ground_truth/{dev,eval}.csv, FSD50K.dev_audio/ …",
        recognise: fsd50k::recognise,
        read: fsd50k::read,
    },
    DataSetLayout {
        name: "speech-commands",
        looks: "a folder a word, testing_list.txt, validation_list.txt",
        recognise: speech_commands::recognise,
        read: speech_commands::read,
    },
    DataSetLayout {
        name: "gtzan",
        looks: "genres/ or genres_original/ with a folder a genre",
        recognise: folders::recognise_gtzan,
        read: folders::read_gtzan,
    },
    DataSetLayout {
        name: "clotho",
        looks: "clotho_captions_*.csv with file_name,caption_1,…,caption_5",
        recognise: captions::recognise_clotho,
        read: captions::read_clotho,
    },
    DataSetLayout {
        name: "audiocaps",
        looks: "train.csv, val.csv, test.csv with audiocap_id,youtube_id,start_time,caption",
        recognise: captions::recognise_audiocaps,
        read: captions::read_audiocaps,
    },
    DataSetLayout {
        name: "captions",
        looks: "a CSV file with the columns path and caption",
        recognise: captions::recognise_plain,
        read: captions::read_plain,
    },
    DataSetLayout {
        name: "csv",
        looks: "a CSV file with the columns path and label, perhaps fold, source and title",
        recognise: labelled_csv::recognise,
        read: labelled_csv::read,
    },
    DataSetLayout {
        name: "folders",
        looks: "a folder a class with its sounds",
        recognise: folders::recognise,
        read: folders::read,
    },
];

/// A dataset.
#[derive(Debug, Clone)]
pub struct DataSet {
    /// How it lies on disk.
    pub layout: DataSetLayout,
    /// What is in it.
    pub content: Content,
}

/// What is in a dataset.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Clips with labels.
    Labelled(LabelledClips),
    /// Clips with captions.
    Captioned(CaptionedClips),
}

/// Clips with labels.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledClips {
    /// The classes' names, in order.
    pub classes: Vec<String>,
    /// The clips.
    pub items: Vec<LabelledClip>,
    /// How many classes a clip has.
    pub labelling: Labelling,
    /// Sounds that are named but not there.
    pub missing: Vec<PathBuf>,
}

/// A clip and its classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledClip {
    /// The sound's file.
    pub path: PathBuf,
    /// Places of its classes among the names; one each where the dataset is of single labels.
    pub classes: Vec<usize>,
    /// The fold that the dataset puts it in.
    pub(crate) fold: Option<String>,
    /// What it was cut from or who made it: clips of one source are alike for reasons other than their class.
    pub source: Option<String>,
    /// What somebody called it, where the list says so.
    pub(crate) title: Option<String>,
}

/// Clips with captions.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptionedClips {
    /// The clips.
    pub clips: Vec<CaptionedClip>,
    /// Sounds that are named but not there.
    pub missing: Vec<PathBuf>,
}

/// A clip and its captions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptionedClip {
    /// The sound's file.
    pub path: PathBuf,
    /// Its captions, at least one.
    pub captions: Vec<String>,
    /// The part of the dataset that it is in.
    pub(crate) fold: Option<String>,
}

impl DataSetLayout {
    /// The names of all layouts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LAYOUTS.iter().map(|layout| layout.name)
    }

    /// The layout called `name`.
    ///
    /// # Errors
    /// [`Refusal::NameUnknown`] with those there are.
    pub fn find(name: &str) -> Result<Self> {
        LAYOUTS.into_iter().find(|layout| layout.name == name).ok_or_else(|| {
            let known = DataSetLayout::names().map(str::to_owned).collect();
            Refusal::NameUnknown { kind: "layout", name: name.to_owned(), known }.into()
        })
    }
}

impl DataSet {
    /// Reads the dataset at `path`, a folder or a CSV file, as `layout` or else as the first that recognises it.
    ///
    /// # Errors
    /// [`Error::Request`] if no layout recognises it, or nothing is left to evaluate; [`Error::Data`] for what cannot be read.
    pub fn read(path: &Path, layout: Option<DataSetLayout>) -> Result<Self> {
        if !path.exists() {
            return Err(Error::file(path, Stage::Open, "does not exist; check the path"));
        }
        let recognised = || LAYOUTS.into_iter().find(|layout| (layout.recognise)(path));
        let layout = layout.or_else(recognised).ok_or_else(|| unknown(path))?;
        let content = (layout.read)(path)?;
        let (found, missing) = match &content {
            Content::Labelled(labelled) => (labelled.items.len(), &labelled.missing),
            Content::Captioned(captioned) => (captioned.clips.len(), &captioned.missing),
        };
        if found == 0 && missing.is_empty() {
            let path = path.to_path_buf();
            return Err(Refusal::DataSetEmpty { path, layout: layout.name, looks: layout.looks }.into());
        }
        if found == 0 {
            let (count, path, first) = (missing.len(), path.to_path_buf(), missing[0].clone());
            return Err(Refusal::SoundsElsewhere { count, path, first }.into());
        }
        Ok(DataSet { layout, content })
    }
}

impl LabelledClips {
    /// Keeps the clips in `folds` and the classes that they have; all of them if none are named.
    ///
    /// # Errors
    /// [`Error::Request`] if one of the folds has no clips.
    pub fn keep_folds(&mut self, folds: &[String]) -> Result<()> {
        check_folds(folds, self.items.iter().map(|item| item.fold.as_deref()))?;
        self.items.retain(|item| folds.is_empty() || item.fold.as_ref().is_some_and(|fold| folds.contains(fold)));
        self.keep_items(|_| true);
        Ok(())
    }

    /// Keeps the clips whose place `is_kept` says yes to and the classes that they have.
    pub fn keep_items(&mut self, is_kept: impl Fn(usize) -> bool) {
        let mut place = 0..;
        self.items.retain(|_| place.next().is_some_and(&is_kept));
        let used: BTreeSet<usize> = self.items.iter().flat_map(|item| item.classes.iter().copied()).collect();
        let used: Vec<usize> = used.into_iter().collect();
        for item in &mut self.items {
            item.classes.iter_mut().for_each(|class| *class = used.binary_search(class).unwrap_or_default());
        }
        self.classes = used.iter().map(|class| self.classes[*class].clone()).collect();
    }
}

impl CaptionedClips {
    /// Keeps the clips in `folds`; if none are named, those of a test set if there is one.
    ///
    /// # Errors
    /// [`Error::Request`] if one of the folds has no clips.
    pub fn keep_folds(&mut self, folds: &[String]) -> Result<()> {
        check_folds(folds, self.clips.iter().map(|clip| clip.fold.as_deref()))?;
        let is_test = |clip: &CaptionedClip| clip.fold.as_deref().is_some_and(crate::eval::fold_names::is_test_name);
        let has_test = self.clips.iter().any(is_test);
        self.clips.retain(|clip| match folds {
            [] => !has_test || is_test(clip),
            folds => clip.fold.as_ref().is_some_and(|fold| folds.contains(fold)),
        });
        Ok(())
    }
}

fn check_folds<'a>(wanted: &[String], folds: impl Iterator<Item = Option<&'a str>>) -> Result<()> {
    let there: BTreeSet<&str> = folds.flatten().collect();
    let Some(bad) = wanted.iter().find(|fold| !there.contains(fold.as_str())) else { return Ok(()) };
    let known = there.into_iter().map(str::to_owned).collect();
    Err(Refusal::NameUnknown { kind: "fold", name: bad.clone(), known }.into())
}

fn unknown(path: &Path) -> Error {
    let known = LAYOUTS.iter().map(|layout| format!("{} ({})", layout.name, layout.looks)).collect();
    Refusal::DataSetUnknown { path: path.to_path_buf(), known }.into()
}

#[cfg(test)]
mod tests;
