//! Known files that a walk did not meet → those that are gone one by one, and the roots that are gone as a whole.
//!
//! A drive that is not mounted, or a folder that was moved, takes all its files with it at once. That is no reason to forget
//! them, so such a root is named instead, and so is a place within one where a drive was mounted and no longer is.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::disk_path::is_gone;
use crate::ingest::request::LostRoots;
use crate::library::record::file::{FileState, Known};

/// A root that is gone as a whole, or the place of a drive within one: it is not there, or has no sound in it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostRoot {
    /// Absolute path.
    pub path: PathBuf,
    /// Number of its files that are known and have not vanished.
    pub files: u64,
}

/// A root, as a walk saw it.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenRoot<'a> {
    pub(super) path: &'a Path,
    pub(super) presence: RootState,
}

/// How much of a root is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RootState {
    /// Some of it.
    Living,
    /// The folder, without sounds.
    Empty,
    /// Nothing.
    Absent,
}

/// What became of known files that a walk did not meet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct UnmetFiles {
    /// Files that are gone.
    pub(super) vanished: Vec<PathBuf>,
    /// Roots, and mounts within others, that are gone as a whole, with files that stay as they are.
    pub(super) lost: Vec<LostRoot>,
}

/// What became of the files that are `missing` below `roots`, in which drives are no longer mounted at `unmounted`. One behind
/// a folder that cannot be read at the moment, say, is not gone.
pub(super) fn settle(
    missing: HashMap<PathBuf, Known>,
    roots: &[SeenRoot<'_>],
    unmounted: &[PathBuf],
    policy: LostRoots,
) -> UnmetFiles {
    let absent = roots.iter().filter(|root| root.presence == RootState::Absent && policy == LostRoots::Keep);
    let mut lost: BTreeMap<PathBuf, u64> = absent.map(|root| (root.path.to_path_buf(), 0)).collect();
    let mut vanished = Vec::new();
    for (path, before) in missing {
        let mut around = roots.iter().filter(|root| path.starts_with(root.path)).peekable();
        let Some(outermost) = around.peek().copied() else { continue };
        if before.state == FileState::Vanished || !is_gone(&path) {
            continue;
        }
        let is_alive = around.any(|root| root.presence == RootState::Living);
        match unmounted.iter().find(|mount| path.starts_with(mount)) {
            _ if policy == LostRoots::Forget => vanished.push(path),
            _ if !is_alive => *lost.entry(outermost.path.to_path_buf()).or_default() += 1,
            Some(mount) => *lost.entry(mount.clone()).or_default() += 1,
            None => vanished.push(path),
        }
    }
    vanished.sort_unstable();
    UnmetFiles { vanished, lost: lost.into_iter().map(|(path, files)| LostRoot { path, files }).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::file::Stamp;
    use crate::library::record::hearing::Hearing;

    #[track_caller]
    fn check(policy: LostRoots, vanished: &[&str], lost: &[(&str, u64)]) {
        let roots = [
            ("/no/living", RootState::Living),
            ("/no/living/within", RootState::Empty),
            ("/no/empty", RootState::Empty),
            ("/no/absent", RootState::Absent),
            ("/no/forgotten", RootState::Absent),
        ];
        let roots = roots.map(|(path, presence)| SeenRoot { path: Path::new(path), presence });
        let known = |state| Known {
            stamp: Stamp { size_bytes: 1, modified_ns: 1 },
            hash: None,
            state,
            hearing: Hearing::Mix,
            channels: None,
        };
        let files = [
            "/no/living/a",
            "/no/living/within/b",
            "/no/living/drive/h",
            "/no/living/drive/sub/i",
            "/no/living/drive-2/j",
            "/no/empty/c",
            "/no/empty/d",
            "/no/absent/e",
            "/no/absent/drive/k",
            "/no/where/f",
        ];
        let unmounted = ["/no/living/drive", "/no/absent/drive"].map(PathBuf::from);
        let mut missing: HashMap<_, _> =
            files.iter().map(|path| (PathBuf::from(path), known(FileState::Indexed))).collect();
        missing.insert("/no/empty/g".into(), known(FileState::Vanished));
        let lost = lost.iter().map(|(path, files)| LostRoot { path: path.into(), files: *files }).collect();
        let expected = UnmetFiles { vanished: vanished.iter().map(PathBuf::from).collect(), lost };
        assert_eq!(settle(missing, &roots, &unmounted, policy), expected);
    }

    #[test]
    fn files_vanish_one_by_one_and_a_root_or_a_drive_that_is_gone_as_a_whole_is_named_instead() {
        let lost = [("/no/absent", 2), ("/no/empty", 2), ("/no/forgotten", 0), ("/no/living/drive", 2)];
        check(LostRoots::Keep, &["/no/living/a", "/no/living/drive-2/j", "/no/living/within/b"], &lost);
        let all = [
            "/no/absent/drive/k",
            "/no/absent/e",
            "/no/empty/c",
            "/no/empty/d",
            "/no/living/a",
            "/no/living/drive/h",
            "/no/living/drive/sub/i",
            "/no/living/drive-2/j",
            "/no/living/within/b",
        ];
        check(LostRoots::Forget, &all, &[]);
    }
}
