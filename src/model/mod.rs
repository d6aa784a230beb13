//! CLAP: log-mel views and prompts → embeddings in one space (Wu et al., 2023).
//!
//! [`Clap`] is the façade over both towers, read from a [`Checkpoint`] in the Hugging Face hub's layout. candle's
//! tensors stay inside this module. What it will not do: read audio, make mels, keep vectors, or queue work.

pub mod checkpoint;
pub mod default_model;
mod config;
pub mod device;
pub mod execution;
pub mod file;
pub(crate) mod heard;
mod htsat;
pub mod hub;
pub mod installed;
mod kernels;
mod layers;
mod projection;
mod roberta;
pub mod starter;
pub(crate) mod tokenizer;
mod weights;

#[cfg(test)]
mod parity;
#[cfg(test)]
mod random;

use std::path::Path;
use std::sync::Arc;

use candle_core::Tensor;
use candle_nn::VarBuilder;
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use crate::embedding::Embedding;
use crate::error::{Error, Result, Stage};
use crate::features::config::{FrontEnd, Truncation};
use crate::features::view::View;
use crate::model::checkpoint::Checkpoint;
use crate::model::config::ClapConfig;
use crate::model::execution::{Execution, Precision};
use crate::model::file::ModelFile;
use crate::model::heard::HeardRecordings;
use crate::model::htsat::Htsat;
use crate::model::kernels::Storage;
use crate::model::projection::Projection;
use crate::model::roberta::Roberta;
use crate::model::tokenizer::PromptTokenizer;
use crate::model::weights::Weights;

/// Part of every fingerprint; raised when a change of the engine changes the vectors of an unchanged checkpoint.
const ENGINE_VERSION: u32 = 2;

/// What a sound is called in an error before whoever knows its name puts that in.
pub(crate) const SOUND: &str = "the sound";

/// Prompts that read the text tower's weights together; more would only take memory.
const MOST_PROMPTS: usize = 64;

/// How the CPU's kernels hold the text tower where that is exact, as it is for a checkpoint stored in f16: one prompt's time
/// is the time to read its weights, which f16 halves. Arithmetic is f32; other weights stay f32.
const TEXT_STORAGE: Storage = Storage::F16;

/// A checkpoint whose text tower is known to be useless (2 % on ESC-50 in MTEB's public results).
const DEAF_TO_WORDS: &str = "larger_clap_music";

/// How the CPU's kernels hold the linear layers of each tower.
#[derive(Clone, Copy)]
struct Storages {
    audio: Storage,
    text: Storage,
}

/// A loaded model: both towers, tokenizer, front end.
pub struct Clap {
    name: String,
    fingerprint: String,
    parameters: usize,
    precision: Precision,
    front_end: Arc<FrontEnd>,
    config: ClapConfig,
    device: candle_core::Device,
    tokenizer: Arc<PromptTokenizer>,
    audio_model: Htsat,
    audio_projection: Projection,
    text_model: Roberta,
    text_projection: Projection,
    audio_scale: f32,
    text_scale: f32,
    heard: Arc<HeardRecordings>,
}

impl Clap {
    /// Finds the checkpoint that `name` means (see [`Checkpoint::find`]) without watching a download, and loads it.
    ///
    /// # Errors
    /// [`Error::ModelMissing`] if nothing has that name, [`Error::ModelUnusable`] if it cannot be downloaded or read,
    /// [`Error::Request`] if it is not formed like a hub id.
    pub fn load(name: Option<&str>, home: &Path) -> Result<Self> {
        Clap::load_checkpoint(&Checkpoint::find(name, home, &mut ())?)
    }

    /// Loads the model that is built into the program.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] if the program was built without it.
    pub fn starter() -> Result<Self> {
        Clap::load_checkpoint(&Checkpoint::built_in()?)
    }

    /// Loads `checkpoint` onto the GPU this build is for, or else the CPU.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] naming the file and, where there is one, the tensor or key that is missing, unexpected or wrong.
    pub fn load_checkpoint(checkpoint: &Checkpoint) -> Result<Self> {
        Clap::load_for(checkpoint, Execution::default())
    }

    /// Loads `checkpoint` to be run as `execution` says.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] naming the file and, where there is one, the tensor or key that is wrong;
    /// [`Error::Request`] if this build or this machine lacks the device.
    pub fn load_for(checkpoint: &Checkpoint, execution: Execution) -> Result<Self> {
        let device = device::open(execution.device)?;
        let storages = Storages { audio: execution.precision.storage(&device), text: TEXT_STORAGE };
        Clap::load_with(checkpoint, &device, storages)
    }

    fn load_with(checkpoint: &Checkpoint, device: &candle_core::Device, storages: Storages) -> Result<Self> {
        let config = read_config(&checkpoint.config)?;
        let front_end = read_front_end(&checkpoint.preprocessor, &config)?;
        let tokenizer = PromptTokenizer::load(&checkpoint.tokenizer, &config.text_config)?;
        let weights = Weights::open(&checkpoint.weights)?;
        let clap = Clap::assemble(checkpoint, config, front_end, tokenizer, storages, &weights.var_builder(device))
            .map_err(|e| weights.failure().unwrap_or_else(|| Error::model(&checkpoint.name, e.to_string())))?;
        if let Some(name) = weights.unexpected().first() {
            let reason = format!("tensor {name} is unexpected; this is not a CLAP model that config.json describes");
            return Err(Error::model(&checkpoint.name, reason));
        }
        if checkpoint.name.split('@').next().is_some_and(|id| id.ends_with(DEAF_TO_WORDS)) {
            tracing::warn!("{} is known not to understand text: use it for similar sounds only", checkpoint.name);
        }
        let heard = checkpoint.heard.as_ref().map(HeardRecordings::read).transpose()?.unwrap_or_default();
        let tokenizer = checkpoint.tokenizer.read_text()?;
        let fingerprint = fingerprint(&weights, &clap.config, &clap.front_end, &tokenizer);
        Ok(Clap { fingerprint, parameters: weights.parameters(), heard: Arc::new(heard), ..clap })
    }

    fn assemble(
        checkpoint: &Checkpoint,
        config: ClapConfig,
        front_end: FrontEnd,
        tokenizer: PromptTokenizer,
        storages: Storages,
        vb: &VarBuilder,
    ) -> candle_core::Result<Self> {
        let (audio, text, dim) = (&config.audio_config, &config.text_config, config.projection_dim);
        let scale = |name: &str| Ok::<_, candle_core::Error>(vb.get((), name)?.to_scalar::<f32>()?.exp());
        let (text_model, audio_model) = rayon::join(
            || Roberta::load(text, storages.text, vb.pp("text_model")),
            || Htsat::load(audio, front_end.window_frames(), storages.audio, vb.pp("audio_model").pp("audio_encoder")),
        );
        Ok(Clap {
            name: checkpoint.name.clone(),
            fingerprint: String::new(),
            parameters: 0,
            precision: Precision::of(storages.audio),
            audio_model: audio_model?,
            audio_projection: Projection::load(audio.hidden_size, dim, vb.pp("audio_projection"))?,
            text_model: text_model?,
            text_projection: Projection::load(text.hidden_size, dim, vb.pp("text_projection"))?,
            audio_scale: scale("logit_scale_a")?,
            text_scale: scale("logit_scale_t")?,
            front_end: Arc::new(front_end),
            device: vb.device().clone(),
            tokenizer: Arc::new(tokenizer),
            config,
            heard: Arc::default(),
        })
    }

    /// The name the model was found by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Identifies every vector this model makes: a hash of weights, config, tokenizer and front end, 64 hex digits.
    /// The same weights give the same fingerprint in any file format.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Numbers in all tensors of the model.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// The recordings that it is known to have learned from.
    pub(crate) fn heard(&self) -> &Arc<HeardRecordings> {
        &self.heard
    }

    /// How exactly the audio tower computes, which may be more exactly than was asked for.
    pub(crate) fn precision(&self) -> Precision {
        self.precision
    }

    /// Length of the embeddings.
    pub fn dim(&self) -> usize {
        self.config.projection_dim
    }

    /// The front end that makes this model's views.
    pub fn front_end(&self) -> &Arc<FrontEnd> {
        &self.front_end
    }

    /// The tokenizer of this model's prompts.
    pub(crate) fn tokenizer(&self) -> &Arc<PromptTokenizer> {
        &self.tokenizer
    }

    /// `exp(logit_scale_a)`: what a sound's cosines are multiplied by before a softmax over prompts.
    pub fn audio_scale(&self) -> f32 {
        self.audio_scale
    }

    /// `exp(logit_scale_t)`: what a prompt's cosines are multiplied by before a softmax over sounds.
    pub fn text_scale(&self) -> f32 {
        self.text_scale
    }

    /// One embedding a view, in order. A view's bits do not depend on its neighbours nor on the number of threads.
    ///
    /// # Errors
    /// [`Error::Data`] at stage `encode` if the model finds no direction for a view; [`Error::Internal`] if a view does
    /// not have this model's shape, or the device fails.
    pub fn embed_audio(&self, views: &[View]) -> Result<Vec<Embedding>> {
        for view in views {
            self.check_shape(view)?;
        }
        let size = device::views_a_batch(&self.device, views.len());
        let vectors = self.in_batches(views, size, |batch| self.forward_audio(batch))?;
        let aimless = |error: Error| Error::data(SOUND, Stage::Encode, error.reason());
        vectors.into_iter().map(|values| Embedding::normalized(values).map_err(aimless)).collect()
    }

    /// One embedding a prompt, in order. A prompt's bits do not depend on its neighbours nor on the number of threads.
    ///
    /// # Errors
    /// [`Error::Data`] if a prompt cannot be tokenized; [`Error::Internal`] if the model yields no direction.
    pub fn embed_text(&self, prompts: &[&str]) -> Result<Vec<Embedding>> {
        let ids = prompts.iter().map(|prompt| self.tokenizer.encode(prompt)).collect::<Result<Vec<_>>>()?;
        let vectors = self.in_batches(&ids, self.prompts_a_batch(ids.len()), |batch| self.forward_text(batch))?;
        vectors.into_iter().map(Embedding::normalized).collect()
    }

    /// The rows of `forward`'s tensor, for batches of at most `size` items: side by side on the CPU,
    /// one after the other on a GPU, whose memory is sized for one.
    fn in_batches<T: Sync>(
        &self,
        items: &[T],
        size: usize,
        forward: impl Fn(&[T]) -> candle_core::Result<Tensor> + Sync,
    ) -> Result<Vec<Vec<f32>>> {
        let run = |batch: &[T]| {
            let vectors = forward(batch).and_then(|t| t.to_device(&candle_core::Device::Cpu)?.to_vec2::<f32>());
            vectors.map_err(|e| Error::internal(Stage::Encode, "the model failed").caused_by(e))
        };
        let each: Vec<Vec<Vec<f32>>> = match self.device.is_cpu() {
            true if (1..=size).contains(&items.len()) => vec![kernels::with_team(|| run(items))?],
            true => items.par_chunks(size).map(run).collect::<Result<_>>()?,
            false => items.chunks(size).map(run).collect::<Result<_>>()?,
        };
        Ok(each.into_iter().flatten().collect())
    }

    fn forward_audio(&self, views: &[View]) -> candle_core::Result<Tensor> {
        let is_longer: Vec<bool> = views.iter().map(|view| view.is_longer).collect();
        self.audio_projection.forward(&self.audio_model.forward(&self.stack(views)?, &is_longer)?)
    }

    fn forward_text(&self, prompts: &[Vec<u32>]) -> candle_core::Result<Tensor> {
        self.text_projection.forward(&self.text_model.forward(prompts)?)
    }

    /// Plain operations on the CPU take each prompt by itself, so that padding cannot change its bits.
    fn prompts_a_batch(&self, prompts: usize) -> usize {
        match (self.device.is_cpu(), kernels::layers::level_for(&self.device)) {
            (true, None) => 1,
            _ => prompts.clamp(1, MOST_PROMPTS),
        }
    }

    /// `[views, channels, frames, bins]`.
    fn stack(&self, views: &[View]) -> candle_core::Result<Tensor> {
        let tensors = views
            .iter()
            .map(|view| Tensor::from_slice(&view.values, (view.channels, view.frames, view.bins), &self.device));
        Tensor::stack(&tensors.collect::<candle_core::Result<Vec<_>>>()?, 0)
    }

    fn check_shape(&self, view: &View) -> Result<()> {
        let audio = &self.config.audio_config;
        let expected = (audio.channels(), self.front_end.window_frames(), audio.num_mel_bins);
        let actual = (view.channels, view.frames, view.bins);
        if actual == expected && view.values.len() == actual.0 * actual.1 * actual.2 {
            return Ok(());
        }
        Err(Error::internal(
            Stage::Encode,
            format!("a view of shape {actual:?} came to a model that takes {expected:?}"),
        ))
    }
}

impl std::fmt::Debug for Clap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clap").field("name", &self.name).field("fingerprint", &self.fingerprint).finish()
    }
}

fn read_config(file: &ModelFile) -> Result<ClapConfig> {
    ClapConfig::from_json(&file.read_text()?).map_err(|reason| Error::model_file(file.path(), reason))
}

/// The front end, checked against the tower it feeds.
fn read_front_end(file: &ModelFile, config: &ClapConfig) -> Result<FrontEnd> {
    let problem = |reason: String| Error::model_file(file.path(), reason);
    let front_end = FrontEnd::from_json(&file.read_text()?).map_err(|e| problem(e.reason().to_string()))?;
    let audio = &config.audio_config;
    let longest = audio.spec_size * audio.freq_ratio();
    let reason = if front_end.mel_bins() != audio.num_mel_bins {
        format!("feature_size {} differs from config.json's num_mel_bins {}", front_end.mel_bins(), audio.num_mel_bins)
    } else if front_end.window_frames() > longest {
        format!("a window of {} frames does not fit the model's {longest}", front_end.window_frames())
    } else if (front_end.truncation() == Truncation::Fusion) != audio.enable_fusion {
        format!("truncation must be \"fusion\" exactly where config.json has enable_fusion ({})", audio.enable_fusion)
    } else {
        return Ok(front_end);
    };
    Err(problem(reason))
}

fn fingerprint(weights: &Weights, config: &ClapConfig, front_end: &FrontEnd, tokenizer: &str) -> String {
    let config = serde_json::to_string(config).expect("a config of numbers and words can be written as JSON");
    let mut hasher = blake3::Hasher::new();
    for part in [format!("auricle {ENGINE_VERSION}"), config, format!("{front_end:?}"), tokenizer.to_string()] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.update(weights.digest().as_bytes()).finalize().to_hex().to_string()
}
