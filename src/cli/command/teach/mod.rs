//! `auricle teach`: classes learned from examples, kept in the library.

mod examples;
pub(crate) mod report;

use std::collections::BTreeMap;
use std::path::PathBuf;

use auricle::classify::label::Label;
use auricle::classify::stored_head::{TaughtHead, teach};
use auricle::error::{Error, Result as Read};
use auricle::library::Library;
use auricle::library::heads::TaughtExample;
use auricle::library::writer::Writer;
use auricle::wire::head::HeadFacts;
use clap::Args;

use crate::cli::command::teach::examples::{Judgement, gather, hear_again};
use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{flush, json_line, stdout, written};

/// The command line of `teach`.
#[derive(Debug, Args)]
#[command(after_help = "\
A head is a linear classifier over the model's vectors (logistic regression, each class against the rest). It begins with \
what the words of its name mean to the model, so that five examples already help; examples are added to those given \
before, a sound that is judged again counts as it was judged last, and `auricle teach NAME` alone learns anew. Without \
--negative, other sounds of the library are taken for counterexamples. The figures are cross-validated: each example is \
judged by a head that has not heard it.

Examples:
  auricle teach siren --positive sirens/ --negative traffic/ alarm.wav
  auricle suggest siren                                  # what to judge next
  auricle teach siren --positive 17.wav --negative 18.wav 19.wav
  auricle label new/ --with siren; auricle search --with siren
  auricle teach birds --class \"wren=wrens/\" --class \"robin=robins/\" --prompt \"wren=a wren sings, fast and loud\"
  auricle teach birds --from labels.csv                  # columns path and label")]
pub(crate) struct Arguments {
    /// What the head is called; with --positive also its one class
    #[arg(value_name = "NAME")]
    name: String,
    /// Sounds that are of the class: files or folders
    #[arg(long, num_args = 1.., value_name = "PATH")]
    positive: Vec<PathBuf>,
    /// Sounds that are of no class of the head
    #[arg(long, num_args = 1.., value_name = "PATH")]
    negative: Vec<PathBuf>,
    /// Sounds of one of several classes; may be given many times
    #[arg(long, value_name = "CLASS=PATH", value_parser = read_pair)]
    class: Vec<(String, String)>,
    /// Examples of all classes: a CSV file with the columns path and label, or a folder with a folder a class
    #[arg(long, value_name = "TABLE")]
    from: Option<PathBuf>,
    /// Words that the class begins with, instead of its name; given many times, their vectors are averaged
    #[arg(long, value_name = "[CLASS=]TEXT")]
    prompt: Vec<String>,
    /// Forget what was said of these sounds
    #[arg(long, num_args = 1.., value_name = "PATH")]
    forget: Vec<PathBuf>,
    /// Print one object: {"name", "classes": [{"name", "positives", "precision", "recall", …}, …], …}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let known = known(context, &arguments.name)?;
    let judgements = arguments.judgements(known.as_ref().map(|(head, _)| head))?;
    let encoder = context.start_library_encoder()?;
    if let Some(library) = library(context)? {
        library.expect_model(encoder.space())?;
    }
    let (labels, mut examples) = known.map_or((Vec::new(), Vec::new()), |(head, examples)| (head.labels, examples));
    let mut exit = hear_again(context, &encoder, &mut examples)?;
    if gather(context, &encoder, &judgements, &mut examples)? != Exit::Done {
        exit = Exit::SomeFailed;
    }
    let labels = arguments.labels(labels, &examples)?;
    let taught = teach(&encoder, library(context)?.as_ref(), labels, &examples)?;
    let mut writer = Writer::open(context.library_folder(), encoder.space())?;
    taught.store(&mut writer, &arguments.name, &examples)?;
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &HeadFacts::new(&arguments.name, &taught))?;
    } else if !context.is_quiet() {
        written(report::print(&mut out, &arguments.name, &taught))?;
    }
    flush(out)?;
    Ok(exit)
}

/// The library, if there is one.
fn library(context: &Context) -> Result<Option<Library>, Failure> {
    Ok(if Library::exists(context.library_folder())? { Some(context.open_library()?) } else { None })
}

/// The head called `name` with its examples, if there is one.
fn known(context: &Context, name: &str) -> Result<Option<(TaughtHead, Vec<TaughtExample>)>, Failure> {
    let Some(library) = library(context)? else { return Ok(None) };
    if library.find_head(name)?.is_none() {
        return Ok(None);
    }
    Ok(Some((TaughtHead::read(&library, name)?, library.taught_examples(name)?)))
}

impl Arguments {
    /// What is said of which sounds, in the order in which it counts.
    fn judgements(&self, known: Option<&TaughtHead>) -> Read<Vec<Judgement>> {
        if self.name.trim().is_empty() || self.name.contains(':') {
            let problem = format!("a head cannot be called {:?}", self.name);
            return Err(Error::user(problem, "give it a name without a colon, for example siren"));
        }
        let mut judgements = Vec::new();
        if let Some(table) = &self.from {
            judgements.extend(Judgement::from_table(table)?);
        }
        if !self.positive.is_empty() {
            let class = self.only_class(known)?;
            judgements.push(Judgement { paths: self.positive.clone(), classes: Some(vec![class]) });
        }
        for (class, path) in &self.class {
            judgements.push(Judgement { paths: vec![path.into()], classes: Some(vec![class.clone()]) });
        }
        judgements.push(Judgement { paths: self.negative.clone(), classes: Some(Vec::new()) });
        judgements.push(Judgement { paths: self.forget.clone(), classes: None });
        judgements.retain(|judgement| !judgement.paths.is_empty());
        if judgements.is_empty() && known.is_none() {
            let problem = format!("the library has no head {:?}, and there is nothing to learn it from", self.name);
            return Err(Error::user(problem, "give examples with --positive and --negative, --class or --from"));
        }
        Ok(judgements)
    }

    /// The class that --positive and a prompt without a class mean.
    fn only_class(&self, known: Option<&TaughtHead>) -> Read<String> {
        let mut classes: Vec<&str> =
            known.map_or(Vec::new(), |head| head.labels.iter().map(|label| label.name.as_str()).collect());
        classes.extend(self.class.iter().map(|(class, _)| class.as_str()));
        classes.sort_unstable();
        classes.dedup();
        match classes.as_slice() {
            [] => Ok(self.name.clone()),
            [class] => Ok((*class).to_owned()),
            several => {
                let problem = format!("{:?} has several classes: {}", self.name, several.join(", "));
                Err(Error::user(problem, "say which one you mean, for example --class \"CLASS=PATH\""))
            }
        }
    }

    /// The labels of the head: those known, with the prompts given now, and those that examples name for the first time.
    fn labels(&self, mut labels: Vec<Label>, examples: &[TaughtExample]) -> Read<Vec<Label>> {
        let mut named: Vec<&String> = examples.iter().flat_map(|example| &example.classes).collect();
        named.sort_unstable();
        named.dedup();
        labels.retain(|label| named.contains(&&label.name));
        for name in named {
            if !labels.iter().any(|label| label.name == *name) {
                labels.push(Label::named(name));
            }
        }
        for (class, prompts) in self.prompts(&labels)? {
            let advice = "it has to be one of the classes that examples are given of";
            let label = labels.iter_mut().find(|label| label.name == class);
            let label = label.ok_or_else(|| Error::user(format!("a prompt is given for {class:?}"), advice))?;
            label.prompts = prompts;
        }
        Ok(labels)
    }

    /// The prompts of each class that has some.
    fn prompts(&self, labels: &[Label]) -> Read<BTreeMap<String, Vec<String>>> {
        let mut prompts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for text in &self.prompt {
            let named = text.split_once('=').filter(|(class, _)| labels.iter().any(|label| label.name == class.trim()));
            let (class, text) = match (named, labels) {
                (Some((class, text)), _) => (class.trim().to_owned(), text),
                (None, [only]) => (only.name.clone(), text.as_str()),
                (None, _) => {
                    let problem = format!("the prompt {text:?} is for no class of this head");
                    return Err(Error::user(problem, "say for which, as in --prompt \"CLASS=TEXT\""));
                }
            };
            if text.trim().is_empty() {
                return Err(Error::user("a prompt is blank", "say what the sound is, for example \"a siren wails\""));
            }
            prompts.entry(class).or_default().push(text.trim().to_owned());
        }
        Ok(prompts)
    }
}

fn read_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((class, path)) if !class.trim().is_empty() && !path.is_empty() => {
            Ok((class.trim().to_owned(), path.to_owned()))
        }
        _ => Err("give the class and a file or folder of its sounds, as in wren=wrens/".to_owned()),
    }
}
