//! Where a model's files are: in the program, or a folder in the hub's layout found by path, installed name or hub id.
//!
//! Comes in: what the user typed. Goes out: a [`Checkpoint`] whose files exist. What is in them is not looked at here.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::{Error, ModelFailure, Result};
use crate::model::default_model::default_name;
use crate::model::file::{ModelFile, WEIGHT_FILES};
use crate::model::heard;
use crate::model::hub;
use crate::model::hub::Download;
use crate::model::starter;

/// The files of one checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What the user called it.
    pub name: String,
    /// `config.json`.
    pub config: ModelFile,
    /// `preprocessor_config.json`.
    pub preprocessor: ModelFile,
    /// `tokenizer.json`.
    pub(crate) tokenizer: ModelFile,
    /// The weights: one file, or shards in order.
    pub(crate) weights: Vec<ModelFile>,
    /// `heard.json`, in a folder that has it.
    pub(crate) heard: Option<ModelFile>,
}

impl Checkpoint {
    /// Finds the checkpoint that `name` means: the starter that is built in, a folder, a model installed as
    /// `home/models/NAME`, or a hub id `OWNER/NAME[@REVISION]`, which is downloaded into the hub's cache with `download`
    /// watching. Without a name, the default (see [`default_name`]).
    ///
    /// # Errors
    /// [`Error::ModelMissing`] if there is no such model; [`Error::ModelUnusable`] if files are missing or the download
    /// failed.
    pub fn find(name: Option<&str>, home: &Path, download: &mut dyn Download) -> Result<Self> {
        let models = home.join("models");
        let name = &*name.map_or_else(|| default_name(home), |name| Ok(name.to_owned()))?;
        if name == starter::STARTER {
            return Self::built_in();
        }
        if Path::new(name).is_dir() {
            return Self::in_folder(name, Path::new(name));
        }
        if is_plain_name(name) && models.join(name).is_dir() {
            return Self::in_folder(name, &models.join(name));
        }
        match hub::parse_id(name) {
            Some(id) => {
                Self::collect(
                    name,
                    &hub::missing,
                    &mut |file| Ok(hub::fetch(&id, file, download)?.map(ModelFile::Disk)),
                )
            }
            None => Err(Error::ModelMissing { name: name.to_owned() }),
        }
    }

    /// The checkpoint in `folder`.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] naming the file that is missing.
    pub fn in_folder(name: &str, folder: &Path) -> Result<Self> {
        let find = &mut |file: &str| {
            let path = folder.join(file);
            Ok(path.is_file().then_some(ModelFile::Disk(path)))
        };
        let checkpoint = Self::collect(name, &|file| ModelFailure::FileMissing { file }, find);
        let checkpoint = checkpoint.map_err(|error| match error {
            Error::ModelUnusable { failure, source, .. } => {
                Error::ModelUnusable { model: folder.display().to_string(), failure, source }
            }
            other => other,
        })?;
        Ok(Checkpoint { heard: find(heard::FILE)?, ..checkpoint })
    }

    /// The model that the hub's cache has as `name`, without a look at the network.
    pub(super) fn in_cache(name: &str) -> Result<Self> {
        Self::collect(name, &|file| ModelFailure::NotCached { file }, &mut |file| {
            Ok(hub::in_cache(name, file).map(ModelFile::Disk))
        })
    }

    /// The starter.
    pub(super) fn built_in() -> Result<Self> {
        let find = &mut |file: &str| Ok(starter::file(file));
        let checkpoint = Self::collect(starter::STARTER, &|file| ModelFailure::NotBuiltIn { file }, find)?;
        Ok(Checkpoint { heard: starter::file(heard::FILE), ..checkpoint })
    }

    /// All its files.
    pub fn files(&self) -> impl Iterator<Item = &ModelFile> {
        [&self.config, &self.preprocessor, &self.tokenizer].into_iter().chain(&self.weights)
    }

    fn collect(
        name: &str,
        missing: &dyn Fn(String) -> ModelFailure,
        find: &mut dyn FnMut(&str) -> Result<Option<ModelFile>>,
    ) -> Result<Self> {
        let mut require = |file: &str| find(file)?.ok_or_else(|| Error::model(name, missing(file.to_owned())));
        let config = require("config.json")?;
        let preprocessor = require("preprocessor_config.json")?;
        let tokenizer = require("tokenizer.json")?;
        let weights = find_weights(name, find)?;
        Ok(Checkpoint { name: name.to_string(), config, preprocessor, tokenizer, weights, heard: None })
    }
}

fn find_weights(name: &str, find: &mut dyn FnMut(&str) -> Result<Option<ModelFile>>) -> Result<Vec<ModelFile>> {
    for file in WEIGHT_FILES {
        let Some(path) = find(file)? else { continue };
        if !file.ends_with(".index.json") {
            return Ok(vec![path]);
        }
        let missing = |shard: &str| Error::model(name, format!("{shard}, named by {file}, is missing"));
        let shards = read_index(&path)?;
        return shards.iter().map(|shard| find(shard)?.ok_or_else(|| missing(shard))).collect();
    }
    Err(Error::model(name, ModelFailure::WeightsMissing { files: WEIGHT_FILES.map(str::to_owned).to_vec() }))
}

/// The shards an index names. Names that would leave the folder are refused.
fn read_index(file: &ModelFile) -> Result<BTreeSet<String>> {
    #[derive(serde::Deserialize)]
    struct Index {
        weight_map: std::collections::BTreeMap<String, String>,
    }
    let problem = |reason: String| Error::model_file(file.path(), reason);
    let index: Index = serde_json::from_str(&file.read_text()?)
        .map_err(|e| problem("is not an index of weights".into()).caused_by(e))?;
    match index.weight_map.values().find(|shard| !is_plain_name(shard)) {
        Some(shard) => Err(problem(format!("names {shard:?}, which is not a plain file name"))),
        None => Ok(index.weight_map.into_values().collect()),
    }
}

fn is_plain_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(std::path::Component::Normal(_)), None))
}
