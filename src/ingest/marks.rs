//! The marks of files found by the walk, compared with those in the catalogue → which files were changed by something that
//! kept their size and time.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::ingest::walk::WalkEntry;
use crate::library::record::file::{Known, Mark};

/// The marks of a library's files, and where their inodes may be believed.
#[derive(Debug, Default)]
pub(super) struct KnownMarks {
    marks: HashMap<PathBuf, Mark>,
    /// Roots none of whose files has kept its inode.
    renumbered: HashSet<usize>,
}

/// What the mark of a file says of it whose size and time are as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has not changed.
    Same,
    /// Nothing speaks against it, and its mark is to be noted.
    ToBeNoted,
    /// Something has changed: its content, or only its name or permissions.
    Changed,
}

impl KnownMarks {
    /// The `marks` of the `known` files, of which `found` are on disk.
    ///
    /// Some file systems (exFAT, several over a network) number their files anew at each mount. Where several files are as
    /// they were, and not one has kept its inode, that is what happened: there inodes say nothing.
    pub(super) fn new(marks: HashMap<PathBuf, Mark>, found: &[WalkEntry], known: &HashMap<PathBuf, Known>) -> Self {
        let mut kept_and_other: HashMap<usize, (usize, usize)> = HashMap::new();
        for file in found {
            let (Some(before), Some(now)) = (marks.get(&file.path), file.mark) else { continue };
            let is_as_it_was = known.get(&file.path).is_some_and(|known| known.stamp == file.stamp)
                && before.inode_changed_ns == now.inode_changed_ns;
            if is_as_it_was {
                let (kept, other) = kept_and_other.entry(file.root).or_default();
                *(if before.inode == now.inode { kept } else { other }) += 1;
            }
        }
        let is_renumbered = |(_, (kept, other)): &(usize, (usize, usize))| *kept == 0 && *other > 1;
        let renumbered = kept_and_other.into_iter().filter(is_renumbered).map(|(root, _)| root).collect();
        KnownMarks { marks, renumbered }
    }

    /// What the mark of `file` says, whose size and time are as they were.
    pub(super) fn verdict(&self, file: &WalkEntry) -> Verdict {
        let Some(now) = file.mark else { return Verdict::Same };
        match self.marks.get(&file.path) {
            None => Verdict::ToBeNoted,
            Some(before) if *before == now => Verdict::Same,
            Some(before) if before.inode_changed_ns == now.inode_changed_ns => {
                if self.renumbered.contains(&file.root) {
                    Verdict::ToBeNoted
                } else {
                    Verdict::Changed
                }
            }
            Some(_) => Verdict::Changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::record::file::{FileState, Stamp};
    use crate::library::record::hearing::Hearing;

    const STAMP: Stamp = Stamp { size_bytes: 1, modified_ns: 1 };

    /// Path, root, and inode with its time of change.
    type Sample = (&'static str, usize, Option<(u64, i64)>);

    fn found(files: &[Sample]) -> Vec<WalkEntry> {
        let entry = |(path, root, mark): &Sample| {
            let mark = mark.map(|(inode, inode_changed_ns)| Mark { inode, inode_changed_ns });
            WalkEntry { path: path.into(), stamp: STAMP, mark, root: *root, hearing: Hearing::Mix }
        };
        files.iter().map(entry).collect()
    }

    #[track_caller]
    fn check(before: &[Sample], now: &[Sample], expected: &[Verdict]) {
        let marks = found(before).into_iter().filter_map(|file| Some((file.path, file.mark?))).collect();
        let (state, hearing) = (FileState::Indexed, Hearing::Mix);
        let known = Known { stamp: STAMP, hash: None, state, hearing, channels: None };
        let known = before.iter().map(|(path, ..)| (PathBuf::from(path), known.clone())).collect();
        let now = found(now);
        let marks = KnownMarks::new(marks, &now, &known);
        assert_eq!(now.iter().map(|file| marks.verdict(file)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_change_shows_in_the_mark_and_what_has_none_is_noted() {
        use Verdict::{Changed, Same, ToBeNoted};
        let before = [("a", 0, Some((1, 10))), ("b", 0, Some((2, 10))), ("c", 0, None), ("d", 0, Some((4, 10)))];
        let now = [("a", 0, Some((1, 10))), ("b", 0, Some((2, 11))), ("c", 0, Some((3, 10))), ("d", 0, None)];
        check(&before, &now, &[Same, Changed, ToBeNoted, Same]);
        // Another file in its place, on a file system that keeps no such times.
        check(&before, &[("a", 0, Some((1, 10))), ("b", 0, Some((9, 10)))], &[Same, Changed]);
    }

    #[test]
    fn files_that_were_all_numbered_anew_have_not_changed() {
        use Verdict::{Changed, Same, ToBeNoted};
        let before =
            [("a", 0, Some((1, 10))), ("b", 0, Some((2, 10))), ("c", 1, Some((3, 10))), ("d", 1, Some((4, 10)))];
        let now = [("a", 0, Some((7, 10))), ("b", 0, Some((8, 10))), ("c", 1, Some((3, 10))), ("d", 1, Some((5, 10)))];
        check(&before, &now, &[ToBeNoted, ToBeNoted, Same, Changed]);
        check(&before[..1], &now[..1], &[Changed]);
    }
}
