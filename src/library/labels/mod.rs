//! Labels that sounds were given: by words, by a head or by hand, each kept apart from the others.
//!
//! A label belongs to a content (a hash), so it outlives moves, copies and removals of files. What is said by hand is also
//! found by words, beside the tags.

use std::collections::HashMap;
use std::path::PathBuf;

use rusqlite::types::Value;
use rusqlite::{Row, Transaction, params, params_from_iter};

use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::record::file::Hash;
use crate::library::record::label::{Labelled, Labeller};
use crate::library::{Library, paths};

/// A label that files must have to pass a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelFilter {
    /// The label, in any case (of ASCII).
    pub label: String,
    /// One of [`Labeller::SOURCES`]; `None` for any.
    pub source: Option<String>,
}

impl LabelFilter {
    /// The condition on a row of `files`, with its values.
    pub(super) fn condition(&self) -> (&'static str, Vec<Value>) {
        let label = Value::from(self.label.clone());
        match &self.source {
            None => ("hash IN (SELECT hash FROM labels WHERE label = ? COLLATE NOCASE)", vec![label]),
            Some(source) => (
                "hash IN (SELECT hash FROM labels WHERE label = ? COLLATE NOCASE AND source = ?)",
                vec![label, Value::from(source.clone())],
            ),
        }
    }
}

/// A label of a file that is found.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelEntry {
    /// Absolute path of the file.
    pub path: PathBuf,
    /// Hash of its content.
    pub hash: Hash,
    /// Who says so.
    pub by: Labeller,
    /// What is said.
    pub labelled: Labelled,
}

/// How much a labeller has said of the files that are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelCount {
    /// Who says so.
    pub by: Labeller,
    /// Number of labels, each in each sound that has it.
    pub labels: u64,
    /// Number of different sounds that have some.
    pub sounds: u64,
}

impl Library {
    /// The number of labels by labeller, of the files that are found.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn label_counts(&self) -> Result<Vec<LabelCount>> {
        let sql = "SELECT source, head, count(*), count(DISTINCT hash) FROM labels
                   WHERE hash IN (SELECT hash FROM files WHERE state = 'indexed')
                   GROUP BY source, head ORDER BY source, head";
        self.rows(sql, |row| {
            let (labels, sounds) = (row.get::<_, u32>(2)?, row.get::<_, u32>(3)?);
            Ok(LabelCount { by: read_labeller(row, 0)?, labels: labels.into(), sounds: sounds.into() })
        })
    }

    /// Every label of every file that is found, by path, labeller, place in time and label, narrowed to one label (in any
    /// case) and one of [`Labeller::SOURCES`] where they are given. Each is handed to `take` until that fails.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read, and whatever `take` gives.
    pub fn each_label<E: From<crate::error::Error>>(
        &self,
        label: Option<&str>,
        source: Option<&str>,
        mut take: impl FnMut(LabelEntry) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let sql = "SELECT path, labels.hash, source, head, label, start_seconds, end_seconds, score
                   FROM labels JOIN files ON files.hash = labels.hash WHERE state = 'indexed'
                   AND (?1 IS NULL OR label = ?1 COLLATE NOCASE) AND (?2 IS NULL OR source = ?2)
                   ORDER BY path, source, head, start_seconds, score DESC, label";
        let mut statement = self.connection.prepare(sql).in_library(&self.folder)?;
        let mut rows = statement.query(params![label, source]).in_library(&self.folder)?;
        while let Some(row) = rows.next().in_library(&self.folder)? {
            take(read_entry(row).in_library(&self.folder)?)?;
        }
        Ok(())
    }

    /// All labels of each of the contents `hashes` that has any, with who says so, as [`Library::labels_of`] orders them.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn labels_of_contents(&self, hashes: &[Hash]) -> Result<HashMap<Hash, Vec<(Labeller, Labelled)>>> {
        let read = || -> rusqlite::Result<HashMap<_, Vec<_>>> {
            let places = vec!["?"; hashes.len()].join(", ");
            let sql = format!(
                "SELECT hash, source, head, label, start_seconds, end_seconds, score FROM labels
                 WHERE hash IN ({places}) ORDER BY source, head, start_seconds, score DESC, label"
            );
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(hashes.iter().map(|hash| hash.0)))?;
            let mut labels: HashMap<Hash, Vec<_>> = HashMap::new();
            while let Some(row) = rows.next()? {
                let label = (read_labeller(row, 1)?, read_labelled(row, 3)?);
                labels.entry(Hash(row.get(0)?)).or_default().push(label);
            }
            Ok(labels)
        };
        read().in_library(&self.folder)
    }

    /// All labels of the content `hash`, with who says so.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn labels_of(&self, hash: Hash) -> Result<Vec<(Labeller, Labelled)>> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let sql = "SELECT source, head, label, start_seconds, end_seconds, score FROM labels WHERE hash = ?1
                       ORDER BY source, head, start_seconds, score DESC, label";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_map([hash.0], |row| Ok((read_labeller(row, 0)?, read_labelled(row, 2)?)))?.collect()
        };
        read().in_library(&self.folder)
    }
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<LabelEntry> {
    Ok(LabelEntry {
        path: paths::read(row, 0)?,
        hash: Hash(row.get(1)?),
        by: read_labeller(row, 2)?,
        labelled: read_labelled(row, 4)?,
    })
}

fn read_labeller(row: &Row<'_>, at: usize) -> rusqlite::Result<Labeller> {
    Ok(Labeller::from_names(&row.get::<_, String>(at)?, row.get(at + 1)?))
}

fn read_labelled(row: &Row<'_>, at: usize) -> rusqlite::Result<Labelled> {
    Ok(Labelled {
        label: row.get(at)?,
        start_seconds: row.get(at + 1)?,
        end_seconds: row.get(at + 2)?,
        score: row.get::<_, f64>(at + 3)? as f32,
    })
}

/// Puts `labels` in place of all that `by` said of `hash`.
pub(super) fn replace(
    transaction: &Transaction<'_>,
    hash: Hash,
    by: &Labeller,
    labels: &[Labelled],
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM labels WHERE hash = ?1 AND source = ?2 AND head = ?3";
    transaction.prepare_cached(sql)?.execute(params![hash.0, by.source(), by.head()])?;
    labels.iter().try_for_each(|label| add(transaction, hash, by, label))
}

/// Adds `label` to what `by` says of `hash`.
pub(super) fn add(transaction: &Transaction<'_>, hash: Hash, by: &Labeller, label: &Labelled) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO labels (hash, source, head, label, start_seconds, end_seconds, score)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Labelled { label, start_seconds, end_seconds, score } = label;
    let row = params![hash.0, by.source(), by.head(), label, start_seconds, end_seconds, f64::from(*score)];
    transaction.prepare_cached(sql)?.execute(row).map(drop)
}

/// Takes `label` off what `by` says of `hash`.
pub(super) fn remove(transaction: &Transaction<'_>, hash: Hash, by: &Labeller, label: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM labels WHERE hash = ?1 AND source = ?2 AND head = ?3 AND label = ?4 COLLATE NOCASE";
    transaction.prepare_cached(sql)?.execute(params![hash.0, by.source(), by.head(), label]).map(drop)
}

#[cfg(test)]
mod tests;
