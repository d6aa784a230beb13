//! Pictures of each screen, light and dark, wide and on a phone, for people to look at: in `target/pictures`.

use std::fs;
use std::path::Path;

use crate::driver::Screen;
use crate::page::Page;
use crate::reach::SCREENS;
use crate::sounds;

#[test]
fn each_screen_has_its_picture() {
    for (screen, size) in [(Screen::Wide, "wide"), (Screen::Phone, "phone")] {
        let Some(page) = Page::open_on(screen, "#/search", sounds::home) else { return };
        for theme in ["light", "dark"] {
            page.driver().run(&format!("localStorage.setItem('auricle.theme', {theme:?})"));
            for (name, hash, ready) in SCREENS {
                page.go(hash);
                page.wait(ready);
                page.driver().run_later("setTimeout(arguments[0], 1200)");
                save(&page, &format!("{name}-{size}-{theme}"));
            }
        }
    }
}

/// Writes a picture; one that shows next to nothing would be a small file.
fn save(page: &Page, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
    fs::create_dir_all(&folder).unwrap();
    let png = decoded(&page.driver().picture());
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000, "{name} is empty: {} bytes", png.len());
    fs::write(folder.join(format!("{name}.png")), png).unwrap();
}

/// The bytes of base64.
fn decoded(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u32> =
        text.bytes().filter(|letter| *letter != b'=').map(|letter| u32::from(value(letter))).collect();
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    for four in letters.chunks(4) {
        let whole = four.iter().enumerate().fold(0, |whole, (at, letter)| whole | letter << (18 - 6 * at));
        bytes.extend_from_slice(&whole.to_be_bytes()[1..four.len()]);
    }
    bytes
}
