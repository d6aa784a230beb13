//! Labels → the wordings in which the model can be asked for each, embedded.

use std::collections::HashMap;

use crate::classify::label::Label;
use crate::classify::template::Templates;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::{Error, Result, Stage};

/// Single templates that are compared besides those of the named choices.
const MORE_TEMPLATES: [&str; 3] = ["{} sound", "an audio clip of {}", "in this clip we hear {}"];

/// One way to ask for a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wording {
    /// What it is called: the prompt itself, or what several prompts are.
    pub(crate) text: String,
    /// The vector of its prompts, averaged.
    pub(crate) vector: Embedding,
}

/// A label and the ways to ask for it.
#[derive(Debug, Clone, PartialEq)]
pub struct WordedLabel {
    /// Its name.
    pub(crate) name: String,
    /// How it is asked for if nobody says otherwise.
    pub(crate) usual: Wording,
    /// The other ways.
    pub(crate) others: Vec<Wording>,
}

impl WordedLabel {
    /// All ways, the usual one first.
    pub(crate) fn wordings(&self) -> impl Iterator<Item = &Wording> {
        std::iter::once(&self.usual).chain(&self.others)
    }
}

/// One way to make prompts of all labels.
#[derive(Debug, Clone, PartialEq)]
pub struct WordedTemplate {
    /// The template, or what several are called.
    pub(crate) text: String,
    /// The labels' vectors.
    pub(crate) vectors: Vec<Embedding>,
}

/// A wording before it is embedded.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WordingPlan {
    text: String,
    prompts: Vec<String>,
}

impl WordingPlan {
    /// `prompts`, called `text` unless there is only one, which speaks for itself.
    fn new(text: impl Into<String>, prompts: Vec<String>) -> Self {
        let text = if let [only] = prompts.as_slice() { only.clone() } else { text.into() };
        WordingPlan { text, prompts }
    }
}

/// Words `labels` in every way: their own prompts, or else their names in each template; `more` are templates to try
/// besides.
///
/// # Errors
/// [`Error::Data`] for a prompt that cannot be tokenized; [`Error::Internal`] if the model fails.
pub fn word_labels(encoder: &Encoder, labels: &[Label], more: &[String]) -> Result<Vec<WordedLabel>> {
    let plans: Vec<Vec<WordingPlan>> = labels.iter().map(|label| label_plans(label, more)).collect();
    let vocabulary = PromptVectors::embed(encoder, plans.iter().flatten())?;
    let worded = labels.iter().zip(&plans).map(|(label, plans)| {
        let mut wordings = plans.iter().map(|plan| vocabulary.wording(plan));
        let usual = wordings.next().expect("every label has a usual wording")?;
        Ok(WordedLabel { name: label.name.clone(), usual, others: wordings.collect::<Result<_>>()? })
    });
    worded.collect()
}

/// Makes prompts of the names of `labels` by each template and each named choice of several, `more` besides. Where labels
/// have prompts of their own, the labels as they are come first.
///
/// # Errors
/// [`Error::Data`] for a prompt that cannot be tokenized; [`Error::Internal`] if the model fails.
pub fn word_templates(encoder: &Encoder, labels: &[Label], more: &[String]) -> Result<Vec<WordedTemplate>> {
    let choices = template_plans(labels, more);
    let vocabulary = PromptVectors::embed(encoder, choices.iter().flat_map(|(_, plans)| plans))?;
    let worded = choices.iter().map(|(text, plans)| {
        let vectors = plans.iter().map(|plan| vocabulary.mean(&plan.prompts)).collect::<Result<_>>()?;
        Ok(WordedTemplate { text: text.clone(), vectors })
    });
    worded.collect()
}

/// The ways to ask for `label`, the usual one first; none twice.
fn label_plans(label: &Label, more: &[String]) -> Vec<WordingPlan> {
    let (words, default) = (label.words(), Templates::default());
    let in_default = default.prompts(&words);
    let in_default = WordingPlan::new(format!("the name in {} templates, averaged", in_default.len()), in_default);
    let mut plans = Vec::new();
    if label.prompts.is_empty() {
        plans.push(in_default);
        plans.extend(
            single_templates(more).iter().flat_map(|it| it.prompts(&words)).map(|it| WordingPlan::new("", vec![it])),
        );
    } else {
        plans.push(WordingPlan::new(format!("its {} prompts, averaged", label.prompts.len()), label.prompts.clone()));
        plans.extend(label.prompts.iter().map(|prompt| WordingPlan::new("", vec![prompt.clone()])));
        plans.push(in_default);
    }
    let mut distinct: Vec<WordingPlan> = Vec::new();
    plans.into_iter().for_each(|plan| {
        if distinct.iter().all(|earlier| earlier.prompts != plan.prompts) {
            distinct.push(plan);
        }
    });
    distinct
}

/// The ways to make prompts of all labels, each with a plan a label.
fn template_plans(labels: &[Label], more: &[String]) -> Vec<(String, Vec<WordingPlan>)> {
    let by = |templates: &Templates| {
        labels.iter().map(|label| WordingPlan::new("", templates.prompts(&label.words()))).collect()
    };
    let mut choices: Vec<(String, Vec<WordingPlan>)> = Vec::new();
    if labels.iter().any(|label| !label.prompts.is_empty()) {
        let usual = labels.iter().map(|label| label_plans(label, &[]).swap_remove(0)).collect();
        choices.push(("the labels' own prompts".to_owned(), usual));
    }
    for name in Templates::names() {
        let templates = named(name);
        if templates.texts().len() > 1 {
            choices.push((format!("{name} ({} averaged)", templates.texts().len()), by(&templates)));
        }
    }
    choices.extend(single_templates(more).iter().map(|templates| (templates.texts()[0].clone(), by(templates))));
    choices
}

/// Every template that a named choice has, the further ones here, and `more`, each by itself and once.
fn single_templates(more: &[String]) -> Vec<Templates> {
    let mut texts: Vec<String> = Templates::default().texts().to_vec();
    texts.extend(Templates::names().flat_map(|name| named(name).texts().to_vec()));
    texts.extend(MORE_TEMPLATES.map(str::to_owned));
    texts.extend_from_slice(more);
    let mut distinct: Vec<Templates> = Vec::new();
    for text in texts {
        // One without a place for the label was refused where it was read.
        let Ok(templates) = Templates::parse(&[text]) else { continue };
        if !distinct.contains(&templates) {
            distinct.push(templates);
        }
    }
    distinct
}

fn named(name: &str) -> Templates {
    Templates::parse(&[name]).expect("the names of templates can be parsed")
}

/// The vectors of prompts.
struct PromptVectors(HashMap<String, Embedding>);

impl PromptVectors {
    /// Embeds the prompts of `plans`, each once.
    fn embed<'a>(encoder: &Encoder, plans: impl Iterator<Item = &'a WordingPlan>) -> Result<Self> {
        let mut prompts: Vec<String> = plans.flat_map(|plan| plan.prompts.iter().cloned()).collect();
        prompts.sort();
        prompts.dedup();
        let vectors = encoder.embed_text(&prompts)?;
        Ok(PromptVectors(prompts.into_iter().zip(vectors).collect()))
    }

    fn wording(&self, plan: &WordingPlan) -> Result<Wording> {
        Ok(Wording { text: plan.text.clone(), vector: self.mean(&plan.prompts)? })
    }

    fn mean(&self, prompts: &[String]) -> Result<Embedding> {
        let missing = || Error::internal(Stage::Encode, "a prompt was not embedded");
        let parts = prompts.iter().map(|prompt| Ok((self.0.get(prompt).ok_or_else(missing)?.clone(), 1.0)));
        Embedding::mean(&parts.collect::<Result<Vec<_>>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Label {
        Label::parse(text).unwrap()
    }

    fn texts(plans: &[WordingPlan]) -> Vec<&str> {
        plans.iter().map(|plan| plan.text.as_str()).collect()
    }

    #[test]
    fn a_name_is_asked_for_by_each_template_and_by_the_default_first() {
        let plans = label_plans(&label("dog_bark"), &["hark, {}".to_owned()]);
        let default = Templates::default().prompts("dog bark");
        assert_eq!(plans[0].prompts, default);
        for prompt in default.iter().map(String::as_str).chain(["hark, dog bark", "an audio clip of dog bark"]) {
            assert_eq!(texts(&plans).iter().filter(|text| **text == prompt).count(), 1, "{prompt} in {plans:?}");
        }
    }

    #[test]
    fn own_prompts_come_together_and_apart_and_then_the_name() {
        let plans = label_plans(&label("dog = a dog barks | woof"), &[]);
        assert_eq!(texts(&plans)[..3], ["its 2 prompts, averaged", "a dog barks", "woof"]);
        assert_eq!((plans.len(), &plans[3].prompts), (4, &Templates::default().prompts("dog")));
        let plans = label_plans(&label("dog = a dog barks"), &[]);
        assert_eq!((texts(&plans)[0], plans.len()), ("a dog barks", 2));
        assert_eq!(texts(&label_plans(&label("a dog barks"), &[])), ["a dog barks"]);
    }

    #[test]
    fn templates_are_compared_each_alone_and_the_named_ones_together() {
        let labels = [label("dog = woof"), label("rain")];
        let choices = template_plans(&labels, &["hark, {}".to_owned()]);
        let texts: Vec<_> = choices.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts[0], "the labels' own prompts");
        assert_eq!(choices[0].1[0].prompts, ["woof"]);
        assert!(texts.contains(&"{}") && texts.contains(&"hark, {}"), "{texts:?}");
        for template in Templates::default().texts() {
            assert!(texts.contains(&template.as_str()), "{template}");
        }
        let plain = choices.iter().find(|(text, _)| text == "{}").unwrap();
        assert_eq!(plain.1.iter().flat_map(|plan| plan.prompts.clone()).collect::<Vec<_>>(), ["dog", "rain"]);
        assert_ne!(template_plans(&labels[1..], &[])[0].0, texts[0]);
    }
}
