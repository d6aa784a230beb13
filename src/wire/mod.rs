//! The JSON of the interface, which is that of the command line's `--json` where there is such: one file a subject. Other
//! people's programs rely on these names: fields may be added, none renamed. Nothing is looked up or decided here, but
//! for what a hit has beside itself.

pub mod hits;
pub mod ask;
pub mod library;
pub mod label;
pub mod head;
pub mod timeline;
pub mod sound;
pub mod map;
pub mod job;
pub mod eval;
pub mod prompts;
pub mod command;

use std::path::Path;

use crate::library::record::{Labelled, Labeller};
use serde::Serialize;
use utoipa::ToSchema;

/// `path` as JSON has it: text, with what is not Unicode replaced.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The last part of `path` as JSON has it.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The operating system's bytes of `path` in hex, if they are not Unicode.
pub fn odd_bytes(path: &Path) -> Option<String> {
    path.to_str().is_none().then(|| hex(path.as_os_str().as_encoded_bytes()))
}

/// `bytes` in hex, two digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A label that a sound was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GivenLabel {
    /// The label.
    pub label: String,
    /// `zero-shot`, `head` or `hand`.
    pub source: &'static str,
    /// The head that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Start in seconds from the beginning of the sound.
    pub start: f64,
    /// Its end.
    pub end: f64,
    /// How sure the labeller is, 0 to 1.
    pub score: f32,
}

impl GivenLabel {
    /// That `by` gave `labelled`.
    pub fn new(by: &Labeller, labelled: Labelled) -> Self {
        let Labelled { label, start_seconds, end_seconds, score } = labelled;
        let head = Some(by.head()).filter(|head| !head.is_empty()).map(str::to_owned);
        GivenLabel { label, source: by.source(), head, start: start_seconds, end: end_seconds, score }
    }
}
