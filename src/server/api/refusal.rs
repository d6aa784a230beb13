//! The reasons for which a request that was read cannot be met, beside those of the library, which are its own
//! [`Refusal`](crate::error::Refusal)s. What to do about each is said in `http/advice.rs`, and its status is in
//! `http/status.rs`.

use std::fmt;
use std::path::PathBuf;

/// Why a request cannot be met as it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiRefusal {
    /// A library without a catalogue.
    #[error("the library {library:?} holds nothing yet")]
    LibraryEmpty {
        /// Its name.
        library: String,
    },
    /// A library that a job is at work on is given another.
    #[error("job {job} is at work on the library {library:?}")]
    JobAtWork {
        /// The job at work.
        job: u64,
        /// The library's name.
        library: String,
    },
    /// A library is to be changed while a job writes to it.
    #[error("a job is writing to the library {library:?}")]
    LibraryBeingWritten {
        /// Its name.
        library: String,
    },
    /// No job has this number.
    #[error("there is no job {job}, or no longer")]
    JobUnknown {
        /// The number that was given.
        job: u64,
    },
    /// Folders or channels are named for a job that is about all of a library.
    #[error("only indexing takes folders and channels")]
    FoldersNotTaken,
    /// A folder that clients may not have indexed.
    #[error("{folder:?} may not be indexed from here")]
    FolderForbidden {
        /// The folder, as it was given.
        folder: String,
    },
    /// No folder may be indexed, and none is known.
    #[error("there is no folder that may be indexed from here")]
    NoFolderAllowed,
    /// The library has no such file.
    #[error("the library has no file {id}")]
    FileUnknown {
        /// The id that was given.
        id: i64,
    },
    /// What is at a file's path is not what was indexed.
    #[error("{} is gone or has changed since it was indexed", path.display())]
    FileChanged {
        /// The path.
        path: PathBuf,
    },
    /// A file to learn from has no vector that can be read.
    #[error("the vector of file {id} is damaged")]
    FileVectorDamaged {
        /// The file's id.
        id: i64,
    },
    /// No upload is called so.
    #[error("there is no such upload, or no longer")]
    UploadUnknown,
    /// An upload without a byte.
    #[error("there is nothing in the body")]
    UploadEmpty,
    /// An upload of more bytes than are taken.
    #[error("the sound is larger than {most_bytes} bytes")]
    UploadTooLarge {
        /// Bytes that are taken.
        most_bytes: usize,
    },
    /// More things of a kind than are taken at once.
    #[error("{given} {things} are too many")]
    TooMany {
        /// What they are.
        things: Things,
        /// How many were given.
        given: usize,
        /// How many are taken.
        most: usize,
    },
    /// A number outside of its range.
    #[error("invalid {field}: {given}")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// What was given.
        given: usize,
        /// The least that it can be.
        least: usize,
        /// The most that it can be.
        most: usize,
    },
    /// Words longer than any that are meant.
    #[error("the words are {given_chars} characters long")]
    WordsTooLong {
        /// Their length in characters.
        given_chars: usize,
        /// The length that they can have.
        most_chars: usize,
    },
    /// Words with characters that nobody types.
    #[error("the words hold control characters")]
    WordsUnprintable,
    /// The map is to be coloured by no words.
    #[error("there are no words to colour by")]
    NoWordsToColourBy,
    /// A label that is blank or too long.
    #[error("{label:?} cannot be a label")]
    LabelInvalid {
        /// What was given.
        label: String,
        /// Characters that a label has at most.
        most_chars: usize,
    },
    /// Labels are asked for of a head, which has its own.
    #[error("{head:?} names a head, which has its own labels")]
    LabelsBesideHead {
        /// The head.
        head: String,
    },
    /// A source that no label comes from.
    #[error("no labels come from {name:?}")]
    LabelSourceUnknown {
        /// The name that was given.
        name: String,
        /// The sources there are.
        known: &'static [&'static str],
    },
    /// A name that no tag has.
    #[error("no tag is called {name:?}")]
    TagUnknown {
        /// The name that was given.
        name: String,
        /// The names there are.
        known: &'static [&'static str],
    },
    /// Uploads and files of the library are asked about at once.
    #[error("uploads and files of the library cannot be asked about at once")]
    UploadsBesideFiles,
    /// Labels of uploads are to be stored.
    #[error("labels of uploads cannot be stored")]
    UploadLabelsStored,
    /// A range of a filter whose ends are the wrong way round.
    #[error("the {field} of the filter ends before it begins")]
    RangeReversed {
        /// The field's name.
        field: &'static str,
    },
    /// A date in another form than those that are read.
    #[error("{text:?} is not a date")]
    DateUnreadable {
        /// What was given.
        text: String,
    },
    /// A time of day in another form than those that are read.
    #[error("{text:?} is not a time of day")]
    HourUnreadable {
        /// What was given.
        text: String,
    },
    /// One item of a query asks for nothing, or for several things.
    #[error("a part of the query has none or several of text, id, upload and with")]
    QueryItemUnclear,
    /// A span is given with what has no time.
    #[error("words and heads have no start and no end")]
    SpanOfWords,
    /// A part of a sound that begins after its end.
    #[error("the sound ends after {length_seconds} s")]
    SpanBeyondEnd {
        /// How long the sound is.
        length_seconds: f64,
    },
    /// No sound is to be followed, or two.
    #[error("a timeline is of one sound")]
    TimelineOfOneSound,
    /// A sound with more windows than are heard at once.
    #[error("{seconds:.0} s of sound are too many for one window every {hop_seconds:.1} s")]
    TimelineTooLong {
        /// How long the sound is.
        seconds: f64,
        /// From one window to the next.
        hop_seconds: f64,
        /// The hop with which it could be followed.
        least_hop_seconds: f64,
    },
}

/// Things of which a request can name too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Things {
    /// What a search asks for, wanted or not.
    Queries,
    /// Entries of one kind in a filter.
    FilterEntries,
    /// Labels to choose from.
    Labels,
    /// Templates of prompts.
    Templates,
    /// Files of the library.
    Files,
    /// Uploads.
    Uploads,
    /// Judgements to learn from.
    Judgements,
    /// Folders to index.
    Folders,
}

impl fmt::Display for Things {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Things::Queries => "things to ask for",
            Things::FilterEntries => "entries of a filter",
            Things::Labels => "labels",
            Things::Templates => "templates",
            Things::Files => "files",
            Things::Uploads => "uploads",
            Things::Judgements => "judgements",
            Things::Folders => "folders",
        })
    }
}

/// Refuses more than `most` of some `things`.
///
/// # Errors
/// [`ApiRefusal::TooMany`].
pub(crate) fn check_number(things: Things, given: usize, most: usize) -> Result<(), ApiRefusal> {
    if given <= most { Ok(()) } else { Err(ApiRefusal::TooMany { things, given, most }) }
}
