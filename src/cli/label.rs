//! `auricle label`: which of some labels fit each sound.

use std::io::{self, Write};
use std::path::PathBuf;

use auricle::classify::classifier::Scored;
use clap::Args;

use super::classes::Classes;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::heard::Listener;
use super::output::{self, Align, flush, json_line, stdout, written};
use super::timeline;
use super::wire::{LabelLine, text};

/// The command line of `label`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each label becomes prompts, underscores read as spaces; a label's share is the softmax over the model's scale times \
the cosine between sound and prompts. The shares are among the labels given: one of them always wins.

Examples:
  auricle label *.wav --labels \"dog,rain,car_horn\"
  auricle label talk.mp3 --labels speech,music --template \"{}\" --json
  auricle label night.flac --labels \"owl,rain\" --timeline --png night.png")]
pub(crate) struct Arguments {
    /// Sound files or folders [default: all sounds of the library]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    classes: Classes,
    /// Print one object a line: {"path", "labels": [{"label", "score"}, …]}, best first
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    timeline: timeline::Flags,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let encoder = context.start_library_encoder()?;
    let classifier = arguments.classes.classifier(&encoder, None)?;
    if arguments.timeline.is_wanted() {
        let Arguments { paths, classes, json, timeline } = arguments;
        let threshold = classes.threshold;
        let request = timeline::Request { encoder: &encoder, classifier: &classifier, threshold, paths, json: *json };
        return timeline::run(context, timeline, &request);
    }
    let mut out = stdout();
    let exit = Listener::new(context, &encoder)?.each(&arguments.paths, |path, heard| {
        let (path, scored) = (text(path), classifier.score(&heard.vector, arguments.classes.threshold));
        if arguments.json {
            let labels = scored.iter().map(Into::into).collect();
            return json_line(&mut out, &LabelLine { path, labels, partial: heard.partial.as_deref() });
        }
        written(print(&mut out, &path, &scored))
    })?;
    flush(out)?;
    Ok(exit)
}

fn print(out: &mut dyn Write, path: &str, scored: &[Scored]) -> io::Result<()> {
    writeln!(out, "{}", output::printable(path))?;
    let row = |scored: &Scored| [String::new(), scored.label.clone(), format!("{:.1} %", scored.share * 100.0)];
    let rows: Vec<_> = scored.iter().map(row).collect();
    output::table(out, [Align::Left, Align::Left, Align::Right], &rows)
}
