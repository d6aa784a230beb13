//! Dates that older tags keep in parts: ID3v2.3 has the year, the day with the month and the time of day each in a frame of its
//! own, ID3v1 has only a year. In: what symphonia read. Out: one date as ISO 8601 has it.

use symphonia::core::meta::{MetadataRevision, StandardTag};

use crate::audio::tags::{each_tag, words_of};

/// The date that the parts in `revision` make.
pub(super) fn in_parts(revision: &MetadataRevision) -> Option<String> {
    let raw = |key: &str| {
        let tag = each_tag(revision).find(|tag| tag.raw.key == key)?;
        words_of(&tag.raw.value).and_then(pairs)
    };
    let year = each_tag(revision).find_map(|tag| match tag.std {
        Some(StandardTag::RecordingYear(year)) => Some(year),
        _ => None,
    });
    let year = format!("{:04}", year.filter(|year| *year > 0)?);
    // Day before month, hour before minute.
    Some(match (raw("TDAT"), raw("TIME")) {
        (Some((day, month)), Some((hour, minute))) => format!("{year}-{month}-{day}T{hour}:{minute}"),
        (Some((day, month)), None) => format!("{year}-{month}-{day}"),
        (None, _) => year,
    })
}

/// Four digits as two numbers of two.
fn pairs(words: &str) -> Option<(&str, &str)> {
    let words = words.trim();
    (words.len() == 4 && words.bytes().all(|byte| byte.is_ascii_digit())).then(|| words.split_at(2))
}
