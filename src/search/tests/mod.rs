//! Searches of real libraries with made-up vectors: order, reasons, filters, grouping.

mod by_words;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::embedding::{Embedding, Space};
use crate::imprint::{BANDS, Imprint, ImprintFrame};
use crate::library::lookup::{Bounds, FileFilter, TagFilter};
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, Hash, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::writer::Writer;
use crate::search::Searcher;
use crate::search::example::Example;
use crate::search::hit::{Answer, CopyKind, Grade, Hit, Peak, Reason};
use crate::search::query_vectors::QueryVectors;
use crate::search::request::{Basis, Examples, Granularity, Query, Request, WeakHits, WeightedQuery};
use crate::time_span::TimeSpan;

/// A point in the plane; the angles (in degrees) of two vectors tell their cosine.
pub(super) fn at(degrees: f32) -> Embedding {
    let radians = degrees.to_radians();
    Embedding::normalized(vec![radians.cos(), radians.sin()]).unwrap()
}

/// A file of one clip; what matters in a test is changed in it.
pub(super) struct Sound {
    pub(super) path: String,
    pub(super) content: String,
    pub(super) facts: SoundFacts,
    pub(super) modified_ns: i64,
    pub(super) clip: Embedding,
    pub(super) moments: Vec<Embedding>,
}

impl Sound {
    pub(super) fn new(path: &str, clip: Embedding) -> Self {
        let facts = SoundFacts { duration_seconds: 1.0, ..SoundFacts::default() };
        Sound { path: path.into(), content: path.into(), facts, modified_ns: 0, clip, moments: Vec::new() }
    }

    fn tagged(mut self, name: &str, text: &str) -> Self {
        self.facts.tags.push((name.into(), text.into()));
        self
    }

    fn change(&self) -> Change {
        let stamp = Stamp { size_bytes: 1, modified_ns: self.modified_ns };
        let hash = Some(Hash(*blake3::hash(self.content.as_bytes()).as_bytes()));
        let segment = |kind, start_seconds, end_seconds| Segment { kind, start_seconds, end_seconds, channel: None };
        let mut segments = vec![(segment(SegmentKind::Clip, 0.0, self.facts.duration_seconds), self.clip.clone())];
        for (start, vector) in (0u32..).map(|number| f64::from(number) * 5.0).zip(&self.moments) {
            segments.push((segment(SegmentKind::Moment, start, start + 10.0), vector.clone()));
        }
        let file = FileFacts { path: self.path.clone().into(), stamp, hash, hearing: Hearing::Mix };
        Change::Indexed { file, sound: self.facts.clone(), segments }
    }
}

/// A searcher of a library with `sounds`.
pub(super) fn searcher_of(sounds: &[Sound]) -> (TempDir, Searcher) {
    let folder = tempfile::tempdir().unwrap();
    let dim = sounds.first().map_or(2, |sound| sound.clip.dim());
    let model = Space { name: "m".into(), fingerprint: "f".into(), dim };
    let mut writer = Writer::open(folder.path(), &model).unwrap();
    writer.commit(&sounds.iter().map(Sound::change).collect::<Vec<_>>()).unwrap();
    drop(writer);
    let library = crate::library::Library::open(folder.path()).unwrap();
    (folder, Searcher::new(library))
}

/// Files called `paths`, at those angles.
fn plane(sounds: &[(&str, f32)]) -> (TempDir, Searcher) {
    searcher_of(&sounds.iter().map(|(path, degrees)| Sound::new(path, at(*degrees))).collect::<Vec<_>>())
}

pub(super) fn words(text: &str) -> Request {
    Request { weak_hits: WeakHits::Listed, ..Request::new(Query::Words(text.into())) }
}

pub(super) fn ask(searcher: &mut Searcher, request: &Request, degrees: &[f32]) -> Answer {
    let (wanted, unwanted) = degrees.split_at(request.wanted.len().min(degrees.len()));
    let vectors = |degrees: &[f32]| degrees.iter().map(|degrees| at(*degrees)).collect();
    searcher.search(request, &QueryVectors::new(vectors(wanted), vectors(unwanted))).unwrap()
}

pub(super) fn paths(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.file.path.to_str().unwrap()).collect()
}

#[test]
fn hits_come_nearest_first_with_their_cosine_and_rank() {
    let (_folder, mut searcher) = plane(&[("/a", 60.0), ("/b", 5.0), ("/c", -30.0), ("/d", 180.0)]);
    let answer = ask(&mut searcher, &Request { limit: 3, ..words("x") }, &[0.0]);
    assert_eq!(paths(&answer), ["/b", "/c", "/a"]);
    let hit = &answer.hits[2];
    assert!((hit.cosine.unwrap() - 0.5).abs() < 1e-6, "{hit:?}");
    assert_eq!(hit.reasons, [Reason::Sound { rank: 3 }]);
    assert_eq!((hit.start_seconds, hit.end_seconds), (0.0, 1.0));
}

#[test]
fn a_rare_word_in_a_name_or_tag_is_stronger_than_a_sound_of_which_nothing_is_known() {
    let sounds = [
        Sound::new("/s/perfect.wav", at(0.0)),
        Sound::new("/s/kick_808-Hard.wav", at(180.0)),
        Sound::new("/s/tagged.wav", at(90.0)).tagged("title", "A Kick"),
        Sound::new("/kick/in the folder only.wav", at(10.0)),
        Sound::new("/s/kickstart.wav", at(20.0)),
    ];
    let (_folder, mut searcher) = searcher_of(&sounds);
    let answer = ask(&mut searcher, &words("a kick"), &[0.0]);
    assert_eq!(paths(&answer)[..2], ["/s/kick_808-Hard.wav", "/s/tagged.wav"]);
    assert!(answer.hits.is_sorted_by(|a, b| a.score >= b.score));
    for (limit, by) in [(1, Basis::Both), (1, Basis::Words), (9, Basis::Words)] {
        let answer = ask(&mut searcher, &Request { limit, by, ..words("kick") }, &[0.0]);
        assert!(["/s/tagged.wav", "/s/kick_808-Hard.wav"].contains(&paths(&answer)[0]), "{by:?}");
    }
    let answer = ask(&mut searcher, &Request { by: Basis::Sound, ..words("kick") }, &[0.0]);
    assert_eq!(paths(&answer)[0], "/s/perfect.wav");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(12))]
    #[test]
    fn no_hit_comes_before_a_more_probable_one_whatever_the_cosines(
        angles in proptest::collection::vec(-180.0f32..180.0, 20), query in -180.0f32..180.0, unwanted in -180.0f32..180.0,
        weight in 0.1f32..50.0,
    ) {
        let name = |index: usize| if index.is_multiple_of(5) { format!("/s/rain {index}.wav") } else { format!("/s/x {index}.wav") };
        let sounds = angles.iter().enumerate().map(|(index, angle)| Sound::new(&name(index), at(*angle)));
        let (_folder, mut searcher) = searcher_of(&sounds.collect::<Vec<_>>());
        let not = WeightedQuery { query: Query::Words("speech".into()), weight };
        let request = Request { unwanted: vec![not], limit: 20, ..words("rain") };
        let answer = ask(&mut searcher, &request, &[query, unwanted]);
        assert!(answer.hits.is_sorted_by(|a, b| a.score >= b.score && a.grade >= b.grade));
        let plain = ask(&mut searcher, &Request { limit: 20, ..words("rain") }, &[query]);
        assert_eq!(paths(&plain).iter().take_while(|path| path.contains("rain")).count(), 4);
        for hit in &answer.hits {
            let before = plain.hits.iter().find(|plain| plain.file.path == hit.file.path).unwrap();
            assert!(hit.score <= before.score);
        }
    }
}

#[test]
fn what_is_unwanted_only_pushes_down() {
    let (_folder, mut searcher) = plane(&[("/a", 10.0), ("/b", -12.0), ("/c", -150.0), ("/d", 150.0), ("/e", 170.0)]);
    let plain = ask(&mut searcher, &words("x"), &[0.0]);
    assert_eq!(paths(&plain)[..2], ["/a", "/b"]);
    let not = |query| Request { unwanted: vec![query], ..words("x") };
    let answer = ask(&mut searcher, &not(Query::Words("y".into()).into()), &[0.0, 40.0]);
    assert_eq!(paths(&answer)[..2], ["/b", "/a"]);
    for hit in &answer.hits {
        let before = plain.hits.iter().find(|plain| plain.file.path == hit.file.path).unwrap();
        assert!(hit.score <= before.score, "{hit:?}");
        assert_eq!(hit.cosine, before.cosine);
    }
}

#[test]
fn a_file_with_the_unwanted_words_in_its_name_goes_down() {
    let (_folder, mut searcher) =
        plane(&[("/s/rain with speech.wav", 90.0), ("/s/rain.wav", 100.0), ("/s/x.wav", 0.0)]);
    let not = Query::Words("speech".into()).into();
    let answer = ask(&mut searcher, &Request { unwanted: vec![not], ..words("rain") }, &[0.0, 45.0]);
    assert_eq!(paths(&answer)[0], "/s/rain.wav");
    let of = |path: &str| answer.hits.iter().find(|hit| hit.file.path.to_str() == Some(path)).unwrap();
    assert_eq!(of("/s/rain with speech.wav").grade, Grade::Weak);
    assert!(of("/s/rain.wav").grade > Grade::Weak);
}

#[test]
fn several_wanted_queries_are_weighed() {
    let (_folder, mut searcher) = plane(&[("/a", 0.0), ("/b", 45.0), ("/c", 90.0)]);
    let other = |weight| WeightedQuery { query: Query::Words("y".into()), weight };
    for (weight, first) in [(0.01, "/a"), (1.0, "/b"), (100.0, "/c")] {
        let mut request = words("x");
        request.wanted.push(other(weight));
        assert_eq!(paths(&ask(&mut searcher, &request, &[0.0, 90.0]))[0], first, "{weight}");
    }
}

#[test]
fn the_best_hits_are_found_though_many_segments_are_nearer_or_unwanted() {
    // A thousand moments of one file are nearer than any other file.
    let mut sounds = vec![Sound::new("/long", at(20.0))];
    sounds[0].moments = (0..1000u16).map(|number| at(f32::from(number) * 0.001)).collect();
    // Five hundred files are near but unwanted.
    sounds.extend(
        (0..500u16).map(|number| Sound::new(&format!("/unwanted {number}"), at(5.0 + f32::from(number) * 0.01))),
    );
    sounds.extend([Sound::new("/first", at(-30.0)), Sound::new("/second", at(-31.0))]);
    sounds
        .extend((0..600u16).map(|number| Sound::new(&format!("/far {number}"), at(-120.0 - f32::from(number) * 0.01))));
    let (_folder, mut searcher) = searcher_of(&sounds);
    let plain = ask(&mut searcher, &Request { limit: 2, ..words("x") }, &[0.0]);
    assert_eq!(paths(&plain), ["/long", "/unwanted 0"]);
    let not = WeightedQuery { query: Query::Words("y".into()), weight: 3.0 };
    let answer = ask(&mut searcher, &Request { limit: 2, unwanted: vec![not], ..words("x") }, &[0.0, 60.0]);
    let mut found = paths(&answer);
    found.sort_unstable();
    assert_eq!(found, ["/first", "/second"]);
}

fn from<T>(least: T) -> Bounds<T> {
    Bounds { least: Some(least), most: None }
}

fn to<T>(most: T) -> Bounds<T> {
    Bounds { least: None, most: Some(most) }
}

#[test]
fn filters_let_through_what_they_say() {
    let mut one = Sound::new("/music/drums/one.wav", at(0.0)).tagged("genre", "Électro");
    one.facts = SoundFacts {
        container: "wav".into(),
        codec: "pcm_s16le".into(),
        rate_hz: 44_100,
        channels: 2,
        duration_seconds: 2.0,
        ..one.facts
    };
    one.modified_ns = 100;
    let mut two = Sound::new("/music/drums 2/two.ogg", at(10.0)).tagged("title", "electro");
    two.facts = SoundFacts {
        container: "ogg".into(),
        codec: "vorbis".into(),
        rate_hz: 48_000,
        channels: 1,
        duration_seconds: 60.0,
        ..two.facts
    };
    two.modified_ns = 200;
    let (_folder, mut searcher) = searcher_of(&[one, two]);
    let tag = |name: Option<&str>, text: &str| vec![TagFilter { name: name.map(str::to_owned), text: text.into() }];
    let (one, two) = ("/music/drums/one.wav", "/music/drums 2/two.ogg");
    let all = FileFilter::default;
    for (filter, expected) in [
        (all(), &[one, two][..]),
        (FileFilter { folders: vec!["/music/drums".into()], ..all() }, &[one]),
        (FileFilter { folders: vec!["/music/drums/".into(), "/other".into()], ..all() }, &[one]),
        (FileFilter { folders: vec!["/".into()], ..all() }, &[one, two]),
        (FileFilter { folders: vec!["/mus".into()], ..all() }, &[]),
        (FileFilter { formats: vec!["OGG".into()], ..all() }, &[two]),
        (FileFilter { formats: vec!["vorbis".into(), "wav".into()], ..all() }, &[one, two]),
        (FileFilter { duration_seconds: to(2.0), ..all() }, &[one]),
        (FileFilter { duration_seconds: from(2.5), ..all() }, &[two]),
        (FileFilter { rate_hz: from(48_000), ..all() }, &[two]),
        (FileFilter { channels: Bounds { least: Some(2), most: Some(2) }, ..all() }, &[one]),
        (FileFilter { modified_ns: from(101), ..all() }, &[two]),
        (FileFilter { tags: tag(None, "LECTRO"), ..all() }, &[one, two]),
        (FileFilter { tags: tag(Some("Genre"), "éLECTRO"), ..all() }, &[one]),
        (FileFilter { tags: tag(None, "jazz"), ..all() }, &[]),
        (FileFilter { channels: from(2), rate_hz: from(48_000), ..all() }, &[]),
    ] {
        for by in [Basis::Both, Basis::Sound] {
            let request = Request { filter: filter.clone(), by, ..words("x") };
            let answer = ask(&mut searcher, &request, &[0.0]);
            assert_eq!(paths(&answer), expected, "{filter:?}");
            assert_eq!(answer.searched.files, expected.len());
        }
        let request = Request { filter: filter.clone(), by: Basis::Words, ..words("music") };
        assert_eq!(ask(&mut searcher, &request, &[]).hits.len(), expected.len(), "{filter:?}");
    }
}

#[test]
fn a_long_file_is_one_hit_with_its_best_moments_or_a_row_for_each() {
    let mut long = Sound::new("/long.wav", at(80.0));
    long.facts.duration_seconds = 30.0;
    long.moments = vec![at(150.0), at(5.0), at(40.0), at(170.0), at(160.0)];
    let (_folder, mut searcher) = searcher_of(&[long, Sound::new("/short.wav", at(20.0))]);
    let answer = ask(&mut searcher, &words("x"), &[0.0]);
    assert_eq!(paths(&answer), ["/long.wav", "/short.wav"]);
    let hit = &answer.hits[0];
    let peak = Peak { start_seconds: 5.0, end_seconds: 15.0, channel: None };
    assert_eq!((hit.start_seconds, hit.end_seconds, hit.peak), (5.0, 20.0, peak), "the next is about as good");
    let spans = |hit: &Hit| -> Vec<_> {
        hit.moments.iter().map(|moment| (moment.start_seconds, moment.end_seconds, moment.peak.start_seconds)).collect()
    };
    assert_eq!(spans(hit), [(5.0, 20.0, 5.0), (20.0, 30.0, 20.0)], "what overlaps an event is none of its own");
    assert!(answer.hits[1].moments.is_empty());
    let answer = ask(&mut searcher, &Request { granularity: Granularity::Moments, ..words("x") }, &[0.0]);
    let starts: Vec<_> = answer.hits.iter().map(|hit| (hit.file.path.to_str().unwrap(), hit.start_seconds)).collect();
    let long = |start| ("/long.wav", start);
    assert_eq!(starts, [long(5.0), ("/short.wav", 0.0), long(20.0)]);
}

#[test]
fn sounds_of_the_same_content_are_one_hit_that_names_them_all() {
    let copy = |path: &str| Sound { content: "same".into(), ..Sound::new(path, at(0.0)) };
    let sounds = [copy("/a/rain.wav"), copy("/b.wav"), copy("/c.wav"), Sound::new("/other.wav", at(50.0))];
    let (_folder, mut searcher) = searcher_of(&sounds);
    let copies = |hit: &Hit| hit.copies.iter().map(|copy| copy.path.clone()).collect::<Vec<_>>();
    let answer = ask(&mut searcher, &words("x"), &[0.0]);
    assert_eq!(paths(&answer), ["/b.wav", "/other.wav"]);
    assert_eq!(copies(&answer.hits[0]), [PathBuf::from("/a/rain.wav"), PathBuf::from("/c.wav")]);
    let answer = ask(&mut searcher, &words("rain"), &[0.0]);
    assert_eq!(paths(&answer), ["/a/rain.wav", "/other.wav"]);
    let filter = FileFilter { folders: vec!["/a".into()], ..FileFilter::default() };
    let answer = ask(&mut searcher, &Request { filter, ..words("x") }, &[0.0]);
    assert_eq!((paths(&answer), copies(&answer.hits[0])), (vec!["/a/rain.wav"], Vec::new()));
}

#[test]
fn words_alone_need_no_vectors_and_convince() {
    let (_folder, mut searcher) = plane(&[("/s/rain.wav", 0.0), ("/s/x.wav", 0.0)]);
    let request = Request { by: Basis::Words, ..words("rain") };
    assert!(!QueryVectors::from_library(searcher.library(), &request).unwrap().needs_model());
    let answer = ask(&mut searcher, &request, &[]);
    assert_eq!(paths(&answer), ["/s/rain.wav"]);
    let hit = &answer.hits[0];
    assert_eq!((hit.cosine, hit.grade), (None, Grade::Strong));
    assert!(matches!(&hit.reasons[..], [Reason::Words { rank: 1, .. }]), "{hit:?}");
}

#[test]
fn a_searcher_sees_what_is_committed_later() {
    let (folder, mut searcher) = plane(&[("/a", 50.0)]);
    assert_eq!(paths(&ask(&mut searcher, &words("rain"), &[0.0])), ["/a"]);
    let model = searcher.library().model().clone();
    let mut writer = Writer::open(folder.path(), &model).unwrap();
    writer.commit(&[Sound::new("/rain", at(90.0)).change(), Change::Vanished { path: "/a".into() }]).unwrap();
    assert_eq!(paths(&ask(&mut searcher, &words("rain"), &[0.0])), ["/rain"]);
}

#[test]
fn an_unchanged_file_of_the_library_needs_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("a.wav");
    std::fs::write(&file, "content").unwrap();
    let stamp = Stamp::of(&file.metadata().unwrap());
    let model = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
    let mut writer = Writer::open(&folder.path().join("library"), &model).unwrap();
    let mut change = Sound::new(file.to_str().unwrap(), at(50.0)).change();
    if let Change::Indexed { file, .. } = &mut change {
        file.stamp = stamp;
    }
    writer.commit(&[change]).unwrap();
    let needs_model = |path: &Path| {
        let request = Request::new(Query::Like(Example { path: path.into(), span: None }));
        QueryVectors::from_library(writer.library(), &request).unwrap().needs_model()
    };
    assert!(!needs_model(&file));
    assert!(needs_model(&folder.path().join("none.wav")));
    std::fs::write(&file, "other content").unwrap();
    assert!(needs_model(&file));
}

#[test]
fn a_meaning_without_vectors_is_refused() {
    let (_folder, mut searcher) = plane(&[("/a", 50.0)]);
    let request = words("rain");
    let vectors = QueryVectors::from_library(searcher.library(), &request).unwrap();
    assert!(vectors.needs_model());
    assert!(searcher.search(&request, &vectors).is_err());
    assert!(searcher.search(&request, &QueryVectors::new(Vec::new(), Vec::new())).is_err());
}

/// A library of `a.wav`, which is on disk with moments at 0, 5, 10 and 15 s, its copy, and another file.
fn examples() -> (TempDir, Searcher, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("a.wav");
    std::fs::write(&file, "content").unwrap();
    let model = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
    let mut long = Sound::new(file.to_str().unwrap(), at(0.0));
    long.facts.duration_seconds = 25.0;
    long.moments = vec![at(0.0), at(1.0), at(2.0), at(30.0)];
    let original = long.change();
    let copy = Sound { path: "/copy.wav".into(), ..long };
    let mut changes = [original, copy.change(), Sound::new("/other.wav", at(10.0)).change()];
    if let Change::Indexed { file: facts, .. } = &mut changes[0] {
        facts.stamp = Stamp::of(&file.metadata().unwrap());
    }
    Writer::open(&folder.path().join("library"), &model).unwrap().commit(&changes).unwrap();
    let library = crate::library::Library::open(&folder.path().join("library")).unwrap();
    (folder, Searcher::new(library), file)
}

#[test]
fn an_example_is_no_hit_unless_asked_nor_are_its_copies() {
    let (_folder, mut searcher, file) = examples();
    let like = |path: &Path| Query::Like(Example { path: path.into(), span: None });
    let listed = |examples| Request { examples, weak_hits: WeakHits::Listed, ..Request::new(like(&file)) };
    let answer = ask(&mut searcher, &listed(Examples::LeftOut), &[0.0]);
    assert_eq!(paths(&answer), ["/other.wav"]);
    assert_eq!(answer.identical.iter().map(|copy| &copy.path).collect::<Vec<_>>(), ["/copy.wav"]);
    assert_eq!(answer.hits[0].reasons, [Reason::Sound { rank: 1 }]);
    let answer = ask(&mut searcher, &listed(Examples::Listed), &[0.0]);
    // It is on disk, and the copy with the shorter path is not.
    assert_eq!(paths(&answer), [file.to_str().unwrap(), "/other.wav"]);
    let copies: Vec<_> = answer.hits[0].copies.iter().map(|copy| copy.path.to_str().unwrap()).collect();
    assert_eq!((copies, answer.identical.len()), (vec!["/copy.wav"], 0));
    assert_eq!(answer.hits[0].grade, Grade::Strong, "it is the example itself");
    assert!(answer.hits[1].grade < Grade::Strong, "among so few sounds there is no telling what is usual");
    let filter = FileFilter { folders: vec!["/nowhere".into()], ..FileFilter::default() };
    let answer = ask(&mut searcher, &Request { filter, ..listed(Examples::LeftOut) }, &[0.0]);
    assert_eq!((answer.hits.len(), answer.identical.len()), (0, 0));
    // What is not wanted is left out by nobody.
    let unwanted = Request { unwanted: vec![like(&file).into()], ..words("x") };
    assert_eq!(ask(&mut searcher, &unwanted, &[0.0, 0.0]).hits.len(), 2);
    // Once the file has changed, its copy is a copy no more.
    std::fs::write(&file, "other content").unwrap();
    let answer = ask(&mut searcher, &listed(Examples::LeftOut), &[0.0]);
    assert_eq!((paths(&answer), answer.identical.len()), (vec!["/copy.wav", "/other.wav"], 0));
}

#[test]
fn a_copy_of_the_example_in_other_bytes_is_no_hit_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("a.wav");
    std::fs::write(&file, "content").unwrap();
    let imprint = |pitch_hz| Imprint::new(1.0, &[ImprintFrame { bands_db: [0.0; BANDS], pitch_hz }; 40]);
    let sound = |path: &str, degrees, pitch_hz| {
        let mut sound = Sound::new(path, at(degrees));
        sound.facts.imprint = Some(imprint(pitch_hz));
        sound.change()
    };
    let path = file.to_str().unwrap();
    let mut changes = [sound(path, 0.0, 440.0), sound("/a.mp3", 2.0, 440.0), sound("/b.wav", 5.0, 880.0)];
    if let Change::Indexed { file: facts, .. } = &mut changes[0] {
        facts.stamp = Stamp::of(&file.metadata().unwrap());
    }
    let model = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
    Writer::open(&folder.path().join("library"), &model).unwrap().commit(&changes).unwrap();
    let mut searcher = Searcher::new(crate::library::Library::open(&folder.path().join("library")).unwrap());
    let like = Request { weak_hits: WeakHits::Listed, ..Request::new(Query::Like(Example { path: file, span: None })) };
    let answer = ask(&mut searcher, &like, &[0.0]);
    assert_eq!(paths(&answer), ["/b.wav"]);
    let named: Vec<_> = answer.identical.iter().map(|copy| (copy.path.to_str().unwrap(), copy.kind)).collect();
    assert_eq!(named, [("/a.mp3", CopyKind::SameRecording)]);
    let itself = ask(&mut searcher, &Request { examples: Examples::Listed, ..like }, &[0.0]);
    assert_eq!((itself.hits.len(), itself.hits[0].copies.len()), (2, 1));
}

#[test]
fn of_a_stretch_only_the_places_that_overlap_it_are_left_out() {
    let (_folder, mut searcher, file) = examples();
    let span = TimeSpan::new(2.0, 9.0);
    let request = Request::new(Query::Like(Example { path: file.clone(), span }));
    for granularity in [Granularity::Files, Granularity::Moments] {
        let request = Request { granularity, weak_hits: WeakHits::Listed, ..request.clone() };
        let answer = ask(&mut searcher, &request, &[0.0]);
        let starts: Vec<_> = answer.hits.iter().map(|hit| (hit.file.path.clone(), hit.start_seconds)).collect();
        // The places from 10 and from 15 seconds overlap: they are one event.
        assert_eq!(starts, [(file.clone(), 10.0), ("/other.wav".into(), 0.0)], "{granularity:?}");
    }
}
