//! The reasons for which the command line itself cannot do what it was told. What to do about each is said in
//! `terminal/advice.rs`; what the library refuses is its own [`Refusal`](auricle::error::Refusal).

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::cli::terminal::text::counted;

/// Why a command cannot be run as it was given, or a part of it could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliRefusal {
    /// The system knows no folder for libraries and models.
    #[error("this account has no home folder")]
    NoHome,
    /// Options name no labels.
    #[error("no labels to choose from")]
    NoLabels,
    /// `prompts` was given no labels.
    #[error("no labels given")]
    NoLabelsToWord,
    /// A label without a name.
    #[error("the label is blank")]
    LabelBlank,
    /// Words are compared, and a term is no words.
    #[error("--by words cannot be combined with an example or a learned class")]
    SoundsAmongWords,
    /// A weight is given to something that is not asked for.
    #[error("--weight {term:?} matches no term of the query")]
    WeightOfNothing {
        /// The term, as it was given.
        term: String,
        /// The terms of the query.
        terms: Vec<String>,
    },
    /// Folders and files without a sound among them.
    #[error("there are no sound files in {}", listed(paths))]
    NoSounds {
        /// The paths that were given.
        paths: Vec<PathBuf>,
    },
    /// A list of prompts or paths that cannot be read.
    #[error("the list in {} cannot be read", path.display())]
    ListUnreadable {
        /// The file, or what stands for standard input.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A list of prompts or paths with nothing in it.
    #[error("the list in {} is empty", path.display())]
    ListEmpty {
        /// The file, or what stands for standard input.
        path: PathBuf,
    },
    /// None of the sounds that were given can be read.
    #[error("none of the sounds can be read")]
    NothingReadable,
    /// The sound is not in the library.
    #[error("{} is not in the library", path.display())]
    NotInLibrary {
        /// Its path.
        path: PathBuf,
    },
    /// Labels that were to be stored with sounds which the library does not know as they are.
    #[error("labels of {} not stored: not in the library, or modified since", counted(*sounds, "sound"))]
    LabelsNotStored {
        /// How many sounds.
        sounds: usize,
    },
    /// Each result belongs to one sound, there are several, and one place is named.
    #[error("there are {count} sounds, and {what} belongs to one")]
    OnePlaceForMany {
        /// How many sounds there are.
        count: usize,
        /// What is to be written.
        what: SoundOutput,
    },
    /// The moments of one label track are in several files.
    #[error("the moments are in {files} files, but a label track covers only one")]
    OneTrackForMany {
        /// How many files.
        files: usize,
    },
    /// Something is where a file is to be written.
    #[error("{} already exists", path.display())]
    OutputExists {
        /// The path.
        path: PathBuf,
        /// Whether it is a file, which can be overwritten.
        is_file: bool,
    },
    /// Bytes are to be printed to a terminal.
    #[error("an npy array cannot be printed to a terminal")]
    ArrayToTerminal,
    /// The file with the server's token cannot be read.
    #[error("cannot read the token from {}", path.display())]
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only `serve` has tokens"))]
    TokenUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A server that others can reach is to ask for no token.
    #[error("{address} can be reached from other machines, so a token is needed")]
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only `serve` has tokens"))]
    TokenNeeded {
        /// Where it would listen.
        address: SocketAddr,
    },
    /// A table of labels that is about other sounds or other labels.
    #[error("{} gives none of the sounds one of the labels", path.display())]
    TableWithoutTruth {
        /// The table.
        path: PathBuf,
    },
    /// Folders that are named like no label.
    #[error("no sound lies in a folder that is named like a label")]
    FoldersWithoutTruth,
    /// A dataset of captions where labels are needed.
    #[error("{} has captions and no labels", path.display())]
    CaptionsInsteadOfLabels {
        /// The dataset.
        path: PathBuf,
    },
    /// A confusion matrix of captions.
    #[error("captions have no confusion matrix")]
    NoMatrixOfCaptions,
    /// A confusion matrix of clips with several classes.
    #[error("clips with several classes have no confusion matrix")]
    NoMatrixOfManyClasses,
    /// A label of a file that no class of the dataset is called by.
    #[error("{} names {label:?}, which is not a class of the dataset", path.display())]
    LabelOfNoClass {
        /// The file with labels.
        path: PathBuf,
        /// The label.
        label: String,
        /// The classes there are.
        classes: Vec<String>,
    },
    /// An example of a head that no longer counts.
    #[error("the example {} is gone or has changed, and does not count", path.display())]
    ExampleLost {
        /// Its path.
        path: PathBuf,
    },
    /// `eval` cannot make the libraries that it searches.
    #[error("no library can be made in {}", folder.display())]
    TemporaryFolderUnusable {
        /// Where they would be.
        folder: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// `bench` cannot make the library that it measures with.
    #[error("no library can be made in {}", folder.display())]
    BenchFolderUnusable {
        /// Where it would be.
        folder: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
}

/// A result that belongs to one sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SoundOutput {
    /// Events for Audacity.
    LabelTrack,
    /// Events for Raven.
    SelectionTable,
    /// A drawing of the sound and its labels.
    Picture,
}

impl SoundOutput {
    /// The option that names where it goes.
    pub(crate) fn option(self) -> &'static str {
        match self {
            SoundOutput::LabelTrack | SoundOutput::SelectionTable => "--output",
            SoundOutput::Picture => "--png",
        }
    }
}

impl fmt::Display for SoundOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SoundOutput::LabelTrack => "a label track",
            SoundOutput::SelectionTable => "a selection table",
            SoundOutput::Picture => "a picture",
        })
    }
}

fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
