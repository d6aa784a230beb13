//! Classes → what is asked for each: its name, a sentence with it, and the prompts that somebody wrote for it.

use crate::classify::label::Label;

/// The sentence that a class's name is put into, as somebody may type it.
pub(crate) const SENTENCE: &str = "the sound of {}";

/// The place in a sentence where the name goes.
const PLACEHOLDER: &str = "{}";

/// Where a prompt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromptKind {
    /// It is the class's name.
    Name,
    /// It is a sentence with the class's name.
    Sentence,
    /// Somebody wrote it for the class.
    Written,
}

impl PromptKind {
    /// The kind's name as it is printed, for example `sentence`.
    pub fn name(self) -> &'static str {
        match self {
            PromptKind::Name => "name",
            PromptKind::Sentence => "sentence",
            PromptKind::Written => "written",
        }
    }
}

/// All of them.
pub const KINDS: [PromptKind; 3] = [PromptKind::Name, PromptKind::Sentence, PromptKind::Written];

/// Something to ask for a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialPrompt {
    /// The class's place among the classes.
    pub(crate) class: usize,
    /// Where it comes from.
    pub(crate) kind: PromptKind,
    /// The words.
    pub(crate) text: String,
}

/// The prompts of `labels`, one label a class, class by class: name, sentence, and those that are written.
pub fn prompts(labels: &[Label]) -> Vec<TrialPrompt> {
    let of_class = |(class, label): (usize, &Label)| {
        let words = label.words();
        let sentence = SENTENCE.replace(PLACEHOLDER, &words);
        let made = [(PromptKind::Name, words), (PromptKind::Sentence, sentence)];
        let written = label.prompts.iter().map(|prompt| (PromptKind::Written, prompt.clone()));
        made.into_iter().chain(written).map(move |(kind, text)| TrialPrompt { class, kind, text }).collect::<Vec<_>>()
    };
    labels.iter().enumerate().flat_map(of_class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_asked_for_by_name_in_a_sentence_and_as_somebody_wrote() {
        let labels = [Label::named("dog_bark"), Label { prompts: vec!["it pours".into()], ..Label::named("rain") }];
        let told: Vec<String> =
            prompts(&labels).iter().map(|it| format!("{} {} {}", it.class, it.kind.name(), it.text)).collect();
        let expected =
            ["0 name dog bark", "0 sentence the sound of dog bark", "1 name rain", "1 sentence the sound of rain"];
        assert_eq!(told[..4], expected);
        assert_eq!(told[4..], ["1 written it pours"]);
    }
}
