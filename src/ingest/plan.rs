//! Files found by the walk, compared with the catalogue → the work to be done. It reads no file.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::ingest::marks::{KnownMarks, Verdict};
use crate::ingest::request::{FailurePolicy, ReadPolicy};
use crate::ingest::walk::{FoundFiles, WalkEntry};
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::record::file::{FileState, Hash, Known};

/// The work of a run.
#[derive(Debug, Default)]
pub(super) struct IngestPlan {
    /// Files to look into, in the order of the walk.
    pub(super) todo: Vec<WalkEntry>,
    /// Those of them that the catalogue knew with other content.
    pub(super) known_before: HashSet<PathBuf>,
    /// Hashes of all content that the catalogue knows.
    pub(super) known_content: HashSet<Hash>,
    /// Changes that can be recorded without looking into any file.
    pub(super) bookkeeping: Vec<Change>,
    /// Number of files that need no work.
    pub(super) unchanged: u64,
    /// Number of files that are gone.
    pub(super) vanished: u64,
}

/// Decides what is to be done about each file that was `found` or is known.
pub(super) fn compare(found: FoundFiles, library: &Library, policies: Policies) -> Result<IngestPlan> {
    let mut known = library.known_files()?;
    let marks = KnownMarks::new(library.marks()?, &found.files, &known);
    let mut plan = IngestPlan { known_content: known_content(&known), ..IngestPlan::default() };
    if policies.retries() {
        // Or a file that failed would be recognised by its content as one that fails.
        for failed in known.values().filter(|known| known.state == FileState::Failed) {
            failed.hash.map(|hash| plan.known_content.remove(&hash));
        }
    }
    for candidate in found.files {
        let before = known.remove(&candidate.path);
        plan.take(candidate, before, policies, &marks);
    }
    plan.take_missing(known, &found.roots);
    Ok(plan)
}

/// Which files a run looks into that it might leave alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Policies {
    pub(super) failures: FailurePolicy,
    pub(super) reading: ReadPolicy,
}

impl Policies {
    /// Whether files that failed are tried again.
    fn retries(self) -> bool {
        self.failures == FailurePolicy::Retry || self.reading == ReadPolicy::Everything
    }

    /// Whether `found` needs no look: it is as it was `before`, as far as the file system can say.
    fn is_unchanged(self, before: &Known, found: &WalkEntry, marks: &KnownMarks) -> bool {
        self.reading == ReadPolicy::Changed && before.stamp == found.stamp && marks.verdict(found) != Verdict::Changed
    }
}

/// Hashes of all content among the `known` files.
pub(super) fn known_content(known: &HashMap<PathBuf, Known>) -> HashSet<Hash> {
    known.values().filter_map(|known| known.hash).collect()
}

impl IngestPlan {
    fn take(&mut self, candidate: WalkEntry, before: Option<Known>, policies: Policies, marks: &KnownMarks) {
        match before {
            Some(Known { state: FileState::Failed, .. }) if policies.retries() => self.todo.push(candidate),
            Some(before) if policies.is_unchanged(&before, &candidate, marks) => {
                self.unchanged += 1;
                let (path, verdict) = (candidate.path.clone(), marks.verdict(&candidate));
                if let Some(mark) = candidate.mark.filter(|_| verdict == Verdict::ToBeNoted) {
                    self.bookkeeping.push(Change::Marked { path, mark });
                }
                if before.state == FileState::Vanished {
                    self.bookkeeping.push(Change::Returned { path: candidate.path });
                }
            }
            Some(_) => {
                self.known_before.insert(candidate.path.clone());
                self.todo.push(candidate);
            }
            None => self.todo.push(candidate),
        }
    }

    /// Marks the files that the walk should have met and that are indeed gone: one behind a folder that cannot be read
    /// at the moment, say, is not.
    fn take_missing(&mut self, missing: HashMap<PathBuf, Known>, roots: &[PathBuf]) {
        for (path, before) in missing {
            let expected = before.state != FileState::Vanished && roots.iter().any(|root| path.starts_with(root));
            if expected && is_gone(&path) {
                self.vanished += 1;
                self.bookkeeping.push(Change::Vanished { path });
            }
        }
    }
}

fn is_gone(path: &Path) -> bool {
    let gone = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    path.symlink_metadata().is_err_and(|error| gone.contains(&error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedding::Space;
    use crate::error::Stage;
    use crate::library::record::file::{FileFacts, Stamp};
    use crate::library::writer::Writer;

    fn facts(path: &Path, size_bytes: u64) -> FileFacts {
        FileFacts { path: path.to_path_buf(), stamp: Stamp { size_bytes, modified_ns: 0 }, hash: Some(Hash([1; 32])) }
    }

    fn candidate(path: &Path, size_bytes: u64) -> WalkEntry {
        WalkEntry { path: path.to_path_buf(), stamp: Stamp { size_bytes, modified_ns: 0 }, mark: None, root: 0 }
    }

    #[test]
    fn only_new_and_changed_files_are_looked_into_and_only_missing_ones_below_a_root_vanish() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let model = Space { name: "m".into(), fingerprint: "f".into(), dim: 2 };
        let mut writer = Writer::open(&at("library"), &model).unwrap();
        std::fs::write(at("unwalked"), "still on disk").unwrap();
        let names = ["same", "changed", "gone", "back", "unwalked"].map(at);
        let elsewhere = PathBuf::from("/elsewhere/gone");
        for path in names.iter().chain([&elsewhere]) {
            let (stage, reason) = (Stage::Decode, "bad".to_owned());
            writer.commit(&[Change::Failed { file: facts(path, 5), stage, reason }]).unwrap();
        }
        writer.commit(&[Change::Vanished { path: at("back") }]).unwrap();
        let files = vec![
            candidate(&at("same"), 5),
            candidate(&at("changed"), 6),
            candidate(&at("back"), 5),
            candidate(&at("new"), 5),
        ];
        let walked = FoundFiles { roots: vec![folder.path().to_path_buf()], files, unreadable: Vec::new() };
        let plan = compare(walked, writer.library(), Policies::default()).unwrap();
        let todo: Vec<_> = plan.todo.iter().map(|candidate| candidate.path.clone()).collect();
        assert_eq!(todo, [at("changed"), at("new")]);
        assert_eq!(plan.known_before, HashSet::from([at("changed")]));
        assert_eq!((plan.unchanged, plan.vanished), (2, 1));
        let expected = [Change::Returned { path: at("back") }, Change::Vanished { path: at("gone") }];
        assert_eq!(plan.bookkeeping, expected);
        let walked = || FoundFiles {
            roots: vec![folder.path().to_path_buf()],
            files: vec![candidate(&at("same"), 5)],
            unreadable: Vec::new(),
        };
        for policies in [
            Policies { failures: FailurePolicy::Retry, ..Policies::default() },
            Policies { reading: ReadPolicy::Everything, ..Policies::default() },
        ] {
            let retried = compare(walked(), writer.library(), policies).unwrap();
            assert_eq!((retried.todo.len(), retried.known_content.len()), (1, 0));
        }
        let kept = compare(walked(), writer.library(), Policies::default()).unwrap();
        assert_eq!((kept.todo.len(), kept.known_content.len()), (0, 1));
    }
}
