//! Rows of lists → the two files of a part.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use fixedbitset::FixedBitSet;

use crate::library::record::segment::SegmentKind;
use crate::library::vectors::lists::not_grown::NotGrown;
use crate::library::vectors::lists::part::{Damaged, Layout, ListRun, PartRecord, names};

/// A row as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) id: i64,
    pub(super) kind: SegmentKind,
    pub(super) code: (&'a [i8], f32),
}

/// Writes part `number` of the rows of `lists`, ascending by list, into `folder`.
pub(super) fn write<'a, R>(
    folder: &Path,
    number: u32,
    dim: usize,
    lists: impl Iterator<Item = (u32, R)>,
) -> Result<PartRecord, NotGrown>
where
    R: Iterator<Item = Result<Row<'a>, Damaged>>,
{
    let [rows_name, order_name] = names(number);
    let mut file = BufWriter::with_capacity(1 << 20, File::create(folder.join(rows_name))?);
    let (mut runs, mut ids, mut moments) = (Vec::new(), Vec::new(), 0);
    for (list, rows) in lists {
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let bytes = run_bytes(&rows, dim);
        file.write_all(&bytes)?;
        runs.push(ListRun { list, len: rows.len() as u32, hash: *blake3::hash(&bytes).as_bytes() });
        ids.extend(rows.iter().map(|row| row.id));
        moments += rows.iter().filter(|row| row.kind == SegmentKind::Moment).count() as u32;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?;
    let mut live = FixedBitSet::with_capacity(ids.len());
    live.insert_range(..);
    let order = order_bytes(&ids);
    std::fs::write(folder.join(order_name), &order)?;
    Ok(PartRecord { number, moments, runs, order_hash: *blake3::hash(&order).as_bytes(), live })
}

/// A run of `rows`; see [`part`](crate::library::vectors::lists::part).
fn run_bytes(rows: &[Row<'_>], dim: usize) -> Vec<u8> {
    let layout = Layout::of(rows.len(), dim);
    let mut bytes = Vec::with_capacity(layout.len_bytes);
    rows.iter().for_each(|row| bytes.extend(row.id.to_le_bytes()));
    rows.iter().for_each(|row| bytes.extend(row.code.1.to_le_bytes()));
    rows.iter().for_each(|row| bytes.push((row.kind == SegmentKind::Moment).into()));
    bytes.resize(layout.codes(), 0);
    rows.iter().for_each(|row| bytes.extend_from_slice(bytemuck::cast_slice(row.code.0)));
    bytes.resize(layout.len_bytes, 0);
    bytes
}

/// The ids in order, then the row of each.
fn order_bytes(ids: &[i64]) -> Vec<u8> {
    let mut rows: Vec<u32> = (0..ids.len() as u32).collect();
    rows.sort_unstable_by_key(|row| ids[*row as usize]);
    let ordered = rows.iter().flat_map(|row| ids[*row as usize].to_le_bytes());
    ordered.chain(rows.iter().flat_map(|row| row.to_le_bytes())).collect()
}
