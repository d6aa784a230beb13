//! A prompt, thumbs, a head that learns, and what it asks about next.

use crate::page::{ENTER, Page, TAB};

#[test]
fn thumbs_teach_and_suggestions_follow() {
    let Some(page) = Page::open("#/teach") else { return };
    page.press(format!("weather{TAB}rain and wind{ENTER}"));
    page.wait(".sound");
    let first = page.text(".sound[aria-current] .sound-title");
    page.press("y");
    page.wait_for_text(".teach-side", "Learned from");
    assert!(page.text(".answers").contains(&first), "{}", page.text(".teach-side"));
    assert!(!page.sounds().contains(&first));
    page.press("n");
    page.wait_for_text(".teach-side", "Learned from 2 sounds");
    page.wait_for("!document.querySelector('.teach-bar .segments button:last-child').disabled");
    page.click(".teach-bar .segments button:last-child");
    page.wait_for_text(".summary", "least sure");
    page.wait(".sound");
    page.click(".teach-side .button-first");
    page.wait(".chip");
    assert!(page.place().contains("and=with:weather"), "{}", page.place());
    page.wait(".sound, .notice");
}

#[test]
fn a_head_is_renamed_and_removed() {
    let Some(page) = Page::open("#/teach?head=noise&prompt=a+vacuum+cleaner") else { return };
    page.wait(".sound");
    page.press("y");
    page.wait_for_text(".teach-side", "Learned from");
    page.go("#/teach");
    page.wait_for_text(".head-list", "noise");
    page.driver().run(
        "[...document.querySelectorAll('.head-actions button')].find((each) => each.innerText === 'Rename').click()",
    );
    page.driver().run("document.querySelector('dialog .field').select()");
    page.press(format!("hum{ENTER}"));
    page.wait_for_text(".head-list", "hum");
    page.driver().run(
        "[...document.querySelectorAll('.head-actions button')].find((each) => each.innerText === 'Remove').click()",
    );
    page.click("dialog .button-first");
    page.wait_for_text(".teach-side", "None yet");
}
