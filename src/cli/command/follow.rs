//! `auricle index --watch`, once the library is up to date: goes on, and tells what it does a line each.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use auricle::ingest::run::{FileResult, IngestEvent};
use auricle::operations::index::IndexRequest;
use auricle::operations::observer::{Event, Observer};
use auricle::operations::watch::news::WatchNews;
use auricle::operations::watch::watch;

use crate::cli::context::Context;
use crate::cli::terminal::exit::{Exit, Failure, complain};
use crate::cli::terminal::output::{say, stdout};
use crate::cli::terminal::text::{counted, printable, short_path};

/// Keeps the library of `request` up to date until `stop` is true, which is how it ends.
pub(super) fn follow(context: &Context, request: &IndexRequest<'_>, stop: &Arc<AtomicBool>) -> Result<Exit, Failure> {
    let mut tell = |event: Event<'_>| match event {
        Event::Files(event) => tell_file(context, &event),
        Event::Watch(news) if !context.is_quiet() => say(&described(&news)),
        _ => {}
    };
    // What it missed meanwhile, the next run finds.
    watch(request, &Observer::new(&mut tell, stop))?;
    Ok(Exit::Done)
}

fn tell_file(context: &Context, event: &IngestEvent<'_>) {
    match event {
        IngestEvent::Failed { path, stage, reason } => complain(&format_args!("{}: {stage}: {reason}", path.display())),
        IngestEvent::Done { path, result: FileResult::New, .. } => line(context, "new", path),
        IngestEvent::Done { path, result: FileResult::Changed, .. } => line(context, "changed", path),
        IngestEvent::Done { path, result: FileResult::Recognised, .. } => line(context, "recognised", path),
        IngestEvent::Vanished { path } => line(context, "vanished", path),
        IngestEvent::Skipped { path, reason } if context.is_verbose() => {
            say(&format!("skipped {}: {reason}", short_path(path)));
        }
        _ => {}
    }
}

/// One line on standard output, at once. A reader that has gone does not end the watch.
fn line(context: &Context, what: &str, path: &Path) {
    if !context.is_quiet() {
        let mut out = stdout();
        let _ = writeln!(out, "{what:10}  {}", printable(&short_path(path))).and_then(|()| out.flush());
    }
}

fn described(news: &WatchNews) -> String {
    match news {
        WatchNews::Watching { folders } => format!("watching {}; Ctrl-C ends it", counted(*folders, "folder")),
        WatchNews::Gone { path } => format!("{} is gone; nothing of it is forgotten", short_path(path)),
        WatchNews::Back { path } => format!("{} is back", short_path(path)),
        WatchNews::Unwatched { path, reason } => {
            format!("{} cannot be watched and is looked at every minute: {reason}", short_path(path))
        }
        WatchNews::Waiting => {
            "another process is writing to the library; trying again until it has finished".to_owned()
        }
    }
}
