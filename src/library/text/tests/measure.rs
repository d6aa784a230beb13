//! What the text index takes with a hundred thousand files; nothing is asserted.

use std::time::Instant;

use super::{indexed, library_of};
use crate::library::text::TextIndex;
use crate::library::text::query::{Ending, Words};

/// Measures a library of 100,000 files; run by hand.
#[test]
#[ignore = "a measurement, not a test"]
fn measure_a_hundred_thousand_files() {
    let nouns = ["rain", "kick", "door", "wind", "dog", "snare", "engine", "bell", "crowd", "water", "glass", "bird"];
    let adjectives = ["soft", "hard", "distant", "close", "wet", "dry", "heavy", "old", "metal", "wooden"];
    let path = |number: usize| {
        let (noun, adjective) = (nouns[number % nouns.len()], adjectives[number / 7 % adjectives.len()]);
        format!("/home/someone/Sounds/{}/{noun}_{adjective}-{number:06}.wav", nouns[number / 1000 % nouns.len()])
    };
    let tags = |number: usize| [("title", format!("{} {}", adjectives[number % 10], nouns[number / 3 % 12]))];
    let (_folder, mut writer) = library_of(&[]);
    for batch in 0..100 {
        let changes = (batch * 1000..(batch + 1) * 1000).map(|number| {
            let tags = tags(number);
            indexed(&path(number), &[(tags[0].0, &tags[0].1)])
        });
        writer.commit(&changes.collect::<Vec<_>>()).unwrap();
    }
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let mut times: Vec<_> = (0..21)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed()
            })
            .collect();
        times.sort();
        eprintln!("{what}: median {:?}, worst of 21 {:?}", times[10], times[20]);
    };
    let start = Instant::now();
    let index = TextIndex::open(writer.library()).unwrap();
    eprintln!("made anew and stored: {:?}, {} bytes in memory", start.elapsed(), index.memory_bytes());
    timed("opened when current", &mut || drop(TextIndex::open(writer.library()).unwrap()));
    for words in [
        "rain",
        "kick soft",
        "wav",
        "\"rain soft\"",
        "ra*",
        "dog",
        "hellicopter",
        "xqzvbnmtr",
        "a heavy bell in the distant crowd",
        "rain_soft-000084.wav",
    ] {
        let words = Words::parse(words, Ending::Finished);
        timed(&format!("{words:?}")[..60], &mut || drop(index.find(&words, None, 500).unwrap()));
    }
    let mut index = index;
    let mut number = 200_000;
    timed("one new file: commit, refresh, store", &mut || {
        number += 1;
        writer.commit(&[indexed(&path(number), &[])]).unwrap();
        index.refresh(writer.library()).unwrap();
    });
}
