//! What an evaluation found out, whole: the faces print it, the JSON is made of it.

use std::path::PathBuf;

use crate::embedding::Space;
use crate::eval::approximate::ApproximateRecall;
use crate::eval::captions::CaptionRetrieval;
use crate::eval::dataset::{DataSetLayout, LabelledClips};
use crate::eval::ladder::{Rung, RungResult};
use crate::eval::neighbours::Neighbourhood;
use crate::eval::search::figures::SearchFigures;
use crate::eval::split::{Round, Split};
use crate::eval::warnings::Warning;

/// The findings on clips with labels.
#[derive(Debug)]
pub struct LabelEvaluation {
    /// The dataset's folder or file.
    pub path: PathBuf,
    /// How it is laid out.
    pub layout: DataSetLayout,
    /// The model that was evaluated.
    pub model: Space,
    /// The clips with their labels.
    pub data: LabelledClips,
    /// Clips that could not be read.
    pub failed: usize,
    /// Seconds of sound that were heard.
    pub sound_seconds: f64,
    /// The folds.
    pub split: Split,
    /// One round of learning and testing for each tested fold.
    pub rounds: Vec<Round>,
    /// One outcome a rung, from the lowest; at least one.
    pub outcomes: Vec<RungResult>,
    /// The nearest neighbours' agreement; `None` without clips to look among.
    pub neighbourhood: Option<Neighbourhood>,
    /// Approximate search beside the exact one, one entry a way.
    pub compared: Vec<ApproximateRecall>,
    /// Doubts about the data.
    pub warnings: Vec<Warning>,
}

impl LabelEvaluation {
    /// The outcome on the rung `wanted`, or else on the most accurate one, the lower of equal ones.
    pub fn detail(&self, wanted: Option<Rung>) -> &RungResult {
        let asked = self.outcomes.iter().find(|outcome| Some(outcome.rung) == wanted);
        let best = || self.outcomes.iter().rev().max_by_key(|outcome| outcome.report.accuracy.right);
        asked.or_else(best).expect("an evaluation has at least one rung")
    }
}

/// The findings on searches for the classes of clips with labels.
#[derive(Debug)]
pub struct SearchEvaluation {
    /// The dataset's folder or file.
    pub path: PathBuf,
    /// How it is laid out.
    pub layout: DataSetLayout,
    /// The model that was evaluated.
    pub model: Space,
    /// The clips with their labels.
    pub data: LabelledClips,
    /// Clips that could not be read.
    pub failed: usize,
    /// Seconds of sound that were heard.
    pub sound_seconds: f64,
    /// What was shown for the prompts and the examples.
    pub figures: SearchFigures,
    /// Doubts about the data.
    pub warnings: Vec<Warning>,
}

/// The findings on clips with captions.
#[derive(Debug)]
pub struct CaptionEvaluation {
    /// The dataset's folder or file.
    pub path: PathBuf,
    /// How it is laid out.
    pub layout: DataSetLayout,
    /// The model that was evaluated.
    pub model: Space,
    /// Number of clips.
    pub clips: usize,
    /// Number of captions.
    pub captions: usize,
    /// Clips that could not be read.
    pub failed: usize,
    /// Sounds that are named but not there.
    pub missing: Vec<PathBuf>,
    /// Seconds of sound that were heard.
    pub sound_seconds: f64,
    /// Captions and clips as each other's queries.
    pub retrieved: CaptionRetrieval,
    /// Doubts about the data.
    pub warnings: Vec<Warning>,
}
