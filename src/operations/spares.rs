//! Sounds that a library has more than once → for each, which file to keep and how many bytes the others take. Nothing is ever
//! deleted; what to do about it is for people and their tools.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::Metadata;

use crate::error::Result;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::{FileId, Mark, Stamp};
use crate::operations::duplicates::{DuplicateKind, SoundGroup, find_duplicates, survey_alike};
use crate::operations::observer::Observer;
use crate::search::map::AlikeSounds;

/// What the names of codecs begin with that keep every sample as it was.
const LOSSLESS: [&str; 7] = ["pcm", "flac", "alac", "wavpack", "ape", "tta", "mlp"];

/// Which file of several is kept. Among those that are equal it is the one with the shortest path, then the first by path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepRule {
    /// The one with the fewest letters in its path.
    #[default]
    ShortestPath,
    /// The one that was changed first.
    Oldest,
    /// The one that was changed last.
    Newest,
    /// The one with the most bytes.
    Largest,
    /// The one that was made with the least loss: a lossless codec before a lossy one, then the higher sample rate, more
    /// channels, the longer sound, more bytes.
    BestQuality,
}

/// Files that hold one sound.
#[derive(Debug, Clone, PartialEq)]
pub struct CopySet {
    /// How they are alike, in the loosest way that joins them.
    pub kind: DuplicateKind,
    /// The least cosine between two of them that are joined; 1 for the same bytes.
    pub cosine: f32,
    /// The files, the one to keep first, then by path; two or more.
    pub files: Vec<CopyFile>,
    /// Bytes on disk that the others take. Several names of one file (hard links) take none.
    pub reclaimable_bytes: u64,
}

/// One file of a [`CopySet`].
#[derive(Debug, Clone, PartialEq)]
pub struct CopyFile {
    /// What is known of it.
    pub card: FileCard,
    /// Its size and time as they are now.
    pub stamp: Stamp,
    /// Its mark as it is now, where the file system has one.
    mark: Option<Mark>,
}

/// The sounds that `library` has more than once in one of these `kinds`, those that take the most bytes first. Files that are
/// not on disk at the moment are left out. `None` if it was stopped.
///
/// # Errors
/// Stage `catalogue` if the catalogue cannot be read.
pub fn find_spares(
    library: &Library,
    kinds: &[DuplicateKind],
    keep: KeepRule,
    observer: &Observer<'_>,
) -> Result<Option<Vec<CopySet>>> {
    let needs_vectors = kinds.iter().any(|kind| *kind != DuplicateKind::SameBytes);
    let alike = if needs_vectors { survey_alike(library, observer)? } else { Some(AlikeSounds::default()) };
    let Some(alike) = alike else { return Ok(None) };
    let mut groups = find_duplicates(library, &alike.clips, &alike.pairs)?;
    groups.retain(|group| kinds.contains(&group.kind));
    let mut sets = Vec::new();
    for group in joined(groups) {
        let cards = library.cards(&group.files)?.into_values();
        let mut files: Vec<CopyFile> = cards.filter_map(CopyFile::seen).collect();
        if files.len() > 1 {
            files.sort_by(|a, b| a.card.path.cmp(&b.card.path));
            files.sort_by_cached_key(|file| keep.rank(file));
            files[1..].sort_by(|a, b| a.card.path.cmp(&b.card.path));
            let reclaimable_bytes = reclaimable_bytes(&files);
            sets.push(CopySet { kind: group.kind, cosine: group.cosine, files, reclaimable_bytes });
        }
    }
    sets.sort_by_key(|set| Reverse(set.reclaimable_bytes));
    Ok(Some(sets))
}

impl CopyFile {
    fn seen(card: FileCard) -> Option<Self> {
        let metadata = card.path.metadata().ok().filter(Metadata::is_file)?;
        Some(CopyFile { stamp: Stamp::of(&metadata), mark: Mark::of(&metadata), card })
    }
}

impl KeepRule {
    /// What the files are ordered by, the one to keep first.
    fn rank(self, file: &CopyFile) -> ([i128; 5], usize) {
        let (card, stamp) = (&file.card, file.stamp);
        let bytes = i128::from(stamp.size_bytes);
        let rank = match self {
            KeepRule::ShortestPath => [0; 5],
            KeepRule::Oldest => [i128::from(stamp.modified_ns), 0, 0, 0, 0],
            KeepRule::Newest => [-i128::from(stamp.modified_ns), 0, 0, 0, 0],
            KeepRule::Largest => [-bytes, 0, 0, 0, 0],
            KeepRule::BestQuality => {
                let is_lossless = LOSSLESS.iter().any(|codec| card.codec.starts_with(codec));
                // In tenths of a second: less is silence at an end, or a codec's delay.
                let tenths = (card.duration_seconds * 10.0).round() as i128;
                [-i128::from(is_lossless), -i128::from(card.rate_hz), -i128::from(card.channels), -tenths, -bytes]
            }
        };
        (rank, card.path.as_os_str().len())
    }
}

/// Bytes that all but the first of `files` take.
fn reclaimable_bytes(files: &[CopyFile]) -> u64 {
    let mut seen: HashSet<u64> = files[0].mark.map(|mark| mark.inode).into_iter().collect();
    let mut takes = |file: &&CopyFile| file.mark.is_none_or(|mark| seen.insert(mark.inode));
    files[1..].iter().filter(|file| takes(file)).map(|file| file.stamp.size_bytes).sum()
}

/// `groups` with those joined that share a file, so that each file is in one.
fn joined(groups: Vec<SoundGroup>) -> Vec<SoundGroup> {
    let mut joined: BTreeMap<usize, SoundGroup> = BTreeMap::new();
    let mut place_of: HashMap<FileId, usize> = HashMap::new();
    for (place, mut group) in groups.into_iter().enumerate() {
        let mut touched: Vec<usize> = group.files.iter().filter_map(|file| place_of.get(file).copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        for other in touched.into_iter().filter_map(|place| joined.remove(&place)) {
            group.kind = group.kind.max(other.kind);
            group.cosine = group.cosine.min(other.cosine);
            group.files.extend(other.files);
        }
        group.files.sort_unstable();
        group.files.dedup();
        place_of.extend(group.files.iter().map(|file| (*file, place)));
        joined.insert(place, group);
    }
    joined.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(kind: DuplicateKind, cosine: f32, files: &[i64]) -> SoundGroup {
        SoundGroup { kind, cosine, files: files.iter().map(|number| FileId::from_number(*number)).collect() }
    }

    #[test]
    fn groups_that_share_a_file_are_one() {
        use DuplicateKind::{NearIdentical, SameBytes, SameRecording};
        let groups = vec![
            group(SameBytes, 1.0, &[1, 2]),
            group(SameBytes, 1.0, &[5, 6]),
            group(SameRecording, 0.99, &[2, 3]),
            group(NearIdentical, 0.98, &[7, 8]),
            group(NearIdentical, 0.97, &[3, 6]),
        ];
        let expected = [group(NearIdentical, 0.98, &[7, 8]), group(NearIdentical, 0.97, &[1, 2, 3, 5, 6])];
        assert_eq!(joined(groups), expected);
    }

    #[track_caller]
    fn check(rule: KeepRule, expected: &str) {
        let card = |path: &str, codec: &str, rate_hz| FileCard {
            id: FileId::from_number(1),
            path: path.into(),
            hash: None,
            size_bytes: 0,
            modified_ns: 0,
            container: String::new(),
            codec: codec.into(),
            rate_hz,
            channels: 1,
            duration_seconds: 5.0,
            recorded: None,
            segments: Vec::new(),
        };
        let file =
            |card, size_bytes, modified_ns| CopyFile { card, stamp: Stamp { size_bytes, modified_ns }, mark: None };
        let files = [
            file(card("/short", "mp3", 48_000), 10, 5),
            file(card("/old/in-a-folder", "pcm_s16le", 8_000), 20, 1),
            file(card("/large/in-a-folder", "vorbis", 44_100), 90, 3),
            file(card("/good/in-a-folder", "flac", 44_100), 30, 4),
            file(card("/new/in-a-folder", "mp3", 44_100), 20, 9),
        ];
        let kept = files.iter().min_by_key(|file| rule.rank(file)).unwrap();
        assert!(kept.card.path.starts_with(expected), "{rule:?}: {}", kept.card.path.display());
    }

    #[test]
    fn each_rule_keeps_the_file_that_it_names() {
        check(KeepRule::ShortestPath, "/short");
        check(KeepRule::Oldest, "/old");
        check(KeepRule::Newest, "/new");
        check(KeepRule::Largest, "/large");
        check(KeepRule::BestQuality, "/good");
    }
}
