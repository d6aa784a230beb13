//! Lists of labels that are built in: names of well-known datasets, with our own prompts where a name says too little.
//!
//! Prompts are captions, as people write them of sounds: `a dog barks`, `rain falls on a roof`. A name that serves as well
//! in a template has none. No two labels of a list share a prompt.

use crate::classify::label::{Label, label_lines, read_labels};
use crate::error::{Refusal, Result};

/// A built-in list of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCollection {
    name: &'static str,
    text: &'static str,
}

/// All of them.
const COLLECTIONS: [LabelCollection; 6] = [
    LabelCollection { name: "audioset", text: include_str!("audioset.txt") },
    LabelCollection { name: "esc10", text: include_str!("esc10.txt") },
    LabelCollection { name: "esc50", text: include_str!("esc50.txt") },
    LabelCollection { name: "gtzan", text: include_str!("gtzan.txt") },
    LabelCollection { name: "speech-music", text: include_str!("speech-music.txt") },
    LabelCollection { name: "urbansound8k", text: include_str!("urbansound8k.txt") },
];

impl LabelCollection {
    /// The names of all collections.
    pub fn names() -> impl Iterator<Item = &'static str> {
        COLLECTIONS.iter().map(|collection| collection.name)
    }

    /// The collection called `name`.
    ///
    /// # Errors
    /// [`Refusal::NameUnknown`] with those there are.
    pub fn find(name: &str) -> Result<Self> {
        let found = COLLECTIONS.into_iter().find(|collection| collection.name == name);
        found.ok_or_else(|| {
            let known = LabelCollection::names().map(str::to_owned).collect();
            Refusal::NameUnknown { kind: "built-in list", name: name.to_owned(), known }.into()
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
    use std::collections::HashSet;

    use super::*;
    use crate::classify::template::is_sentence;

    #[test]
    fn every_list_can_be_read_and_has_all_its_labels() {
        for (name, count) in
            [("audioset", 527), ("esc10", 10), ("esc50", 50), ("gtzan", 10), ("speech-music", 13), ("urbansound8k", 10)]
        {
            assert_eq!(LabelCollection::find(name).unwrap().labels().unwrap().len(), count, "{name}");
        }
        assert_eq!(LabelCollection::names().count(), 6);
        let refusal = format!("{:?}", LabelCollection::find("none").unwrap_err());
        assert!(refusal.contains("esc50"), "{refusal}");
    }

    #[test]
    fn labels_of_a_list_are_asked_for_differently() {
        for collection in COLLECTIONS {
            let mut seen = HashSet::new();
            for prompt in collection.labels().unwrap().into_iter().flat_map(|label| label.prompts) {
                assert!(!prompt.ends_with('.'), "{prompt}");
                assert!(seen.insert(prompt.clone()), "{} asks for two labels by {prompt:?}", collection.name);
            }
        }
    }

    #[test]
    fn names_with_commas_stay_whole_and_get_captions() {
        let labels = LabelCollection::find("audioset").unwrap().labels().unwrap();
        assert_eq!((labels[0].name.as_str(), labels[526].name.as_str()), ("Speech", "Field recording"));
        let with_comma: Vec<_> = labels.iter().filter(|label| label.name.contains(',')).collect();
        assert!(with_comma.len() > 50);
        for label in with_comma {
            assert!(label.prompts.iter().any(|prompt| is_sentence(prompt)), "{}", label.name);
        }
        assert!(labels.iter().any(|label| label.name == "Male speech, man speaking"));
    }
}
