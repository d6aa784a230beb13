//! The command line of `eval`.

use std::path::PathBuf;

use auricle::classify::sets::LabelCollection;
use auricle::eval::dataset::DataSetLayout;
use auricle::eval::ladder::{RUNGS, Rung};
use auricle::eval::split::DEFAULT_FOLDS;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::model_options::ModelOptions;
use crate::cli::query::number::{number, within};

/// The command line of `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
Datasets: esc50, urbansound8k, gtzan, fsd50k and speech-commands as unpacked; a folder with one subfolder per class; a \
CSV file with the columns path and label, and optionally fold and source (clips of one source stay together); clotho, \
audiocaps, or a CSV file with the columns path and caption. Paths are relative to the CSV file.

Methods: prior (the most common class), spectral (MFCC statistics with a linear head), zero-shot (the class names), nearest \
(the class of the nearest clip), linear (a linear head on the embedding), prompted (a linear head that starts from the \
class names). All are trained on the same folds and tested on the same clips; the regularisation of a head is chosen on \
part of its training data. Intervals are 95 % Wilson intervals.

With --search: all clips go into a library, and for each class there is one without it. Each class is asked for by its name, \
in a sentence and with its own prompts from --labels-from or --set, as `auricle search` would be, and each clip is given to \
`auricle similar`. Precision and recall are of the hits that are shown. Words find a clip by the column title of a CSV file, \
or else by the file's name; a row without a label is a clip that nothing should find.

Examples:
  auricle eval ~/ESC-50
  auricle eval ~/ESC-50 --test-folds 5 --detail linear --png confusion.png
  auricle eval birds.csv --rungs spectral,zero-shot --labels-from prompts.txt --json
  auricle eval ~/ESC-50 --folds 5 --search
  auricle eval ~/clotho --folds evaluation")]
pub(crate) struct Arguments {
    /// Dataset: a folder or a CSV file
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// Layout of the dataset [default: detected]
    #[arg(long, value_name = "LAYOUT", value_parser = PossibleValuesParser::new(DataSetLayout::names()))]
    pub(crate) layout: Option<String>,
    /// Use only clips in these folds, separated by commas [default: all; for captions, those of a test set]
    #[arg(long, value_delimiter = ',', value_name = "FOLD,…")]
    pub(crate) folds: Vec<String>,
    /// Test on these folds and train on the others [default: the test set if there is one, else each fold in turn]
    #[arg(long, value_delimiter = ',', value_name = "FOLD,…")]
    pub(crate) test_folds: Vec<String>,
    /// Number of folds to make if the dataset has none
    #[arg(long, value_name = "N", default_value_t = DEFAULT_FOLDS as u32, value_parser = within::<2, 100>)]
    pub(crate) make_folds: u32,
    /// Use about N clips, drawn from all classes
    #[arg(long, value_name = "N", value_parser = number::<1>)]
    pub(crate) sample: Option<u32>,
    /// Random seed for folds and samples
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Methods to compare, separated by commas [default: all]
    #[arg(long, value_delimiter = ',', value_name = "METHOD,…", value_parser = rung_parser())]
    pub(crate) rungs: Vec<Rung>,
    /// Text file with prompts for the classes, one class per line: CLASS = PROMPT | PROMPT
    #[arg(long, value_name = "FILE")]
    pub(crate) labels_from: Option<PathBuf>,
    /// Built-in list with prompts for the classes
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(LabelCollection::names()), conflicts_with = "labels_from")]
    pub(crate) set: Option<String>,
    /// Prompt for classes that are only a name: a sentence with {} for the class, or ensemble, hub or plain (repeatable:
    /// their vectors are averaged) [default: ensemble]
    #[arg(long, value_name = "TEXT")]
    pub(crate) template: Vec<String>,
    /// Measure searches instead: libraries with and without each class are asked for it, by sound, by words and by both
    #[arg(long, conflicts_with_all = ["test_folds", "make_folds", "rungs", "template", "detail", "full", "png"])]
    pub(crate) search: bool,
    /// Method to show classes and confusions of [default: the most accurate]
    #[arg(long, value_name = "METHOD", value_parser = rung_parser())]
    pub(crate) detail: Option<Rung>,
    /// Show all classes, all confusions and the accuracy per fold
    #[arg(long)]
    pub(crate) full: bool,
    /// Draw the confusion matrix of --detail into this file, or those of all methods into this folder
    #[arg(long, value_name = "FILE|FOLDER")]
    pub(crate) png: Option<PathBuf>,
    /// Print everything as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) model: ModelOptions,
}

fn rung_parser() -> impl TypedValueParser<Value = Rung> {
    PossibleValuesParser::new(RUNGS.map(Rung::name))
        .map(|name| RUNGS.into_iter().find(|rung| rung.name() == name).expect("only names of rungs are let through"))
}
