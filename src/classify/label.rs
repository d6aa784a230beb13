//! Labels as people write them: a name, perhaps a threshold, perhaps prompts of its own.
//!
//! `siren`, `siren = an ambulance passes | a police siren wails`, `siren @0.7 = …`. In a file there is one a line; blank
//! lines and lines that begin with `#` say nothing. No model is needed here, and none is known.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Need, Quantity, Refusal, Result, Stage};

/// Stands between a label's name and its prompts.
const IS: char = '=';

/// Stands between two prompts.
const OR: char = '|';

/// Stands before a threshold.
const FROM: char = '@';

/// Begins a line of a file that says nothing.
const COMMENT: char = '#';

/// A class of sounds and what the model is asked about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// What it is called.
    pub name: String,
    /// From which score on a sound has it, 0..=1; `None` for the usual one.
    pub threshold: Option<f32>,
    /// The user's own prompts, which are asked as they are; none where templates make prompts of the name.
    pub prompts: Vec<String>,
}

impl Label {
    /// The label that is called `name` and is asked for by templates.
    pub fn named(name: impl Into<String>) -> Self {
        Label { name: name.into(), threshold: None, prompts: Vec::new() }
    }

    /// Reads `NAME`, `NAME = PROMPT | PROMPT` or either with ` @THRESHOLD` after the name.
    ///
    /// # Errors
    /// [`Error::Request`] if the name or a prompt is blank, or the threshold is no number in 0..=1.
    pub fn parse(text: &str) -> Result<Self> {
        let (name, prompts) = match text.split_once(IS) {
            None => (text, Vec::new()),
            Some((name, prompts)) => (name, prompts.split(OR).map(|prompt| prompt.trim().to_owned()).collect()),
        };
        let (name, threshold) = split_threshold(name)?;
        if name.is_empty() {
            return Err(Refusal::LabelBlank.into());
        }
        if prompts.iter().any(String::is_empty) {
            return Err(Refusal::PromptBlank { label: name.to_owned() }.into());
        }
        Ok(Label { name: name.to_owned(), threshold, prompts })
    }

    /// The label's name in words: underscores, as datasets write them, become spaces.
    pub fn words(&self) -> String {
        self.name.replace('_', " ")
    }

    /// Whether `other` is the same name, however it is spaced and whatever its capitals: `Dog_Bark` and `dog  bark`.
    pub(crate) fn is_called_as(&self, other: &Label) -> bool {
        self.plain_name() == other.plain_name()
    }

    fn plain_name(&self) -> String {
        self.words().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn means_the_same(&self, other: &Label) -> bool {
        self.threshold == other.threshold && self.prompts == other.prompts
    }
}

/// A name that has an `@` in it without a number behind it is a name.
fn split_threshold(text: &str) -> Result<(&str, Option<f32>)> {
    let text = text.trim();
    let Some((name, number)) = text.rsplit_once(FROM) else { return Ok((text, None)) };
    let Ok(threshold) = number.trim().parse::<f32>() else { return Ok((text, None)) };
    check_threshold(threshold)?;
    Ok((name.trim(), Some(threshold)))
}

/// Refuses a threshold that no score or every score reaches by being no number.
///
/// # Errors
/// [`Error::Request`] if it is not in 0..=1.
pub fn check_threshold(threshold: f32) -> Result<()> {
    if (0.0..=1.0).contains(&threshold) {
        return Ok(());
    }
    Err(Error::invalid(Quantity::Threshold, threshold, "a number from 0 to 1"))
}

/// Reads each of `texts` as a label. One that is given twice counts once, spelled as it was first, whatever its spaces and
/// capitals.
///
/// # Errors
/// [`Error::Request`] if there are none, two different ones have the same name, and as [`Label::parse`].
pub fn read_labels<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Vec<Label>> {
    let mut labels: Vec<Label> = Vec::new();
    for text in texts {
        let label = Label::parse(text.as_ref())?;
        match labels.iter().find(|earlier| earlier.is_called_as(&label)) {
            None => labels.push(label),
            Some(earlier) if earlier.means_the_same(&label) => {}
            Some(_) => return Err(Refusal::LabelTwice { label: label.name }.into()),
        }
    }
    if labels.is_empty() {
        return Err(Refusal::Lacking(Need::Labels).into());
    }
    Ok(labels)
}

/// `labels` from several places, each name once, in the place where it came first: what comes later says what it means.
pub fn merge_labels(labels: impl IntoIterator<Item = Label>) -> Vec<Label> {
    let mut merged: Vec<Label> = Vec::new();
    for label in labels {
        match merged.iter_mut().find(|earlier| earlier.is_called_as(&label)) {
            Some(earlier) => *earlier = label,
            None => merged.push(label),
        }
    }
    merged
}

/// Reads the labels in the file at `path`, one a line.
///
/// # Errors
/// [`Error::Data`] naming the file if it cannot be read or is no text; as [`read_labels`].
pub fn read_label_file(path: &Path) -> Result<Vec<Label>> {
    let text = fs::read_to_string(path).map_err(|error| {
        Error::file(path, Stage::Open, "the labels cannot be read; it has to be a text file").caused_by(error)
    })?;
    read_labels(label_lines(&text))
}

/// The lines of a label file that say something.
pub(super) fn label_lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(COMMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_have_a_threshold_and_prompts() {
        let check = |text: &str, name: &str, threshold: Option<f32>, prompts: &[&str]| {
            let prompts = prompts.iter().map(|prompt| prompt.to_string()).collect();
            assert_eq!(Label::parse(text).unwrap(), Label { name: name.into(), threshold, prompts }, "{text}");
        };
        check(" dog_bark ", "dog_bark", None, &[]);
        check("siren @0.7", "siren", Some(0.7), &[]);
        check("siren@1 = a | b", "siren", Some(1.0), &["a", "b"]);
        check("me@home", "me@home", None, &[]);
        check("a = x = y", "a", None, &["x = y"]);
        for bad in ["", " = x", "a =", "a = x |", "a @2", "a @-0.1", "a @NaN", "@0.5"] {
            assert!(matches!(Label::parse(bad), Err(Error::Request(_))), "{bad}");
        }
    }

    #[test]
    fn a_label_counts_once_and_may_not_mean_two_things() {
        let names = |texts: &[&str]| {
            read_labels(texts).map(|labels| labels.into_iter().map(|label| label.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[" dog", "rain", "dog "]).unwrap(), ["dog", "rain"]);
        assert_eq!(names(&["Dog_bark", "rain", "dog  Bark", "RAIN"]).unwrap(), ["Dog_bark", "rain"]);
        assert_eq!(names(&["dog @0.7 = a dog", "DOG @0.7 = a dog"]).unwrap(), ["dog"]);
        for refused in [&[] as &[&str], &["dog", ""], &["dog", "dog = a dog"], &["dog", "Dog @0.7"]] {
            assert!(names(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_file_has_a_label_a_line() {
        let lines: Vec<_> = label_lines("\u{feff}# mine\r\n\r\n dog = a dog, barking \r\nrain\n").collect();
        assert_eq!(lines, ["dog = a dog, barking", "rain"]);
    }
}
