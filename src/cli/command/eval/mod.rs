//! `auricle eval`: how well the model tells labelled sounds, or finds captioned ones, beside simpler ways.

mod listen;
mod labelled;
mod captioned;
mod ladder;
mod classes;
mod matrix;

use std::path::{Path, PathBuf};

use auricle::classify::sets::LabelCollection;
use auricle::eval::dataset::{Content, DataSet, DataSetLayout};
use auricle::eval::ladder::{RUNGS, Rung};
use auricle::eval::split::DEFAULT_FOLDS;
use auricle::eval::warnings::Warning;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::printable;

/// The command line of `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
What it reads: esc50, urbansound8k, gtzan, fsd50k and speech-commands as they are unpacked; a folder with a folder a \
class; a CSV file with the columns path and label, perhaps fold and source (clips of one source stay together); clotho, \
audiocaps, or a CSV file with the columns path and caption. Sounds are looked for beside the list.

Rungs: prior (the commonest class), spectral (MFCC statistics and a linear head), zero-shot (the class names), nearest \
(the nearest clip's class), linear (a linear head on the embedding), prompted (the same, which starts from the class \
names). All learn from the same folds and are tested on the same clips; how far a head is held back is chosen on a part \
of what it learns from. Intervals are Wilson's at 95 %.

Examples:
  auricle eval ~/ESC-50
  auricle eval ~/ESC-50 --test-folds 5 --detail linear --png confusion.png
  auricle eval birds.csv --rungs spectral,zero-shot --labels-from prompts.txt --json
  auricle eval ~/clotho --folds evaluation")]
pub(crate) struct Arguments {
    /// A folder or a CSV file
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// How it lies on disk [default: what it looks like]
    #[arg(long, value_name = "LAYOUT", value_parser = PossibleValuesParser::new(DataSetLayout::names()))]
    layout: Option<String>,
    /// Use the clips of these folds only, separated by commas [default: all; of captions those of a test set]
    #[arg(long, value_delimiter = ',', value_name = "FOLD,…")]
    folds: Vec<String>,
    /// Test on these folds only and learn from the others [default: the test set if there is one, else each in turn]
    #[arg(long, value_delimiter = ',', value_name = "FOLD,…")]
    test_folds: Vec<String>,
    /// How many folds to make where there are none
    #[arg(long, value_name = "NUMBER", default_value_t = DEFAULT_FOLDS as u32, value_parser = clap::value_parser!(u32).range(2..=100))]
    make_folds: u32,
    /// Use about this many clips, drawn from all classes
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    sample: Option<u32>,
    /// What folds and samples are drawn by
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// The ways to compare, separated by commas [default: all]
    #[arg(long, value_delimiter = ',', value_name = "RUNG,…", value_parser = rung_parser())]
    rungs: Vec<Rung>,
    /// A text file that says what the model is asked about classes, one a line: CLASS = PROMPT | PROMPT
    #[arg(long, value_name = "FILE")]
    labels_from: Option<PathBuf>,
    /// A built-in list that says the same
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(LabelCollection::names()), conflicts_with = "labels_from")]
    set: Option<String>,
    /// What the model is asked about a class that is only a name: a sentence with {} for it, or ensemble, hub or plain;
    /// given many times, the vectors are averaged [default: ensemble]
    #[arg(long, value_name = "TEXT")]
    template: Vec<String>,
    /// The rung whose classes and confusions are shown [default: the one with the highest accuracy]
    #[arg(long, value_name = "RUNG", value_parser = rung_parser())]
    detail: Option<Rung>,
    /// Show all classes, all confusions and the accuracy in each fold
    #[arg(long)]
    full: bool,
    /// Draw the confusion matrix of --detail into this file, or those of all rungs into this folder
    #[arg(long, value_name = "FILE|FOLDER")]
    png: Option<PathBuf>,
    /// Print one object with everything
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let layout = arguments.layout.as_deref().map(DataSetLayout::find).transpose()?;
    // Without a data set there is nothing to do: no input among several has failed.
    let data = DataSet::read(&arguments.path, layout).map_err(|error| Failure::new(Exit::Usage, error))?;
    match data.content {
        Content::Labelled(labelled) => labelled::run(context, arguments, data.layout, labelled),
        Content::Captioned(captioned) => captioned::run(context, arguments, data.layout, captioned),
    }
}

fn rung_parser() -> impl TypedValueParser<Value = Rung> {
    PossibleValuesParser::new(RUNGS.map(Rung::name))
        .map(|name| RUNGS.into_iter().find(|rung| rung.name() == name).expect("only names of rungs are let through"))
}

/// A share as people read it.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// An interval of shares.
fn interval([low, high]: [f64; 2]) -> String {
    format!("{:.1}–{:.1}", 100.0 * low, 100.0 * high)
}

/// The lines that say what was missing and what is doubtful.
fn warning_lines(missing: &[PathBuf], warnings: &[Warning]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(first) = missing.first() {
        let named = printable(&first.display().to_string());
        lines.push(format!("  missing: {} sounds that are named are not there, for example {named}", missing.len()));
    }
    for Warning { doubt, clips, of, examples } in warnings {
        let share = percent(*clips as f64 / *of as f64);
        lines.push(format!("  {}: {clips} of {of} clips ({share}); {}", doubt.name(), doubt.reason()));
        lines.extend(examples.iter().map(|example| format!("    {}", printable(example))));
    }
    if !lines.is_empty() {
        lines.insert(0, "Warnings".to_owned());
    }
    lines
}

/// Where a rung's picture goes: `--png` itself, or a file in that folder.
fn is_folder(png: &Path) -> bool {
    png.is_dir() || png.extension().is_none()
}
