//! Clips → the names that their files have in a library: titles where there are some, so that words have something to find;
//! else the files' own names. Folders are left out, as they often are the classes.

use std::collections::HashSet;
use std::path::Path;

use crate::eval::dataset::LabelledClip;

/// Endings that uploaders leave in titles.
const ENDINGS: [&str; 7] = ["wav", "aif", "aiff", "mp3", "flac", "ogg", "m4a"];

/// Characters of a title that are kept: a file's name has 255 bytes at most, and a character has up to four.
const LONGEST: usize = 60;

/// A name for each of `clips`, no two of which differ by case only.
pub(super) fn names<'a>(clips: impl IntoIterator<Item = &'a LabelledClip>) -> Vec<String> {
    let mut taken = HashSet::new();
    clips.into_iter().map(|clip| free_name(&called(clip), &ending(clip), &mut taken)).collect()
}

/// The words of the clip's name, without ending.
fn called(clip: &LabelledClip) -> String {
    let stem = clip.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let title = clip.title.as_deref().map(without_ending).map(cleaned).filter(|title| !title.is_empty());
    title.unwrap_or_else(|| cleaned(&stem))
}

fn without_ending(title: &str) -> &str {
    let is_ending = |ending: &str| ENDINGS.contains(&ending.to_lowercase().as_str());
    title.rsplit_once('.').filter(|(_, ending)| is_ending(ending)).map_or(title, |(name, _)| name)
}

/// `text` without what no file's name may have on any system, and not begun by a point, which would hide it.
fn cleaned(text: &str) -> String {
    let may_be = |letter: char| if letter.is_control() || r#"/\:*?"<>|"#.contains(letter) { ' ' } else { letter };
    let text: String = text.chars().map(may_be).take(LONGEST).collect();
    text.trim_matches(|letter: char| letter == '.' || letter.is_whitespace()).to_owned()
}

fn ending(clip: &LabelledClip) -> String {
    Path::new(&clip.path).extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default()
}

/// The first of `name`, `name 2`, `name 3` … that is not taken.
fn free_name(name: &str, ending: &str, taken: &mut HashSet<String>) -> String {
    let numbered = (2u32..).map(|number| format!("{name} {number}{ending}"));
    let mut candidates = std::iter::once(format!("{name}{ending}")).chain(numbered);
    candidates.find(|name| taken.insert(name.to_lowercase())).expect("there is always another number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_called_by_its_title_or_else_its_file() {
        let clip = |path: &str, title: Option<&str>| LabelledClip {
            path: path.into(),
            classes: Vec::new(),
            fold: None,
            source: None,
            title: title.map(str::to_owned),
        };
        let clips = [
            clip("dog/1-2-A-3.ogg", Some("Big dog.WAV")),
            clip("dog/4.wav", Some("big dog")),
            clip("dog/5.wav", Some("big dog")),
            clip("rain/a/gutter.flac", None),
            clip("rain/b.wav", Some("what?/..")),
            clip("rain/c.wav", Some("...")),
            clip("rain/v1.2 take", Some("door v1.2")),
        ];
        let expected =
            ["Big dog.ogg", "big dog.wav", "big dog 2.wav", "gutter.flac", "what.wav", "c.wav", "door v1.2.2 take"];
        assert_eq!(names(&clips), expected);
        let long = "é".repeat(500);
        assert!(names(&[clip("a.wav", Some(&long))])[0].len() < 255);
    }
}
