//! RoBERTa, the text tower: token ids → one vector a prompt.
//!
//! The encoder is candle-transformers' XLM-RoBERTa, which is RoBERTa's; the pooler and the padding mask are here. It
//! knows nothing of words: token ids come from `tokenizer`.

use candle_core::{Device, Result, Tensor};
use candle_nn::{Activation, Linear, Module, VarBuilder, linear};
use candle_transformers::models::xlm_roberta::{Config, XLMRobertaModel};

use super::config::TextConfig;

/// The text tower.
pub(super) struct Roberta {
    model: XLMRobertaModel,
    pooler: Linear,
    pad_token_id: u32,
    device: Device,
}

impl Roberta {
    /// Takes the tensors under `text_model`.
    pub(super) fn load(config: &TextConfig, vb: VarBuilder) -> Result<Self> {
        let sizes = Config {
            hidden_size: config.hidden_size,
            layer_norm_eps: config.layer_norm_eps,
            attention_probs_dropout_prob: 0.0,
            hidden_dropout_prob: 0.0,
            num_attention_heads: config.num_attention_heads,
            position_embedding_type: "absolute".into(),
            intermediate_size: config.intermediate_size,
            hidden_act: Activation::Gelu,
            num_hidden_layers: config.num_hidden_layers,
            vocab_size: config.vocab_size,
            max_position_embeddings: config.max_position_embeddings,
            type_vocab_size: config.type_vocab_size,
            pad_token_id: config.pad_token_id,
        };
        Ok(Roberta {
            device: vb.device().clone(),
            model: XLMRobertaModel::new(&sizes, vb.clone())?,
            pooler: linear(config.hidden_size, config.hidden_size, vb.pp("pooler").pp("dense"))?,
            pad_token_id: config.pad_token_id,
        })
    }

    /// Prompts as token ids, padded here to the longest → `[batch, hidden_size]`.
    pub(super) fn forward(&self, prompts: &[Vec<u32>]) -> Result<Tensor> {
        let first_tokens = self.last_hidden_state(prompts)?.narrow(1, 0, 1)?.squeeze(1)?.contiguous()?;
        self.pooler.forward(&first_tokens)?.tanh()
    }

    /// `[batch, longest prompt, hidden_size]`; rows of padding mean nothing.
    pub(super) fn last_hidden_state(&self, prompts: &[Vec<u32>]) -> Result<Tensor> {
        let longest = prompts.iter().map(Vec::len).max().unwrap_or(0);
        let padded = |ids: &Vec<u32>| {
            let padding = std::iter::repeat_n(self.pad_token_id, longest - ids.len());
            ids.iter().copied().chain(padding).collect::<Vec<_>>()
        };
        let ids: Vec<u32> = prompts.iter().flat_map(padded).collect();
        let ids = Tensor::from_vec(ids, (prompts.len(), longest), &self.device)?;
        let mask = ids.ne(self.pad_token_id)?;
        self.model.forward(&ids, &mask, &ids.zeros_like()?, None, None, None)
    }
}
