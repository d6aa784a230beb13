//! The map: coloured by words, walked over with keys, looped with a lasso; and 100,000 points stay quick.

use crate::page::{Page, RIGHT};

#[test]
fn words_colour_the_map_and_the_best_are_labelled() {
    let Some(page) = Page::open("#/map?q=rain") else { return };
    page.wait_for_text(".map-bar", "coloured by “rain”");
    page.click(".map-tools > .pill:last-child");
    page.wait(".map-side .sound");
    page.driver().run("document.querySelector('.map-label .field').value = 'wet'");
    page.click(".map-label .button");
    page.wait_for_text(".toast", "labelled “wet”");
}

#[test]
fn keys_walk_over_the_map_and_play() {
    let Some(page) = Page::open("#/map") else { return };
    page.wait(".map-canvas");
    page.driver().run("document.querySelector('.map-canvas').focus()");
    page.press(RIGHT);
    page.wait(".map-tip:not([hidden])");
    page.wait(".dock.is-playing");
}

#[test]
fn a_lasso_chooses_what_it_loops() {
    let Some(page) = Page::open("#/map") else { return };
    page.wait(".map-canvas");
    page.driver().run("document.querySelectorAll('.map-tools .segments button')[1].click()");
    let [width, height] = ["innerWidth", "innerHeight"].map(|side| page.ask(side).as_i64().unwrap() as i32 - 10);
    page.driver().drag(&[(400, 70), (width, 70), (width, height), (400, height), (400, 70)]);
    page.wait_for_text(".map-side h2", "selected");
}

#[test]
fn a_hundred_thousand_points_are_found_among_at_once() {
    let Some(page) = Page::open("#/map") else { return };
    page.wait(".map-canvas");
    let took = page.driver().run_later(
        "const done = arguments[0]; import('/map/ground.js').then(({ Ground }) => { \
         const ground = new Ground(Float32Array.from({ length: 200000 }, Math.random)); const begun = performance.now(); \
         for (let at = 0; at < 1000; at += 1) ground.nearest(Math.random(), Math.random(), 0.02); \
         done((performance.now() - begun) / 1000); })",
    );
    let milliseconds = took.as_f64().unwrap();
    // A frame has 16 ms; a search of all points would take one or two of them.
    assert!(milliseconds < 1.0, "{milliseconds} ms for one look");
}
