//! What trying the wordings of labels found out, whole.

use crate::eval::wording::pairs::LabelPair;
use crate::eval::wording::phrasing::LabelPhrasing;
use crate::eval::wording::templates::TemplateScore;

/// The findings on the wordings of some labels.
#[derive(Debug)]
pub struct Findings {
    /// Number of sounds that the wordings were tried on.
    pub sounds: usize,
    /// Number of sounds whose label is known; `None` without truth.
    pub known: Option<usize>,
    /// Number of labels.
    pub labels: usize,
    /// The wordings of each label.
    pub phrasing: Vec<LabelPhrasing>,
    /// Labels that are easily taken for each other.
    pub pairs: Vec<LabelPair>,
    /// The templates, compared.
    pub templates: Vec<TemplateScore>,
}
