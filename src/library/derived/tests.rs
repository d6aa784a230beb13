//! What is put on a shelf comes back whole, or is refused.

use std::fs;
use std::path::Path;

use crate::error::{Error, LibraryFailure, Result};
use crate::library::changes::Revision;
use crate::library::derived::{CURRENT, Generation, Shelf};
use crate::library::tests::library_with;

const REVISION: Revision = Revision { number: 7, token: -3 };

/// A shelf with a generation of two files, `a` and `b`, of the given content.
fn shelf_with(content: &str) -> (tempfile::TempDir, Shelf) {
    let (folder, writer) = library_with(&[]);
    let shelf = Shelf::new(writer.library(), "test", 1);
    write(&shelf, content).unwrap();
    (folder, shelf)
}

fn write(shelf: &Shelf, content: &str) -> Result<Generation> {
    shelf.write(REVISION, |folder| {
        fs::write(folder.join("a"), content)?;
        fs::write(folder.join("b"), "constant")
    })
}

/// Reads everything of the current generation.
fn read(shelf: &Shelf) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let Some(generation) = shelf.current()? else { return Ok(None) };
    assert_eq!(generation.check().is_ok(), generation.read("a").is_ok() && generation.read("b").is_ok());
    Ok(Some((generation.read("a")?, generation.read("b")?)))
}

fn expect_refused(shelf: &Shelf, what: &str) {
    let error = read(shelf).expect_err(what);
    let is_unusable = matches!(error, Error::Library { failure: LibraryFailure::IndexUnusable { .. }, .. });
    assert!(is_unusable, "{what}: {error}");
}

#[test]
fn what_was_written_last_is_read_and_the_rest_is_gone() {
    let (_folder, shelf) = shelf_with("one");
    write(&shelf, "two").unwrap();
    assert_eq!(read(&shelf).unwrap().unwrap(), (b"two".to_vec(), b"constant".to_vec()));
    let generation = shelf.current().unwrap().unwrap();
    assert_eq!((generation.revision(), generation.len_bytes()), (REVISION, 11));
    let folders = fs::read_dir(shelf.folder()).unwrap().flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(folders.count(), 1);
}

#[test]
fn a_shelf_never_written_to_is_empty() {
    let (_folder, writer) = library_with(&[]);
    assert_eq!(Shelf::new(writer.library(), "test", 1).current().unwrap(), None);
}

#[test]
fn every_cut_and_every_flipped_byte_is_noticed() {
    let (_folder, shelf) = shelf_with("one");
    let generation = shelf.current().unwrap().unwrap();
    for path in [shelf.folder().join(CURRENT), generation.path("a"), generation.path("b")] {
        let sound = fs::read(&path).unwrap();
        // The manifest's last byte is a newline that nothing depends on.
        for at in 0..sound.len() - usize::from(path.ends_with(CURRENT)) {
            let mut flipped = sound.clone();
            flipped[at] ^= 1;
            fs::write(&path, flipped).unwrap();
            expect_refused(&shelf, &format!("{} flipped at {at}", path.display()));
            fs::write(&path, &sound[..at]).unwrap();
            expect_refused(&shelf, &format!("{} cut to {at}", path.display()));
        }
        fs::write(&path, sound).unwrap();
        read(&shelf).unwrap().unwrap();
    }
    fs::remove_file(generation.path("a")).unwrap();
    expect_refused(&shelf, "a file is missing");
}

#[test]
fn another_index_format_or_model_is_refused() {
    let (_folder, shelf) = shelf_with("one");
    let other_format = Shelf { format: 2, ..shelf.clone() };
    let other_model = Shelf { model: "another".into(), ..shelf.clone() };
    let other_index = Shelf { name: "other", ..shelf };
    for other in [other_format, other_model, other_index] {
        expect_refused(&other, &format!("{other:?}"));
    }
}

#[test]
fn a_failed_write_leaves_what_counted_before() {
    let (_folder, shelf) = shelf_with("one");
    let fail = |folder: &Path| {
        fs::write(folder.join("a"), "half")?;
        Err(std::io::ErrorKind::StorageFull.into())
    };
    let error = shelf.write(REVISION, fail).unwrap_err();
    assert!(error.to_string().contains("disk is full"), "{error}");
    assert_eq!(read(&shelf).unwrap().unwrap().0, b"one");
    write(&shelf, "two").unwrap();
    assert_eq!(read(&shelf).unwrap().unwrap().0, b"two");
}

#[test]
fn two_do_not_write_at_once_and_a_place_that_is_no_folder_is_refused() {
    let (_folder, shelf) = shelf_with("one");
    let lock = shelf.lock().unwrap();
    assert!(write(&shelf, "two").unwrap_err().to_string().contains("another process"));
    drop(lock);
    fs::remove_dir_all(shelf.folder()).unwrap();
    fs::write(shelf.folder(), "").unwrap();
    assert!(write(&shelf, "two").is_err());
}
