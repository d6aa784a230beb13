//! Whether a library is sound: its catalogue in itself, and what is derived from it against the catalogue. Nothing is
//! changed; [`crate::library::refresh`] makes what is derived again.

use std::fs;

use crate::error::Result;
use crate::library::changes::Revision;
use crate::library::failure;
use crate::library::failure::InLibrary;
use crate::library::survey::{StoredIndex, find_text, find_vectors};
use crate::library::text::TextIndex;
use crate::library::vectors::audit::Audit;
use crate::library::vectors::settings::Settings;
use crate::library::vectors::{VectorIndex, blob};
use crate::library::{Library, derived, paths};

/// The nearest that searches are expected to find: the 10 of recall@10.
pub const RECALL_LIMIT: usize = 10;

/// Problems of one kind that are named; more are counted.
const NAMED: usize = 20;

/// How often an index is compared again when the library changes meanwhile.
const ATTEMPTS: usize = 3;

/// A part of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The catalogue, which all else is made from.
    Catalogue,
    /// The words' index.
    Text,
    /// The vectors' index.
    Vectors,
    /// What hits are judged by.
    Background,
}

impl Part {
    /// The part's name.
    pub fn name(self) -> &'static str {
        match self {
            Part::Catalogue => "catalogue",
            Part::Text => "text",
            Part::Vectors => "vectors",
            Part::Background => "background",
        }
    }
}

/// What was found out about one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The part.
    pub part: Part,
    /// What was looked at, in words.
    pub detail: String,
    /// What is wrong with it, in words; empty if it is sound.
    pub problems: Vec<String>,
}

/// What was found out about a library.
#[derive(Debug, Clone, PartialEq)]
pub struct LibraryCheck {
    /// Part by part, the catalogue first.
    pub findings: Vec<Finding>,
    /// How the vectors' index compares with the catalogue; `None` where it could not be opened.
    pub audit: Option<Audit>,
}

impl LibraryCheck {
    /// Whether the catalogue is sound and all that is derived agrees with it.
    pub fn agrees(&self) -> bool {
        self.findings.iter().all(|finding| finding.problems.is_empty())
    }

    /// Whether the catalogue is sound, whatever is derived from it.
    pub fn is_catalogue_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.part != Part::Catalogue || finding.problems.is_empty())
    }
}

/// Checks all of `library`, reading every byte of it; `samples` searches are compared with exact ones.
///
/// # Errors
/// Stage `catalogue` if the catalogue is so damaged that it cannot be read.
pub fn check(library: &Library, samples: usize) -> Result<LibraryCheck> {
    check_with(library, &Settings::default(), samples)
}

/// The same with other settings.
pub(super) fn check_with(library: &Library, settings: &Settings, samples: usize) -> Result<LibraryCheck> {
    let catalogue = check_catalogue(library)?;
    let text = check_text(library)?;
    let (vectors, audit) = check_vectors(library, settings, samples)?;
    let mut findings = vec![catalogue, text, vectors];
    findings.extend(check_background(library));
    Ok(LibraryCheck { findings, audit })
}

fn check_catalogue(library: &Library) -> Result<Finding> {
    let mut problems = library.rows(&format!("PRAGMA integrity_check({NAMED})"), |row| row.get::<_, String>(0))?;
    problems.retain(|line| line != "ok");
    let orphans = "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1";
    let orphans = library.rows(orphans, |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
    problems.extend(orphans.iter().map(|(table, count)| format!("{count} rows of {table} belong to nothing")));
    let model = library.model();
    if model.name.is_empty() || model.fingerprint.is_empty() || model.dim == 0 {
        problems.push("it does not say which model made it".into());
    }
    let clipless = "SELECT path FROM files WHERE state = 'indexed' AND 1 <>
                    (SELECT count(*) FROM segments WHERE file_id = files.id AND kind = 'clip') ORDER BY path";
    problems.extend(named(library, clipless, "has no vector for the whole of it")?);
    let bare = "SELECT DISTINCT path FROM files JOIN segments ON file_id = files.id
                WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE segment_id = segments.id) ORDER BY path";
    problems.extend(named(library, bare, "has a segment without a vector")?);
    let (vectors, damaged) = read_vectors(library)?;
    problems.extend(shortened(damaged, |path| format!("{path} has a damaged vector")));
    let totals = library.totals()?;
    let detail = format!("{} files, {} segments, {vectors} vectors", totals.files, totals.segments);
    Ok(Finding { part: Part::Catalogue, detail, problems })
}

/// One line for each path that `sql` gives.
fn named(library: &Library, sql: &str, what: &str) -> Result<Vec<String>> {
    let found = library.rows(sql, |row| paths::read(row, 0))?;
    let found = found.iter().map(|path| path.display().to_string()).collect();
    Ok(shortened(found, |path| format!("{path} {what}")))
}

/// The first of `names`, each told by `tell`, and how many more there are.
fn shortened(names: Vec<String>, tell: impl Fn(&str) -> String) -> Vec<String> {
    let mut lines: Vec<String> = names.iter().take(NAMED).map(|name| tell(name)).collect();
    if names.len() > NAMED {
        lines.push(format!("and {} more of these", names.len() - NAMED));
    }
    lines
}

/// Reads every vector; gives their number and the paths of the files that have bad ones.
fn read_vectors(library: &Library) -> Result<(u64, Vec<String>)> {
    let sql = "SELECT value, path FROM vectors JOIN segments ON segments.id = segment_id
               JOIN files ON files.id = file_id ORDER BY segment_id";
    let (mut count, mut damaged) = (0, Vec::new());
    let mut read = || -> rusqlite::Result<()> {
        let mut statement = library.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            count += 1;
            let blob = row.get_ref(0)?.as_blob().unwrap_or_default();
            if blob::decode(blob, library.model.dim).is_none() {
                damaged.push(paths::read(row, 1)?.display().to_string());
            }
        }
        Ok(())
    };
    read().in_library(&library.folder)?;
    damaged.dedup();
    Ok((count, damaged))
}

fn check_text(library: &Library) -> Result<Finding> {
    let finding = |detail: String, problems| Ok(Finding { part: Part::Text, detail, problems });
    let behind = match find_text(library)? {
        StoredIndex::Stored { generation, .. } if let Err(error) = generation.check() => {
            return finding(String::new(), vec![failure::index_problem(&error)]);
        }
        StoredIndex::Stored { behind, .. } => behind,
        StoredIndex::Missing => return finding(String::new(), vec!["it is missing".into()]),
        StoredIndex::Unusable(reason) => return finding(String::new(), vec![reason]),
        StoredIndex::NotNeeded => return finding("not needed".into(), Vec::new()),
    };
    for _ in 0..ATTEMPTS {
        let index = match TextIndex::read(library) {
            Ok(Some(index)) => index,
            Ok(None) => return finding(String::new(), vec!["it is missing".into()]),
            Err(error) => return finding(String::new(), vec![failure::index_problem(&error)]),
        };
        let Some(expected) = found_files(library, index.revision())? else { continue };
        let detail = format!("{} files{}", index.len(), newer(behind));
        let problems = match index.files() {
            Ok(files) if files == expected => Vec::new(),
            Ok(_) => vec!["it does not hold the catalogue's files".into()],
            Err(error) => vec![failure::index_problem(&error)],
        };
        return finding(detail, problems);
    }
    finding(String::new(), vec![unsettled()])
}

/// The files that are found, by id, if that is still `revision`.
fn found_files(library: &Library, revision: Revision) -> Result<Option<Vec<crate::library::record::file::FileId>>> {
    let snapshot = library.snapshot()?;
    if snapshot.revision() != revision {
        return Ok(None);
    }
    let sql = "SELECT id FROM files WHERE +state = 'indexed' ORDER BY id";
    library.rows(sql, |row| row.get(0).map(crate::library::record::file::FileId)).map(Some)
}

fn check_vectors(library: &Library, settings: &Settings, samples: usize) -> Result<(Finding, Option<Audit>)> {
    let finding = |detail: String, problems| Finding { part: Part::Vectors, detail, problems };
    let found = find_vectors(library, settings)?;
    let (mut problems, stored) = match &found {
        StoredIndex::NotNeeded => (Vec::new(), format!("no index up to {}", settings.listed_len)),
        StoredIndex::Missing => (vec!["it is missing".to_owned()], "no index".to_owned()),
        StoredIndex::Unusable(reason) => (vec![reason.clone()], "no index".to_owned()),
        StoredIndex::Stored { generation, behind } => {
            let problems = generation.check().err().map(|error| failure::index_problem(&error));
            (problems.into_iter().collect(), format!("index{}", newer(*behind)))
        }
    };
    if !problems.is_empty() {
        return Ok((finding(stored, problems), None));
    }
    let mut index = VectorIndex::open_with(library, *settings)?;
    for _ in 0..ATTEMPTS {
        let Some(audit) = index.audit(RECALL_LIMIT, samples)? else { continue };
        let counts = [
            (audit.missing, "of the catalogue's vectors are missing from it"),
            (audit.different, "of its vectors differ from the catalogue's"),
            (audit.left_over, "of its vectors are not in the catalogue"),
        ];
        problems.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        return Ok((finding(format!("{} vectors, {stored}", index.len()), problems), Some(audit)));
    }
    Ok((finding(stored, vec![unsettled()]), None))
}

/// What hits are judged by is made by searches; what is stored of it must be what was written.
fn check_background(library: &Library) -> Option<Finding> {
    let name = Part::Background.name();
    let folder = derived::folder(library).join(name);
    fs::metadata(&folder).ok()?;
    let problems = derived::check_files(library, name).err().map(|error| failure::index_problem(&error));
    let detail = "what hits are judged by".to_owned();
    Some(Finding { part: Part::Background, detail, problems: problems.into_iter().collect() })
}

/// Removes what hits are judged by, where it is not what was written; the next search makes it again.
///
/// # Errors
/// Stage `catalogue` if the folder cannot be written.
pub(crate) fn drop_damaged_background(library: &Library) -> Result<()> {
    let is_damaged = check_background(library).is_some_and(|finding| !finding.problems.is_empty());
    if is_damaged { derived::clear(library, Part::Background.name()) } else { Ok(()) }
}

fn newer(behind: u64) -> String {
    match behind {
        0 => String::new(),
        count => format!(", {count} changed files newer than it"),
    }
}

fn unsettled() -> String {
    "another process is changing the library; check again when it has finished".into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library::record::change::Change;
    use crate::library::refresh::{IndexOutcome, repair_with};
    use crate::library::tests::{failed, indexed, library_with};
    use crate::library::writer::Writer;

    /// Above four vectors there are lists.
    fn settings() -> Settings {
        Settings { scanned_len: 2, listed_len: 4, list_len: 2, newer_len: 3, ..Settings::default() }
    }

    fn refreshed() -> (tempfile::TempDir, Writer) {
        let mut changes: Vec<Change> = (1..9).map(|content| indexed(format!("/s/{content}.wav"), content)).collect();
        changes.push(failed("/s/bad.wav", 100));
        let (folder, writer) = library_with(&changes);
        let report = repair_with(writer.library(), &settings(), &|_| std::ops::ControlFlow::Continue(())).unwrap();
        assert_eq!((report.text, report.vectors), (IndexOutcome::Made, IndexOutcome::Made));
        (folder, writer)
    }

    fn verdict(writer: &Writer) -> LibraryCheck {
        check_with(writer.library(), &settings(), 5).unwrap()
    }

    /// Checks which parts are bad after `damage`, and which are after a refresh.
    #[track_caller]
    fn check_after(damage: impl FnOnce(&Path, &mut Writer), bad: &[Part], bad_still: &[Part]) {
        let (folder, mut writer) = refreshed();
        assert!(verdict(&writer).agrees(), "{:?}", verdict(&writer));
        damage(folder.path(), &mut writer);
        let parts = |verdict: LibraryCheck| -> Vec<Part> {
            verdict.findings.into_iter().filter(|finding| !finding.problems.is_empty()).map(|it| it.part).collect()
        };
        assert_eq!(parts(verdict(&writer)), bad);
        repair_with(writer.library(), &settings(), &|_| std::ops::ControlFlow::Continue(())).unwrap();
        assert_eq!(parts(verdict(&writer)), bad_still);
    }

    /// Changes a byte of a file of the index `name`.
    fn corrupt(folder: &Path, name: &str) {
        let shelf = folder.join("derived").join(name);
        let mut files = walkdir::WalkDir::new(shelf).min_depth(2).into_iter().flatten();
        let file = files.find(|entry| entry.file_type().is_file()).unwrap().into_path();
        let mut bytes = fs::read(&file).unwrap();
        bytes[0] ^= 1;
        fs::write(file, bytes).unwrap();
    }

    #[test]
    fn damage_to_what_is_derived_is_found_and_mended() {
        check_after(|folder, _| corrupt(folder, "text"), &[Part::Text], &[]);
        check_after(|folder, _| corrupt(folder, "vectors"), &[Part::Vectors], &[]);
        check_after(|folder, _| fs::remove_dir_all(folder.join("derived")).unwrap(), &[Part::Text, Part::Vectors], &[]);
        let manifest = |folder: &Path| fs::write(folder.join("derived/vectors/current"), "{}\n").unwrap();
        check_after(|folder, _| manifest(folder), &[Part::Vectors], &[]);
    }

    #[test]
    fn commits_since_an_index_was_stored_are_no_damage() {
        let more = |writer: &mut Writer| {
            writer.commit(&[indexed("/s/new.wav", 50), Change::Vanished { path: "/s/1.wav".into() }]).unwrap();
        };
        check_after(|_, writer| more(writer), &[], &[]);
        check_after(|_, writer| writer.forget(&["/s/1.wav".into(), "/s/2.wav".into()]).unwrap(), &[], &[]);
    }

    #[test]
    fn an_index_of_other_vectors_than_the_catalogues_is_found_though_its_files_are_whole() {
        // Behind the triggers' back, as only damage can.
        let sql = "DROP TRIGGER vector_changed; UPDATE vectors SET value = (SELECT value FROM vectors WHERE
                   segment_id = 3) WHERE segment_id = 1";
        let swap = |writer: &mut Writer| writer.library().connection.execute_batch(sql).unwrap();
        check_after(|_, writer| swap(writer), &[Part::Vectors], &[Part::Vectors]);
    }

    #[test]
    fn damage_to_the_catalogue_is_named() {
        for (sql, expected) in [
            ("UPDATE vectors SET value = zeroblob(16) WHERE segment_id = 1", "/s/1.wav has a damaged vector"),
            ("DELETE FROM vectors WHERE segment_id = 2", "/s/2.wav has a segment without a vector"),
            ("DELETE FROM segments WHERE file_id = 3", "/s/3.wav has no vector for the whole"),
            ("UPDATE meta SET value = '' WHERE key = 'model_name'", "which model"),
            ("PRAGMA foreign_keys = OFF; DELETE FROM files WHERE id = 1", "belong to nothing"),
        ] {
            let (folder, writer) = refreshed();
            writer.library().connection.execute_batch(sql).unwrap();
            let verdict = check_with(&Library::open(folder.path()).unwrap(), &settings(), 5).unwrap();
            let problems = &verdict.findings[0].problems;
            assert!(!verdict.is_catalogue_sound() && problems.iter().any(|it| it.contains(expected)), "{problems:?}");
        }
    }
}
