//! Lists of labels that are built in: names of well-known data sets, with our own prompts where a name says too little.

use super::label::{Label, label_lines, read_labels};
use crate::error::{Error, Result};

/// A built-in list of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCollection {
    name: &'static str,
    text: &'static str,
}

/// All of them.
const COLLECTIONS: [LabelCollection; 2] = [
    LabelCollection { name: "audioset", text: include_str!("audioset.txt") },
    LabelCollection { name: "esc50", text: include_str!("esc50.txt") },
];

impl LabelCollection {
    /// The names of all collections.
    pub fn names() -> impl Iterator<Item = &'static str> {
        COLLECTIONS.iter().map(|collection| collection.name)
    }

    /// The collection called `name`.
    ///
    /// # Errors
    /// [`Error::User`] naming those there are.
    pub fn find(name: &str) -> Result<Self> {
        let found = COLLECTIONS.into_iter().find(|collection| collection.name == name);
        found.ok_or_else(|| {
            let names: Vec<_> = LabelCollection::names().collect();
            Error::user(format!("there is no built-in list {name:?}"), format!("there are {}", names.join(", ")))
        })
    }

    /// Its labels.
    ///
    /// # Errors
    /// None that a built-in list can give; those of [`read_labels`].
    pub fn labels(&self) -> Result<Vec<Label>> {
        read_labels(label_lines(self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_can_be_read() {
        for name in LabelCollection::names() {
            assert!(LabelCollection::find(name).unwrap().labels().unwrap().len() > 2, "{name}");
        }
        assert!(LabelCollection::find("none").unwrap_err().to_string().contains("esc50"));
    }
}
