//! Where each prompt's tokens are when prompts are laid end to end, and the way to a padded form and back.

use candle_core::{Device, Result, Tensor};

/// Added to the score of a token that is only padding; its exponential is exactly zero.
const MASKED: f32 = -1e4;

/// The lengths of a batch's prompts.
pub(super) struct Batch {
    /// Tokens of each prompt, in order.
    pub(super) lens: Vec<usize>,
    device: Device,
}

impl Batch {
    pub(super) fn new(prompts: &[Vec<u32>], device: &Device) -> Result<Self> {
        let lens: Vec<usize> = prompts.iter().map(Vec::len).collect();
        if lens.contains(&0) {
            candle_core::bail!("a prompt has at least its two special tokens");
        }
        Ok(Batch { lens, device: device.clone() })
    }

    /// Tokens of the longest prompt.
    pub(super) fn longest(&self) -> usize {
        self.lens.iter().copied().max().unwrap_or(0)
    }

    /// The row of each prompt's first token.
    pub(super) fn first_tokens(&self) -> Result<Tensor> {
        let starts: Vec<u32> = self.starts().map(|start| start as u32).collect();
        Tensor::from_vec(starts, self.lens.len(), &self.device)
    }

    /// `[tokens, width]` → `[prompts, longest, width]`; places of padding repeat the prompt's first token.
    pub(super) fn pad(&self, tokens: &Tensor) -> Result<Tensor> {
        let longest = self.longest();
        let row = |start: usize, len: usize| (0..longest).map(move |i| (start + if i < len { i } else { 0 }) as u32);
        let rows: Vec<u32> = self.starts().zip(&self.lens).flat_map(|(start, len)| row(start, *len)).collect();
        let rows = Tensor::from_vec(rows, self.lens.len() * longest, &self.device)?;
        tokens.index_select(&rows, 0)?.reshape((self.lens.len(), longest, tokens.dim(1)?))
    }

    /// The inverse of [`Batch::pad`].
    pub(super) fn unpad(&self, padded: &Tensor) -> Result<Tensor> {
        let (prompts, longest, width) = padded.dims3()?;
        let row = |(prompt, len): (usize, &usize)| (0..*len).map(move |i| (prompt * longest + i) as u32);
        let rows: Vec<u32> = self.lens.iter().enumerate().flat_map(row).collect();
        let count = rows.len();
        padded.reshape((prompts * longest, width))?.index_select(&Tensor::from_vec(rows, count, &self.device)?, 0)
    }

    /// `[prompts, 1, 1, longest]`, added to scores: zero for a token, [`MASKED`] for padding.
    pub(super) fn mask(&self) -> Result<Tensor> {
        let longest = self.longest();
        let row = |len: &usize| (0..longest).map(|i| if i < *len { 0.0 } else { MASKED }).collect::<Vec<f32>>();
        let mask: Vec<f32> = self.lens.iter().flat_map(row).collect();
        Tensor::from_vec(mask, (self.lens.len(), 1, 1, longest), &self.device)
    }

    fn starts(&self) -> impl Iterator<Item = usize> {
        self.lens.iter().scan(0, |next, len| {
            let start = *next;
            *next += len;
            Some(start)
        })
    }
}
