//! Lists and newer vectors → lists with those in them, by one new part.
//!
//! The new part takes in what is newer, smaller parts at the end and parts with many dead rows, so that there are never more
//! parts than the logarithm of the rows and each row is written about as often. Lists that have become long are divided, those that
//! have become short are dissolved; their rows move into the new part. Vectors are read as codes only.

use std::ops::ControlFlow;
use std::path::Path;

use fixedbitset::FixedBitSet;
use rayon::iter::{IntoParallelRefIterator, ParallelExtend, ParallelIterator};

use crate::library::vectors::build::BuildProgress;
use crate::library::vectors::code_blocks::CodeBlocks;
use crate::library::vectors::codes::Code;
use crate::library::vectors::lists::centres::Centres;
use crate::library::vectors::lists::not_grown::NotGrown;
use crate::library::vectors::lists::part::{Damaged, ListPart, PartRecord, names};
use crate::library::vectors::lists::train::{Rows, divide, nearest_of};
use crate::library::vectors::lists::write::{self, Row};
use crate::library::vectors::lists::{VectorLists, kind_of};
use crate::library::vectors::settings::Settings;
use crate::library::vectors::table::Table;

/// Vectors at most that the first centres are learned from.
const LEARNED_FROM: usize = 200_000;

/// A part is written again when so much of it is dead.
const DEAD: f64 = 0.3;

/// A list is divided when it is so many times longer than it should be, and dissolved when it is so many times shorter.
const LONG: usize = 2;
const SHORT: usize = 4;

/// How often lists that are still long after they have been divided are divided again.
const DIVISIONS: usize = 4;

/// Centres that are looked at for the one nearest to a vector.
const BREADTH: usize = 24;

/// Rows between two looks at whether to go on.
const ROWS_A_ROUND: usize = 10_000;

/// The graph through the centres is made anew when this share of them is not in it.
const UNGRAPHED: f64 = 0.2;

/// What is to be stored: the centres, and of each part what is not in its files.
#[derive(Debug)]
pub(in crate::library::vectors) struct Grown {
    pub(in crate::library::vectors) centres: Centres,
    pub(in crate::library::vectors) parts: Vec<PartRecord>,
    /// How many of them were there before.
    kept: usize,
}

/// A row and the list that it goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    list: u32,
    row: usize,
}

/// The work in progress. Rows are numbered through the lists there were, then through the table.
struct Grower<'a> {
    lists: Option<&'a VectorLists>,
    table: &'a Table,
    codes: &'a CodeBlocks,
    settings: &'a Settings,
    centres: Centres,
    /// The parts that stay, with the rows of them that still count.
    kept: Vec<(&'a ListPart, FixedBitSet)>,
    /// Rows that stay where they are, by list.
    staying: Vec<u32>,
    /// Rows of the new part.
    entries: Vec<Entry>,
}

/// Makes lists of the rows of `lists` and of the live ones of `table`, whose values are `codes`; writes the files of the new
/// part into `folder`, and tells `watch` how far that is.
pub(in crate::library::vectors) fn grow(
    lists: Option<&VectorLists>,
    (table, codes): (&Table, &CodeBlocks),
    folder: &Path,
    settings: &Settings,
    watch: &dyn Fn(BuildProgress) -> ControlFlow<()>,
) -> Result<Grown, NotGrown> {
    let centres = match lists {
        Some(lists) => lists.centres.clone(),
        None => learn(table, codes, settings),
    };
    let (kept, entries, staying) = (Vec::new(), Vec::new(), Vec::new());
    let mut grower = Grower { lists, table, codes, settings, centres, kept, staying, entries };
    grower.take_in(watch)?;
    grower.divide_long()?;
    grower.dissolve_short()?;
    grower.measure()?;
    grower.join_centres();
    grower.write(folder)
}

/// Centres for the rows of `table`.
fn learn(table: &Table, codes: &CodeBlocks, settings: &Settings) -> Centres {
    let live: Vec<usize> = table.live_rows().collect();
    let step = live.len().div_ceil(LEARNED_FROM).max(1);
    let sample: Vec<f32> = live.iter().step_by(step).flat_map(|row| decoded(codes.row(*row))).collect();
    let mut centres = Centres::new(table.dim());
    let directions = divide(Rows { values: &sample, dim: table.dim() }, live.len().div_ceil(settings.list_len));
    centres.extend(&directions);
    centres.join();
    centres
}

fn decoded((values, step): (&[i8], f32)) -> impl Iterator<Item = f32> {
    values.iter().map(move |value| f32::from(*value) * step)
}

impl Grown {
    /// These centres with parts that are all new.
    #[cfg(test)]
    pub(super) fn of(centres: Centres, parts: Vec<PartRecord>) -> Self {
        Grown { centres, parts, kept: 0 }
    }

    /// The names of the files of the parts that were there before.
    pub(in crate::library::vectors) fn kept_names(&self) -> Vec<String> {
        self.parts[..self.kept].iter().flat_map(|part| names(part.number)).collect()
    }
}

impl<'a> Grower<'a> {
    /// Chooses the parts that are taken in, and gives every row that is new or was in one of them its list.
    fn take_in(&mut self, watch: &dyn Fn(BuildProgress) -> ControlFlow<()>) -> Result<(), NotGrown> {
        let newer = self.lists.map_or(0, VectorLists::len);
        let rows: Vec<usize> = self.table.live_rows().collect();
        let mut gathered = rows.len();
        for (part, start) in self.lists.iter().flat_map(|lists| lists.parts.iter().zip(&lists.starts)).rev() {
            let live = part.live.count_ones(..);
            let all_after_are_taken = self.kept.is_empty();
            if (all_after_are_taken && live <= 2 * gathered) || is_worn(part) {
                gathered += live;
                self.entries.extend(entries_of(part, *start)?);
            } else {
                self.kept.push((part, part.live.clone()));
            }
        }
        self.kept.reverse();
        for (done, rows) in rows.chunks(ROWS_A_ROUND).enumerate() {
            if watch(BuildProgress { done: done * ROWS_A_ROUND, total: self.table.live_len() }).is_break() {
                return Err(NotGrown::Stopped);
            }
            let centres = &self.centres;
            let entry = |row: &usize| {
                let code = Code::from_row(self.codes.row(*row));
                Entry { list: centres.list_for(&code, BREADTH), row: newer + row }
            };
            self.entries.par_extend(rows.par_iter().map(entry));
        }
        self.count();
        Ok(())
    }

    /// Counts the rows that stay where they are.
    fn count(&mut self) {
        self.staying = vec![0; self.centres.len()];
        for (part, live) in &self.kept {
            let mut first = 0;
            for run in part.runs() {
                let rows = first..first + run.len as usize;
                self.staying[run.list as usize] += live.count_ones(rows.clone()) as u32;
                first = rows.end;
            }
        }
    }

    /// Divides the lists that have become long.
    fn divide_long(&mut self) -> Result<(), NotGrown> {
        for _ in 0..DIVISIONS {
            self.entries.sort_unstable();
            let long = self.settings.list_len * LONG;
            let lists = self.lists_where(|len| len > long);
            let divided = self.take_out(&lists)?;
            if divided.is_empty() {
                break;
            }
            let divide = |rows: &Vec<usize>| self.divided(rows);
            let divided: Vec<_> = divided.par_iter().map(divide).collect::<Result<Vec<_>, Damaged>>()?;
            let mut separable = false;
            for (list, (directions, entries)) in lists.iter().zip(divided) {
                separable |= directions.len() > self.table.dim();
                self.centres.used.set(*list as usize, false);
                let first = self.centres.len() as u32;
                self.centres.extend(&directions);
                self.entries.extend(entries.into_iter().map(|entry| Entry { list: first + entry.list, ..entry }));
            }
            self.staying.resize(self.centres.len(), 0);
            if !separable {
                break;
            }
        }
        self.entries.sort_unstable();
        Ok(())
    }

    /// Several directions for `rows`, and each row with the one that it is nearest to.
    fn divided(&self, rows: &[usize]) -> Result<(Vec<f32>, Vec<Entry>), Damaged> {
        let mut values = Vec::with_capacity(rows.len() * self.table.dim());
        for row in rows {
            values.extend(decoded(self.row(*row)?.code));
        }
        let samples = Rows { values: &values, dim: self.table.dim() };
        let directions = divide(samples, rows.len().div_ceil(self.settings.list_len));
        let lists = nearest_of(samples, &directions);
        Ok((directions, rows.iter().zip(lists).map(|(row, list)| Entry { list, row: *row }).collect()))
    }

    /// Takes the lists apart that have become short, the shortest first, but leaves as many as there should be.
    fn dissolve_short(&mut self) -> Result<(), NotGrown> {
        let lens = self.lens();
        let mut lists = self.lists_where(|len| len < self.settings.list_len / SHORT);
        lists.sort_by_key(|list| lens[*list as usize]);
        let needed = lens.iter().sum::<usize>().div_ceil(self.settings.list_len).max(1);
        lists.truncate(self.centres.used.count_ones(..).saturating_sub(needed));
        lists.sort_unstable();
        let rows = self.take_out(&lists)?;
        lists.iter().for_each(|list| self.centres.used.set(*list as usize, false));
        for row in rows.into_iter().flatten() {
            let list = self.centres.list_for(&Code::from_row(self.row(row)?.code), BREADTH);
            self.entries.push(Entry { list, row });
        }
        self.entries.sort_unstable();
        Ok(())
    }

    /// The lists in use whose length is as `wanted`.
    fn lists_where(&self, wanted: impl Fn(usize) -> bool) -> Vec<u32> {
        let lens = self.lens();
        self.centres.used.ones().filter(|list| wanted(lens[*list])).map(|list| list as u32).collect()
    }

    /// How many rows each list has.
    fn lens(&self) -> Vec<usize> {
        let mut lens: Vec<usize> = self.staying.iter().map(|len| *len as usize).collect();
        self.entries.iter().for_each(|entry| lens[entry.list as usize] += 1);
        lens
    }

    /// Takes all rows of each of `lists` out of where they are; `lists` ascend.
    fn take_out(&mut self, lists: &[u32]) -> Result<Vec<Vec<usize>>, Damaged> {
        let mut rows = vec![Vec::new(); lists.len()];
        self.entries.retain(|entry| match lists.binary_search(&entry.list) {
            Ok(at) => {
                rows[at].push(entry.row);
                false
            }
            Err(_) => true,
        });
        for (part, live) in &mut self.kept {
            let start = self.lists.map_or(0, |lists| lists.start_of(part.number));
            for (at, list) in lists.iter().enumerate() {
                let Some(run) = part.run_of(*list)? else { continue };
                let all = run.first..run.first + run.ids.len();
                rows[at].extend(all.clone().filter(|row| live.contains(*row)).map(|row| start + row));
                live.set_range(all, false);
                self.staying[*list as usize] = 0;
            }
        }
        Ok(rows)
    }

    /// Finds out how far along their directions the vectors of the lists lie.
    fn measure(&mut self) -> Result<(), NotGrown> {
        let mut sums: Vec<(f64, f64)> = self
            .centres
            .lengths
            .iter()
            .zip(&self.staying)
            .map(|(length, len)| (f64::from(*length) * f64::from(*len), f64::from(*len)))
            .collect();
        for entry in &self.entries {
            let code = Code::from_row(self.row(entry.row)?.code);
            let sum = &mut sums[entry.list as usize];
            self.centres.directions.cosines(&code, std::iter::once(entry.list as usize), |_, cosine| {
                *sum = (sum.0 + f64::from(cosine), sum.1 + 1.0);
            });
        }
        for (length, (sum, len)) in self.centres.lengths.iter_mut().zip(sums) {
            *length = (sum / len.max(1.0)) as f32;
        }
        Ok(())
    }

    /// Brings the graph through the centres up to date, where too many are not in it.
    fn join_centres(&mut self) {
        let missing = self.centres.len() - self.centres.graphed();
        if missing as f64 > UNGRAPHED * self.centres.graphed() as f64 {
            self.centres.join();
        }
    }

    /// Writes the new part, and describes all.
    fn write(self, folder: &Path) -> Result<Grown, NotGrown> {
        let number = self.kept.iter().map(|(part, _)| part.number + 1).max().unwrap_or(0);
        let kept = self.kept.len();
        let mut parts: Vec<_> = self.kept.iter().map(|(part, live)| part.record(live.clone())).collect();
        if !self.entries.is_empty() {
            let lists = self.entries.chunk_by(|a, b| a.list == b.list);
            let rows = lists.map(|entries| (entries[0].list, entries.iter().map(|entry| self.row(entry.row))));
            parts.push(write::write(folder, number, self.table.dim(), rows)?);
        }
        Ok(Grown { centres: self.centres, parts, kept })
    }

    fn row(&self, row: usize) -> Result<Row<'_>, Damaged> {
        let newer = self.lists.map_or(0, VectorLists::len);
        match self.lists {
            Some(lists) if row < newer => {
                let (run, at) = lists.row(row).ok_or(Damaged)?;
                Ok(Row { id: run.ids[at], kind: kind_of(run.kinds[at]), code: run.codes.row(at) })
            }
            _ => {
                let row = row - newer;
                let (id, kind) = (self.table.segment(row).0, self.table.kind(row));
                Ok(Row { id, kind, code: self.codes.row(row) })
            }
        }
    }
}

/// Whether so much of `part` is dead that it should be written again.
pub(super) fn is_worn(part: &ListPart) -> bool {
    (part.len() - part.live.count_ones(..)) as f64 > DEAD * part.len() as f64
}

/// The live rows of `part`, whose first is row `start`, with their lists.
fn entries_of(part: &ListPart, start: usize) -> Result<Vec<Entry>, Damaged> {
    let (mut entries, mut first) = (Vec::with_capacity(part.len()), 0);
    for run in part.runs() {
        let rows = first..first + run.len as usize;
        first = rows.end;
        entries
            .extend(rows.filter(|row| part.live.contains(*row)).map(|row| Entry { list: run.list, row: start + row }));
    }
    Ok(entries)
}
