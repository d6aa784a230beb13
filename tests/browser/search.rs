//! Search by words, by a file, by a sound that was found, and what the address keeps of it.

use crate::page::{ENTER, Page};
use crate::sounds;

#[test]
fn words_find_sounds_and_say_why() {
    let Some(page) = Page::open("#/search") else { return };
    page.press(format!("church bell{ENTER}"));
    page.wait(".sound");
    page.wait_for("document.querySelector('.sound-title').innerText === 'church bell.wav'");
    assert!(page.text(".sound .why-exact").contains("in the name"), "{}", page.text(".sound"));
    assert!(page.text(".summary").contains("match"), "{}", page.text(".summary"));
    assert_eq!(page.place(), "/search?q=church+bell");
}

#[test]
fn weaker_matches_fill_ten_rows_and_the_others_come_when_asked() {
    let Some(page) = Page::open("#/search?q=church+bell") else { return };
    page.wait(".weaker");
    let few = page.sounds().len();
    assert_eq!(few, 10);
    page.click(".weaker .link");
    page.wait_for_text(".weaker", "Show fewer");
    assert!(page.sounds().len() > few);
    assert!(page.place().contains("all=1"), "{}", page.place());
    page.driver().back();
    page.wait_for_text(".weaker", "more weaker");
    assert_eq!(page.sounds().len(), few);
}

#[test]
fn words_that_mean_nothing_here_find_nothing_likely() {
    let Some(page) = Page::open("#/search?q=xqzvw&by=words") else { return };
    page.wait_for_text(".notice", "No likely match");
}

#[test]
fn a_file_is_sent_and_finds_itself() {
    let Some(page) = Page::open("#/search") else { return };
    page.wait("input[type=file]");
    page.driver().choose_file("input[type=file]", &sounds::file("street/siren.wav"));
    page.wait(".chip");
    page.wait(".sound");
    assert!(page.text(".chip").contains("siren.wav"));
    assert!(page.place().starts_with("/search?and=upload:"), "{}", page.place());
    let near = page.sounds();
    assert!(near.iter().any(|name| name == "siren.wav") || page.text(".answer").contains("siren.wav"), "{near:?}");
}

#[test]
fn a_hit_asks_for_more_like_it_and_can_be_taken_away() {
    let Some(page) = Page::open("#/search?q=rain&all=1") else { return };
    page.click(".sound [aria-label^='More like this']");
    page.wait_for("location.hash.includes('and=id')");
    page.wait(".chip:not(.chip-no)");
    page.wait(".sound, .notice");
    page.go("#/search?q=rain&all=1");
    page.click(".sound [aria-label^='Add as not wanted']");
    page.wait(".chip-no");
    assert!(page.place().contains("not=id"), "{}", page.place());
    page.click(".chip-no .chip-sign");
    page.wait_for("!document.querySelector('.chip-no')");
    page.click(".chip-close");
    page.wait_for("!document.querySelector('.chip')");
    assert_eq!(page.place(), "/search?q=rain&all=1");
}

#[test]
fn a_sound_that_is_there_twice_is_listed_once() {
    let Some(page) = Page::open("#/search?q=rain&all=1") else { return };
    page.wait(".sound");
    let rains = page.sounds().iter().filter(|name| name.starts_with("rain")).count();
    assert_eq!(rains, 1, "{:?}", page.sounds());
    page.click(".sound[aria-current] [aria-expanded]");
    page.wait_for_text(".sound-details", "Another copy");
}

#[test]
fn filters_narrow_the_search_and_show_as_chips() {
    let Some(page) = Page::open("#/search?q=rain&all=1") else { return };
    page.wait(".sound");
    page.click("[aria-controls=filters]");
    page.click("[name=format-flac]");
    page.wait_for_text(".notice", "No sound matches the filters");
    assert!(page.place().contains("format=flac"), "{}", page.place());
    page.click(".chip-filter");
    page.wait(".sound");
}

#[test]
fn a_refusal_is_shown_with_what_to_do() {
    let Some(mut page) = Page::open("#/search?and=upload:gone") else { return };
    page.expect_errors();
    page.wait(".notice-bad");
    assert!(page.text(".notice-bad").contains("Try again"), "{}", page.text(".notice-bad"));
}
