//! RoBERTa, the text tower: token ids → one vector a prompt (Liu et al., 2019).
//!
//! Prompts of a batch are laid end to end without padding: every layer but attention treats each token by itself. It
//! knows nothing of words: token ids come from `tokenizer`. Tensor names follow the checkpoint.

mod batch;
mod embeddings;
mod layer;

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::model::config::TextConfig;
use crate::model::kernels::{Activation, LayerMemory, Storage};
use crate::model::layers::Dense;
use crate::model::roberta::batch::Batch;
use crate::model::roberta::embeddings::Embeddings;
use crate::model::roberta::layer::Layer;

/// The text tower.
pub(super) struct Roberta {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    pooler: Dense,
}

impl Roberta {
    /// Takes the tensors under `text_model`; the CPU's kernels hold them as `storage`.
    pub(super) fn load(config: &TextConfig, storage: Storage, vb: VarBuilder) -> Result<Self> {
        let width = config.hidden_size;
        let layer = |index| Layer::load(config, storage, vb.pp("encoder").pp("layer").pp(index));
        let (embeddings, layers) = rayon::join(
            || Embeddings::load(config, storage, vb.pp("embeddings")),
            || (0..config.num_hidden_layers).into_par_iter().map(layer).collect::<Result<_>>(),
        );
        Ok(Roberta {
            embeddings: embeddings?,
            layers: layers?,
            pooler: Dense::load(width, width, storage, vb.pp("pooler").pp("dense"))?,
        })
    }

    /// Prompts as token ids, each at least one → `[prompts, hidden_size]`.
    pub(super) fn forward(&self, prompts: &[Vec<u32>]) -> Result<Tensor> {
        let batch = Batch::new(prompts, self.embeddings.device())?;
        let (mut tokens, mut memory) = (self.embeddings.forward(prompts)?, LayerMemory::default());
        let first_tokens = match self.layers.split_last() {
            None => tokens.index_select(&batch.first_tokens()?, 0)?,
            Some((last, others)) => {
                for layer in others {
                    tokens = layer.forward(tokens, &batch, &mut memory)?;
                }
                last.forward_first(tokens, &batch, &mut memory)?
            }
        };
        self.pooler.forward(&first_tokens, Activation::Identity)?.tanh()
    }

    /// `[tokens of all prompts, hidden_size]`, the prompts end to end.
    #[cfg(test)]
    pub(super) fn last_hidden_state(&self, prompts: &[Vec<u32>]) -> Result<Tensor> {
        let batch = Batch::new(prompts, self.embeddings.device())?;
        let (tokens, mut memory) = (self.embeddings.forward(prompts)?, LayerMemory::default());
        self.layers.iter().try_fold(tokens, |tokens, layer| layer.forward(tokens, &batch, &mut memory))
    }
}
