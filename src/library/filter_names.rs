//! The names that a filter gives → whether the library has anything that is called so, and what is called nearly so.
//!
//! A filter that names what exists may still let nothing through, which is an answer; a name that nothing bears is a
//! mistake, most often of typing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use strsim::osa_distance;

use crate::disk_path::key;
use crate::error::{FilterKind, Refusal, Result};
use crate::library::labels::LabelFilter;
use crate::library::lookup::FileFilter;
use crate::library::{Library, paths};

/// How many near names are given.
const MOST_NEAR: usize = 3;

/// A name is near another that differs from it in one letter of so many.
const LETTERS_A_MISTAKE: usize = 3;

impl Library {
    /// `filter` with its folders written as the library writes them. One that names a folder, a format or a label that nothing
    /// in the library has is refused. Files that are gone or could not be read count, and so does the source of a label. Of
    /// an empty library nothing is refused.
    ///
    /// # Errors
    /// [`Refusal::FilterOfNothing`]; stage `catalogue` if the catalogue cannot be read.
    pub fn checked_filter(&self, mut filter: FileFilter) -> Result<FileFilter> {
        let names = !(filter.folders.is_empty() && filter.formats.is_empty() && filter.labels.is_empty());
        if !names || !self.has("SELECT 1 FROM files", &[])? {
            return Ok(filter);
        }
        let folders = filter.folders.iter().map(|folder| self.folders_called(folder)).collect::<Result<Vec<_>>>()?;
        filter.folders = folders.concat();
        filter.formats.iter().try_for_each(|format| self.check_format(format))?;
        filter.labels.iter().try_for_each(|label| self.check_label(label))?;
        Ok(filter)
    }

    /// The folder that is called `folder`, or those that are in another Unicode form.
    fn folders_called(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let mut inside = folder.to_owned();
        // An empty last part: the path with a separator at its end.
        inside.push("");
        let prefix = paths::encode(&inside);
        let prefix = [Value::from(prefix.len() as i64), Value::from(prefix)];
        if self.has("SELECT 1 FROM files WHERE substr(path, 1, ?) = ?", &prefix)? {
            return Ok(vec![folder.to_path_buf()]);
        }
        let files = self.look_up("SELECT path FROM files", &[], |row| paths::read(row, 0))?;
        let folders: BTreeSet<PathBuf> =
            files.iter().flat_map(|file| file.ancestors().skip(1)).map(PathBuf::from).collect();
        let wanted = key(folder);
        let same: Vec<PathBuf> = folders.iter().filter(|folder| key(folder) == wanted).cloned().collect();
        if !same.is_empty() {
            return Ok(same);
        }
        let shown = |path: &Path| path.display().to_string();
        let last = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let named = folders.iter().map(|folder| (last(folder), shown(folder)));
        Err(refusal(FilterKind::Folder, shown(folder), near(&last(folder), named)))
    }

    fn check_format(&self, format: &str) -> Result<()> {
        let sql = "SELECT DISTINCT container FROM files WHERE container IS NOT NULL
                   UNION SELECT DISTINCT codec FROM files WHERE codec IS NOT NULL ORDER BY 1";
        let known: Vec<String> = self.look_up(sql, &[], |row| row.get(0))?;
        if known.iter().any(|known| known.eq_ignore_ascii_case(format)) {
            return Ok(());
        }
        // There are few, and what one calls them is a matter of habit.
        Err(refusal(FilterKind::Format, format.to_owned(), known))
    }

    fn check_label(&self, LabelFilter { label, source }: &LabelFilter) -> Result<()> {
        let (of, mut values) = match source {
            Some(source) => (" AND source = ?", vec![Value::from(source.clone())]),
            None => ("", Vec::new()),
        };
        values.insert(0, Value::from(label.clone()));
        if self.has(&format!("SELECT 1 FROM labels WHERE label = ? COLLATE NOCASE{of}"), &values)? {
            return Ok(());
        }
        let sql = format!("SELECT DISTINCT label FROM labels WHERE true{of} ORDER BY label");
        let known: Vec<String> = self.look_up(&sql, &values[1..], |row| row.get(0))?;
        let named = known.into_iter().map(|known| (known.clone(), known));
        let shown = source.as_ref().map_or_else(|| label.clone(), |source| format!("{source}:{label}"));
        Err(refusal(FilterKind::Label, shown, near(label, named)))
    }

    fn has(&self, sql: &str, values: &[Value]) -> Result<bool> {
        let found = self.look_up(&format!("SELECT EXISTS ({sql})"), values, |row| row.get::<_, bool>(0))?;
        Ok(found.contains(&true))
    }
}

fn refusal(kind: FilterKind, name: String, near: Vec<String>) -> crate::error::Error {
    Refusal::FilterOfNothing { kind, name, near }.into()
}

/// Of things as (what they are called, how they are shown), how those are shown that are called nearly `name`: the nearest
/// first.
fn near(name: &str, known: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let name = name.to_lowercase();
    let most = (name.chars().count() / LETTERS_A_MISTAKE).max(1);
    let mut near: Vec<(usize, String)> = Vec::new();
    for (called, shown) in known {
        let called = called.to_lowercase();
        let is_part = !called.is_empty() && (called.contains(&name) || name.contains(&called));
        let letters = osa_distance(&name, &called);
        if letters <= most || is_part {
            near.push((letters, shown));
        }
    }
    near.sort();
    near.into_iter().take(MOST_NEAR).map(|(_, shown)| shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::library::record::change::Change;
    use crate::library::record::file::Hash;
    use crate::library::record::label::{Labelled, Labeller};
    use crate::library::tests::{indexed, library_with};

    #[track_caller]
    fn check(library: &Library, filter: FileFilter, expected: Option<(FilterKind, &str, &[&str])>) {
        match (library.checked_filter(filter), expected) {
            (Ok(_), None) => {}
            (Err(Error::Request(Refusal::FilterOfNothing { kind, name, near })), Some(expected)) => {
                assert_eq!(
                    (kind, name.as_str(), near.iter().map(String::as_str).collect::<Vec<_>>().as_slice()),
                    expected
                );
            }
            (got, expected) => panic!("{got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn a_filter_that_names_nothing_is_refused_with_near_names_and_others_are_not() {
        let (_folder, mut writer) = library_with(&[indexed("/field/rain/1.wav", 1), indexed("/field/birds/2.wav", 2)]);
        let label = Labelled { label: "Siren".into(), start_seconds: 0.0, end_seconds: 2.5, score: 0.9 };
        writer.commit(&[Change::Judged { hash: Hash([1; 32]), by: Labeller::Hand, labels: vec![label] }]).unwrap();
        let library = writer.library();
        let folder = |path: &str| FileFilter { folders: vec![path.into()], ..FileFilter::default() };
        check(library, folder("/field"), None);
        check(library, folder("/field/rain"), None);
        check(library, folder("/field/rian"), Some((FilterKind::Folder, "/field/rian", &["/field/rain"])));
        check(library, folder("/else"), Some((FilterKind::Folder, "/else", &[])));
        let format = |name: &str| FileFilter { formats: vec![name.into()], ..FileFilter::default() };
        check(library, format("WAV"), None);
        check(library, format("wv"), Some((FilterKind::Format, "wv", &["pcm_s16le", "wav"])));
        let label = |label: &str, source: Option<&str>| {
            let label = LabelFilter { label: label.into(), source: source.map(str::to_owned) };
            FileFilter { labels: vec![label], ..FileFilter::default() }
        };
        check(library, label("siren", None), None);
        check(library, label("siren", Some("hand")), None);
        check(library, label("siren", Some("head")), Some((FilterKind::Label, "head:siren", &[])));
        check(library, label("sirn", None), Some((FilterKind::Label, "sirn", &["Siren"])));
        // What exists by itself and lets nothing through together is an answer.
        check(library, FileFilter { folders: vec!["/field/birds".into()], ..label("siren", None) }, None);
    }

    #[test]
    fn a_folder_in_another_unicode_form_is_the_one_the_library_has() {
        let (_folder, writer) = library_with(&[indexed("/caf\u{e9}/1.wav", 1), indexed("/cafe\u{301}/sub/2.wav", 2)]);
        for (asked, expected) in
            [("/caf\u{e9}", "/caf\u{e9}"), ("/cafe\u{301}", "/cafe\u{301}"), ("/caf\u{e9}/sub", "/cafe\u{301}/sub")]
        {
            let filter = FileFilter { folders: vec![asked.into()], ..FileFilter::default() };
            let checked = writer.library().checked_filter(filter).unwrap();
            assert_eq!(checked.folders, [PathBuf::from(expected)]);
        }
    }

    #[test]
    fn an_empty_library_refuses_no_filter() {
        let (_folder, writer) = library_with(&[]);
        check(writer.library(), FileFilter { formats: vec!["wav".into()], ..FileFilter::default() }, None);
    }
}
