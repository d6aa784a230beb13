//! The flags that name the labels to choose from → a [`Classifier`].

use std::path::{Path, PathBuf};

use auricle::classify::classifier::Classifier;
use auricle::classify::label::{Label, check_threshold, merge_labels, read_label_file, read_labels};
use auricle::classify::sets::LabelCollection;
use auricle::classify::stored_head::StoredHead;
use auricle::classify::template::Templates;
use auricle::classify::zero_shot::LabelSet;
use auricle::encoder::queue::Encoder;
use auricle::error::Result;
use auricle::library::Library;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::Failure;

/// The labels to choose from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Labels")]
pub(crate) struct LabelOptions {
    /// Labels to choose from, separated by commas, each NAME, NAME @THRESHOLD, or NAME = PROMPT | PROMPT
    #[arg(long, value_delimiter = ',', value_name = "LABEL,…")]
    labels: Vec<String>,
    /// Text file with one label per line, in the same form
    #[arg(long, value_name = "FILE")]
    labels_from: Option<PathBuf>,
    /// Built-in list of labels
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(LabelCollection::names()))]
    set: Option<String>,
    /// Head with learned classes (see `auricle teach`)
    #[arg(long, value_name = "HEAD", conflicts_with_all = ["labels", "labels_from", "set", "template"])]
    with: Option<String>,
    /// Prompt for labels that are only a name: a sentence with {} for the label, or hub, ensemble or plain (repeatable:
    /// their vectors are averaged) [default: hub, "This is a sound of {}."]
    #[arg(long, value_name = "TEXT")]
    template: Vec<String>,
    /// Presence at which a sound has a label, 0 to 1 [default: 0.5, or the label's own]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threshold: Option<f32>,
}

impl LabelOptions {
    /// The head to use, if one was named.
    pub(crate) fn head(&self) -> Option<&str> {
        self.with.as_deref()
    }

    /// The labels in words.
    ///
    /// # Errors
    /// [`CliRefusal::NoLabels`] if there are none; as [`gather`].
    pub(crate) fn labels(&self) -> Result<Vec<Label>, Failure> {
        let labels = gather(self.set.as_deref(), self.labels_from.as_deref(), &self.labels)?;
        if labels.is_empty() {
            return Err(CliRefusal::NoLabels.into());
        }
        Ok(labels)
    }

    /// The templates.
    ///
    /// # Errors
    /// [`Refusal::TemplateWithoutPlace`](auricle::error::Refusal) for one without a place for the label.
    pub(crate) fn templates(&self) -> Result<Templates> {
        Templates::parse(&self.template)
    }

    /// The classifier of these labels.
    ///
    /// # Errors
    /// A refusal of labels, templates, a threshold or a head that cannot be used; what the encoder reports.
    pub(crate) fn classifier(&self, context: &Context, encoder: &Encoder) -> Result<Classifier, Failure> {
        self.threshold.map_or(Ok(()), check_threshold)?;
        if let Some(name) = &self.with {
            let library = Library::open(context.library_folder())?;
            library.expect_model(encoder.space())?;
            return Ok(Classifier::Head(StoredHead::open(&library, name)?.head));
        }
        let (labels, templates) = (self.labels()?, self.templates()?);
        let vocabulary = context.vocabulary(encoder)?;
        Ok(Classifier::Words(LabelSet::new(encoder, &vocabulary, &labels, &templates)?))
    }
}

/// The labels of the built-in list `set`, of the file `from` and of `named`, each name once: what is written nearer to the
/// command line counts, in the place where the name came first.
///
/// # Errors
/// [`Error::Request`](auricle::error::Error) for labels that make no sense, [`Error::Data`](auricle::error::Error) for a
/// file that cannot be read.
pub(crate) fn gather<T: AsRef<str>>(set: Option<&str>, from: Option<&Path>, named: &[T]) -> Result<Vec<Label>> {
    let mut all = Vec::new();
    if let Some(name) = set {
        all.extend(LabelCollection::find(name)?.labels()?);
    }
    if let Some(path) = from {
        all.extend(read_label_file(path)?);
    }
    if !named.is_empty() {
        all.extend(read_labels(named)?);
    }
    Ok(merge_labels(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_once_and_the_users_own_words_count_most() {
        let labels = gather(Some("esc50"), None, &["Dog @0.7 = my dog", "gong"]).unwrap();
        let dogs: Vec<_> = labels.iter().filter(|label| label.words().to_lowercase() == "dog").collect();
        assert_eq!((labels.len(), dogs.len()), (51, 1));
        assert_eq!((dogs[0].threshold, dogs[0].prompts.as_slice()), (Some(0.7), &["my dog".to_owned()][..]));
        assert!(gather::<&str>(None, None, &[]).unwrap().is_empty());
    }
}
