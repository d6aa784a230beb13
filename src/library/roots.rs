//! The roots that a library remembers: what brings it up to date where nobody names a folder.

use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::library::failure::InLibrary;
use crate::library::record::hearing::Hearing;
use crate::library::record::root::{FileSelection, LinkPolicy, Root};
use crate::library::writer::Writer;
use crate::library::{Library, paths};

/// Puts a root in place of what is remembered of its path.
const REMEMBER: &str = "INSERT OR REPLACE INTO roots (path, exclude, links, hearing) VALUES (?1, ?2, ?3, ?4)";

impl Library {
    /// The roots that are remembered, by path; none in a library of an older version.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn roots(&self) -> Result<Vec<Root>> {
        read(&self.connection).in_library(&self.folder)
    }

    /// The remembered root that `place` (absolute) is, or lies in: the innermost.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn root_of(&self, place: &Path) -> Result<Option<Root>> {
        let around = self.roots()?.into_iter().filter(|root| place.starts_with(&root.path));
        Ok(around.max_by_key(|root| root.path.components().count()))
    }

    /// What is heard of the file at `place` (absolute): as it was indexed, or else as the root around it has it, or the mix.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn hearing_at(&self, place: &Path) -> Result<Hearing> {
        match self.known_file(place)? {
            Some(known) => Ok(known.hearing),
            None => Ok(self.root_of(place)?.map(|root| root.hearing).unwrap_or_default()),
        }
    }

    /// How many files that have not vanished are known at each of `places` (absolute) or below.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub fn living_below(&self, places: &[PathBuf]) -> Result<Vec<u64>> {
        let sql = "SELECT count(*) FROM files WHERE +state <> 'vanished' AND (path = ?1 OR substr(path, 1, ?2) = ?3)";
        let count = |place: &PathBuf| {
            let mut inside = place.clone();
            // An empty last part: the path with a separator at its end.
            inside.push("");
            let prefix = paths::encode(&inside);
            let values = [Value::from(paths::encode(place)), Value::from(prefix.len() as i64), Value::from(prefix)];
            let counts = self.look_up(sql, &values, |row| row.get::<_, u32>(0))?;
            Ok(counts.first().copied().map_or(0, u64::from))
        };
        places.iter().map(count).collect()
    }
}

impl Writer {
    /// Remembers `root`, in place of what was remembered of its path. One that lies in another with the same selection and hearing
    /// is refreshed with that, and is not remembered beside it.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub fn remember_root(&mut self, root: &Root) -> Result<()> {
        let covers = |outer: &Root, inner: &Root| {
            let are_alike = (&outer.selection, outer.hearing) == (&inner.selection, inner.hearing);
            are_alike && outer.path != inner.path && inner.path.starts_with(&outer.path)
        };
        let known = self.library.roots()?;
        self.change(|transaction| {
            for inner in known.iter().filter(|known| covers(root, known) || known.path == root.path) {
                remove(transaction, &inner.path)?;
            }
            if known.iter().any(|outer| covers(outer, root)) { Ok(()) } else { put(transaction, root) }
        })
    }

    /// Forgets the roots at `paths`; the files below them stay known. Gives the number of those that were remembered.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub(crate) fn forget_roots(&mut self, paths: &[PathBuf]) -> Result<usize> {
        self.change(|transaction| paths.iter().map(|path| remove(transaction, path)).sum())
    }
}

/// The roots in the catalogue behind `connection`.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Vec<Root>> {
    let sql = "SELECT count(*), ifnull(sum(name = 'hearing'), 0) FROM pragma_table_info('roots')";
    let (columns, hearings) =
        connection.query_row(sql, [], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)))?;
    if columns == 0 {
        return Ok(Vec::new());
    }
    let hearing = if hearings == 0 { "'mix'" } else { "hearing" };
    let mut statement = connection.prepare_cached(&format!("SELECT path, exclude, links, {hearing} FROM roots"))?;
    let root = |row: &Row<'_>| {
        let exclude = serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default();
        let links = LinkPolicy::from_name(&row.get::<_, String>(2)?);
        let hearing = Hearing::from_name(&row.get::<_, String>(3)?).unwrap_or_default();
        Ok(Root { path: paths::read(row, 0)?, selection: FileSelection { exclude, links }, hearing })
    };
    let mut roots = statement.query_map([], root)?.collect::<rusqlite::Result<Vec<_>>>()?;
    roots.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(roots)
}

/// Puts `root` into the catalogue behind `connection`.
pub(super) fn put(connection: &Connection, root: &Root) -> rusqlite::Result<()> {
    let exclude = serde_json::Value::from(root.selection.exclude.clone()).to_string();
    let row = params![paths::encode(&root.path), exclude, root.selection.links.name(), root.hearing.to_string()];
    connection.prepare_cached(REMEMBER)?.execute(row).map(drop)
}

/// Takes the root at `path` out of the catalogue behind `connection`; gives how many there were.
pub(super) fn remove(connection: &Connection, path: &Path) -> rusqlite::Result<usize> {
    connection.prepare_cached("DELETE FROM roots WHERE path = ?1")?.execute([paths::encode(path)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::change::Change;
    use crate::library::tests::{indexed, library_with};

    fn root(path: &str, exclude: &[&str]) -> Root {
        let exclude = exclude.iter().map(|glob| glob.to_string()).collect();
        let selection = FileSelection { exclude, ..FileSelection::default() };
        Root { path: path.into(), selection, hearing: Hearing::Mix }
    }

    #[track_caller]
    fn check(writer: &Writer, expected: &[&Root]) {
        let roots = writer.library().roots().unwrap();
        assert_eq!(roots.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn files_below_a_place_are_counted_but_for_those_that_vanished() {
        let (_folder, mut writer) = library_with(&[
            indexed("/s/a.wav", 1),
            indexed("/s/b/c.wav", 2),
            indexed("/s-2/d.wav", 3),
            indexed("/s/e", 4),
        ]);
        writer.commit(&[Change::Vanished { path: "/s/e".into() }]).unwrap();
        let places = ["/s", "/s/b", "/s/a.wav", "/s-2", "/none", "/"].map(PathBuf::from);
        assert_eq!(writer.library().living_below(&places).unwrap(), [2, 1, 1, 1, 0, 3]);
    }

    #[test]
    fn roots_are_remembered_with_their_selection_and_those_within_others_only_if_they_differ() {
        let (_folder, mut writer) = library_with(&[]);
        let [sub, all, other] = [root("/s/sub", &[]), root("/s", &[]), root("/s-2", &["*.mp3", "!a\nb"])];
        for root in [&sub, &other] {
            writer.remember_root(root).unwrap();
        }
        check(&writer, &[&sub, &other]);
        writer.remember_root(&all).unwrap();
        check(&writer, &[&all, &other]);
        writer.remember_root(&sub).unwrap();
        check(&writer, &[&all, &other]);
        let of_its_own = Root { selection: FileSelection { links: LinkPolicy::Follow, ..Default::default() }, ..sub };
        writer.remember_root(&of_its_own).unwrap();
        check(&writer, &[&all, &of_its_own, &other]);
        assert_eq!(writer.library().root_of(Path::new("/s/sub/a.wav")).unwrap(), Some(of_its_own.clone()));
        assert_eq!(writer.library().root_of(Path::new("/s-3")).unwrap(), None);
        assert_eq!(writer.forget_roots(&["/s".into(), "/nowhere".into()]).unwrap(), 1);
        check(&writer, &[&of_its_own, &other]);
    }
}
