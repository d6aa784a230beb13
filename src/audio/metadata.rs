//! The metadata of a sound file: its format and the words in it.

use std::path::Path;

use crate::recording_time::{Exactness, RecordingTime};

/// What a sound file says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// Container in lower case, for example `wav`, `ogg`, `mp4`.
    pub container: String,
    /// Codec in lower case, for example `pcm_s16le`, `vorbis`, `opus`.
    pub codec: String,
    /// Sample rate of the file, in Hz.
    pub rate_hz: u32,
    /// Number of channels in the file.
    pub channels: u32,
    /// Bits of a sample, where the file has whole numbers that are kept as they are.
    pub bits: Option<u32>,
    /// Duration in seconds as the container states it; `None` where it does not.
    pub duration_seconds: Option<f64>,
    /// Words found in the file.
    pub tags: Tags,
    /// Places in the sound that the file names, in the order of time.
    pub cues: Vec<CuePlace>,
}

/// A place, or a part, of a sound that its file gives words for.
#[derive(Debug, Clone, PartialEq)]
pub struct CuePlace {
    /// Where it is or begins, in seconds from the beginning of the sound.
    pub start_seconds: f64,
    /// Where it ends; `None` for a place without a length.
    pub end_seconds: Option<f64>,
    /// Its words.
    pub words: String,
}

/// What the words of a tag are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagName {
    /// Title.
    Title,
    /// Artist.
    Artist,
    /// Album, or the library of sounds that it is from.
    Album,
    /// Comment.
    Comment,
    /// Genre.
    Genre,
    /// Description (Broadcast WAV's `bext` chunk, or a tag of that name).
    Description,
    /// Scene of a film.
    Scene,
    /// Take of a scene.
    Take,
    /// Note of whoever recorded it.
    Note,
    /// Tape, roll or card.
    Tape,
    /// Project.
    Project,
    /// Names of the recorder's tracks.
    Tracks,
    /// Free words of the recorder's user.
    User,
    /// Category of a sound effect.
    Category,
    /// Subject.
    Subject,
    /// Keywords.
    Keywords,
    /// Names of the places marked in it.
    Cues,
    /// Who or what made the file.
    Originator,
    /// Date of recording, with its time where that is stated.
    Date,
    /// Place of recording.
    Location,
    /// Engineer or recordist.
    Engineer,
    /// Composer.
    Composer,
    /// Mood.
    Mood,
    /// Musical key.
    Key,
    /// Beats a minute.
    Bpm,
    /// Copyright.
    Copyright,
    /// Time at which the file says it was made, which may be that of a conversion.
    Created,
}

/// Words found in a sound file, by what they are about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// By place in [`Tags::NAMES`].
    words: [Option<String>; Tags::NAMES.len()],
}

impl Tags {
    /// The names of the tags, as filters and outputs have them, in the order of [`TagName`].
    pub const NAMES: [&'static str; TagName::Created as usize + 1] = [
        "title",
        "artist",
        "album",
        "comment",
        "genre",
        "description",
        "scene",
        "take",
        "note",
        "tape",
        "project",
        "tracks",
        "user",
        "category",
        "subject",
        "keywords",
        "cues",
        "originator",
        "date",
        "location",
        "engineer",
        "composer",
        "mood",
        "key",
        "bpm",
        "copyright",
        "created",
    ];

    /// The words of `name`, if the file has any.
    pub fn get(&self, name: TagName) -> Option<&str> {
        self.words[name as usize].as_deref()
    }

    /// When the recording in the file at `path`, whose tags these are, began ([`RecordingTime::of`]).
    pub fn recorded(&self, path: &Path) -> Option<RecordingTime> {
        let named = Tags::NAMES.iter().zip(&self.words);
        RecordingTime::of(path, named.filter_map(|(name, words)| Some((*name, words.as_deref()?))))
    }

    /// The words that are there, each after the name of its tag.
    pub fn into_named(self) -> impl Iterator<Item = (&'static str, String)> {
        Tags::NAMES.into_iter().zip(self.words).filter_map(|(name, words)| Some((name, words?)))
    }

    /// Gives `name` its words, unless it has some or there are none to give. Of two dates the more exact one is kept.
    pub(super) fn fill(&mut self, name: TagName, words: Option<String>) {
        self.fill_place(name as usize, words);
    }

    /// The same for the tag that is called `name`, in whatever case; a name that none has is passed over.
    pub(super) fn fill_named(&mut self, name: &str, words: Option<String>) {
        if let Some(place) = Tags::NAMES.iter().position(|known| known.eq_ignore_ascii_case(name)) {
            self.fill_place(place, words);
        }
    }

    fn fill_place(&mut self, place: usize, words: Option<String>) {
        let slot = &mut self.words[place];
        let is_better = match (&slot, &words) {
            (Some(held), Some(new)) => place == TagName::Date as usize && exactness(new) > exactness(held),
            _ => slot.is_none(),
        };
        if is_better {
            *slot = words;
        }
    }

    /// Adds `words` to those of `name`, behind `between`, unless they are among them.
    pub(super) fn join(&mut self, name: TagName, words: &str, between: &str) {
        match &mut self.words[name as usize] {
            Some(all) if all.split(between).any(|part| part == words) => {}
            Some(all) => *all = [all.as_str(), words].join(between),
            empty => *empty = Some(words.to_owned()),
        }
    }

    /// Fills what is not there with what `other` has.
    pub(super) fn fill_from(&mut self, other: Tags) {
        other.words.into_iter().enumerate().for_each(|(place, words)| self.fill_place(place, words));
    }
}

/// How much the words of a date say.
fn exactness(words: &str) -> Option<(Exactness, bool)> {
    RecordingTime::from_text(words).map(|time| time.worth())
}
