//! The best of many, and words that are near: what is passed over on the way would not have been found.

use strsim::osa_distance;

use super::{indexed, library_of, library_with};
use crate::library::record::change::Change;
use crate::library::text::TextIndex;
use crate::library::text::query::{Ending, Words};
use crate::library::text::score::TextHit;

const SOUNDS: [&str; 7] = ["rain", "kick", "door", "wind", "dog", "downpour", "bell"];
const KINDS: [&str; 5] = ["soft", "hard", "wet", "old", "distant"];

/// File `number` of many whose names and tags are much the same.
fn file(number: usize) -> Change {
    let (sound, other) = (SOUNDS[number % 7], SOUNDS[number / 3 % 7]);
    let more = "again ".repeat(number % 4);
    let path = format!("/s/{other}/{sound} {} {more}{number}.wav", KINDS[number / 2 % 5]);
    indexed(&path, &[("title", &format!("{other} {}", KINDS[number % 5]))])
}

#[test]
fn the_best_few_are_the_first_of_all() {
    let (_folder, mut writer) = library_with(&(0..700).map(file).collect::<Vec<_>>());
    let mut index = TextIndex::open(writer.library()).unwrap();
    for step in 0..3 {
        writer.commit(&(700 + 50 * step..750 + 50 * step).map(file).collect::<Vec<_>>()).unwrap();
        index.refresh(writer.library()).unwrap();
    }
    assert!(index.postings.segments_len() > 1);
    for words in
        ["rain", "wav", "rain soft", "\"door old\" again", "wet wind 7", "d*", "again kick rain dog", "heavy rain"]
    {
        for ending in [Ending::Finished, Ending::Typing] {
            let words = Words::parse(words, ending);
            let all = index.find(&words, None, usize::MAX).unwrap();
            for limit in [1, 3, 20, 100, 600, 2000] {
                let best = index.find(&words, None, limit).unwrap();
                assert_eq!(best, all[..limit.min(all.len())], "{words:?}: {limit}");
            }
            let few = all.iter().map(|found| found.file).filter(|file| file.number() % 3 == 0).collect();
            let among = index.find(&words, Some(&few), 40).unwrap();
            let expected: Vec<_> = all.iter().filter(|found| few.contains(&found.file)).take(40).collect();
            let shown = |found: &TextHit| (found.file, found.score, found.coverage);
            let among: Vec<_> = among.iter().map(shown).collect();
            assert_eq!(among, expected.into_iter().map(shown).collect::<Vec<_>>(), "{words:?}");
        }
    }
}

#[test]
fn the_words_near_another_are_those_a_letter_or_two_away() {
    let words = [
        "thunder",
        "thunders",
        "htunder",
        "thnuder",
        "tuhnder",
        "thundre",
        "hunder",
        "thuner",
        "under",
        "wonder",
        "blunder",
        "thnudre",
        "htundre",
        "thunderer",
        "th",
        "unthread",
        "\u{434}\u{43e}\u{436}\u{434}\u{44c}",
        "\u{434}\u{436}\u{43e}\u{434}\u{44c}",
        "caf",
        "cafe",
        "808",
        "8080",
    ];
    let paths: Vec<String> = words.iter().map(|word| format!("/s/{word}.wav")).collect();
    let (_folder, writer) = library_of(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let index = TextIndex::open(writer.library()).unwrap();
    let dictionary = index.postings.dictionary();
    for word in words {
        for distance in [1u8, 2] {
            let near = dictionary.near(word, distance).unwrap();
            let others = words.into_iter().chain(["wav", "s"]);
            let mut expected: Vec<_> =
                others.filter(|other| osa_distance(word, other) <= usize::from(distance)).collect();
            expected.sort_unstable();
            assert_eq!(near.into_iter().collect::<Vec<_>>(), expected, "{word} {distance}");
        }
    }
}
