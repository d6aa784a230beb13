//! The end of every command that changes the library: its indexes are brought up to it, with a bar and a word on what
//! had to be made again.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use auricle::library::Library;
use auricle::library::refresh;
use auricle::library::refresh::Outcome;
use auricle::library::vectors::Building;
use auricle::library::writer::Writer;

use crate::cli::context::Context;
use crate::cli::terminal::exit::Failure;

/// Bar, vectors and time left.
const TEMPLATE: &str = "{bar:30}  {pos}/{len} vectors indexed  {eta} left";

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything is up to date.
    Done,
    /// It was told to stop; searches do without what was not finished.
    Stopped,
}

/// Brings the indexes up to what `writer` has committed, and notes that the library is up to date. Once `stop` is set it
/// ends within a second.
pub(crate) fn after_run(context: &Context, writer: &mut Writer, stop: &AtomicBool) -> Result<Ended, Failure> {
    if stop.load(Ordering::Relaxed) {
        return Ok(Ended::Stopped);
    }
    let ended = indexes(context, writer.library(), stop)?;
    if ended == Ended::Done {
        writer.note_indexed()?;
    }
    Ok(ended)
}

/// Brings the indexes of `library` up to its catalogue.
pub(crate) fn indexes(context: &Context, library: &Library, stop: &AtomicBool) -> Result<Ended, Failure> {
    // Where no run was ever finished, nothing is amiss if there is no index yet.
    let is_new = library.last_indexed()?.is_none();
    let bar = context.progress_bar(TEMPLATE, 0);
    let report = refresh::refresh(library, &|building: Building| {
        bar.set_length(building.total as u64);
        bar.set_position(building.done as u64);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    bar.finish_and_clear();
    for (name, outcome) in [("text", &report.text), ("vector", &report.vectors)] {
        match outcome {
            _ if context.is_quiet() => {}
            Outcome::Made if !is_new && name == "text" => {
                say(&format!("the {name} index was missing and has been made again"))
            }
            Outcome::MadeAgain(reason) => say(&format!("the {name} index has been made again: {reason}")),
            Outcome::NotStored => say(&format!("the {name} index could not be stored; searches do without it")),
            Outcome::Kept | Outcome::Updated | Outcome::Made | Outcome::Stopped => {}
        }
    }
    Ok(if report.vectors == Outcome::Stopped { Ended::Stopped } else { Ended::Done })
}

/// Tells something on standard error that is no error.
pub(crate) fn say(text: &str) {
    // Nothing is lost if nobody reads this.
    let _ = writeln!(io::stderr(), "auricle: {}", crate::cli::terminal::output::printable(text));
}
