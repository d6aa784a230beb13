//! A linear layer's product in int8: every output's weights have a scale, every input row a scale and a zero of its own.
//!
//! With weights `w ≈ s_c · v` (v in −127…127) and inputs `x ≈ s_r · (u − z)` (u in 0…255), `Σ x w` is `s_r s_c` times the
//! exact integer `Σ u v − z Σ v`. A row's scale comes from that row alone ("dynamic quantisation", token by token), so
//! that its result does not depend on its neighbours.

use std::cell::RefCell;

use crate::model::kernels::block::{Accumulation, OutputBlock};
use crate::model::kernels::dot::{DotTile, Int8Dot, QUAD, TILE_ROWS, TileSums};
use crate::model::kernels::isa::{Isa, Kernel, Level};
use crate::model::kernels::math::ROUNDER;
use crate::model::kernels::packed::Aligned;
use crate::model::kernels::panel::PANEL;

/// The largest weight, symmetric around zero.
const WEIGHT_MAX: f32 = 127.0;

/// The largest input.
const INPUT_MAX: f32 = 255.0;

/// Rows whose values differ by less, divided by [`INPUT_MAX`], are taken for zeros: 1 / scale must stay finite.
const SMALLEST_SCALE: f32 = 1e-30;

thread_local! {
    static ROWS: RefCell<QuantisedRows> = RefCell::default();
}

/// Weights `[columns, depth]` as panels `[columns / PANEL][depth / QUAD][PANEL][QUAD]`, padded with zeros.
pub(super) struct Int8 {
    pub(super) depth: usize,
    pub(super) columns: usize,
    level: Level,
    dot: Int8Dot,
    values: Aligned,
    /// Of each column, padded to whole panels.
    scales: Vec<f32>,
    /// Of each column's integers.
    sums: Vec<i32>,
}

impl Int8 {
    /// Quantises `rows`: each is one output column, of `depth` values.
    pub(super) fn quantised(level: Level, dot: Int8Dot, rows: &[&[f32]], depth: usize) -> Self {
        let panels = rows.len().div_ceil(PANEL);
        let panel_len = depth.div_ceil(QUAD) * QUAD * PANEL;
        let mut values = Aligned::zeroed((panels * panel_len).div_ceil(size_of::<f32>()));
        let (mut scales, mut sums) = (vec![0f32; panels * PANEL], vec![0i32; panels * PANEL]);
        for (panel, (rows, values)) in
            rows.chunks(PANEL).zip(values.bytes_mut().chunks_exact_mut(panel_len)).enumerate()
        {
            for (column, row) in rows.iter().enumerate() {
                let (smallest, largest) = extremes(row);
                let scale = largest.max(-smallest) / WEIGHT_MAX;
                let inverse = if scale > SMALLEST_SCALE { 1.0 / scale } else { 0.0 };
                let mut sum = 0;
                for (weights, quad) in values[column * QUAD..].chunks_mut(PANEL * QUAD).zip(row.chunks(QUAD)) {
                    for (weight, value) in weights.iter_mut().zip(quad) {
                        *weight = (value * inverse + ROUNDER).to_bits() as i8;
                        sum += i32::from(*weight);
                    }
                }
                (scales[panel * PANEL + column], sums[panel * PANEL + column]) = (scale, sum);
            }
        }
        Int8 { depth, columns: rows.len(), level, dot, values, scales, sums }
    }

    fn panel(&self, index: usize) -> *const i8 {
        self.values.as_ptr().cast::<i8>().wrapping_add(index * self.depth.div_ceil(QUAD) * QUAD * PANEL)
    }

    /// Lends `input` `[rows, depth]` in int8.
    pub(super) fn with_rows<T>(&self, input: &[f32], work: impl FnOnce(&QuantisedRows) -> T) -> T {
        ROWS.with_borrow_mut(|rows| {
            rows.quantise(self.level, input, self.depth);
            work(rows)
        })
    }

    /// `out[r, c] = bias[c] + Σ rows[r, k] · weights[c, k]`, or that added to `out`.
    ///
    /// # Safety
    /// `block` must be one of this layer's output, of as many rows as `rows`, that nobody else touches.
    pub(super) unsafe fn multiply(&self, rows: &QuantisedRows, block: OutputBlock) {
        let columns = block.panel * PANEL..block.panel * PANEL + block.columns;
        // SAFETY: a block's bias has values for all columns of its panel.
        let bias = unsafe { std::slice::from_raw_parts(block.bias, block.columns) };
        let mut sums: TileSums = [[0; PANEL]; TILE_ROWS];
        for row in (0..block.rows).step_by(TILE_ROWS) {
            let tile = DotTile {
                rows: rows.values[row * rows.stride..(row + TILE_ROWS) * rows.stride].as_ptr(),
                stride: rows.stride,
                quads: rows.stride / QUAD,
                panel: self.panel(block.panel),
            };
            // SAFETY: the slice holds the tile's rows, and the panel is one of `values`, of as many quads.
            unsafe { self.dot.multiply(tile, &mut sums) };
            let existing = row..block.rows.min(row + TILE_ROWS);
            self.level.run(Finish {
                sums: &sums,
                row_scales: &rows.scales[existing.clone()],
                zeros: &rows.zeros[existing],
                column_scales: &self.scales[columns.clone()],
                column_sums: &self.sums[columns.clone()],
                bias,
                out: block.out.wrapping_add(row * block.stride),
                stride: block.stride,
                target: block.target,
            });
        }
    }
}

/// Input rows in int8.
#[derive(Default)]
pub(super) struct QuantisedRows {
    /// Bytes from one row to the next: the depth padded to whole quads.
    stride: usize,
    /// `[rows, stride]`, padded to whole tiles; padding may hold anything along the rows and is zero along the depth.
    values: Vec<u8>,
    scales: Vec<f32>,
    zeros: Vec<i32>,
}

impl QuantisedRows {
    fn quantise(&mut self, level: Level, input: &[f32], depth: usize) {
        let rows = input.len() / depth;
        self.stride = depth.next_multiple_of(QUAD);
        self.values.resize(rows.next_multiple_of(TILE_ROWS) * self.stride, 0);
        self.scales.resize(rows, 0.0);
        self.zeros.resize(rows, 0);
        level.run(Quantise { input, depth, rows: self });
    }
}

struct Quantise<'a> {
    input: &'a [f32],
    depth: usize,
    rows: &'a mut QuantisedRows,
}

impl Kernel for Quantise<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, _: S) {
        let QuantisedRows { stride, values, scales, zeros } = self.rows;
        let rows = self.input.chunks_exact(self.depth).zip(values.chunks_exact_mut(*stride));
        for ((input, values), (scale, zero)) in rows.zip(scales.iter_mut().zip(zeros)) {
            let (smallest, largest) = extremes(input);
            *scale = largest / INPUT_MAX - smallest / INPUT_MAX;
            let inverse = if *scale > SMALLEST_SCALE { 1.0 / *scale } else { 0.0 };
            let place = (-smallest * inverse).round_ties_even();
            *zero = place as i32;
            let (taken, padding) = values.split_at_mut(self.depth);
            for (value, input) in taken.iter_mut().zip(input) {
                let rounded = (input * inverse + place).clamp(0.0, INPUT_MAX) + ROUNDER;
                *value = rounded.to_bits() as u8;
            }
            padding.fill(0);
        }
    }
}

/// The smallest and the largest of `values` and zero.
#[inline(always)]
fn extremes(values: &[f32]) -> (f32, f32) {
    /// Lanes that are compared side by side, so that the compiler uses vectors.
    const LANES: usize = 64;
    let (mut low, mut high) = ([0f32; LANES], [0f32; LANES]);
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *value < *low { *value } else { *low };
            *high = if *value > *high { *value } else { *high };
        }
    }
    let rest = chunks.remainder().iter();
    let lowest = low.iter().chain(rest.clone()).copied().fold(0f32, f32::min);
    (lowest, high.iter().chain(rest).copied().fold(0f32, f32::max))
}

/// Turns a tile's integers into the product.
struct Finish<'a> {
    sums: &'a TileSums,
    row_scales: &'a [f32],
    zeros: &'a [i32],
    column_scales: &'a [f32],
    column_sums: &'a [i32],
    bias: &'a [f32],
    out: *mut f32,
    stride: usize,
    target: Accumulation,
}

impl Kernel for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self, _: S) {
        let columns = self.bias.len();
        for (row, (sums, (scale, zero))) in self.sums.iter().zip(self.row_scales.iter().zip(self.zeros)).enumerate() {
            // SAFETY: `Int8::multiply`'s caller promises these rows of the panel's columns.
            let out = unsafe { std::slice::from_raw_parts_mut(self.out.add(row * self.stride), columns) };
            let product = |c: usize| {
                let exact = sums[c] - zero * self.column_sums[c];
                exact as f32 * (scale * self.column_scales[c]) + self.bias[c]
            };
            match self.target {
                Accumulation::Replace => out.iter_mut().enumerate().for_each(|(c, out)| *out = product(c)),
                Accumulation::Add => out.iter_mut().enumerate().for_each(|(c, out)| *out += product(c)),
            }
        }
    }
}
