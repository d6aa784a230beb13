//! The index on real libraries: it finds what comparing everything finds, whatever happened to what is stored.

use std::collections::HashSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::embedding::{Embedding, Space};
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, Hash, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentId, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::build::BuildProgress;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::promising::PromiseQuestion;
use crate::library::vectors::refresh::VectorRefresh;
use crate::library::vectors::search::{CODED_ERROR, Mode};
use crate::library::vectors::settings::Settings;
use crate::library::vectors::stats::Way;
use crate::library::writer::Writer;

const DIM: usize = 32;
const CLUSTERS: u64 = 50;

/// Lists from the 101st vector on, which grow after 100 more.
fn settings() -> Settings {
    Settings { scanned_len: 100, listed_len: 100, list_len: 20, newer_len: 100, selected_len: 50 }
}

/// A vector near the centre of one of the clusters, always the same for one number.
fn vector(number: u64) -> Embedding {
    let mut noise = SmallRng::seed_from_u64(number);
    let mut centre = SmallRng::seed_from_u64(1_000_000 + number % CLUSTERS);
    let value = |_| centre.random_range(-1.0..1.0) + 0.5 * noise.random_range(-1.0f32..1.0);
    Embedding::normalized((0..DIM).map(value).collect()).unwrap()
}

fn path(number: u64) -> PathBuf {
    PathBuf::from(format!("/{number}.wav"))
}

/// The file of that number with a clip of that vector; every third file has a moment, of the vector after it, too.
fn indexed(number: u64) -> Change {
    with_vector(number, vector(number))
}

fn with_vector(number: u64, vector: Embedding) -> Change {
    let stamp = Stamp { size_bytes: 1, modified_ns: 0 };
    let file = FileFacts {
        path: path(number),
        stamp,
        hash: Some(Hash(*blake3::hash(&number.to_le_bytes()).as_bytes())),
        hearing: Hearing::Mix,
    };
    let segment = |kind| Segment { kind, start_seconds: 0.0, end_seconds: 1.0, channel: None };
    let mut segments = vec![(segment(SegmentKind::Clip), vector)];
    if number.is_multiple_of(3) {
        segments.push((segment(SegmentKind::Moment), self::vector(number + 1)));
    }
    Change::Indexed { file, sound: SoundFacts::default(), segments }
}

fn vanished(number: u64) -> Change {
    Change::Vanished { path: path(number) }
}

/// A library of that many files.
fn library_of(files: u64) -> (tempfile::TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let model = Space { name: "small".into(), fingerprint: "0123".into(), dim: DIM };
    let mut writer = Writer::open(folder.path(), &model).unwrap();
    writer.commit(&(0..files).map(indexed).collect::<Vec<_>>()).unwrap();
    (folder, writer)
}

fn open(writer: &Writer) -> VectorIndex {
    VectorIndex::open_with(writer.library(), settings()).unwrap()
}

fn refresh(index: &mut VectorIndex) -> VectorRefresh {
    index.refresh(&|_: BuildProgress| ControlFlow::Continue(())).unwrap()
}

/// A library of that many files whose lists have been made and stored.
fn refreshed(files: u64) -> (tempfile::TempDir, Writer) {
    let (folder, writer) = library_of(files);
    assert_eq!(refresh(&mut open(&writer)), VectorRefresh::Stored);
    (folder, writer)
}

/// What comparing every vector of the catalogue with `query` finds.
fn truth(writer: &Writer, query: &Embedding, limit: usize, filter: &Filter<'_>) -> Vec<Neighbour> {
    let mut all = Vec::new();
    let library = writer.library();
    for file in library.changes_since(None).unwrap().found {
        for (segment, place) in file.segments {
            let allowed = filter.among.is_none_or(|among| among.contains(&segment))
                && filter.kind.is_none_or(|kind| kind == place.kind);
            if let (true, Some(vector)) = (allowed, library.vector(segment).unwrap()) {
                all.push(Neighbour { segment, cosine: vector.cosine_in_space(query) });
            }
        }
    }
    all.sort_unstable();
    all.truncate(limit);
    all
}

/// Share of the true ten nearest that are found, over queries between the vectors.
fn recall(index: &VectorIndex, writer: &Writer, mode: Mode, filter: &Filter<'_>) -> f64 {
    let (mut found, mut expected) = (0, 0);
    for number in 0..40 {
        let query = Embedding::mean(&[(vector(number), 1.0), (vector(number + 7), 0.7)]).unwrap();
        let truth = truth(writer, &query, 10, filter);
        let nearest = index.nearest(&query, 10, filter, mode).unwrap();
        assert!(nearest.is_sorted() && nearest.len() == truth.len(), "{} of {}", nearest.len(), truth.len());
        for neighbour in &nearest {
            found += usize::from(truth.last().is_some_and(|last| neighbour.cosine >= last.cosine - 1e-5));
        }
        expected += truth.len();
    }
    found as f64 / expected as f64
}

/// Checks that the index finds what is there: all of it when exact, nearly all otherwise.
fn check(index: &VectorIndex, writer: &Writer, way: Way) {
    let everything = Filter::default();
    assert_eq!(index.stats().unwrap().way, way);
    assert_eq!(index.len() as u64, writer.library().totals().unwrap().segments);
    assert_eq!(recall(index, writer, Mode::Exact, &everything), 1.0);
    let auto = recall(index, writer, Mode::Auto, &everything);
    assert!(auto >= if way == Way::Lists { 0.95 } else { 1.0 }, "{auto}");
}

#[test]
fn a_small_library_is_compared_whole() {
    let (_folder, writer) = library_of(70);
    let mut index = open(&writer);
    assert_eq!(refresh(&mut index), VectorRefresh::Unchanged);
    check(&index, &writer, Way::Scan);
    check(&VectorIndex::open(writer.library()).unwrap(), &writer, Way::Scan);
}

#[test]
fn a_library_of_middling_size_is_compared_by_codes_and_needs_no_lists() {
    let (_folder, writer) = library_of(300);
    let mut index = VectorIndex::open_with(writer.library(), Settings { listed_len: 400, ..settings() }).unwrap();
    assert_eq!(refresh(&mut index), VectorRefresh::Unchanged);
    check(&index, &writer, Way::CodedScan);
}

#[test]
fn an_empty_library_has_no_neighbours() {
    let (_folder, writer) = library_of(0);
    let mut index = open(&writer);
    assert!(index.is_empty() && index.nearest(&vector(1), 5, &Filter::default(), Mode::Auto).unwrap().is_empty());
    assert_eq!(index.audit(10, 100).unwrap().unwrap().recall, 1.0);
}

#[test]
fn lists_of_thousands_find_nearly_all_before_and_after_it_is_stored() {
    let (_folder, writer) = library_of(3000);
    let mut index = open(&writer);
    check(&index, &writer, Way::CodedScan);
    assert_eq!(refresh(&mut index), VectorRefresh::Stored);
    check(&index, &writer, Way::Lists);
    assert_eq!(refresh(&mut index), VectorRefresh::Unchanged);
    let mut reopened = open(&writer);
    check(&reopened, &writer, Way::Lists);
    assert!(reopened.audit(10, 100).unwrap().unwrap().recall >= 0.95);
    assert_eq!((reopened.stats().unwrap().dead, reopened.stats().unwrap().delta), (0, 0));
}

#[test]
fn a_library_full_of_copies_is_searched_as_well() {
    let (_folder, mut writer) = library_of(1000);
    let copies: Vec<_> = (1000..2500).map(|number| with_vector(number, vector(number % 5))).collect();
    writer.commit(&copies).unwrap();
    let mut index = open(&writer);
    assert_eq!(refresh(&mut index), VectorRefresh::Stored);
    check(&index, &writer, Way::Lists);
}

#[test]
fn filters_find_all_that_they_let_through() {
    let (_folder, writer) = refreshed(1500);
    let index = open(&writer);
    let (half, few): (HashSet<_>, HashSet<_>) =
        ((1..1000).map(SegmentId).collect(), (1..1000).step_by(37).map(SegmentId).collect());
    for among in [None, Some(&half), Some(&few), Some(&HashSet::new())] {
        for kind in [None, Some(SegmentKind::Clip), Some(SegmentKind::Moment)] {
            let filter = Filter { kind, among };
            let found = if among.is_some_and(HashSet::is_empty) {
                index.nearest(&vector(3), 10, &filter, Mode::Auto).unwrap().len() as f64 + 1.0
            } else {
                recall(&index, &writer, Mode::Auto, &filter)
            };
            assert!((0.95..=1.0).contains(&found), "{kind:?} {:?}: {found}", among.map(HashSet::len));
        }
    }
}

#[test]
fn what_changed_since_the_lists_were_made_is_found_and_what_went_is_not() {
    let (_folder, mut writer) = refreshed(1000);
    let mut index = open(&writer);
    let mut changes: Vec<_> = (0..50).map(vanished).collect();
    changes.extend((50..60).map(|number| with_vector(number, vector(number + 1))));
    changes.extend((1000..1040).map(indexed));
    writer.commit(&changes).unwrap();
    writer.commit(&(0..5).map(|number| Change::Returned { path: path(number) }).collect::<Vec<_>>()).unwrap();
    index.catch_up().unwrap();
    for index in [index, open(&writer)] {
        check(&index, &writer, Way::Lists);
        let stats = index.stats().unwrap();
        assert!(stats.dead > 50 && stats.delta > 40, "{stats:?}");
        assert_eq!(index.revision(), writer.library().revision().unwrap());
    }
}

#[test]
fn lists_take_in_what_is_new_and_are_rid_of_what_is_dead() {
    for (changes, parts) in [((2000..2200).map(indexed).collect::<Vec<_>>(), 2), ((0..500).map(vanished).collect(), 1)]
    {
        let (_folder, mut writer) = refreshed(1000);
        writer.commit(&changes).unwrap();
        let mut index = open(&writer);
        assert_eq!(refresh(&mut index), VectorRefresh::Stored);
        let stats = index.stats().unwrap();
        assert_eq!((stats.dead, stats.delta), (0, 0));
        for index in [index, open(&writer)] {
            check(&index, &writer, Way::Lists);
            let stored = fs::read_dir(index.stored.unwrap().folder()).unwrap().count();
            assert_eq!(stored, 4 + 2 * parts, "four files and two of each part");
        }
    }
}

#[test]
fn lists_that_grow_bit_by_bit_find_as_much_as_lists_made_at_once() {
    let (_folder, mut writer) = refreshed(200);
    for start in (200..3000).step_by(200) {
        writer.commit(&(start..start + 200).map(indexed).collect::<Vec<_>>()).unwrap();
        assert_eq!(refresh(&mut open(&writer)), VectorRefresh::Stored);
    }
    let grown = open(&writer);
    let (_other_folder, other) = refreshed(3000);
    let made = open(&other);
    check(&grown, &writer, Way::Lists);
    let recalls = [(&grown, &writer), (&made, &other)]
        .map(|(index, writer)| recall(index, writer, Mode::Auto, &Filter::default()));
    assert!(recalls[0] >= recalls[1] - 0.01, "{recalls:?}");
    let lists = [&grown, &made].map(|index| index.stats().unwrap().lists);
    assert!(lists[0].abs_diff(lists[1]) < lists[1] / 3, "they were divided as they grew: {lists:?}");
}

#[test]
fn lists_are_dissolved_as_they_shrink() {
    let (_folder, mut writer) = refreshed(2000);
    let before = open(&writer).stats().unwrap().lists;
    writer.commit(&(0..1900).map(vanished).collect::<Vec<_>>()).unwrap();
    assert_eq!(refresh(&mut open(&writer)), VectorRefresh::Stored);
    let index = open(&writer);
    check(&index, &writer, Way::Lists);
    assert!(index.stats().unwrap().lists < before / 4, "{} of {before}", index.stats().unwrap().lists);
}

#[test]
fn a_library_that_shrinks_and_grows_is_followed() {
    let (_folder, mut writer) = refreshed(400);
    writer.commit(&(10..400).map(vanished).collect::<Vec<_>>()).unwrap();
    let mut index = open(&writer);
    assert_eq!(refresh(&mut index), VectorRefresh::Stored);
    check(&index, &writer, Way::Lists);
    let (_folder, mut writer) = library_of(50);
    let mut index = open(&writer);
    writer.commit(&(50..400).map(indexed).collect::<Vec<_>>()).unwrap();
    index.catch_up().unwrap();
    check(&index, &writer, Way::CodedScan);
}

type Damage = (&'static str, fn(&PathBuf));

/// What can happen to a file.
const DAMAGES: [Damage; 4] = [
    ("cut", |path| overwrite(path, &fs::read(path).unwrap()[1..])),
    ("emptied", |path| overwrite(path, &[])),
    ("flipped", |path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x40;
        overwrite(path, &bytes);
    }),
    ("deleted", |path| fs::remove_file(path).unwrap()),
];

/// Puts another file in the place of the one at `path`, which an index may have mapped.
fn overwrite(path: &PathBuf, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn every_damage_to_what_is_stored_is_noticed_and_mended() {
    let (_folder, writer) = refreshed(150);
    let stored = open(&writer).stored.unwrap();
    let mut paths: Vec<PathBuf> = fs::read_dir(stored.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.push(open(&writer).shelf.folder().join("current"));
    assert_eq!(paths.len(), 7);
    for at in 0..paths.len() {
        for (name, damage) in DAMAGES {
            let stored = open(&writer).stored.expect("the last round mended it");
            let path = if at == 6 { paths[6].clone() } else { stored.folder().join(paths[at].file_name().unwrap()) };
            damage(&path);
            let mut index = open(&writer);
            // What is wrong inside a part shows when it is read; then every vector is compared as the catalogue has it.
            let is_part = name == "flipped" && (path.ends_with("part-0") || path.ends_with("order-0"));
            assert_eq!(
                index.stats().unwrap().way,
                if is_part { Way::Lists } else { Way::CodedScan },
                "{name} {}",
                path.display()
            );
            assert_eq!(recall(&index, &writer, Mode::Auto, &Filter::default()), 1.0);
            let some: HashSet<_> = (1..50).map(SegmentId).collect();
            recall(&index, &writer, Mode::Auto, &Filter { kind: None, among: Some(&some) });
            for mode in [Mode::Auto, Mode::Exact] {
                let index = open(&writer);
                assert_eq!(index.every(&vector(1), &Filter::default(), mode).unwrap().len(), 200, "{name}");
                assert_eq!(recall(&index, &writer, Mode::Exact, &Filter::default()), 1.0, "{name}");
            }
            let segments: Vec<SegmentId> = some.iter().copied().collect();
            assert!(open(&writer).cosines(&vector(1), &segments).unwrap().iter().all(Option::is_some), "{name}");
            assert_eq!(refresh(&mut index), VectorRefresh::Stored, "{name} {}", path.display());
            check(&open(&writer), &writer, Way::Lists);
        }
    }
}

#[test]
fn an_index_of_another_catalogue_is_not_used() {
    let (folder, writer) = refreshed(200);
    drop(writer);
    let (other_folder, other) = library_of(300);
    drop(other);
    fs::rename(folder.path().join("derived"), other_folder.path().join("derived")).unwrap();
    let model = Space { name: "small".into(), fingerprint: "0123".into(), dim: DIM };
    let writer = Writer::open(other_folder.path(), &model).unwrap();
    let mut index = open(&writer);
    check(&index, &writer, Way::CodedScan);
    assert_eq!(refresh(&mut index), VectorRefresh::Stored);
    check(&open(&writer), &writer, Way::Lists);
}

#[test]
fn a_folder_that_cannot_be_written_stops_no_search() {
    let (folder, writer) = library_of(300);
    fs::write(folder.path().join("derived"), "a file where the folder should be").unwrap();
    let mut index = open(&writer);
    check(&index, &writer, Way::CodedScan);
    assert_eq!(refresh(&mut index), VectorRefresh::NotStored);
    check(&index, &writer, Way::CodedScan);
    check(&open(&writer), &writer, Way::CodedScan);
}

#[test]
fn making_the_lists_can_be_broken_off() {
    let (_folder, writer) = library_of(2000);
    let mut index = open(&writer);
    let stop = |building: BuildProgress| {
        if building.total > 1000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    assert_eq!(index.refresh(&stop).unwrap(), VectorRefresh::Stopped);
    check(&index, &writer, Way::CodedScan);
    assert_eq!(index.stored, None);
}

#[test]
fn damaged_vectors_are_counted_and_the_others_found() {
    let (_folder, mut writer) = refreshed(300);
    let sql = "UPDATE vectors SET value = zeroblob(7) WHERE segment_id IN (5, 6)";
    writer.library().connection.execute(sql, []).unwrap();
    writer.commit(&[indexed(1000)]).unwrap();
    writer.library().connection.execute("UPDATE vectors SET value = zeroblob(7) WHERE segment_id = 7", []).unwrap();
    writer.library().connection.execute("UPDATE files SET revision = revision + 1", []).unwrap();
    let index = open(&writer);
    assert_eq!(index.stats().unwrap().damaged, 3);
    assert_eq!(recall(&index, &writer, Mode::Exact, &Filter::default()), 1.0);
}

#[test]
fn the_cosines_of_all_and_of_some_are_those_of_the_vectors() {
    for (files, tolerance) in [(60, 1e-5), (600, CODED_ERROR)] {
        let (_folder, writer) = library_of(files);
        let (index, query) = (open(&writer), vector(4));
        let truth = truth(&writer, &query, usize::MAX, &Filter::default());
        let mut every = index.every(&query, &Filter::default(), Mode::Auto).unwrap();
        every.sort_by_key(|neighbour| neighbour.segment);
        let segments: Vec<SegmentId> = truth.iter().map(|neighbour| neighbour.segment).collect();
        assert_eq!(every.len(), truth.len());
        for (neighbour, cosine) in truth.iter().zip(index.cosines(&query, &segments).unwrap()) {
            let by_id = every[every.binary_search_by_key(&neighbour.segment, |n| n.segment).unwrap()];
            assert!((by_id.cosine - neighbour.cosine).abs() < tolerance, "{by_id:?} {neighbour:?}");
            assert!((cosine.unwrap() - neighbour.cosine).abs() < 1e-5);
        }
        assert_eq!(index.cosines(&query, &[SegmentId(99_999)]).unwrap(), [None]);
    }
}

#[test]
fn what_promises_most_is_found_without_comparing_all() {
    let (_folder, writer) = refreshed(5_000);
    let index = open(&writer);
    let (mut found, mut wanted) = (0, 0);
    for number in 0..20 {
        let (near, far) = (vector(number), vector(number + 1));
        let promise = |cosines: &[f32]| cosines[0] - 0.7 * (cosines[1] - 0.1).max(0.0);
        let question =
            PromiseQuestion { queries: vec![&near, &far], promise: &promise, bound: near.clone(), scale: 1.0 };
        let filter = Filter { kind: Some(SegmentKind::Clip), among: None };
        let promising = index.most_promising(&question, 20, &filter).unwrap().expect("some suffice");
        let mut best: Vec<f32> = truth(&writer, &near, usize::MAX, &filter)
            .iter()
            .map(|neighbour| writer.library().vector(neighbour.segment).unwrap().unwrap())
            .map(|vector| promise(&[vector.cosine_in_space(&near), vector.cosine_in_space(&far)]))
            .collect();
        best.sort_unstable_by(|a, b| b.total_cmp(a));
        found += promising.iter().filter(|(promise, _)| *promise >= best[19] - CODED_ERROR).count().min(20);
        wanted += 20;
    }
    assert!(found as f64 >= 0.97 * f64::from(wanted), "{found} of {wanted}");
}

#[test]
fn where_all_that_is_near_promises_nothing_all_are_compared() {
    let (_folder, writer) = refreshed(1_000);
    let index = open(&writer);
    let query = vector(1);
    let question =
        PromiseQuestion { queries: vec![&query], promise: &|cosines| -cosines[0], bound: query.clone(), scale: 1.0 };
    assert_eq!(index.most_promising(&question, 5, &Filter::default()).unwrap(), None);
    let (_folder, small) = library_of(50);
    assert_eq!(open(&small).most_promising(&question, 5, &Filter::default()).unwrap(), None, "without lists");
}

#[test]
fn a_query_of_another_dimension_finds_nothing() {
    let (_folder, writer) = library_of(5);
    let query = Embedding::normalized(vec![1.0; DIM + 1]).unwrap();
    assert_eq!(open(&writer).nearest(&query, 5, &Filter::default(), Mode::Auto).unwrap(), []);
    assert_eq!(open(&writer).every(&query, &Filter::default(), Mode::Auto).unwrap(), []);
    assert_eq!(open(&writer).cosines(&query, &[SegmentId(1)]).unwrap(), [None]);
}
