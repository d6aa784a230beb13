//! Teaching a head: judgements of sounds → examples → a lesson → a head, stored with what it learned from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::classify::label::Label;
use crate::classify::stored_head;
use crate::classify::stored_head::StoredHead;
use crate::embedding::Embedding;
use crate::encoder::queue::Encoder;
use crate::error::{Refusal, Result};
use crate::ingest::worker::hash_file;
use crate::library::Library;
use crate::library::heads::{TaughtExample, check_class_name, check_head_name};
use crate::library::record::file::Hash;
use crate::library::writer::Writer;
use crate::operations::observer::{Event, Observer};
use crate::search::query_vectors::{embed_file, known_clip};

/// A judgement of one sound.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleUpdate {
    /// Hash of the sound's content, by which it is known.
    pub hash: Hash,
    /// Path of the file.
    pub path: PathBuf,
    /// The vector of the whole sound.
    pub vector: Embedding,
    /// The judgement.
    pub change: ExampleChange,
}

/// The part of a judgement that says what the sound is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleChange {
    /// It is of these classes and no others; of none, for a sound of something else.
    Classes(Vec<String>),
    /// It is of one class, or is not; whatever was said of other classes stays.
    Class {
        /// The class.
        name: String,
        /// Whether it is of that class.
        is_positive: bool,
    },
    /// What was said of it is forgotten.
    Forget,
}

impl ExampleChange {
    /// The classes that it names.
    fn classes(&self) -> impl Iterator<Item = &str> {
        let classes = match self {
            ExampleChange::Classes(classes) => classes.as_slice(),
            ExampleChange::Class { name, .. } => std::slice::from_ref(name),
            ExampleChange::Forget => &[],
        };
        classes.iter().map(String::as_str)
    }
}

/// Words that a class begins with, instead of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPrompt {
    /// The class; `None` for the only one of the head.
    pub class: Option<String>,
    /// The words. Those of several prompts of a class are averaged.
    pub text: String,
}

/// A head before it is taught: what is known of it so far.
#[derive(Debug, Clone)]
pub struct HeadDraft {
    name: String,
    is_known: bool,
    labels: Vec<Label>,
    examples: Vec<TaughtExample>,
}

/// A head that has learned, with what it learned from.
#[derive(Debug, Clone)]
pub struct Teaching {
    /// The head.
    pub head: StoredHead,
    /// Examples from earlier that the model has not heard and that are gone or have changed. They do not count, but are
    /// kept.
    pub lost: Vec<PathBuf>,
    name: String,
    examples: Vec<TaughtExample>,
}

impl HeadDraft {
    /// The head called `name` as `library` knows it, or a new one.
    ///
    /// # Errors
    /// [`Refusal`] for a name that a head cannot have; stage `catalogue` if the catalogue cannot be read.
    pub fn open(library: Option<&Library>, name: &str) -> Result<Self> {
        check_head_name(name)?;
        let mut draft = HeadDraft { name: name.to_owned(), is_known: false, labels: Vec::new(), examples: Vec::new() };
        if let Some(library) = library
            && library.find_head(name)?.is_some()
        {
            draft.is_known = true;
            draft.labels = StoredHead::read(library, name)?.labels;
            draft.examples = library.taught_examples(name)?;
        }
        Ok(draft)
    }

    /// Refuses a head that is not there yet and is given `judgements` of no sounds.
    ///
    /// # Errors
    /// [`Refusal::HeadWithoutExamples`].
    pub fn check_judgements(&self, judgements: usize) -> Result<()> {
        if self.is_known || judgements > 0 {
            return Ok(());
        }
        Err(Refusal::HeadWithoutExamples { head: self.name.clone() }.into())
    }

    /// The names of the classes it has so far.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(|label| label.name.as_str())
    }

    /// The class that is meant where none is named: the only one of those it has and of `others`, or a new one called like
    /// the head.
    ///
    /// # Errors
    /// [`Refusal`] if there are several.
    pub fn only_class<'a>(&'a self, others: impl Iterator<Item = &'a str>) -> Result<String> {
        let mut classes: Vec<&str> = self.classes().chain(others).collect();
        classes.sort_unstable();
        classes.dedup();
        match classes.as_slice() {
            [] => Ok(self.name.clone()),
            [class] => Ok((*class).to_owned()),
            several => {
                let known = several.iter().map(|class| (*class).to_owned()).collect();
                Err(Refusal::ClassNotNamed { head: self.name.clone(), known }.into())
            }
        }
    }

    /// Teaches the head by the examples it has and by `updates`; of a content that is there already the new judgement
    /// counts. Where every example is of one class, sounds of `library` are taken for counterexamples. `None` if it was
    /// stopped; nothing has changed then.
    ///
    /// # Errors
    /// [`Refusal`] for a name that a class cannot have, a prompt of no class, or a class without an example or without
    /// anything to be told from; [`Error::Data`](crate::error::Error::Data) for a prompt that cannot be tokenized;
    /// [`Error::Internal`](crate::error::Error::Internal) if the model or the solver fails; stage `catalogue` if the
    /// catalogue cannot be read.
    pub fn teach(
        mut self,
        encoder: &Encoder,
        library: Option<&Library>,
        updates: Vec<ExampleUpdate>,
        prompts: &[ClassPrompt],
        observer: &Observer<'_>,
    ) -> Result<Option<Teaching>> {
        updates.iter().flat_map(|update| update.change.classes()).try_for_each(check_class_name)?;
        self.update(updates);
        let lost = self.listen_again(encoder, library, observer);
        if observer.is_stopped() {
            return Ok(None);
        }
        self.name_classes();
        self.set_prompts(prompts)?;
        let head = stored_head::teach(encoder, library, self.labels, &self.examples)?;
        Ok(Some(Teaching { head, lost, name: self.name, examples: self.examples }))
    }

    /// Listens to those examples that the model has not heard until it is stopped, and gives those that are gone or have
    /// changed.
    fn listen_again(&mut self, encoder: &Encoder, library: Option<&Library>, observer: &Observer<'_>) -> Vec<PathBuf> {
        let mut lost = Vec::new();
        let unheard: Vec<&mut TaughtExample> =
            self.examples.iter_mut().filter(|example| example.vector.is_none()).collect();
        let total = unheard.len() as u64;
        for (example, done) in unheard.into_iter().zip(0..).take_while(|_| !observer.is_stopped()) {
            observer.tell(Event::Examples { done, total });
            let is_same = hash_file(&example.path).is_ok_and(|hash| hash == example.hash);
            example.vector = if is_same { vector_of(&example.path, encoder, library).ok() } else { None };
            if example.vector.is_none() {
                lost.push(example.path.clone());
            }
        }
        lost
    }

    fn update(&mut self, updates: Vec<ExampleUpdate>) {
        let examples = std::mem::take(&mut self.examples);
        let mut by_content: BTreeMap<[u8; 32], TaughtExample> =
            examples.into_iter().map(|example| (example.hash.0, example)).collect();
        for ExampleUpdate { hash, path, vector, change } in updates {
            let mut before = by_content.remove(&hash.0).map(|example| example.classes).unwrap_or_default();
            let classes = match change {
                ExampleChange::Forget => continue,
                ExampleChange::Classes(classes) => classes,
                ExampleChange::Class { name, is_positive } => {
                    before.retain(|known| *known != name);
                    before.extend(is_positive.then_some(name));
                    before
                }
            };
            by_content.insert(hash.0, TaughtExample { hash, path, classes, vector: Some(vector) });
        }
        self.examples = by_content.into_values().collect();
    }

    /// Leaves the labels that have examples, and adds those that examples name for the first time.
    fn name_classes(&mut self) {
        let mut named: Vec<&String> = self.examples.iter().flat_map(|example| &example.classes).collect();
        named.sort_unstable();
        named.dedup();
        self.labels.retain(|label| named.contains(&&label.name));
        for name in named {
            if !self.labels.iter().any(|label| label.name == *name) {
                self.labels.push(Label::named(name));
            }
        }
    }

    fn set_prompts(&mut self, prompts: &[ClassPrompt]) -> Result<()> {
        let mut by_class: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for ClassPrompt { class, text } in prompts {
            let text = text.trim();
            if text.is_empty() {
                return Err(Refusal::ClassPromptBlank.into());
            }
            let class = match (class, self.labels.as_slice()) {
                (Some(class), _) => class.clone(),
                (None, [only]) => only.name.clone(),
                (None, _) => return Err(Refusal::PromptWithoutClass { prompt: text.to_owned() }.into()),
            };
            by_class.entry(class).or_default().push(text.to_owned());
        }
        for (class, prompts) in by_class {
            let label = self.labels.iter_mut().find(|label| label.name == class);
            label.ok_or(Refusal::PromptOfUnknownClass { class })?.prompts = prompts;
        }
        Ok(())
    }
}

impl Teaching {
    /// Stores the head with its examples, in place of what there is of that name.
    ///
    /// # Errors
    /// Stage `catalogue` if the catalogue cannot be written.
    pub fn store(&self, writer: &mut Writer) -> Result<()> {
        self.head.store(writer, &self.name, &self.examples)
    }
}

/// The vector of the file at `path`: as `library` knows it, or else made now.
fn vector_of(path: &Path, encoder: &Encoder, library: Option<&Library>) -> Result<Embedding> {
    if let Some(library) = library
        && let Some(clip) = known_clip(library, path)?
    {
        return Ok(clip.vector);
    }
    Ok(embed_file(encoder, path)?.clip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(examples: &[(u8, &[&str])]) -> HeadDraft {
        let examples = examples.iter().map(|(content, classes)| TaughtExample {
            hash: Hash([*content; 32]),
            path: format!("/{content}.wav").into(),
            classes: classes.iter().map(|class| class.to_string()).collect(),
            vector: None,
        });
        let (name, examples) = ("h".to_owned(), examples.collect());
        let mut draft = HeadDraft { name, is_known: true, labels: Vec::new(), examples };
        draft.name_classes();
        draft
    }

    fn update(content: u8, change: ExampleChange) -> ExampleUpdate {
        let vector = Embedding::normalized(vec![1.0, 0.0]).unwrap();
        ExampleUpdate { hash: Hash([content; 32]), path: "/new.wav".into(), vector, change }
    }

    fn class(name: &str, is_positive: bool) -> ExampleChange {
        ExampleChange::Class { name: name.into(), is_positive }
    }

    #[track_caller]
    fn check(updates: Vec<ExampleUpdate>, expected: &[(u8, &[&str])]) {
        let mut draft = draft(&[(1, &["a", "b"]), (2, &[])]);
        draft.update(updates);
        let found: Vec<(u8, Vec<&str>)> = draft
            .examples
            .iter()
            .map(|example| (example.hash.0[0], example.classes.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(content, classes)| (*content, classes.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_last_judgement_of_a_content_counts() {
        check(vec![update(1, ExampleChange::Classes(vec!["c".into()]))], &[(1, &["c"]), (2, &[])]);
        check(vec![update(1, class("a", false)), update(2, class("a", true))], &[(1, &["b"]), (2, &["a"])]);
        check(vec![update(1, class("a", true)), update(3, class("a", false))], &[(1, &["b", "a"]), (2, &[]), (3, &[])]);
        check(vec![update(1, ExampleChange::Forget), update(9, ExampleChange::Forget)], &[(2, &[])]);
    }

    #[test]
    fn the_only_class_is_meant_where_none_is_named() {
        assert_eq!(draft(&[]).only_class(std::iter::empty()).unwrap(), "h");
        assert_eq!(draft(&[(1, &["a"])]).only_class(["a"].into_iter()).unwrap(), "a");
        let refusal = draft(&[(1, &["a"])]).only_class(["b"].into_iter()).unwrap_err().to_string();
        assert!(refusal.contains("several classes: a, b"), "{refusal}");
    }

    #[test]
    fn prompts_are_for_classes_that_have_examples() {
        let prompt =
            |class: Option<&str>, text: &str| ClassPrompt { class: class.map(str::to_owned), text: text.into() };
        let mut one = draft(&[(1, &["a"])]);
        one.set_prompts(&[prompt(None, " x "), prompt(Some("a"), "y")]).unwrap();
        assert_eq!(one.labels[0].prompts, ["x", "y"]);
        assert!(one.set_prompts(&[prompt(None, " ")]).is_err());
        assert!(one.set_prompts(&[prompt(Some("b"), "x")]).is_err());
        assert!(draft(&[(1, &["a"]), (2, &["b"])]).set_prompts(&[prompt(None, "x")]).is_err());
    }

    #[test]
    fn a_new_head_needs_a_name_and_a_judgement() {
        assert!(HeadDraft::open(None, "a:b").is_err());
        let new = HeadDraft::open(None, "siren").unwrap();
        assert!(new.check_judgements(0).is_err() && new.check_judgements(1).is_ok());
    }
}
