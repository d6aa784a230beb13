//! Files found by the walk, compared with the catalogue → the work to be done. It reads no file.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::ingest::marks::{KnownMarks, Verdict};
use crate::ingest::missing::{self, LostRoot, RootState, SeenRoot, UnmetFiles};
use crate::ingest::mounts::is_mounted;
use crate::ingest::request::{FailurePolicy, LostRoots, ReadPolicy};
use crate::ingest::walk::{FoundFiles, WalkEntry};
use crate::library::Library;
use crate::library::record::change::Change;
use crate::library::record::file::{FileState, Hash, Known};
use crate::library::record::hearing::Hearing;

/// The work of a run.
#[derive(Debug, Default)]
pub(super) struct IngestPlan {
    /// Files to look into, in the order of the walk.
    pub(super) todo: Vec<WalkEntry>,
    /// Those of them that the catalogue knew with other content.
    pub(super) known_before: HashSet<PathBuf>,
    /// All content that the catalogue knows, with what is heard of it.
    pub(super) known_content: HashSet<(Hash, Hearing)>,
    /// Changes that can be recorded without looking into any file.
    pub(super) bookkeeping: Vec<Change>,
    /// Number of files that need no work.
    pub(super) unchanged: u64,
    /// Files that are gone.
    pub(super) vanished: Vec<PathBuf>,
    /// Roots that are gone as a whole, and drives in them that are not mounted, whose files stay as they are.
    pub(super) lost: Vec<LostRoot>,
    /// Where drives are or were mounted, as is to be remembered.
    pub(super) mounts: Vec<PathBuf>,
}

/// Decides what is to be done about each file that was `found` or is known; `absent` are roots that could not be walked, for
/// they are not there.
pub(super) fn compare(
    found: FoundFiles,
    absent: &[PathBuf],
    library: &Library,
    policies: Policies,
) -> Result<IngestPlan> {
    let mut known = library.known_files()?;
    let marks = KnownMarks::new(library.marks()?, &found.files, &known);
    let mut plan = IngestPlan { known_content: known_content(&known), ..IngestPlan::default() };
    if policies.retries() {
        // Or a file that failed would be recognised by its content as one that fails.
        for failed in known.values().filter(|known| known.state == FileState::Failed) {
            failed.hash.map(|hash| plan.known_content.remove(&(hash, failed.hearing)));
        }
    }
    let mut presence = vec![RootState::Empty; found.roots.len()];
    let remembered = library.mounts()?;
    let is_walked = |mount: &Path| found.roots.iter().any(|root| mount.starts_with(root));
    let mut unmounted = remembered.clone();
    unmounted.retain(|mount| is_walked(mount) && !found.mounts.contains(mount) && !is_mounted(mount));
    for candidate in found.files {
        let before = known.remove(&candidate.path);
        if before.is_some() || candidate.looks_like_sound() {
            presence[candidate.root] = RootState::Living;
            // Whatever was mounted there, its sounds are here now.
            unmounted.retain(|mount| !candidate.path.starts_with(mount));
        }
        plan.take(candidate, before, policies, &marks);
    }
    let walked = found.roots.iter().zip(presence).map(|(path, presence)| SeenRoot { path, presence });
    let absent = absent.iter().map(|path| SeenRoot { path, presence: RootState::Absent });
    plan.take_missing(known, &walked.chain(absent).collect::<Vec<_>>(), &unmounted, policies.lost);
    let is_kept = |mount: &PathBuf| {
        let is_lost = || plan.lost.iter().any(|lost| mount.starts_with(&lost.path));
        !is_walked(mount) || is_mounted(mount) || is_lost()
    };
    let all: BTreeSet<PathBuf> = remembered.into_iter().filter(is_kept).chain(found.mounts).collect();
    plan.mounts = all.into_iter().collect();
    Ok(plan)
}

/// Which files a run looks into that it might leave alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Policies {
    pub(super) failures: FailurePolicy,
    pub(super) reading: ReadPolicy,
    pub(super) lost: LostRoots,
}

impl Policies {
    /// Whether files that failed are tried again.
    fn retries(self) -> bool {
        self.failures == FailurePolicy::Retry || self.reading == ReadPolicy::Everything
    }

    /// Whether `found` needs no look: it is as it was `before`, as far as the file system can say, and the same is to be heard
    /// of it.
    fn is_unchanged(self, before: &Known, found: &WalkEntry, marks: &KnownMarks) -> bool {
        self.reading == ReadPolicy::Changed
            && before.stamp == found.stamp
            && before.hearing == before.channels.map_or(found.hearing, |channels| found.hearing.of_channels(channels))
            && marks.verdict(found) != Verdict::Changed
    }
}

/// All content among the `known` files, with what is heard of it.
pub(super) fn known_content(known: &HashMap<PathBuf, Known>) -> HashSet<(Hash, Hearing)> {
    known.values().filter_map(|known| Some((known.hash?, known.hearing))).collect()
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

    /// Marks the files that the walk should have met and that are indeed gone.
    fn take_missing(
        &mut self,
        missing: HashMap<PathBuf, Known>,
        roots: &[SeenRoot<'_>],
        unmounted: &[PathBuf],
        policy: LostRoots,
    ) {
        let UnmetFiles { vanished, lost } = missing::settle(missing, roots, unmounted, policy);
        (self.vanished, self.lost) = (vanished, lost);
        self.bookkeeping.extend(self.vanished.iter().map(|path| Change::Vanished { path: path.clone() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedding::Space;
    use crate::error::Stage;
    use crate::library::record::file::{FileFacts, Stamp};
    use crate::library::writer::Writer;

    fn facts(path: &Path, size_bytes: u64) -> FileFacts {
        let stamp = Stamp { size_bytes, modified_ns: 0 };
        FileFacts { path: path.to_path_buf(), stamp, hash: Some(Hash([1; 32])), hearing: Hearing::Mix }
    }

    fn candidate(path: &Path, size_bytes: u64) -> WalkEntry {
        let stamp = Stamp { size_bytes, modified_ns: 0 };
        WalkEntry { path: path.to_path_buf(), stamp, mark: None, root: 0, hearing: Hearing::Mix }
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
        let walked = FoundFiles { roots: vec![folder.path().to_path_buf()], files, ..FoundFiles::default() };
        let plan = compare(walked, &[], writer.library(), Policies::default()).unwrap();
        let todo: Vec<_> = plan.todo.iter().map(|candidate| candidate.path.clone()).collect();
        assert_eq!(todo, [at("changed"), at("new")]);
        assert_eq!(plan.known_before, HashSet::from([at("changed")]));
        assert_eq!((plan.unchanged, plan.vanished), (2, vec![at("gone")]));
        let expected = [Change::Returned { path: at("back") }, Change::Vanished { path: at("gone") }];
        assert_eq!(plan.bookkeeping, expected);
        let walked = || FoundFiles {
            roots: vec![folder.path().to_path_buf()],
            files: vec![candidate(&at("same"), 5)],
            ..FoundFiles::default()
        };
        for policies in [
            Policies { failures: FailurePolicy::Retry, ..Policies::default() },
            Policies { reading: ReadPolicy::Everything, ..Policies::default() },
        ] {
            let retried = compare(walked(), &[], writer.library(), policies).unwrap();
            assert_eq!((retried.todo.len(), retried.known_content.len()), (1, 0));
        }
        let kept = compare(walked(), &[], writer.library(), Policies::default()).unwrap();
        assert_eq!((kept.todo.len(), kept.known_content.len()), (0, 1));
    }
}
