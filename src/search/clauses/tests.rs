//! What texts are read as.

use proptest::prelude::{any, proptest};

use crate::library::text::query::Ending;
use crate::search::clauses::Clauses;

/// Texts, what they want, and what they do not.
const NEGATIONS: &[(&str, &str, &[&str])] = &[
    // Signs.
    ("dog -cat", "dog", &["cat"]),
    ("dog -cat -bird", "dog", &["cat", "bird"]),
    ("-cat dog", "dog", &["cat"]),
    ("dog \u{2212}cat barking", "dog barking", &["cat"]),
    ("rain -\"tin roof\"", "rain", &["\"tin roof\""]),
    ("rain -\u{201c}tin roof\u{201d} wind", "rain wind", &["\"tin roof\""]),
    ("\"kick drum\" -snare", "\"kick drum\"", &["snare"]),
    ("beat -lo-fi", "beat", &["lo-fi"]),
    ("drum -kick*", "drum", &["kick*"]),
    ("dog NOT cat", "dog", &["cat"]),
    ("dog NOT cat loud", "dog loud", &["cat"]),
    ("dog AND NOT \"cat meow\"", "dog", &["\"cat meow\""]),
    ("NOT cat dog", "dog", &["cat"]),
    // Words.
    ("birds but not crows", "birds", &["crows"]),
    ("birds, but not crows", "birds", &["crows"]),
    ("birds not crows", "birds", &["crows"]),
    ("birds, not crows", "birds", &["crows"]),
    ("Birds. Not crows!", "Birds", &["crows"]),
    ("birds and not crows", "birds", &["crows"]),
    ("birds but not crows or gulls", "birds", &["crows", "gulls"]),
    ("birds but not crows, gulls or owls", "birds", &["crows", "gulls", "owls"]),
    ("birds but not crows, but owls", "birds, owls", &["crows"]),
    ("BIRDS BUT NOT CROWS", "BIRDS", &["CROWS"]),
    ("rain without thunder", "rain", &["thunder"]),
    ("rain without any thunder", "rain", &["thunder"]),
    ("rain without thunder or wind", "rain", &["thunder", "wind"]),
    ("rain without wind on a tin roof", "rain on a tin roof", &["wind"]),
    ("rain without wind against a window", "rain against a window", &["wind"]),
    ("without music, a crowd cheers", "a crowd cheers", &["music"]),
    ("a road with no cars passing by.", "a road by", &["cars passing"]),
    ("a room with no people in it", "a room in it", &["people"]),
    ("rain, no thunder", "rain", &["thunder"]),
    ("rain, no thunder, no wind", "rain", &["thunder", "wind"]),
    ("rain no thunder", "rain", &["thunder"]),
    ("rain and no thunder", "rain", &["thunder"]),
    ("rain but no thunder", "rain", &["thunder"]),
    ("no thunder, just rain", "rain", &["thunder"]),
    ("no crows but gulls", "gulls", &["crows"]),
    ("not a dog but a wolf", "a wolf", &["a dog"]),
    ("birds except crows", "birds", &["crows"]),
    ("all birds except for crows and gulls", "all birds", &["crows", "gulls"]),
    ("birds excluding crows", "birds", &["crows"]),
    ("birds other than crows", "birds", &["crows"]),
    ("a wolf rather than a dog", "a wolf", &["a dog"]),
    ("a wolf instead of a dog", "a wolf", &["a dog"]),
    ("engines apart from cars", "engines", &["cars"]),
    ("birds without crows but with gulls", "birds, gulls", &["crows"]),
    ("birds -crows without wind", "birds", &["crows", "wind"]),
    ("Regen ohne Donner", "Regen", &["Donner"]),
    ("pluie sans vent", "pluie", &["vent"]),
    ("lluvia sin trueno", "lluvia", &["trueno"]),
    // Only what is not wanted.
    ("-speech", "", &["speech"]),
    ("no wind", "", &["wind"]),
    ("without music", "", &["music"]),
    ("everything except rain", "", &["rain"]),
    ("anything but rain", "", &["rain"]),
    ("any sound other than rain", "", &["rain"]),
    ("not a dog", "", &["a dog"]),
];

/// Texts that only look as if they did not want something.
const LITERAL: &[&str] = &[
    "",
    " ",
    "-",
    "rain",
    "rain on a tin roof",
    "lo-fi beat",
    "T-rex roar",
    "a - b",
    "rain -",
    "rain - distant",
    "-12 dB",
    "gain -3.5",
    "drums -808",
    "--weight",
    "kick_808-Hard.wav",
    "non-human voices",
    "no-name",
    "no man's land",
    "no man\u{2019}s land",
    "no one is there",
    "no smoking sign",
    "say no",
    "a woman says no to a man",
    "somebody shouting no no no",
    "there is no place like home",
    "there is no wind",
    "point of no return",
    "Dr. No theme",
    "symphony no. 5",
    "take no 4",
    "No. 4 take",
    "Track No 7",
    "oh no",
    "no",
    "not",
    "NOT",
    "this is not a drill",
    "do not disturb",
    "to be or not to be",
    "not only rain",
    "page not found",
    "why not",
    "birds but",
    "nothing but rain",
    "gulls but louder",
    "without a doubt",
    "without warning",
    "doctors without borders",
    "with or without you",
    "without",
    "other than",
    "the exception",
    "\"birds but not crows\"",
    "\"never closed -crows",
    "\u{201c}rain without thunder\u{201d}",
    "knot tying",
    "notebook",
    "chuva no telhado",
    "ki no oto",
    "inu no nakigoe",
    "insects droning without pause",
    "it does not sound like anything but static",
    "sin city",
    "sans serif",
    "C#4 -\u{221e}",
    "e-mail -> inbox",
    "crowd -, cheering",
];

#[track_caller]
fn check(text: &str, ending: Ending, wanted: &str, unwanted: &[&str]) {
    let clauses = Clauses::read(text, ending);
    assert_eq!(
        (clauses.wanted.as_str(), clauses.unwanted),
        (wanted, unwanted.iter().map(|it| (*it).to_owned()).collect()),
        "{text:?}"
    );
}

#[test]
fn what_is_not_wanted_is_told_from_what_is() {
    for (text, wanted, unwanted) in NEGATIONS {
        check(text, Ending::Finished, wanted, unwanted);
    }
}

#[test]
fn what_only_looks_like_a_negation_is_literal() {
    for text in LITERAL.iter().copied() {
        for ending in [Ending::Finished, Ending::Typing] {
            if !["without", "birds but", "rain -"].contains(&text) || ending == Ending::Finished {
                check(text, ending, text, &[]);
            }
        }
    }
}

#[test]
fn while_somebody_types_a_negation_that_nothing_follows_is_no_word_that_is_looked_for() {
    for (text, wanted, unwanted, ending) in [
        ("birds but not", "birds", &[][..], Ending::Finished),
        ("birds without", "birds", &[], Ending::Finished),
        ("birds, except", "birds", &[], Ending::Finished),
        ("birds other than", "birds", &[], Ending::Finished),
        ("birds but not cr", "birds", &["cr"], Ending::Finished),
        ("birds -cr", "birds", &["cr"], Ending::Finished),
        ("-crows bi", "bi", &["crows"], Ending::Typing),
        ("bir", "bir", &[], Ending::Typing),
    ] {
        check(text, Ending::Typing, wanted, unwanted);
        assert_eq!(Clauses::read(text, Ending::Typing).ending, ending, "{text:?}");
    }
}

#[test]
fn people_are_told_in_one_line() {
    let shown = |text| Clauses::read(text, Ending::Finished).to_string();
    assert_eq!(shown("birds but not crows or gulls"), "birds, not crows, not gulls");
    assert_eq!(shown("-speech"), "not speech");
    assert_eq!(shown("rain"), "rain");
}

proptest! {
    #[test]
    fn no_text_is_an_error_and_what_is_wanted_reads_the_same_again(text in any::<String>()) {
        for ending in [Ending::Finished, Ending::Typing] {
            let clauses = Clauses::read(&text, ending);
            assert!(clauses.has_unwanted() || ending == Ending::Typing || clauses.wanted == text);
            assert!(clauses.unwanted.iter().all(|unwanted| unwanted.chars().any(char::is_alphanumeric)));
        }
    }
}
