//! `auricle prompts`: compares wordings of labels.

mod truth;
mod print;

use std::path::PathBuf;

use auricle::classify::label::Label;
use auricle::classify::sets::LabelCollection;
use auricle::classify::template::Templates;
use auricle::encoder::queue::Encoder;
use auricle::error::Result;
use auricle::eval::wording::evidence::SoundSample;
use auricle::eval::wording::findings::Findings;
use auricle::eval::wording::pairs::pairs;
use auricle::eval::wording::phrasing::{LabelPhrasing, phrasings};
use auricle::eval::wording::prompts::{word_labels, word_templates};
use auricle::eval::wording::templates::compare_templates;
use auricle::wire::prompts::WordingReport;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::command::prompts::truth::Truth;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::label_options::gather;
use crate::cli::query::number::number;
use crate::cli::refusal::CliRefusal;
use crate::cli::sound_reader::SoundReader;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::{flush, json_line, stdout, written};

/// The command line of `prompts`.
#[derive(Debug, Args)]
#[command(after_help = "\
Phrasing tries every wording of a label (its own prompts, or its name in each template) while the other labels keep their \
usual wording. Labels are confusable if their words are close, or if sounds fall between them: the second label has at \
least half the share of the first. Templates are compared on the names of all labels. Without --truth, the figures tell \
how confident the model is, not how accurate.

Examples:
  auricle prompts \"dog = a dog barking | the sound of a dog\" cat rain --on dog.wav
  auricle prompts dog rain engine --on sounds/
  auricle prompts --set urbansound8k --on clips/ --truth clips.csv
  auricle prompts --labels-from labels.txt --template \"{} in the street\" --json")]
pub(crate) struct Arguments {
    /// Labels: names, also separated by commas, or NAME = PROMPT | PROMPT as one argument
    #[arg(value_name = "LABEL")]
    labels: Vec<String>,
    /// Text file with one label per line, in the same form
    #[arg(long, value_name = "FILE")]
    labels_from: Option<PathBuf>,
    /// Built-in list of labels
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(LabelCollection::names()))]
    set: Option<String>,
    /// Sound files or folders to try the wordings on [default: all sounds in the library]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    on: Vec<PathBuf>,
    /// Another template to compare, with {} for the label (repeatable)
    #[arg(long, value_name = "TEXT")]
    template: Vec<String>,
    /// Correct labels: a CSV file with the columns path and label
    #[arg(long, value_name = "CSV", conflicts_with = "truth_folders")]
    truth: Option<PathBuf>,
    /// The folders of the sounds are their correct labels
    #[arg(long)]
    truth_folders: bool,
    /// Show the N labels and pairs for which the wording matters most [default: 8; all with --json]
    #[arg(long, value_name = "N", value_parser = number::<1>)]
    top: Option<u32>,
    /// Print one JSON object: {"sounds", "truth", "phrasing", "pairs", "templates"}
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelOptions,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let labels = labels(arguments)?;
    let more = further_templates(arguments)?;
    let truth = Truth::read(arguments.truth.as_deref(), arguments.truth_folders, &labels)?;
    let encoder = context.start_library_encoder(&arguments.model)?;
    let (evidence, exit) = listen(context, &encoder, arguments, truth)?;
    let mut findings = findings(&encoder, &labels, &more, &evidence)?;
    // The cosines with one sound are shown label by label, as they were given.
    if findings.sounds > 1 {
        sort_by_spread(&mut findings.phrasing);
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

/// The labels, wherever they are given.
fn labels(arguments: &Arguments) -> Result<Vec<Label>, Failure> {
    let named: Vec<&str> = arguments.labels.iter().flat_map(|text| split_names(text)).collect();
    let labels = gather(arguments.set.as_deref(), arguments.labels_from.as_deref(), &named)?;
    if labels.is_empty() {
        return Err(CliRefusal::NoLabelsToWord.into());
    }
    Ok(labels)
}

/// Prompts may have commas, so that a label with prompts is an argument of its own.
fn split_names(text: &str) -> Vec<&str> {
    if text.contains('=') { vec![text] } else { text.split(',').collect() }
}

/// The templates to compare beside the built-in ones.
fn further_templates(arguments: &Arguments) -> Result<Vec<String>> {
    if arguments.template.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Templates::parse(&arguments.template)?.texts().to_vec())
}

/// The vectors of the sounds, with the correct label of each where that is known.
fn listen(
    context: &Context,
    encoder: &Encoder,
    arguments: &Arguments,
    truth: Option<Truth>,
) -> Result<(SoundSample, Exit), Failure> {
    let (mut sounds, mut known) = (Vec::new(), Vec::new());
    let exit = SoundReader::new(context, encoder)?.each(&arguments.on, |path, sound| {
        sounds.push(sound.vector);
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

fn findings(encoder: &Encoder, labels: &[Label], more: &[String], evidence: &SoundSample) -> Result<Findings> {
    let scale = encoder.audio_scale();
    let worded = word_labels(encoder, labels, more)?;
    let templates = if labels.len() > 1 { word_templates(encoder, labels, more)? } else { Vec::new() };
    Ok(Findings {
        sounds: evidence.sounds().len(),
        known: evidence.truth().map(|truth| truth.iter().flatten().count()),
        labels: labels.len(),
        phrasing: phrasings(&worded, evidence, scale)?,
        pairs: pairs(&worded, evidence, scale)?,
        templates: compare_templates(&templates, &worded, evidence)?,
    })
}

/// Sorts labels for which the wording matters most first; equals stay in the order given.
fn sort_by_spread(phrasing: &mut [LabelPhrasing]) {
    phrasing.sort_by(|a, b| {
        let (a, b) = (a.spread(), b.spread());
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
}
