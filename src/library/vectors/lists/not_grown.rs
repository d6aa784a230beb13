//! Why lists have not taken in what is new.

use std::io;

use crate::library::vectors::lists::part::Damaged;

/// Why lists have not grown.
#[derive(Debug)]
pub(in crate::library::vectors) enum NotGrown {
    /// The caller wanted it to stop.
    Stopped,
    /// A part that is to be taken in is not what was written.
    Damaged,
    /// A file cannot be written.
    Unwritten(io::Error),
}

impl From<Damaged> for NotGrown {
    fn from(Damaged: Damaged) -> Self {
        NotGrown::Damaged
    }
}

impl From<io::Error> for NotGrown {
    fn from(error: io::Error) -> Self {
        NotGrown::Unwritten(error)
    }
}
