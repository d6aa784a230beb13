//! Sounds are taken away: a part of one as a file of its own, several at once as lists, with labels.

use crate::page::{DOWN, Page};

/// Shift as WebDriver writes it.
const SHIFT: char = '\u{e008}';

/// Reads the clip that the first link saves: its name, and the seconds of sound in it.
const CLIP: &str = "
    const done = arguments[0];
    const link = document.querySelector('.sound a[download]');
    fetch(link.href).then((got) => got.arrayBuffer()).then((bytes) => {
      const view = new DataView(bytes);
      const rate = view.getUint32(24, true);
      const frame = view.getUint16(32, true);
      const text = new TextDecoder('latin1').decode(bytes);
      const data = view.getUint32(text.indexOf('data', 12) + 4, true);
      done([link.download, data / frame / rate, text.includes('bext')]);
    });";

#[test]
fn a_part_that_the_mouse_selects_is_saved_to_the_sample() {
    let Some(page) = Page::open("#/search?q=siren&by=words") else { return };
    page.wait(".sound .waveform canvas");
    page.wait_for("document.querySelector('.sound .waveform').getBoundingClientRect().width > 100");
    let at = |share: &str| {
        let place = format!(
            "(() => {{ const box = document.querySelector('.sound .waveform').getBoundingClientRect();
               return [Math.round(box.left + box.width * {share}), Math.round(box.top + box.height / 2)]; }})()"
        );
        let place = page.ask(&place);
        (place[0].as_i64().unwrap() as i32, place[1].as_i64().unwrap() as i32)
    };
    page.driver().drag(&[at("0.25"), at("0.4"), at("0.5")]);
    page.wait_for("document.querySelector('.sound a[download]').download.endsWith('.wav') && document.querySelector('.sound a[download]').download !== 'siren.wav'");
    let clip = page.driver().run_later(CLIP);
    let seconds = page.ask("document.querySelector('.sound-facts span').innerText");
    let whole: f64 = seconds.as_str().unwrap().trim_end_matches(" s").parse().unwrap();
    assert!((clip[1].as_f64().unwrap() - whole / 4.0).abs() < whole / 40.0, "{clip} of {whole} s");
    assert_eq!(clip[2], true);
    let dragged = page.driver().run(
        "const carried = new DataTransfer();
         document.querySelector('[draggable=true]').dispatchEvent(new DragEvent('dragstart', { dataTransfer: carried, bubbles: true }));
         return carried.getData('DownloadURL');",
    );
    assert!(dragged.as_str().unwrap().contains(clip[0].as_str().unwrap()), "{dragged}");
}

#[test]
fn several_are_selected_with_keys_and_labelled_together() {
    let Some(page) = Page::open("#/search?list=1&sort=name") else { return };
    page.wait(".is-long > .sound");
    page.press(DOWN.to_string());
    page.driver().run("document.querySelector('.sound .play').focus()");
    page.press("s");
    page.wait_for_text(".selection-bar strong", "1 sound selected");
    page.driver().hold(SHIFT, &DOWN.to_string().repeat(2));
    page.wait_for_text(".selection-bar strong", "3 sounds selected");
    assert_eq!(page.ask("document.querySelectorAll('.row-check:checked').length"), 3);
    page.driver().run("document.querySelector('.selection-label .field').focus()");
    page.press("field trip\u{e007}");
    page.wait_for_text(".toast", "3 sounds labelled");
    page.go("#/search?label=field+trip");
    page.wait_for_text(".summary", "3 sounds");
    page.wait_for_text(".sound-folder", "field trip");
}

#[test]
fn a_selection_is_saved_as_a_list() {
    let Some(page) = Page::open("#/search?list=1") else { return };
    page.wait(".is-long > .sound");
    page.click(".row-check");
    page.driver().run("document.querySelectorAll('.row-check')[2].click()");
    page.wait_for_text(".selection-bar strong", "2 sounds selected");
    let saved = page.driver().run_later(
        "const done = arguments[0];
         const make = URL.createObjectURL;
         URL.createObjectURL = (blob) => { blob.text().then(done); return make.call(URL, blob); };
         const forms = document.querySelector('.selection-bar select');
         forms.value = 'csv';
         forms.dispatchEvent(new Event('change'));",
    );
    let saved = saved.as_str().unwrap();
    assert_eq!(saved.lines().count(), 3, "{saved}");
    assert!(saved.lines().skip(1).all(|line| line.contains(".wav")), "{saved}");
    page.click(".selection-bar > .button:last-child");
    page.wait_for("document.querySelector('.selection-bar').hidden");
}
