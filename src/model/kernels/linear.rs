//! A linear layer over packed weights: one thread's rows, or all rows spread over the threads.

use std::ops::Range;

use rayon::prelude::*;

use super::gemm::Product;
use super::isa::Level;
use super::math::gelu_block;
use super::packed::{Aligned, PANEL, Packed, Storage};
use super::rows::Shared;

/// Rows that pass over a panel before the next panel is read; with it they stay in the second-level cache.
pub(super) const ROW_BLOCK: usize = 64;

/// Tasks a thread should get, so that neither one slow core nor an odd task at the end keeps the others waiting long.
const TASKS_A_THREAD: usize = 16;

/// What is added to a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The output is written.
    Replace,
    /// The product is added to what the output holds: a residual connection.
    Add,
}

/// What is done to a product before it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Activation {
    Identity,
    /// The exact form with erf.
    Gelu,
    Relu,
}

/// Weights as a checkpoint stores them.
#[derive(Clone, Copy)]
pub(in crate::model) struct Source<'a> {
    /// `[outputs, inputs]`.
    pub(in crate::model) weight: &'a [f32],
    /// `[outputs]`.
    pub(in crate::model) bias: Option<&'a [f32]>,
}

/// `x · Wᵀ + b`.
pub(in crate::model) struct Linear {
    level: Level,
    packed: Packed,
    /// Padded to whole panels.
    bias: Aligned,
}

impl Linear {
    /// Packs `sources`, whose outputs are laid side by side; each takes `inputs` values.
    pub(in crate::model) fn pack(level: Level, inputs: usize, storage: Storage, sources: &[Source]) -> Self {
        let rows: Vec<&[f32]> = sources.iter().flat_map(|source| source.weight.chunks_exact(inputs)).collect();
        let packed = Packed::transposed(&rows, inputs, storage);
        let mut bias = Aligned::zeroed(packed.panels() * PANEL);
        let mut at = 0;
        for source in sources {
            let outputs = source.weight.len() / inputs;
            for (to, from) in bias.values()[at..at + outputs].iter_mut().zip(source.bias.unwrap_or_default()) {
                *to = *from;
            }
            at += outputs;
        }
        Linear { level, packed, bias }
    }

    pub(super) fn inputs(&self) -> usize {
        self.packed.depth
    }

    pub(in crate::model) fn outputs(&self) -> usize {
        self.packed.columns
    }

    /// `input` `[rows, inputs]` → `output` `[rows, outputs]` on this thread.
    pub(super) fn rows(&self, input: &[f32], output: &mut [f32], target: Target, activation: Activation) {
        let rows = self.check(input, output);
        let all = Part { rows: 0..rows, panels: 0..self.packed.panels() };
        // SAFETY: `check` compared the shapes, and `output` is borrowed mutably.
        unsafe { self.part(input, Shared::new(output), &all, target, activation) };
    }

    /// The same, spread over all threads.
    pub(in crate::model) fn spread(&self, input: &[f32], output: &mut [f32], activation: Activation) {
        self.spread_to(input, output, Target::Replace, activation);
    }

    pub(super) fn spread_to(&self, input: &[f32], output: &mut [f32], target: Target, activation: Activation) {
        let rows = self.check(input, output);
        let panels = self.packed.panels();
        let blocks = rows.div_ceil(ROW_BLOCK);
        if blocks == 0 {
            return;
        }
        let wanted = TASKS_A_THREAD * rayon::current_num_threads();
        let groups = wanted.div_ceil(blocks).clamp(1, panels);
        let output = Shared::new(output);
        (0..groups * blocks).into_par_iter().with_max_len(1).for_each(|task| {
            // Neighbouring tasks share panels.
            let (group, block) = (task / blocks, task % blocks);
            let part = Part {
                rows: block * ROW_BLOCK..((block + 1) * ROW_BLOCK).min(rows),
                panels: group * panels / groups..(group + 1) * panels / groups,
            };
            // SAFETY: `check` compared the shapes; the parts are disjoint and `output` is borrowed until all end.
            unsafe { self.part(input, output, &part, target, activation) };
        });
    }

    fn check(&self, input: &[f32], output: &[f32]) -> usize {
        let rows = input.len() / self.inputs();
        assert!(
            input.len() == rows * self.inputs() && output.len() == rows * self.outputs(),
            "a linear layer of {} to {} values got {} and {}",
            self.inputs(),
            self.outputs(),
            input.len(),
            output.len()
        );
        rows
    }

    /// # Safety
    /// `input` and `output` must hold whole rows up to the end of `part`, and nobody else may touch that part of
    /// `output`.
    unsafe fn part(&self, input: &[f32], output: Shared, part: &Part, target: Target, activation: Activation) {
        let outputs = self.outputs();
        for start in part.rows.clone().step_by(ROW_BLOCK) {
            let rows = ROW_BLOCK.min(part.rows.end - start);
            for panel in part.panels.clone() {
                let column = panel * PANEL;
                let columns = PANEL.min(outputs - column);
                let out = output.at(start * outputs + column);
                let product = Product {
                    a: input[start * self.inputs()..].as_ptr(),
                    a_stride: self.inputs(),
                    rows,
                    depth: self.inputs(),
                    panel: self.packed.panel(panel),
                    storage: self.packed.storage,
                    columns,
                    bias: self.bias.as_ptr().wrapping_add(column),
                    add: if target == Target::Add { out } else { std::ptr::null() },
                    add_stride: outputs,
                    out,
                    out_stride: outputs,
                };
                // SAFETY: the rows and the panel's columns are inside `input`, the weights and `output`.
                unsafe { product.compute(self.level) };
                // SAFETY: the same block of `output`.
                unsafe { self.activate(out, rows, columns, activation) };
            }
        }
    }

    /// # Safety
    /// `out` must be a block of `rows` × `columns` in an output of this layer that nobody else touches.
    unsafe fn activate(&self, out: *mut f32, rows: usize, columns: usize, activation: Activation) {
        match activation {
            Activation::Identity => {}
            // SAFETY: the caller's promise.
            Activation::Gelu => unsafe { gelu_block(self.level, out, self.outputs(), rows, columns) },
            Activation::Relu => {
                for row in 0..rows {
                    // SAFETY: the caller's promise; rows are `outputs` apart.
                    let row = unsafe { std::slice::from_raw_parts_mut(out.add(row * self.outputs()), columns) };
                    row.iter_mut().for_each(|value| *value = value.max(0.0));
                }
            }
        }
    }
}

/// Some rows of the output and some panels of its columns.
struct Part {
    rows: Range<usize>,
    panels: Range<usize>,
}
