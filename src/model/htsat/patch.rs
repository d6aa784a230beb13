//! Image → patch tokens, with the long view's crops fused in.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, VarBuilder};

use crate::model::config::AudioConfig;
use crate::model::htsat::fusion::Fusion;
use crate::model::kernels::{Activation, Storage};
use crate::model::layers::{Dense, Normalise};

/// Epsilon of the LayerNorms outside the blocks: PyTorch's default, which the reference leaves in place there.
pub(super) const OUTER_NORM_EPS: f64 = 1e-5;

/// A crop's patches are this many times as wide as the shrunk view's (`mel_conv2d` in the reference).
const CROP_PATCH_STRETCH: usize = 3;

/// `[batch, channels, side, side]` → `[batch, grid², width]`.
pub(super) struct PatchEmbed {
    patch: usize,
    proj: Dense,
    crops: Option<CropEmbed>,
    norm: Option<Normalise>,
}

struct CropEmbed {
    proj: Dense,
    fusion: Fusion,
}

impl PatchEmbed {
    pub(super) fn load(config: &AudioConfig, vb: VarBuilder) -> Result<Self> {
        let (patch, width) = (config.patch(), config.patch_embeds_hidden_size);
        let crops = match config.enable_fusion {
            false => None,
            true => Some(CropEmbed {
                proj: patch_linear(width, (patch, CROP_PATCH_STRETCH * patch), vb.pp("mel_conv2d"))?,
                fusion: Fusion::load(config, vb.pp("fusion_model"))?,
            }),
        };
        let norm = match config.enable_patch_layer_norm {
            false => None,
            true => Some(Normalise::load(width, OUTER_NORM_EPS, vb.pp("norm"))?),
        };
        Ok(PatchEmbed { patch, proj: patch_linear(width, (patch, patch), vb.pp("proj"))?, crops, norm })
    }

    pub(super) fn forward(&self, image: &Tensor, is_longer: &[bool]) -> Result<Tensor> {
        let whole = patches(&image.narrow(1, 0, 1)?, self.patch, self.patch)?;
        let mut tokens = self.proj.forward(&whole, Activation::Identity)?.flatten(1, 2)?;
        if let Some(crops) = self.crops.as_ref().filter(|_| is_longer.contains(&true)) {
            let fused = crops.forward(image, &tokens, self.patch)?;
            tokens = select(is_longer, &fused, &tokens)?;
        }
        match &self.norm {
            None => Ok(tokens),
            Some(norm) => norm.forward(&tokens),
        }
    }
}

impl CropEmbed {
    /// Merges the three crops, side by side in time, into the shrunk view's tokens.
    fn forward(&self, image: &Tensor, tokens: &Tensor, patch: usize) -> Result<Tensor> {
        let crops = patches(&image.narrow(1, 1, image.dim(1)? - 1)?, patch, CROP_PATCH_STRETCH * patch)?;
        let embedded = self.proj.forward(&crops, Activation::Identity)?;
        let (batch, rows, columns, width) = embedded.dims4()?;
        let side_by_side = embedded.pad_with_zeros(2, 0, rows - columns)?.reshape((batch, rows * rows, width))?;
        self.fusion.forward(tokens, &side_by_side)
    }
}

/// A convolution whose stride is its kernel `(height, width)` is a linear map of each patch.
fn patch_linear(width: usize, kernel: (usize, usize), vb: VarBuilder) -> Result<Dense> {
    let weight = vb.get((width, 1, kernel.0, kernel.1), "weight")?;
    let weight = weight.reshape((width, kernel.0 * kernel.1))?;
    Dense::new(Linear::new(weight, Some(vb.get(width, "bias")?)), Storage::F32)
}

/// `[batch, channels, H, W]` → `[batch, H / height, channels · (W / width), height · width]`, the channels' patches side by
/// side; an incomplete last column of patches is dropped, as an unpadded convolution drops it.
fn patches(image: &Tensor, height: usize, width: usize) -> Result<Tensor> {
    let (batch, channels, rows, columns) = image.dims4()?;
    let (rows, columns) = (rows / height, columns / width);
    image
        .narrow(3, 0, columns * width)?
        .reshape(&[batch, channels, rows, height, columns, width][..])?
        .permute([0, 2, 1, 4, 3, 5])?
        .reshape((batch, rows, channels * columns, height * width))
}

/// Item `i` of `yes` where `choice[i]`, else of `no`; both `[batch, …]`.
fn select(choice: &[bool], yes: &Tensor, no: &Tensor) -> Result<Tensor> {
    if choice.iter().all(|c| *c) {
        return Ok(yes.clone());
    }
    let items = choice.iter().enumerate().map(|(i, c)| if *c { yes.get(i) } else { no.get(i) });
    Tensor::stack(&items.collect::<Result<Vec<_>>>()?, 0)
}
