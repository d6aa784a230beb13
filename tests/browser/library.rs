//! The library's screen: jobs with their progress, failures with their reasons; and duplicates side by side.

use std::fs;

use crate::driver::Screen;
use crate::page::Page;
use crate::sounds;
use crate::support::Home;

#[test]
fn failures_are_listed_with_their_reasons() {
    let Some(page) = Page::open("#/library") else { return };
    page.wait_for_text(".failures", "tape 7.wav");
    assert!(page.text(".failures").contains("damaged"), "{}", page.text(".failures"));
    assert!(page.text(".figures").contains("18"), "{}", page.text(".figures"));
}

#[test]
fn a_job_tells_how_it_gets_on_and_ends() {
    let Some(page) = Page::open_on(Screen::Wide, "#/library", Home::new) else { return };
    page.wait(".library-add .field");
    page.driver().run("document.querySelector('.library-add .field').focus()");
    page.press(format!("{}\u{e007}", sounds::file("").display()));
    page.wait(".job");
    page.wait_for_text(".job-state", "Done");
    page.wait_for_text(".job-words", "19 files");
    page.wait_for_text(".figures", "18");
    page.wait_for_text(".failures", "tape 7.wav");
}

#[test]
fn a_reindex_that_misses_files_says_how_many_and_goes_without_them() {
    let home = || {
        let home = Home::with_tones(&[440, 880]);
        home.run("index sounds").expect(0);
        fs::remove_file(home.path("sounds/880.wav")).unwrap();
        home
    };
    let Some(page) = Page::open_on(Screen::Wide, "#/library", home) else { return };
    page.wait_for_text(".figures", "2");
    page.click(".library-folders ~ .notice-actions button[title^='Hears']");
    page.wait_for_text(".job-problems", "1 file is missing or cannot be read: 880.wav");
    page.click(".job-problems button");
    page.wait_for_text(".job:first-child .job-state", "Done");
    page.wait_for_text(".figures", "1");
}

#[test]
fn an_empty_library_says_what_to_do_on_every_screen() {
    let Some(page) = Page::open_on(Screen::Wide, "#/search", Home::new) else { return };
    for (screen, words) in [
        ("search", "The library is empty"),
        ("label", "The library is empty"),
        ("teach", "The library is empty"),
        ("map", "Nothing to map yet"),
        ("duplicates", "No duplicates"),
    ] {
        page.go(&format!("#/{screen}"));
        page.wait_for_text(".notice", words);
    }
}

#[test]
fn the_same_bytes_are_reviewed_side_by_side() {
    let Some(page) = Page::open("#/duplicates") else { return };
    page.wait(".pair[data-kind='same bytes']");
    assert_eq!(page.texts(".pair[data-kind='same bytes'] .pair-file").len(), 2);
    page.click(".pair-file .play");
    page.wait(".pair-file.is-playing");
    page.press("x");
    page.wait(".pair-file + .pair-file.is-playing");
    let pairs = page.texts(".pair").len();
    page.click(".pair-review");
    page.wait_for(&format!("document.querySelectorAll('.pair').length === {}", pairs - 1));
    page.click(".tools > .link");
    page.wait_for(&format!("document.querySelectorAll('.pair').length === {pairs}"));
}
