//! A table with its graph on the disk: what is written once and read when a library is opened.
//!
//! The files are plain arrays, little-endian: `segments` (i64), `kinds` (a byte, 1 for a moment), `steps` (f32) and
//! `codes` (i8), one a row, and `graph` (u32, see [`Graph::to_numbers`]). The shelf checks their
//! lengths and checksums; here it is only checked that they fit each other.

use std::fs;
use std::io;
use std::path::Path;

use fixedbitset::FixedBitSet;

use crate::error::Result;
use crate::library::derived::Generation;
use crate::library::failure;
use crate::library::vectors::codes::{Code, Codes};
use crate::library::vectors::filter::Filter;
use crate::library::vectors::graph::Graph;
use crate::library::vectors::table::{Table, Values};

/// Version of what is written here.
pub(super) const FORMAT: u32 = 2;

/// Name of the index among the derived ones.
pub(super) const NAME: &str = "vectors";

const SEGMENTS: &str = "segments";
const KINDS: &str = "kinds";
const STEPS: &str = "steps";
const CODES: &str = "codes";
const GRAPH: &str = "graph";

/// Writes a compact table, whose codes are `codes`, and the graph through it into `folder`.
pub(super) fn write(folder: &Path, table: &Table, codes: &Codes, graph: &Graph) -> io::Result<()> {
    let (segments, moments) = table.segments();
    let kinds: Vec<u8> = (0..segments.len()).map(|row| moments.contains(row).into()).collect();
    let (values, steps) = codes.parts();
    let numbers = graph.to_numbers();
    fs::write(folder.join(SEGMENTS), segments.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<_>>())?;
    fs::write(folder.join(KINDS), kinds)?;
    fs::write(folder.join(STEPS), steps.iter().flat_map(|step| step.to_le_bytes()).collect::<Vec<_>>())?;
    fs::write(folder.join(CODES), bytemuck::cast_slice(values))?;
    fs::write(folder.join(GRAPH), numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())
}

/// Reads what [`write()`] wrote, of vectors of `dim` values.
///
/// # Errors
/// Stage `catalogue` if a file is missing, damaged, or does not fit the others.
pub(super) fn read(generation: &Generation, dim: usize) -> Result<(Table, Graph)> {
    let bytes = |name| generation.read(name);
    let segments: Vec<i64> = numbers(&bytes(SEGMENTS)?, i64::from_le_bytes);
    let steps: Vec<f32> = numbers(&bytes(STEPS)?, f32::from_le_bytes);
    let graph: Vec<u32> = numbers(&bytes(GRAPH)?, u32::from_le_bytes);
    let codes = bytemuck::allocation::cast_vec::<u8, i8>(bytes(CODES)?);
    let read = assemble(dim, segments, &bytes(KINDS)?, steps, codes, &graph);
    read.ok_or_else(|| failure::unusable_index(generation.folder(), "its files do not fit each other"))
}

/// Takes `bytes` for the five files of a table and, if they are one, searches it: dimension and number of rows in a byte each,
/// then the files as far as they go.
pub(in crate::library) fn search_any(bytes: &[u8]) {
    let Some((&[dim, rows], rest)) = bytes.split_first_chunk::<2>() else { return };
    let (dim, rows) = (usize::from(dim % 16) + 1, usize::from(rows));
    let mut rest = rest;
    let mut take = |len: usize| {
        let (bytes, after) = rest.split_at(len.min(rest.len()));
        rest = after;
        bytes.to_vec()
    };
    let segments = numbers(&take(8 * rows), i64::from_le_bytes);
    let kinds = take(rows);
    let steps = numbers(&take(4 * rows), f32::from_le_bytes);
    let codes = bytemuck::allocation::cast_vec::<u8, i8>(take(dim * rows));
    let graph = numbers(rest, u32::from_le_bytes);
    let Some((table, graph)) = assemble(dim, segments, &kinds, steps, codes, &graph) else { return };
    let Values::Coded(codes) = table.values() else { return };
    let query = Code::of(&vec![1.0; dim]);
    let allowed = table.allowed(&Filter::default());
    let found = graph.search(codes, &query, 4, &allowed).into_sorted();
    assert!(found.iter().all(|scored| scored.row < table.len()));
}

fn assemble(
    dim: usize,
    segments: Vec<i64>,
    kinds: &[u8],
    steps: Vec<f32>,
    codes: Vec<i8>,
    graph: &[u32],
) -> Option<(Table, Graph)> {
    let rows = segments.len();
    let codes = Codes::from_parts(dim, codes, steps)?;
    let graph = Graph::from_numbers(graph, rows)?;
    if codes.len() != rows || kinds.len() != rows || !segments.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut moments = FixedBitSet::with_capacity(rows);
    moments.extend((0..rows).filter(|row| kinds[*row] != 0));
    Some((Table::with(dim, segments, moments, Values::Coded(codes)), graph))
}

fn numbers<const N: usize, T>(bytes: &[u8], read: fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().copied().map(read).collect()
}
