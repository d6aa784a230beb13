//! What plays, where in it, and what is marked on the waveform.

use crate::page::{LEFT, Page, RIGHT};
use crate::sounds;

/// The player's time in seconds.
const TIME: &str = "Number(document.querySelector('.dock-wave').getAttribute('aria-valuenow'))";

#[test]
fn a_click_on_a_waveform_plays_from_there() {
    let Some(page) = Page::open("#/search?q=rain") else { return };
    page.wait(".sound .waveform canvas");
    page.driver().run(
        "const box = document.querySelector('.sound .waveform').getBoundingClientRect(); \
         document.querySelector('.sound .waveform').dispatchEvent(new MouseEvent('click', { bubbles: true, \
         clientX: box.left + box.width / 2, clientY: box.top + 10 }))",
    );
    page.wait(".sound.is-playing");
    page.wait_for(&format!("{TIME} > 1"));
    page.press(" ");
    page.wait_for("!document.querySelector('.dock.is-playing')");
}

#[test]
fn the_place_is_a_slider() {
    let Some(page) = Page::open("#/search?q=rain") else { return };
    page.click(".sound .play");
    page.wait(".dock.is-playing");
    page.click(".dock .play");
    page.wait_for("!document.querySelector('.dock.is-playing')");
    page.driver().run("document.querySelector('.dock-wave').focus()");
    let before = page.ask(TIME).as_f64().unwrap();
    page.press(RIGHT);
    page.wait_for(&format!("{TIME} > {before} + 0.8"));
    page.press(LEFT);
    page.wait_for(&format!("{TIME} < {before} + 0.3"));
    assert!(
        page.ask("document.querySelector('.dock-wave').getAttribute('aria-valuetext')")
            .as_str()
            .unwrap()
            .contains("of")
    );
}

#[test]
fn the_best_moment_of_a_long_sound_is_jumped_to() {
    let Some(page) = Page::open("#/search") else { return };
    let folder = sounds::file("long");
    page.go(&format!("#/search?q=a+police+siren+wailing&all=1&by=sound&folder={}", folder.display()));
    page.wait(".sound .sound-place");
    page.click(".sound .play");
    page.wait(".dock.is-playing");
    page.wait_for(&format!("{TIME} > 5"));
    page.click(".sound [aria-expanded]");
    page.wait(".moments .moment");
    page.wait(".spectrogram.is-drawn");
    page.click(".moments li:last-child .moment");
    page.wait(".dock.is-playing");
}

#[test]
fn a_sound_is_dragged_out_as_a_file() {
    let Some(page) = Page::open("#/search?q=rain") else { return };
    page.wait(".sound");
    let carried = page.ask(
        "(() => { const carried = new DataTransfer(); document.querySelector('.sound-name').dispatchEvent(\
         new DragEvent('dragstart', { bubbles: true, dataTransfer: carried })); return carried.getData('DownloadURL'); })()",
    );
    let carried = carried.as_str().unwrap();
    assert!(carried.starts_with("audio/wav:rain"), "{carried}");
    assert!(carried.contains("/api/v1/files/"), "{carried}");
    let url = carried.split_once(".wav:").unwrap().1;
    let status = page.driver().run_later(&format!("fetch({url:?}).then((answer) => arguments[0](answer.status))"));
    assert_eq!(status, 200);
}
