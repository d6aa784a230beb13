//! What an index is told when it asks what it missed.

use rusqlite::Connection;

use crate::library::changes::{Changes, Extent, REMOVALS_KEPT, Revision};
use crate::library::record::change::Change;
use crate::library::record::file::FileId;
use crate::library::record::segment::SegmentId;
use crate::library::tests::{failed, file, indexed, library_with, model};
use crate::library::writer::Writer;

/// Commits `changes` after `before` and says what an index of `before` is told: the names of the files found, and how
/// many files and segments were removed.
fn check(before: &[Change], changes: &[Change], found: &[&str], removed: (usize, usize)) {
    let (_folder, mut writer) = library_with(before);
    let past = writer.library().revision().unwrap();
    writer.commit(changes).unwrap();
    let told = writer.library().changes_since(Some(past)).unwrap();
    assert_eq!((told.extent, told.revision.number), (Extent::Since, past.number + 1), "{changes:?}");
    assert_eq!(paths(&told), found, "{changes:?}");
    assert_eq!((told.removed_files.len(), told.removed_segments.len()), removed, "{changes:?}");
}

fn paths(changes: &Changes) -> Vec<&str> {
    changes.found.iter().map(|file| file.path.to_str().unwrap()).collect()
}

fn vanished(path: &str) -> Change {
    Change::Vanished { path: path.into() }
}

#[test]
fn each_change_is_told_as_what_an_index_must_do() {
    let base = [indexed("/a.wav", 1), indexed("/b.wav", 2), failed("/c.wav", 3)];
    let gone = [indexed("/a.wav", 1), vanished("/a.wav")];
    let twin = |path: &str, content| Change::Twin { file: file(path, content) };
    check(&base, &[indexed("/d.wav", 4)], &["/d.wav"], (0, 0));
    check(&base, &[indexed("/a.wav", 5)], &["/a.wav"], (1, 1));
    check(&base, &[failed("/a.wav", 5)], &[], (2, 1));
    check(&base, &[failed("/d.wav", 5)], &[], (1, 0));
    check(&base, &[vanished("/a.wav")], &[], (1, 1));
    check(&base, &[twin("/e.wav", 1)], &["/e.wav"], (0, 0));
    check(&base, &[twin("/a.wav", 1)], &[], (0, 0));
    check(&gone, &[Change::Returned { path: "/a.wav".into() }], &["/a.wav"], (0, 0));
    check(&gone, &[twin("/a.wav", 1)], &["/a.wav"], (0, 0));
}

#[test]
fn a_changed_tag_or_vector_makes_its_file_a_changed_one() {
    for sql in [
        "UPDATE tags SET value = 'Snow' WHERE file_id = 1",
        "INSERT INTO tags VALUES (1, 'genre', 'rain')",
        "DELETE FROM tags WHERE file_id = 1",
        "UPDATE vectors SET value = zeroblob(16) WHERE segment_id = 1",
        "UPDATE files SET path = x'2f' WHERE id = 1",
        "UPDATE segments SET end_seconds = 1 WHERE id = 1",
    ] {
        let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1), indexed("/b.wav", 2)]);
        let past = writer.library().revision().unwrap();
        writer.commit(&[failed("/c.wav", 3)]).unwrap();
        writer.library().connection.execute(sql, []).unwrap();
        let told = writer.library().changes_since(Some(past)).unwrap();
        assert_eq!(told.found.iter().map(|file| file.id).collect::<Vec<_>>(), [FileId(1)], "{sql}");
    }
}

#[test]
fn the_whole_comes_with_tags_and_segments() {
    let (_folder, writer) = library_with(&[indexed("/a.wav", 1), failed("/b.wav", 2), indexed("/c.wav", 3)]);
    let told = writer.library().changes_since(None).unwrap();
    assert_eq!((told.extent, paths(&told)), (Extent::Whole, vec!["/a.wav", "/c.wav"]));
    for (file, segment) in told.found.iter().zip([1, 2]) {
        assert_eq!(file.tags, [("title".to_owned(), "Rain".to_owned())]);
        assert_eq!((file.segments.len(), file.segments[0].0), (1, SegmentId(segment)));
        assert_eq!(file.segments[0].1.end_seconds, 2.5);
    }
    assert_eq!((told.removed_files, told.removed_segments), (vec![], vec![]));
}

#[test]
fn nothing_has_changed_since_now_and_an_empty_commit_is_no_revision() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    let now = writer.library().revision().unwrap();
    writer.commit(&[]).unwrap();
    let told = writer.library().changes_since(Some(now)).unwrap();
    assert_eq!((told.revision, told.extent, told.found.len()), (now, Extent::Since, 0));
}

#[test]
fn a_revision_of_another_catalogue_leads_to_the_whole() {
    let (_folder, writer) = library_with(&[indexed("/a.wav", 1)]);
    let now = writer.library().revision().unwrap();
    let forged = Revision { token: now.token ^ 1, ..now };
    let future = Revision { number: now.number + 1, ..now };
    for past in [forged, future, Revision::default(), Revision { number: u64::MAX, token: 0 }] {
        let told = writer.library().changes_since(Some(past)).unwrap();
        assert_eq!((told.extent, told.found.len()), (Extent::Whole, 1), "{past:?}");
    }
}

#[test]
fn a_removed_segment_s_id_is_never_given_again() {
    let (_folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    writer.commit(&[failed("/a.wav", 2)]).unwrap();
    writer.commit(&[indexed("/a.wav", 3)]).unwrap();
    assert_eq!(writer.library().changes_since(None).unwrap().found[0].segments[0].0, SegmentId(2));
}

#[test]
fn a_snapshot_is_not_moved_by_a_commit() {
    let (folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    let reader = crate::library::changes::Library::open(folder.path()).unwrap();
    let snapshot = reader.snapshot().unwrap();
    writer.commit(&[indexed("/b.wav", 2), vanished("/a.wav")]).unwrap();
    assert_eq!(paths(&snapshot.changes_since(None).unwrap()), ["/a.wav"]);
    drop(snapshot);
    assert_eq!(paths(&reader.changes_since(None).unwrap()), ["/b.wav"]);
}

#[test]
fn the_record_of_removals_is_dropped_when_it_outgrows_the_library() {
    let (folder, mut writer) = library_with(&[indexed("/a.wav", 1)]);
    let past = writer.library().revision().unwrap();
    writer.commit(&[indexed("/a.wav", 2)]).unwrap();
    let now = writer.library().revision().unwrap();
    drop(writer);
    let extent = |past| {
        let writer = Writer::open(folder.path(), &model()).unwrap();
        writer.library().changes_since(Some(past)).unwrap().extent
    };
    assert_eq!(extent(past), Extent::Since);
    let connection = Connection::open(folder.path().join(crate::library::location::CATALOGUE)).unwrap();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT ?1)
               INSERT INTO removed_segments SELECT i, 1 FROM n";
    connection.execute(sql, [REMOVALS_KEPT]).unwrap();
    assert_eq!((extent(past), extent(now)), (Extent::Whole, Extent::Since));
}
