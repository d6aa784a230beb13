//! Vectors as codes in lists around centres, on disk: what a large library is searched by.
//!
//! Vectors that are near to each other stand in one list, and a search reads the lists whose centres are near to its query:
//! the inverted file of Jégou, Douze and Schmid (2011), its centres found by an HNSW graph as in SPANN (Chen et al. 2021) and
//! faiss' IVF-HNSW. How many lists are read follows from what is found ([`probe`]). Lists lie in parts, files that never
//! change ([`part`]); new vectors make a new part, and lists are divided and dissolved as they grow and shrink, as in SPFresh
//! (Xu et al. 2023), so that nothing ever has to be made anew ([`grow`]). Rows are numbered through all parts.

pub(super) mod centres;
pub(super) mod grow;
pub(super) mod not_grown;
pub(super) mod part;
pub(super) mod probe;
pub(in crate::library) mod stored;
mod train;
mod write;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::library::record::segment::{SegmentId, SegmentKind};
use crate::library::vectors::codes::Code;
use crate::library::vectors::filter::Filter;
use crate::library::vectors::lists::centres::Centres;
use crate::library::vectors::lists::part::{Damaged, ListPart, RunRows};

/// The lists of a library.
#[derive(Debug)]
pub(super) struct VectorLists {
    centres: Centres,
    parts: Vec<ListPart>,
    /// The first row of each part.
    starts: Vec<usize>,
    /// Rows in each list, the dead too.
    lens: Vec<u32>,
    live_len: usize,
    moments: usize,
    /// Whether something stored was found to be otherwise than it was written.
    damaged: AtomicBool,
}

impl VectorLists {
    /// These parts, whose runs are of lists of `centres`; `None` if they are not.
    pub(super) fn new(centres: Centres, parts: Vec<ListPart>) -> Option<Self> {
        let mut lens = vec![0u32; centres.len()];
        let (mut starts, mut len) = (Vec::with_capacity(parts.len()), 0);
        for part in &parts {
            starts.push(len);
            len += part.len();
            for run in part.runs() {
                let list = lens.get_mut(run.list as usize)?;
                *list = list.checked_add(run.len)?;
            }
        }
        let moments = parts.iter().map(|part| part.moments as usize).sum();
        let live_len = parts.iter().map(|part| part.live.count_ones(..)).sum();
        Some(VectorLists { centres, parts, starts, lens, live_len, moments, damaged: AtomicBool::new(false) })
    }

    /// Number of rows, the dead too.
    pub(super) fn len(&self) -> usize {
        self.starts.last().map_or(0, |start| start + self.parts[self.parts.len() - 1].len())
    }

    /// Number of rows that count.
    pub(super) fn live_len(&self) -> usize {
        self.live_len
    }

    /// Number of lists in use.
    pub(super) fn list_len(&self) -> usize {
        self.centres.used.count_ones(..)
    }

    /// Whether a part should be written again, or is damaged.
    pub(super) fn is_worn(&self) -> bool {
        self.is_damaged() || self.parts.iter().any(grow::is_worn)
    }

    /// Whether a part has been found damaged, so that it has to be made anew.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Size in memory, in bytes, of what does not lie in parts.
    pub(super) fn len_bytes(&self) -> usize {
        let parts: usize = self.parts.iter().map(ListPart::len_bytes).sum();
        self.centres.len_bytes() + self.lens.len() * size_of::<u32>() + parts
    }

    /// The live row of `segment`.
    pub(super) fn row_of(&self, segment: SegmentId) -> Option<usize> {
        self.any_row_of(segment).filter(|row| self.is_live(*row))
    }

    fn any_row_of(&self, segment: SegmentId) -> Option<usize> {
        // Of two rows of one segment the later counts.
        self.parts
            .iter()
            .zip(&self.starts)
            .rev()
            .find_map(|(part, start)| self.noted(part.row_of(segment.0)).flatten().map(|row| start + row))
    }

    /// Whether `row` counts.
    pub(super) fn is_live(&self, row: usize) -> bool {
        let (part, row) = self.place(row);
        self.parts[part].live.contains(row)
    }

    /// The segment of `row`; `None` if it is damaged.
    pub(super) fn segment(&self, row: usize) -> Option<SegmentId> {
        self.row(row).map(|(run, at)| SegmentId(run.ids[at]))
    }

    /// The kind and the code of `row`; `None` if it is damaged.
    pub(super) fn content(&self, row: usize) -> Option<(SegmentKind, Code)> {
        let (run, at) = self.row(row)?;
        Some((kind_of(run.kinds[at]), Code::from_row(run.codes.row(at))))
    }

    /// Stops counting `segment`, if it does.
    pub(super) fn remove(&mut self, segment: SegmentId) {
        if let Some(row) = self.row_of(segment) {
            let (part, row) = self.place(row);
            self.parts[part].live.set(row, false);
            self.live_len -= 1;
        }
    }

    /// Counts `segment` again if a row has it with this kind and this code; whether it does.
    pub(super) fn revive(&mut self, segment: SegmentId, kind: SegmentKind, code: &Code) -> bool {
        let Some(row) = self.any_row_of(segment) else { return false };
        if self.content(row).as_ref() != Some(&(kind, code.clone())) {
            return false;
        }
        let (part, row) = self.place(row);
        self.live_len += usize::from(!self.parts[part].live.put(row));
        true
    }

    /// Calls `take` with every live row that `filter` lets through and its cosine with `query`.
    pub(super) fn every(&self, query: &Code, filter: &Filter<'_>, mut take: impl FnMut(usize, SegmentId, f32)) {
        for (part, start) in self.parts.iter().zip(&self.starts) {
            for at in 0..part.runs().len() {
                let Some(run) = self.noted(part.run(at)) else { return };
                run.codes.cosines(query, 0..run.ids.len(), |row, cosine| {
                    if part.live.contains(run.first + row) && passes(&run, row, filter) {
                        take(start + run.first + row, SegmentId(run.ids[row]), cosine);
                    }
                });
            }
        }
    }

    /// Calls `take` with every live row that `filter` lets through.
    pub(super) fn allowed(&self, filter: &Filter<'_>, mut take: impl FnMut(usize)) {
        for (part, start) in self.parts.iter().zip(&self.starts) {
            if filter.kind.is_none() && filter.among.is_none() {
                part.live.ones().for_each(|row| take(start + row));
                continue;
            }
            for at in 0..part.runs().len() {
                let Some(run) = self.noted(part.run(at)) else { return };
                let rows = (0..run.ids.len()).filter(|row| part.live.contains(run.first + row));
                rows.filter(|row| passes(&run, *row, filter)).for_each(|row| take(start + run.first + row));
            }
        }
    }

    /// The live rows, ascending.
    pub(super) fn live_rows(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().zip(&self.starts).flat_map(|(part, start)| part.live.ones().map(move |row| start + row))
    }

    /// The first row of part `number`.
    fn start_of(&self, number: u32) -> usize {
        self.parts.iter().zip(&self.starts).find(|(part, _)| part.number == number).map_or(0, |(_, start)| *start)
    }

    fn row(&self, row: usize) -> Option<(RunRows<'_>, usize)> {
        let (part, row) = self.place(row);
        self.noted(self.parts[part].row(row))
    }

    /// The part of `row` and its number there.
    fn place(&self, row: usize) -> (usize, usize) {
        let part = self.starts.partition_point(|start| *start <= row) - 1;
        (part, row - self.starts[part])
    }

    /// What was read, noting that it is damaged if it is.
    fn noted<T>(&self, read: Result<T, Damaged>) -> Option<T> {
        read.inspect_err(|Damaged| self.damaged.store(true, Ordering::Relaxed)).ok()
    }
}

/// Whether `filter` lets row `row` of `run` through.
fn passes(run: &RunRows<'_>, row: usize, filter: &Filter<'_>) -> bool {
    filter.kind.is_none_or(|kind| kind == kind_of(run.kinds[row]))
        && filter.among.is_none_or(|among| among.contains(&SegmentId(run.ids[row])))
}

/// The kind that is stored as `byte`.
fn kind_of(byte: u8) -> SegmentKind {
    if byte == 0 { SegmentKind::Clip } else { SegmentKind::Moment }
}
