//! Groups of the files that are found, with how many there are in each: by folder, label, tag, date, format and length. What a
//! group is called is what a filter calls it, so that its files can be listed.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use rusqlite::Row;
use rusqlite::types::Value;

use crate::error::Result;
use crate::library::lookup::{Bounds, FileFilter};
use crate::library::order::compare_names;
use crate::library::{Library, paths};

/// Lengths in seconds at which a group ends and the next begins.
const LENGTHS_SECONDS: [f64; 4] = [2.0, 10.0, 60.0, 600.0];

/// What files are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// The folders in a folder, or the outermost ones.
    Folder(Option<PathBuf>),
    /// Labels, whoever gave them.
    Label,
    /// Names of tags, or the words in the tags of one name.
    Tag(Option<String>),
    /// Years in which recordings began by the recorder's clock, or the months of one.
    Recorded(Option<String>),
    /// Years of the last change in the local calendar, or the months of one.
    Changed(Option<String>),
    /// Containers.
    Format,
    /// Lengths.
    Length,
}

/// Some files that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileGroup {
    /// What they have in common, as a filter calls it: a path, a label, `genre` or `genre=jazz`, `2024` or `2024-05`, `flac`,
    /// `2..10` in seconds.
    pub(crate) name: String,
    /// How many files there are.
    pub(crate) files: usize,
    /// Whether there are groups inside.
    pub(crate) has_inner: bool,
}

impl Library {
    /// The groups of the files that are found: folders, dates and lengths in their order, others with most files first.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn groups(&self, grouping: &Grouping) -> Result<Vec<FileGroup>> {
        match grouping {
            Grouping::Folder(None) => self.outermost_folders(),
            Grouping::Folder(Some(folder)) => Ok(inner_folders(folder, &self.paths_found()?)),
            Grouping::Label => self.counted(
                "SELECT min(label), count(DISTINCT files.id), 0 FROM labels JOIN files ON files.hash = labels.hash
                 WHERE +state = 'indexed' GROUP BY label COLLATE NOCASE ORDER BY 2 DESC, 1",
                &[],
            ),
            Grouping::Tag(None) => self.counted(
                "SELECT name, count(*), 1 FROM tags JOIN files ON files.id = file_id
                 WHERE +state = 'indexed' GROUP BY name ORDER BY 2 DESC, 1",
                &[],
            ),
            Grouping::Tag(Some(name)) => self.counted(
                "SELECT name || '=' || value, count(*), 0 FROM tags JOIN files ON files.id = file_id
                 WHERE +state = 'indexed' AND name = ? GROUP BY value ORDER BY 2 DESC, 1",
                &[Value::from(name.clone())],
            ),
            Grouping::Recorded(_) if !self.keeps_recordings()? => Ok(Vec::new()),
            Grouping::Recorded(year) => {
                self.dates("began", "files JOIN recordings ON files.id = file_id", year.as_ref())
            }
            Grouping::Changed(year) => {
                let day = "strftime('%Y-%m-%d', modified_ns / 1000000000, 'unixepoch', 'localtime')";
                self.dates(day, "files", year.as_ref())
            }
            Grouping::Format => self.counted(
                "SELECT container, count(*), 0 FROM files WHERE state = 'indexed' AND container IS NOT NULL
                 GROUP BY container ORDER BY 2 DESC, 1",
                &[],
            ),
            Grouping::Length => self.lengths(),
        }
    }

    /// The groups whose name has `text` in it somewhere, in any case, with most files first: every folder, not only the
    /// outermost, and of tags their words.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be read.
    pub(crate) fn groups_named(&self, grouping: &Grouping, text: &str) -> Result<Vec<FileGroup>> {
        let groups = match grouping {
            Grouping::Folder(_) => self.all_folders()?,
            Grouping::Tag(None) => self.counted(
                "SELECT name || '=' || value, count(*), 0 FROM tags JOIN files ON files.id = file_id
                 WHERE +state = 'indexed' GROUP BY name, value",
                &[],
            )?,
            grouping => self.groups(grouping)?,
        };
        let text = text.to_lowercase();
        let is_folder = matches!(grouping, Grouping::Folder(_));
        let has = |group: &FileGroup| {
            let name = if is_folder { last_part(&group.name) } else { &group.name };
            name.to_lowercase().contains(&text) || (is_folder && group.name.to_lowercase().starts_with(&text))
        };
        let mut named: Vec<FileGroup> = groups.into_iter().filter(has).collect();
        named.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
        Ok(named)
    }

    fn counted(&self, sql: &str, values: &[Value]) -> Result<Vec<FileGroup>> {
        self.look_up(sql, values, |row: &Row<'_>| {
            Ok(FileGroup { name: row.get(0)?, files: row.get::<_, u32>(1)? as usize, has_inner: row.get(2)? })
        })
    }

    /// Years of `day`, an expression that gives ISO 8601, or the months of one year, the latest first.
    fn dates(&self, day: &str, from: &str, year: Option<&String>) -> Result<Vec<FileGroup>> {
        let condition = match year {
            Some(_) => format!("length({day}) >= 7 AND substr({day}, 1, 4) = ?"),
            None => format!("{day} IS NOT NULL"),
        };
        let (letters, has_inner) = if year.is_some() { (7, 0) } else { (4, 1) };
        let sql = format!(
            "SELECT substr({day}, 1, {letters}), count(*), {has_inner} FROM {from}
             WHERE state = 'indexed' AND {condition} GROUP BY 1 ORDER BY 1 DESC"
        );
        self.counted(&sql, &year.into_iter().cloned().map(Value::from).collect::<Vec<_>>())
    }

    /// A sound that is as long as a border is in both groups, as in a filter both ends belong to it.
    fn lengths(&self) -> Result<Vec<FileGroup>> {
        let ends = LENGTHS_SECONDS.map(Some);
        let starts = std::iter::once(None).chain(ends);
        let shown = |end: Option<f64>| end.map_or_else(String::new, |end| end.to_string());
        let mut groups = Vec::new();
        for (least, most) in starts.zip(ends.into_iter().chain([None])) {
            let filter = FileFilter { duration_seconds: Bounds { least, most }, ..FileFilter::default() };
            let condition = filter.condition();
            let sql = format!("SELECT count(*) FROM files WHERE {}", condition.sql);
            let count = self.look_up(&sql, &condition.values, |row| row.get::<_, u32>(0))?;
            let files = count.first().map_or(0, |count| *count as usize);
            groups.push(FileGroup { name: format!("{}..{}", shown(least), shown(most)), files, has_inner: false });
        }
        groups.retain(|group| group.files > 0);
        Ok(groups)
    }

    fn paths_found(&self) -> Result<Vec<PathBuf>> {
        self.look_up("SELECT path FROM files WHERE state = 'indexed'", &[], |row| paths::read(row, 0))
    }

    /// The roots that are remembered and have files; what lies elsewhere is below the folder that all of it has in common.
    fn outermost_folders(&self) -> Result<Vec<FileGroup>> {
        let files = self.paths_found()?;
        let mut tops: Vec<PathBuf> = self.roots()?.into_iter().map(|root| root.path).collect();
        let elsewhere = files.iter().filter(|file| !tops.iter().any(|top| file.starts_with(top)));
        tops.extend(elsewhere.filter_map(|file| file.parent()).map(Path::to_path_buf).reduce(|a, b| common(&a, &b)));
        let outer: Vec<&PathBuf> =
            tops.iter().filter(|top| !tops.iter().any(|other| other != *top && top.starts_with(other))).collect();
        let group = |top: &&PathBuf| {
            let inside = || files.iter().filter_map(|file| file.strip_prefix(top).ok());
            FileGroup {
                name: top.to_string_lossy().into_owned(),
                files: inside().count(),
                has_inner: inside().any(|rest| rest.components().count() > 1),
            }
        };
        let mut groups: Vec<FileGroup> = outer.iter().map(group).filter(|group| group.files > 0).collect();
        groups.sort_by(|a, b| compare_names(&a.name.to_lowercase(), &b.name.to_lowercase()));
        groups.dedup_by(|a, b| a.name == b.name);
        Ok(groups)
    }

    /// Each folder that is an outermost one or below it.
    fn all_folders(&self) -> Result<Vec<FileGroup>> {
        let tops: Vec<PathBuf> = self.outermost_folders()?.into_iter().map(|top| top.name.into()).collect();
        let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for file in self.paths_found()? {
            let folders = file.ancestors().skip(1).take_while(|folder| tops.iter().any(|top| folder.starts_with(top)));
            folders.for_each(|folder| match counts.get_mut(folder) {
                Some(count) => *count += 1,
                None => drop(counts.insert(folder.to_path_buf(), 1)),
            });
        }
        let group = |(folder, files): (PathBuf, usize)| FileGroup {
            name: folder.to_string_lossy().into_owned(),
            files,
            has_inner: false,
        };
        Ok(counts.into_iter().map(group).collect())
    }
}

/// The folders right in `folder` that `files` are in or below.
fn inner_folders(folder: &Path, files: &[PathBuf]) -> Vec<FileGroup> {
    let mut groups: BTreeMap<String, FileGroup> = BTreeMap::new();
    for rest in files.iter().filter_map(|file| file.strip_prefix(folder).ok()) {
        let mut parts = rest.components();
        let (Some(Component::Normal(first)), Some(_)) = (parts.next(), parts.next()) else { continue };
        let name = folder.join(first).to_string_lossy().into_owned();
        let fresh = FileGroup { name: name.clone(), files: 0, has_inner: false };
        let group = groups.entry(name).or_insert(fresh);
        group.files += 1;
        group.has_inner |= parts.next().is_some();
    }
    let mut groups: Vec<FileGroup> = groups.into_values().collect();
    groups.sort_by(|a, b| compare_names(&a.name.to_lowercase(), &b.name.to_lowercase()));
    groups
}

/// The folder that both are in or below.
fn common(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
}

fn last_part(path: &str) -> &str {
    path.rsplit(std::path::MAIN_SEPARATOR).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::change::Change;
    use crate::library::record::file::Hash;
    use crate::library::record::hearing::Hearing;
    use crate::library::record::label::{Labelled, Labeller};
    use crate::library::record::root::{FileSelection, Root};
    use crate::library::tests::{failed, indexed, library_with};

    #[track_caller]
    fn check(library: &Library, grouping: Grouping, expected: &[(&str, usize, bool)]) {
        let groups = library.groups(&grouping).unwrap();
        let groups: Vec<_> = groups.iter().map(|each| (each.name.as_str(), each.files, each.has_inner)).collect();
        assert_eq!(groups, expected, "{grouping:?}");
    }

    #[test]
    fn folders_are_gone_into_with_how_many_files_are_below_each() {
        let (_folder, mut writer) = library_with(&[
            indexed("/foley/vol 2/rain/1.wav", 1),
            indexed("/foley/vol 10/2.wav", 2),
            indexed("/foley/3.wav", 3),
            indexed("/else/x/4.wav", 4),
            indexed("/else/y/5.wav", 5),
            failed("/foley/vol 2/6.wav", 6),
        ]);
        writer
            .remember_root(&Root { path: "/foley".into(), selection: FileSelection::default(), hearing: Hearing::Mix })
            .unwrap();
        let library = writer.library();
        check(library, Grouping::Folder(None), &[("/else", 2, true), ("/foley", 3, true)]);
        let inside = [("/foley/vol 2", 1, true), ("/foley/vol 10", 1, false)];
        check(library, Grouping::Folder(Some("/foley".into())), &inside);
        check(library, Grouping::Folder(Some("/foley/vol 10".into())), &[]);
        let named = library.groups_named(&Grouping::Folder(None), "VOL").unwrap();
        assert_eq!(named.iter().map(|each| each.name.as_str()).collect::<Vec<_>>(), ["/foley/vol 10", "/foley/vol 2"]);
    }

    #[test]
    fn labels_tags_and_lengths_are_counted_by_file() {
        let mut long = indexed("/a/2.wav", 2);
        let Change::Indexed { sound, .. } = &mut long else { unreachable!() };
        (sound.duration_seconds, sound.tags) = (700.0, vec![("genre".into(), "jazz".into())]);
        let (_folder, mut writer) = library_with(&[indexed("/a/1.wav", 1), long]);
        let said = |label: &str| Labelled { label: label.into(), start_seconds: 0.0, end_seconds: 1.0, score: 0.9 };
        let again = Labelled { start_seconds: 1.0, end_seconds: 2.0, ..said("siren") };
        for (content, labels) in [(1, vec![said("Siren"), again]), (2, vec![said("dog"), said("siren")])] {
            writer.commit(&[Change::Judged { hash: Hash([content; 32]), by: Labeller::Hand, labels }]).unwrap();
        }
        let library = writer.library();
        check(library, Grouping::Label, &[("Siren", 2, false), ("dog", 1, false)]);
        check(library, Grouping::Tag(None), &[("genre", 1, true), ("title", 1, true)]);
        check(library, Grouping::Tag(Some("genre".into())), &[("genre=jazz", 1, false)]);
        check(library, Grouping::Length, &[("2..10", 1, false), ("600..", 1, false)]);
        check(library, Grouping::Format, &[("wav", 2, false)]);
        let tags = library.groups_named(&Grouping::Tag(None), "JAZ").unwrap();
        assert_eq!(tags[0].name, "genre=jazz");
    }

    #[test]
    fn dates_are_years_and_their_months() {
        let (_folder, writer) = library_with(&[
            indexed("/a/20210420_131000.wav", 1),
            indexed("/a/20210501_131000.wav", 2),
            indexed("/a/20230501_131000.wav", 3),
            indexed("/a/rain.wav", 4),
        ]);
        check(writer.library(), Grouping::Recorded(None), &[("2023", 1, true), ("2021", 2, true)]);
        let months = [("2021-05", 1, false), ("2021-04", 1, false)];
        check(writer.library(), Grouping::Recorded(Some("2021".into())), &months);
        assert_eq!(writer.library().groups(&Grouping::Changed(None)).unwrap().len(), 1);
    }
}
