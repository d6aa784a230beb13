//! Where a model's files are: a folder in the hub's layout, found by path, by installed name, or by hub id.
//!
//! Comes in: what the user typed. Goes out: a [`Checkpoint`] whose files exist. What is in them is not looked at here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::hub::{self, Download};
use crate::error::{Error, Result, Stage};

/// Name of the folder under `models/` that is used when no model is named.
const DEFAULT_MODEL: &str = "starter";

/// The weights files a checkpoint may have, best first, each with its list of shards.
const WEIGHT_FILES: [&str; 4] =
    ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

/// The files of one checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What the user called it.
    pub name: String,
    /// `config.json`.
    pub config: PathBuf,
    /// `preprocessor_config.json`.
    pub preprocessor: PathBuf,
    /// `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// The weights: one file, or shards in order.
    pub weights: Vec<PathBuf>,
}

impl Checkpoint {
    /// Finds the checkpoint that `name` means: a folder, a model installed as `home/models/NAME`, or a hub id
    /// `OWNER/NAME[@REVISION]`, which is downloaded into the hub's cache with `download` watching. Without a name, the
    /// model installed as the default.
    ///
    /// # Errors
    /// [`Error::User`] if there is no such model, saying how to get one; [`Error::Data`] if files are missing or the
    /// download failed.
    pub fn find(name: Option<&str>, home: &Path, download: &mut dyn Download) -> Result<Self> {
        let installed = home.join("models");
        let Some(name) = name else {
            let folder = installed.join(DEFAULT_MODEL);
            return if folder.is_dir() {
                Self::in_folder(DEFAULT_MODEL, &folder)
            } else {
                Err(none_installed(&folder))
            };
        };
        if Path::new(name).is_dir() {
            return Self::in_folder(name, Path::new(name));
        }
        if is_plain_name(name) && installed.join(name).is_dir() {
            return Self::in_folder(name, &installed.join(name));
        }
        match hub::parse_id(name) {
            Some(id) => Self::collect(name, hub::why_missing(), &mut |file| hub::fetch(&id, file, download)),
            None => Err(Error::user(
                format!("there is no model {name:?}: it is neither a folder nor a hub id"),
                "name a folder that holds config.json, or a hub id such as laion/clap-htsat-unfused",
            )),
        }
    }

    /// The checkpoint in `folder`.
    ///
    /// # Errors
    /// [`Error::Data`] naming the file that is missing.
    pub fn in_folder(name: &str, folder: &Path) -> Result<Self> {
        let find = &mut |file: &str| {
            let path = folder.join(file);
            Ok(path.is_file().then_some(path))
        };
        Self::collect(name, "a model is a folder in the hub's layout", find).map_err(|error| match error {
            Error::Data { stage, reason, source, .. } => {
                Error::Data { input: folder.display().to_string(), stage, reason, source }
            }
            other => other,
        })
    }

    fn collect(name: &str, why: &str, find: &mut dyn FnMut(&str) -> Result<Option<PathBuf>>) -> Result<Self> {
        let mut require = |file: &str| {
            find(file)?.ok_or_else(|| Error::data(name, Stage::Model, format!("{file} is missing; {why}")))
        };
        let config = require("config.json")?;
        let preprocessor = require("preprocessor_config.json")?;
        let tokenizer = require("tokenizer.json")?;
        let weights = find_weights(name, find)?;
        Ok(Checkpoint { name: name.to_string(), config, preprocessor, tokenizer, weights })
    }
}

fn find_weights(name: &str, find: &mut dyn FnMut(&str) -> Result<Option<PathBuf>>) -> Result<Vec<PathBuf>> {
    for file in WEIGHT_FILES {
        let Some(path) = find(file)? else { continue };
        if !file.ends_with(".index.json") {
            return Ok(vec![path]);
        }
        let missing = |shard: &str| Error::data(name, Stage::Model, format!("{shard}, named by {file}, is missing"));
        let shards = read_index(&path)?;
        return shards.iter().map(|shard| find(shard)?.ok_or_else(|| missing(shard))).collect();
    }
    Err(Error::data(name, Stage::Model, format!("there are no weights: none of {} is there", WEIGHT_FILES.join(", "))))
}

/// The shards an index names. Names that would leave the folder are refused.
fn read_index(path: &Path) -> Result<BTreeSet<String>> {
    #[derive(serde::Deserialize)]
    struct Index {
        weight_map: std::collections::BTreeMap<String, String>,
    }
    let unreadable = |e| Error::file(path, Stage::Model, "is not an index of weights").caused_by(e);
    let text =
        std::fs::read_to_string(path).map_err(|e| Error::file(path, Stage::Model, "cannot be read").caused_by(e))?;
    let index: Index = serde_json::from_str(&text).map_err(unreadable)?;
    match index.weight_map.values().find(|shard| !is_plain_name(shard)) {
        Some(shard) => Err(Error::file(path, Stage::Model, format!("names {shard:?}, which is not a plain file name"))),
        None => Ok(index.weight_map.into_values().collect()),
    }
}

fn is_plain_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(std::path::Component::Normal(_)), None))
}

fn none_installed(folder: &Path) -> Error {
    Error::user(
        format!("no model is installed (looked in {})", folder.display()),
        "name one with --model: a folder in the hub's layout, or a hub id such as --model laion/clap-htsat-unfused \
         (downloaded once, about 600 MB, then kept)",
    )
}
