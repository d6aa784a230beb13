//! What is wrong with an input, before its name is put to it. The parsers below `audio` meet faults without knowing
//! which file they read; `Sound` and `Blocks` know the name and turn a [`Fault`] into the crate's error.

use crate::error::{Error, Source, Stage};

/// A fault of an input: the stage, the reason in words, and the underlying error if there is one.
#[derive(Debug)]
pub(super) struct Fault {
    stage: Stage,
    reason: String,
    source: Option<Source>,
}

impl Fault {
    /// A fault at `stage`; `reason` completes the sentence that begins with the file's name.
    pub(super) fn new(stage: Stage, reason: impl Into<String>) -> Self {
        Fault { stage, reason: reason.into(), source: None }
    }

    /// The same fault with its underlying error.
    pub(super) fn caused_by(self, cause: impl Into<Source>) -> Self {
        Fault { source: Some(cause.into()), ..self }
    }

    /// The fault as an error of the input `name`.
    pub(super) fn of(self, name: &str) -> Error {
        let error = Error::data(name, self.stage, self.reason);
        match self.source {
            Some(cause) => error.caused_by(cause),
            None => error,
        }
    }
}

/// Reading failed in the middle of recognising the container.
impl From<std::io::Error> for Fault {
    fn from(cause: std::io::Error) -> Self {
        let reason = match cause.kind() {
            std::io::ErrorKind::UnexpectedEof => "ends within its header; copy it again from where it came".to_owned(),
            _ => format!("cannot be read ({cause}); check the disk"),
        };
        Fault::new(Stage::Probe, reason).caused_by(cause)
    }
}
