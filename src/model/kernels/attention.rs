//! Softmax attention of one head over one short sequence: a Swin window or a prompt.
//!
//! Scores come in powers of two: the keys are multiplied by 1/√d · log₂ e as they are packed (not the weights that make
//! queries or keys, which f16 may hold exactly), and biases and masks carry log₂ e.

use crate::model::kernels::gemm::Product;
use crate::model::kernels::isa::Level;
use crate::model::kernels::math::softmax_powers;
use crate::model::kernels::packed::Float;
use crate::model::kernels::panel::PANEL;

/// Scores of a query are padded to whole vectors of the widest level.
const LANES: usize = 16;

/// Floats from one query's scores to the next.
pub(super) fn score_stride(tokens: usize) -> usize {
    tokens.next_multiple_of(LANES)
}

/// One head's part of a sequence.
#[derive(Clone, Copy)]
pub(super) struct AttentionHead<'a> {
    pub(super) level: Level,
    /// `[tokens, stride]`: queries, keys and values of all heads, a third of the stride each.
    pub(super) qkv: &'a [f32],
    pub(super) tokens: usize,
    /// Width of all heads together.
    pub(super) width: usize,
    /// Which head, and how wide each is.
    pub(super) head: usize,
    pub(super) dim: usize,
    /// `[tokens, score_stride]`, added to the scores.
    pub(super) bias: Option<&'a [f32]>,
    /// The same, for windows in which a cyclic shift put strangers side by side.
    pub(super) mask: Option<&'a [f32]>,
}

/// Memory for one head at a time.
pub(super) struct HeadScratch<'a> {
    pub(super) keys: &'a mut [f32],
    pub(super) values: &'a mut [f32],
    pub(super) scores: &'a mut [f32],
    pub(super) shares: &'a mut [f32],
}

/// Lengths of a [`HeadScratch`]'s parts, in order.
pub(super) fn scratch_lens(tokens: usize, dim: usize) -> [usize; 4] {
    let panels = |columns: usize, depth: usize| columns.div_ceil(PANEL) * PANEL * depth;
    [panels(tokens, dim), panels(dim, tokens), tokens * score_stride(tokens), tokens]
}

impl AttentionHead<'_> {
    /// Writes the head's context, `[tokens, dim]` in rows `width` apart, to `out`.
    ///
    /// # Safety
    /// That block must be writable by nobody else.
    pub(super) unsafe fn attend(self, scratch: &mut HeadScratch, out: *mut f32) {
        assert_eq!(self.qkv.len(), self.tokens * 3 * self.width, "queries, keys and values of every token");
        self.pack(scratch);
        self.score(scratch);
        softmax_powers(self.level, scratch.scores, score_stride(self.tokens), self.tokens, scratch.shares);
        // SAFETY: the caller's promise.
        unsafe { self.mix(scratch, out) };
    }

    /// Part `index` (0 queries, 1 keys, 2 values) of token `token`.
    fn row(&self, token: usize, index: usize) -> &[f32] {
        let start = (3 * token + index) * self.width + self.head * self.dim;
        &self.qkv[start..start + self.dim]
    }

    /// Keys as panels `[dim, PANEL]` of tokens, values as panels `[tokens, PANEL]` of dimensions.
    fn pack(&self, scratch: &mut HeadScratch) {
        let scale = std::f32::consts::LOG2_E / (self.dim as f32).sqrt();
        for token in 0..self.tokens {
            let panel = &mut scratch.keys[token / PANEL * PANEL * self.dim..][..PANEL * self.dim];
            for (line, key) in panel.chunks_exact_mut(PANEL).zip(self.row(token, 1)) {
                line[token % PANEL] = key * scale;
            }
            for (panel, part) in self.row(token, 2).chunks(PANEL).enumerate() {
                let start = (panel * self.tokens + token) * PANEL;
                scratch.values[start..start + part.len()].copy_from_slice(part);
            }
        }
    }

    fn score(&self, scratch: &mut HeadScratch) {
        let stride = score_stride(self.tokens);
        let add = match (self.bias, self.mask) {
            (Some(bias), Some(mask)) => {
                for ((score, bias), mask) in scratch.scores.iter_mut().zip(bias).zip(mask) {
                    *score = bias + mask;
                }
                scratch.scores.as_ptr()
            }
            (Some(bias), None) => {
                assert_eq!(bias.len(), self.tokens * stride, "a bias for every pair of tokens");
                bias.as_ptr()
            }
            (None, _) => std::ptr::null(),
        };
        for column in (0..stride).step_by(PANEL) {
            let product = Product {
                a: self.row(0, 0).as_ptr(),
                a_stride: 3 * self.width,
                rows: self.tokens,
                depth: self.dim,
                panel: scratch.keys[column * self.dim..].as_ptr().cast(),
                float: Float::F32,
                columns: PANEL.min(stride - column),
                bias: std::ptr::null(),
                add: if add.is_null() { add } else { add.wrapping_add(column) },
                add_stride: stride,
                out: scratch.scores[column..].as_mut_ptr(),
                out_stride: stride,
            };
            // SAFETY: queries are inside `qkv`, keys fill whole panels, scores and biases have `stride` columns.
            unsafe { product.compute(self.level) };
        }
    }

    /// # Safety
    /// As [`AttentionHead::attend`].
    unsafe fn mix(&self, scratch: &HeadScratch, out: *mut f32) {
        for column in (0..self.dim).step_by(PANEL) {
            let product = Product {
                a: scratch.scores.as_ptr(),
                a_stride: score_stride(self.tokens),
                rows: self.tokens,
                depth: self.tokens,
                panel: scratch.values[column * self.tokens..].as_ptr().cast(),
                float: Float::F32,
                columns: PANEL.min(self.dim - column),
                bias: std::ptr::null(),
                add: std::ptr::null(),
                add_stride: 0,
                out: out.wrapping_add(column),
                out_stride: self.width,
            };
            // SAFETY: scores and values are scratch of these shapes, and the caller promises `out`.
            unsafe { product.compute(self.level) };
        }
        for (token, share) in scratch.shares.iter().enumerate() {
            // SAFETY: the block was just written.
            let row = unsafe { std::slice::from_raw_parts_mut(out.add(token * self.width), self.dim) };
            row.iter_mut().for_each(|value| *value *= share);
        }
    }
}
