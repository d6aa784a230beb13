//! A program that has only the library: what the command line and the server do, without either.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use auricle::classify::label::read_labels;
use auricle::classify::labelling::Labelling;
use auricle::classify::stored_head::StoredHead;
use auricle::classify::suggest::{SuggestionAim, suggest};
use auricle::classify::template::Templates;
use auricle::classify::vocabulary::Vocabulary;
use auricle::classify::zero_shot::LabelSet;
use auricle::ingest::worker::hash_file;
use auricle::library::browse::Range;
use auricle::library::lookup::FileFilter;
use auricle::library::record::label::Labeller;
use auricle::library::writer::Writer;
use auricle::operations::duplicates::survey;
use auricle::operations::index::{IndexRequest, index};
use auricle::operations::label::{LabelLibraryRequest, LabelStore, label_library};
use auricle::operations::observer::{Event, Observer};
use auricle::operations::reindex::{MissingFiles, Reindex, ReindexRequest};
use auricle::operations::teach::{ExampleChange, ExampleUpdate, HeadDraft};
use auricle::operations::timeline::{TimelineFinder, TimelineSettings};
use auricle::operations::{defaults, learned_class};
use auricle::search::example::Example;
use auricle::search::request::{Query, WeakHits};
use auricle::time_span::TimeSpan;
use auricle::{Clap, Classifier, Encoder, Library, Request, Searcher, audio};

/// Names of the sounds, and the frequency of each in Hz.
const TONES: [(&str, f32); 3] = [("low.wav", 220.0), ("middle.wav", 880.0), ("high.wav", 3520.0)];

/// A folder of tones, their library and the built-in model.
struct Home {
    folder: tempfile::TempDir,
    encoder: Encoder,
}

#[test]
fn sounds_are_indexed_searched_compared_and_indexed_again() {
    let home = Home::with_tones();
    let searcher = || Searcher::new(Library::open(&home.library()).unwrap());
    let ask = |query| searcher().ask(&home.encoder, &Request { weak_hits: WeakHits::Listed, ..Request::new(query) });

    let answer = ask(Query::Words("a low tone".into())).unwrap();
    assert_eq!((answer.searched.files, answer.hits.len()), (3, 3));
    assert!(answer.hits[0].file.path.ends_with("low.wav"), "{:?}", answer.hits[0]);

    let span = TimeSpan::new(0.0, 1.0);
    let answer = ask(Query::Like(Example { path: home.sound("high.wav"), span })).unwrap();
    assert_eq!(answer.hits.len(), 2, "all but the example itself");

    let request = ReindexRequest { encoder: &home.encoder, moments: None, threads: defaults::threads() };
    let reindex = Reindex::begin(&home.library(), MissingFiles::Refuse).unwrap();
    let summary = observed(|observer| reindex.run(&request, observer)).unwrap().unwrap();
    assert_eq!((summary.totals.files, summary.files.new), (3, 3));
}

#[test]
fn sounds_are_labelled_and_what_was_found_is_stored() {
    let home = Home::with_tones();
    let classifier = home.classifier("tone = a low tone, speech");
    let library = Library::open(&home.library()).unwrap();
    let (classifier, labelling) = (&classifier, Labelling::Single);
    let request = LabelLibraryRequest { library: &library, classifier, labelling, threshold: Some(0.0), rivals: None };
    let mut writer = Writer::open_existing(&home.library()).unwrap();
    let store = LabelStore { writer: &mut writer, by: Labeller::ZeroShot };
    let mut labels = Vec::new();
    let summary = observed(|observer| {
        label_library(&request, Some(store), observer, |sound| {
            labels.extend(sound.labels());
            Ok::<_, auricle::Error>(())
        })
    });
    assert_eq!((summary.unwrap().stored, labels.len()), (3, 3));
    let counts = library.label_counts().unwrap();
    assert_eq!(counts.iter().map(|count| count.sounds).collect::<Vec<_>>(), [3]);
    let first = library.files_page(&FileFilter::default(), Range { offset: 0, limit: 1 }).unwrap();
    assert_eq!((first.items.len(), first.total), (1, 3));
}

#[test]
fn a_head_is_taught_asked_and_searched_with() {
    let home = Home::with_tones();
    let update = |name: &str, classes: &[&str]| {
        let path = home.sound(name);
        let vector = home.encoder.embed_sound(audio::open(&path).unwrap()).unwrap().clip;
        let change = ExampleChange::Classes(classes.iter().map(|class| (*class).to_owned()).collect());
        ExampleUpdate { hash: hash_file(&path).unwrap(), path, vector, change }
    };
    let updates = vec![update("low.wav", &["hum"]), update("high.wav", &[])];
    let mut writer = Writer::open_existing(&home.library()).unwrap();
    let draft = HeadDraft::open(Some(writer.library()), "hums").unwrap();
    let teaching =
        observed(|observer| draft.teach(&home.encoder, Some(writer.library()), updates, &[], observer).unwrap());
    teaching.unwrap().store(&mut writer).unwrap();

    let library = Library::open(&home.library()).unwrap();
    let head = Classifier::Head(StoredHead::open(&library, "hums").unwrap().head);
    let sound = |name| home.encoder.embed_sound(audio::open(&home.sound(name)).unwrap()).unwrap().clip;
    let presence = |name| head.score(&sound(name), None).unwrap()[0].presence;
    assert!(presence("low.wav") > presence("high.wav"));
    let (_, suggestions) = suggest(&library, "hums", SuggestionAim::Learn, 5).unwrap();
    assert_eq!(suggestions.len(), 1, "the one sound that nobody has judged");

    let query = Query::Learned(learned_class::find(&library, "hums").unwrap());
    let request = Request { weak_hits: WeakHits::Listed, ..Request::new(query) };
    assert!(Searcher::new(library).ask(&home.encoder, &request).unwrap().hits[0].file.path.ends_with("low.wav"));
}

#[test]
fn a_sound_is_followed_along_time() {
    let home = Home::with_tones();
    let classifier = home.classifier("tone = a low tone, speech");
    let finder = TimelineFinder::new(&home.encoder, &classifier, &TimelineSettings::default()).unwrap();
    let mut steps = 0;
    let sound = audio::open(&home.sound("low.wav")).unwrap();
    let mut count = |event: Event<'_>| steps += usize::from(matches!(event, Event::Step(_)));
    let timeline = finder.follow(sound, &Observer::new(&mut count, &Arc::default())).unwrap();
    assert!((timeline.seconds - 3.0).abs() < 0.01 && steps > 0, "{timeline:?}");
    assert!(!timeline.interrupted);
}

#[test]
fn what_takes_its_time_can_be_stopped_and_leaves_what_was() {
    let home = Home::with_tones();
    let classifier = home.classifier("tone = a low tone, speech");
    let finder = TimelineFinder::new(&home.encoder, &classifier, &TimelineSettings::default()).unwrap();
    let long = home.folder.path().join("long.wav");
    write_tone(&long, 220.0, 120);
    let stop = Arc::new(AtomicBool::new(false));
    let mut stop_at_a_step = |event: Event<'_>| {
        let is_step = matches!(event, Event::Step(_));
        stop.fetch_or(is_step, Ordering::Relaxed);
    };
    let timeline = finder.follow(audio::open(&long).unwrap(), &Observer::new(&mut stop_at_a_step, &stop)).unwrap();
    assert!(timeline.interrupted && (0.1..119.0).contains(&timeline.seconds), "{timeline:?}");

    let (mut nobody, library) = (|_: Event<'_>| {}, Library::open(&home.library()).unwrap());
    let stopped = Observer::new(&mut nobody, &stop);
    assert!(survey(&library, &stopped).unwrap().is_none());
    let path = home.sound("low.wav");
    let vector = home.encoder.embed_sound(audio::open(&path).unwrap()).unwrap().clip;
    let change = ExampleChange::Classes(vec!["hum".into()]);
    let updates = vec![ExampleUpdate { hash: hash_file(&path).unwrap(), path, vector, change }];
    let draft = HeadDraft::open(Some(&library), "hums").unwrap();
    assert!(draft.teach(&home.encoder, Some(&library), updates, &[], &stopped).unwrap().is_none());
    assert!(learned_class::find(&library, "hums").is_err());
}

impl Home {
    fn with_tones() -> Self {
        let home =
            Home { folder: tempfile::tempdir().unwrap(), encoder: Encoder::spawn(Clap::starter().unwrap()).unwrap() };
        std::fs::create_dir(home.sounds()).unwrap();
        TONES.iter().for_each(|(name, hz)| write_tone(&home.sound(name), *hz, 3));
        let (library, roots) = (home.library(), [home.sounds()]);
        let summary = observed(|observer| index(&IndexRequest::new(&library, &home.encoder, &roots), observer));
        assert_eq!(summary.unwrap().files.new, TONES.len() as u64);
        home
    }

    fn sounds(&self) -> PathBuf {
        self.folder.path().join("sounds")
    }

    fn sound(&self, name: &str) -> PathBuf {
        self.sounds().join(name)
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    /// Tells `labels`, separated by commas, apart.
    fn classifier(&self, labels: &str) -> Classifier {
        let vocabulary = Vocabulary::open(&self.encoder, self.folder.path()).unwrap();
        let labels = read_labels(labels.split(',')).unwrap();
        Classifier::Words(LabelSet::new(&self.encoder, &vocabulary, &labels, &Templates::default()).unwrap())
    }
}

/// Does `work`, to which nobody listens and which nobody stops.
fn observed<T>(work: impl FnOnce(&Observer<'_>) -> T) -> T {
    work(&Observer::new(&mut |_: Event<'_>| {}, &Arc::default()))
}

/// Writes three seconds of a tone.
fn write_tone(path: &Path, hz: f32, seconds: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    let sample = |at: u32| (at as f32 * hz * std::f32::consts::TAU / 16_000.0).sin() * 9000.0;
    (0..16_000 * seconds).for_each(|at| wav.write_sample(sample(at) as i16).unwrap());
    wav.finalize().unwrap();
}
