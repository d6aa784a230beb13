//! A whole post-norm encoder layer in place, over prompts laid end to end.

use crate::model::kernels::attention::{AttentionHead, HeadScratch, scratch_lens};
use crate::model::kernels::block::Accumulation;
use crate::model::kernels::isa::Level;
use crate::model::kernels::linear::{Activation, PackedLinear};
use crate::model::kernels::norm::PackedNorm;
use crate::model::kernels::rows::{Shared, with_scratch};
use crate::model::kernels::team;

/// `y = norm(x + attention(x))`, then `norm(y + mlp(y))`.
pub(in crate::model) struct PackedEncoderLayer {
    pub(in crate::model) level: Level,
    pub(in crate::model) heads: usize,
    /// Queries, keys and values side by side.
    pub(in crate::model) qkv: PackedLinear,
    pub(in crate::model) output: PackedLinear,
    pub(in crate::model) attention_norm: PackedNorm,
    pub(in crate::model) up: PackedLinear,
    pub(in crate::model) down: PackedLinear,
    pub(in crate::model) output_norm: PackedNorm,
}

/// Memory between a layer's steps, kept from one layer to the next: new memory costs a page fault every 4 KiB.
#[derive(Default)]
pub(in crate::model) struct LayerMemory {
    qkv: Vec<f32>,
    context: Vec<f32>,
    middle: Vec<f32>,
}

impl PackedEncoderLayer {
    /// `x` `[tokens, width]`, changed in place; `lens` are the tokens of each prompt.
    pub(in crate::model) fn forward(&self, x: &mut [f32], lens: &[usize], memory: &mut LayerMemory) {
        self.attend_all(x, lens, memory);
        self.finish(x, &memory.context, &mut memory.middle);
    }

    /// What `forward` makes of each prompt's first token, `[prompts, width]`: the other tokens end with their keys and values.
    pub(in crate::model) fn forward_first(&self, x: &[f32], lens: &[usize], memory: &mut LayerMemory) -> Vec<f32> {
        self.attend_all(x, lens, memory);
        let width = self.output.outputs();
        let first = |rows: &[f32]| -> Vec<f32> {
            starts(lens).flat_map(|start| &rows[start * width..(start + 1) * width]).copied().collect()
        };
        let mut tokens = first(x);
        self.finish(&mut tokens, &first(&memory.context), &mut memory.middle);
        tokens
    }

    /// Leaves the attention's context of every token of `x` in `memory`.
    fn attend_all(&self, x: &[f32], lens: &[usize], memory: &mut LayerMemory) {
        let width = self.output.outputs();
        let tokens = x.len() / width;
        assert_eq!(tokens, lens.iter().sum::<usize>(), "every token belongs to a prompt");
        memory.qkv.resize(tokens * 3 * width, 0.0);
        memory.context.resize(tokens * width, 0.0);
        self.qkv.spread(x, &mut memory.qkv, Activation::Identity);
        self.attend(&memory.qkv, &mut memory.context, lens);
    }

    /// All that follows the attention, for the rows of `x` and their `context`.
    fn finish(&self, x: &mut [f32], context: &[f32], middle: &mut Vec<f32>) {
        middle.resize(x.len() / self.output.outputs() * self.up.outputs(), 0.0);
        self.output.spread_to(context, x, Accumulation::Add, Activation::Identity);
        self.attention_norm.spread_in_place(x);
        self.up.spread(x, middle, Activation::Gelu);
        self.down.spread_to(middle, x, Accumulation::Add, Activation::Identity);
        self.output_norm.spread_in_place(x);
    }

    fn attend(&self, qkv: &[f32], context: &mut [f32], lens: &[usize]) {
        let width = self.output.outputs();
        let dim = width / self.heads;
        let starts: Vec<usize> = starts(lens).collect();
        let context = Shared::new(context);
        team::each(lens.len() * self.heads, |task| {
            let (prompt, head) = (task / self.heads, task % self.heads);
            let (start, tokens) = (starts[prompt], lens[prompt]);
            let qkv = &qkv[start * 3 * width..][..tokens * 3 * width];
            let part = AttentionHead { level: self.level, qkv, tokens, width, head, dim, bias: None, mask: None };
            with_scratch(scratch_lens(tokens, dim), |[keys, values, scores, shares]| {
                let at = context.at(start * width + head * dim);
                // SAFETY: each task has a prompt's rows and a head's columns of `context` of its own.
                unsafe { part.attend(&mut HeadScratch { keys, values, scores, shares }, at) };
            });
        });
    }
}

/// The first token of each prompt.
fn starts(lens: &[usize]) -> impl Iterator<Item = usize> {
    lens.iter().scan(0, |next, len| Some(std::mem::replace(next, *next + len)))
}
