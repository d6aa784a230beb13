//! The text index over a real catalogue: what it finds.

mod measure;
mod ranked;
mod stored;
mod weights;

use std::iter;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::embedding::{Embedding, Space};
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, Hash, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::text::TextIndex;
use crate::library::text::coverage::Coverage;
use crate::library::text::query::{Ending, Words};
use crate::library::text::reading::Treatment;
use crate::library::text::score::{TextField, TextHit};
use crate::library::writer::Writer;

/// A file at `path` with `tags`.
fn indexed(path: &str, tags: &[(&str, &str)]) -> Change {
    let stamp = Stamp { size_bytes: 1, modified_ns: 1 };
    let file = FileFacts {
        path: path.into(),
        stamp,
        hash: Some(Hash(*blake3::hash(path.as_bytes()).as_bytes())),
        hearing: Hearing::Mix,
    };
    let tags = tags.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let segment = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 1.0, channel: None };
    let vector = Embedding::normalized(vec![1.0, 0.0]).unwrap();
    let sound = SoundFacts { tags, ..SoundFacts::default() };
    Change::Indexed { file, sound, segments: vec![(segment, vector)] }
}

fn vanished(path: &str) -> Change {
    Change::Vanished { path: path.into() }
}

fn library_with(changes: &[Change]) -> (TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let model = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
    let mut writer = Writer::open(folder.path(), &model).unwrap();
    writer.commit(changes).unwrap();
    (folder, writer)
}

fn library_of(paths: &[&str]) -> (TempDir, Writer) {
    library_with(&paths.iter().map(|path| indexed(path, &[])).collect::<Vec<_>>())
}

fn find(index: &TextIndex, words: &str) -> Vec<TextHit> {
    index.find(&Words::parse(words, Ending::Finished), None, 100).unwrap()
}

fn path_of(library: &Library, found: &TextHit) -> PathBuf {
    library.cards(&[found.file]).unwrap().remove(&found.file).unwrap().path
}

fn names(library: &Library, index: &TextIndex, words: &str) -> Vec<String> {
    let name = |found: &TextHit| path_of(library, found).file_name().unwrap().to_string_lossy().into_owned();
    find(index, words).iter().map(name).collect()
}

#[test]
fn files_are_found_by_the_words_in_their_names() {
    let (_folder, writer) =
        library_of(&["/s/kick_808-Hard.wav", "/s/snare soft.wav", "/s/YouTube rip.wav", "/s/雨音.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, expected) in [
        ("kick", &["kick_808-Hard.wav"][..]),
        ("808", &["kick_808-Hard.wav"]),
        ("hard", &["kick_808-Hard.wav"]),
        ("KICK 808", &["kick_808-Hard.wav"]),
        ("\"kick 808\"", &["kick_808-Hard.wav"]),
        ("\"808 kick\"", &[]),
        ("kic", &[]),
        ("kic*", &["kick_808-Hard.wav"]),
        ("kick_808-Hard.wav", &["kick_808-Hard.wav", "snare soft.wav", "YouTube rip.wav", "雨音.wav"]),
        ("youtube", &["YouTube rip.wav"]),
        ("you", &["YouTube rip.wav"]),
        ("YouTube", &["YouTube rip.wav"]),
        ("youtu*", &["YouTube rip.wav"]),
        ("雨", &["雨音.wav"]),
        ("雨音", &["雨音.wav"]),
        ("音雨", &[]),
        ("((\" AND \\", &[]),
    ] {
        let mut found = names(writer.library(), &index, words);
        let mut expected = expected.to_vec();
        // Only the exact match has a place that can be told.
        assert_eq!(found.first().map(String::as_str), expected.first().copied(), "{words}");
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{words}");
    }
}

#[test]
fn a_hit_says_which_words_it_has_where() {
    let tags = [("title", "Heavy Rain"), ("comment", "recorded in March")];
    let (_folder, writer) = library_with(&[indexed("/weather/storm.wav", &tags)]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, coverage, expected) in [
        ("storm", Coverage::Exact, &[("storm", TextField::Name)][..]),
        ("storm rain", Coverage::Exact, &[("storm", TextField::Name), ("rain", TextField::Tags)]),
        ("weather storm", Coverage::All, &[("weather", TextField::Folder), ("storm", TextField::Name)]),
        ("storm piano", Coverage::Some, &[("storm", TextField::Name)]),
        ("\"heavy rain\" mar*", Coverage::Exact, &[("heavy rain", TextField::Tags), ("mar*", TextField::Tags)]),
        // Two tags are no phrase.
        ("storm \"rain recorded\"", Coverage::Some, &[("storm", TextField::Name)]),
        ("the sound of rain", Coverage::Exact, &[("rain", TextField::Tags)]),
    ] {
        let found = find(&index, words).remove(0);
        let matches: Vec<_> = found.matches.iter().map(|found| (found.words.as_str(), found.place)).collect();
        assert_eq!((found.coverage, matches.as_slice()), (coverage, expected), "{words}");
        assert!(found.score > 0.0 && found.score <= 1.0, "{words}: {}", found.score);
    }
}

#[test]
fn better_answers_come_first() {
    let (_folder, writer) = library_of(&[
        "/s/long name with rain in it.wav",
        "/s/rain.wav",
        "/rain/other.wav",
        "/s/rain thunder.wav",
        "/s/thunder.wav",
        "/s/a.wav",
        "/s/b.wav",
    ]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, expected) in [
        ("rain", &["rain.wav", "rain thunder.wav", "long name with rain in it.wav", "other.wav"][..]),
        (
            "rain thunder",
            &["rain thunder.wav", "thunder.wav", "rain.wav", "long name with rain in it.wav", "other.wav"],
        ),
    ] {
        assert_eq!(names(writer.library(), &index, words), expected, "{words}");
    }
}

#[test]
fn only_files_that_may_be_found_are() {
    let (_folder, writer) = library_of(&["/a/rain.wav", "/b/rain.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    let second = find(&index, "rain")[1].file;
    let words = Words::parse("rain", Ending::Finished);
    let found = index.find(&words, Some(&iter::once(second).collect()), 9).unwrap();
    assert_eq!(found.iter().map(|found| found.file).collect::<Vec<_>>(), [second]);
    assert_eq!(index.find(&words, None, 1).unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_found_by_the_rest_of_it() {
    use std::os::unix::ffi::OsStrExt;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"/s/caf\xe9 rain.wav"));
    let (_folder, mut writer) = library_of(&[]);
    let mut change = indexed("/s/x.wav", &[]);
    if let Change::Indexed { file, .. } = &mut change {
        file.path = path.into();
    }
    writer.commit(&[change]).unwrap();
    let index = TextIndex::open(writer.library()).unwrap();
    assert_eq!(path_of(writer.library(), &find(&index, "rain")[0]), path);
}

/// The names of what `words` finds, in alphabetical order.
fn sorted(library: &Library, index: &TextIndex, words: &str) -> Vec<String> {
    let mut names = names(library, index, words);
    names.sort();
    names
}

#[test]
fn inflections_find_the_same_files() {
    let files = ["/s/door creak.wav", "/s/creaky floor.wav", "/s/creaks.wav", "/s/bark.wav", "/s/dog barking.wav"];
    let (_folder, writer) = library_of(&files);
    let index = TextIndex::open(writer.library()).unwrap();
    for words in ["creak", "creaky", "creaks", "creaking"] {
        let found = sorted(writer.library(), &index, words);
        assert_eq!(found, ["creaks.wav", "creaky floor.wav", "door creak.wav"], "{words}");
    }
    for words in ["bark", "barking", "barks"] {
        assert_eq!(sorted(writer.library(), &index, words), ["bark.wav", "dog barking.wav"], "{words}");
    }
}

#[test]
fn words_that_mean_the_same_find_the_same_files() {
    let (_folder, writer) = library_of(&["/s/whoosh 1.wav", "/s/woosh 2.wav", "/s/swoosh 3.wav", "/s/rain.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for words in ["whoosh", "woosh", "swoosh", "swooshes"] {
        let found = find(&index, words);
        assert_eq!(found.len(), 3, "{words}");
        assert_eq!(found[0].coverage, Coverage::Exact, "{words}");
        assert_eq!((found[1].coverage, found[1].matches[0].place), (Coverage::All, TextField::Name), "{words}");
        assert!(found[1].matches[0].instead.is_some() && found[1].score < found[0].score, "{words}");
    }
}

#[test]
fn a_misspelt_word_is_looked_for_as_the_one_that_was_meant() {
    let (_folder, writer) = library_of(&["/s/helicopter.wav", "/s/gaboon viper.wav", "/s/rain.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, read_as, expected) in [
        ("hellicopter", "helicopter", "helicopter.wav"),
        ("helicoptre", "helicopter", "helicopter.wav"),
        ("gabon", "gaboon", "gaboon viper.wav"),
        ("raaaain", "rain", "rain.wav"),
    ] {
        assert_eq!(names(writer.library(), &index, words), [expected], "{words}");
        let reading = index.read_words(&Words::parse(words, Ending::Finished)).unwrap().words[0].clone();
        assert_eq!((reading.treatment, reading.read_as), (Treatment::Corrected, vec![read_as.to_owned()]));
    }
    assert_eq!(find(&index, "hellicopter")[0].matches[0].instead.as_deref(), Some("helicopter"));
    // The library has it, or it is a word, or it is meant literally, or it is being typed.
    for (words, ending) in [
        ("viper", Ending::Finished),
        ("thunder", Ending::Finished),
        ("\"hellicopter\"", Ending::Finished),
        ("hellicopter*", Ending::Finished),
        ("helicop", Ending::Typing),
        ("cat", Ending::Finished),
    ] {
        let reading = index.read_words(&Words::parse(words, ending)).unwrap();
        assert_eq!(reading.words[0].treatment, Treatment::Kept, "{words}");
    }
}

#[test]
fn a_category_code_is_found_by_what_it_stands_for() {
    let files = [
        "/s/AMBForst_Night_Crickets.wav",
        "/s/WATRSplsh_Big_One.wav",
        "/s/VEHBus_Idle.wav",
        "/s/ambforst_lower.wav",
        "/s/DOORCreak-Old_Cellar.wav",
        "/s/THUN_Rolling.wav",
        "/s/THUNDER LAUGH.wav",
        "/s/RAIN_Steady.wav",
    ];
    let (_folder, writer) = library_of(&files);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, expected) in [
        ("forest", "AMBForst_Night_Crickets.wav"),
        ("splash", "WATRSplsh_Big_One.wav"),
        ("vehicle", "VEHBus_Idle.wav"),
        ("creaky door", "DOORCreak-Old_Cellar.wav"),
        ("thunderstorm", "THUN_Rolling.wav"),
    ] {
        let found = find(&index, words);
        assert_eq!(path_of(writer.library(), &found[0]).file_name().unwrap(), expected, "{words}");
        assert_eq!((found[0].coverage, found[0].matches[0].place), (Coverage::All, TextField::Category), "{words}");
        assert!(found[1..].iter().all(|found| found.coverage == Coverage::Some), "{words}");
    }
    // What is a kind of it is found as such.
    let found = find(&index, "downpour");
    assert_eq!(path_of(writer.library(), &found[0]).file_name().unwrap(), "RAIN_Steady.wav");
    assert_eq!(found[0].coverage, Coverage::Some);
}

#[test]
fn a_sharp_is_no_natural_and_a_minor_chord_no_note() {
    let (_folder, writer) = library_of(&["/s/pad C#4.wav", "/s/pad C4.wav", "/s/keys F#m.wav", "/s/keys Fm.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, expected) in [
        ("C#4", "pad C#4.wav"),
        ("c4", "pad C4.wav"),
        ("F#m", "keys F#m.wav"),
        ("f\u{266f}m", "keys F#m.wav"),
        ("Fm", "keys Fm.wav"),
    ] {
        assert_eq!(names(writer.library(), &index, words), [expected], "{words}");
    }
}

#[test]
fn what_is_quoted_is_meant_literally() {
    let (_folder, writer) = library_of(&["/s/door creak.wav", "/s/doors creaking.wav", "/s/swoosh.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "\"door creak\""), ["door creak.wav"]);
    assert_eq!(names(writer.library(), &index, "\"creaking\""), ["doors creaking.wav"]);
    assert_eq!(find(&index, "\"whoosh\""), []);
}

#[test]
fn words_of_other_languages_find_english_names() {
    let (_folder, writer) = library_of(&["/s/rain.wav", "/s/dog.wav", "/s/wind.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, expected) in [("pluie", "rain.wav"), ("Regen", "rain.wav"), ("雨", "rain.wav"), ("собака", "dog.wav")]
    {
        let found = names(writer.library(), &index, words);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{words}");
        let reading = index.read_words(&Words::parse(words, Ending::Finished)).unwrap();
        assert_eq!(reading.words[0].treatment, Treatment::Translated, "{words}");
    }
}

#[test]
fn small_words_of_other_languages_are_not_looked_for() {
    let (_folder, writer) = library_of(&["/s/rain.wav", "/s/dog and cat.wav"]);
    let index = TextIndex::open(writer.library()).unwrap();
    for (words, name) in [("der Regen", "rain.wav"), ("la pluie", "rain.wav"), ("собака и кошка", "dog and cat.wav")]
    {
        let found = find(&index, words);
        assert_eq!(path_of(writer.library(), &found[0]).file_name().unwrap(), name, "{words}");
        assert!(found[0].coverage >= Coverage::All, "{words}");
    }
}

#[test]
fn the_longest_phrase_wins_and_an_ambiguous_word_leads_nowhere() {
    let (_folder, writer) = library_of(&[
        "/s/dog.wav",
        "/s/bark.wav",
        "/s/doorbell.wav",
        "/s/door bell.wav",
        "/s/heavy rain.wav",
        "/s/downpour.wav",
    ]);
    let index = TextIndex::open(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "bark"), ["bark.wav"]);
    for words in ["doorbell", "door bell"] {
        let whole: Vec<TextHit> =
            find(&index, words).into_iter().filter(|found| found.coverage >= Coverage::All).collect();
        assert_eq!(whole.len(), 2, "{words}");
    }
    let whole = |words| find(&index, words).iter().filter(|found| found.coverage >= Coverage::All).count();
    assert_eq!((whole("downpour"), whole("heavy rain")), (2, 2));
}
