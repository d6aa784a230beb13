//! Clips that are to be searched for, and what for.

use std::path::Path;

use crate::encoder::queue::Encoder;
use crate::eval::analysis::ClipAnalysis;
use crate::eval::dataset::LabelledClips;
use crate::eval::search::prompts::TrialPrompt;
use crate::search::request::Basis;

/// What is compared, one after the other.
pub const BASES: [Basis; 3] = [Basis::Sound, Basis::Words, Basis::Both];

/// Clips that are to be searched for, and what for. [`SearchTrial::run`] does it.
#[derive(Clone, Copy)]
pub struct SearchTrial<'a> {
    /// The clips with their classes.
    pub data: &'a LabelledClips,
    /// The same clips, heard.
    pub analyses: &'a [ClipAnalysis],
    /// What is asked, class by class.
    pub prompts: &'a [TrialPrompt],
    /// The model that heard them.
    pub encoder: &'a Encoder,
    /// An empty folder to make libraries in; whose it is removes it.
    pub folder: &'a Path,
}

impl SearchTrial<'_> {
    /// How many searches there are: each prompt on each basis where its class is and where it isn't, and each clip.
    pub fn len(&self) -> usize {
        2 * BASES.len() * self.prompts.len() + self.data.items.len()
    }

    /// Whether there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
