//! HTSAT, the audio tower: log-mel views → one vector a view.
//!
//! A Swin transformer over the mel folded into a square image (Chen et al., "HTS-AT", 2022; chunk-and-fuse from Wu et
//! al., "Large-scale contrastive language-audio pretraining", 2023). Tensor names follow the checkpoint. What it will
//! not do: read audio, normalise vectors, decide batches.

mod block;
mod fusion;
mod image;
mod merge;
mod patch;
mod stage;

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod cost;

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::model::config::AudioConfig;
use crate::model::htsat::image::MelImage;
use crate::model::htsat::patch::{OUTER_NORM_EPS, PatchEmbed};
use crate::model::htsat::stage::SwinStage;
use crate::model::kernels::Storage;
use crate::model::layers::Normalise;

/// The audio tower.
pub(super) struct Htsat {
    pub(super) image: MelImage,
    patch_embed: PatchEmbed,
    stages: Vec<SwinStage>,
    pub(super) norm: Normalise,
}

impl Htsat {
    /// Takes the tensors under `audio_model.audio_encoder`; `frames` is the length of every mel it will be given. The CPU's
    /// kernels hold the linear layers of blocks and merges as `storage`.
    pub(super) fn load(config: &AudioConfig, frames: usize, storage: Storage, vb: VarBuilder) -> Result<Self> {
        let last = config.depths.len() - 1;
        let stage = |i| SwinStage::load(config, i, storage, vb.pp("layers").pp(i));
        let stages = (0..=last).into_par_iter().map(stage).collect::<Result<_>>()?;
        Ok(Htsat {
            image: MelImage::load(config, frames, vb.pp("batch_norm"))?,
            patch_embed: PatchEmbed::load(config, vb.pp("patch_embed"))?,
            stages,
            norm: Normalise::load(config.stage_width(last), OUTER_NORM_EPS, vb.pp("norm"))?,
        })
    }

    /// `mel` `[batch, channels, frames, bins]` in dB → `[batch, hidden_size]`. Where `is_longer` the four channels are
    /// fused; elsewhere only channel 0 is heard.
    pub(super) fn forward(&self, mel: &Tensor, is_longer: &[bool]) -> Result<Tensor> {
        let mut tokens = self.patch_embed.forward(&self.image.forward(mel)?, is_longer)?;
        for stage in &self.stages {
            tokens = stage.forward(tokens)?;
        }
        // The reference regroups frequencies before it averages, which does not change the mean over all positions.
        self.norm.forward(&tokens)?.mean(1)
    }

    /// The patch embedding and each stage's output, `[batch, tokens, width]`, in order.
    #[cfg(test)]
    pub(super) fn hidden_states(&self, mel: &Tensor, is_longer: &[bool]) -> Result<Vec<Tensor>> {
        let mut states = vec![self.patch_embed.forward(&self.image.forward(mel)?, is_longer)?];
        for stage in &self.stages {
            let input = states.last().expect("the patch embedding comes first").copy()?;
            states.push(stage.forward(input)?);
        }
        Ok(states)
    }
}
