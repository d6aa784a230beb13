//! `auricle teach`: classes learned from examples, kept in the library.

mod examples;
pub(crate) mod report;

use std::path::PathBuf;

use auricle::error::{Error, Refusal};
use auricle::library::Library;
use auricle::library::writer::Writer;
use auricle::operations::observer::Observer;
use auricle::operations::teach::{ClassPrompt, HeadDraft};
use auricle::wire::head::HeadFacts;
use clap::Args;

use crate::cli::command::teach::examples::{PathJudgement, gather};
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::output::{flush, json_line, say, stdout, written};
use crate::cli::terminal::progress::{stop_on_signal, watch};

/// The command line of `teach`.
#[derive(Debug, Args)]
#[command(after_help = "\
A head is a linear classifier on the model's vectors (logistic regression, one class against the rest). It starts from what \
its name means to the model, so five examples already help. New examples are added to earlier ones; if a sound is judged \
again, the last judgement counts. `auricle teach NAME` alone trains the head again. Without --negative, other sounds in \
the library serve as counterexamples. The figures shown are cross-validated: each example is judged by a head that was \
not trained on it.

Examples:
  auricle teach siren --positive sirens/ --negative traffic/ alarm.wav
  auricle suggest siren                                  # suggests what to judge next
  auricle teach siren --positive 17.wav --negative 18.wav 19.wav
  auricle label new/ --with siren; auricle search --with siren
  auricle teach birds --class \"wren=wrens/\" --class \"robin=robins/\" --prompt \"wren=a wren sings, fast and loud\"
  auricle teach birds --from labels.csv                  # with the columns path and label")]
pub(crate) struct Arguments {
    /// Name of the head, and of its class if there is only one
    #[arg(value_name = "NAME")]
    name: String,
    /// Sounds that belong to the class: files or folders
    #[arg(long, num_args = 1.., value_name = "PATH")]
    positive: Vec<PathBuf>,
    /// Sounds that belong to none of the classes: files or folders
    #[arg(long, num_args = 1.., value_name = "PATH")]
    negative: Vec<PathBuf>,
    /// Sounds that belong to one of several classes (repeatable)
    #[arg(long, value_name = "CLASS=PATH", value_parser = read_pair)]
    class: Vec<(String, String)>,
    /// Examples of all classes: a CSV file with the columns path and label, or a folder with one subfolder per class
    #[arg(long, value_name = "TABLE")]
    from: Option<PathBuf>,
    /// Description to start the class from, instead of its name (repeatable: their vectors are averaged)
    #[arg(long, value_name = "[CLASS=]TEXT")]
    prompt: Vec<String>,
    /// Sounds to stop using as examples
    #[arg(long, num_args = 1.., value_name = "PATH")]
    forget: Vec<PathBuf>,
    /// Print one JSON object: {"name", "classes": [{"name", "positives", "precision", "recall", …}, …], …}
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let draft = HeadDraft::open(library(context)?.as_ref(), &arguments.name)?;
    let judgements = arguments.judgements(&draft)?;
    let prompts = arguments.prompts(&draft, &judgements)?;
    let encoder = context.start_library_encoder(&arguments.model)?;
    let library = library(context)?;
    if let Some(library) = &library {
        library.expect_model(encoder.space())?;
    }
    let (updates, exit) = gather(context, &encoder, &judgements)?;
    let teach = |observer: &Observer<'_>| draft.teach(&encoder, library.as_ref(), updates, &prompts, observer);
    let Some(teaching) = watch(context, &stop_on_signal()?, teach)? else {
        say("stopped: nothing was learned, and what was taught before stands");
        return Ok(Exit::Interrupted);
    };
    for path in &teaching.lost {
        complain_about(CliRefusal::ExampleLost { path: path.clone() });
    }
    teaching.store(&mut Writer::open(context.library_folder(), encoder.space())?)?;
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &HeadFacts::new(&arguments.name, &teaching.head))?;
    } else if !context.is_quiet() {
        written(report::print(&mut out, &arguments.name, &teaching.head))?;
    }
    flush(out)?;
    Ok(if teaching.lost.is_empty() { exit } else { Exit::SomeFailed })
}

/// The library, if there is one.
fn library(context: &Context) -> Result<Option<Library>, Failure> {
    Ok(if Library::exists(context.library_folder())? { Some(context.open_library()?) } else { None })
}

impl Arguments {
    /// The judgements, in the order in which they count.
    fn judgements(&self, draft: &HeadDraft) -> Result<Vec<PathJudgement>, Failure> {
        let mut judgements = Vec::new();
        if let Some(table) = &self.from {
            judgements.extend(PathJudgement::from_table(table)?);
        }
        if !self.positive.is_empty() {
            let class = draft.only_class(self.class.iter().map(|(class, _)| class.as_str()))?;
            judgements.push(PathJudgement { paths: self.positive.clone(), classes: Some(vec![class]) });
        }
        for (class, path) in &self.class {
            judgements.push(PathJudgement { paths: vec![path.into()], classes: Some(vec![class.clone()]) });
        }
        judgements.push(PathJudgement { paths: self.negative.clone(), classes: Some(Vec::new()) });
        judgements.push(PathJudgement { paths: self.forget.clone(), classes: None });
        judgements.retain(|judgement| !judgement.paths.is_empty());
        draft.check_judgements(judgements.len())?;
        Ok(judgements)
    }

    /// The prompts: words before an equals sign name a class if there is one called so.
    fn prompts(&self, draft: &HeadDraft, judgements: &[PathJudgement]) -> Result<Vec<ClassPrompt>, Error> {
        let judged = judgements.iter().filter_map(|judgement| judgement.classes.as_ref()).flatten();
        let mut classes: Vec<&str> = draft.classes().chain(judged.map(String::as_str)).collect();
        classes.sort_unstable();
        classes.dedup();
        let prompt = |text: &String| {
            let named = text.split_once('=').filter(|(class, _)| classes.contains(&class.trim()));
            if let Some((class, text)) = named {
                return Ok(ClassPrompt { class: Some(class.trim().to_owned()), text: text.to_owned() });
            }
            if classes.len() > 1 {
                return Err(Refusal::PromptWithoutClass { prompt: text.clone() }.into());
            }
            Ok(ClassPrompt { class: None, text: text.clone() })
        };
        self.prompt.iter().map(prompt).collect()
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
