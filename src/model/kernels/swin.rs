//! A whole Swin block in place: each group of windows passes through attention and MLP while it is in the cache.

use crate::model::kernels::attention::{AttentionHead, HeadScratch, score_stride, scratch_lens};
use crate::model::kernels::block::Accumulation;
use crate::model::kernels::isa::Level;
use crate::model::kernels::linear::{Activation, PackedLinear, ROW_BLOCK};
use crate::model::kernels::norm::PackedNorm;
use crate::model::kernels::rows::{Shared, with_scratch};
use crate::model::kernels::team;

/// Fewer groups of windows than this for each thread, and the layers are spread over the threads one by one.
const GROUPS_A_THREAD: usize = 2;

/// A place in a window that no token of the grid fills.
const PADDING: u32 = u32::MAX;

/// Which tokens of a view's grid stand in which window.
pub(in crate::model) struct WindowLayout {
    /// Tokens of the grid.
    grid_tokens: usize,
    /// Tokens of a window.
    tokens: usize,
    /// For each window and each place in it, the token, or [`PADDING`].
    order: Vec<u32>,
    /// The mask of each window, as a place in `masks`.
    mask_of: Vec<Option<usize>>,
    /// Distinct masks that hold anything, `[tokens, score_stride]`, in powers of two.
    masks: Vec<Vec<f32>>,
}

impl WindowLayout {
    /// `order` `[windows, tokens]` holds 1 + the token at each place, 0 for padding; `mask` `[windows, tokens, tokens]`
    /// what is added to the scores, in natural powers.
    pub(in crate::model) fn new(grid_tokens: usize, tokens: usize, order: &[f32], mask: Option<&[f32]>) -> Self {
        let order: Vec<u32> = order.iter().map(|place| (*place as u32).wrapping_sub(1)).collect();
        let mut masks: Vec<Vec<f32>> = Vec::new();
        let mut find = |mask: &[f32]| {
            mask.iter().any(|value| *value != 0.0).then(|| {
                let mask = score_rows(mask, tokens);
                masks.iter().position(|known| *known == mask).unwrap_or_else(|| {
                    masks.push(mask);
                    masks.len() - 1
                })
            })
        };
        let mask_of = match mask {
            None => vec![None; order.len() / tokens],
            Some(mask) => mask.chunks_exact(tokens * tokens).map(&mut find).collect(),
        };
        assert!(order.iter().all(|place| *place == PADDING || (*place as usize) < grid_tokens), "places of the grid");
        WindowLayout { grid_tokens, tokens, order, mask_of, masks }
    }

    fn count(&self) -> usize {
        self.mask_of.len()
    }
}

/// Rows of `tokens` scores padded to their stride, from natural powers to powers of two.
fn score_rows(values: &[f32], tokens: usize) -> Vec<f32> {
    let mut rows = Vec::with_capacity(values.len() / tokens * score_stride(tokens));
    for row in values.chunks_exact(tokens) {
        rows.extend(row.iter().map(|value| value * std::f32::consts::LOG2_E));
        rows.resize(rows.len().next_multiple_of(score_stride(tokens)), 0.0);
    }
    rows
}

/// The attention half's layers.
pub(in crate::model) struct PackedAttention {
    heads: usize,
    norm: PackedNorm,
    qkv: PackedLinear,
    output: PackedLinear,
    /// `[heads, tokens, score_stride]`.
    bias: Vec<f32>,
}

impl PackedAttention {
    /// `qkv` makes queries, keys and values side by side; `bias` is `[heads, tokens, tokens]` in natural powers.
    pub(in crate::model) fn new(
        heads: usize,
        tokens: usize,
        norm: PackedNorm,
        qkv: PackedLinear,
        output: PackedLinear,
        bias: &[f32],
    ) -> Self {
        PackedAttention { heads, norm, qkv, output, bias: score_rows(bias, tokens) }
    }
}

/// `x + attention(norm(x))` within windows, then `x + mlp(norm(x))`.
pub(in crate::model) struct PackedSwinBlock {
    pub(in crate::model) level: Level,
    pub(in crate::model) windows: WindowLayout,
    pub(in crate::model) attention: PackedAttention,
    pub(in crate::model) norm: PackedNorm,
    pub(in crate::model) up: PackedLinear,
    pub(in crate::model) down: PackedLinear,
}

impl PackedSwinBlock {
    /// `tokens` `[views, grid², width]`, changed in place.
    pub(in crate::model) fn forward(&self, tokens: &mut [f32]) {
        let view = self.windows.grid_tokens * self.width();
        assert!(tokens.len().is_multiple_of(view), "whole views");
        let views = tokens.len() / view;
        let group = (ROW_BLOCK / self.windows.tokens).clamp(1, self.windows.count());
        let groups = self.windows.count().div_ceil(group);
        let threads = rayon::current_num_threads();
        if threads > 1 && views * groups < GROUPS_A_THREAD * threads {
            return self.layer_by_layer(tokens, views);
        }
        let shared = Shared::new(tokens);
        team::each(views * groups, |task| {
            let first = task % groups * group;
            let windows = first..(first + group).min(self.windows.count());
            // SAFETY: windows share no token, so every task touches rows of its own; `tokens` is borrowed throughout.
            unsafe { self.fused(shared, task / groups * view, windows) };
        });
    }

    fn width(&self) -> usize {
        self.attention.norm.weight.len()
    }

    /// Everything for some windows of the view that begins at `view`.
    ///
    /// # Safety
    /// The view must be inside `tokens`, and no other task may touch these windows' rows.
    unsafe fn fused(&self, tokens: Shared, view: usize, windows: std::ops::Range<usize>) {
        let (width, size) = (self.width(), self.windows.tokens);
        let order = &self.windows.order[windows.start * size..windows.end * size];
        let rows = order.len();
        let wide = self.attention.qkv.outputs().max(self.up.outputs());
        let [keys, values, scores, shares] = scratch_lens(size, width / self.attention.heads);
        let lens = [rows * width, rows * width, rows * wide, keys, values, scores, shares];
        with_scratch(lens, |[x, normed, wide, keys, values, scores, shares]| {
            for (row, place) in x.chunks_exact_mut(width).zip(order) {
                // SAFETY: the place is a token of this view, whose row is this task's own.
                unsafe { copy_in(row, tokens, view, *place) };
            }
            self.normalise(x, normed, order);
            let qkv = &mut wide[..rows * 3 * width];
            self.attention.qkv.rows(normed, qkv, Accumulation::Replace, Activation::Identity);
            let mut scratch = HeadScratch { keys, values, scores, shares };
            for (i, window) in windows.enumerate() {
                let qkv = &qkv[i * size * 3 * width..][..size * 3 * width];
                let context = &mut normed[i * size * width..][..size * width];
                for head in 0..self.attention.heads {
                    let at = context[head * (width / self.attention.heads)..].as_mut_ptr();
                    // SAFETY: the head's columns of `context` are inside this task's scratch.
                    unsafe { self.head(qkv, window, head).attend(&mut scratch, at) };
                }
            }
            self.attention.output.rows(normed, x, Accumulation::Add, Activation::Identity);
            self.norm.rows(x, normed);
            let middle = &mut wide[..rows * self.up.outputs()];
            self.up.rows(normed, middle, Accumulation::Replace, Activation::Gelu);
            self.down.rows(middle, x, Accumulation::Add, Activation::Identity);
            for (row, place) in x.chunks_exact(width).zip(order).filter(|(_, place)| **place != PADDING) {
                // SAFETY: as above.
                unsafe { tokens.part(view + *place as usize * width, width) }.copy_from_slice(row);
            }
        });
    }

    /// The same for all windows, each layer spread over all threads: for few windows and many threads.
    fn layer_by_layer(&self, tokens: &mut [f32], views: usize) {
        let (width, size, heads) = (self.width(), self.windows.tokens, self.attention.heads);
        let (count, dim) = (self.windows.count(), width / heads);
        let rows = views * self.windows.order.len();
        let order = self.windows.order.repeat(views);
        let view_of = |row: usize| row / self.windows.order.len() * self.windows.grid_tokens * width;
        let shared = Shared::new(tokens);
        let mut x = vec![0f32; rows * width];
        x.chunks_exact_mut(width).zip(&order).enumerate().for_each(|(row, (to, place))| {
            // SAFETY: the place is a token of its view, and nothing writes yet.
            unsafe { copy_in(to, shared, view_of(row), *place) };
        });
        let mut normed = vec![0f32; rows * width];
        self.normalise(&x, &mut normed, &order);
        let mut qkv = vec![0f32; rows * 3 * width];
        self.attention.qkv.spread(&normed, &mut qkv, Activation::Identity);
        let context = Shared::new(&mut normed);
        team::each(views * count * heads, |task| {
            let (window, head) = (task / heads, task % heads);
            let qkv = &qkv[window * size * 3 * width..][..size * 3 * width];
            with_scratch(scratch_lens(size, dim), |[keys, values, scores, shares]| {
                let at = context.at(window * size * width + head * dim);
                let mut scratch = HeadScratch { keys, values, scores, shares };
                // SAFETY: each task has a window's rows and a head's columns of its own.
                unsafe { self.head(qkv, window % count, head).attend(&mut scratch, at) };
            });
        });
        self.attention.output.spread_to(&normed, &mut x, Accumulation::Add, Activation::Identity);
        self.norm.rows(&x, &mut normed);
        let mut middle = vec![0f32; rows * self.up.outputs()];
        self.up.spread(&normed, &mut middle, Activation::Gelu);
        self.down.spread_to(&middle, &mut x, Accumulation::Add, Activation::Identity);
        for (row, (from, place)) in x.chunks_exact(width).zip(&order).enumerate() {
            if *place != PADDING {
                // SAFETY: the place is a token of its view, and all tasks have ended.
                unsafe { shared.part(view_of(row) + *place as usize * width, width) }.copy_from_slice(from);
            }
        }
    }

    /// The first LayerNorm; padding is zero behind it, as in the reference.
    fn normalise(&self, x: &[f32], normed: &mut [f32], order: &[u32]) {
        self.attention.norm.rows(x, normed);
        for (row, _) in normed.chunks_exact_mut(self.width()).zip(order).filter(|(_, place)| **place == PADDING) {
            row.fill(0.0);
        }
    }

    fn head<'a>(&'a self, qkv: &'a [f32], window: usize, head: usize) -> AttentionHead<'a> {
        let per_head = self.windows.tokens * score_stride(self.windows.tokens);
        AttentionHead {
            level: self.level,
            qkv,
            tokens: self.windows.tokens,
            width: self.width(),
            head,
            dim: self.width() / self.attention.heads,
            bias: Some(&self.attention.bias[head * per_head..(head + 1) * per_head]),
            mask: self.windows.mask_of[window].map(|mask| self.windows.masks[mask].as_slice()),
        }
    }
}

/// Copies the token at `place` of the view that begins at `view` to `row`; padding is zero.
///
/// # Safety
/// The token must be inside `tokens`, and no other task may write it.
unsafe fn copy_in(row: &mut [f32], tokens: Shared, view: usize, place: u32) {
    match place {
        PADDING => row.fill(0.0),
        // SAFETY: the caller's promise.
        place => row.copy_from_slice(unsafe { tokens.part(view + place as usize * row.len(), row.len()) }),
    }
}
