//! The cues of files in the catalogue: written with a file's tags, read for those who want to jump there.

use rusqlite::types::Value;
use rusqlite::{Row, Transaction, params};

use crate::error::Result;
use crate::library::record::cue::Cue;
use crate::library::record::file::FileId;
use crate::library::{Library, schema};

/// Gives file number `id` these `cues` in place of those that it has.
pub(super) fn store(transaction: &Transaction<'_>, id: i64, cues: &[Cue]) -> rusqlite::Result<()> {
    transaction.prepare_cached("DELETE FROM cues WHERE file_id = ?1")?.execute([id])?;
    let sql = "INSERT OR REPLACE INTO cues (file_id, start_seconds, end_seconds, words) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = transaction.prepare_cached(sql)?;
    for Cue { start_seconds, end_seconds, words } in cues {
        insert.execute(params![id, start_seconds, end_seconds, words])?;
    }
    Ok(())
}

/// Gives file number `copy` the cues of file number `original`.
pub(super) fn copy(transaction: &Transaction<'_>, copy: i64, original: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO cues (file_id, start_seconds, end_seconds, words)
               SELECT ?1, start_seconds, end_seconds, words FROM cues WHERE file_id = ?2";
    transaction.prepare_cached(sql)?.execute([copy, original]).map(drop)
}

impl Library {
    /// The cues of `file`, in the order of time; none in a library of an older version.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn cues_of(&self, file: FileId) -> Result<Vec<Cue>> {
        if self.schema_version < schema::WITH_CUES {
            return Ok(Vec::new());
        }
        let sql = "SELECT start_seconds, end_seconds, words FROM cues WHERE file_id = ? ORDER BY start_seconds, words";
        let read = |row: &Row<'_>| Ok(Cue { start_seconds: row.get(0)?, end_seconds: row.get(1)?, words: row.get(2)? });
        self.look_up(sql, &[Value::from(file.0)], read)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library::record::change::Change;
    use crate::library::tests::{file, indexed, library_with};

    #[test]
    fn cues_belong_to_a_file_and_its_copies_and_change_with_its_tags() {
        let cue = |start_seconds, words: &str| Cue { start_seconds, end_seconds: None, words: words.into() };
        let mut first = indexed("/a.wav", 1);
        if let Change::Indexed { sound, .. } = &mut first {
            sound.cues = vec![cue(2.5, "thunder"), cue(1.0, "door")];
        }
        let (_folder, mut writer) = library_with(&[first, Change::Twin { file: file("/b.wav", 1) }]);
        let cues = |library: &Library, path: &str| {
            library.cues_of(library.file_id(Path::new(path)).unwrap().unwrap()).unwrap()
        };
        for path in ["/a.wav", "/b.wav"] {
            assert_eq!(cues(writer.library(), path), [cue(1.0, "door"), cue(2.5, "thunder")]);
        }
        let tags = vec![("title".to_owned(), "Rain".to_owned())];
        let retagged = Change::Retagged { path: "/b.wav".into(), tags, cues: vec![cue(3.0, "rain")] };
        writer.commit(&[retagged]).unwrap();
        assert_eq!(cues(writer.library(), "/b.wav"), [cue(3.0, "rain")]);
        assert_eq!(cues(writer.library(), "/a.wav").len(), 2);
    }
}
