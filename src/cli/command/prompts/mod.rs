//! `auricle prompts`: how the wording of labels moves their scores.

mod truth;
mod print;

use std::path::PathBuf;

use auricle::classify::label::Label;
use auricle::classify::sets::LabelCollection;
use auricle::classify::template::Templates;
use auricle::encoder::Encoder;
use auricle::error::{Error, Result as Found};
use auricle::eval::wording::evidence::SoundSample;
use auricle::eval::wording::findings::Findings;
use auricle::eval::wording::pairs::pairs;
use auricle::eval::wording::phrasing::{LabelPhrasing, phrasings};
use auricle::eval::wording::report::{word_labels, word_templates};
use auricle::eval::wording::templates::compare_templates;
use auricle::wire::prompts::WordingReport;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::command::prompts::truth::Truth;
use crate::cli::context::Context;
use crate::cli::listener::Listener;
use crate::cli::query::label_flags::gather;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{flush, json_line, stdout, written};

/// The command line of `prompts`.
#[derive(Debug, Args)]
#[command(after_help = "\
Phrasing tries each wording of a label, its own prompts or else its name in every template, while its rivals are asked \
for as usual. Confusable labels are close in words, or sounds hang between them: the second has half the first's share or \
more. Templates are compared on the names of all labels. Without --truth no figure says how right the model is, only how \
sure.

Examples:
  auricle prompts \"dog = a dog barking | the sound of a dog\" cat rain --on dog.wav
  auricle prompts dog rain engine --on sounds/
  auricle prompts --set urbansound8k --on clips/ --truth clips.csv
  auricle prompts --labels-from labels.txt --template \"{} in the street\" --json")]
pub(crate) struct Arguments {
    /// The labels: names, or NAME = PROMPT | PROMPT as one argument; names may also be separated by commas
    #[arg(value_name = "LABEL")]
    labels: Vec<String>,
    /// A text file with a label a line, written in the same way
    #[arg(long, value_name = "FILE")]
    labels_from: Option<PathBuf>,
    /// A built-in list of labels
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(LabelCollection::names()))]
    set: Option<String>,
    /// Sound files or folders to try the wordings on [default: all sounds of the library]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    on: Vec<PathBuf>,
    /// A further template to compare, with {} for the label; may be given many times
    #[arg(long, value_name = "TEXT")]
    template: Vec<String>,
    /// What the sounds are: a CSV file with the columns path and label
    #[arg(long, value_name = "CSV", conflicts_with = "truth_folders")]
    truth: Option<PathBuf>,
    /// The sounds lie in folders that are named like the labels
    #[arg(long)]
    truth_folders: bool,
    /// Show this many labels and pairs of labels: those for which the wording matters most [default: 8, with --json all]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Print one object: {"sounds", "truth", "phrasing", "pairs", "templates"}
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let labels = labels(arguments)?;
    let more = further_templates(arguments)?;
    let truth = Truth::read(arguments.truth.as_deref(), arguments.truth_folders, &labels)?;
    let encoder = context.start_library_encoder()?;
    let (evidence, exit) = listen(context, &encoder, arguments, truth)?;
    let mut findings = find_out(&encoder, &labels, &more, &evidence)?;
    // The cosines with one sound are shown label by label, as they were given.
    if findings.sounds > 1 {
        by_how_much_hangs_on_it(&mut findings.phrasing);
    }
    let mut out = stdout();
    if arguments.json {
        json_line(&mut out, &WordingReport::new(&findings, arguments.top))?;
    } else {
        written(print::print(&mut out, &findings, arguments.top))?;
    }
    flush(out)?;
    Ok(exit)
}

/// The labels in words, from wherever they are given.
fn labels(arguments: &Arguments) -> Found<Vec<Label>> {
    let named: Vec<&str> = arguments.labels.iter().flat_map(|text| split_names(text)).collect();
    let labels = gather(arguments.set.as_deref(), arguments.labels_from.as_deref(), &named)?;
    if labels.is_empty() {
        let advice = "name some, for example `auricle prompts dog rain --on sounds/`, or see --labels-from and --set";
        return Err(Error::user("there are no labels to ask for", advice));
    }
    Ok(labels)
}

/// Prompts may have commas, so that a label with prompts is an argument of its own.
fn split_names(text: &str) -> Vec<&str> {
    if text.contains('=') { vec![text] } else { text.split(',').collect() }
}

/// The templates that are compared besides the built-in ones.
fn further_templates(arguments: &Arguments) -> Found<Vec<String>> {
    if arguments.template.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Templates::parse(&arguments.template)?.texts().to_vec())
}

/// Hears the sounds, and which label each has if that is known.
fn listen(
    context: &Context,
    encoder: &Encoder,
    arguments: &Arguments,
    truth: Option<Truth>,
) -> Result<(SoundSample, Exit), Failure> {
    let (mut sounds, mut known) = (Vec::new(), Vec::new());
    let exit = Listener::new(context, encoder)?.each(&arguments.on, |path, heard| {
        sounds.push(heard.vector);
        known.push(truth.as_ref().and_then(|truth| truth.label_of(path)));
        Ok(())
    })?;
    if let Some(truth) = &truth
        && known.iter().all(Option::is_none)
        && !sounds.is_empty()
    {
        return Err(truth.says_nothing().into());
    }
    Ok((SoundSample::new(sounds, truth.map(|_| known))?, exit))
}

fn find_out(encoder: &Encoder, labels: &[Label], more: &[String], evidence: &SoundSample) -> Found<Findings> {
    let scale = encoder.audio_scale();
    let worded = word_labels(encoder, labels, more)?;
    let templates = if labels.len() > 1 { word_templates(encoder, labels, more)? } else { Vec::new() };
    Ok(Findings {
        sounds: evidence.sounds().len(),
        known: evidence.truth().map(|truth| truth.iter().flatten().count()),
        labels: labels.len(),
        phrasing: phrasings(&worded, evidence, scale),
        pairs: pairs(&worded, evidence, scale),
        templates: compare_templates(&templates, &worded, evidence),
    })
}

/// Labels for which much hangs on the wording first; equals stay in the order given.
fn by_how_much_hangs_on_it(phrasing: &mut [LabelPhrasing]) {
    phrasing.sort_by(|a, b| {
        let (a, b) = (a.spread(), b.spread());
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
}
