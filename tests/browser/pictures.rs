//! Pictures of each screen, light and dark, wide and on a phone, for people to look at: in `target/pictures`.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

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
    let png = STANDARD.decode(page.driver().picture()).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000, "{name} is empty: {} bytes", png.len());
    fs::write(folder.join(format!("{name}.png")), png).unwrap();
}
