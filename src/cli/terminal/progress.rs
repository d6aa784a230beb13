//! A run over files, watched: a bar with rate and time left, each failure as it happens, and a signal that stops it.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use auricle::ingest::{Event, Summary};
use indicatif::ProgressBar;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure, complain};

/// Bar, share of the bytes, time left; then files, rate and failures so far.
const TEMPLATE: &str = "{bar:24}  {percent}%  {eta} left  {msg}";

/// Runs `work`, an ingest, and shows on a bar what it tells.
pub(crate) fn watch(
    context: &Context,
    work: impl FnOnce(&mut dyn FnMut(Event<'_>)) -> auricle::error::Result<Summary>,
) -> auricle::error::Result<Summary> {
    let bar = context.progress_bar(TEMPLATE, 0);
    let mut progress = Progress { bar: &bar, start: Instant::now(), files: 0, done: 0, failed: 0, sound_seconds: 0.0 };
    let summary = work(&mut |event| progress.show(&event));
    bar.finish_and_clear();
    summary
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

/// What the bar shows.
struct Progress<'a> {
    bar: &'a ProgressBar,
    start: Instant,
    files: u64,
    done: u64,
    failed: u64,
    sound_seconds: f64,
}

impl Progress<'_> {
    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Planned { files, bytes } => {
                (self.files, self.start) = (*files, Instant::now());
                self.bar.set_length(*bytes);
            }
            Event::Progress { bytes, sound_seconds } => {
                self.sound_seconds = *sound_seconds;
                self.bar.set_position(*bytes);
            }
            Event::Done { .. } => self.done += 1,
            Event::Failed { path, stage, reason } => {
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
