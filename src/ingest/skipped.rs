//! Why a run does not take a file in that lies below its roots.

use std::fmt;

/// Why a file, or a folder with all that is in it, was left out. None of these is a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// It does not hold sound, and is not called as if it did.
    NoSound,
    /// Its name begins with a dot.
    Hidden,
    /// It matches this pattern of those to leave out.
    Excluded(String),
    /// It is a symbolic link, and links are not followed.
    Link,
    /// It is neither a file nor a folder: a device, a pipe, a socket.
    Special,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SkipReason::NoSound => f.write_str("not a sound"),
            SkipReason::Hidden => f.write_str("hidden"),
            SkipReason::Excluded(pattern) => write!(f, "excluded by {pattern}"),
            SkipReason::Link => f.write_str("a symbolic link"),
            SkipReason::Special => f.write_str("neither a file nor a folder"),
        }
    }
}
