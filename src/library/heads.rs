//! Heads that were taught, with the examples they learned from. A head is a document to this module: those who teach and
//! use heads know what it holds.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::embedding::Embedding;
use crate::error::{Error, LibraryFailure, Refusal, Result};
use crate::library::failure::InLibrary;
use crate::library::record::file::Hash;
use crate::library::vectors::blob;
use crate::library::writer::Writer;
use crate::library::{Library, paths};

/// The class of an example that is of none of a head's classes.
const NO_CLASS: &str = "";

/// A sound that a head learns from.
#[derive(Debug, Clone, PartialEq)]
pub struct TaughtExample {
    /// Hash of the file's content.
    pub hash: Hash,
    /// Absolute path of the file as it was when it was given.
    pub path: PathBuf,
    /// The classes it is of; none for an example of something else.
    pub classes: Vec<String>,
    /// The vector of the whole sound by the library's model; `None` where that model has not heard it yet.
    pub vector: Option<Embedding>,
}

/// Characters of the name of a head or a class, at most.
pub(crate) const MOST_NAME_CHARS: usize = 200;

/// Stands between a head and its class where both are named.
pub(crate) const CLASS_SEPARATOR: char = ':';

/// Refuses a `name` that a head cannot have.
///
/// # Errors
/// [`Refusal::HeadNameInvalid`].
pub(crate) fn check_head_name(name: &str) -> Result<()> {
    if is_name(name) && !name.contains(CLASS_SEPARATOR) {
        return Ok(());
    }
    Err(Refusal::HeadNameInvalid { name: name.to_owned(), most_chars: MOST_NAME_CHARS }.into())
}

/// Refuses a `name` that a class cannot have.
///
/// # Errors
/// [`Refusal::ClassNameInvalid`].
pub(crate) fn check_class_name(name: &str) -> Result<()> {
    if is_name(name) {
        return Ok(());
    }
    Err(Refusal::ClassNameInvalid { name: name.to_owned(), most_chars: MOST_NAME_CHARS }.into())
}

fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= MOST_NAME_CHARS && !name.chars().any(char::is_control)
}

impl Library {
    /// The names of all heads with their documents, by name.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn heads(&self) -> Result<Vec<(String, String)>> {
        self.rows("SELECT name, document FROM heads ORDER BY name", |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The document of the head called `name`; `None` if there is none.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn find_head(&self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT document FROM heads WHERE name = ?1";
        self.connection.query_row(sql, [name], |row| row.get(0)).optional().in_library(&self.folder)
    }

    /// The document of the head called `name`.
    ///
    /// # Errors
    /// [`Refusal::HeadUnknown`] with those there are if there is none; stage `catalogue` if the catalogue cannot be
    /// read.
    pub(crate) fn head(&self, name: &str) -> Result<String> {
        if let Some(document) = self.find_head(name)? {
            return Ok(document);
        }
        let known = self.heads()?.into_iter().map(|(name, _)| name).collect();
        Err(Refusal::HeadUnknown { head: name.to_owned(), known }.into())
    }

    /// What the head called `name` learned from, in the order of hashes.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn taught_examples(&self, name: &str) -> Result<Vec<TaughtExample>> {
        let read = || -> rusqlite::Result<Vec<TaughtExample>> {
            let sql = "SELECT hash, path, class, vector FROM examples WHERE head = ?1 ORDER BY hash, class";
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut examples: Vec<TaughtExample> = Vec::new();
            let mut rows = statement.query([name])?;
            while let Some(row) = rows.next()? {
                take(&mut examples, row, self.model.dim)?;
            }
            Ok(examples)
        };
        read().in_library(&self.folder)
    }
}

/// Adds the example in `row`, or its class to the example before it.
impl Library {
    /// The paths of all heads' examples, each once; the files need be neither known nor there.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn example_paths(&self) -> Result<Vec<PathBuf>> {
        self.rows("SELECT DISTINCT path FROM examples ORDER BY path", |row| paths::read(row, 0))
    }
}

fn take(examples: &mut Vec<TaughtExample>, row: &Row<'_>, dim: usize) -> rusqlite::Result<()> {
    let (hash, class) = (Hash(row.get(0)?), row.get::<_, String>(2)?);
    if examples.last().is_none_or(|last| last.hash != hash) {
        let vector = row.get::<_, Option<Vec<u8>>>(3)?.and_then(|blob| blob::decode(&blob, dim));
        examples.push(TaughtExample { hash, path: paths::read(row, 1)?, classes: Vec::new(), vector });
    }
    let example = examples.last_mut().expect("one has just been put there");
    example.classes.extend((class != NO_CLASS).then_some(class));
    Ok(())
}

impl Writer {
    /// Stores the head called `name` with its document and its examples, in place of what there is of that name.
    ///
    /// # Errors
    /// Stage `catalogue` if a vector has another dimension than the library's or the catalogue cannot be written.
    pub(crate) fn put_head(&mut self, name: &str, document: &str, examples: &[TaughtExample]) -> Result<()> {
        let dim = self.library.model.dim;
        for example in examples {
            let given = example.vector.as_ref().map_or(dim, Embedding::dim);
            if given != dim {
                let of = example.path.display().to_string();
                let failure = LibraryFailure::OtherDimension { of, given, own: dim };
                return Err(Error::library(&self.library.folder, failure));
            }
        }
        self.change(|transaction| put(transaction, name, document, examples))
    }

    /// Renames the head `from`.
    ///
    /// # Errors
    /// [`Refusal::HeadNameInvalid`] for a name that a head cannot have, [`Refusal::HeadUnknown`] if there is none,
    /// [`Refusal::HeadExists`] if one is called `to`; stage `catalogue` if the catalogue cannot be written.
    pub fn rename_head(&mut self, from: &str, to: &str) -> Result<()> {
        check_head_name(to)?;
        self.library.head(from)?;
        if self.library.find_head(to)?.is_some() {
            return Err(Refusal::HeadExists { head: to.to_owned() }.into());
        }
        self.change(|transaction| {
            transaction.execute("UPDATE heads SET name = ?2 WHERE name = ?1", [from, to])?;
            transaction.execute("UPDATE labels SET head = ?2 WHERE source = 'head' AND head = ?1", [from, to]).map(drop)
        })
    }

    /// Deletes the head called `name` with its examples and the labels it gave.
    ///
    /// # Errors
    /// [`Refusal::HeadUnknown`] if there is none; stage `catalogue` if the catalogue cannot be written.
    pub fn delete_head(&mut self, name: &str) -> Result<()> {
        self.library.head(name)?;
        self.change(|transaction| {
            transaction.execute("DELETE FROM heads WHERE name = ?1", [name])?;
            transaction.execute("DELETE FROM labels WHERE source = 'head' AND head = ?1", [name]).map(drop)
        })
    }
}

fn put(transaction: &Transaction<'_>, name: &str, document: &str, examples: &[TaughtExample]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO heads (name, document) VALUES (?1, ?2)
               ON CONFLICT (name) DO UPDATE SET document = excluded.document";
    transaction.execute(sql, [name, document])?;
    transaction.execute("DELETE FROM examples WHERE head = ?1", [name])?;
    let sql = "INSERT OR REPLACE INTO examples (head, hash, class, path, vector) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = transaction.prepare_cached(sql)?;
    for example in examples {
        let vector = example.vector.as_ref().map(blob::encode);
        let path = paths::encode(&example.path);
        let none = NO_CLASS.to_owned();
        let classes = if example.classes.is_empty() { std::slice::from_ref(&none) } else { &example.classes };
        for class in classes {
            insert.execute(params![name, example.hash.0, class, path, vector])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::change::Change;
    use crate::library::record::label::{Labelled, Labeller};
    use crate::library::tests::{indexed, library_with, vector};

    fn example(content: u8, classes: &[&str]) -> TaughtExample {
        TaughtExample {
            hash: Hash([content; 32]),
            path: format!("/{content}.wav").into(),
            classes: classes.iter().map(|class| class.to_string()).collect(),
            vector: Some(vector(f32::from(content))),
        }
    }

    #[test]
    fn a_head_is_kept_with_its_examples_and_replaced_whole() {
        let (_folder, mut writer) = library_with(&[]);
        let first = [example(1, &["a", "b"]), example(2, &[]), TaughtExample { vector: None, ..example(3, &["b"]) }];
        writer.put_head("h", "{}", &first).unwrap();
        assert_eq!(writer.library().taught_examples("h").unwrap(), first);
        writer.put_head("h", "{\"x\":1}", &first[1..2]).unwrap();
        assert_eq!(writer.library().taught_examples("h").unwrap(), first[1..2]);
        assert_eq!(writer.library().head("h").unwrap(), "{\"x\":1}");
        let odd = TaughtExample { vector: Some(Embedding::normalized(vec![1.0]).unwrap()), ..example(1, &[]) };
        assert!(writer.put_head("h", "{}", &[odd]).is_err());
        assert_eq!(writer.library().taught_examples("h").unwrap().len(), 1);
    }

    #[test]
    fn names_are_short_and_printable_and_those_of_heads_have_no_colon() {
        let long = "x".repeat(MOST_NAME_CHARS + 1);
        for (name, is_head, is_class) in [
            ("siren", true, true),
            ("Sirene zwölf", true, true),
            (&long[1..], true, true),
            ("a:b", false, true),
            ("", false, false),
            (" \u{a0} ", false, false),
            ("a\nb", false, false),
            ("a\u{0}", false, false),
            (&long, false, false),
        ] {
            assert_eq!(check_head_name(name).is_ok(), is_head, "{name:?}");
            assert_eq!(check_class_name(name).is_ok(), is_class, "{name:?}");
        }
    }

    #[test]
    fn a_head_is_renamed_and_deleted_with_all_that_is_its_own() {
        let (_folder, mut writer) = library_with(&[indexed("/1.wav", 1)]);
        writer.put_head("h", "{}", &[example(1, &["a"])]).unwrap();
        writer.put_head("other", "{}", &[]).unwrap();
        let label = Labelled { label: "a".into(), start_seconds: 0.0, end_seconds: 2.5, score: 0.9 };
        let judged = Change::Judged { hash: Hash([1; 32]), by: Labeller::Head("h".into()), labels: vec![label] };
        writer.commit(&[judged]).unwrap();
        assert!(writer.rename_head("h", "other").is_err());
        writer.rename_head("h", "k").unwrap();
        assert_eq!(writer.library().taught_examples("k").unwrap().len(), 1);
        assert_eq!(writer.library().labels_of(Hash([1; 32])).unwrap()[0].0, Labeller::Head("k".into()));
        let refusal = writer.delete_head("h").unwrap_err();
        let Error::Request(Refusal::HeadUnknown { known, .. }) = refusal else { panic!("{refusal}") };
        assert_eq!(known, ["k", "other"]);
        writer.delete_head("k").unwrap();
        assert!(writer.library().taught_examples("k").unwrap().is_empty());
        assert!(writer.library().labels_of(Hash([1; 32])).unwrap().is_empty());
    }
}
