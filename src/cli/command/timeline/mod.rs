//! `auricle label --timeline`: from when to when each sound has which labels. The flags, and one file a form.

mod settings;
mod hear;
mod write;
mod table;
mod json;
mod csv;
mod audacity;
mod raven;
mod strip;
mod sketch;
mod picture;

use std::path::{Path, PathBuf};

use auricle::classify::classifier::Classifier;
use auricle::classify::timeline::events::Event;
use auricle::classify::timeline::{BRIDGE_SECONDS, HOLD, SHORTEST_SECONDS};
use auricle::encoder::Encoder;
use auricle::error::Error;
use auricle::library::record::SegmentKind;
use clap::Args;

use crate::cli::command::timeline::hear::{Ear, STEPS_A_SOUND};
use crate::cli::command::timeline::settings::Settings;
use crate::cli::command::timeline::write::Sink;
use crate::cli::context::Context;
use crate::cli::listener::files_at;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::ordered::in_order;
use crate::cli::terminal::output::counted;

/// Bar, share of all sounds, their number and time left.
const TEMPLATE: &str = "{bar:30}  {percent} % of {msg}  {eta} left";

/// How labels along time are found and written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Labels along time")]
pub(crate) struct Flags {
    /// Say from when to when each sound has each label; a sound may have several at once, or none
    #[arg(long)]
    timeline: bool,
    /// Seconds from one window to the next [default: a quarter of a window]
    #[arg(long, value_name = "SECONDS", requires = "timeline")]
    hop: Option<f64>,
    /// Length of a window in seconds, at most the model's: a shorter one tells times more exactly, a longer one labels
    /// [default: 2]
    #[arg(long, value_name = "SECONDS", requires = "timeline")]
    window: Option<f64>,
    /// Windows over which the median of the scores is taken [default: those that hear the same moment, 5]
    #[arg(long, value_name = "WINDOWS", requires = "timeline")]
    smooth: Option<usize>,
    /// An event reaches the threshold of its label, and lasts while the score is at least this share of it
    #[arg(long, value_name = "SHARE", requires = "timeline", default_value_t = HOLD)]
    hold: f32,
    /// Join events of a label that are no further apart
    #[arg(long, value_name = "SECONDS", requires = "timeline", default_value_t = BRIDGE_SECONDS)]
    bridge: f64,
    /// Leave out events that are shorter
    #[arg(long, value_name = "SECONDS", requires = "timeline", default_value_t = SHORTEST_SECONDS)]
    shortest: f64,
    /// With --json, also give the scores of every window
    #[arg(long, requires = "timeline", requires = "json")]
    tracks: bool,
    #[command(flatten)]
    form: Form,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE|FOLDER", requires = "timeline")]
    output: Option<PathBuf>,
    /// Draw the spectrogram with the labels below it to this file; for several sounds, to a folder
    #[arg(long, value_name = "OUT.png", requires = "timeline")]
    png: Option<PathBuf>,
}

/// The forms beside the table, `--json` and `--csv`, of which one can be chosen.
#[derive(Debug, Args)]
#[group(multiple = false, conflicts_with_all = ["json", "csv"])]
struct Form {
    /// Print a label track for Audacity; for several sounds, --output has to name a folder, which gets one for each
    #[arg(long, requires = "timeline")]
    audacity: bool,
    /// Print a selection table for Raven; for several sounds as with --audacity
    #[arg(long, requires = "timeline")]
    raven: bool,
}

/// What gives the labels of which sounds.
pub(crate) struct Request<'a> {
    pub(crate) encoder: &'a Encoder,
    pub(crate) classifier: &'a Classifier,
    /// The threshold of labels that have none.
    pub(crate) threshold: Option<f32>,
    /// Files or folders; none for all of the library.
    pub(crate) paths: &'a [PathBuf],
    /// Whether lines of JSON are wanted.
    pub(crate) json: bool,
    /// Whether comma-separated values are wanted.
    pub(crate) csv: bool,
}

impl Flags {
    /// Whether labels along time are wanted.
    pub(crate) fn is_wanted(&self) -> bool {
        self.timeline
    }
}

/// Writes the timelines of the sounds of `request`, and gives the events of each to `keep`.
pub(crate) fn run(
    context: &Context,
    flags: &Flags,
    request: &Request<'_>,
    mut keep: impl FnMut(&Path, &[Event]) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let settings = Settings::new(flags, request)?;
    let files = if request.paths.is_empty() { files_of_library(context)? } else { files_at(request.paths)? };
    let mut sink = Sink::open(flags, request, &settings, files.len())?;
    let bar = context.progress_bar(TEMPLATE, STEPS_A_SOUND * files.len() as u64);
    bar.set_message(counted(files.len(), "sound"));
    let ear = Ear { request, settings: &settings, bar: &bar };
    let mut exit = Exit::Done;
    in_order(
        &files,
        |path| ear.hear(path),
        |_, heard| match heard {
            Ok(timeline) => keep(&timeline.path, &timeline.events).and_then(|()| sink.put(&timeline)),
            Err(error @ Error::Internal { .. }) => Err(error.into()),
            Err(error) => {
                exit = Exit::SomeFailed;
                bar.suspend(|| complain_about(error));
                Ok(())
            }
        },
    )?;
    bar.finish_and_clear();
    sink.close()?;
    Ok(exit)
}

/// All files of the library, which are heard anew: it knows their moments, not their windows.
fn files_of_library(context: &Context) -> Result<Vec<PathBuf>, Failure> {
    let library = context.open_library()?;
    let mut files = Vec::new();
    library.snapshot()?.each_entry(|entry| {
        if entry.segment.kind == SegmentKind::Clip {
            files.push(entry.path.clone());
        }
        Ok::<(), Failure>(())
    })?;
    Ok(files)
}
