//! Labels are typed, sounds fall into them, and a timeline shows where they are heard.

use crate::page::{ENTER, Page};

#[test]
fn sounds_fall_into_labels_while_they_are_typed() {
    let Some(page) = Page::open("#/label") else { return };
    page.press("rain, siren, bird");
    page.wait_for_text(".bucket-name", "bird");
    assert_eq!(page.texts(".bucket-name"), ["rain", "siren", "bird", "none of these"]);
    page.press(format!("s singing{ENTER}"));
    page.wait_for_text(".bucket-name", "birds singing");
    let count: usize = page.texts(".bucket-number").iter().map(|number| number.parse::<usize>().unwrap()).sum();
    assert_eq!(count, 18, "one label each at most: {:?}", page.texts(".bucket-number"));
    assert!(page.texts(".bucket[data-label=rain] .tile").join(" ").contains("rain"));
}

#[test]
fn labels_are_kept_and_can_be_searched_by() {
    let Some(page) = Page::open("#/label?labels=rain,siren,birds") else { return };
    page.wait(".tile");
    page.click(".keep");
    page.wait_for_text(".toast", "labels saved");
    page.go("#/search?q=rain&all=1&label=rain");
    page.wait(".sound .tag");
    assert!(page.texts(".sound .tag").contains(&"rain".to_owned()));
}

#[test]
fn a_timeline_shows_where_labels_are_heard() {
    let Some(page) = Page::open("#/label?labels=rain,siren,birds") else { return };
    page.wait(".tile");
    page.driver()
        .run("[...document.querySelectorAll('.tile')].find((tile) => tile.innerText.includes('walk')).click()");
    page.press("t");
    page.wait(".tracks .lane");
    assert_eq!(page.texts(".track-name").iter().filter(|name| !name.is_empty()).count(), 3);
    page.wait(".dock.is-playing");
}

#[test]
fn back_takes_the_options_back_too() {
    let Some(page) = Page::open("#/label?labels=rain,siren") else { return };
    page.wait(".tile");
    let pressed = "document.querySelector('.tools .segments [aria-pressed=true]').innerText";
    let before = page.ask(pressed);
    page.click(".tools .segments [aria-pressed=false]");
    page.wait_for("location.hash.includes('multi=1')");
    assert_ne!(page.ask(pressed), before);
    page.driver().back();
    page.wait_for(&format!("{pressed} === {before}"));
}

#[test]
fn rows_show_the_labels_that_are_kept_and_how_long_sounds_are() {
    let Some(page) = Page::open("#/label?labels=rain,siren,dog&open=rain") else { return };
    page.wait(".bucket-list .sound");
    assert_eq!(page.texts(".bucket-list .sound-folder .tag"), [""; 0], "what was asked is no label yet");
    page.driver().run("document.querySelector('.bucket-list').scrollIntoView()");
    page.wait_for("[...document.querySelectorAll('.bucket-list .sound-facts span:first-child')].every((each) => /[1-9]/.test(each.innerText))");
}
