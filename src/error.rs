//! The one error type of the library: whose fault it is, which input, which stage, what to do.
//!
//! Every fallible function of the crate returns [`Result`]. An [`Error`] is one of three kinds: the request cannot be
//! met as asked ([`Error::User`]), one input is bad and the run can go on without it ([`Error::Data`]), or something
//! that should hold does not ([`Error::Internal`]). This module never prints and never decides an exit code.

use std::fmt;
use std::path::Path;

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
    Catalog,
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
            Stage::Catalog => "catalog",
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

/// What went wrong, and what the reader of the message can do about it.
///
/// Messages start in lower case and carry no full stop; the cause is kept as the error's source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be met as asked; asking differently can help.
    #[error("{problem}; {advice}")]
    User {
        /// What cannot be done.
        problem: String,
        /// What to do instead.
        advice: String,
    },
    /// One input is bad. A run over many inputs records this and goes on.
    #[error("{input}: {stage}: {reason}")]
    Data {
        /// The file or upload, as the user named it.
        input: String,
        /// Where in the pipeline it failed.
        stage: Stage,
        /// Why, in words, with what to do where something can be done.
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
    /// The request cannot be met: `problem` says what, `advice` what to do instead.
    pub fn user(problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Error::User { problem: problem.into(), advice: advice.into() }
    }

    /// `input` is bad at `stage` for `reason`.
    pub fn data(input: impl Into<String>, stage: Stage, reason: impl Into<String>) -> Self {
        Error::Data { input: input.into(), stage, reason: reason.into(), source: None }
    }

    /// The file at `path` is bad at `stage` for `reason`.
    pub fn file(path: &Path, stage: Stage, reason: impl Into<String>) -> Self {
        Error::data(path.display().to_string(), stage, reason)
    }

    /// An invariant or the machine failed at `stage`.
    pub fn internal(stage: Stage, reason: impl Into<String>) -> Self {
        Error::Internal { stage, reason: reason.into(), source: None }
    }

    /// The same error with its underlying cause attached. A [`Error::User`] carries none and is returned as it is.
    pub fn caused_by(mut self, cause: impl Into<Source>) -> Self {
        if let Error::Data { source, .. } | Error::Internal { source, .. } = &mut self {
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
            Error::User { .. } => None,
            Error::Data { stage, .. } | Error::Internal { stage, .. } => Some(*stage),
        }
    }

    /// The reason alone, without the input and the stage, as the catalogue stores it.
    pub fn reason(&self) -> String {
        match self {
            Error::User { problem, advice } => format!("{problem}; {advice}"),
            Error::Data { reason, .. } | Error::Internal { reason, .. } => reason.clone(),
        }
    }
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
}
