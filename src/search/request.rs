//! What somebody asks for: words and sounds wanted and not wanted, how to look for them, and how much to show.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::embedding::Embedding;
use crate::error::{Error, Need, Quantity, Refusal, Result};
use crate::library::lookup::FileFilter;
use crate::library::text::Ending;
use crate::library::vectors::Mode;

/// One thing that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Sounds that these words describe, and files that have them in their name, tags or folders.
    Words(String),
    /// Sounds like this one.
    Like(Example),
    /// Sounds of a class that was learned from examples.
    Learned(Learned),
}

/// A class that was learned from examples, as a direction among vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// What it is called, for people: HEAD or HEAD:CLASS.
    pub name: String,
    /// Where its weights point.
    pub direction: Embedding,
    /// Cosine with that from which on a sound is of the class rather than not.
    pub boundary: f32,
    /// How much more cosine makes it more probable by the factor e in odds, above 0.
    pub log_odds_unit: f32,
}

/// A sound to compare with: a file, which need not be in the library, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The file.
    pub path: PathBuf,
    /// The part; `None` for all of it.
    pub stretch: Option<Stretch>,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Start in seconds from the beginning of the sound, at least 0.
    pub start_seconds: f64,
    /// End in seconds from the beginning of the sound, after the start.
    pub end_seconds: f64,
}

impl Example {
    /// Reads `FILE` or `FILE@START-END`, the times as [`read_clock`] has them. A file that is called so, `@` and all, is
    /// meant as it is.
    pub fn parse(text: impl AsRef<OsStr>) -> Self {
        let text = text.as_ref();
        let whole = Example { path: text.into(), stretch: None };
        if Path::new(text).exists() {
            return whole;
        }
        let Some((path, times)) = split_at_sign(text) else { return whole };
        let stretch = times.split_once('-').and_then(|(start, end)| {
            Some(Stretch { start_seconds: read_clock(start)?, end_seconds: read_clock(end)? })
        });
        if stretch.is_none() { whole } else { Example { path: path.into(), stretch } }
    }
}

/// What stands before and after the last `@`, of which the first need not be Unicode.
#[cfg(unix)]
fn split_at_sign(text: &OsStr) -> Option<(OsString, String)> {
    use std::os::unix::ffi::OsStrExt;
    let bytes = text.as_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'@')?;
    let times = std::str::from_utf8(&bytes[at + 1..]).ok()?;
    Some((OsStr::from_bytes(&bytes[..at]).to_owned(), times.to_owned()))
}

/// What stands before and after the last `@`; `None` for text that is not Unicode.
#[cfg(not(unix))]
fn split_at_sign(text: &OsStr) -> Option<(OsString, String)> {
    let (path, times) = text.to_str()?.rsplit_once('@')?;
    Some((path.into(), times.to_owned()))
}

/// Reads `seconds`, `minutes:seconds` or `hours:minutes:seconds` as seconds; `None` if `text` is none of them.
pub fn read_clock(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        let value: f64 = part.trim().parse().ok()?;
        if !value.is_finite() || value < 0.0 {
            return None;
        }
        seconds = seconds * 60.0 + value;
    }
    Some(seconds)
}

/// A query and how much it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// What is or is not wanted.
    pub query: Query,
    /// How much it counts beside the others, above 0; 1 where nothing was said.
    pub weight: f32,
}

impl From<Query> for Weighted {
    fn from(query: Query) -> Self {
        Weighted { query, weight: 1.0 }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Sounds and words.
    #[default]
    Both,
    /// Sounds alone.
    Sound,
    /// Words alone; needs no model.
    Words,
}

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// A file with its best moments inside; files of the same content are one.
    #[default]
    Files,
    /// A moment, or a whole file that has none.
    Moments,
}

/// What becomes of hits below the cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// They are counted and left out.
    #[default]
    Convincing,
    /// They are given too, and marked.
    All,
}

/// What becomes of the sounds that were given as wanted examples, if the library has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Examples {
    /// They are no hits, nor are files of the same content; of an example that is a stretch, the places that overlap it.
    #[default]
    LeftOut,
    /// They are hits like all others.
    Listed,
}

/// A question to a library.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is wanted; at least one.
    pub wanted: Vec<Weighted>,
    /// What is not: it pushes hits down and never up.
    pub unwanted: Vec<Weighted>,
    /// What is compared.
    pub by: By,
    /// Which files may be found.
    pub filter: FileFilter,
    /// What becomes of the examples themselves.
    pub examples: Examples,
    /// What a hit is.
    pub rows: Rows,
    /// How many hits at most.
    pub limit: usize,
    /// What becomes of hits below the cut.
    pub shown: Shown,
    /// Whether the last word may be unfinished.
    pub ending: Ending,
    /// How vectors are searched.
    pub mode: Mode,
}

/// How many hits are given where nothing was said.
pub const DEFAULT_LIMIT: usize = 10;

impl Request {
    /// The plain question for `query`.
    pub fn new(query: Query) -> Self {
        Request {
            wanted: vec![query.into()],
            unwanted: Vec::new(),
            by: By::default(),
            filter: FileFilter::default(),
            examples: Examples::default(),
            rows: Rows::default(),
            limit: DEFAULT_LIMIT,
            shown: Shown::default(),
            ending: Ending::default(),
            mode: Mode::Auto,
        }
    }

    /// Refuses what cannot be asked.
    ///
    /// # Errors
    /// [`Error::Request`] if nothing is wanted, words are empty, a weight is not above 0, or a stretch ends before it
    /// starts.
    pub fn check(&self) -> Result<()> {
        if self.wanted.is_empty() {
            return Err(Refusal::Lacking(Need::Query).into());
        }
        self.wanted.iter().chain(&self.unwanted).try_for_each(Weighted::check)
    }
}

impl Weighted {
    fn check(&self) -> Result<()> {
        if !(self.weight > 0.0 && self.weight.is_finite()) {
            return Err(Error::invalid(Quantity::Weight, self.weight, "a number above 0"));
        }
        match &self.query {
            Query::Words(words) if words.trim().is_empty() => Err(Refusal::Lacking(Need::Words).into()),
            Query::Like(Example { stretch: Some(stretch), path }) if !stretch.is_valid() => {
                let Stretch { start_seconds, end_seconds } = stretch;
                let given = format!("{start_seconds} s to {end_seconds} s of {}", path.display());
                Err(Error::invalid(Quantity::Span, given, "a start and a later end in seconds"))
            }
            _ => Ok(()),
        }
    }
}

impl Stretch {
    fn is_valid(&self) -> bool {
        self.start_seconds >= 0.0 && self.start_seconds < self.end_seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_follows_the_file() {
        let stretch = |start_seconds, end_seconds| Some(Stretch { start_seconds, end_seconds });
        for (text, path, expected) in [
            ("rain.wav", "rain.wav", None),
            ("rain.wav@1.5-4", "rain.wav", stretch(1.5, 4.0)),
            ("a@b.wav@0-1:02.5", "a@b.wav", stretch(0.0, 62.5)),
            ("me@home.wav", "me@home.wav", None),
            ("x@1:0:0-2:0:0", "x", stretch(3600.0, 7200.0)),
            ("x@NaN-inf", "x@NaN-inf", None),
            ("", "", None),
        ] {
            assert_eq!(Example::parse(text), Example { path: path.into(), stretch: expected }, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_stretch_follows_a_name_that_is_not_unicode() {
        use std::os::unix::ffi::OsStrExt;
        let example = Example::parse(OsStr::from_bytes(b"caf\xe9.wav@1-2"));
        assert_eq!(example.path, Path::new(OsStr::from_bytes(b"caf\xe9.wav")));
        assert_eq!(example.stretch, Some(Stretch { start_seconds: 1.0, end_seconds: 2.0 }));
    }

    #[test]
    fn what_cannot_be_asked_is_refused_with_advice() {
        let rain = || Request::new(Query::Words("rain".into()));
        let weighing = |weight| Weighted { query: Query::Words("x".into()), weight };
        let back = Example { path: "x".into(), stretch: Some(Stretch { start_seconds: 2.0, end_seconds: 1.0 }) };
        let refused = [
            Request { wanted: Vec::new(), ..rain() },
            Request::new(Query::Words(" ".into())),
            Request { unwanted: vec![weighing(0.0)], ..rain() },
            Request { unwanted: vec![weighing(f32::NAN)], ..rain() },
            Request { unwanted: vec![weighing(-1.0)], ..rain() },
            Request::new(Query::Like(back)),
        ];
        for request in refused {
            assert!(matches!(request.check(), Err(Error::Request(_))), "{request:?}");
        }
        rain().check().unwrap();
    }
}
