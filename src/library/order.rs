//! The files that a filter lets through, in the order of what is known of them: for lists that are gone through without words.

use std::cmp::Ordering;
use std::path::{MAIN_SEPARATOR, Path};

use rusqlite::types::Value;

use crate::error::Result;
use crate::library::lookup::{Condition, FileFilter};
use crate::library::record::file::FileId;
use crate::library::{Library, paths};

/// What files are ordered by; those that are alike in it, by path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FileOrder {
    /// Folders, and the files in them, as people order names: 2 before 10, capitals or not.
    #[default]
    Path,
    /// The last part of the path, in the same way.
    Name,
    /// Length of the sound.
    Duration,
    /// Container and codec.
    Format,
    /// Sample rate.
    Rate,
    /// Number of channels.
    Channels,
    /// Time of the last change.
    Modified,
    /// When it was recorded; what is not known comes last.
    Recorded,
    /// Size of the file.
    Size,
}

impl FileOrder {
    /// The expression to order by; `None` where SQLite cannot tell.
    fn sql(self) -> Option<&'static str> {
        match self {
            FileOrder::Path | FileOrder::Name => None,
            FileOrder::Duration => Some("duration_seconds"),
            FileOrder::Format => Some("container || ' ' || codec"),
            FileOrder::Rate => Some("rate_hz"),
            FileOrder::Channels => Some("channels"),
            FileOrder::Modified => Some("modified_ns"),
            FileOrder::Recorded => Some("(SELECT first_second FROM recordings WHERE file_id = files.id)"),
            FileOrder::Size => Some("size_bytes"),
        }
    }
}

/// An order and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FileSort {
    /// What files are ordered by.
    pub(crate) by: FileOrder,
    /// The other way round.
    pub(crate) descending: bool,
}

impl Library {
    /// All files that `filter` lets through, in the order of `sort`.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn files_sorted(&self, filter: &FileFilter, sort: FileSort) -> Result<Vec<FileId>> {
        let keeps_recordings = self.keeps_recordings()?;
        if filter.asks_for_recordings() && !keeps_recordings {
            return Ok(Vec::new());
        }
        let can_order = sort.by != FileOrder::Recorded || keeps_recordings;
        let mut files = match sort.by.sql().filter(|_| can_order) {
            Some(expression) => self.sorted_by(expression, filter.condition(), sort.descending)?,
            None => self.sorted_by_path(filter.condition(), sort)?,
        };
        if !filter.tags.is_empty() {
            let passing = self.files_passing(filter)?;
            files.retain(|file| passing.contains(file));
        }
        Ok(files)
    }

    fn sorted_by(&self, expression: &str, condition: Condition, descending: bool) -> Result<Vec<FileId>> {
        let Condition { sql, values } = condition;
        let direction = if descending { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT id FROM files WHERE {sql} ORDER BY {expression} IS NULL, {expression} {direction}, path {direction}"
        );
        self.look_up(&sql, &values, |row| row.get(0).map(FileId))
    }

    fn sorted_by_path(&self, condition: Condition, sort: FileSort) -> Result<Vec<FileId>> {
        let Condition { sql, values } = condition;
        let sql = format!("SELECT id, path FROM files WHERE {sql}");
        let read = |row: &rusqlite::Row<'_>| Ok((FileId(row.get(0)?), paths::read(row, 1)?));
        let mut keyed: Vec<(String, String, FileId)> = self
            .look_up(&sql, &values as &[Value], read)?
            .into_iter()
            .map(|(file, path)| {
                let whole = path.to_string_lossy().to_lowercase();
                let first = if sort.by == FileOrder::Name { lower_name(&path) } else { String::new() };
                (first, whole, file)
            })
            .collect();
        let compare = |a: &(String, String, FileId), b: &(String, String, FileId)| {
            compare_names(&a.0, &b.0).then_with(|| compare_paths(&a.1, &b.1)).then(a.2.cmp(&b.2))
        };
        keyed.sort_unstable_by(|a, b| if sort.descending { compare(b, a) } else { compare(a, b) });
        Ok(keyed.into_iter().map(|(_, _, file)| file).collect())
    }
}

fn lower_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().to_lowercase())
}

/// Compares folder by folder, so that what is in a folder stays together.
fn compare_paths(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split(MAIN_SEPARATOR), b.split(MAIN_SEPARATOR));
    loop {
        match (a.next(), b.next()) {
            (Some(part_a), Some(part_b)) => match compare_names(part_a, part_b) {
                Ordering::Equal => {}
                order => return order,
            },
            (None, None) => return Ordering::Equal,
            (rest_a, _) => return if rest_a.is_none() { Ordering::Less } else { Ordering::Greater },
        }
    }
}

/// Compares names as people do: numbers in them by what they are worth.
pub(super) fn compare_names(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let ((first_a, rest_a), (first_b, rest_b)) = (first_run(a), first_run(b));
        let order = match (is_number(first_a), is_number(first_b)) {
            (true, true) => compare_numbers(first_a, first_b),
            _ => first_a.cmp(first_b),
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.len().cmp(&b.len())
}

/// The digits or the other letters that `text` begins with, and the rest.
fn first_run(text: &str) -> (&str, &str) {
    let is_digit = is_number(text);
    let end = text.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(text.len());
    text.split_at(end)
}

fn is_number(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_digit())
}

/// Numbers of any length; of equal ones the shorter comes first.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (worth_a, worth_b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    worth_a.len().cmp(&worth_b.len()).then_with(|| worth_a.cmp(worth_b)).then(a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::lookup::{Bounds, TagFilter};
    use crate::library::record::change::Change;
    use crate::library::tests::{indexed, library_with};

    #[track_caller]
    fn check(library: &Library, filter: &FileFilter, sort: FileSort, expected: &[&str]) {
        let files = library.files_sorted(filter, sort).unwrap();
        let cards = library.cards(&files).unwrap();
        let paths: Vec<&str> = files.iter().map(|file| cards[file].path.to_str().unwrap()).collect();
        assert_eq!(paths, expected, "{sort:?}");
    }

    #[test]
    fn names_are_ordered_as_people_order_them() {
        for (a, b) in
            [("take 2", "take 10"), ("a", "ab"), ("a1", "a01"), ("a9b", "a10a"), ("", "a"), ("rain", "rain 1")]
        {
            assert_eq!(compare_names(a, b), Ordering::Less, "{a} {b}");
            assert_eq!(compare_names(b, a), Ordering::Greater, "{b} {a}");
        }
        assert_eq!(compare_names("99999999999999999999999", "100000000000000000000000"), Ordering::Less);
    }

    #[test]
    fn files_are_listed_by_path_by_name_and_by_what_is_known_of_them() {
        let files = ["/b/take 10.wav", "/b/Take 2.wav", "/a b/x.wav", "/a/y.wav"];
        let mut changes: Vec<Change> = files.iter().zip(1..).map(|(path, content)| indexed(path, content)).collect();
        for (change, seconds) in changes.iter_mut().zip([3.0, 1.0, 2.0, 4.0]) {
            let Change::Indexed { sound, .. } = change else { unreachable!() };
            sound.duration_seconds = seconds;
        }
        let (_folder, writer) = library_with(&changes);
        let (library, all) = (writer.library(), FileFilter::default());
        let by = |by, descending| FileSort { by, descending };
        check(
            library,
            &all,
            by(FileOrder::Path, false),
            &["/a/y.wav", "/a b/x.wav", "/b/Take 2.wav", "/b/take 10.wav"],
        );
        check(library, &all, by(FileOrder::Name, true), &["/a/y.wav", "/a b/x.wav", "/b/take 10.wav", "/b/Take 2.wav"]);
        let by_length = ["/b/Take 2.wav", "/a b/x.wav", "/b/take 10.wav", "/a/y.wav"];
        check(library, &all, by(FileOrder::Duration, false), &by_length);
        let long = FileFilter { duration_seconds: Bounds { least: Some(3.0), most: None }, ..FileFilter::default() };
        check(library, &long, by(FileOrder::Duration, true), &["/a/y.wav", "/b/take 10.wav"]);
    }

    #[test]
    fn what_is_not_known_comes_last_either_way_and_tags_count() {
        let mut tagged = indexed("/a/z.wav", 3);
        let Change::Indexed { sound, .. } = &mut tagged else { unreachable!() };
        sound.tags.push(("genre".into(), "Jazz".into()));
        let (_folder, writer) =
            library_with(&[indexed("/a/unknown.wav", 1), indexed("/a/20210420_131000.wav", 2), tagged]);
        for descending in [false, true] {
            let sort = FileSort { by: FileOrder::Recorded, descending };
            let files = writer.library().files_sorted(&FileFilter::default(), sort).unwrap();
            let first = writer.library().cards(&files).unwrap()[&files[0]].path.clone();
            assert_eq!(first.to_str().unwrap(), "/a/20210420_131000.wav", "{descending}");
        }
        let jazz = TagFilter { name: None, text: "jazz".into() };
        let filter = FileFilter { tags: vec![jazz], ..FileFilter::default() };
        check(writer.library(), &filter, FileSort::default(), &["/a/z.wav"]);
    }
}
