//! Sounds that a library has more than once: copies of a file, one recording in several forms, and sounds all but the same.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::error::Result;
use crate::library::Library;
use crate::library::browse::ClipRow;
use crate::library::record::file::FileId;
use crate::operations::observer::{Event, Observer};
use crate::search::hit::CopyKind;
use crate::search::map::pairs::{Likeness, SimilarPair};
use crate::search::map::{AlikeSounds, SoundMap, SurveyProgress};

/// Groups of copies at most.
const MOST_COPIES: usize = 10_000;

/// In which way files are alike, the strictest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DuplicateKind {
    /// Byte for byte.
    SameBytes,
    /// One recording in other bytes.
    SameRecording,
    /// All but the same sound.
    NearIdentical,
}

impl DuplicateKind {
    /// The kind's name as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            DuplicateKind::SameBytes => CopyKind::SameBytes.name(),
            DuplicateKind::SameRecording => Likeness::SameRecording.name(),
            DuplicateKind::NearIdentical => Likeness::NearIdentical.name(),
        }
    }
}

/// Files that may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundGroup {
    /// In which way they are alike.
    pub kind: DuplicateKind,
    /// The least cosine between two of them that are joined.
    pub cosine: f32,
    /// The files.
    pub files: Vec<FileId>,
}

/// `library` seen as a whole, which takes seconds for 100,000 sounds; `None` if it was stopped.
///
/// # Errors
/// As [`SoundMap::survey`].
pub fn survey(library: &Library, observer: &Observer<'_>) -> Result<Option<SoundMap>> {
    SoundMap::survey(library, &|progress| told(observer, progress))
}

/// The sounds of `library` that are alike; `None` if it was stopped.
///
/// # Errors
/// As [`AlikeSounds::survey`].
pub(super) fn survey_alike(library: &Library, observer: &Observer<'_>) -> Result<Option<AlikeSounds>> {
    AlikeSounds::survey(library, &|progress| told(observer, progress))
}

fn told(observer: &Observer<'_>, progress: SurveyProgress) -> ControlFlow<()> {
    observer.tell(Event::Comparing(progress));
    observer.flow()
}

/// The groups in `library`, whose `clips` have these `pairs` that are alike: copies first, then those of one recording, then
/// those all but the same. Nothing is ever deleted.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read.
pub fn find_duplicates(library: &Library, clips: &[ClipRow], pairs: &[SimilarPair]) -> Result<Vec<SoundGroup>> {
    let copies = library.copies(MOST_COPIES)?.into_iter().map(|copies| SoundGroup {
        kind: DuplicateKind::SameBytes,
        cosine: 1.0,
        files: copies.files.into_iter().map(|(id, _)| id).collect(),
    });
    Ok(copies.chain(alike(clips, pairs)).collect())
}

/// The groups of sounds that are alike: first those of one recording, then of what is left those all but the same.
fn alike(clips: &[ClipRow], pairs: &[SimilarPair]) -> Vec<SoundGroup> {
    let mut groups = Vec::new();
    let kinds = [
        (Likeness::SameRecording, DuplicateKind::SameRecording),
        (Likeness::NearIdentical, DuplicateKind::NearIdentical),
    ];
    for (likeness, kind) in kinds {
        let pairs: Vec<&SimilarPair> = pairs.iter().filter(|pair| pair.likeness == likeness).collect();
        groups.extend(joined(&pairs).into_iter().map(|(cosine, members)| SoundGroup {
            kind,
            cosine,
            files: members.into_iter().map(|clip| clips[clip].file).collect(),
        }));
    }
    groups
}

/// The groups that `pairs` join, with the least cosine in each, the most alike first.
fn joined(pairs: &[&SimilarPair]) -> Vec<(f32, Vec<usize>)> {
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut groups: Vec<(f32, Vec<usize>)> = Vec::new();
    for pair in pairs {
        let (first, second) = (group_of.get(&pair.first).copied(), group_of.get(&pair.second).copied());
        let group = match (first, second) {
            (Some(first), Some(second)) if first != second => {
                let (_, moved) = std::mem::take(&mut groups[second]);
                group_of.extend(moved.iter().map(|member| (*member, first)));
                groups[first].1.extend(moved);
                first
            }
            (Some(group), _) | (None, Some(group)) => group,
            (None, None) => {
                groups.push((pair.cosine, Vec::new()));
                groups.len() - 1
            }
        };
        for member in [pair.first, pair.second] {
            if group_of.insert(member, group).is_none() {
                groups[group].1.push(member);
            }
        }
        groups[group].0 = groups[group].0.min(pair.cosine);
    }
    groups.retain(|(_, members)| !members.is_empty());
    groups.sort_by(|a, b| b.0.total_cmp(&a.0));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_touch_are_one_group() {
        let pair = |first, second, cosine| SimilarPair { first, second, cosine, likeness: Likeness::NearIdentical };
        let pairs = [pair(1, 2, 0.999), pair(5, 6, 0.995), pair(3, 4, 0.99), pair(2, 3, 0.985)];
        let groups = joined(&pairs.iter().collect::<Vec<_>>());
        assert_eq!(groups, [(0.995, vec![5, 6]), (0.985, vec![1, 2, 3, 4])]);
    }
}
