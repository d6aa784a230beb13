//! The page for everybody: axe-core finds nothing serious on any screen, light or dark, wide or on a phone; nothing is
//! cut off at the side; and nothing moves where movement is not wanted.
//!
//! axe-core (MPL-2.0) is no part of this repository: `npm ci --prefix tests/web` fetches it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::driver::Screen;
use crate::page::Page;
use crate::sounds;

/// Where the set-up puts it.
const AXE: &str = "tests/web/node_modules/axe-core/axe.min.js";

/// Set where the check has to run.
const DEMANDED: &str = "AURICLE_BROWSER_TESTS";

/// Screens, and what has to be there before they are looked at.
pub(crate) const SCREENS: [(&str, &str, &str); 8] = [
    ("search", "#/search?q=rain+and+wind&not=text:a+bell&all=1", ".sound .waveform"),
    ("browse", "#/search?list=1", ".is-long .sound .waveform"),
    ("table", "#/search?list=1&view=table&sort=-duration", ".table-head"),
    ("label", "#/label?labels=rain,wind,siren,birds,bells", ".tile"),
    ("teach", "#/teach?head=weather&prompt=rain+and+wind", ".sound"),
    ("map", "#/map?q=rain", ".map-canvas"),
    ("duplicates", "#/duplicates", ".pair"),
    ("library", "#/library", ".failures"),
];

/// Runs axe-core by the rules of WCAG 2.2 AA and gives what is serious.
const RUN: &str = "
const done = arguments[0];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((found) =>
  done(found.violations.filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => `${each.id}: ${each.help}: ${each.nodes[0].html}`)));";

#[test]
fn nothing_serious_is_found_on_a_wide_screen() {
    check(Screen::Wide);
}

#[test]
fn nothing_serious_is_found_on_a_phone() {
    check(Screen::Phone);
}

fn check(screen: Screen) {
    let Ok(axe) = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE)) else {
        assert!(std::env::var_os(DEMANDED).is_none(), "{AXE} is missing; npm ci --prefix tests/web");
        eprintln!("skipped: {AXE} is missing; npm ci --prefix tests/web");
        return;
    };
    let Some(page) = Page::open_on(screen, "#/search", sounds::home) else { return };
    for theme in ["light", "dark"] {
        page.driver().run(&format!("localStorage.setItem('auricle.theme', {theme:?})"));
        for (name, hash, ready) in SCREENS {
            page.go(hash);
            page.wait(ready);
            page.driver().run(&axe);
            let found = page.driver().run_later(RUN);
            assert_eq!(found, Value::Array(Vec::new()), "{name}, {theme}");
            let over = page.ask("document.documentElement.scrollWidth - innerWidth").as_i64().unwrap();
            assert!(over <= 0, "{name} is {over} pixels too wide");
        }
    }
}

#[test]
fn nothing_of_others_is_asked_for() {
    let Some(page) = Page::open("#/search?q=rain") else { return };
    page.wait(".sound");
    let foreign = page.ask("performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith(location.origin))");
    assert_eq!(foreign, Value::Array(Vec::new()));
}
