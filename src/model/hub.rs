//! Checkpoint files from the Hugging Face hub, through its cache.
//!
//! Honours HF_HOME and HF_HUB_CACHE (where the cache is), HF_TOKEN (else the saved login), HF_ENDPOINT (another hub)
//! and HF_HUB_OFFLINE (the cache only). A file in the cache is used without asking the network.

use std::path::PathBuf;

use hf_hub::api::Progress;
use hf_hub::api::sync::{ApiBuilder, ApiError};
use hf_hub::{Cache, Repo, RepoType};

use crate::error::{Error, ModelFailure, Refusal, Result};
use crate::model::file::WEIGHT_FILES;

/// Watches downloads, for a progress bar. The unit type watches nothing.
pub trait Download {
    /// A file of `total_bytes` begins.
    fn started(&mut self, file: &str, total_bytes: u64);
    /// So many more bytes have come.
    fn advanced(&mut self, bytes: u64);
    /// The file is complete.
    fn finished(&mut self);
}

impl Download for () {
    fn started(&mut self, _: &str, _: u64) {}
    fn advanced(&mut self, _: u64) {}
    fn finished(&mut self) {}
}

/// Checks that `name` has the form of a hub id.
///
/// # Errors
/// [`Error::Request`] if it has not.
pub fn check_hub_id(name: &str) -> Result<()> {
    match parse_id(name) {
        Some(_) => Ok(()),
        None => Err(Refusal::HubIdMalformed { id: name.to_owned() }.into()),
    }
}

/// The hub id in `name`: `OWNER/NAME` or `OWNER/NAME@REVISION`.
pub(super) fn parse_id(name: &str) -> Option<Repo> {
    let (id, revision) = name.split_once('@').unwrap_or((name, "main"));
    let is_word = |part: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.chars().all(allowed)
    };
    let (owner, model) = id.split_once('/')?;
    let valid = is_word(owner) && is_word(model) && !revision.is_empty();
    valid.then(|| Repo::with_revision(id.to_string(), RepoType::Model, revision.to_string()))
}

/// The local path of `file` in `repo`, downloaded if it is not in the cache; `None` if the hub has no such file.
pub(super) fn fetch(repo: &Repo, file: &str, download: &mut dyn Download) -> Result<Option<PathBuf>> {
    let cache = cache();
    if let Some(path) = cache.repo(repo.clone()).get(file) {
        return Ok(Some(path));
    }
    if is_offline() {
        return Ok(None);
    }
    let token = std::env::var("HF_TOKEN").ok().filter(|t| !t.is_empty()).or_else(|| cache.token());
    let mut builder = ApiBuilder::from_cache(cache).with_progress(false).with_token(token);
    if let Ok(endpoint) = std::env::var("HF_ENDPOINT") {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_string());
    }
    let api = builder.build().map_err(|e| failed(repo, file, e))?;
    match api.repo(repo.clone()).download_with_progress(file, Watcher(download)) {
        Ok(path) => Ok(Some(path)),
        Err(error) if status(&error) == Some(404) => Ok(None),
        Err(error) => Err(failed(repo, file, error)),
    }
}

/// The local path of `file` of the model `id` if it is in the cache.
pub(super) fn in_cache(id: &str, file: &str) -> Option<PathBuf> {
    cache().repo(parse_id(id)?).get(file)
}

/// Ids of the CLAP checkpoints whose config and weights the cache holds, by name.
pub(super) fn cached() -> Vec<String> {
    let cache = cache();
    let Ok(folders) = std::fs::read_dir(cache.path()) else { return Vec::new() };
    let names = folders.flatten().filter_map(|folder| folder.file_name().into_string().ok());
    let mut ids: Vec<String> =
        names.filter_map(|name| Some(name.strip_prefix("models--")?.replacen("--", "/", 1))).collect();
    ids.retain(|id| {
        let repo = cache.repo(Repo::model(id.clone()));
        let config = repo.get("config.json").and_then(|path| std::fs::read_to_string(path).ok());
        config.is_some_and(|text| is_clap(&text)) && WEIGHT_FILES.iter().any(|file| repo.get(file).is_some())
    });
    ids.sort();
    ids
}

fn is_clap(config: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(config).is_ok_and(|config| config["model_type"] == "clap")
}

/// Why [`fetch`] did not find `file`.
pub(super) fn missing(file: String) -> ModelFailure {
    if is_offline() { ModelFailure::Offline { file } } else { ModelFailure::NotOnHub { file } }
}

fn cache() -> Cache {
    match std::env::var_os("HF_HUB_CACHE") {
        Some(path) if !path.is_empty() => Cache::new(path.into()),
        _ => Cache::from_env(),
    }
}

/// The values the hub's own library takes as true.
fn is_offline() -> bool {
    let value = std::env::var("HF_HUB_OFFLINE").unwrap_or_default().to_ascii_lowercase();
    matches!(value.as_str(), "1" | "true" | "yes" | "on")
}

fn status(error: &ApiError) -> Option<u16> {
    match error {
        ApiError::RequestError(inner) => match inner.as_ref() {
            ureq::Error::StatusCode(code) => Some(*code),
            _ => None,
        },
        _ => None,
    }
}

fn failed(repo: &Repo, file: &str, error: ApiError) -> Error {
    let file = file.to_owned();
    let failure = match status(&error) {
        Some(401 | 403) => ModelFailure::DownloadForbidden { file },
        Some(status) => ModelFailure::HubFailed { file, status },
        None => ModelFailure::DownloadFailed { file },
    };
    Error::model(repo.url(), failure).caused_by(error)
}

/// Passes hf-hub's progress on.
struct Watcher<'a>(&'a mut dyn Download);

impl Progress for Watcher<'_> {
    fn init(&mut self, size: usize, filename: &str) {
        self.0.started(filename, size as u64);
    }

    fn update(&mut self, size: usize) {
        self.0.advanced(size as u64);
    }

    fn finish(&mut self) {
        self.0.finished();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hub_ids_are_told_from_paths() {
        for good in ["laion/clap-htsat-fused", "a/b@v1.0", "laion/larger_clap_general@refs/pr/3"] {
            assert!(parse_id(good).is_some(), "{good}");
        }
        for bad in ["clap", "./models/x", "../x", "/models/x", "a/b/c", "laion/", "a/b@", "a b/c"] {
            assert!(parse_id(bad).is_none(), "{bad}");
        }
    }
}
