//! `auricle label`: labels sounds, as a whole or along time.

mod print;
mod keep;

use std::path::{Path, PathBuf};

use auricle::classify::classifier::Classifier;
use auricle::classify::labelling::Labelling;
use auricle::classify::timeline::events::SoundEvent;
use auricle::encoder::queue::Encoder;
use auricle::library::record::hearing::Hearing;
use auricle::operations::judge::{labeller, labels_along_time, labels_of_sound};
use auricle::operations::label::{JudgedSound, LabelLibraryRequest};
use clap::Args;

use crate::cli::command::label::keep::{LabelDestinations, LabelKeeper};
use crate::cli::command::label::print::{LabelForm, LabelPrinter};
use crate::cli::command::timeline;
use crate::cli::context::Context;
use crate::cli::model_options::ModelOptions;
use crate::cli::query::label_options::LabelOptions;
use crate::cli::sound_reader::SoundReader;
use crate::cli::standard_input;
use crate::cli::standard_input::is_named_by;
use crate::cli::terminal::exit::{Exit, Failure};
use crate::cli::terminal::output::say;
use crate::cli::terminal::progress::{stop_on_signal, watch};
use crate::cli::terminal::text::counted;

/// A sound of more windows of the model than this is long: what happens in it is not one thing.
const LONG_WINDOWS: f64 = 2.0;

/// The command line of `label`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --multi, each sound gets the label with the greatest presence, or \"none of these\" if that is below the \
threshold. With --multi, a sound gets every label whose presence reaches the threshold, or none. Presence is the \
probability that the sound has the label, estimated by comparing it with 500 other things the sound might be; the second \
column is the label's share among the labels asked for, the softmax over their cosines.

A label that is only a name is put into a template, with underscores read as spaces; a sentence is used as it is.

Examples:
  auricle label *.wav --labels \"dog,rain,car_horn\"
  auricle label field/ --set esc50 --multi --csv > labels.csv
  auricle label field/ --labels \"bird = a bird sings | birdsong,wind @0.7\" --multi
  auricle label --labels-from mine.txt --write       # the whole library; then: auricle search rain --label dog
  auricle label night.flac --labels \"owl,rain\" --timeline --png night.png
  auricle label new/ --with my_sirens --json
  auricle search rain --paths0 | auricle label --files-from - --set esc50 --csv")]
pub(crate) struct Arguments {
    /// Sound files or folders; - for a sound on standard input [default: all sounds in the library]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// File with more paths, each on a line or followed by a NUL; - for standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    #[command(flatten)]
    labels: LabelOptions,
    /// Judge each label by itself: a sound may have several or none
    #[arg(long, conflicts_with = "timeline")]
    multi: bool,
    /// Show the N best labels of each sound, likely or not
    #[arg(long, value_name = "N", conflicts_with = "timeline")]
    top: Option<usize>,
    /// Print one JSON object per line: {"path", "found": […], "labels": [{"label", "presence", "share", "present"}, …]}, best first
    #[arg(long)]
    json: bool,
    /// Print comma-separated values with a header line: the labels found, or the N best
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    destinations: LabelDestinations,
    #[command(flatten)]
    timeline: timeline::TimelineOptions,
    #[command(flatten)]
    model: ModelOptions,
}

impl Arguments {
    fn form(&self) -> LabelForm {
        match (self.json, self.csv) {
            (true, _) => LabelForm::Json,
            (_, true) => LabelForm::Csv,
            _ if self.top.is_some()
                || matches!(self.paths.as_slice(), [path] if path.is_file() || is_named_by(path)) =>
            {
                LabelForm::Blocks
            }
            _ => LabelForm::Lines,
        }
    }
}

/// Runs the command.
pub(crate) fn run(context: &Context, mut arguments: Arguments) -> Result<Exit, Failure> {
    if let Some(list) = &arguments.files_from {
        arguments.paths.extend(standard_input::paths(list)?);
    }
    let arguments = &arguments;
    let encoder = context.start_library_encoder(&arguments.model)?;
    let classifier = arguments.labels.classifier(context, &encoder)?;
    let reader = SoundReader::new(context, &encoder)?;
    let mut keeper = LabelKeeper::new(context, &encoder, labeller(arguments.labels.head()), &arguments.destinations)?;
    let exit = if arguments.timeline.is_wanted() {
        along_time(context, arguments, &encoder, (&classifier, &reader), |path, events| {
            keeper.keep(path, reader.known_hash(path)?, &labels_along_time(events, classifier.names()))
        })?
    } else {
        let (exit, long) = at_large(context, arguments, &classifier, &reader, &mut keeper)?;
        if long > 0 && !context.is_quiet() {
            point_to_timeline(long);
        }
        exit
    };
    let kept = keeper.close(context)?;
    Ok(if kept == Exit::Done || exit == Exit::Interrupted { exit } else { kept })
}

/// Labels each sound as a whole, and counts those that are long.
fn at_large(
    context: &Context,
    arguments: &Arguments,
    classifier: &Classifier,
    reader: &SoundReader<'_>,
    keeper: &mut LabelKeeper,
) -> Result<(Exit, usize), Failure> {
    let labelling = if arguments.multi { Labelling::Multiple } else { Labelling::Single };
    let mut printer = LabelPrinter::new(arguments.form(), labelling, arguments.top);
    let (long_seconds, mut long) = (LONG_WINDOWS * reader.window_seconds(), 0);
    let threshold = arguments.labels.threshold;
    let exit = if arguments.paths.is_empty() {
        let library = reader.open_library()?;
        let request = LabelLibraryRequest { library: &library, classifier, labelling, threshold, rivals: None };
        let take = |path: &Path, sound: &JudgedSound<'_>| {
            long += usize::from(sound.clip.duration_seconds > long_seconds);
            printer.put(path, &classifier.verdicts(sound.scores, threshold), None)
        };
        watch(context, &stop_on_signal()?, |observer| keeper.keep_library(&request, observer, take))?
    } else {
        reader.each_at(&arguments.paths, |path, sound| {
            let scored = classifier.score(&sound.vector, threshold)?;
            keeper.keep(path, sound.hash, &labels_of_sound(&labelling.found(&scored), sound.seconds))?;
            long += usize::from(sound.seconds > long_seconds);
            printer.put(path, &scored, sound.partial.as_deref())
        })?
    };
    printer.close()?;
    Ok((exit, long))
}

/// Says how the labels of `long` long sounds are to be had moment by moment.
fn point_to_timeline(long: usize) {
    let are = if long == 1 { "is" } else { "are" };
    say(&format!("{} {are} long; --timeline says from when to when each has which label", counted(long, "sound")));
}

/// Labels each sound along time, and gives what was found to `keep`.
fn along_time(
    context: &Context,
    arguments: &Arguments,
    encoder: &Encoder,
    (classifier, reader): (&Classifier, &SoundReader<'_>),
    keep: impl FnMut(&Path, &[SoundEvent]) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let Arguments { paths, labels, json, csv, timeline, .. } = arguments;
    let threshold = labels.threshold;
    let hearing_of = |path: &Path| timeline.channel.map_or_else(|| reader.hearing(path), |n| Ok(Hearing::Only(n)));
    let hearing_of = &hearing_of;
    let subject = timeline::Subject { encoder, classifier, hearing_of, threshold, paths, json: *json, csv: *csv };
    timeline::run(context, timeline, &subject, keep)
}
