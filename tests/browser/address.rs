//! The address says what is shown: back, reload and a shared link bring back exactly that, in the same library.

use crate::driver::Screen;
use crate::page::{DOWN, Page};
use crate::sounds;
use crate::support::Home;

/// The sound that is chosen.
const CHOSEN: &str = "document.querySelector('.sound[aria-current]')?.dataset.id";

/// A home with the library of [`sounds`] and one of two tones.
fn two_libraries() -> Home {
    let home = sounds::home();
    for pitch_hz in [440, 880] {
        home.tone(format!("tones/{pitch_hz}.wav"), pitch_hz, 1.0);
    }
    home.run("index tones --library home/indexes/tones").expect(0);
    home
}

fn both(home: &Home) -> Vec<String> {
    let library = |name: &str| format!("{name}={}", home.path(format!("home/indexes/{name}")).display());
    vec!["--library".into(), library("default"), "--library".into(), library("tones")]
}

#[test]
fn back_and_reload_restore_the_chosen_row_its_details_and_the_scroll() {
    let Some(page) = Page::open("#/search?q=rain&all=1") else { return };
    page.wait(".sound");
    page.press(DOWN.to_string().repeat(9));
    page.press("d");
    page.wait_for("location.hash.includes('open=')");
    let chosen = page.ask(CHOSEN);
    page.driver().run("scrollTo(0, 431)");
    page.wait_for("history.state?.scroll === 431");
    page.click(".tabs a[href='#/library']");
    page.wait(".failures");
    page.driver().back();
    let is_back = format!("{CHOSEN} === {chosen} && document.querySelector('.sound-details') && scrollY === 431");
    page.wait_for(&is_back);
    page.reload();
    page.wait_for(&is_back);
}

#[test]
fn a_shared_link_brings_the_chosen_row_into_sight() {
    let Some(page) = Page::open("#/search?q=rain&all=1") else { return };
    page.wait(".sound");
    let last = page.ask("[...document.querySelectorAll('.sound')].at(-1).dataset.id");
    page.go(&format!("#/search?q=rain&all=1&at={}", last.as_str().unwrap()));
    page.wait_for(&format!("{CHOSEN} === {last}"));
    page.wait_for("document.querySelector('.sound[aria-current]').getBoundingClientRect().bottom <= innerHeight");
    assert!(page.ask("scrollY").as_f64().unwrap() > 0.0);
}

#[test]
fn the_tab_says_what_is_asked() {
    let Some(page) = Page::open("#/search?q=church+bell") else { return };
    page.wait_for("document.title === 'church bell · Search · auricle'");
    page.go("#/label?labels=rain,wind");
    page.wait_for("document.title === 'rain, wind · Label · auricle'");
}

#[test]
fn the_address_names_the_library() {
    let Some(page) = Page::open_served(Screen::Wide, "#/search?q=rain", two_libraries, both) else { return };
    page.wait(".sound");
    assert!(page.ask("location.hash").as_str().unwrap().contains("lib=default"));
    page.driver().run(
        "const select = document.querySelector('.top-more select');
         select.value = 'tones';
         select.dispatchEvent(new Event('change'));",
    );
    page.wait_for_text(".summary", "in 2 sounds");
    assert!(page.place().contains("q=rain"), "the words are taken along: {}", page.place());
    page.driver().back();
    page.wait_for_text(".summary", "in 18 sounds");
    page.go("#/search?lib=tones&q=rain");
    page.wait_for_text(".summary", "in 2 sounds");
}

#[test]
fn a_library_that_is_not_there_is_said_to_be_so() {
    let Some(page) = Page::open("#/search?lib=foley&q=rain") else { return };
    page.wait_for_text(".notice", "There is no library “foley” here");
    page.click(".notice a");
    page.wait(".sound");
    assert_eq!(page.place(), "/search?q=rain");
}

#[test]
fn the_map_comes_back_with_what_was_seen_and_selected() {
    let Some(page) = Page::open("#/map?q=rain") else { return };
    page.wait_for("document.querySelector('.map-tools .pill:last-child:not([disabled])')");
    page.click(".map-tools .pill:last-child");
    page.wait_for_text(".map-side h2", "selected");
    page.driver()
        .run("document.querySelector('.map-canvas').dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))");
    page.wait_for("location.hash.includes('view=')");
    let place = page.place();
    let selected = page.text(".map-side h2");
    page.reload();
    page.wait_for_text(".map-side h2", &selected);
    assert_eq!(page.place(), place);
}

#[test]
fn the_timeline_of_a_chosen_sound_comes_back() {
    let Some(page) = Page::open("#/label?labels=rain,wind") else { return };
    page.click(".bucket-name");
    page.wait(".bucket-list .sound");
    page.click(".bucket-list [aria-label^='Timeline']");
    page.wait(".tracks");
    page.wait_for("location.hash.includes('timeline=1') && location.hash.includes('open=')");
    page.reload();
    page.wait(".tracks");
    page.wait(".bucket-list .sound");
}
