//! What a word counts.

use super::{find, library_of, names};
use crate::library::text::TextIndex;
use crate::library::text::coverage::Coverage;
use crate::library::text::score::TextHit;

#[test]
fn the_word_itself_counts_more_than_a_synonym_and_that_more_than_a_relative() {
    let (_folder, writer) = library_of(&["/s/dog.wav", "/s/canine.wav", "/s/puppy.wav", "/s/a.wav", "/s/b.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "dog"), ["dog.wav", "canine.wav", "puppy.wav"]);
    let coverages: Vec<Coverage> = find(&index, "dog").iter().map(|found| found.coverage).collect();
    assert_eq!(coverages, [Coverage::Exact, Coverage::All, Coverage::All]);
}

#[test]
fn a_word_of_a_name_answers_one_word_of_the_text() {
    let (_folder, writer) = library_of(&["/s/door.wav", "/s/metal knock.wav", "/s/a.wav", "/s/b.wav", "/s/c.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    let found = find(&index, "knock door");
    let words_of = |found: &TextHit| found.matches.iter().map(|found| found.words.clone()).collect::<Vec<_>>();
    assert_eq!(names(writer.library(), &index, "knock door"), ["metal knock.wav", "door.wav"]);
    assert_eq!(found.iter().map(words_of).collect::<Vec<_>>(), [["knock"], ["door"]]);
    assert!(found.iter().all(|found| found.answered < 0.6), "{found:?}");
}

#[test]
fn words_typed_twice_in_other_forms_are_both_answered_by_the_word_itself() {
    let (_folder, writer) = library_of(&["/s/bell.wav", "/s/a.wav", "/s/b.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    assert!(find(&index, "bell bells")[0].answered > 0.9);
}

#[test]
fn words_that_say_a_place_count_half_of_those_that_say_what_is_there() {
    let (_folder, writer) = library_of(&["/s/insects.wav", "/s/night.wav", "/s/a.wav", "/s/b.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    let answered = |words: &str| -> Vec<f32> { find(&index, words).iter().map(|found| found.answered).collect() };
    let placed = answered("insects at night");
    assert!((placed[0] - 2.0 * placed[1]).abs() < 1e-3, "{placed:?}");
    let listed = answered("insects night");
    assert!((listed[0] - listed[1]).abs() < 1e-3, "{listed:?}");
}

#[test]
fn a_phrase_answers_each_of_its_words() {
    let (_folder, writer) =
        library_of(&["/s/doorbell.wav", "/s/downpour.wav", "/s/water drops.wav", "/s/a.wav", "/s/b.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, file, least) in [
        ("door bell", "doorbell.wav", 0.9),
        ("heavy rain", "downpour.wav", 0.7),
        ("water dripping", "water drops.wav", 0.7),
    ] {
        assert_eq!(names(writer.library(), &index, words)[0], file);
        let answered = find(&index, words)[0].answered;
        assert!(answered > least, "{words}: {answered}");
    }
}

#[test]
fn a_kind_of_what_was_asked_for_answers_the_word_and_what_it_is_a_kind_of_does_not() {
    let (_folder, writer) = library_of(&["/s/cow.wav", "/s/animal.wav", "/s/a.wav", "/s/b.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    let coverages = |words| -> Vec<Coverage> { find(&index, words).iter().map(|found| found.coverage).collect() };
    assert_eq!(coverages("farm animals")[0], Coverage::All);
    let found = &find(&index, "farm animals")[0].matches;
    assert_eq!(found.iter().map(|found| found.words.as_str()).collect::<Vec<_>>(), ["farm animals"]);
    assert_eq!(coverages("animal"), [Coverage::Exact, Coverage::All]);
    assert_eq!(coverages("cow"), [Coverage::Exact, Coverage::Some]);
}
