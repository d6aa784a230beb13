//! A root: a folder that a library is kept up to date with, and which files below it are looked at.

use std::path::PathBuf;

use crate::library::record::hearing::Hearing;

/// A folder, or a single file, whose sounds a library is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Absolute path, without links.
    pub path: PathBuf,
    /// Which files below it are looked at.
    pub selection: FileSelection,
    /// Which channels of them are heard.
    pub hearing: Hearing,
}

/// Which files below a root are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSelection {
    /// Patterns of files to leave out, each a line as in a `.gitignore` file at the root.
    pub exclude: Vec<String>,
    /// The treatment of symbolic links.
    pub links: LinkPolicy,
}

/// What a walk does with symbolic links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkPolicy {
    /// They are left out.
    #[default]
    Skip,
    /// They are walked as if their targets were there.
    Follow,
}

impl LinkPolicy {
    /// The policy's name in the catalogue.
    pub(crate) fn name(self) -> &'static str {
        match self {
            LinkPolicy::Skip => "skip",
            LinkPolicy::Follow => "follow",
        }
    }

    /// The policy of that name; the schema allows no others.
    pub(in crate::library) fn from_name(name: &str) -> Self {
        if name == LinkPolicy::Follow.name() { LinkPolicy::Follow } else { LinkPolicy::Skip }
    }
}
