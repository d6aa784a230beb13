//! The library on real folders: what is written is read back, and what must be refused is.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::embedding::{Embedding, Space};
use crate::error::Stage;
use crate::imprint::{BANDS, Imprint, ImprintFrame};
use crate::library::location::CATALOGUE;
use crate::library::record::change::Change;
use crate::library::record::file::{FileFacts, FileState, Hash, Stamp};
use crate::library::record::hearing::Hearing;
use crate::library::record::segment::{Segment, SegmentKind};
use crate::library::record::sound::SoundFacts;
use crate::library::vectors::VectorIndex;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::neighbour::Neighbour;
use crate::library::vectors::search::Mode;
use crate::library::writer::Writer;
use crate::library::{Library, schema};

pub(super) fn model() -> Space {
    Space { name: "small".into(), fingerprint: "0123456789abcdef".into(), dim: 4 }
}

pub(super) fn vector(seed: f32) -> Embedding {
    Embedding::normalized(vec![1.0, seed, -seed, 0.5]).unwrap()
}

pub(super) fn file(path: impl Into<PathBuf>, content: u8) -> FileFacts {
    let stamp = Stamp { size_bytes: 10, modified_ns: -5 };
    FileFacts { path: path.into(), stamp, hash: Some(Hash([content; 32])), hearing: Hearing::Mix }
}

pub(super) fn indexed(path: impl Into<PathBuf>, content: u8) -> Change {
    let segment = Segment { kind: SegmentKind::Clip, start_seconds: 0.0, end_seconds: 2.5, channel: None };
    let sound = SoundFacts {
        cues: Vec::new(),
        container: "wav".into(),
        codec: "pcm_s16le".into(),
        rate_hz: 44_100,
        channels: 2,
        duration_seconds: 2.5,
        tags: vec![("title".into(), "Rain".into())],
        partial: Some("the last 3 packets are missing".into()),
        imprint: None,
    };
    Change::Indexed { file: file(path, content), sound, segments: vec![(segment, vector(f32::from(content)))] }
}

pub(super) fn failed(path: &str, content: u8) -> Change {
    Change::Failed { file: file(path, content), stage: Stage::Decode, reason: "no samples".into() }
}

/// A library with `changes` committed, and its writer.
pub(super) fn library_with(changes: &[Change]) -> (TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path(), &model()).unwrap();
    writer.commit(changes).unwrap();
    (folder, writer)
}

/// The segment nearest to `vector(1.0)`.
fn nearest(library: &Library) -> Neighbour {
    VectorIndex::open(library).unwrap().nearest(&vector(1.0), 1, &Filter::default(), Mode::Auto).unwrap()[0]
}

fn state_of(library: &Library, path: &str) -> Option<FileState> {
    library.known_file(Path::new(path)).unwrap().map(|known| known.state)
}

fn message<T: std::fmt::Debug>(result: crate::error::Result<T>) -> String {
    let error = result.expect_err("it must be refused");
    assert_eq!(error.stage(), Some(Stage::Catalogue), "{error}");
    error.to_string()
}

#[test]
fn what_is_committed_is_read_back_after_reopening() {
    let (folder, writer) = library_with(&[indexed("/a/rain.wav", 1), failed("/a/bad.wav", 2)]);
    drop(writer);
    drop(Writer::open(folder.path(), &model()).unwrap());
    let library = Library::open(folder.path()).unwrap();
    assert_eq!(library.model(), &model());
    let totals = library.totals().unwrap();
    assert_eq!((totals.files, totals.failed, totals.vanished), (1, 1, 0));
    assert_eq!((totals.segments, totals.vectors, totals.sound_seconds), (1, 1, 2.5));
    let failure = &library.failures().unwrap()[0];
    assert_eq!((failure.path.as_path(), failure.stage.as_str()), (Path::new("/a/bad.wav"), "decode"));
    assert_eq!(failure.reason, "no samples");
    let known = library.known_files().unwrap();
    assert_eq!(known[Path::new("/a/rain.wav")].stamp, Stamp { size_bytes: 10, modified_ns: -5 });
    let hit = nearest(&library);
    let place = library.locate(hit.segment).unwrap().unwrap();
    assert_eq!((place.path.as_path(), place.segment.end_seconds), (Path::new("/a/rain.wav"), 2.5));
    assert_eq!(library.clip_at(Path::new("/a/rain.wav")).unwrap().map(|clip| clip.vector), Some(vector(1.0)));
}

#[test]
fn a_reader_sees_commits_made_after_it_opened() {
    let (folder, mut writer) = library_with(&[]);
    let reader = Library::open(folder.path()).unwrap();
    writer.commit(&[indexed("/a.wav", 1)]).unwrap();
    assert_eq!(reader.totals().unwrap().files, 1);
}

#[test]
fn a_changed_file_loses_its_old_vectors() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    writer.commit(&[indexed("/a.wav", 2)]).unwrap();
    assert_eq!(writer.library().totals().unwrap().vectors, 1);
    assert_eq!(writer.library().clip_at(Path::new("/a.wav")).unwrap().map(|clip| clip.vector), Some(vector(2.0)));
    writer.commit(&[failed("/a.wav", 3)]).unwrap();
    assert_eq!(writer.library().totals().unwrap().vectors, 0);
}

#[test]
fn a_vanished_file_is_not_found_until_it_returns() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1), failed("/b.wav", 2)]);
    let gone = |path: &str| Change::Vanished { path: path.into() };
    writer.commit(&[gone("/a.wav"), gone("/b.wav")]).unwrap();
    assert!(VectorIndex::open(writer.library()).unwrap().is_empty());
    assert_eq!(writer.library().clip_at(Path::new("/a.wav")).unwrap().map(|clip| clip.vector), None);
    let back = |path: &str| Change::Returned { path: path.into() };
    writer.commit(&[back("/a.wav"), back("/b.wav")]).unwrap();
    assert_eq!(state_of(writer.library(), "/a.wav"), Some(FileState::Indexed));
    assert_eq!(state_of(writer.library(), "/b.wav"), Some(FileState::Failed));
}

#[test]
fn a_twin_gets_what_its_original_has() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1), failed("/b.wav", 2)]);
    let twin = |path: &str, content| Change::Twin { file: file(path, content) };
    writer.commit(&[Change::Vanished { path: "/a.wav".into() }, twin("/c.wav", 1), twin("/d.wav", 2)]).unwrap();
    let library = writer.library();
    assert_eq!(library.clip_at(Path::new("/c.wav")).unwrap().map(|clip| clip.vector), Some(vector(1.0)));
    assert_eq!(state_of(library, "/d.wav"), Some(FileState::Failed));
    let tags: u32 = library.connection.query_row("SELECT count(*) FROM tags", [], |row| row.get(0)).unwrap();
    assert_eq!(tags, 2);
}

#[test]
fn a_touched_file_keeps_its_segments() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    let segment = nearest(writer.library()).segment;
    let mut touched = file("/a.wav", 1);
    touched.stamp.modified_ns = 7;
    writer.commit(&[Change::Twin { file: touched }]).unwrap();
    assert_eq!(writer.library().known_file(Path::new("/a.wav")).unwrap().unwrap().stamp.modified_ns, 7);
    assert_eq!(nearest(writer.library()).segment, segment);
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all() {
    let (_folder, mut writer) = library_with(&[]);
    let orphan = Change::Twin { file: file("/b.wav", 9) };
    assert!(writer.commit(&[indexed("/a.wav", 1), orphan]).is_err());
    assert_eq!(writer.library().totals().unwrap().files, 0);
}

#[test]
fn a_vector_of_another_dimension_is_refused() {
    let (_folder, mut writer) = library_with(&[]);
    let mut change = indexed("/a.wav", 1);
    if let Change::Indexed { segments, .. } = &mut change {
        segments[0].1 = Embedding::normalized(vec![1.0; 5]).unwrap();
    }
    let message = message(writer.commit(&[change]));
    assert!(message.contains("5 values") && message.contains("/a.wav"), "{message}");
}

#[test]
fn a_folder_without_a_library_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_path_buf(), folder.path().join("nothing")] {
        let message = message(Library::open(&path));
        assert!(message.contains("there is no library"), "{message}");
    }
}

#[test]
fn a_second_writer_is_refused_and_told_who_writes() {
    let (folder, writer) = library_with(&[]);
    let message = message(Writer::open(folder.path(), &model()));
    assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
    drop(writer);
    Writer::open(folder.path(), &model()).unwrap();
}

#[test]
fn another_model_is_refused_and_both_are_named() {
    let (folder, writer) = library_with(&[]);
    drop(writer);
    let other = Space { name: "large".into(), fingerprint: "fedcba9876543210".into(), dim: 4 };
    let message = message(Writer::open(folder.path(), &other));
    for part in ["small", "large", "0123456789ab", "fedcba987654"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
    assert!(Library::open(folder.path()).unwrap().expect_model(&model()).is_ok());
}

#[test]
fn databases_that_are_not_of_this_version_are_refused() {
    for (pragma, expected) in [
        ("user_version = 99", "newer auricle"),
        ("application_id = 7", "not an auricle library"),
        ("user_version = 0", "older format"),
    ] {
        let (folder, writer) = library_with(&[]);
        drop(writer);
        let connection = Connection::open(folder.path().join(CATALOGUE)).unwrap();
        connection.execute_batch(&format!("PRAGMA {pragma}")).unwrap();
        drop(connection);
        let message = message(Library::open(folder.path()));
        assert!(message.contains(expected), "{pragma}: {message}");
        assert!(Writer::open(folder.path(), &model()).is_err(), "{pragma}");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(CATALOGUE), "this is not a database, but it is long enough to be read").unwrap();
    let message = message(Library::open(folder.path()));
    assert!(message.contains("damaged"), "{message}");
}

#[test]
fn a_library_below_a_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let message = message(Writer::open(&file.path().join("library"), &model()));
    assert!(message.contains("not a folder"), "{message}");
}

#[test]
fn damaged_vectors_are_left_out_and_the_rest_is_found() {
    for damage in ["x'00'", "zeroblob(16)", "x'0000c07f0000c07f0000c07f0000c07f'", "x''"] {
        let (_folder, writer) = library_with(&[indexed("/a.wav", 1), indexed("/b.wav", 2)]);
        let sql = format!("UPDATE vectors SET value = {damage} WHERE segment_id = 1");
        writer.library().connection.execute(&sql, []).unwrap();
        assert_eq!(VectorIndex::open(writer.library()).unwrap().len(), 1, "{damage}");
        assert_eq!(writer.library().clip_at(Path::new("/a.wav")).unwrap().map(|clip| clip.vector), None, "{damage}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf8_survives() {
    use std::os::unix::ffi::OsStrExt;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"/a/caf\xe9 \n.wav"));
    let (folder, writer) = library_with(&[indexed(path, 1)]);
    drop(writer);
    let library = Library::open(folder.path()).unwrap();
    assert!(library.known_files().unwrap().contains_key(path));
    assert_eq!(library.clip_at(path).unwrap().map(|clip| clip.vector), Some(vector(1.0)));
}

#[test]
fn a_library_from_before_imprints_is_read_as_it_is_and_gets_them_when_written() {
    let (folder, writer) = library_with(&[indexed("/a", 1)]);
    drop(writer);
    let connection = Connection::open(folder.path().join(CATALOGUE)).unwrap();
    connection
        .execute_batch(
            "DROP TABLE imprints; ALTER TABLE files DROP COLUMN inode; ALTER TABLE files DROP COLUMN inode_changed_ns;
             DROP TABLE roots; DROP TABLE recordings; ALTER TABLE files DROP COLUMN hearing;
             ALTER TABLE segments DROP COLUMN channel; DROP TABLE cues; DROP TABLE mounts;
             PRAGMA user_version = 2",
        )
        .unwrap();
    drop(connection);
    let library = Library::open(folder.path()).unwrap();
    let file = library.file_id(Path::new("/a")).unwrap().unwrap();
    assert_eq!((library.schema_version(), library.totals().unwrap().files), (2, 1));
    assert!(library.imprints_of(&[file]).unwrap().is_empty());
    let mut writer = Writer::open(folder.path(), &model()).unwrap();
    assert_eq!(writer.library().schema_version(), schema::VERSION);
    let imprint = Imprint::new(1.0, &[ImprintFrame { bands_db: [-20.0; BANDS], pitch_hz: 440.0 }; 30]);
    let Change::Indexed { file, mut sound, segments } = indexed("/b", 2) else {
        unreachable!("indexed gives no other")
    };
    sound.imprint = Some(imprint.clone());
    let twin = FileFacts { path: "/c".into(), ..file.clone() };
    writer.commit(&[Change::Indexed { file, sound, segments }, Change::Twin { file: twin }]).unwrap();
    for path in ["/b", "/c"] {
        let file = library.file_id(Path::new(path)).unwrap().unwrap();
        assert_eq!(library.imprints_of(&[file]).unwrap().get(&file), Some(&imprint), "{path}");
    }
}
