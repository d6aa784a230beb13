//! Which way to make prompts of names serves best.

use crate::embedding::Embedding;
use crate::error::Result;
use crate::eval::wording::evidence::{SoundSample, TopTwo};
use crate::eval::wording::measure::mean;
use crate::eval::wording::prompts::{WordedLabel, WordedTemplate};

/// What one template does, or several together.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateScore {
    /// The template.
    pub text: String,
    /// By how much the best label's cosine exceeds that of the second, on average over the sounds, 0..=2.
    pub margin: f32,
    /// Part of the sounds to which it gives the label that the usual wordings give, 0..=1.
    pub agreement: f32,
    /// Part of the sounds whose label is known to which it gives that label, 0..=1; `None` if none is known.
    pub accuracy: Option<f32>,
}

/// Compares `templates` on the sounds: best accuracy first where the truth is known, else the largest margin. None where
/// there are fewer than two labels.
///
/// # Errors
/// [`Refusal::OtherDimension`](crate::error::Refusal::OtherDimension) if sounds and labels are of different spaces.
pub fn compare_templates(
    templates: &[WordedTemplate],
    labels: &[WordedLabel],
    evidence: &SoundSample,
) -> Result<Vec<TemplateScore>> {
    if labels.len() < 2 {
        return Ok(Vec::new());
    }
    let usual: Vec<&Embedding> = labels.iter().map(|label| &label.usual.vector).collect();
    evidence.expect_space(usual.iter().copied().chain(templates.iter().flat_map(|template| &template.vectors)))?;
    let usual = evidence.podiums(&usual);
    let score = |template: &WordedTemplate| {
        let podiums = evidence.podiums(&template.vectors.iter().collect::<Vec<_>>());
        let agrees = podiums.iter().zip(&usual).map(|(podium, usual)| podium.first.0 == usual.first.0);
        TemplateScore {
            text: template.text.clone(),
            margin: mean(podiums.iter().filter_map(TopTwo::margin)).unwrap_or(0.0),
            agreement: part(agrees).unwrap_or(0.0),
            accuracy: accuracy(&podiums, evidence.truth()),
        }
    };
    let mut scores: Vec<TemplateScore> = templates.iter().map(score).collect();
    scores.sort_by(|a, b| {
        let accuracy = |score: &TemplateScore| score.accuracy.unwrap_or(0.0);
        accuracy(b).total_cmp(&accuracy(a)).then_with(|| b.margin.total_cmp(&a.margin))
    });
    Ok(scores)
}

fn accuracy(podiums: &[TopTwo], truth: Option<&[Option<usize>]>) -> Option<f32> {
    let known = podiums.iter().zip(truth?).filter_map(|(podium, label)| Some(podium.first.0 == (*label)?));
    part(known)
}

/// Which part of `answers` is yes.
fn part(answers: impl Iterator<Item = bool>) -> Option<f32> {
    mean(answers.map(|answer| f32::from(u8::from(answer))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::wording::prompts::Wording;

    fn vector(values: [f32; 2]) -> Embedding {
        Embedding::normalized(values.to_vec()).unwrap()
    }

    fn compare(truth: Option<Vec<Option<usize>>>) -> Vec<TemplateScore> {
        let label = |name: &str, values| {
            let usual = Wording { text: name.into(), vector: vector(values) };
            WordedLabel { name: name.into(), usual, others: vec![] }
        };
        let template = |text: &str, vectors: [[f32; 2]; 2]| WordedTemplate {
            text: text.into(),
            vectors: vectors.map(vector).to_vec(),
        };
        let templates = [template("blunt", [[2.0, 1.0], [1.0, 2.0]]), template("swapped", [[0.0, 1.0], [1.0, 0.0]])];
        let sounds = vec![vector([1.0, 0.0]), vector([0.0, 1.0])];
        let labels = [label("dog", [1.0, 0.0]), label("rain", [0.0, 1.0])];
        compare_templates(&templates, &labels, &SoundSample::new(sounds, truth).unwrap()).unwrap()
    }

    #[test]
    fn without_truth_the_surest_comes_first_even_if_it_contradicts() {
        let scores = compare(None);
        assert_eq!((scores[0].text.as_str(), scores[0].agreement, scores[0].accuracy), ("swapped", 0.0, None));
        assert!((scores[0].margin - 1.0).abs() < 1e-6);
        assert_eq!((scores[1].text.as_str(), scores[1].agreement), ("blunt", 1.0));
        assert!((scores[1].margin - 1.0 / 5f32.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn with_truth_the_most_accurate_comes_first() {
        let scores = compare(Some(vec![Some(0), None]));
        let order: Vec<_> = scores.iter().map(|score| (score.text.as_str(), score.accuracy)).collect();
        assert_eq!(order, [("blunt", Some(1.0)), ("swapped", Some(0.0))]);
    }
}
