//! One resolution of the tower: blocks, then the merge that halves the grid.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::model::config::AudioConfig;
use crate::model::htsat::block::{Block, BlockShape};
use crate::model::htsat::merge::PatchMerging;
use crate::model::kernels::Storage;

/// `[batch, grid², width]` → `[batch, grid² / 4, 2 · width]`; the last stage keeps its shape.
pub(super) struct SwinStage {
    blocks: Vec<Block>,
    downsample: Option<PatchMerging>,
}

impl SwinStage {
    pub(super) fn load(config: &AudioConfig, index: usize, storage: Storage, vb: VarBuilder) -> Result<Self> {
        let (width, grid) = (config.stage_width(index), config.grid() >> index);
        let load_block = |i: usize| {
            // Where one window covers the grid there is nothing to shift; else every second block shifts by half.
            let shift = if grid <= config.window_size || i.is_multiple_of(2) { 0 } else { config.window_size / 2 };
            let shape =
                BlockShape { width, grid, heads: config.num_attention_heads[index], window: config.window_size, shift };
            Block::load(config, shape, storage, vb.pp("blocks").pp(i))
        };
        let downsample = match index + 1 < config.depths.len() {
            true => Some(PatchMerging::load(width, grid, storage, vb.pp("downsample"))?),
            false => None,
        };
        Ok(SwinStage {
            blocks: (0..config.depths[index]).into_par_iter().map(load_block).collect::<Result<_>>()?,
            downsample,
        })
    }

    /// Takes the tokens, because blocks may change them in place.
    pub(super) fn forward(&self, mut tokens: Tensor) -> Result<Tensor> {
        for block in &self.blocks {
            tokens = block.forward(tokens)?;
        }
        match &self.downsample {
            Some(merge) => merge.forward(&tokens),
            None => Ok(tokens),
        }
    }
}
