//! `config.json` of a checkpoint: every size of both towers, checked before any tensor is read.
//!
//! Comes in: the file's text. Goes out: [`ClapConfig`], whose numbers fit together. Absent keys take the defaults of
//! `transformers`' `ClapConfig`, `ClapAudioConfig` and `ClapTextConfig`, because hub files leave defaults out.

use serde::{Deserialize, Serialize};

/// The whole model's sizes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(super) struct ClapConfig {
    /// The audio tower.
    #[serde(default)]
    pub(super) audio_config: AudioConfig,
    /// The text tower.
    #[serde(default)]
    pub(super) text_config: TextConfig,
    /// Length of the embeddings both towers end in.
    #[serde(default = "default_projection_dim")]
    pub(super) projection_dim: usize,
    /// Activation between the two projection layers; only `relu` exists.
    #[serde(default = "default_projection_act")]
    pub(super) projection_hidden_act: String,
}

fn default_projection_dim() -> usize {
    512
}

fn default_projection_act() -> String {
    "relu".into()
}

/// A size that the file states once for both axes or once for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum AxisSizes {
    /// The same along frequency and time.
    Square(usize),
    /// `[frequency, time]`.
    Pair([usize; 2]),
}

impl AxisSizes {
    /// The one size, if both axes agree.
    pub(super) fn square(self) -> Option<usize> {
        match self {
            AxisSizes::Square(side) => Some(side),
            AxisSizes::Pair([a, b]) => (a == b).then_some(a),
        }
    }
}

/// Sizes of HTSAT; names follow `audio_config` in the file.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AudioConfig {
    /// Side of an attention window, in tokens.
    pub(super) window_size: usize,
    /// Mel bins of the input.
    pub(super) num_mel_bins: usize,
    /// Side of the square image the mel is folded into.
    pub(super) spec_size: usize,
    /// Activation of the MLPs; only `gelu` (erf) exists.
    pub(super) hidden_act: String,
    /// Side of a patch, in pixels.
    pub(super) patch_size: AxisSizes,
    /// Distance between patches; equal to the patch.
    pub(super) patch_stride: AxisSizes,
    /// Width of the last stage.
    pub(super) hidden_size: usize,
    /// Blocks in each stage.
    pub(super) depths: Vec<usize>,
    /// Heads in each stage.
    pub(super) num_attention_heads: Vec<usize>,
    /// Whether long inputs are merged from four channels.
    pub(super) enable_fusion: bool,
    /// Kind of fusion; null in LAION's files, and only the attentional kind exists.
    pub(super) fusion_type: Option<String>,
    /// Channels of a patch's input; 1.
    pub(super) patch_embed_input_channels: usize,
    /// Width of the first stage.
    pub(super) patch_embeds_hidden_size: usize,
    /// Whether a LayerNorm follows the patch projection.
    pub(super) enable_patch_layer_norm: bool,
    /// Whether query, key and value carry a bias.
    pub(super) qkv_bias: bool,
    /// Width of an MLP's middle over the block's width.
    pub(super) mlp_ratio: f64,
    /// Width of the fusion block's middle: the width divided by this.
    pub(super) aff_block_r: usize,
    /// Epsilon of the blocks' LayerNorms.
    pub(super) layer_norm_eps: f64,
}

impl Default for AudioConfig {
    fn default() -> Self {
        AudioConfig {
            window_size: 8,
            num_mel_bins: 64,
            spec_size: 256,
            hidden_act: "gelu".into(),
            patch_size: AxisSizes::Square(4),
            patch_stride: AxisSizes::Pair([4, 4]),
            hidden_size: 768,
            depths: vec![2, 2, 6, 2],
            num_attention_heads: vec![4, 8, 16, 32],
            enable_fusion: false,
            fusion_type: None,
            patch_embed_input_channels: 1,
            patch_embeds_hidden_size: 96,
            enable_patch_layer_norm: true,
            qkv_bias: true,
            mlp_ratio: 4.0,
            aff_block_r: 4,
            layer_norm_eps: 1e-5,
        }
    }
}

/// Sizes of RoBERTa; names follow `text_config` in the file.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct TextConfig {
    /// Number of tokens.
    pub(super) vocab_size: usize,
    /// Width.
    pub(super) hidden_size: usize,
    /// Layers.
    pub(super) num_hidden_layers: usize,
    /// Heads.
    pub(super) num_attention_heads: usize,
    /// Width of an MLP's middle.
    pub(super) intermediate_size: usize,
    /// Activation of the MLPs; only `gelu` (erf) exists.
    pub(super) hidden_act: String,
    /// Rows of the position table; two of them are never used (RoBERTa counts from `pad_token_id + 1`).
    pub(super) max_position_embeddings: usize,
    /// Rows of the token-type table; only row 0 is used.
    pub(super) type_vocab_size: usize,
    /// Epsilon of the LayerNorms.
    pub(super) layer_norm_eps: f64,
    /// Id of the padding token.
    pub(super) pad_token_id: u32,
}

impl Default for TextConfig {
    fn default() -> Self {
        TextConfig {
            vocab_size: 50_265,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            hidden_act: "gelu".into(),
            max_position_embeddings: 514,
            type_vocab_size: 1,
            layer_norm_eps: 1e-12,
            pad_token_id: 1,
        }
    }
}

/// Larger sizes than any CLAP has are a damaged file, not a request for memory.
const LARGEST_SIZE: usize = 1 << 20;

impl ClapConfig {
    /// Reads and checks the text of a `config.json`.
    ///
    /// # Errors
    /// The key that is wrong and why, in words.
    pub(super) fn from_json(text: &str) -> Result<Self, String> {
        let config: ClapConfig = serde_json::from_str(text).map_err(|e| e.to_string())?;
        config.audio_config.check()?;
        config.text_config.check()?;
        require(
            (1..=LARGEST_SIZE).contains(&config.projection_dim),
            "projection_dim must be a positive size".to_string(),
        )?;
        require(
            config.projection_hidden_act == "relu",
            format!("projection_hidden_act is {:?}; only \"relu\" is known", config.projection_hidden_act),
        )?;
        Ok(config)
    }
}

impl AudioConfig {
    /// Side of a patch in pixels.
    pub(super) fn patch(&self) -> usize {
        self.patch_size.square().unwrap_or(0)
    }

    /// Tokens along each axis in the first stage.
    pub(super) fn grid(&self) -> usize {
        self.spec_size / self.patch()
    }

    /// How many times the time axis is folded into the frequency axis.
    pub(super) fn freq_ratio(&self) -> usize {
        self.spec_size / self.num_mel_bins
    }

    /// Width of stage `stage`, counted from 0.
    pub(super) fn stage_width(&self, stage: usize) -> usize {
        self.patch_embeds_hidden_size << stage
    }

    /// Channels of the views the tower takes: 4 with fusion, else 1.
    pub(super) fn channels(&self) -> usize {
        if self.enable_fusion { 4 } else { 1 }
    }

    fn check(&self) -> Result<(), String> {
        self.check_kinds()?;
        let sizes = [self.window_size, self.num_mel_bins, self.spec_size, self.patch(), self.patch_embeds_hidden_size];
        require(
            sizes.iter().all(|s| (1..=LARGEST_SIZE).contains(s)),
            "audio_config: window_size, num_mel_bins, spec_size, patch_size (square) and patch_embeds_hidden_size must \
             be positive"
                .into(),
        )?;
        require(
            self.patch_stride == self.patch_size || self.patch_stride.square() == Some(self.patch()),
            "audio_config: patch_stride must equal patch_size".into(),
        )?;
        require(
            !self.depths.is_empty() && self.depths.len() <= 8 && self.depths.iter().all(|d| *d <= 256),
            "audio_config: depths must name 1 to 8 stages of at most 256 blocks".into(),
        )?;
        require(
            self.depths.len() == self.num_attention_heads.len(),
            "audio_config: depths and num_attention_heads must name the same number of stages".into(),
        )?;
        require(
            self.mlp_ratio > 0.0 && self.mlp_ratio <= 64.0 && self.aff_block_r > 0,
            "audio_config: mlp_ratio and aff_block_r must be positive".into(),
        )?;
        self.check_geometry()
    }

    fn check_kinds(&self) -> Result<(), String> {
        require(
            self.hidden_act == "gelu",
            format!("audio_config: hidden_act is {:?}; only \"gelu\" is known", self.hidden_act),
        )?;
        require(
            self.patch_embed_input_channels == 1,
            "audio_config: patch_embed_input_channels must be 1".to_string(),
        )?;
        let fusion = self.fusion_type.as_deref();
        require(
            !self.enable_fusion || matches!(fusion, None | Some("aff_2d")),
            format!("audio_config: fusion_type {fusion:?} is not known; LAION's files leave it null"),
        )
    }

    fn check_geometry(&self) -> Result<(), String> {
        let last = self.depths.len() - 1;
        require(
            self.spec_size.is_multiple_of(self.num_mel_bins) && self.spec_size.is_multiple_of(self.freq_ratio()),
            "audio_config: spec_size must be a multiple of num_mel_bins and of their ratio".into(),
        )?;
        require(
            self.spec_size.is_multiple_of(self.patch()) && self.grid().is_multiple_of(1 << last),
            "audio_config: spec_size over patch_size must halve evenly from stage to stage".into(),
        )?;
        require(
            self.grid() >> last >= self.window_size,
            format!(
                "audio_config: window_size {} does not fit the last stage's grid of {} tokens",
                self.window_size,
                self.grid() >> last
            ),
        )?;
        require(
            self.hidden_size == self.stage_width(last),
            format!("audio_config: hidden_size must be the last stage's width, {}", self.stage_width(last)),
        )?;
        for (stage, heads) in self.num_attention_heads.iter().enumerate() {
            require(
                *heads > 0 && self.stage_width(stage).is_multiple_of(*heads),
                format!("audio_config: {heads} heads do not divide stage {stage}'s width {}", self.stage_width(stage)),
            )?;
        }
        Ok(())
    }
}

impl TextConfig {
    fn check(&self) -> Result<(), String> {
        let sizes = [
            self.vocab_size,
            self.hidden_size,
            self.num_attention_heads,
            self.intermediate_size,
            self.max_position_embeddings,
            self.type_vocab_size,
        ];
        require(
            sizes.iter().all(|s| (1..=LARGEST_SIZE).contains(s)) && self.num_hidden_layers <= 256,
            "text_config: sizes must be positive".into(),
        )?;
        require(
            self.hidden_size.is_multiple_of(self.num_attention_heads),
            "text_config: num_attention_heads must divide hidden_size".into(),
        )?;
        require(
            self.hidden_act == "gelu",
            format!("text_config: hidden_act is {:?}; only \"gelu\" is known", self.hidden_act),
        )?;
        require(
            self.max_position_embeddings > self.pad_token_id as usize + 3,
            "text_config: max_position_embeddings leaves no room for a word".into(),
        )
    }
}

fn require(holds: bool, otherwise: String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_published_default() {
        let config = ClapConfig::from_json("{}").unwrap();
        assert_eq!(config.projection_dim, 512);
        assert_eq!(config.audio_config.grid(), 64);
        assert_eq!(config.audio_config.freq_ratio(), 4);
    }

    #[test]
    fn sizes_that_do_not_fit_together_are_named() {
        let cases = [
            (r#"{"audio_config": {"hidden_size": 700}}"#, "hidden_size"),
            (r#"{"audio_config": {"num_attention_heads": [5, 8, 16, 32]}}"#, "5 heads"),
            (r#"{"audio_config": {"depths": [2]}}"#, "num_attention_heads"),
            (r#"{"audio_config": {"window_size": 9}}"#, "window_size"),
            (r#"{"audio_config": {"patch_stride": [2, 2]}}"#, "patch_stride"),
            (r#"{"audio_config": {"enable_fusion": true, "fusion_type": "channel_map"}}"#, "fusion_type"),
            (r#"{"audio_config": {"spec_size": 0}}"#, "spec_size"),
            (r#"{"text_config": {"num_attention_heads": 7}}"#, "num_attention_heads"),
            (r#"{"projection_hidden_act": "gelu"}"#, "projection_hidden_act"),
            ("[", "EOF"),
        ];
        for (text, word) in cases {
            let error = ClapConfig::from_json(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
