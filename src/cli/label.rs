//! `auricle label`: which of some labels fit each sound, as shares that sum to one.

use std::io::{self, Write};
use std::path::PathBuf;

use auricle::classify::{DEFAULT_TEMPLATE, LabelSet, Scored};
use auricle::encoder::EncodedSound;
use auricle::error::Error;
use auricle::search::meaning::embed_file;
use clap::Args;

use super::context::Context;
use super::each::in_order;
use super::exit::{Exit, Failure, complain_about};
use super::output::{self, Align, flush, json_line, stdout, written};
use super::wire::{LabelLine, text};

/// The command line of `label`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each label becomes a prompt, underscores read as spaces; a label's share is the softmax over the model's scale times \
the cosine between sound and prompt. The shares are among the labels given: one of them always wins.

Examples:
  auricle label *.wav --labels \"dog,rain,car_horn\"
  auricle label talk.mp3 --labels speech,music --template \"{}\" --json")]
pub(crate) struct Arguments {
    /// Sound files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The labels, separated by commas
    #[arg(long, required = true, value_delimiter = ',', value_name = "LABEL,…")]
    labels: Vec<String>,
    /// What the model is asked; {} stands for the label
    #[arg(long, default_value = DEFAULT_TEMPLATE)]
    template: String,
    /// Print one object a line: {"path", "labels": [{"label", "score"}, …]}, best first
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let encoder = context.start_encoder()?;
    let labels = LabelSet::new(&encoder, &arguments.labels, &arguments.template)?;
    let (mut out, mut exit) = (stdout(), Exit::Done);
    let embed = |path: &PathBuf| embed_file(&encoder, path);
    in_order(&arguments.files, embed, |path, encoded| match encoded {
        Ok(EncodedSound { clip, partial, .. }) => {
            let (path, scored) = (text(path), labels.score(&clip));
            if arguments.json {
                let labels = scored.iter().map(Into::into).collect();
                return json_line(&mut out, &LabelLine { path, labels, partial: partial.as_deref() });
            }
            written(print(&mut out, &path, &scored))
        }
        Err(error @ Error::Internal { .. }) => Err(error.into()),
        Err(error) => {
            exit = Exit::SomeFailed;
            complain_about(error);
            Ok(())
        }
    })?;
    flush(out)?;
    Ok(exit)
}

fn print(out: &mut dyn Write, path: &str, scored: &[Scored]) -> io::Result<()> {
    writeln!(out, "{}", output::printable(path))?;
    let row = |scored: &Scored| [String::new(), scored.label.clone(), format!("{:.1} %", scored.score * 100.0)];
    let rows: Vec<_> = scored.iter().map(row).collect();
    output::table(out, [Align::Left, Align::Left, Align::Right], &rows)
}
