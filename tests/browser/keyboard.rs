//! All of it without a mouse.

use crate::page::{DOWN, ENTER, ESCAPE, Page, TAB, UP};

#[test]
fn from_words_to_a_copied_path_with_keys_alone() {
    let Some(page) = Page::open("#/search") else { return };
    page.press(format!("rain{ENTER}"));
    page.wait(".sound");
    page.press("-wind");
    page.press(format!("{ENTER}"));
    page.go("#/search?q=rain&all=1");
    page.wait_for("document.querySelectorAll('.sound').length > 3");
    page.press("/");
    page.press(DOWN);
    let first = page.focus();
    assert!(first.starts_with("Play "), "{first}");
    page.press(DOWN);
    page.wait(".dock.is-playing");
    let second = page.focus();
    assert!(second.starts_with("Pause ") && second[6..] != first[5..], "{second}");
    page.press(" ");
    page.wait_for("!document.querySelector('.dock.is-playing')");
    page.press("d");
    page.wait(".sound[aria-current] .sound-details");
    page.press("c");
    page.wait_for_text(".toast", "Path copied");
    page.press(UP);
    page.press(UP);
    page.wait_for("document.activeElement.id === 'words'");
}

#[test]
fn words_become_chips_with_keys_alone() {
    let Some(page) = Page::open("#/search") else { return };
    page.press(format!("rain{ENTER}"));
    page.wait(".sound");
    page.driver().run("document.querySelector('#words').select()");
    page.press(format!("-wind{ENTER}"));
    page.wait(".chip-no");
    page.press(format!("+rain{ENTER}"));
    page.wait(".chip:not(.chip-no)");
    assert_eq!(page.place(), "/search?not=text:wind&and=text:rain");
    page.press("\u{e003}");
    page.wait_for("document.querySelectorAll('.chip').length === 1");
}

#[test]
fn the_keys_are_listed_and_screens_are_reached_by_them() {
    let Some(page) = Page::open("#/search") else { return };
    page.press(ESCAPE);
    page.press("?");
    page.wait("dialog[open]");
    assert!(page.text("dialog").contains("More like this"));
    page.press(ESCAPE);
    page.wait_for("!document.querySelector('dialog')");
    for (keys, place) in [
        ("gl", "/label"),
        ("gt", "/teach"),
        ("gm", "/map"),
        ("gd", "/duplicates"),
        ("gb", "/library"),
        ("gs", "/search"),
    ] {
        page.press(ESCAPE);
        page.driver().run("document.activeElement.blur()");
        page.press(keys);
        page.wait_for(&format!("location.hash.split('?')[0] === '#{place}'"));
        page.wait(&format!(".screen-{}", &place[1..]));
    }
}

#[test]
fn what_is_in_focus_can_be_seen() {
    let Some(page) = Page::open("#/search?q=rain") else { return };
    page.wait(".sound");
    for _ in 0..12 {
        page.press(TAB);
        let seen = page.ask(
            "(() => { const one = document.activeElement; const box = one.closest('.box') ?? one; const style = \
             getComputedStyle(box); return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; })()",
        );
        assert_eq!(seen, true, "no ring around {:?}", page.focus());
    }
}
