//! How the command ends: its exit codes, which failure gives which, and how a failure is printed.

use std::fmt;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use auricle::error::{Error, Stage, with_causes};
use auricle::panics;

use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::advice::{advice, advice_on_command};
use crate::cli::terminal::text::printable;

/// How the command ends. The numbers are documented in `--help`, and scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done.
    Done = 0,
    /// Some inputs failed; the rest was done.
    SomeFailed = 1,
    /// Wrong usage, or a request that cannot be met.
    Usage = 2,
    /// No model, or one that cannot be used.
    Model = 3,
    /// The library cannot be used or is locked.
    Library = 4,
    /// Our own fault (`EX_SOFTWARE` of sysexits.h).
    Internal = 70,
    /// Interrupted by a signal (128 + SIGINT, as shells have it).
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// An error and the exit code it leads to.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    /// `error` ends the command with `exit`.
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Failure { exit, error: error.into() }
    }

    /// A panic, which is ours to mend.
    pub(crate) fn of_panic(panic: &str) -> Self {
        let advice = "please report this, with the command and its output under -vv";
        Failure::new(Exit::Internal, anyhow::anyhow!("internal: {panic}; {advice}"))
    }

    /// Prints the error with its causes and returns the exit code. A reader that went away, like `head`, is no error.
    pub(crate) fn report(self) -> Exit {
        if is_broken_pipe(&self.error) {
            return Exit::Done;
        }
        complain(&explained(&self.error));
        self.exit
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Request(_) => Exit::Usage,
            Error::ModelMissing { .. } | Error::ModelUnusable { .. } => Exit::Model,
            Error::Library { .. } | Error::Internal { stage: Stage::Catalogue, .. } => Exit::Library,
            Error::Data { .. } => Exit::SomeFailed,
            Error::Internal { .. } => Exit::Internal,
        };
        Failure::new(exit, error)
    }
}

impl From<CliRefusal> for Failure {
    fn from(refusal: CliRefusal) -> Self {
        let exit = match &refusal {
            CliRefusal::BenchFolderUnusable { .. } | CliRefusal::TemporaryFolderUnusable { .. } => Exit::Library,
            CliRefusal::NotInLibrary { .. } | CliRefusal::LabelsNotStored { .. } | CliRefusal::ExampleLost { .. } => {
                Exit::SomeFailed
            }
            CliRefusal::NoHome
            | CliRefusal::NoLabels
            | CliRefusal::NoLabelsToWord
            | CliRefusal::LabelBlank
            | CliRefusal::SoundsAmongWords
            | CliRefusal::WeightOfNothing { .. }
            | CliRefusal::NoSounds { .. }
            | CliRefusal::ListUnreadable { .. }
            | CliRefusal::ListEmpty { .. }
            | CliRefusal::NothingReadable
            | CliRefusal::OnePlaceForMany { .. }
            | CliRefusal::OneTrackForMany { .. }
            | CliRefusal::OutputExists { .. }
            | CliRefusal::ArrayToTerminal
            | CliRefusal::TokenUnreadable { .. }
            | CliRefusal::TokenNeeded { .. }
            | CliRefusal::TableWithoutTruth { .. }
            | CliRefusal::FoldersWithoutTruth
            | CliRefusal::CaptionsInsteadOfLabels { .. }
            | CliRefusal::NoMatrixOfCaptions
            | CliRefusal::NoMatrixOfManyClasses
            | CliRefusal::LabelOfNoClass { .. } => Exit::Usage,
        };
        Failure::new(exit, refusal)
    }
}

/// Prints one error to standard error.
pub(crate) fn complain(error: &dyn fmt::Display) {
    let line = printable(&error.to_string());
    // If standard error is gone there is nowhere left to say so.
    let _ = writeln!(io::stderr().lock(), "auricle: error: {line}");
}

/// Prints `error` about one of several inputs, with its causes.
pub(crate) fn complain_about(error: impl Into<Failure>) {
    complain(&explained(&error.into().error));
}

/// The error with its causes, and what to do about it.
fn explained(error: &anyhow::Error) -> String {
    let on_error = || error.downcast_ref::<Error>().and_then(advice);
    let on_refusal = || error.downcast_ref::<CliRefusal>().map(advice_on_command);
    match on_error().or_else(on_refusal) {
        Some(advice) => format!("{}; {advice}", with_causes(error.as_ref())),
        None => with_causes(error.as_ref()),
    }
}

/// Runs `work`; a panic becomes an internal error instead of a backtrace.
pub(crate) fn guarded(work: impl FnOnce() -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    panic::set_hook(Box::new(|panic| tracing::debug!("{panic}")));
    panics::contain(work).unwrap_or_else(|panic| Err(Failure::of_panic(&panic)))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_pipe))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use auricle::error::{LibraryFailure, Refusal};

    use super::*;

    #[test]
    fn each_kind_of_error_has_its_exit_code() {
        for (error, expected) in [
            (Error::data("f", Stage::Decode, "r"), Exit::SomeFailed),
            (Refusal::LabelBlank.into(), Exit::Usage),
            (Error::library(Path::new("l"), LibraryFailure::Missing), Exit::Library),
            (Error::ModelMissing { name: "m".into() }, Exit::Model),
            (Error::model("m", "r"), Exit::Model),
            (Error::internal(Stage::Catalogue, "r"), Exit::Library),
            (Error::internal(Stage::Encode, "r"), Exit::Internal),
        ] {
            assert_eq!(Failure::from(error).exit, expected);
        }
    }

    #[test]
    fn a_failure_is_told_with_its_causes_and_then_the_advice() {
        let error = Error::library(Path::new("l"), LibraryFailure::DiskFull).caused_by(io::Error::other("no room"));
        assert!(explained(&error.into()).starts_with("l: the disk is full: no room; free some space"));
        let refusal = CliRefusal::TokenUnreadable { path: "t".into(), source: io::Error::other("no such file") };
        let text = explained(&Failure::from(refusal).error);
        assert_eq!(text, "cannot read the token from t: no such file; use a file that contains only the token");
    }

    #[test]
    fn a_panic_is_an_internal_error() {
        let failure = guarded(|| panic!("an invariant")).unwrap_err();
        assert_eq!(failure.exit, Exit::Internal);
        assert!(failure.error.to_string().contains("an invariant"));
    }
}
