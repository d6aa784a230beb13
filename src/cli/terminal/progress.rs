//! An operation, watched: a bar with rate and time left, each failure as it happens, and a signal that stops it.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use auricle::ingest::run::IngestEvent;
use auricle::library::refresh::IndexOutcome;
use auricle::operations::indexes::IndexRefresh;
use auricle::operations::observer::{Event, Observer};
use indicatif::ProgressBar;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure, complain};
use crate::cli::terminal::output::say;
use crate::cli::terminal::text::short_path;

/// Bar, share of the bytes, time left; then files, rate and failures so far.
const FILES_TEMPLATE: &str = "{bar:24}  {percent}%  {eta} left  {msg}";

/// Bar, sounds, rate and time left.
const SOUNDS_TEMPLATE: &str = "{bar:30}  {pos}/{len} sounds  {per_sec}  {eta} left";

/// Bar, vectors and time left.
const VECTORS_TEMPLATE: &str = "{bar:30}  {pos}/{len} vectors indexed  {eta} left";

/// Runs `work`, an operation that `stop` stops, and shows on bars what it tells.
pub(crate) fn watch<T>(context: &Context, stop: &Arc<AtomicBool>, work: impl FnOnce(&Observer<'_>) -> T) -> T {
    let mut bars = Bars::new(context);
    let result = work(&Observer::new(&mut |event| bars.show(&event), stop));
    bars.clear();
    result
}

/// A flag that the first signal sets; the second ends the process at once, which loses no committed file either.
pub(crate) fn stop_on_signal() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            process::exit(Exit::Interrupted as i32);
        }
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::new(Exit::Internal, error))?;
    Ok(stop)
}

/// Says which of a library's indexes had to be made again.
pub(crate) fn tell_indexes(context: &Context, refresh: &IndexRefresh) {
    let IndexRefresh::Done { report, is_first } = refresh else { return };
    if context.is_quiet() {
        return;
    }
    for (name, outcome) in [("text", &report.text), ("vector", &report.vectors)] {
        match outcome {
            // A small library has no index of vectors until it grows.
            IndexOutcome::Made if !is_first && name == "text" => {
                say(&format!("the {name} index was missing and has been made again"));
            }
            IndexOutcome::MadeAgain(reason) => say(&format!("the {name} index has been made again: {reason}")),
            IndexOutcome::NotStored => say(&format!("the {name} index could not be stored; searches do without it")),
            IndexOutcome::Kept | IndexOutcome::Updated | IndexOutcome::Made | IndexOutcome::Stopped => {}
        }
    }
}

/// The bars of an operation: one while files are looked into or sounds are labelled, then one while vectors are indexed.
pub(crate) struct Bars<'a> {
    context: &'a Context,
    files: FileBar,
    sounds: Option<ProgressBar>,
    vectors: Option<ProgressBar>,
}

impl<'a> Bars<'a> {
    /// Bars that show nothing yet.
    pub(crate) fn new(context: &'a Context) -> Self {
        let (bar, is_verbose) = (context.progress_bar(FILES_TEMPLATE, 0), context.is_verbose());
        let files =
            FileBar { bar, is_verbose, start: Instant::now(), files: 0, done: 0, failed: 0, sound_seconds: 0.0 };
        Bars { context, files, sounds: None, vectors: None }
    }

    /// Shows what `event` tells.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Files(event) => self.files.show(event),
            Event::Vectors(building) => {
                self.files.bar.finish_and_clear();
                let vectors = self.vectors.get_or_insert_with(|| self.context.progress_bar(VECTORS_TEMPLATE, 0));
                vectors.set_length(building.total as u64);
                vectors.set_position(building.done as u64);
            }
            Event::Labelling { done, total } | Event::Examples { done, total } => {
                let sounds = self.sounds.get_or_insert_with(|| self.context.progress_bar(SOUNDS_TEMPLATE, *total));
                sounds.set_position(*done);
            }
            Event::Comparing(progress) => {
                let (done, total) = (progress.done as u64, progress.total as u64);
                self.sounds.get_or_insert_with(|| self.context.progress_bar(SOUNDS_TEMPLATE, total)).set_position(done);
            }
            _ => {}
        }
    }

    /// Takes the bars off the screen.
    pub(crate) fn clear(&self) {
        self.files.bar.finish_and_clear();
        self.sounds.iter().chain(&self.vectors).for_each(ProgressBar::finish_and_clear);
    }
}

/// The bar of files that are looked into.
struct FileBar {
    bar: ProgressBar,
    /// Whether what is left out is told.
    is_verbose: bool,
    start: Instant,
    files: u64,
    done: u64,
    failed: u64,
    sound_seconds: f64,
}

impl FileBar {
    fn show(&mut self, event: &IngestEvent<'_>) {
        match event {
            IngestEvent::Planned { files, bytes } => {
                (self.files, self.start) = (*files, Instant::now());
                self.bar.set_length(*bytes);
            }
            IngestEvent::Progress { bytes, sound_seconds } => {
                self.sound_seconds = *sound_seconds;
                self.bar.set_position(*bytes);
            }
            IngestEvent::Done { .. } => self.done += 1,
            IngestEvent::Skipped { path, reason } if self.is_verbose => {
                self.bar.suspend(|| say(&format!("skipped {}: {reason}", short_path(path))));
            }
            IngestEvent::Noted { path, note } if self.is_verbose => {
                self.bar.suspend(|| say(&format!("{}: {note}", short_path(path))));
            }
            IngestEvent::Failed { path, stage, reason } => {
                (self.done, self.failed) = (self.done + 1, self.failed + 1);
                self.bar.suspend(|| complain(&format_args!("{}: {stage}: {reason}", path.display())));
            }
            _ => {}
        }
        self.bar.set_message(self.message());
    }

    fn message(&self) -> String {
        let rate = self.sound_seconds / self.start.elapsed().as_secs_f64().max(f64::MIN_POSITIVE);
        let mut message = format!("{}/{} files  {rate:.0} s of sound a second", self.done, self.files);
        if self.failed > 0 {
            message += &format!("  {} failed", self.failed);
        }
        message
    }
}
