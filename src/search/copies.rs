//! Rows in the order of the answer → one row a recording, which knows the files that are copies of it.

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::imprint::Imprint;
use crate::library::Library;
use crate::library::lookup::FileCard;
use crate::library::record::file::{FileId, Hash};
use crate::search::ghosts;
use crate::search::rank::RankedRow;
use crate::search::request::Granularity;

/// A recording among the rows, numbered in their order.
type Recording = usize;

/// Folds `rows`, best first: a row of a recording that an earlier row has becomes a copy of that row. Of moments, those fold
/// that lie in the same place of their recording. A file that is gone is a copy of one that is there. The first `limit` rows
/// that are left know all their copies among `rows`; those after them are only told apart by their bytes, as comparing all
/// with all would take its time.
pub(super) fn fold(
    library: &Library,
    rows: Vec<RankedRow>,
    granularity: Granularity,
    limit: usize,
) -> Result<Vec<RankedRow>> {
    let recordings = recordings(library, &rows, limit)?;
    let mut kept: Vec<RankedRow> = Vec::new();
    let mut kept_of: FxHashMap<Recording, Vec<usize>> = FxHashMap::default();
    for mut row in rows {
        let of_recording = kept_of.entry(recordings[&row.candidate.card.id]).or_default();
        let is_in_place = |index: &usize| granularity == Granularity::Files || kept[*index].overlaps(&row);
        let better = of_recording.iter().copied().find(is_in_place);
        match better {
            Some(index) => {
                ghosts::prefer_living(&mut kept[index], &mut row);
                kept[index].copies.push(row.candidate.card);
            }
            None => {
                of_recording.push(kept.len());
                kept.push(row);
            }
        }
    }
    // One whose living copy stands for it may answer less well.
    kept.sort_by(RankedRow::order);
    Ok(kept)
}

/// The recording of each file in `rows`: the same where the bytes are, or where the imprints say that it is one of the first
/// `limit`.
fn recordings(library: &Library, rows: &[RankedRow], limit: usize) -> Result<FxHashMap<FileId, Recording>> {
    let mut cards: Vec<&FileCard> = Vec::new();
    let mut recordings: FxHashMap<FileId, Recording> = FxHashMap::default();
    for card in rows.iter().map(|row| &row.candidate.card) {
        if recordings.insert(card.id, 0).is_none() {
            cards.push(card);
        }
    }
    let imprints = library.imprints_of(&cards.iter().map(|card| card.id).collect::<Vec<_>>())?;
    // The imprint of the first file of each recording: what is a copy of a copy need not be one of that.
    let mut firsts: Vec<Option<&Imprint>> = Vec::new();
    let mut count = 0;
    let mut of_content: FxHashMap<Hash, Recording> = FxHashMap::default();
    for card in cards {
        let imprint = imprints.get(&card.id);
        let same_content = || card.hash.and_then(|hash| of_content.get(&hash).copied());
        let same_recording = || {
            let imprint = imprint?;
            firsts.iter().position(|first| first.is_some_and(|first| first.is_same_recording(imprint)))
        };
        let recording = same_content().or_else(same_recording).unwrap_or(count);
        if recording == count {
            count += 1;
            firsts.extend((count <= limit).then_some(imprint));
        }
        of_content.extend(card.hash.map(|hash| (hash, recording)));
        recordings.insert(card.id, recording);
    }
    Ok(recordings)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::imprint::{BANDS, ImprintFrame};
    use crate::library::lookup::FileFilter;
    use crate::search::hit::{Answer, CopyKind};
    use crate::search::request::{CopyPolicy, Request};
    use crate::search::tests::{Sound, ask, at, paths, searcher_of, words};

    /// The imprint of a recording, another with each `seed`, at a level in dB.
    fn imprint(seed: u32, level_db: f32) -> Imprint {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut frame = |_: usize| {
            let bands_db = std::array::from_fn::<f32, BANDS, _>(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                level_db - (state % 25) as f32
            });
            ImprintFrame { bands_db, pitch_hz: 440.0 }
        };
        Imprint::new(1.0, &(0..60).map(&mut frame).collect::<Vec<_>>())
    }

    fn recorded(path: &str, degrees: f32, seed: u32, level_db: f32) -> Sound {
        let mut sound = Sound::new(path, at(degrees));
        sound.facts.imprint = Some(imprint(seed, level_db));
        sound
    }

    /// Two takes, the first of which is there three times: as a file, with its very bytes, and quieter.
    fn takes() -> Vec<Sound> {
        let first = recorded("/a/one.wav", 0.0, 1, 0.0);
        let again = Sound { content: first.content.clone(), ..recorded("/b/one again.wav", 0.0, 1, 0.0) };
        vec![first, again, recorded("/b/one.mp3", 3.0, 1, -12.0), recorded("/a/two.wav", 5.0, 2, 0.0)]
    }

    fn copies(answer: &Answer, hit: usize) -> Vec<(PathBuf, CopyKind)> {
        answer.hits[hit].copies.iter().map(|copy| (copy.path.clone(), copy.kind)).collect()
    }

    #[test]
    fn the_same_recording_in_other_bytes_is_one_row_and_another_take_is_not() {
        let (_folder, mut searcher) = searcher_of(&takes());
        let answer = ask(&mut searcher, &words("x"), &[0.0]);
        assert_eq!(paths(&answer), ["/a/one.wav", "/a/two.wav"]);
        let expected = [("/b/one again.wav", CopyKind::SameBytes), ("/b/one.mp3", CopyKind::SameRecording)];
        assert_eq!(copies(&answer, 0), expected.map(|(path, kind)| (PathBuf::from(path), kind)));
        assert!(copies(&answer, 1).is_empty());
    }

    #[test]
    fn copies_are_rows_of_their_own_when_asked_for() {
        let (_folder, mut searcher) = searcher_of(&takes());
        let answer = ask(&mut searcher, &Request { copies: CopyPolicy::Listed, ..words("x") }, &[0.0]);
        assert_eq!(answer.hits.len(), 4);
        assert!(answer.hits.iter().all(|hit| hit.copies.is_empty()));
    }

    #[test]
    fn a_filter_that_hides_the_shown_copy_shows_another() {
        let (_folder, mut searcher) = searcher_of(&takes());
        let filter = FileFilter { folders: vec!["/b".into()], ..FileFilter::default() };
        let answer = ask(&mut searcher, &Request { filter, ..words("x") }, &[0.0]);
        assert_eq!(paths(&answer), ["/b/one again.wav"]);
        assert_eq!(copies(&answer, 0), [(PathBuf::from("/b/one.mp3"), CopyKind::SameRecording)]);
    }

    #[test]
    fn copies_leave_room_for_as_many_rows_as_were_asked_for() {
        let mut sounds: Vec<Sound> =
            (0..400u16).map(|n| recorded(&format!("/copy{n}.wav"), 0.0, 1, -f32::from(n % 12))).collect();
        sounds.push(recorded("/other.wav", 40.0, 2, 0.0));
        let (_folder, mut searcher) = searcher_of(&sounds);
        let answer = ask(&mut searcher, &Request { limit: 2, ..words("x") }, &[0.0]);
        assert_eq!((answer.hits.len(), answer.hits[0].copies.len()), (2, 399));
    }

    #[test]
    fn files_without_an_imprint_fold_by_their_bytes_alone() {
        let mut sounds = takes();
        sounds.iter_mut().for_each(|sound| sound.facts.imprint = None);
        let (_folder, mut searcher) = searcher_of(&sounds);
        let answer = ask(&mut searcher, &words("x"), &[0.0]);
        assert_eq!(paths(&answer), ["/a/one.wav", "/b/one.mp3", "/a/two.wav"]);
    }
}
