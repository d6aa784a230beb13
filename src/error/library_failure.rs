//! The ways in which a library fails those who use it.

use std::fmt;

/// How many characters of a fingerprint tell two models apart for a reader.
const SHORT_FINGERPRINT: usize = 12;

/// The model that made some vectors, as far as it is named to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTag {
    /// The model's name.
    pub name: String,
    /// Fingerprint of its weights.
    pub fingerprint: String,
    /// How many values its vectors have.
    pub dim: usize,
}

impl fmt::Display for ModelTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.fingerprint.get(..SHORT_FINGERPRINT).unwrap_or(&self.fingerprint);
        write!(f, "{} ({short}, {} values a vector)", self.name, self.dim)
    }
}

/// The model `own`, told apart from an `other` of the same name: a model that comes with the program changes with it.
fn made_with(own: &ModelTag, other: &ModelTag) -> String {
    if own.name == other.name { format!("another version of the model {own}") } else { format!("the model {own}") }
}

/// Why a library cannot be used, or not in this way.
///
/// The enum is exhaustive on purpose: a face that has no advice for a new variant does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibraryFailure {
    /// Nothing is there.
    #[error("there is no library here")]
    Missing,
    /// Somebody else is writing.
    #[error("{holder} is writing to this library")]
    Locked {
        /// The process that writes, in words.
        holder: String,
    },
    /// Another catalogue has taken the place of the one that was being read.
    #[error("the library has just been rebuilt")]
    Superseded,
    /// A run was cut short, and what it left cannot be put in order.
    #[error("an earlier run was interrupted, and the folder cannot be written to repair what it left")]
    Unfinished,
    /// The vectors that were asked for are of another model than the library's.
    #[error(
        "this library was made with {}, and vectors of {other} cannot be compared with its own",
        made_with(own, other)
    )]
    OtherModel {
        /// The library's model.
        own: Box<ModelTag>,
        /// The model that was asked for.
        other: Box<ModelTag>,
    },
    /// The moments that were asked for are not those of the library.
    #[error("this library has {own}, and you asked for {other}, which must be the same for all its files")]
    OtherMoments {
        /// The library's moments, in words.
        own: String,
        /// Those asked for, in words.
        other: String,
    },
    /// A vector that was to be stored has another length than the library's.
    #[error("a vector of {given} values for {of}, in a library whose vectors have {own}")]
    OtherDimension {
        /// The file that the vector is of.
        of: String,
        /// How many values the vector has.
        given: usize,
        /// How many the library's have.
        own: usize,
    },
    /// The library's format is older than the one that this program reads.
    #[error("this library has the older format {found}, and {known} is needed")]
    OlderFormat {
        /// The library's format.
        found: u32,
        /// The format that this program reads.
        known: u32,
    },
    /// The library was made by a newer program.
    #[error("this library has format {found}, made by a newer auricle (this one knows up to {known})")]
    NewerFormat {
        /// The library's format.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// The database is another program's.
    #[error("the database in this folder is not an auricle library")]
    Foreign,
    /// The catalogue is no sound database.
    #[error("the catalogue is damaged")]
    Damaged,
    /// A head is not stored as it was written.
    #[error("the head {head:?} cannot be read ({reason})")]
    HeadDamaged {
        /// The head's name.
        head: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A derived index is not what was written.
    #[error("the index cannot be used: {reason}")]
    IndexUnusable {
        /// What is wrong with it.
        reason: String,
    },
    /// A derived index could not be made.
    #[error("the index could not be made: {reason}")]
    IndexNotMade {
        /// What went wrong.
        reason: String,
    },
    /// Another process is using the catalogue.
    #[error("another process is using the catalogue")]
    Busy,
    /// There is no room.
    #[error("the disk is full")]
    DiskFull,
    /// The folder cannot be written.
    #[error("the library's folder cannot be written")]
    ReadOnly,
    /// The folder's permissions forbid it.
    #[error("the library's folder cannot be written or read")]
    Denied,
    /// There is a file where the folder should be.
    #[error("this is not a folder")]
    NotAFolder,
    /// The disk failed while the catalogue was used.
    #[error("the catalogue could not be read or written")]
    DiskFailed,
    /// The database failed in another way.
    #[error("the catalogue could not be used")]
    CatalogueUnusable,
    /// The folder failed in another way.
    #[error("the library's folder cannot be used")]
    FolderUnusable,
}
