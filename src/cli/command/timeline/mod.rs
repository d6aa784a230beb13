//! `auricle label --timeline`: from when to when each sound has which labels.

mod flags;
mod sketch;
mod follow;
mod forms;
mod picture;
mod counts;
mod sink;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use auricle::classify::classifier::Classifier;
use auricle::classify::timeline::events::SoundEvent;
use auricle::encoder::queue::Encoder;
use auricle::error::Error;
use auricle::library::record::hearing::Hearing;
use auricle::library::record::segment::SegmentKind;
use auricle::operations::timeline::TimelineFinder;

use crate::cli::command::timeline::flags::TextForm;
pub(crate) use crate::cli::command::timeline::flags::TimelineOptions;
use crate::cli::command::timeline::follow::{Follower, STEPS_A_SOUND};
use crate::cli::command::timeline::sink::TimelineSink;
use crate::cli::context::Context;
use crate::cli::sound_reader::files_at;
use crate::cli::terminal::exit::{Exit, Failure, complain_about};
use crate::cli::terminal::ordered::in_order;
use crate::cli::terminal::output::say;
use crate::cli::terminal::progress::stop_on_signal;
use crate::cli::terminal::text::{clock, counted};

/// Bar, share of all sounds, their number and time left.
const TEMPLATE: &str = "{bar:30}  {percent} % of {msg}  {eta} left";

/// The sounds, and what gives their labels.
pub(crate) struct Subject<'a> {
    pub(crate) encoder: &'a Encoder,
    pub(crate) classifier: &'a Classifier,
    /// What is heard of the sound at a path.
    pub(crate) hearing_of: &'a (dyn Fn(&Path) -> auricle::error::Result<Hearing> + Sync),
    /// The threshold of labels that have none.
    pub(crate) threshold: Option<f32>,
    /// Files or folders; none for all of the library.
    pub(crate) paths: &'a [PathBuf],
    /// Whether lines of JSON are wanted.
    pub(crate) json: bool,
    /// Whether comma-separated values are wanted.
    pub(crate) csv: bool,
}

/// Writes the timelines of the sounds of `subject`, and gives the events of each to `keep`. A signal ends it: what was heard
/// of the sounds it was at is written, and not kept.
pub(crate) fn run(
    context: &Context,
    flags: &TimelineOptions,
    subject: &Subject<'_>,
    mut keep: impl FnMut(&Path, &[SoundEvent]) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let settings = flags.settings(subject.threshold);
    let finder = TimelineFinder::new(subject.encoder, subject.classifier, &settings)?;
    let files = if subject.paths.is_empty() { files_of_library(context)? } else { files_at(subject.paths)? };
    let form = TextForm::chosen(flags, subject.json, subject.csv);
    let front_end = subject.encoder.front_end();
    let mut sink = TimelineSink::open(flags, form, (&finder, front_end), files.len())?;
    let bar = context.progress_bar(TEMPLATE, STEPS_A_SOUND * files.len() as u64);
    bar.set_message(counted(files.len(), "sound"));
    let (with_tracks, with_sketch) = (flags.tracks, flags.png.is_some());
    let stop = stop_on_signal()?;
    let hearing_of = subject.hearing_of;
    let follower =
        Follower { finder: &finder, front_end, hearing_of, with_tracks, with_sketch, bar: &bar, stop: &stop };
    let mut exit = Exit::Done;
    in_order(
        &files,
        |path| follower.follow(path),
        |_, timeline| match timeline {
            Ok(Some(timeline)) if timeline.sound.interrupted => {
                let (heard, path) = (clock(timeline.sound.seconds), timeline.path.display());
                bar.suspend(|| say(&format!("stopped {heard} into {path}; the rest was not listened to")));
                sink.put(&timeline)
            }
            Ok(Some(timeline)) => keep(&timeline.path, &timeline.sound.events).and_then(|()| sink.put(&timeline)),
            Ok(None) => Ok(()),
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
    Ok(if stop.load(Ordering::Relaxed) { Exit::Interrupted } else { exit })
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
