//! A whole post-norm encoder layer in place, over prompts laid end to end.

use super::attention::{Head, HeadScratch, scratch_lens};
use super::isa::Level;
use super::linear::{Activation, Linear, Target};
use super::norm::Norm;
use super::rows::{Shared, with_scratch};
use super::team;

/// `y = norm(x + attention(x))`, then `norm(y + mlp(y))`.
pub(in crate::model) struct EncoderLayer {
    pub(in crate::model) level: Level,
    pub(in crate::model) heads: usize,
    /// Queries, keys and values side by side.
    pub(in crate::model) qkv: Linear,
    pub(in crate::model) output: Linear,
    pub(in crate::model) attention_norm: Norm,
    pub(in crate::model) up: Linear,
    pub(in crate::model) down: Linear,
    pub(in crate::model) output_norm: Norm,
}

/// Memory between a layer's steps, kept from one layer to the next: new memory costs a page fault every 4 KiB.
#[derive(Default)]
pub(in crate::model) struct LayerMemory {
    qkv: Vec<f32>,
    context: Vec<f32>,
    middle: Vec<f32>,
}

impl EncoderLayer {
    /// `x` `[tokens, width]`, changed in place; `lens` are the tokens of each prompt.
    pub(in crate::model) fn forward(&self, x: &mut [f32], lens: &[usize], memory: &mut LayerMemory) {
        let width = self.output.outputs();
        let tokens = x.len() / width;
        assert_eq!(tokens, lens.iter().sum::<usize>(), "every token belongs to a prompt");
        let LayerMemory { qkv, context, middle } = memory;
        qkv.resize(tokens * 3 * width, 0.0);
        context.resize(tokens * width, 0.0);
        middle.resize(tokens * self.up.outputs(), 0.0);
        self.qkv.spread(x, qkv, Activation::Identity);
        self.attend(qkv, context, lens);
        self.output.spread_to(context, x, Target::Add, Activation::Identity);
        self.attention_norm.spread_in_place(x);
        self.up.spread(x, middle, Activation::Gelu);
        self.down.spread_to(middle, x, Target::Add, Activation::Identity);
        self.output_norm.spread_in_place(x);
    }

    fn attend(&self, qkv: &[f32], context: &mut [f32], lens: &[usize]) {
        let width = self.output.outputs();
        let dim = width / self.heads;
        let starts: Vec<usize> = lens.iter().scan(0, |next, len| Some(std::mem::replace(next, *next + len))).collect();
        let context = Shared::new(context);
        team::each(lens.len() * self.heads, |task| {
            let (prompt, head) = (task / self.heads, task % self.heads);
            let (start, tokens) = (starts[prompt], lens[prompt]);
            let qkv = &qkv[start * 3 * width..][..tokens * 3 * width];
            let part = Head { level: self.level, qkv, tokens, width, head, dim, bias: None, mask: None };
            with_scratch(scratch_lens(tokens, dim), |[keys, values, scores, shares]| {
                let at = context.at(start * width + head * dim);
                // SAFETY: each task has a prompt's rows and a head's columns of `context` of its own.
                unsafe { part.attend(&mut HeadScratch { keys, values, scores, shares }, at) };
            });
        });
    }
}
