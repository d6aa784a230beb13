//! The tables' own rules, and what the thesaurus makes of them.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use crate::library::text::stems::stems;
use crate::library::text::thesaurus::category::codes;
use crate::library::text::thesaurus::table::{rows, values};
use crate::library::text::thesaurus::{Kinship, Thesaurus, hangs_on_small_words, thesaurus};

fn relatives(word: &str, kinship: Kinship) -> Vec<String> {
    let relatives = thesaurus().relatives(&stems(word).join(" "));
    relatives.into_iter().filter(|relative| relative.kinship == kinship).map(|relative| relative.phrase).collect()
}

#[test]
fn every_table_has_its_columns() {
    for (csv, header) in [
        (include_str!("thesaurus.csv"), "concept,kind,category,catids,within,words,note"),
        (include_str!("related.csv"), "kind,word,others"),
        (include_str!("ambiguous.csv"), "word,senses,expands"),
        (include_str!("abbreviations.csv"), "abbreviation,words,where"),
        (include_str!("languages.csv"), "english,de,fr,es,it,pt,nl,sv,pl,ru,ja,zh"),
        (include_str!("ucs_categories.csv"), "category,prefixes,words"),
        (include_str!("ucs_catids.csv"), "catid,category,subcategory,words"),
    ] {
        assert_eq!(csv.lines().next(), Some(header));
        assert!(rows(csv).count() > 50, "{header}");
    }
}

#[test]
fn no_word_calls_up_two_groups() {
    let mut groups: HashMap<String, String> = HashMap::new();
    for row in rows(include_str!("thesaurus.csv")) {
        assert!(["same", "like"].contains(&&row[1]), "{row:?}");
        assert_eq!(values(&row[5]).next().map(|word| word.trim_end_matches('*')), Some(&row[0]));
        for word in values(&row[5]).filter(|word| !word.ends_with('*')) {
            let other = groups.insert(stems(word).join(" "), row[0].to_owned());
            assert!(other.is_none_or(|other| other == row[0]), "{word} is in {} and another", &row[0]);
        }
    }
}

#[test]
fn every_category_code_is_one_and_known() {
    let known: HashSet<&str> = codes().collect();
    assert_eq!(known.len(), rows(include_str!("ucs_catids.csv")).count());
    for code in &known {
        let capitals = code.chars().take_while(char::is_ascii_uppercase).count();
        assert!(capitals >= 2 && code.chars().all(|c| c.is_ascii_alphabetic()), "{code}");
    }
    for row in rows(include_str!("thesaurus.csv")) {
        values(&row[3]).chain(values(&row[4])).for_each(|code| assert!(known.contains(code), "{code} in {row:?}"));
    }
    let categories: HashSet<String> = rows(include_str!("ucs_categories.csv")).map(|row| row[0].to_owned()).collect();
    rows(include_str!("ucs_catids.csv")).for_each(|row| assert!(categories.contains(&row[1]), "{row:?}"));
}

#[test]
fn other_words_for_a_sound_are_known_and_ambiguous_words_lead_nowhere() {
    assert!(relatives("woosh", Kinship::Same).contains(&"swoosh".to_owned()));
    assert!(relatives("helicopters", Kinship::Same).contains(&"chopper".to_owned()));
    assert!(relatives("dog", Kinship::Narrower).contains(&"puppy".to_owned()));
    assert!(relatives("puppy", Kinship::Broader).contains(&"dog".to_owned()));
    assert!(relatives("ambience", Kinship::Same).contains(&"amb".to_owned()));
    for ambiguous in ["bark", "bat", "bank"] {
        assert_eq!(thesaurus().relatives(ambiguous), [], "{ambiguous}");
    }
}

#[test]
fn of_a_phrase_that_hangs_on_small_words_no_word_is_left() {
    for phrase in ["car by", "pass by"] {
        assert!(hangs_on_small_words(phrase), "{phrase}");
    }
    for phrase in ["rain on roof", "the sea", "siren", "car pass by train"] {
        assert!(!hangs_on_small_words(phrase), "{phrase}");
    }
}

/// Measures reading the tables; run by hand.
#[test]
#[ignore = "a measurement, not a test"]
fn measure_reading_the_thesaurus() {
    let start = Instant::now();
    let thesaurus = Thesaurus::read();
    eprintln!("{} words in {:?}", thesaurus.spellings().len(), start.elapsed());
}
