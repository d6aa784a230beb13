//! `auricle label`: which of some labels each sound has.

mod print;

mod keep;

use std::path::PathBuf;

use auricle::library::record::Labeller;
use clap::Args;

use self::keep::{Keeper, Places};
use self::print::{Form, Manner, Printer};
use super::classes::Classes;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::heard::Listener;

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
  auricle label new/ --with my_sirens --json")]
pub(crate) struct Arguments {
    /// Sound files or folders [default: all sounds of the library]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    classes: Classes,
    /// Judge each label by itself: a sound may have several, or none
    #[arg(long)]
    multi: bool,
    /// Show the N best labels of each sound, probable or not
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Print one object a line: {"path", "found": […], "labels": [{"label", "score", "presence", "present"}, …]}, best first
    #[arg(long)]
    json: bool,
    /// Print comma-separated values with a line of headings: what was found, or the N best
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    places: Places,
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

    fn labeller(&self) -> Labeller {
        self.classes.head().map_or(Labeller::ZeroShot, |name| Labeller::Head(name.to_owned()))
    }
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let encoder = context.start_library_encoder()?;
    let classifier = arguments.classes.classifier(context, &encoder)?;
    let manner = if arguments.multi { Manner::Several } else { Manner::One };
    let mut printer = Printer::new(arguments.form(), manner, arguments.top);
    let mut keeper = Keeper::new(context, &encoder, arguments.labeller(), &arguments.places)?;
    let exit = Listener::new(context, &encoder)?.each(&arguments.paths, |path, heard| {
        let mut scored = classifier.score(&heard.vector, arguments.classes.threshold);
        manner.order(&mut scored);
        keeper.keep(path, &heard, &manner.found(&scored))?;
        printer.put(path, &scored, heard.partial.as_deref())
    })?;
    printer.close()?;
    keeper.close(context).map(|kept| if kept == Exit::Done { exit } else { kept })
}
