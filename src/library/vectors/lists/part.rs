//! A part of the lists: a file of runs that never changes, mapped into memory. A run is what the part holds of one list.
//!
//! A run lies in one piece, so that a list that is read for the first time costs one read of the disk: ids (i64), steps
//! (f32), kinds (a byte, 1 for a moment) and codes (i8), row by row, little-endian, each run and its codes beginning at a
//! multiple of 64 bytes. A run is checked when it is first read. A second file has the ids in order, each with its row.

use std::io;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use fixedbitset::FixedBitSet;

use crate::library::derived::mapped::MappedFile;
use crate::library::vectors::codes::CodedRows;

/// Bytes of an id in order, with its row.
const ORDER_ENTRY_LEN: usize = 12;

/// What of a list stands in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListRun {
    /// The list's number.
    pub(super) list: u32,
    /// Number of rows.
    pub(super) len: u32,
    /// BLAKE3 of its bytes.
    pub(super) hash: [u8; 32],
}

/// What of a part is not in its files.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::library::vectors) struct PartRecord {
    /// Its number, by which its files are called.
    pub(super) number: u32,
    /// Its runs, ascending by list.
    pub(super) runs: Vec<ListRun>,
    /// Rows that are moments, the dead too.
    pub(super) moments: u32,
    /// BLAKE3 of its file of ids in order.
    pub(super) order_hash: [u8; 32],
    /// Rows that count.
    pub(super) live: FixedBitSet,
}

/// Where things lie in a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    steps: usize,
    kinds: usize,
    codes: usize,
    end: usize,
    /// Size of the run in bytes, with what fills it up.
    pub(super) len_bytes: usize,
}

impl Layout {
    /// The layout of `len` rows of `dim` values.
    pub(super) fn of(len: usize, dim: usize) -> Self {
        let (steps, kinds) = (len * size_of::<i64>(), len * (size_of::<i64>() + size_of::<f32>()));
        let codes = (kinds + len).next_multiple_of(64);
        let end = codes + len * dim;
        Layout { steps, kinds, codes, end, len_bytes: end.next_multiple_of(64) }
    }

    /// Where the codes begin.
    pub(super) fn codes(&self) -> usize {
        self.codes
    }
}

/// The rows of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunRows<'a> {
    /// Number of the first of them in its part.
    pub(super) first: usize,
    pub(super) ids: &'a [i64],
    pub(super) kinds: &'a [u8],
    pub(super) codes: CodedRows<'a>,
}

/// A part, opened.
#[derive(Debug)]
pub(in crate::library::vectors) struct ListPart {
    /// Its number, by which its files are called.
    pub(super) number: u32,
    /// Rows that are moments, the dead too.
    pub(super) moments: u32,
    dim: usize,
    runs: Vec<ListRun>,
    /// Of each run: its first row and its first byte.
    places: Vec<(usize, usize)>,
    rows: MappedFile,
    /// Runs whose checksum has been found right.
    checked: Vec<AtomicBool>,
    order: MappedFile,
    order_hash: [u8; 32],
    order_checked: OnceLock<bool>,
    /// Rows that count.
    pub(super) live: FixedBitSet,
}

/// The names of the two files of part `number`.
pub(super) fn names(number: u32) -> [String; 2] {
    [format!("part-{number}"), format!("order-{number}")]
}

/// How many rows part `number` in `folder` has by its file of ids in order; none if there is no such file.
pub(super) fn rows_in_files(folder: &Path, number: u32) -> u64 {
    let [_, order] = names(number);
    folder.join(order).metadata().map_or(0, |metadata| metadata.len() / ORDER_ENTRY_LEN as u64)
}

impl ListPart {
    /// Opens the part that `record` describes in `folder`.
    ///
    /// # Errors
    /// If a file cannot be opened or has not the length that the runs ask for.
    pub(in crate::library::vectors) fn open(folder: &Path, dim: usize, record: PartRecord) -> io::Result<Self> {
        let PartRecord { number, moments, runs, order_hash, live } = record;
        let [rows, order] = names(number).map(|name| MappedFile::open(&folder.join(name)));
        let (rows, order) = (rows?, order?);
        let mut places = Vec::with_capacity(runs.len());
        let (mut row, mut byte) = (0usize, 0usize);
        for run in &runs {
            places.push((row, byte));
            (row, byte) = (row + run.len as usize, byte + Layout::of(run.len as usize, dim).len_bytes);
        }
        let fits = rows.bytes().len() == byte && order.bytes().len() == row * ORDER_ENTRY_LEN && live.len() == row;
        if !fits || !runs.is_sorted_by(|a, b| a.list < b.list) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let checked = runs.iter().map(|_| AtomicBool::new(false)).collect();
        let order_checked = OnceLock::new();
        Ok(ListPart { number, moments, dim, runs, places, rows, checked, order, order_hash, order_checked, live })
    }

    /// Number of rows, the dead too.
    pub(super) fn len(&self) -> usize {
        self.live.len()
    }

    /// Its runs, ascending by list.
    pub(super) fn runs(&self) -> &[ListRun] {
        &self.runs
    }

    /// What of it is not in its files, if `live` are the rows that count.
    pub(super) fn record(&self, live: FixedBitSet) -> PartRecord {
        PartRecord {
            number: self.number,
            moments: self.moments,
            runs: self.runs.clone(),
            order_hash: self.order_hash,
            live,
        }
    }

    /// Size in memory, in bytes, of what is not in its files.
    pub(super) fn len_bytes(&self) -> usize {
        self.runs.len() * (size_of::<ListRun>() + size_of::<(usize, usize)>() + 1) + self.live.len() / 8
    }

    /// The run of `list`; `Ok(None)` if it has none of it, and an error if it is damaged.
    pub(super) fn run_of(&self, list: u32) -> Result<Option<RunRows<'_>>, Damaged> {
        match self.runs.binary_search_by_key(&list, |run| run.list) {
            Ok(at) => self.run(at).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Run number `at`.
    pub(super) fn run(&self, at: usize) -> Result<RunRows<'_>, Damaged> {
        let (run, (first, byte)) = (&self.runs[at], self.places[at]);
        let layout = Layout::of(run.len as usize, self.dim);
        let bytes = self.rows.bytes().get(byte..byte + layout.len_bytes).ok_or(Damaged)?;
        if !self.checked[at].load(Ordering::Relaxed) {
            if *blake3::hash(bytes).as_bytes() != run.hash {
                return Err(Damaged);
            }
            self.checked[at].store(true, Ordering::Relaxed);
        }
        let ids = bytemuck::try_cast_slice(&bytes[..layout.steps]).map_err(|_| Damaged)?;
        let steps = bytemuck::try_cast_slice(&bytes[layout.steps..layout.kinds]).map_err(|_| Damaged)?;
        let values = bytemuck::cast_slice(&bytes[layout.codes..layout.end]);
        let kinds = &bytes[layout.kinds..layout.kinds + run.len as usize];
        Ok(RunRows { first, ids, kinds, codes: CodedRows::new(self.dim, values, steps) })
    }

    /// The run that holds row `row`, and which of its rows that is.
    pub(super) fn row(&self, row: usize) -> Result<(RunRows<'_>, usize), Damaged> {
        let at = self.places.partition_point(|(first, _)| *first <= row) - 1;
        let run = self.run(at)?;
        Ok((run, row - run.first))
    }

    /// The row of the segment `id`, dead or not.
    pub(super) fn row_of(&self, id: i64) -> Result<Option<usize>, Damaged> {
        let bytes = self.order.bytes();
        let sound = self.order_checked.get_or_init(|| *blake3::hash(bytes).as_bytes() == self.order_hash);
        if !sound {
            return Err(Damaged);
        }
        let (ids, rows) = bytes.split_at(self.len() * size_of::<i64>());
        let ids: &[i64] = bytemuck::try_cast_slice(ids).map_err(|_| Damaged)?;
        let rows: &[u32] = bytemuck::try_cast_slice(rows).map_err(|_| Damaged)?;
        Ok(position(ids, id).map(|at| rows[at] as usize))
    }
}

/// What is stored is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library::vectors) struct Damaged;

/// Where `id` stands among the ascending `ids`. Those of a catalogue have few gaps, so the place is nearly known.
fn position(ids: &[i64], id: i64) -> Option<usize> {
    let (first, last) = (*ids.first()?, *ids.last()?);
    if id < first || id > last {
        return None;
    }
    let share = (id - first) as f64 / ((last - first) as f64).max(1.0);
    let guess = ((share * (ids.len() - 1) as f64) as usize).min(ids.len() - 1);
    let (mut low, mut high, mut reach) = (guess, guess + 1, 1);
    while low > 0 && ids[low] > id {
        (low, reach) = (low.saturating_sub(reach), reach * 2);
    }
    reach = 1;
    while high < ids.len() && ids[high - 1] < id {
        (high, reach) = ((high + reach).min(ids.len()), reach * 2);
    }
    ids[low..high].binary_search(&id).ok().map(|at| low + at)
}
