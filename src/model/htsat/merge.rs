//! Patch merging: four neighbouring tokens become one of twice the width.

use candle_core::{Result, Tensor};
use candle_nn::{VarBuilder, linear_no_bias};

use crate::model::htsat::patch::OUTER_NORM_EPS;
use crate::model::kernels::{Activation, Storage};
use crate::model::layers::{Dense, Normalise};

/// `[batch, grid², width]` → `[batch, grid² / 4, 2 · width]`; the grid is even.
pub(super) struct PatchMerging {
    grid: usize,
    norm: Normalise,
    reduction: Dense,
}

impl PatchMerging {
    pub(super) fn load(width: usize, grid: usize, storage: Storage, vb: VarBuilder) -> Result<Self> {
        Ok(PatchMerging {
            grid,
            norm: Normalise::load(4 * width, OUTER_NORM_EPS, vb.pp("norm"))?,
            reduction: Dense::new(linear_no_bias(4 * width, 2 * width, vb.pp("reduction"))?, storage)?,
        })
    }

    pub(super) fn forward(&self, tokens: &Tensor) -> Result<Tensor> {
        let (batch, _, width) = tokens.dims3()?;
        let half = self.grid / 2;
        // Concatenation order as (row, column): (0,0), (1,0), (0,1), (1,1), so the column is the slower index.
        let quads = tokens
            .reshape(vec![batch, half, 2, half, 2, width])?
            .permute(vec![0, 1, 3, 4, 2, 5])?
            .reshape((batch, half * half, 4 * width))?;
        self.reduction.forward(&self.norm.forward(&quads)?, Activation::Identity)
    }
}
