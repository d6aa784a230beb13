//! Prompt → token ids, by the checkpoint's own `tokenizer.json`.

use tokenizers::{Tokenizer, TruncationParams};

use crate::error::{Error, Result, Stage};
use crate::model::config::TextConfig;
use crate::model::file::ModelFile;

/// LAION trains and evaluates with prompts cut to this many tokens, the two special ones included.
const LONGEST_PROMPT_TOKENS: usize = 77;

/// A byte-level BPE that adds the special tokens and cuts long prompts.
pub(crate) struct PromptTokenizer {
    tokenizer: Tokenizer,
    vocab_size: usize,
}

impl PromptTokenizer {
    /// Reads the `tokenizer.json` that is `file`; its own padding and truncation settings are replaced.
    pub(super) fn load(file: &ModelFile, config: &TextConfig) -> Result<Self> {
        let unreadable = |e| Error::model_file(file.path(), "is not a tokenizer that can be read").caused_by(e);
        let mut tokenizer: Tokenizer = file.read_text()?.parse().map_err(unreadable)?;
        // RoBERTa counts positions from pad_token_id + 1.
        let positions = config.max_position_embeddings - config.pad_token_id as usize - 1;
        let truncation = TruncationParams { max_length: LONGEST_PROMPT_TOKENS.min(positions), ..Default::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(unreadable)?;
        tokenizer.with_padding(None);
        Ok(PromptTokenizer { tokenizer, vocab_size: config.vocab_size })
    }

    /// Into how many pieces it cuts `word` inside a sentence; 1 for one that cannot be cut.
    pub(crate) fn pieces(&self, word: &str) -> usize {
        self.tokenizer.encode(format!(" {word}"), false).map_or(1, |encoding| encoding.len().max(1))
    }

    /// The ids of `prompt` with its special tokens; what is cut off is said at warning level.
    pub(super) fn encode(&self, prompt: &str) -> Result<Vec<u32>> {
        let encoding = self
            .tokenizer
            .encode(prompt, true)
            .map_err(|e| Error::data(prompt, Stage::Tokenize, "cannot be tokenized").caused_by(e))?;
        if !encoding.get_overflowing().is_empty() {
            let kept = encoding.len();
            tracing::warn!("the prompt {prompt:?} is longer than {kept} tokens; the model reads only its beginning");
        }
        let ids = encoding.get_ids().to_vec();
        match ids.iter().find(|id| **id as usize >= self.vocab_size) {
            None => Ok(ids),
            Some(id) => Err(Error::data(
                prompt,
                Stage::Tokenize,
                format!("token {id} is outside the model's vocabulary; tokenizer.json belongs to another model"),
            )),
        }
    }
}
