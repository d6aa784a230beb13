//! What sounds are called, and who says so.

/// Who says that a sound has a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Labeller {
    /// A model that compared the sound with words.
    ZeroShot,
    /// The head of this name.
    Head(String),
    /// A person.
    Hand,
}

impl Labeller {
    /// The names of all sources.
    pub const SOURCES: [&'static str; 3] = ["zero-shot", "head", "hand"];

    /// The name of the source in the catalogue.
    pub fn source(&self) -> &'static str {
        match self {
            Labeller::ZeroShot => Labeller::SOURCES[0],
            Labeller::Head(_) => Labeller::SOURCES[1],
            Labeller::Hand => Labeller::SOURCES[2],
        }
    }

    /// The head's name, or nothing.
    pub fn head(&self) -> &str {
        if let Labeller::Head(name) = self { name } else { "" }
    }

    /// The labeller of that source and head; the schema allows no others.
    pub(in crate::library) fn from_names(source: &str, head: String) -> Self {
        match source {
            "zero-shot" => Labeller::ZeroShot,
            "head" => Labeller::Head(head),
            _ => Labeller::Hand,
        }
    }
}

/// A label of a span of a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The label.
    pub label: String,
    /// Start of the span in seconds from the beginning of the sound; 0 for the whole.
    pub start_seconds: f64,
    /// Its end; the sound's length for the whole.
    pub end_seconds: f64,
    /// How sure the labeller is, 0..=1; a person is sure.
    pub score: f32,
}
