//! Chapters: parts of a sound that its file names, in seconds. In: what symphonia read of them (Ogg) or the
//! comments `CHAPTER001=00:01:02.500` and `CHAPTER001NAME=…` of Vorbis. Out: places, none without words. Chapters within
//! chapters are places as others are.
//!
//! Reference: Xiph, "Chapter Extension" of Vorbis comments.

use std::collections::BTreeMap;

use symphonia::core::formats::FormatReader;
use symphonia::core::meta::{Chapter, ChapterGroup, ChapterGroupItem, StandardTag};

use crate::audio::metadata::CuePlace;
use crate::audio::tags::encoding::text;

/// Chapters that are read, at most.
pub(in crate::audio) const MOST_CHAPTERS: usize = 10_000;

/// A chapter from `start` to `end` in seconds; an end that is none does not count.
pub(in crate::audio) fn chapter(start: f64, end: Option<f64>, words: String) -> CuePlace {
    let start_seconds = start.max(0.0);
    CuePlace { start_seconds, end_seconds: end.filter(|end| *end > start_seconds), words }
}

/// The chapters that `reader` found in its file.
pub(in crate::audio) fn of_reader(reader: &dyn FormatReader) -> Vec<CuePlace> {
    let mut found = Vec::new();
    if let Some(group) = reader.chapters() {
        add_group(group, &mut found);
    }
    up_to_next(&mut found);
    found
}

fn add_group(group: &ChapterGroup, found: &mut Vec<CuePlace>) {
    for item in group.items.iter().take(MOST_CHAPTERS.saturating_sub(found.len())) {
        match item {
            ChapterGroupItem::Group(inner) => add_group(inner, found),
            ChapterGroupItem::Chapter(one) => {
                let (start, end) = (one.start_time.as_secs_f64(), one.end_time.map(|end| end.as_secs_f64()));
                found.extend(title(one).map(|words| chapter(start, end, words)));
            }
        }
    }
}

/// The title of a chapter; the first, if it has one in several languages.
fn title(of: &Chapter) -> Option<String> {
    of.tags.iter().find_map(|tag| match &tag.std {
        Some(StandardTag::ChapterTitle(words)) => text(words.as_bytes()),
        _ => None,
    })
}

/// The chapters among the Vorbis comments in `comments`, each with its name, whatever the number of digits.
pub(in crate::audio) fn of_comments<'a>(comments: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<CuePlace> {
    let mut parts: BTreeMap<u32, (Option<f64>, Option<String>)> = BTreeMap::new();
    for (key, value) in comments {
        let Some(rest) = key.to_ascii_uppercase().strip_prefix("CHAPTER").map(str::to_owned) else { continue };
        let field = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let Ok(number) = rest[..rest.len() - field.len()].parse() else { continue };
        let part = parts.entry(number).or_default();
        match field {
            "" => part.0 = part.0.or_else(|| seconds(value)),
            "NAME" => part.1 = part.1.take().or_else(|| text(value.as_bytes())),
            _ => {}
        }
    }
    let named = parts.into_values().filter_map(|(start, words)| Some(chapter(start?, None, words?)));
    let mut found: Vec<CuePlace> = named.take(MOST_CHAPTERS).collect();
    up_to_next(&mut found);
    found
}

/// The seconds of `00:01:02.500`.
fn seconds(clock: &str) -> Option<f64> {
    let parts = clock.trim().split(':').map(|part| part.parse::<f64>().ok().filter(|part| (0.0..1e6).contains(part)));
    let parts: Vec<f64> = parts.collect::<Option<_>>()?;
    (2..=3).contains(&parts.len()).then(|| parts.iter().fold(0.0, |sum, part| 60.0 * sum + part))
}

/// Lets chapters of which only the beginning is stated, all of them or none, go up to the next.
pub(in crate::audio) fn up_to_next(chapters: &mut [CuePlace]) {
    if chapters.iter().any(|chapter| chapter.end_seconds.is_some()) {
        return;
    }
    chapters.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
    for at in 1..chapters.len() {
        let next = chapters[at].start_seconds;
        let before = &mut chapters[at - 1];
        before.end_seconds = Some(next).filter(|next| *next > before.start_seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_chapters_whatever_their_order_and_digits_and_what_is_incomplete_is_none() {
        let comments = [
            ("TITLE", "Walk"),
            ("CHAPTER02NAME", "Gate"),
            ("chapter02", "00:01:02.500"),
            ("CHAPTER001", "0:05"),
            ("CHAPTER001NAME", "Street"),
            ("CHAPTER003", "nonsense"),
            ("CHAPTER003NAME", "Nowhere"),
            ("CHAPTER004", "00:02:00"),
            ("CHAPTER", "00:02:00"),
            ("CHAPTERS", "2"),
            ("CHAPTER99999999999", "1:00"),
        ];
        let expected = [chapter(5.0, Some(62.5), "Street".into()), chapter(62.5, None, "Gate".into())];
        assert_eq!(of_comments(comments.into_iter()), expected);
    }
}
