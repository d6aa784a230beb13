//! When recordings began, as the catalogue has it: worked out from a file's name and the tags that are kept of it, by rules that
//! may get better. What older rules left is worked out again by the next writer, without a look at the file.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::error::{Error, LibraryFailure, Result};
use crate::library::failure::InLibrary;
use crate::library::record::file::FileId;
use crate::library::{Library, changes, paths, schema};
use crate::recording_time::RecordingTime;

/// The number of the rules of [`RecordingTime::of`]; it goes up when they change.
const RULES: u32 = 2;

/// Records when the recording in file number `id`, at `path` and with `tags`, began, or that nothing says so.
pub(super) fn store(connection: &Connection, id: i64, path: &Path, tags: &[(String, String)]) -> rusqlite::Result<()> {
    let tags = tags.iter().map(|(name, words)| (name.as_str(), words.as_str()));
    let began = RecordingTime::of(path, tags);
    let (first, last) = began.map(|began| began.local_seconds()).unzip();
    let sql = "INSERT OR REPLACE INTO recordings (file_id, began, first_second, last_second, rules)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let row = params![id, began.map(|began| began.to_string()), first, last, RULES];
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

/// Does the same for every file that has been found and was never asked, or by older rules.
pub(super) fn catch_up(connection: &mut Connection) -> rusqlite::Result<()> {
    let sql = "SELECT id, path FROM files LEFT JOIN recordings ON files.id = file_id
               WHERE error_stage IS NULL AND (rules IS NULL OR rules < ?1)";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, paths::read(row, 1)?));
    let files = connection.prepare(sql)?.query_map([RULES], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    if files.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Those who keep answers for a revision ask anew.
    changes::begin_revision(&transaction)?;
    for (id, path) in files {
        store(&transaction, id, &path, &tags_of(&transaction, id)?)?;
    }
    transaction.commit()
}

fn tags_of(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<Vec<(String, String)>> {
    let sql =
        "SELECT name, value FROM tags WHERE file_id = ?1 AND name IN ('comment', 'created', 'date', 'description')";
    let mut statement = transaction.prepare_cached(sql)?;
    statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Records it for a file whose tags are in the catalogue already.
pub(super) fn store_known(transaction: &Transaction<'_>, id: i64, path: &Path) -> rusqlite::Result<()> {
    store(transaction, id, path, &tags_of(transaction, id)?)
}

impl Library {
    /// When the recording in `file` began; `None` if nothing says so. For a catalogue that keeps it.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(super) fn recorded(&self, file: FileId) -> Result<Option<RecordingTime>> {
        let sql = "SELECT began FROM recordings WHERE file_id = ?1";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        let began = statement.query_row([file.0], |row| row.get::<_, Option<String>>(0)).optional();
        let began = began.in_library(&self.folder)?.flatten();
        Ok(began.and_then(|began| RecordingTime::from_text(&began)))
    }

    /// Refuses to be asked for them where the catalogue has no place for them: it would seem that nothing was recorded then.
    ///
    /// # Errors
    /// [`LibraryFailure::OlderFormat`].
    pub(super) fn expect_recordings(&self) -> Result<()> {
        if self.keeps_recordings()? {
            return Ok(());
        }
        let (found, known) = (self.schema_version, schema::WITH_RECORDINGS);
        Err(Error::library(&self.folder, LibraryFailure::OlderFormat { found, known }))
    }

    /// Whether the catalogue has a place for them, or is of an older version that was only read since.
    pub(super) fn keeps_recordings(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'recordings')";
        let mut statement = self.connection.prepare_cached(sql).in_library(&self.folder)?;
        statement.query_row([], |row| row.get(0)).in_library(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedding::Space;
    use crate::library::browse::Range;
    use crate::library::lookup::{Bounds, FileFilter};
    use crate::library::record::change::Change;
    use crate::library::tests::{indexed, library_with};
    use crate::library::writer::Writer;

    /// Takes a catalogue back to version 5.
    const OLDER: &str =
        "DROP TABLE recordings; ALTER TABLE roots DROP COLUMN hearing; ALTER TABLE files DROP COLUMN hearing;
        ALTER TABLE segments DROP COLUMN channel; DROP TABLE cues; DROP TABLE mounts;
        PRAGMA user_version = 5";

    fn recorded(library: &Library, path: &str) -> Option<String> {
        let file = library.file_id(Path::new(path)).unwrap().unwrap();
        library.recorded(file).unwrap().map(|began| began.to_string())
    }

    fn tagged(path: &str, content: u8, date: &str) -> Change {
        let mut change = indexed(path, content);
        if let Change::Indexed { sound, .. } = &mut change {
            sound.tags.push(("date".into(), date.into()));
        }
        change
    }

    #[test]
    fn names_and_tags_say_when_a_file_was_recorded_and_a_copy_has_its_own_name() {
        let named = "/a/20210420_131000.wav";
        let (_folder, mut writer) = library_with(&[
            indexed(named, 1),
            tagged("/a/rain.wav", 2, "2021-04-20T13:10:00+02:00"),
            indexed("/a/ZOOM0001.wav", 3),
        ]);
        let Change::Indexed { file, .. } = indexed(named, 1) else { unreachable!() };
        let copy = |path: &str| Change::Twin {
            file: crate::library::record::file::FileFacts { path: path.into(), ..file.clone() },
        };
        writer.commit(&[copy("/b/copy.wav"), copy("/b/20210421_131000.wav")]).unwrap();
        for (path, expected) in [
            (named, Some("2021-04-20T13:10:00")),
            ("/a/rain.wav", Some("2021-04-20T13:10:00+02:00")),
            ("/a/ZOOM0001.wav", None),
            ("/b/copy.wav", None),
            ("/b/20210421_131000.wav", Some("2021-04-21T13:10:00")),
        ] {
            assert_eq!(recorded(writer.library(), path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_catalogue_of_an_older_version_is_read_and_its_files_get_their_dates_from_the_next_writer() {
        let (folder, writer) =
            library_with(&[indexed("/a/20210420_131000.wav", 1), tagged("/a/rain.wav", 2, "2021-05-01")]);
        writer.library().connection.execute_batch(OLDER).unwrap();
        drop(writer);
        let asked = FileFilter { recorded_seconds: Bounds { least: Some(0), most: None }, ..FileFilter::default() };
        let old = Library::open(folder.path()).unwrap();
        assert_eq!(old.cards(&[old.file_id(Path::new("/a/rain.wav")).unwrap().unwrap()]).unwrap().len(), 1);
        let refusals = [
            old.files_passing(&asked).unwrap_err(),
            old.files_page(&asked, Range { offset: 0, limit: 9 }).unwrap_err(),
        ];
        for refusal in refusals {
            let needed = LibraryFailure::OlderFormat { found: 5, known: 6 };
            assert!(matches!(&refusal, Error::Library { failure, .. } if *failure == needed), "{refusal}");
        }
        let revision = old.revision().unwrap();
        let model = Space { name: "m".into(), fingerprint: "f".into(), dim: old.model().dim };
        let writer = Writer::open(folder.path(), old.model()).or_else(|_| Writer::open(folder.path(), &model)).unwrap();
        assert_eq!(recorded(writer.library(), "/a/20210420_131000.wav").as_deref(), Some("2021-04-20T13:10:00"));
        assert_eq!(recorded(writer.library(), "/a/rain.wav").as_deref(), Some("2021-05-01"));
        assert_eq!(writer.library().files_passing(&asked).unwrap().len(), 2);
        // Who keeps answers for a revision, as a server does, learns of it; nothing else is a new one.
        let dated = old.revision().unwrap();
        assert!(dated.number > revision.number, "{dated:?} after {revision:?}");
        drop(writer);
        Writer::open(folder.path(), old.model()).unwrap();
        assert_eq!(old.revision().unwrap(), dated);
    }

    #[test]
    fn filters_ask_for_days_and_for_hours_over_midnight_too() {
        let names =
            ["/20210419_235959.wav", "/20210420_040000.wav", "/20210420_223000.wav", "/20210420.wav", "/ZOOM0001.wav"];
        let changes: Vec<Change> = (1..).zip(names).map(|(content, name)| indexed(name, content)).collect();
        let (_folder, writer) = library_with(&changes);
        let day = RecordingTime::from_text("2021-04-20").unwrap().local_seconds();
        let check = |recorded: Option<(i64, i64)>, hours: Option<(u32, u32)>, expected: &[&str]| {
            let (least, most) = recorded.unzip();
            let (from, to) = hours.unzip();
            let filter = FileFilter {
                recorded_seconds: Bounds { least, most },
                day_seconds: Bounds { least: from, most: to },
                ..FileFilter::default()
            };
            let mut found: Vec<String> = writer
                .library()
                .cards(&writer.library().files_passing(&filter).unwrap().into_iter().collect::<Vec<_>>())
                .unwrap()
                .into_values()
                .map(|card| card.path.display().to_string())
                .collect();
            found.sort();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(found, expected, "{recorded:?} {hours:?}");
        };
        check(Some(day), None, &names[1..4]);
        check(None, Some((4 * 3600, 5 * 3600 - 1)), &names[1..2]);
        check(None, Some((22 * 3600, 4 * 3600)), &names[..3]);
        check(None, Some((22 * 3600, 4 * 3600 - 1)), &[names[0], names[2]]);
        check(Some(day), Some((22 * 3600, 4 * 3600 - 1)), &names[2..3]);
        check(None, None, &names);
    }
}
