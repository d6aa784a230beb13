//! Rows, best first → the same with ghosts last: files that are not there any more, or not at the moment.
//!
//! A folder that was moved, or a drive that is not mounted, is only noticed by the library when it is brought up to date. Until
//! then nobody can open what it finds there, so what can be opened comes first. Only the few files that may be shown are looked
//! for on disk.

use crate::disk_path::is_gone;
use crate::search::rank::RankedRow;

/// Rows that are looked for on disk, for each that is wanted: more than that are not tried to find living ones.
const LOOKED_AT: usize = 8;

/// A row that was looked for on disk.
#[derive(Debug)]
pub(super) struct SeenRow {
    pub(super) row: RankedRow,
    pub(super) is_ghost: bool,
}

/// The best `limit` of `rows`, ghosts after all others.
pub(super) fn last(rows: Vec<RankedRow>, limit: usize) -> Vec<SeenRow> {
    let (mut living, mut ghosts) = (Vec::new(), Vec::new());
    for row in rows.into_iter().take(limit.saturating_mul(LOOKED_AT)) {
        if living.len() == limit {
            break;
        }
        let is_ghost = is_gone(&row.candidate.card.path);
        (if is_ghost { &mut ghosts } else { &mut living }).push(SeenRow { row, is_ghost });
    }
    living.append(&mut ghosts);
    living.truncate(limit);
    living
}

/// Has `kept` stand for the file of `copy`, another of the same recording, if its own is gone and that one is there; the two
/// change places.
pub(super) fn prefer_living(kept: &mut RankedRow, copy: &mut RankedRow) {
    if is_gone(&kept.candidate.card.path) && !is_gone(&copy.candidate.card.path) {
        std::mem::swap(kept, copy);
        std::mem::swap(&mut kept.copies, &mut copy.copies);
    }
}
