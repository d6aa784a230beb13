//! `auricle label`: which of some labels each sound has.

mod print;
mod keep;

use std::path::{Path, PathBuf};

use auricle::classify::classifier::Classifier;
use auricle::classify::labelling::Labelling;
use auricle::classify::timeline::events::SoundEvent;
use auricle::encoder::Encoder;
use auricle::operations::judge::{labeller, labels_along_time, labels_of_sound};
use clap::Args;

use crate::cli::command::label::keep::{Keeper, Places};
use crate::cli::command::label::print::{Form, Printer};
use crate::cli::command::timeline;
use crate::cli::context::Context;
use crate::cli::listener::Listener;
use crate::cli::query::label_flags::Classes;
use crate::cli::terminal::exit::{Exit, Failure};

/// The command line of `label`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --multi one label is chosen: the one with the largest share, which is the softmax over the model's scale times \
the cosine between sound and prompts. It is \"none of these\" if even that label is not probable by itself. With --multi \
each label is judged by itself: a sound has all those that are as probable as the threshold, or none. How probable a \
label is, is told from how it stands among 500 other things that the sound might be.

A label that is only a name is asked by a template, underscores read as spaces; one that is a sentence is asked as it is.

Examples:
  auricle label *.wav --labels \"dog,rain,car_horn\"
  auricle label field/ --set esc50 --multi --csv > labels.csv
  auricle label field/ --labels \"bird = a bird sings | birdsong,wind @0.7\" --multi
  auricle label --labels-from mine.txt --write       # all of the library; then: auricle search rain --label dog
  auricle label night.flac --labels \"owl,rain\" --timeline --png night.png
  auricle label new/ --with my_sirens --json")]
pub(crate) struct Arguments {
    /// Sound files or folders [default: all sounds of the library]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    classes: Classes,
    /// Judge each label by itself: a sound may have several, or none
    #[arg(long, conflicts_with = "timeline")]
    multi: bool,
    /// Show the N best labels of each sound, probable or not
    #[arg(long, value_name = "N", conflicts_with = "timeline")]
    top: Option<usize>,
    /// Print one object a line: {"path", "found": […], "labels": [{"label", "score", "presence", "present"}, …]}, best first
    #[arg(long)]
    json: bool,
    /// Print comma-separated values with a line of headings: what was found, or the N best
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    timeline: timeline::TimelineFlags,
}

impl Arguments {
    fn form(&self) -> Form {
        match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ if self.top.is_some() || matches!(self.paths.as_slice(), [path] if path.is_file()) => Form::Blocks,
            _ => Form::Lines,
        }
    }
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let encoder = context.start_library_encoder()?;
    let classifier = arguments.classes.classifier(context, &encoder)?;
    let listener = Listener::new(context, &encoder)?;
    let mut keeper = Keeper::new(context, &encoder, labeller(arguments.classes.head()), &arguments.places)?;
    let exit = if arguments.timeline.is_wanted() {
        along_time(context, arguments, &encoder, &classifier, |path, events| {
            keeper.keep(path, listener.known_hash(path)?, &labels_along_time(events, classifier.names()))
        })?
    } else {
        at_large(arguments, &classifier, &listener, &mut keeper)?
    };
    keeper.close(context).map(|kept| if kept == Exit::Done { exit } else { kept })
}

/// Labels each sound as a whole.
fn at_large(
    arguments: &Arguments,
    classifier: &Classifier,
    listener: &Listener<'_>,
    keeper: &mut Keeper,
) -> Result<Exit, Failure> {
    let manner = if arguments.multi { Labelling::Multiple } else { Labelling::Single };
    let mut printer = Printer::new(arguments.form(), manner, arguments.top);
    let exit = listener.each(&arguments.paths, |path, heard| {
        let mut scored = classifier.score(&heard.vector, arguments.classes.threshold);
        manner.order(&mut scored);
        keeper.keep(path, heard.hash, &labels_of_sound(&manner.found(&scored), heard.seconds))?;
        printer.put(path, &scored, heard.partial.as_deref())
    })?;
    printer.close()?;
    Ok(exit)
}

/// Labels each sound along time, and gives what was found to `keep`.
fn along_time(
    context: &Context,
    arguments: &Arguments,
    encoder: &Encoder,
    classifier: &Classifier,
    keep: impl FnMut(&Path, &[SoundEvent]) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let Arguments { paths, classes, json, csv, timeline, .. } = arguments;
    let threshold = classes.threshold;
    let subject = timeline::Subject { encoder, classifier, threshold, paths, json: *json, csv: *csv };
    timeline::run(context, timeline, &subject, keep)
}
