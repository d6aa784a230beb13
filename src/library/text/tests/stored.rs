//! How the index keeps up with the catalogue, what it stores, and what damage does to that.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{find, indexed, library_of, library_with, names, vanished};
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::text::score::TextHit;
use crate::library::text::{TextIndex, shelf};
use crate::library::writer::Writer;

/// What an index holds and finds, to be compared with another's.
fn state(index: &TextIndex) -> (usize, Vec<Vec<TextHit>>) {
    let questions = ["rain", "file", "wav", "new", "third", "\"file 7\"", "a*"];
    (index.files().unwrap().len(), questions.iter().map(|words| find(index, words)).collect())
}

#[test]
fn an_index_that_catches_up_is_one_made_anew() {
    let many: Vec<Change> = (0..40).map(|number| indexed(&format!("/s/file {number}.wav"), &[])).collect();
    let (folder, mut writer) = library_with(&many);
    let mut index = TextIndex::open(writer.library()).unwrap();
    for changes in [
        vec![indexed("/s/new rain.wav", &[]), indexed("/s/file 7.wav", &[("title", "third")])],
        vec![vanished("/s/file 3.wav"), vanished("/s/new rain.wav")],
        vec![Change::Returned { path: "/s/new rain.wav".into() }],
        (0..40).map(|number| vanished(&format!("/s/file {number}.wav"))).collect(),
        vec![indexed("/s/again rain.wav", &[])],
    ] {
        writer.commit(&changes).unwrap();
        index.refresh(writer.library()).unwrap();
        assert_eq!(index.revision(), writer.library().revision().unwrap());
        let anew = TempDir::new_in(folder.path()).unwrap();
        let fresh = {
            // A copy has no shelf, so that its index is made anew.
            writer.library().backup_to(anew.path());
            TextIndex::open(&Library::open(anew.path()).unwrap()).unwrap()
        };
        assert_eq!(state(&index), state(&fresh), "{changes:?}");
        assert_eq!(state(&TextIndex::open(writer.library()).unwrap()), state(&fresh), "stored: {changes:?}");
    }
}

impl Library {
    /// A copy of the catalogue alone.
    fn backup_to(&self, folder: &Path) {
        let path = folder.join(crate::library::location::CATALOGUE);
        self.connection.execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
    }
}

fn stored_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder.join("derived").join("text")) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() && entry.file_name() != "lock" {
            files.push(entry.into_path());
        }
    }
    files
}

#[test]
fn whatever_happens_to_what_is_stored_everything_is_found() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 6] = [
        ("emptied", Vec::clear),
        ("cut", |bytes| bytes.truncate(bytes.len() - 1)),
        ("first flipped", |bytes| bytes[0] ^= 1),
        ("middle flipped", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
        ("last flipped", |bytes| *bytes.last_mut().unwrap() ^= 1),
        ("replaced", |bytes| *bytes = b"{\"segments\":[]}\n{}".to_vec()),
    ];
    let files = ["/s/rain.wav", "/s/thunder.wav", "/s/kick drum.wav"];
    let (folder, writer) = library_of(&files);
    drop(TextIndex::open(writer.library()).unwrap());
    let numbers = 0..stored_files(folder.path()).len();
    assert!(numbers.len() > 8, "{numbers:?}");
    for (what, damage) in damages {
        for number in numbers.clone() {
            let path = stored_files(folder.path()).remove(number);
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::remove_file(&path).unwrap();
            fs::write(&path, bytes).unwrap();
            let index = TextIndex::open(writer.library()).unwrap();
            for (words, expected) in
                [("rain", "rain.wav"), ("thundr", "thunder.wav"), ("\"kick drum\"", "kick drum.wav")]
            {
                assert_eq!(names(writer.library(), &index, words), [expected], "{what} {}", path.display());
            }
            assert_eq!(index.len(), 3);
            drop(TextIndex::rebuild(writer.library()).unwrap());
        }
    }
    fs::remove_file(stored_files(folder.path()).remove(0)).unwrap();
    let index = TextIndex::open(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "rain"), ["rain.wav"]);
}

#[test]
fn damage_that_a_search_meets_is_mended_for_those_that_come_after() {
    let (folder, mut writer) = library_of(&["/s/rain.wav", "/s/thunder.wav"]);
    let mut index = TextIndex::open(writer.library()).unwrap();
    let words =
        stored_files(folder.path()).into_iter().find(|path| path.extension().is_some_and(|kind| kind == "term"));
    let words = words.unwrap();
    let mut bytes = fs::read(&words).unwrap();
    bytes.iter_mut().for_each(|byte| *byte ^= 1);
    // The same file, which the index has mapped.
    fs::write(&words, bytes).unwrap();
    let stored = || shelf(writer.library()).current().unwrap().unwrap();
    assert!(stored().check().is_err());
    assert_eq!(names(writer.library(), &index, "rain"), ["rain.wav"]);
    stored().check().unwrap();
    writer.commit(&[indexed("/s/new.wav", &[])]).unwrap();
    index.refresh(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "new"), ["new.wav"]);
    assert_eq!(index.len(), 3);
}

#[test]
fn what_fits_its_checksum_and_is_no_index_is_made_again() {
    for (meta, sums) in [(&b""[..], &[][..]), (b"{}", &[]), (b"\xff\xfe", &[1, 2, 3]), (b"{\"segments\":[]}", &[0; 32])]
    {
        let (_folder, writer) = library_of(&["/s/rain.wav"]);
        let index = TextIndex::open(writer.library()).unwrap();
        let fill = |folder: &Path| {
            fs::write(folder.join("meta"), meta)?;
            fs::write(folder.join("sums"), sums)
        };
        index.shelf.write(index.revision, fill).unwrap();
        let index = TextIndex::open(writer.library()).unwrap();
        assert_eq!(names(writer.library(), &index, "rain"), ["rain.wav"]);
    }
}

#[test]
fn an_update_leaves_what_is_stored_as_it_is_and_adds_a_little() {
    let many: Vec<Change> = (0..500).map(|number| indexed(&format!("/s/file {number}.wav"), &[])).collect();
    let (folder, mut writer) = library_with(&many);
    let mut index = TextIndex::open(writer.library()).unwrap();
    let sizes = || -> Vec<(PathBuf, u64)> {
        let size = |path: PathBuf| (PathBuf::from(path.file_name().unwrap()), fs::metadata(&path).unwrap().len());
        stored_files(folder.path())
            .into_iter()
            .map(size)
            .filter(|(name, _)| name.to_string_lossy().len() > 20)
            .collect()
    };
    let before = sizes();
    writer.commit(&[indexed("/s/new.wav", &[]), vanished("/s/file 3.wav")]).unwrap();
    index.refresh(writer.library()).unwrap();
    let (kept, new): (Vec<_>, Vec<_>) = sizes().into_iter().partition(|file| before.contains(file));
    assert_eq!(kept.len(), before.len());
    let written: u64 = new.iter().map(|(_, len_bytes)| len_bytes).sum();
    assert!(!new.is_empty() && written < 4000, "{written} bytes in {new:?}");
    assert_eq!(
        index.memory_bytes(),
        TextIndex::open(writer.library()).unwrap().memory_bytes(),
        "what is stored is mapped"
    );
    assert_eq!(
        (names(writer.library(), &index, "new"), find(&index, "\"file 3\"")),
        (vec!["new.wav".to_owned()], vec![])
    );
}

#[test]
fn there_are_few_segments_however_many_updates_there_were() {
    let (_folder, mut writer) = library_of(&["/s/rain.wav"]);
    let mut index = TextIndex::open(writer.library()).unwrap();
    for number in 0..40 {
        writer.commit(&[indexed(&format!("/s/file {number}.wav"), &[])]).unwrap();
        index.refresh(writer.library()).unwrap();
        assert!(index.postings.segments_len() < 6, "{number}: {}", index.postings.segments_len());
    }
    let stored = shelf(writer.library()).current().unwrap().unwrap();
    stored.check().unwrap();
    assert!(stored.files().count() < 60, "{:?}", stored.files().collect::<Vec<_>>());
    assert_eq!(index.len(), 41);
}

#[test]
fn an_index_goes_on_with_what_another_has_stored() {
    let (_folder, mut writer) = library_of(&["/s/rain.wav"]);
    let mut one = TextIndex::open(writer.library()).unwrap();
    let mut other = TextIndex::open(writer.library()).unwrap();
    for number in 0..3 {
        writer.commit(&[indexed(&format!("/s/file {number}.wav"), &[])]).unwrap();
        one.refresh(writer.library()).unwrap();
        let stored = shelf(writer.library()).current().unwrap();
        other.refresh(writer.library()).unwrap();
        assert_eq!(shelf(writer.library()).current().unwrap(), stored, "it wrote nothing");
        assert_eq!((&other.stored, state(&other)), (&stored, state(&one)));
    }
    // Where both lag behind, one takes the change in, and the other what that has stored.
    std::mem::swap(&mut one, &mut other);
    writer.commit(&[vanished("/s/file 1.wav")]).unwrap();
    one.refresh(writer.library()).unwrap();
    other.refresh(writer.library()).unwrap();
    assert_eq!((one.len(), state(&other)), (3, state(&one)));
}

#[test]
fn a_library_that_cannot_be_written_to_is_searched_all_the_same() {
    let (folder, mut writer) = library_of(&["/s/rain.wav"]);
    // Nobody, not even the superuser, can make a folder below a file.
    fs::write(folder.path().join("derived"), "").unwrap();
    let mut index = TextIndex::open(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "rain"), ["rain.wav"]);
    writer.commit(&[indexed("/s/rain again.wav", &[])]).unwrap();
    index.refresh(writer.library()).unwrap();
    assert_eq!(names(writer.library(), &index, "rain"), ["rain.wav", "rain again.wav"]);
}

#[test]
fn a_catalogue_from_a_backup_is_not_taken_for_the_one_that_was_indexed() {
    let (folder, mut writer) = library_of(&["/s/rain.wav"]);
    let other = tempfile::tempdir().unwrap();
    writer.library().backup_to(other.path());
    let mut restored = Writer::open(other.path(), writer.library().model()).unwrap();
    writer.commit(&[indexed("/s/thunder.wav", &[])]).unwrap();
    restored.commit(&[indexed("/s/piano.wav", &[])]).unwrap();
    drop(TextIndex::open(writer.library()).unwrap());
    let from = folder.path().join("derived");
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry.unwrap();
        let to = other.path().join("derived").join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir(to).unwrap()
        } else {
            fs::copy(entry.path(), to).map(drop).unwrap()
        }
    }
    let index = TextIndex::open(restored.library()).unwrap();
    assert_eq!(names(restored.library(), &index, "piano"), ["piano.wav"]);
    assert_eq!(find(&index, "thunder"), []);
}

#[cfg(target_os = "linux")]
#[test]
fn no_threads_are_left_running() {
    use std::time::{Duration, Instant};
    let (_folder, mut writer) = library_of(&["/s/rain.wav"]);
    let mut index = TextIndex::open(writer.library()).unwrap();
    writer.commit(&[indexed("/s/new.wav", &[])]).unwrap();
    index.refresh(writer.library()).unwrap();
    let is_ours =
        |name: &str| ["thrd-tantivy", "merge_thread", "segment_updater"].iter().any(|own| name.starts_with(own));
    let left = || {
        let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
        tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok()).filter(|name| is_ours(name)).count()
    };
    // Other tests of this process may be indexing at this moment.
    let start = Instant::now();
    while left() > 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "{} threads are left", left());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(names(writer.library(), &index, "new"), ["new.wav"]);
}
