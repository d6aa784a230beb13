//! The one error type of the library: what happened, to which input, at which stage.
//!
//! Every fallible function of the crate returns [`Result`]. A request cannot be met as asked ([`Error::Request`]), a model
//! or a library cannot be used ([`Error::ModelMissing`], [`Error::ModelUnusable`], [`Error::Library`]), one input is bad
//! and the run can go on without it ([`Error::Data`]), or something that should hold does not ([`Error::Internal`]).
//! An error says what happened. What to do about it depends on who asked and how: the command line and the server add
//! that in their own words, and choose the exit code or the status by the variant. This module never prints.

mod library_failure;
mod model_failure;
mod refusal;
#[cfg(test)]
pub(crate) mod samples;

use std::fmt;
use std::path::{Path, PathBuf};

pub use self::library_failure::{LibraryFailure, ModelTag};
pub use self::model_failure::ModelFailure;
pub use self::refusal::{FileLoss, FilterKind, Need, Quantity, Refusal};

/// The crate's result type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An underlying cause, kept for the error chain.
pub type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// The step of the pipeline at which something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Opening or reading bytes from storage.
    Open,
    /// Recognising the container and the codec.
    Probe,
    /// Turning packets into samples.
    Decode,
    /// Changing the sample rate.
    Resample,
    /// Turning samples into log-mel views.
    Features,
    /// Finding, downloading or reading a model.
    Model,
    /// Turning words into token ids.
    Tokenize,
    /// Running the model.
    Encode,
    /// Reading or writing the catalogue.
    Catalogue,
    /// Answering a query.
    Search,
    /// Writing a result.
    Output,
}

impl Stage {
    /// The stage's name as it is printed and stored, for example `decode`.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Probe => "probe",
            Stage::Decode => "decode",
            Stage::Resample => "resample",
            Stage::Features => "features",
            Stage::Model => "model",
            Stage::Tokenize => "tokenize",
            Stage::Encode => "encode",
            Stage::Catalogue => "catalogue",
            Stage::Search => "search",
            Stage::Output => "output",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What went wrong.
///
/// Messages start in lower case and carry no full stop; the cause is kept as the error's source. The enum is exhaustive
/// on purpose: a face that has no advice, exit code or status for a new variant does not compile.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be met as asked; asking differently can help.
    #[error(transparent)]
    Request(#[from] Refusal),
    /// No model has this name.
    #[error("there is no model {name:?}: it is neither a folder nor a hub id")]
    ModelMissing {
        /// The name that was given.
        name: String,
    },
    /// A model's files cannot be had or used.
    #[error("{model}: {failure}")]
    ModelUnusable {
        /// The model, or the file of it that is bad.
        model: String,
        /// Why.
        failure: ModelFailure,
        /// The underlying error, if another library reported one.
        source: Option<Source>,
    },
    /// A library cannot be used, or not in this way.
    #[error("{}: {failure}", folder.display())]
    Library {
        /// The library's folder, or the part of it that it is about.
        folder: PathBuf,
        /// Why.
        failure: LibraryFailure,
        /// The underlying error, if another library reported one.
        source: Option<Source>,
    },
    /// One input is bad. A run over many inputs records this and goes on.
    #[error("{input}: {stage}: {reason}")]
    Data {
        /// The file or upload, as the user named it.
        input: String,
        /// Where in the pipeline it failed.
        stage: Stage,
        /// Why, in words.
        reason: String,
        /// The underlying error, if another library reported one.
        source: Option<Source>,
    },
    /// Something that should always hold does not, or the machine failed us.
    #[error("{stage}: {reason}")]
    Internal {
        /// Where in the pipeline it failed.
        stage: Stage,
        /// What did not hold.
        reason: String,
        /// The underlying error, if another library reported one.
        source: Option<Source>,
    },
}

impl Error {
    /// `input` is bad at `stage` for `reason`.
    pub fn data(input: impl Into<String>, stage: Stage, reason: impl Into<String>) -> Self {
        Error::Data { input: input.into(), stage, reason: reason.into(), source: None }
    }

    /// The file at `path` is bad at `stage` for `reason`.
    pub fn file(path: &Path, stage: Stage, reason: impl Into<String>) -> Self {
        Error::data(path.display().to_string(), stage, reason)
    }

    /// `model`, or a file of one, cannot be used because of `failure`: a [`ModelFailure`], or words about what is invalid.
    pub fn model(model: impl Into<String>, failure: impl Into<ModelFailure>) -> Self {
        Error::ModelUnusable { model: model.into(), failure: failure.into(), source: None }
    }

    /// The same for the model's file at `path`.
    pub fn model_file(path: &Path, failure: impl Into<ModelFailure>) -> Self {
        Error::model(path.display().to_string(), failure)
    }

    /// The library in `folder` cannot be used because of `failure`.
    pub fn library(folder: &Path, failure: LibraryFailure) -> Self {
        Error::Library { folder: folder.to_path_buf(), failure, source: None }
    }

    /// A `quantity` cannot be `given`; it can be `allowed`.
    pub(crate) fn invalid(quantity: Quantity, given: impl fmt::Display, allowed: impl Into<String>) -> Self {
        Refusal::InvalidValue { quantity, given: given.to_string(), allowed: allowed.into() }.into()
    }

    /// An invariant or the machine failed at `stage`.
    pub fn internal(stage: Stage, reason: impl Into<String>) -> Self {
        Error::Internal { stage, reason: reason.into(), source: None }
    }

    /// The same error with its underlying cause attached. One of a request keeps its own and is returned as it is.
    pub fn caused_by(mut self, cause: impl Into<Source>) -> Self {
        if let Error::Data { source, .. }
        | Error::Internal { source, .. }
        | Error::ModelUnusable { source, .. }
        | Error::Library { source, .. } = &mut self
        {
            *source = Some(cause.into());
        }
        self
    }

    /// The same error about the file at `path`: what happens after a file is opened need not know its name.
    pub fn about_file(mut self, path: &Path) -> Self {
        if let Error::Data { input, .. } = &mut self {
            *input = path.display().to_string();
        }
        self
    }

    /// The stage at which it happened; `None` for a request that never started.
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Error::Request(_) => None,
            Error::ModelMissing { .. } | Error::ModelUnusable { .. } => Some(Stage::Model),
            Error::Library { .. } => Some(Stage::Catalogue),
            Error::Data { stage, .. } | Error::Internal { stage, .. } => Some(*stage),
        }
    }

    /// The reason alone, without the input and the stage, as the catalogue stores it.
    pub fn reason(&self) -> String {
        match self {
            Error::Request(_) | Error::ModelMissing { .. } => self.to_string(),
            Error::Library { failure, .. } => failure.to_string(),
            Error::ModelUnusable { failure, .. } => failure.to_string(),
            Error::Data { reason, .. } | Error::Internal { reason, .. } => reason.clone(),
        }
    }

    /// The message with those of its causes, each after a colon; what is said already is not said again.
    pub fn with_causes(&self) -> String {
        with_causes(self)
    }
}

/// The message of `error` with those of its causes, each after a colon; what is said already, as a reason in brackets, is not
/// said again.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source()).map(ToString::to_string);
    causes.fold(error.to_string(), |text, cause| if text.contains(&cause) { text } else { format!("{text}: {cause}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_error_says_input_stage_and_reason_and_keeps_its_cause() {
        let cause = std::io::Error::other("bad sector");
        let error = Error::file(Path::new("rain.wav"), Stage::Decode, "cannot be read").caused_by(cause);
        assert_eq!(error.to_string(), "rain.wav: decode: cannot be read");
        let source = std::error::Error::source(&error).expect("the cause is kept");
        assert_eq!(source.to_string(), "bad sector");
        assert_eq!((error.stage(), error.reason().as_str()), (Some(Stage::Decode), "cannot be read"));
    }

    #[test]
    fn a_library_error_says_the_folder_and_the_failure_and_no_stage() {
        let cause = std::io::Error::other("bad sector");
        let error = Error::library(Path::new("sounds"), LibraryFailure::Damaged).caused_by(cause);
        assert_eq!(error.to_string(), "sounds: the catalogue is damaged");
        assert_eq!(error.with_causes(), "sounds: the catalogue is damaged: bad sector");
        assert_eq!((error.stage(), error.reason().as_str()), (Some(Stage::Catalogue), "the catalogue is damaged"));
    }

    #[test]
    fn a_cause_that_the_reason_names_is_not_said_again() {
        let error = Error::data("rain.wav", Stage::Open, "cannot be read (bad sector); check the disk");
        let told = error.caused_by(std::io::Error::other("bad sector")).with_causes();
        assert_eq!(told, "rain.wav: open: cannot be read (bad sector); check the disk");
    }

    /// Every Rust file below `folder`, but for the command line's.
    fn sources(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match entry.is_dir() {
                true if !entry.ends_with("src/cli") => found.extend(sources(&entry)),
                false if entry.extension().is_some_and(|extension| extension == "rs") => found.push(entry),
                _ => {}
            }
        }
        found
    }

    /// Whether `line` names an option or a command, as only the command line may.
    fn is_advice(line: &str) -> bool {
        let code = line.trim_start();
        let has_option = || code.split(" --").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
        !code.starts_with("//") && (has_option() || code.contains("`auricle "))
    }

    #[test]
    fn outside_the_command_line_nothing_names_an_option_or_a_command() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files = sources(&root);
        assert!(files.len() > 100, "only {} files", files.len());
        for file in files.iter().filter(|file| !file.ends_with("src/error/mod.rs")) {
            let text = std::fs::read_to_string(file).unwrap();
            let advice: Vec<&str> = text.lines().filter(|line| is_advice(line)).collect();
            assert!(advice.is_empty(), "{}: {advice:?}", file.display());
        }
    }
}
