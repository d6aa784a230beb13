//! Labels of each source: stored, replaced, found and forgotten.

use super::*;
use crate::library::lookup::FileFilter;
use crate::library::record::change::Change;
use crate::library::tests::{file, indexed, library_with};
use crate::library::text::TextIndex;
use crate::library::text::query::{Ending, Words};

fn labelled(label: &str, score: f32) -> Labelled {
    Labelled { label: label.into(), start_seconds: 0.0, end_seconds: 2.5, score }
}

fn judged(content: u8, by: Labeller, labels: &[(&str, f32)]) -> Change {
    let labels = labels.iter().map(|(label, score)| labelled(label, *score)).collect();
    Change::Judged { hash: Hash([content; 32]), by, labels }
}

fn listed(library: &Library, label: Option<&str>, source: Option<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut take = |entry: LabelEntry| {
        let LabelEntry { path, by, labelled, .. } = entry;
        lines.push(format!("{} {}{} {}", path.display(), by.source(), by.head(), labelled.label));
        Ok::<(), crate::error::Error>(())
    };
    library.each_label(label, source, &mut take).unwrap();
    lines
}

#[test]
fn each_labeller_has_a_say_of_its_own_and_the_last_word_counts() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1), indexed("/b.wav", 2)]);
    let changes = [
        judged(1, Labeller::ZeroShot, &[("dog", 0.7), ("rain", 0.6)]),
        judged(1, Labeller::Head("mine".into()), &[("dog", 0.9)]),
        judged(2, Labeller::ZeroShot, &[("Rain", 0.8)]),
        Change::LabelAdded { hash: Hash([1; 32]), label: labelled("puppy", 1.0) },
    ];
    writer.commit(&changes).unwrap();
    writer.commit(&[judged(1, Labeller::ZeroShot, &[("rain", 0.6)])]).unwrap();
    let library = writer.library();
    let all = ["/a.wav hand puppy", "/a.wav headmine dog", "/a.wav zero-shot rain", "/b.wav zero-shot Rain"];
    assert_eq!(listed(library, None, None), all);
    assert_eq!(listed(library, Some("RAIN"), None), ["/a.wav zero-shot rain", "/b.wav zero-shot Rain"]);
    assert_eq!(listed(library, None, Some("head")), ["/a.wav headmine dog"]);
    let removed = Change::LabelRemoved { hash: Hash([1; 32]), by: Labeller::Hand, label: "Puppy".into() };
    writer.commit(&[removed]).unwrap();
    assert_eq!(writer.library().labels_of(Hash([1; 32])).unwrap().len(), 2);
}

#[test]
fn labels_stay_with_a_content_that_is_removed_and_comes_back_elsewhere() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    writer.commit(&[Change::LabelAdded { hash: Hash([1; 32]), label: labelled("puppy", 1.0) }]).unwrap();
    writer.commit(&[Change::Removed { path: "/a.wav".into() }]).unwrap();
    assert!(listed(writer.library(), None, None).is_empty());
    writer.commit(&[indexed("/c.wav", 1)]).unwrap();
    writer.commit(&[Change::Twin { file: file("/d.wav", 1) }]).unwrap();
    assert_eq!(listed(writer.library(), None, None), ["/c.wav hand puppy", "/d.wav hand puppy"]);
}

#[test]
fn files_are_filtered_by_label_and_source() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1), indexed("/b.wav", 2)]);
    writer
        .commit(&[
            judged(1, Labeller::ZeroShot, &[("dog", 0.7)]),
            judged(2, Labeller::ZeroShot, &[("dog", 0.7), ("rain", 0.7)]),
            Change::LabelAdded { hash: Hash([2; 32]), label: labelled("dog", 1.0) },
        ])
        .unwrap();
    let count = |filters: &[(&str, Option<&str>)]| {
        let filter = |(label, source): &(&str, Option<&str>)| LabelFilter {
            label: (*label).to_owned(),
            source: source.map(str::to_owned),
        };
        let filter = FileFilter { labels: filters.iter().map(filter).collect(), ..FileFilter::default() };
        writer.library().files_passing(&filter).unwrap().len()
    };
    assert_eq!(count(&[("Dog", None)]), 2);
    assert_eq!(count(&[("dog", Some("hand"))]), 1);
    assert_eq!(count(&[("dog", None), ("rain", None)]), 1);
    assert_eq!(count(&[("cat", None)]), 0);
}

#[test]
fn what_is_said_by_hand_is_found_by_words_and_what_a_model_says_is_not() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    let mut text = TextIndex::open(writer.library()).unwrap();
    writer
        .commit(&[
            judged(1, Labeller::ZeroShot, &[("dog", 0.7)]),
            Change::LabelAdded { hash: Hash([1; 32]), label: labelled("siren", 1.0) },
        ])
        .unwrap();
    let found = |text: &mut TextIndex, library: &Library, words: &str| {
        text.refresh(library).unwrap();
        text.find(&Words::parse(words, Ending::Finished), None, 9).unwrap().len()
    };
    assert_eq!(found(&mut text, writer.library(), "siren"), 1);
    assert_eq!(found(&mut text, writer.library(), "dog"), 0);
    let removed = Change::LabelRemoved { hash: Hash([1; 32]), by: Labeller::Hand, label: "siren".into() };
    writer.commit(&[removed]).unwrap();
    assert_eq!(found(&mut text, writer.library(), "siren"), 0);
}

#[test]
fn compacting_drops_what_can_be_said_again_of_sounds_that_are_gone() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1), indexed("/b.wav", 2)]);
    let said = |content| {
        [
            judged(content, Labeller::ZeroShot, &[("dog", 0.7)]),
            Change::LabelAdded { hash: Hash([content; 32]), label: labelled("puppy", 1.0) },
        ]
    };
    writer.commit(&[said(1), said(2)].concat()).unwrap();
    writer.forget(&["/a.wav".into()]).unwrap();
    writer.compact().unwrap();
    let count = |content| writer.library().labels_of(Hash([content; 32])).unwrap().len();
    assert_eq!((count(1), count(2)), (1, 2));
}
