//! Going through the library without words: lists, the table, the order, and the panel of folders, labels and dates.

use crate::driver::Screen;
use crate::page::{DOWN, ENTER, Page};
use crate::sounds;
use crate::support::Home;

/// Sounds that are listed; those that are not in sight are not there.
const LISTED: &str = ".is-long > .sound";

/// A library of 600 files with the same bytes: enough that not all of them can be there at once.
fn many() -> Home {
    let home = Home::new();
    let tone = std::fs::read(home.tone("sounds/take 0.wav", 300, 1.0)).unwrap();
    for number in 1..600 {
        home.write(format!("sounds/take {number}.wav"), &tone);
    }
    home.run("index sounds --quiet").expect(0);
    home
}

#[test]
fn filters_without_words_list_sounds() {
    let Some(page) = Page::open("#/search?shortest=60") else { return };
    page.wait(LISTED);
    assert_eq!((page.sounds(), page.text(".summary")), (vec!["a walk.wav".into()], "1 sound · 60–∞ s".into()));
    page.click(".chip-filter");
    page.wait(".welcome");
    page.click(".welcome-ways .link");
    page.wait_for_text(".summary", "18 sounds");
    assert!(page.place().contains("list=1"), "{}", page.place());
}

#[test]
fn the_panel_goes_into_folders_and_lists_what_is_there() {
    let Some(page) = Page::open("#/search?list=1") else { return };
    page.click(".group-open[aria-expanded]");
    page.wait_for("document.querySelectorAll('.groups .groups .group-name').length === 8");
    page.driver().run(
        "[...document.querySelectorAll('.groups .groups .group-name')].find((each) => each.innerText.startsWith('weather')).click()",
    );
    page.wait_for_text(".summary", "3 sounds · in sounds/weather");
    assert_eq!(page.sounds(), ["rain.wav", "thunder.wav", "wind.wav"]);
    assert_eq!(page.text("[aria-pressed=true].group-name").split_whitespace().next(), Some("weather"));
    page.press("/");
    page.press(format!("storm{ENTER}"));
    page.wait_for_text(".summary", "in 3 sounds");
    page.driver().back();
    page.wait_for_text(".summary", "3 sounds · in sounds/weather");
}

#[test]
fn the_table_is_ordered_by_its_columns() {
    let Some(page) = Page::open("#/search?list=1") else { return };
    page.wait(LISTED);
    page.press("v");
    page.wait(".table-head");
    let head =
        "[...document.querySelectorAll('.table-sort')].find((each) => each.innerText.startsWith('Length')).focus()";
    page.driver().run(head);
    page.press(ENTER);
    page.wait_for("document.querySelector('[aria-sort=ascending]')?.innerText.startsWith('Length')");
    page.driver().run(head);
    page.press(ENTER);
    page.wait("[aria-sort=descending]");
    page.wait_for("document.querySelector('.sound-title')?.innerText === 'a walk.wav'");
    assert!(page.place().ends_with("list=1&view=table&sort=-duration"), "{}", page.place());
    page.driver().back();
    page.wait("[aria-sort=ascending]");
}

#[test]
fn a_list_of_any_length_has_only_the_rows_in_sight() {
    let Some(page) = Page::open_on(Screen::Wide, "#/search?list=1", many) else { return };
    page.wait_for_text(".summary", "600 sounds");
    page.wait(LISTED);
    let number = format!("document.querySelectorAll('{LISTED}').length");
    assert!(page.ask(&number).as_u64().unwrap() < 60);
    page.driver().run("scrollTo(0, document.documentElement.scrollHeight)");
    page.wait_for_text(".sound-title", "take 599.wav");
    assert!(page.ask(&number).as_u64().unwrap() < 60);
    page.press(DOWN.to_string());
    page.wait_for("document.activeElement.getAttribute('aria-label')?.endsWith('take 0.wav')");
    page.press(DOWN.to_string().repeat(12));
    page.wait_for("document.activeElement.getAttribute('aria-label')?.endsWith('take 12.wav')");
    page.driver().run("scrollTo(0, 22000)");
    page.wait_for("history.state?.scroll === 22000");
    page.reload();
    page.wait_for("scrollY === 22000");
    page.wait_for_text(".sound-title", "take 300.wav");
}

#[test]
fn a_shared_link_finds_its_sound_in_a_long_list() {
    let Some(page) = Page::open_on(Screen::Wide, "#/search?list=1", many) else { return };
    page.wait(LISTED);
    page.driver().run("scrollTo(0, 22000)");
    page.wait_for_text(".sound-title", "take 300.wav");
    page.driver().run(
        "[...document.querySelectorAll('.sound-title')].find((each) => each.innerText === 'take 300.wav').click()",
    );
    page.wait_for("location.hash.includes('at=')");
    let place = page.place();
    page.go(&format!("#{place}"));
    page.wait_for("document.querySelector('.sound[aria-current] .sound-title')?.innerText === 'take 300.wav'");
    page.wait_for("document.querySelector('.sound[aria-current]').getBoundingClientRect().bottom <= innerHeight");
}

#[test]
fn long_names_keep_their_end_at_any_width() {
    let home = || {
        let home = sounds::home();
        let name = format!("sounds/{} take 12.wav", "RAINMisc_Rain Heavy On A Tin Roof In The Garden".repeat(4));
        home.tone(name, 300, 1.0);
        home.run("index sounds --quiet").expect(0);
        home
    };
    for screen in [Screen::Wide, Screen::Phone] {
        for view in ["rows", "table"] {
            let Some(page) = Page::open_on(screen, &format!("#/search?list=1&view={view}&sort=-name"), home) else {
                return;
            };
            page.wait_for("document.querySelector('.sound-title')");
            let title = "[...document.querySelectorAll('.sound-title')].find((each) => each.innerText.includes('…'))";
            page.wait_for(title);
            assert!(page.ask(&format!("{title}.innerText")).as_str().unwrap().ends_with("2.wav"));
            let is_cut = format!("(({title}).scrollWidth > ({title}).clientWidth)");
            assert_eq!(page.ask(&is_cut), false);
        }
    }
}

#[test]
fn filters_suggest_what_the_library_has() {
    let Some(page) = Page::open("#/search") else { return };
    page.click("[aria-controls=filters]");
    page.driver().run("document.querySelector('[name=folder]').focus()");
    page.press("weath");
    page.wait_for("document.querySelector('#suggested-folder option')?.value.endsWith('/weather')");
}
