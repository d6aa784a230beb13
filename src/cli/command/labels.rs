//! `auricle labels`: labels in the library, by words, heads and people: listed, added and removed by hand, put beside sounds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use auricle::error::{Error, Stage};
use auricle::library::Library;
use auricle::library::labels::LabelEntry;
use auricle::library::record::change::Change;
use auricle::library::record::file::Hash;
use auricle::library::record::label::{Labelled, Labeller};
use auricle::library::writer::Writer;
use auricle::wire::label::{FileLabel, StoredLabel};
use auricle::wire::path::full;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::refusal::CliRefusal;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::label_files;
use crate::cli::terminal::output;
use crate::cli::terminal::output::say;
use crate::cli::terminal::output::{Align, flush, json_line, stdout, written};
use crate::cli::terminal::text::{clock, counted, short_path};

/// The command line of `labels`.
#[derive(Debug, Args)]
#[command(after_help = "\
Labels come from words (`auricle label --write`), from heads (`auricle label --with HEAD --write`) or from people, and each \
source is kept separate. They belong to the content of a sound, so moved and copied files keep them. Labels added by hand \
are also found by word searches.

Examples:
  auricle labels add siren 17.wav 18.wav
  auricle labels list --label siren --csv > siren.csv
  auricle labels sidecars                # rain.wav gets rain.wav.labels.json
  auricle search street --label hand:siren")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: LabelAction,
}

#[derive(Debug, Subcommand)]
enum LabelAction {
    /// List labels and the sounds that have them
    List {
        #[command(flatten)]
        chosen: LabelSelection,
        /// Print one JSON object per line: {"path", "label", "source", "start", "end", "score"}
        #[arg(long)]
        json: bool,
        /// Print comma-separated values with a header line
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
    /// Add a label to sounds by hand
    Add {
        /// The label
        label: String,
        /// Sounds in the library
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Remove a label that was added by hand
    Remove {
        /// The label
        label: String,
        /// Sounds in the library
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write a sidecar beside each labelled sound, named after it with .labels.json at the end
    Sidecars {
        #[command(flatten)]
        chosen: LabelSelection,
    },
}

/// Which labels.
#[derive(Debug, Args)]
struct LabelSelection {
    /// Only this label
    #[arg(long)]
    label: Option<String>,
    /// Only labels from this source
    #[arg(long, value_parser = PossibleValuesParser::new(Labeller::SOURCES))]
    source: Option<String>,
}

/// Runs the command.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let library = context.open_library()?;
    match &arguments.action {
        LabelAction::List { chosen, json: true, .. } => list_json(&library, chosen),
        LabelAction::List { chosen, csv: true, .. } => list_csv(&library, chosen),
        LabelAction::List { chosen, .. } => list(context, &library, chosen),
        LabelAction::Add { label, files } => {
            let label = label.trim();
            if label.is_empty() {
                return Err(CliRefusal::LabelBlank.into());
            }
            let added = |(hash, seconds)| {
                let (label, end_seconds) = (label.to_owned(), seconds);
                Change::LabelAdded { hash, label: Labelled { label, start_seconds: 0.0, end_seconds, score: 1.0 } }
            };
            change(context, library, files, added)
        }
        LabelAction::Remove { label, files } => change(context, library, files, |(hash, _)| Change::LabelRemoved {
            hash,
            by: Labeller::Hand,
            label: label.trim().to_owned(),
        }),
        LabelAction::Sidecars { chosen } => sidecars(context, &library, chosen),
    }
}

impl LabelSelection {
    fn each(&self, library: &Library, take: impl FnMut(LabelEntry) -> Result<(), Failure>) -> Result<(), Failure> {
        library.each_label(self.label.as_deref(), self.source.as_deref(), take)
    }
}

fn list_json(library: &Library, chosen: &LabelSelection) -> Result<Exit, Failure> {
    let mut out = stdout();
    chosen.each(library, |entry| json_line(&mut out, &FileLabel::from(&entry)))?;
    flush(out)?;
    Ok(Exit::Done)
}

fn list_csv(library: &Library, chosen: &LabelSelection) -> Result<Exit, Failure> {
    let mut rows = csv::Writer::from_writer(stdout());
    let failed = |error: csv::Error| output::written::<()>(Err(error.into())).expect_err("it is an error");
    rows.write_record(["path", "label", "source", "head", "start", "end", "score"]).map_err(failed)?;
    chosen.each(library, |entry| {
        let FileLabel { path, label } = FileLabel::from(&entry);
        let StoredLabel { label, source, head, start, end, score } = label;
        let [start, end, score] = [start, end, f64::from(score)].map(|number| format!("{number:.3}"));
        rows.write_record([&path, &label, source, head.as_deref().unwrap_or(""), &start, &end, &score]).map_err(failed)
    })?;
    written(rows.flush())?;
    Ok(Exit::Done)
}

fn list(context: &Context, library: &Library, chosen: &LabelSelection) -> Result<Exit, Failure> {
    let (mut out, mut rows) = (stdout(), Vec::new());
    chosen.each(library, |entry| {
        let Labelled { label, start_seconds, end_seconds, score } = &entry.labelled;
        let place = format!("{}-{}", clock(*start_seconds), clock(*end_seconds));
        let by = if entry.by.head().is_empty() { entry.by.source() } else { entry.by.head() };
        rows.push([label.clone(), format!("{:.0} %", score * 100.0), by.to_owned(), place, short_path(&entry.path)]);
        Ok(())
    })?;
    if rows.is_empty() && !context.is_quiet() {
        say("no sound has such a label; `auricle label --write` and `auricle labels add` give labels");
    }
    let columns = [Align::Left, Align::Right, Align::Left, Align::Right, Align::Left];
    written(output::table(&mut out, columns, &rows))?;
    flush(out)?;
    Ok(Exit::Done)
}

/// Makes one change for each of `files`, which are in the library; those that are not are told.
fn change(
    context: &Context,
    library: Library,
    files: &[PathBuf],
    change: impl Fn((Hash, f64)) -> Change,
) -> Result<Exit, Failure> {
    let (mut changes, mut exit) = (Vec::new(), Exit::Done);
    for file in files {
        match content(&library, file)? {
            Some(content) => changes.push(change(content)),
            None => {
                exit = Exit::SomeFailed;
                complain_about(CliRefusal::NotInLibrary { path: file.clone() });
            }
        }
    }
    drop(library);
    Writer::open_existing(context.library_folder())?.commit(&changes)?;
    if !context.is_quiet() {
        say(&format!("changed the labels of {}", counted(changes.len(), "sound")));
    }
    Ok(exit)
}

/// Hash and length of the sound at `path`, if the library has it.
fn content(library: &Library, path: &Path) -> Result<Option<(Hash, f64)>, Failure> {
    let clip = library.clip_at(&full(path))?;
    Ok(clip.and_then(|clip| Some((clip.hash?, clip.duration_seconds))))
}

fn sidecars(context: &Context, library: &Library, chosen: &LabelSelection) -> Result<Exit, Failure> {
    let mut said: BTreeMap<(PathBuf, Labeller), Vec<Labelled>> = BTreeMap::new();
    chosen.each(library, |entry| {
        said.entry((entry.path, entry.by)).or_default().push(entry.labelled);
        Ok(())
    })?;
    let (mut exit, mut files) = (Exit::Done, 0);
    for ((path, by), labels) in &said {
        match label_files::update(path, by, labels) {
            Ok(()) => files += 1,
            Err(error) => {
                exit = Exit::SomeFailed;
                let reason = "its labels cannot be written beside it";
                complain_about(Error::file(path, Stage::Output, reason).caused_by(error));
            }
        }
    }
    if !context.is_quiet() {
        say(&format!("wrote {}", counted(files, "label file")));
    }
    Ok(exit)
}
