//! Sounds come in from the microphone and the desktop, and go out as files.

use std::fs;

use crate::page::Page;
use crate::sounds;

/// Drops the sound at the address `$url` on the page as a file, as the desktop does.
const DROP: &str = "
    const done = arguments[0];
    fetch($url).then((answer) => answer.blob()).then((blob) => {
      const carried = new DataTransfer();
      carried.items.add(new File([blob], 'from the desktop.wav', { type: 'audio/wav' }));
      const tell = (name) =>
        document.dispatchEvent(new DragEvent(name, { dataTransfer: carried, bubbles: true, cancelable: true }));
      tell('dragenter');
      const veiled = !document.querySelector('.veil').hidden;
      tell('drop');
      done(veiled && document.querySelector('.veil').hidden);
    });";

/// Begins to drag the first draggable thing; what it is said to be.
const DRAG: &str = "
    const carried = new DataTransfer();
    document.querySelector('[draggable=true]')
      .dispatchEvent(new DragEvent('dragstart', { dataTransfer: carried, bubbles: true }));
    return Object.fromEntries(carried.types.map((type) => [type, carried.getData(type)]));";

#[test]
fn what_the_microphone_hears_is_searched_by() {
    let Some(page) = Page::open("#/search") else { return };
    page.click("[aria-label='Record a sound']");
    // Chromium's make-believe microphone beeps each second.
    page.wait_for("document.querySelector('.is-recording .figure')?.textContent >= '0:01.5'");
    page.click(".is-recording");
    page.wait(".chip");
    assert!(page.text(".chip").contains("recording.wav"), "{}", page.text(".chip"));
    page.wait(".sound, .notice");
    assert!(page.place().starts_with("/search?and=upload:"), "{}", page.place());
}

#[test]
fn a_file_that_is_dropped_is_searched_by() {
    let Some(page) = Page::open("#/search?q=siren&all=1") else { return };
    page.wait(".sound");
    let url = page.ask("document.querySelector('a[download]').href").to_string();
    assert_eq!(page.driver().run_later(&DROP.replace("$url", &url)), true, "the page shows that it takes files");
    page.wait(".chip");
    assert!(page.text(".chip").contains("from the desktop.wav"), "{}", page.text(".chip"));
    page.wait(".sound");
}

#[test]
fn a_sound_is_dragged_out_as_the_file_itself() {
    let Some(page) = Page::open("#/search?q=siren&by=words") else { return };
    page.wait("[draggable=true]");
    let carried = page.driver().run(DRAG);
    let download = carried["downloadurl"].as_str().unwrap_or_else(|| panic!("{carried}"));
    let (kind, rest) = download.split_once(':').unwrap();
    let (name, url) = rest.split_once(':').unwrap();
    assert_eq!((kind, name), ("audio/wav", "siren.wav"));
    assert!(carried["text/plain"].as_str().unwrap().ends_with("street/siren.wav"), "{carried}");
    let fetch =
        format!("const done = arguments[0]; fetch({url:?}).then((got) => got.blob()).then(({{ size }}) => done(size))");
    let len_bytes = page.driver().run_later(&fetch);
    assert_eq!(len_bytes.as_u64(), Some(fs::metadata(sounds::file("street/siren.wav")).unwrap().len()));
}
