//! Lists on the disk, beside the files of their parts: what is read when a library is opened.
//!
//! Plain arrays, little-endian: `centres` (i8, `dim` a list), `measures` (f32, two a list: the step of its centre's code, and how
//! far along its direction its vectors lie), `hashes` (32 bytes each: of every part that of its order file, then those of its runs)
//! and `numbers` (u32, each list of them after its length: lists no longer in use, how many centres the graph goes through, the graph, and of every
//! part its number and moments, the lists of its runs, their lengths, and its dead rows).

use std::fs;
use std::io;
use std::path::Path;

use fixedbitset::FixedBitSet;

use crate::error::Result;
use crate::library::derived::Generation;
use crate::library::failure;
use crate::library::vectors::codes::{Code, Codes};
use crate::library::vectors::graph::Graph;
use crate::library::vectors::lists::VectorLists;
use crate::library::vectors::lists::centres::Centres;
use crate::library::vectors::lists::grow::Grown;
use crate::library::vectors::lists::part;
use crate::library::vectors::lists::part::{ListPart, ListRun, PartRecord};

const CENTRES: &str = "centres";
const MEASURES: &str = "measures";
const HASHES: &str = "hashes";
const NUMBERS: &str = "numbers";

/// Writes what of `grown` is not in files yet into `folder`.
pub(in crate::library::vectors) fn write(folder: &Path, grown: &Grown) -> io::Result<()> {
    let Grown { centres, parts, .. } = grown;
    let (values, steps) = centres.directions.parts();
    let measures = steps.iter().zip(&centres.lengths).flat_map(|(step, length)| [*step, *length]);
    let mut numbers = Vec::new();
    let unused = (0..centres.len()).filter(|list| !centres.used.contains(*list));
    put(&mut numbers, unused.map(|list| list as u32).collect());
    put(&mut numbers, vec![centres.graphed() as u32]);
    put(&mut numbers, centres.graph.as_ref().map(Graph::to_numbers).unwrap_or_default());
    for part in parts {
        put(&mut numbers, vec![part.number, part.moments]);
        put(&mut numbers, part.runs.iter().map(|run| run.list).collect());
        put(&mut numbers, part.runs.iter().map(|run| run.len).collect());
        put(&mut numbers, part.live.zeroes().map(|row| row as u32).collect());
    }
    let hashes = |part: &PartRecord| {
        let runs = part.runs.iter().map(|run| run.hash);
        std::iter::once(part.order_hash).chain(runs).flatten().collect::<Vec<u8>>()
    };
    fs::write(folder.join(CENTRES), bytemuck::cast_slice(values))?;
    fs::write(folder.join(MEASURES), measures.flat_map(f32::to_le_bytes).collect::<Vec<_>>())?;
    fs::write(folder.join(HASHES), parts.iter().flat_map(hashes).collect::<Vec<_>>())?;
    fs::write(folder.join(NUMBERS), numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())
}

/// Opens what [`write()`] wrote, of vectors of `dim` values, with the parts beside it.
///
/// # Errors
/// Stage `catalogue` if a file is missing or does not fit the others, or one of these four is damaged.
pub(in crate::library::vectors) fn open(generation: &Generation, dim: usize) -> Result<VectorLists> {
    let bytes = |name| generation.read(name);
    let centres = bytemuck::allocation::cast_vec::<u8, i8>(bytes(CENTRES)?);
    let measures = bytes(MEASURES)?.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect::<Vec<_>>();
    let numbers = bytes(NUMBERS)?.as_chunks().0.iter().copied().map(u32::from_le_bytes).collect::<Vec<_>>();
    let rows_of = |part| part::rows_in_files(generation.folder(), part);
    let stored = assemble(dim, centres, &measures, bytes(HASHES)?.as_chunks().0, &numbers, &rows_of);
    let open = |(centres, records): (Centres, Vec<PartRecord>)| {
        let parts: io::Result<Vec<_>> =
            records.into_iter().map(|record| ListPart::open(generation.folder(), dim, record)).collect();
        VectorLists::new(centres, parts.ok()?)
    };
    stored.and_then(open).ok_or_else(|| failure::unusable_index(generation.folder(), "its files do not fit each other"))
}

/// The centres, and what of each part is not in its files; `None` if that is not what these arrays are. `rows_of` tells how many
/// rows a part has by its files: what is only stated is not made room for.
pub(super) fn assemble(
    dim: usize,
    centres: Vec<i8>,
    measures: &[f32],
    mut hashes: &[[u8; 32]],
    mut numbers: &[u32],
    rows_of: &dyn Fn(u32) -> u64,
) -> Option<(Centres, Vec<PartRecord>)> {
    let measures = measures.as_chunks::<2>().0;
    let directions = Codes::from_parts(dim, centres, measures.iter().map(|measure| measure[0]).collect())?;
    let lengths: Vec<f32> = measures.iter().map(|measure| measure[1]).collect();
    if !lengths.iter().all(|length| (-1.0..=1.0).contains(length)) {
        return None;
    }
    let mut used = FixedBitSet::with_capacity(lengths.len());
    used.insert_range(..);
    for list in take(&mut numbers)? {
        used.set(Some(*list as usize).filter(|list| *list < lengths.len())?, false);
    }
    let &[graphed] = take(&mut numbers)? else { return None };
    let graph = match take(&mut numbers)? {
        [] => None,
        graph => Some(Graph::from_numbers(graph, Some(graphed as usize).filter(|len| *len <= lengths.len())?)?),
    };
    let mut records = Vec::new();
    while !numbers.is_empty() {
        records.push(record(&mut numbers, &mut hashes, rows_of)?);
    }
    hashes.is_empty().then_some((Centres { directions, lengths, used, graph }, records))
}

fn record(numbers: &mut &[u32], hashes: &mut &[[u8; 32]], rows_of: &dyn Fn(u32) -> u64) -> Option<PartRecord> {
    let &[number, moments] = take(numbers)? else { return None };
    let (lists, lens, dead) = (take(numbers)?, take(numbers)?, take(numbers)?);
    let (order_hash, run_hashes) = (hashes.split_off_first()?, hashes.split_off(..lists.len())?);
    let len: u64 = lens.iter().map(|len| u64::from(*len)).sum();
    let fits = lists.len() == lens.len() && len <= u64::from(u32::MAX) && len <= rows_of(number);
    if !fits || !lists.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut live = FixedBitSet::with_capacity(len as usize);
    live.insert_range(..);
    for row in dead {
        live.set(Some(*row as usize).filter(|row| *row < live.len())?, false);
    }
    let runs = lists.iter().zip(lens).zip(run_hashes).map(|((list, len), hash)| ListRun {
        list: *list,
        len: *len,
        hash: *hash,
    });
    Some(PartRecord { number, moments, runs: runs.collect(), order_hash: *order_hash, live })
}

/// Appends `list` after its length.
fn put(numbers: &mut Vec<u32>, list: Vec<u32>) {
    numbers.push(list.len() as u32);
    numbers.extend(list);
}

/// The next list of `numbers`.
fn take<'a>(numbers: &mut &'a [u32]) -> Option<&'a [u32]> {
    let len = *numbers.split_off_first()? as usize;
    numbers.split_off(..len)
}

/// Takes `bytes` for the arrays of lists and, if they are some, searches the centres: dimension and number of lists in a byte
/// each, of hashes in one, then the arrays as far as they go.
pub(in crate::library) fn search_any(bytes: &[u8]) {
    let Some((&[dim, lists, hashes], rest)) = bytes.split_first_chunk::<3>() else { return };
    let (dim, lists, hashes) = (usize::from(dim % 16) + 1, usize::from(lists), usize::from(hashes));
    let (centres, rest) = rest.split_at(rest.len().min(dim * lists));
    let (measures, rest) = rest.split_at(rest.len().min(8 * lists));
    let (hashes, rest) = rest.split_at(rest.len().min(32 * hashes));
    let centres = bytemuck::cast_slice(centres).to_vec();
    let measures: Vec<f32> = measures.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
    let numbers: Vec<u32> = rest.as_chunks().0.iter().copied().map(u32::from_le_bytes).collect();
    let Some((centres, _)) = assemble(dim, centres, &measures, hashes.as_chunks().0, &numbers, &|_| bytes.len() as u64)
    else {
        return;
    };
    let query = Code::of(&vec![1.0; dim]);
    for breadth in [1, 4, lists] {
        let found = centres.nearest(&query, breadth);
        assert!(found.iter().all(|scored| scored.row < lists));
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const DIM: usize = 4;

    /// Centres with a graph through all but the newest of them, and two parts.
    fn sample() -> Grown {
        let mut random = SmallRng::seed_from_u64(1);
        let mut direction = |_| {
            let values = (0..DIM).map(|_| random.random_range(-1.0f32..1.0)).collect();
            crate::embedding::Embedding::normalized(values).unwrap().as_slice().to_vec()
        };
        let directions: Vec<f32> = (0..2200).flat_map(&mut direction).collect();
        let mut centres = Centres::new(DIM);
        centres.extend(&directions[..2100 * DIM]);
        centres.join();
        centres.extend(&directions[2100 * DIM..]);
        centres.used.set(7, false);
        let part = |number, lists: [u32; 2]| {
            let runs = lists.map(|list| ListRun { list, len: 3, hash: [list as u8; 32] }).to_vec();
            let mut live = FixedBitSet::with_capacity(6);
            live.insert_range(1..);
            PartRecord { number, moments: 2, runs, order_hash: [number as u8; 32], live }
        };
        Grown::of(centres, vec![part(0, [1, 2199]), part(3, [0, 2])])
    }

    /// The four arrays as they are stored.
    fn arrays(grown: &Grown) -> (Vec<i8>, Vec<f32>, Vec<[u8; 32]>, Vec<u32>) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), grown).unwrap();
        let bytes = |name| fs::read(folder.path().join(name)).unwrap();
        (
            bytes(CENTRES).iter().map(|byte| *byte as i8).collect(),
            bytes(MEASURES).as_chunks().0.iter().copied().map(f32::from_le_bytes).collect(),
            bytes(HASHES).as_chunks().0.to_vec(),
            bytes(NUMBERS).as_chunks().0.iter().copied().map(u32::from_le_bytes).collect(),
        )
    }

    #[test]
    fn lists_come_back_as_they_were_stored_and_no_part_of_them_does() {
        let grown = sample();
        let (centres, measures, hashes, numbers) = arrays(&grown);
        let read = assemble(DIM, centres.clone(), &measures, &hashes, &numbers, &|_| 6);
        assert_eq!(read, Some((grown.centres, grown.parts)));
        for cut in [1, 2, 5, numbers.len() / 2] {
            let numbers = &numbers[..numbers.len() - cut];
            assert_eq!(assemble(DIM, centres.clone(), &measures, &hashes, numbers, &|_| 6), None, "{cut}");
        }
        assert_eq!(assemble(DIM, centres.clone(), &measures, &hashes[1..], &numbers, &|_| 6), None);
        assert_eq!(assemble(DIM, centres[DIM..].to_vec(), &measures, &hashes, &numbers, &|_| 6), None);
    }

    #[test]
    fn rows_that_are_only_stated_are_not_made_room_for() {
        let (centres, measures, hashes, numbers) = arrays(&sample());
        let assembled = |rows: u64| assemble(DIM, centres.clone(), &measures, &hashes, &numbers, &|_| rows);
        assert_eq!((assembled(5), assembled(6).is_some()), (None, true));
        // A part of half a billion rows, in a few bytes.
        let mut stated = numbers.clone();
        let lens = stated.windows(3).rposition(|three| *three == [2, 3, 3]).unwrap();
        stated[lens + 1] = 1 << 31;
        assert_eq!(assemble(DIM, centres.clone(), &measures, &hashes, &stated, &|_| 6), None);
    }

    #[test]
    fn the_newest_centres_are_found_though_no_graph_leads_to_them_and_those_out_of_use_are_not() {
        let Grown { centres, .. } = sample();
        assert_eq!((centres.len(), centres.graphed()), (2200, 2100));
        for (list, found) in [(2150, true), (3, true), (7, false)] {
            let nearest = centres.nearest(&Code::from_row(centres.directions.rows().row(list)), 8);
            assert_eq!(nearest.iter().any(|scored| scored.row == list), found, "{list}");
        }
    }
}
