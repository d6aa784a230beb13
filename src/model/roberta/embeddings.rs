//! Token ids → the first layer's input: word, position and type embeddings, summed and normalised.

use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;

use crate::model::config::TextConfig;
use crate::model::kernels::{HalfTable, Storage, layers};
use crate::model::layers::Normalise;

/// Prompts → `[tokens, width]`.
pub(super) struct Embeddings {
    words: WordTable,
    /// `[positions, width]`, with the one token type that is used already added.
    positions: Tensor,
    norm: Normalise,
    pad_token_id: u32,
}

/// `[vocabulary, width]`, the model's largest tensor.
enum WordTable {
    Half(HalfTable),
    Plain(Tensor),
}

impl Embeddings {
    pub(super) fn load(config: &TextConfig, storage: Storage, vb: VarBuilder) -> Result<Self> {
        let width = config.hidden_size;
        let words = vb.get((config.vocab_size, width), "word_embeddings.weight")?;
        let positions = vb.get((config.max_position_embeddings, width), "position_embeddings.weight")?;
        let types = vb.get((config.type_vocab_size, width), "token_type_embeddings.weight")?;
        let half = match layers::level_for(vb.device()) {
            Some(_) => layers::half_table(&words, storage)?,
            None => None,
        };
        Ok(Embeddings {
            words: match half {
                Some(table) => WordTable::Half(table),
                None => WordTable::Plain(words),
            },
            positions: positions.broadcast_add(&types.narrow(0, 0, 1)?)?,
            norm: Normalise::load(width, config.layer_norm_eps, vb.pp("LayerNorm"))?,
            pad_token_id: config.pad_token_id,
        })
    }

    pub(super) fn device(&self) -> &Device {
        self.positions.device()
    }

    pub(super) fn forward(&self, prompts: &[Vec<u32>]) -> Result<Tensor> {
        let ids: Vec<u32> = prompts.iter().flatten().copied().collect();
        let count = ids.len();
        let words = match &self.words {
            WordTable::Plain(table) => table.index_select(&Tensor::from_vec(ids, count, self.device())?, 0)?,
            WordTable::Half(table) => {
                Tensor::from_vec(table.rows(&ids), (count, self.positions.dim(1)?), self.device())?
            }
        };
        let places = prompts.iter().flat_map(|ids| positions(ids, self.pad_token_id)).collect::<Vec<_>>();
        let places = Tensor::from_vec(places, count, self.device())?;
        self.norm.forward(&(words + self.positions.index_select(&places, 0)?)?)
    }
}

/// RoBERTa counts positions from the one after the padding token's id. A prompt that spells that token out has it stand
/// at its own id, uncounted, as in the reference.
fn positions(ids: &[u32], pad_token_id: u32) -> impl Iterator<Item = u32> {
    ids.iter().scan(pad_token_id, move |last, id| {
        let is_counted = *id != pad_token_id;
        *last += u32::from(is_counted);
        Some(if is_counted { *last } else { pad_token_id })
    })
}
