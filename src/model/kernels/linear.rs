//! A linear layer over packed weights: one thread's rows, or all rows spread over the threads.

use std::ops::Range;

use crate::model::kernels::block::{Accumulation, OutputBlock};
use crate::model::kernels::gemm::Product;
use crate::model::kernels::int8::Int8;
use crate::model::kernels::isa::Level;
use crate::model::kernels::math::gelu_block;
use crate::model::kernels::packed::{Aligned, Packed, Storage};
use crate::model::kernels::panel::PANEL;
use crate::model::kernels::rows::Shared;
use crate::model::kernels::team;

/// Rows that pass over a panel before the next panel is read; with it they stay in the second-level cache.
pub(super) const ROW_BLOCK: usize = 64;

/// Tasks a thread should get, so that neither one slow core nor an odd task at the end keeps the others waiting long.
const TASKS_A_THREAD: usize = 16;

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
pub(in crate::model) struct LinearWeights<'a> {
    /// `[outputs, inputs]`.
    pub(in crate::model) weight: &'a [f32],
    /// `[outputs]`.
    pub(in crate::model) bias: Option<&'a [f32]>,
}

enum PackedWeights {
    Float(Packed),
    Int8(Int8),
}

/// `x · Wᵀ + b`.
pub(in crate::model) struct PackedLinear {
    level: Level,
    weights: PackedWeights,
    /// Padded to whole panels.
    bias: Aligned,
}

impl PackedLinear {
    /// Packs `sources`, whose outputs are laid side by side; each takes `inputs` values.
    pub(in crate::model) fn pack(level: Level, inputs: usize, storage: Storage, sources: &[LinearWeights]) -> Self {
        let rows: Vec<&[f32]> = sources.iter().flat_map(|source| source.weight.chunks_exact(inputs)).collect();
        let weights = match storage {
            Storage::Float(float) => PackedWeights::Float(Packed::transposed(&rows, inputs, float)),
            Storage::Int8(dot) => PackedWeights::Int8(Int8::quantised(level, dot, &rows, inputs)),
        };
        let mut bias = Aligned::zeroed(rows.len().next_multiple_of(PANEL));
        let mut at = 0;
        for source in sources {
            let outputs = source.weight.len() / inputs;
            for (to, from) in bias.values()[at..at + outputs].iter_mut().zip(source.bias.unwrap_or_default()) {
                *to = *from;
            }
            at += outputs;
        }
        PackedLinear { level, weights, bias }
    }

    pub(super) fn inputs(&self) -> usize {
        match &self.weights {
            PackedWeights::Float(packed) => packed.depth,
            PackedWeights::Int8(int8) => int8.depth,
        }
    }

    pub(in crate::model) fn outputs(&self) -> usize {
        match &self.weights {
            PackedWeights::Float(packed) => packed.columns,
            PackedWeights::Int8(int8) => int8.columns,
        }
    }

    fn panels(&self) -> usize {
        self.outputs().div_ceil(PANEL)
    }

    /// `input` `[rows, inputs]` → `output` `[rows, outputs]` on this thread.
    pub(super) fn rows(&self, input: &[f32], output: &mut [f32], target: Accumulation, activation: Activation) {
        let rows = self.check(input, output);
        let all = OutputTile { rows: 0..rows, panels: 0..self.panels() };
        // SAFETY: `check` compared the shapes, and `output` is borrowed mutably.
        unsafe { self.part(input, Shared::new(output), &all, target, activation) };
    }

    /// The same, spread over all threads.
    pub(in crate::model) fn spread(&self, input: &[f32], output: &mut [f32], activation: Activation) {
        self.spread_to(input, output, Accumulation::Replace, activation);
    }

    pub(super) fn spread_to(&self, input: &[f32], output: &mut [f32], target: Accumulation, activation: Activation) {
        let rows = self.check(input, output);
        let panels = self.panels();
        let blocks = rows.div_ceil(ROW_BLOCK);
        if blocks == 0 {
            return;
        }
        let wanted = TASKS_A_THREAD * rayon::current_num_threads();
        let groups = wanted.div_ceil(blocks).clamp(1, panels);
        let output = Shared::new(output);
        team::each(groups * blocks, |task| {
            // Neighbouring tasks share panels.
            let (group, block) = (task / blocks, task % blocks);
            let part = OutputTile {
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
    unsafe fn part(
        &self,
        input: &[f32],
        output: Shared,
        part: &OutputTile,
        target: Accumulation,
        activation: Activation,
    ) {
        let (inputs, outputs) = (self.inputs(), self.outputs());
        for start in part.rows.clone().step_by(ROW_BLOCK) {
            let rows = ROW_BLOCK.min(part.rows.end - start);
            let input = &input[start * inputs..(start + rows) * inputs];
            let blocks = part.panels.clone().map(|panel| OutputBlock {
                panel,
                rows,
                columns: PANEL.min(outputs - panel * PANEL),
                bias: self.bias.as_ptr().wrapping_add(panel * PANEL),
                out: output.at(start * outputs + panel * PANEL),
                stride: outputs,
                target,
            });
            match &self.weights {
                PackedWeights::Float(packed) => blocks.for_each(|block| {
                    // SAFETY: `input` has the block's rows, and the block is this part's.
                    unsafe { multiply(self.level, packed, input, block) };
                    // SAFETY: the same block.
                    unsafe { activate(self.level, block, activation) };
                }),
                PackedWeights::Int8(int8) => int8.with_rows(input, |input| {
                    blocks.for_each(|block| {
                        // SAFETY: as for floats.
                        unsafe { int8.multiply(input, block) };
                        // SAFETY: the same block.
                        unsafe { activate(self.level, block, activation) };
                    });
                }),
            }
        }
    }
}

/// Some rows of the output and some panels of its columns.
struct OutputTile {
    rows: Range<usize>,
    panels: Range<usize>,
}

/// # Safety
/// `input` must hold the block's rows; the block must be inside an output that nobody else touches there.
unsafe fn multiply(level: Level, packed: &Packed, input: &[f32], block: OutputBlock) {
    let product = Product {
        a: input.as_ptr(),
        a_stride: packed.depth,
        rows: block.rows,
        depth: packed.depth,
        panel: packed.panel(block.panel),
        float: packed.float,
        columns: block.columns,
        bias: block.bias,
        add: if block.target == Accumulation::Add { block.out } else { std::ptr::null() },
        add_stride: block.stride,
        out: block.out,
        out_stride: block.stride,
    };
    // SAFETY: the caller's promise; weights and bias fill whole panels.
    unsafe { product.compute(level) };
}

/// # Safety
/// As [`multiply`].
unsafe fn activate(level: Level, block: OutputBlock, activation: Activation) {
    match activation {
        Activation::Identity => {}
        // SAFETY: the caller's promise.
        Activation::Gelu => unsafe { gelu_block(level, block.out, block.stride, block.rows, block.columns) },
        Activation::Relu => {
            for row in 0..block.rows {
                // SAFETY: the caller's promise; rows are `stride` apart.
                let row = unsafe { std::slice::from_raw_parts_mut(block.out.add(row * block.stride), block.columns) };
                row.iter_mut().for_each(|value| *value = value.max(0.0));
            }
        }
    }
}
