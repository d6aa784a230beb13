//! What words do to a search: those that nothing knows, and those that convince by themselves.

use super::*;
use crate::library::text::reading::Treatment;

#[test]
fn a_word_is_unknown_if_neither_the_model_nor_the_library_has_it() {
    let (_folder, mut searcher) =
        searcher_of(&[Sound::new("/s/xqz.wav", at(0.0)), Sound::new("/s/rain.wav", at(90.0))]);
    let mut reading = |text: &str, by| {
        let request = Request { by, ..words(text) };
        let unknown = ["grxlfm", "xqz", "rain", "x"].map(str::to_owned);
        let vectors = QueryVectors::new(vec![at(0.0)], Vec::new()).with_unknown(unknown);
        searcher.search(&request, &vectors).unwrap().reading
    };
    for (text, by, unknown, all) in [
        ("grxlfm", Basis::Both, &["grxlfm"][..], true),
        ("grxlfm rain", Basis::Both, &["grxlfm"], false),
        ("xqz", Basis::Both, &[], false),
        ("xqz", Basis::Sound, &["xqz"], true),
        ("\"xqz rain\" grxlfm", Basis::Both, &["grxlfm"], false),
        ("thunder", Basis::Both, &[], false),
    ] {
        let found = reading(text, by);
        assert_eq!((found.unknown().collect::<Vec<_>>().as_slice(), found.is_unknown()), (unknown, all), "{text}");
        let kept = found.wanted.iter().filter(|word| word.treatment == Treatment::Kept).count();
        assert_eq!(kept + unknown.len(), found.wanted.len(), "{text}");
    }
}

#[test]
fn a_rare_word_or_most_of_the_words_in_a_name_convince_by_themselves() {
    let mut sounds: Vec<Sound> =
        (0..50).map(|number| Sound::new(&format!("/s/thunder {number}.wav"), at(0.0))).collect();
    sounds.extend(
        ["theremin solo", "thunder rolling far away", "creek"]
            .map(|name| Sound::new(&format!("/s/{name}.wav"), at(90.0))),
    );
    let (_folder, mut searcher) = searcher_of(&sounds);
    for by in [Basis::Both, Basis::Words] {
        for (text, first, grade) in [
            ("a theremin in the distance", "/s/theremin solo.wav", Grade::Likely),
            ("thunder rolling in the distance", "/s/thunder rolling far away.wav", Grade::Likely),
            ("creek", "/s/creek.wav", Grade::Strong),
        ] {
            let degrees: &[f32] = if by == Basis::Words { &[] } else { &[0.0] };
            let answer = ask(&mut searcher, &Request { by, ..words(text) }, degrees);
            assert_eq!(paths(&answer)[0], first, "{text}");
            assert!(answer.hits[0].grade >= grade, "{text}: {}", answer.hits[0].score);
        }
    }
    let answer = ask(&mut searcher, &Request { by: Basis::Words, ..words("thunder over a wheat field") }, &[]);
    assert!(answer.hits.iter().all(|hit| hit.grade < Grade::Strong), "a word that nearly all have says little");
}

#[test]
fn a_sound_that_words_find_far_down_the_list_is_judged_as_well() {
    let mut sounds: Vec<Sound> =
        (0..600u16).map(|number| Sound::new(&format!("/s/{number}.wav"), at(f32::from(number) * 0.1))).collect();
    sounds.push(Sound::new("/s/zither.wav", at(180.0)));
    let (_folder, mut searcher) = searcher_of(&sounds);
    let answer = ask(&mut searcher, &words("zither"), &[0.0]);
    let hit = &answer.hits[0];
    assert_eq!((paths(&answer)[0], hit.grade), ("/s/zither.wav", Grade::Strong));
    assert!((hit.cosine.unwrap() + 1.0).abs() < 1e-6, "{hit:?}");
    assert!(matches!(&hit.reasons[..], [Reason::Words { .. }]), "{hit:?}");
}
